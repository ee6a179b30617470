"""The front door: how two videos of the same action differ, in words and with evidence."""

# The rooms are found through __path__, which a type checker does not run.
# pyright: reportMissingImports=false

from __future__ import annotations

import importlib
import os

__version__ = "0.1.0"

# Type checkers take the name for true, as they do typing's; importing `typing` and `pathlib` would double what this import takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from viddiff.agent.api import acompare, compare, stream
    from viddiff.agent.chat.session import Session
    from viddiff.agent.report import Report
    from viddiff.agent.settings import Settings
    from viddiff.memory.errors import (
        BudgetExhausted,
        ModelReplyError,
        ModelServerError,
        SettingsError,
        SetupError,
        UserError,
        VidDiffError,
        VideoError,
    )

_here = os.path.dirname(__file__)
if not os.path.isdir(os.path.join(_here, "agent")):
    # A checkout: the rooms are siblings of this folder, not inside it.
    __path__.append(os.path.dirname(_here))

_HOMES = {
    "acompare": "agent.api",
    "compare": "agent.api",
    "stream": "agent.api",
    "Session": "agent.chat.session",
    "Settings": "agent.settings",
    "Report": "agent.report",
    "BudgetExhausted": "memory.errors",
    "ModelReplyError": "memory.errors",
    "ModelServerError": "memory.errors",
    "SettingsError": "memory.errors",
    "SetupError": "memory.errors",
    "UserError": "memory.errors",
    "VidDiffError": "memory.errors",
    "VideoError": "memory.errors",
}

__all__ = [
    "BudgetExhausted",
    "ModelReplyError",
    "ModelServerError",
    "Report",
    "Session",
    "Settings",
    "SettingsError",
    "SetupError",
    "UserError",
    "VidDiffError",
    "VideoError",
    "__version__",
    "acompare",
    "compare",
    "stream",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'viddiff' has no attribute {name!r}")
    return getattr(importlib.import_module(f"viddiff.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
