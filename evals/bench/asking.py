"""Questions to a slow model server: the time they take against the least that their number allows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from ..drawn import demo_pair, write_pair
from ..remote_case import Case
from ..remote_latency import LATENCY_S, question_phase
from .contests import Figure
from .sizes import Sizes

TIMES = 3
"""How often it is timed; the median counts."""


def asking(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """The first look of a comparison at a pair whose bodies are in the cache after the first time."""
    case = Case.drawn(write_pair(demo_pair(), folder))
    for count in sizes.asked:
        ratios = (question_phase(case, count, folder / f"home-{count}").ratio for _ in range(TIMES))
        yield Figure(
            what=f"questions about {count} statements, {LATENCY_S:g} s an answer, wall over critical path",
            value=lambda ratios=ratios: median(ratios),
            goal=1.3,
            why="8 at a time, the server's time alone",
        )
