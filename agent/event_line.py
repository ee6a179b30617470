"""Carries events from work, which may go on in threads, to whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Any

from ..memory.errors import Interrupted
from .events import Event

Tell = Callable[[Event], None]
"""Takes an event, from any thread."""


async def events_of(work: Callable[[Tell], Coroutine[Any, Any, None]]) -> AsyncGenerator[Event]:
    """The events of some work as they happen; its error is raised at the end, and leaving the generator stops the work."""
    line = _Line(asyncio.get_running_loop())
    task = asyncio.create_task(work(line.tell))
    try:
        async with aclosing(line.until(task)) as events:
            async for event in events:
                yield event
        await task
    finally:
        line.closed = True
        task.cancel()


class _Line:
    """Events on their way; once closed, it stops the work."""

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

    async def until(self, work: asyncio.Task[None]) -> AsyncGenerator[Event]:
        """The events up to the end of `work`."""
        while not (work.done() and self._events.empty()):
            waiting = asyncio.create_task(self._events.get())
            try:
                await asyncio.wait({waiting, work}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                # Also when nobody listens any more, who would otherwise leave it behind.
                told = waiting.done() or not waiting.cancel()
            if told:
                yield waiting.result()
            else:
                # An event that was told just before the end is still on its way through the loop.
                await asyncio.sleep(0)
