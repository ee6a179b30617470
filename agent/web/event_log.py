"""The events of one conversation: numbered, bounded, and followed by any number of pages at once."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from itertools import count
from typing import Any, NamedTuple

Payload = dict[str, Any]
HEARTBEAT_S = 15.0
"""A line is sent at least this often, so that a reader who has gone is noticed."""


class Entry(NamedTuple):
    """One event."""

    number: int
    payload: Payload


class EventLog:
    """The last events of one conversation. A slow reader costs nothing: it misses what has been dropped, and is told.

    Numbers start at the clock's milliseconds, so that those of an earlier server are always smaller.

    Args:
        keep: How many events are kept.
        caught_up: What a reader who missed something needs beside the snapshot.
    """

    def __init__(self, keep: int, caught_up: Callable[[], list[Payload]] = list) -> None:
        self._entries: deque[Entry] = deque(maxlen=keep)
        self._numbers = count(int(time.time() * 1000))
        self._newest = next(self._numbers)
        self._caught_up = caught_up
        self._arrived = asyncio.Event()
        self._closed = False
        self.readers = 0

    def add(self, payload: Payload) -> None:
        """Tell every reader."""
        self._newest = next(self._numbers)
        self._entries.append(Entry(self._newest, payload))
        self._wake()

    def close(self) -> None:
        """Let every reader go."""
        self._closed = True
        self._wake()

    async def follow(self, after: int | None, heartbeat_s: float = HEARTBEAT_S) -> AsyncGenerator[Entry | None]:
        """The events after a number as they come; None when nothing has come for a while.

        Args:
            after: The last number that the reader has seen; None for a new reader. One who missed something (as a new reader
                did) is told first that the conversation has changed, and then goes on from now.
            heartbeat_s: How long "a while" is.
        """
        self.readers += 1
        try:
            if after is None or not self._holds(after):
                after = self._newest
                for payload in ({"kind": "changed"}, *self._caught_up()):
                    yield Entry(after, payload)
            while True:
                arrived, closed = self._arrived, self._closed
                for entry in [entry for entry in self._entries if entry.number > after]:
                    after = entry.number
                    yield entry
                if closed:
                    return
                if arrived.is_set():
                    continue
                try:
                    await asyncio.wait_for(arrived.wait(), heartbeat_s)
                except TimeoutError:
                    yield None
        finally:
            self.readers -= 1

    def _holds(self, after: int) -> bool:
        """Whether everything after a number is still here."""
        oldest = self._entries[0].number if self._entries else self._newest + 1
        return oldest - 1 <= after <= self._newest

    def _wake(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()


def wire(entry: Entry | None) -> str:
    """One event in the format of server-sent events; a comment where there is none."""
    if entry is None:
        return ": nothing new\n\n"
    return f"id: {entry.number}\ndata: {json.dumps(entry.payload, separators=(',', ':'))}\n\n"
