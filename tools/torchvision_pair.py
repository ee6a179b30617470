"""Brings torchvision in beside a torch that it was not built for: open_clip imports it and needs only its transforms.

Registries hand out torchvision as a CUDA build. Beside a CPU-only torch its compiled operators cannot load (libcudart is
missing), which it tolerates; but it then still registers "fake" kernels for two of them (`torchvision::nms` and `qnms`), and
torch refuses a kernel for an operator that does not exist:

    RuntimeError: operator torchvision::nms does not exist

So while torchvision is imported, and only then, such registrations are skipped for operators of torchvision that are missing.
On a matching pair every operator exists and nothing is skipped. Detection models would not work on the other; nobody here
uses them.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from ..memory.errors import SetupError

_PREFIX = "torchvision::"
_importing = threading.Lock()


def load_torchvision() -> Any:
    """The `torchvision` module, also when it does not match torch.

    Raises:
        SetupError: torch or torchvision is not installed, or they do not work together even so.
    """
    try:
        with _importing:
            if "torchvision" in sys.modules:
                return sys.modules["torchvision"]
            with _missing_operators_skipped():
                import torchvision
            return torchvision
    except (ImportError, RuntimeError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SetupError(
            f"torch and torchvision do not start together ({reason}); expected a matching pair: "
            "pip install --upgrade torch torchvision, or use --encoder pose"
        ) from error


@contextlib.contextmanager
def _missing_operators_skipped() -> Iterator[None]:
    """Skip fake kernels for operators of torchvision that were never loaded; all other registrations pass through."""
    import torch
    import torch.library

    register_fake = torch.library.register_fake

    def tolerant(op: Any, func: Callable[..., Any] | None = None, /, **rest: Any) -> Any:
        if isinstance(op, str) and op.startswith(_PREFIX) and not _exists(torch, op):
            return func if func is not None else _unchanged
        return register_fake(op, func, **{**rest, "_stacklevel": rest.get("_stacklevel", 1) + 1})

    with warnings.catch_warnings():
        # Its image reading and writing has not loaded either, and it says so; frames come from elsewhere.
        warnings.filterwarnings("ignore", message="Failed to load image Python extension", category=UserWarning)
        torch.library.register_fake = tolerant
        try:
            yield
        finally:
            torch.library.register_fake = register_fake


def _exists(torch: Any, op: str) -> bool:
    return hasattr(torch.ops.torchvision, op.removeprefix(_PREFIX).split(".")[0])


def _unchanged(func: Callable[..., Any]) -> Callable[..., Any]:
    return func
