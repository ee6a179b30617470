"""Which instant of one clip matches which instant of the other."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from pydantic import model_validator

from ..memory.values import Value
from .alignment import Alignment

MIN_GAP_S = 0.04
"""Knots closer than this in either clip are dropped: one frame of a film, and no sudden jumps of speed."""


class TimeMap(Value):
    """A piecewise-linear, strictly rising map between the times of two clips, with slope 1 beyond its ends."""

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
    def between(cls, a: Alignment, b: Alignment) -> TimeMap:
        """The map through the key frames of the stages found in both clips and, where they fit in between, their ends."""
        pairs = [(x, y) for x, y in zip(a.placements, b.placements, strict=True) if x is not None and y is not None]
        knots: list[tuple[float, float]] = []
        for wanted in (
            [(x.key_s, y.key_s) for x, y in pairs],
            [(x.segment.start_s, y.segment.start_s) for x, y in pairs],
            [(x.segment.end_s, y.segment.end_s) for x, y in pairs],
        ):
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
