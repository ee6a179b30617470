"""How fast and how many at a time: a token bucket and a bound on the requests that are in work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .retrying import Clock

POLL_S = 0.01
TOGETHER = 8
"""Requests that are in work on one server at a time."""


class TokenBucket:
    """Lets `rate_per_s` requests through on average and `burst` at once; what is taken too early is waited for.

    Safe to share among threads. Its level may fall below zero: whoever comes later then waits longer, in order of arrival.
    """

    def __init__(self, rate_per_s: float, burst: int) -> None:
        if rate_per_s <= 0 or burst < 1:
            raise ValueError(f"a bucket needs a rate above 0 and a burst of at least 1, not {rate_per_s} and {burst}")
        self._rate, self._burst = rate_per_s, burst
        self._level, self._seen = float(burst), float("-inf")
        self._lock = threading.Lock()

    def take(self, now: float) -> float:
        """Take one token.

        Args:
            now: Seconds on a clock that never goes back.

        Returns:
            Seconds to wait before using it.
        """
        with self._lock:
            if now > self._seen:
                self._level = min(self._burst, self._level + (now - self._seen) * self._rate)
                self._seen = now
            self._level -= 1
            return max(0.0, -self._level / self._rate)


class Throttle:
    """Both limits together, shared by all that ask one server, from any thread and any event loop.

    By default the rate holds back only those whose requests are over in less than half a second, which are mostly refusals; else
    the number together decides.
    """

    def __init__(
        self, *, rate_per_s: float = 2.0 * TOGETHER, burst: int = TOGETHER, together: int = TOGETHER, clock: Clock | None = None
    ) -> None:
        self._bucket = TokenBucket(rate_per_s, burst)
        self._free = threading.BoundedSemaphore(together)
        self._clock = clock or Clock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and hold a place while the request is in work."""
        # Asked over and over: an asyncio semaphore belongs to one event loop, and tools may run in several.
        while not self._free.acquire(blocking=False):
            await asyncio.sleep(POLL_S)
        try:
            if (wait_s := self._bucket.take(self._clock.monotonic())) > 0:
                await self._clock.sleep(wait_s)
            yield
        finally:
            self._free.release()
