"""One run from two paths to a report: probe, build what the settings ask for, and drive the graph."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig

from ..memory.errors import ModelServerError, SettingsError
from ..memory.runs import Runs, SavedRequest
from ..memory.state import RunInput
from .build import build_context
from .events import Event, Progress, Step
from .graph import build_graph
from .report import Report
from .settings import Settings

NODES_PER_STEP = 3
"""Review, planner, tools."""


async def run(paths: tuple[Path, Path], request: RunInput, settings: Settings, tell: Callable[[Event], None]) -> Report:
    """Compare two clips; every event is told as it happens."""
    from ..tools.video import probe

    _make_home(settings)
    # First what is cheap to get wrong: a mistyped model is said before a long clip is read.
    context = build_context(settings, lambda what, share: tell(Progress(what=what, share=share)))
    first, second = await asyncio.gather(*(asyncio.to_thread(probe, path) for path in paths))
    runs = Runs(settings.runs_folder)
    runs.save_request(_saved(paths, request, settings))
    final: dict[str, Any] = {}
    inputs: RunInput = {**request, "videos": {"a": first, "b": second}}
    config = RunnableConfig(recursion_limit=NODES_PER_STEP * settings.max_steps + 10)
    try:
        async for mode, chunk in build_graph().astream(inputs, config, context=context, stream_mode=["updates", "values"]):
            assert isinstance(chunk, dict)
            if mode == "values":
                final = chunk
            else:
                for node, change in chunk.items():
                    tell(Step(node=node, said=_said(change)))
    except ModelServerError as error:
        # Every reply and every track is in the cache under its content, so taking the run up again pays for nothing twice.
        raise ModelServerError(f"{error}; what was finished is kept: viddiff resume {request['run_id']}") from error
    runs.save_report(final["report"])
    return final["report"]


def _saved(paths: tuple[Path, Path], request: RunInput, settings: Settings) -> SavedRequest:
    return SavedRequest(
        run_id=request["run_id"],
        video_a=str(paths[0].absolute()),
        video_b=str(paths[1].absolute()),
        action=request["action"],
        setting=request["setting"],
        statements=tuple((statement.id, statement.description) for statement in request["statements"]),
        max_differences=request["max_differences"],
        settings=settings.model_dump(mode="json", exclude={"openai_api_key", "openai_base_url", "home"}),
    )


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
