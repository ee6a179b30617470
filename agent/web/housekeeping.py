"""What is made for the page goes again: by age, and by size where there is too much of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ...memory.leftovers import Leftover, cached_in, remove
from .options import WebOptions

MADE = ("proxies", "films", "pages")
"""Kinds of the cache that are made again when somebody looks."""
PARTIAL_HOURS = 6
"""A file that is still not whole after this long belongs to a process that is gone."""


def sweep(cache: Path, options: WebOptions, now: datetime | None = None) -> tuple[Leftover, ...]:
    """Remove what is too old or too much, the oldest first, and what killed processes left half written.

    Args:
        cache: The folder of the cache; nothing but `MADE` is removed, apart from half-written files of any kind.
        options: How long, and how much, is kept.
        now: The time; the clock's when None.

    Returns:
        What was removed.
    """
    now = now or datetime.now(UTC)
    found = cached_in(cache)
    partial = [one for one in found if ".partial" in one.path.name and one.when < now - timedelta(hours=PARTIAL_HOURS)]
    going = [*partial, *_too_much([one for one in found if _made(one)], options, now)]
    for one in going:
        remove(one)
    return tuple(going)


def _made(one: Leftover) -> bool:
    return one.path.parent.name in MADE and ".partial" not in one.path.name


def _too_much(made: Sequence[Leftover], options: WebOptions, now: datetime) -> list[Leftover]:
    oldest, room, going = now - timedelta(days=options.keep_days), options.keep_bytes, []
    for one in made:
        room -= one.bytes
        if one.when < oldest or room < 0:
            going.append(one)
    return going
