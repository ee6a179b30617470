"""Making things ahead of the reader changes neither what comes nor in which order, and errors arrive where they belong."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from viddiff.tools.ahead import LOOKAHEAD, mapped_ahead, read_ahead


def test_everything_comes_once_and_in_order() -> None:
    assert list(read_ahead(iter(range(50)))) == list(range(50))
    assert list(read_ahead(iter([None, 0, ()]))) == [None, 0, ()]
    assert list(mapped_ahead(lambda n: n * n, range(20))) == [n * n for n in range(20)]
    assert list(read_ahead(iter(()))) == list(mapped_ahead(abs, ())) == []


def test_the_next_item_is_made_while_the_reader_has_the_one_before() -> None:
    made = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    reader = read_ahead(items())
    assert next(reader) == 1
    assert made.wait(10)
    assert next(reader) == 2


def test_no_more_than_a_few_wait() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    next(mapped_ahead(abs, items()))
    assert len(taken) <= LOOKAHEAD + 2


@pytest.mark.parametrize("come", [0, 3])
def test_an_error_comes_after_what_was_made_before_it(come: int) -> None:
    def items() -> Iterator[int]:
        yield from range(come)
        raise OSError("no more")

    reader = read_ahead(items())
    assert [next(reader) for _ in range(come)] == list(range(come))
    with pytest.raises(OSError, match="no more"):
        next(reader)


def test_a_reader_who_stops_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    reader = read_ahead(iter(range(10)))
    next(reader)
    reader.close()
    assert threading.active_count() == before
