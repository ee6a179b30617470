"""The Python face: `compare`, its asynchronous twin, and the stream of events behind both."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from .event_line import Tell, events_of
from .events import Event, Finished, Progress, Step
from .report import Report
from .request import new_request
from .settings import Settings
from .statements import StatementLike, read_statements


def compare(
    video_a: str | os.PathLike[str],
    video_b: str | os.PathLike[str],
    *,
    action: str,
    differences: Sequence[StatementLike] | None = None,
    max_differences: int = 10,
    settings: Settings | None = None,
    on_event: Callable[[Event], None] | None = None,
    run_id: str | None = None,
) -> Report:
    """How two videos of the same action differ.

    Args:
        video_a: A video file or a folder of images.
        video_b: Likewise.
        action: What is done in both, in plain words.
        differences: Statements to decide (the closed setting); None to find the differences (the open setting).
        max_differences: How many to find at most in the open setting.
        settings: How to work; from the config file and the environment when None.
        on_event: Told what is being done.
        run_id: The run that is taken up again; a new one when None.

    Raises:
        UserError: A file, a statement or a setting is wrong.
    """
    events = stream(
        video_a,
        video_b,
        action=action,
        differences=differences,
        max_differences=max_differences,
        settings=settings,
        run_id=run_id,
    )
    return asyncio.run(_report_of(events, on_event))


async def acompare(video_a: str | os.PathLike[str], video_b: str | os.PathLike[str], **arguments: Any) -> Report:
    """Like `compare`, for callers that are asynchronous themselves; the same arguments, without `on_event`."""
    return await _report_of(stream(video_a, video_b, **arguments), None)


async def _report_of(events: AsyncGenerator[Event], on_event: Callable[[Event], None] | None) -> Report:
    async for event in events:
        if on_event:
            on_event(event)
        if isinstance(event, Finished):
            return event.report
    raise AssertionError("a run ends with a report or with an error")


async def stream(
    video_a: str | os.PathLike[str],
    video_b: str | os.PathLike[str],
    *,
    action: str,
    differences: Sequence[StatementLike] | None = None,
    max_differences: int = 10,
    settings: Settings | None = None,
    run_id: str | None = None,
) -> AsyncGenerator[Event]:
    """The events of one comparison as they happen, the last one a `Finished` with the report; arguments as for `compare`."""
    from .run import run

    request = new_request(action, differences, max_differences, run_id)

    async def work(tell: Tell) -> None:
        report = await run((Path(video_a), Path(video_b)), request, settings or Settings.of(), tell)
        tell(Finished(report=report))

    async with aclosing(events_of(work)) as events:
        async for event in events:
            yield event


__all__ = ["Event", "Finished", "Progress", "Step", "acompare", "compare", "read_statements", "stream"]
