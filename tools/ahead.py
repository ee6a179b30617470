"""Making the next things in a second thread while the last ones are looked at; FFmpeg and the models leave Python's lock alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

LOOKAHEAD = 4
"""Items that may wait for the second thread."""


def mapped_ahead(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Map in one second thread, at most `LOOKAHEAD` items ahead of the reader, in order."""
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="viddiff-map") as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > LOOKAHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def read_ahead(items: Iterator[T]) -> Generator[T]:
    """The same items in order; each is made in one second thread while the reader has the one before."""

    def following() -> tuple[T, ...]:
        return next(((item,) for item in items), ())

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="viddiff-read") as pool:
        coming = pool.submit(following)
        while found := coming.result():
            coming = pool.submit(following)
            yield found[0]
