"""The Python face: `compare`, its asynchronous twin, and the stream of events behind both."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from ..memory.errors import Interrupted, SettingsError
from ..memory.state import RunInput
from .events import Event, Finished, Progress, Step
from .report import Report
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

    _check(action, differences, max_differences)
    request = RunInput(
        run_id=run_id or uuid.uuid4().hex[:12],
        action=action.strip(),
        setting="open" if differences is None else "closed",
        max_differences=max_differences,
        statements=tuple(read_statements(differences)) if differences is not None else (),
        videos={},
    )
    line = _Line(asyncio.get_running_loop())
    work = asyncio.create_task(run((Path(video_a), Path(video_b)), request, settings or Settings.of(), line.tell))
    try:
        async for event in line.until(work):
            yield event
        yield Finished(report=await work)
    finally:
        line.closed = True
        work.cancel()


class _Line:
    """Carries events from the run, which works in threads, to whoever listens; once closed, it stops the work."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self.closed = False

    def tell(self, event: Event) -> None:
        """Pass an event on, from any thread.

        Raises:
            Interrupted: nobody listens any more; a thread cannot be stopped in any other way.
        """
        if self.closed:
            raise Interrupted("nobody is waiting for this comparison any more")
        self._loop.call_soon_threadsafe(self._events.put_nowait, event)

    async def until(self, work: asyncio.Task[Report]) -> AsyncIterator[Event]:
        """The events up to the end of `work`."""
        while not (work.done() and self._events.empty()):
            waiting = asyncio.create_task(self._events.get())
            await asyncio.wait({waiting, work}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                yield waiting.result()
            else:
                waiting.cancel()


def _check(action: str, differences: Sequence[StatementLike] | None, max_differences: int) -> None:
    if not action.strip():
        raise SettingsError("action: expected a description of what is done in both videos, got an empty text")
    if differences is None and not 1 <= max_differences <= 100:
        raise SettingsError(f"max_differences: expected 1 to 100, got {max_differences}")


__all__ = ["Event", "Finished", "Progress", "Step", "acompare", "compare", "read_statements", "stream"]
