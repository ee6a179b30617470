"""Both clips cut alike: what one clip shows as several repetitions may be what the other shows as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..memory.values import Repetition, Side, Timeline

UNLIKE = 1.6
"""Repetitions whose lengths differ by less than this factor are taken for the same."""
ABOUT = 1.35
"""So many repetitions together must be as long as the other clip's one, within this factor."""
LARGEST = 3
BETTER = 0.85
"""Joined repetitions must resemble the other clip's so much more than single ones do."""
SAMPLES = 32
"""Instants at which two courses are compared."""


class Course(NamedTuple):
    """How the posture goes through one clip."""

    times_s: np.ndarray
    """(T,) seconds."""
    vectors: np.ndarray
    """(T, D) posture, in body lengths."""


class Joining(NamedTuple):
    """Repetitions of one clip that belong together."""

    side: Side
    size: int
    """So many in a row are one."""
    offset: int
    """The first of them, counted from 0; those before it are the end of one that the clip does not show whole."""


def joining(courses: dict[Side, Course], timelines: dict[Side, Timeline]) -> Joining | None:
    """Which repetitions have to be joined for both clips to show the same thing; None when they do already."""
    lengths = {side: float(np.median([_length(r) for r in t.complete])) for side, t in timelines.items()}
    short: Side = "a" if lengths["a"] < lengths["b"] else "b"
    long: Side = "b" if short == "a" else "a"
    ratio = lengths[long] / max(lengths[short], 1e-6)
    if ratio < UNLIKE or any(t.still for t in timelines.values()):
        return None
    wanted = [_shape(courses[long], r.segment.start_s, r.segment.end_s) for r in timelines[long].complete]
    parts = timelines[short].repetitions
    single = float(np.median([_unlikeness(courses[short], (part,), wanted) for part in parts]))
    best, least = None, BETTER * single
    for size in range(2, min(LARGEST, len(parts)) + 1):
        for offset in range(size):
            groups = [g for g in grouped(parts, size, offset) if 1 / ABOUT < _span(g) / lengths[long] < ABOUT]
            if groups and (cost := float(np.median([_unlikeness(courses[short], g, wanted) for g in groups]))) < least:
                best, least = Joining(short, size, offset), cost
    return best


def grouped(parts: Sequence[Repetition], size: int, offset: int) -> Iterator[Sequence[Repetition]]:
    """The whole groups of `size` in a row, from `offset` on."""
    yield from (parts[k : k + size] for k in range(offset, len(parts) - size + 1, size))


def _unlikeness(course: Course, parts: Sequence[Repetition], wanted: Sequence[np.ndarray]) -> float:
    """How little some repetitions, taken as one, resemble the most similar of the other clip's: 0 is alike."""
    shape = _shape(course, parts[0].segment.start_s, parts[-1].segment.end_s)
    return min(float(np.linalg.norm(shape - other, axis=1).mean()) / max(_size(shape) + _size(other), 1e-9) for other in wanted)


def _span(parts: Sequence[Repetition]) -> float:
    return parts[-1].segment.end_s - parts[0].segment.start_s


def _shape(course: Course, start_s: float, end_s: float) -> np.ndarray:
    """(SAMPLES, D) course between two instants, around its own mean: people stand differently before cameras."""
    at = np.linspace(start_s, end_s, SAMPLES)
    shape = np.column_stack([np.interp(at, course.times_s, column) for column in course.vectors.T])
    return shape - shape.mean(axis=0)


def _size(shape: np.ndarray) -> float:
    return float(np.linalg.norm(shape, axis=1).mean())


def _length(repetition: Repetition) -> float:
    return repetition.segment.end_s - repetition.segment.start_s
