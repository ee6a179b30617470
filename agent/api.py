"""The Python face: `compare`, its asynchronous twin, and the stream of events behind both."""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from ..memory.errors import SettingsError
from ..memory.state import RunInput, Statement
from .events import Event, Finished, Progress, Step
from .report import Report
from .settings import Settings

StatementLike = str | dict[str, str] | Statement
MAX_STATEMENTS = 500


def compare(
    video_a: str | os.PathLike[str],
    video_b: str | os.PathLike[str],
    *,
    action: str,
    differences: Sequence[StatementLike] | None = None,
    max_differences: int = 10,
    settings: Settings | None = None,
    on_event: Callable[[Event], None] | None = None,
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

    Raises:
        UserError: A file, a statement or a setting is wrong.
    """

    async def last() -> Report:
        async for event in stream(
            video_a, video_b, action=action, differences=differences, max_differences=max_differences, settings=settings
        ):
            if on_event:
                on_event(event)
            if isinstance(event, Finished):
                return event.report
        raise AssertionError("a run ends with a report or with an error")

    return asyncio.run(last())


async def acompare(video_a: str | os.PathLike[str], video_b: str | os.PathLike[str], **arguments: Any) -> Report:
    """Like `compare`, for callers that are asynchronous themselves; the same arguments, without `on_event`."""
    async for event in stream(video_a, video_b, **arguments):
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
) -> AsyncIterator[Event]:
    """The events of one comparison as they happen, the last one a `Finished` with the report; arguments as for `compare`."""
    from .run import run

    settings = settings or Settings.of()
    statements = tuple(read_statements(differences)) if differences is not None else ()
    _check(action, differences, max_differences)
    events: asyncio.Queue[Event] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def tell(event: Event) -> None:
        loop.call_soon_threadsafe(events.put_nowait, event)

    setting = "open" if differences is None else "closed"
    work = asyncio.create_task(
        run(
            (Path(video_a), Path(video_b)),
            RunInput(
                run_id=uuid.uuid4().hex[:12],
                action=action.strip(),
                setting=setting,
                max_differences=max_differences,
                statements=statements,
                videos={},
            ),
            settings,
            tell,
        )
    )
    try:
        while not (work.done() and events.empty()):
            waiting = asyncio.create_task(events.get())
            await asyncio.wait({waiting, work}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                yield waiting.result()
            else:
                waiting.cancel()
        yield Finished(report=await work)
    finally:
        work.cancel()


def read_statements(differences: Sequence[StatementLike]) -> list[Statement]:
    """Statements from strings, dictionaries with `id` and `description`, or `Statement` values.

    Raises:
        SettingsError: one of them is something else, is empty, or repeats an id.
    """
    read = [_statement(number, given) for number, given in enumerate(differences)]
    ids = [statement.id for statement in read]
    if len(set(ids)) < len(ids):
        twice = next(id_ for id_ in ids if ids.count(id_) > 1)
        raise SettingsError(f"differences: the id {twice!r} is given twice; every statement needs its own")
    if not 1 <= len(read) <= MAX_STATEMENTS:
        raise SettingsError(f"differences: expected 1 to {MAX_STATEMENTS} statements, got {len(read)}")
    return read


def _statement(number: int, given: StatementLike) -> Statement:
    if isinstance(given, Statement):
        return given
    if isinstance(given, str) and given.strip():
        return Statement(id=str(number), description=given.strip())
    if isinstance(given, dict) and isinstance(given.get("description"), str) and given["description"].strip():
        return Statement(id=str(given.get("id", number)), description=given["description"].strip())
    raise SettingsError(
        f'differences: entry {number} is {json.dumps(given, default=str)[:80]}; expected a sentence or {{"id": ..., "description": ...}}'
    )


def _check(action: str, differences: Sequence[StatementLike] | None, max_differences: int) -> None:
    if not action.strip():
        raise SettingsError("action: expected a description of what is done in both videos, got an empty text")
    if differences is None and not 1 <= max_differences <= 100:
        raise SettingsError(f"max_differences: expected 1 to 100, got {max_differences}")


__all__ = ["Event", "Finished", "Progress", "Step", "acompare", "compare", "read_statements", "stream"]
