"""One run from two paths to a report: probe, build what the settings ask for, and drive the graph."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig

from ..memory.cache import Cache
from ..memory.errors import SettingsError
from ..memory.report import Backends
from ..memory.state import RunInput
from .context import Context
from .embedded_planner import EmbeddedPlanner
from .events import Event, Progress, Step
from .graph import build_graph
from .report import Report
from .settings import Settings

NODES_PER_STEP = 3
"""Review, planner, tools."""


async def run(paths: tuple[Path, Path], request: RunInput, settings: Settings, tell: Callable[[Event], None]) -> Report:
    """Compare two clips; every event is told as it happens."""
    from ..tools.video import probe

    _check_backends(settings)
    _make_home(settings)
    first, second = await asyncio.gather(*(asyncio.to_thread(probe, path) for path in paths))
    context = build_context(settings, lambda what, share: tell(Progress(what=what, share=share)))
    final: dict[str, Any] = {}
    inputs: RunInput = {**request, "videos": {"a": first, "b": second}}
    config = RunnableConfig(recursion_limit=NODES_PER_STEP * settings.max_steps + 10)
    async for mode, chunk in build_graph().astream(inputs, config, context=context, stream_mode=["updates", "values"]):
        assert isinstance(chunk, dict)
        if mode == "values":
            final = chunk
        else:
            for node, change in chunk.items():
                tell(Step(node=node, said=_said(change)))
    return final["report"]


def _said(change: dict[str, Any] | None) -> str:
    messages = (change or {}).get("messages", [])
    return str(messages[-1].content)[:300] if messages else ""


def _make_home(settings: Settings) -> None:
    try:
        settings.cache_folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"VIDDIFF_HOME {settings.home}: cannot be written ({error.strerror}); name a folder that can"
        ) from None


def _check_backends(settings: Settings) -> None:
    wanted = {
        "planner": ("auto", "embedded"),
        "vlm": ("auto", "none"),
        "encoder": ("auto", "pose"),
        "profile": ("auto", "embedded"),
    }
    for name, known in wanted.items():
        if (value := getattr(settings, name)) not in known:
            raise SettingsError(f"setting {name!r}: {value!r} is not available; expected one of {', '.join(known)}")


def build_context(settings: Settings, progress: Callable[[str, float], None]) -> Context:
    """The clients and tools of one run."""
    from ..tools.actions import ActionLibrary
    from ..tools.encoders import PoseEncoder
    from ..tools.pose_mediapipe import MediaPipePose
    from ..tools.propose import LibraryProposer
    from ..tools.statement.reader import StatementReader
    from ..tools.toolbox import Toolbox
    from ..tools.workbench import Workbench

    cache = Cache(settings.cache_folder, enabled=settings.cache)
    encoder = PoseEncoder()
    bench = Workbench(cache, encoder, MediaPipePose, fps=settings.fps, progress=progress)
    proposer = LibraryProposer(ActionLibrary.load(), StatementReader())
    return Context(
        settings=settings,
        toolbox=Toolbox(bench, proposer),
        planner=EmbeddedPlanner(),
        fallback=EmbeddedPlanner(),
        backends=Backends(planner="embedded", proposer=proposer.name, encoder=encoder.name, verifier=("measurement",)),
        started=Context.now(),
    )
