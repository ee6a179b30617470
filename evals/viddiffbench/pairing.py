"""The benchmark's pairs as the runner takes them: the user's videos, trimmed as their rows say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...memory.errors import SettingsError
from ...memory.values import Side
from ..running.pairs import Pair
from .clips import absent, clip_of
from .rows import BenchRow, Setting

NAMED = 5
"""So many of the missing pairs are named; the rest is counted."""


class Published(Pair):
    """A pair of the benchmark."""

    root: Path
    """Where the videos were unpacked."""

    def clip(self, side: Side, folder: Path) -> Path:
        """The file itself, or its trimmed frames; errors as for `clip_of`."""
        return clip_of(self.row.videos["ab".index(side)], self.root, folder / f"{self.name}-{side}.mp4")


def published(
    rows: Sequence[BenchRow], root: Path, setting: Setting, *, skip_missing: bool = False
) -> tuple[tuple[Published, ...], tuple[str, ...]]:
    """The pairs whose videos are there, and what is to be said about the others.

    Pairs without anything to ask about are left out in the closed setting: nothing of them counts.

    Raises:
        SettingsError: Videos are missing, and nobody said that this is known; or all are.
    """
    gone = absent(rows, root)
    kept = [row for row in rows if row.sample_key not in gone]
    notes: tuple[str, ...] = ()
    if gone:
        first = next(iter(gone.values()))[0]
        said = f"{len(gone)} of {len(rows)} pairs have videos that are not under {root}: {some(list(gone))} (the first: {first})"
        if not skip_missing or not kept:
            raise SettingsError(
                f"{said}; unpack the videos there, choose --split or --domain, or leave those pairs out with --skip-missing"
            )
        notes = (f"Left out: {said}.",)
    return tuple(Published(row=row, root=root.absolute()) for row in kept if setting == "open" or row.counted), notes


def some(names: Sequence[str]) -> str:
    """The first few of them, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
