"""Which instant of one clip matches which instant of the other."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from pydantic import model_validator

from ..memory.values import Repetition, Value

MIN_GAP_S = 0.04
"""Knots closer than this in either clip are dropped: one frame of a film, and no sudden jumps of speed."""


class TimeMap(Value):
    """A piecewise-linear, strictly rising map between the times of two clips, with slope 1 beyond its ends.

    Unlike the clock of the film, which lets one clip stand still while the other does what only it does.
    """

    a_s: tuple[float, ...]
    """Knots in seconds of clip A, strictly rising; without knots the map is the identity."""
    b_s: tuple[float, ...]
    """The matching instants in clip B."""

    @model_validator(mode="after")
    def _rising(self) -> TimeMap:
        if len(self.a_s) != len(self.b_s):
            raise ValueError(f"time map: {len(self.a_s)} knots in A but {len(self.b_s)} in B")
        for name, knots in (("A", self.a_s), ("B", self.b_s)):
            if any(after <= before for before, after in pairwise(knots)):
                raise ValueError(f"time map: knots in {name} must rise strictly, got {knots}")
        return self

    @classmethod
    def of(cls, a: Repetition, b: Repetition) -> TimeMap:
        """The map through the key instants of the stages found in both repetitions and, where they fit in between, their ends."""
        found = {span.stage: span for span in b.spans}
        pairs = [(span, found[span.stage]) for span in a.spans if span.stage in found]
        keys = [(x.key_s, y.key_s) for x, y in pairs]
        starts = [(x.segment.start_s, y.segment.start_s) for x, y in pairs]
        ends = [(x.segment.end_s, y.segment.end_s) for x, y in pairs]
        return cls.through([*keys, *starts, *ends])

    @classmethod
    def through(cls, wanted: Iterable[tuple[float, float]]) -> TimeMap:
        """The map through as many of these pairs of instants (a, b) as rise together, the first preferred."""
        knots: list[tuple[float, float]] = []
        for knot in wanted:
            _insert(knots, knot)
        knots.sort()
        return cls(a_s=tuple(knot[0] for knot in knots), b_s=tuple(knot[1] for knot in knots))

    def a_to_b(self, time_s: float) -> float:
        """The instant of B that matches an instant of A, in seconds."""
        return _interpolate(time_s, self.a_s, self.b_s)

    def b_to_a(self, time_s: float) -> float:
        """The instant of A that matches an instant of B, in seconds."""
        return _interpolate(time_s, self.b_s, self.a_s)


def _insert(knots: list[tuple[float, float]], new: tuple[float, float]) -> None:
    """Adds a knot if it lies on the same side of every other in both clips, and not too near."""
    if all(min(new[0] - a, new[1] - b) >= MIN_GAP_S or max(new[0] - a, new[1] - b) <= -MIN_GAP_S for a, b in knots):
        knots.append(new)


def _interpolate(time_s: float, source: tuple[float, ...], target: tuple[float, ...]) -> float:
    if not source:
        return float(time_s)
    if time_s <= source[0]:
        return float(target[0] + (time_s - source[0]))
    if time_s >= source[-1]:
        return float(target[-1] + (time_s - source[-1]))
    return float(np.interp(time_s, source, target))
