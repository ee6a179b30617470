"""Statements whose truth could be argued about, because what can be seen differs otherwise than the parameter they speak of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...tools.catalog import CATALOG
from .look import Look
from .motion import ActionParameters, Trait
from .truth import curves_of, perform

HIDDEN = 0.5
"""A difference of less than this many of the catalogue's smallest ones cannot be seen."""


class Shown:
    """What one clip shows of every quantity, read off the true joints."""

    def __init__(self, parameters: ActionParameters, look: Look) -> None:
        self._performance = perform(parameters, look)
        self._curves = curves_of(self._performance.skeleton, look.figure.body_length)

    def levels(self, stage: str, quantity: str) -> tuple[float, float] | None:
        """Mean and largest value of a quantity in the first span of a stage; None where the truth has neither.

        A stage may last: "higher during the circles" is true when both the middle and the highest point of the circle are.
        """
        span = next((s for s in self._performance.stages if s.stage == stage), None)
        if span is None or quantity not in self._curves:
            return None
        times = self._performance.times_s
        rows = np.flatnonzero((times >= span.start_s) & (times < span.end_s))
        rows = rows if rows.size else np.array([int(np.argmin(np.abs(times - span.middle_s)))])
        values = self._curves[quantity][rows]
        return float(values.mean()), float(values.max())


def arguable(trait: Trait, difference: float, a: Shown, b: Shown) -> bool:
    """Whether joints disagree with a parameter: equal parameters that show a difference, or unequal ones that show none.

    Bent elbows, for one, raise or lower the hands of equally raised arms.

    Args:
        trait: Of the parameter.
        difference: The parameter in b minus the parameter in a.
        a: Clip a.
        b: Clip b.
    """
    if not trait.one_number:
        return False
    return any(
        _against(quantity, sign, difference, abs(difference) <= trait.same, trait.at, a, b) for quantity, sign in _readings(trait)
    )


def _readings(trait: Trait) -> Iterator[tuple[str, int]]:
    yield trait.quantity, -1 if trait.falls else 1
    yield from ((name.removeprefix("-"), -1 if name.startswith("-") else 1) for name in trait.also)


def _against(quantity: str, sign: int, difference: float, same: bool, stage: str, a: Shown, b: Shown) -> bool:
    first, second = a.levels(stage, quantity), b.levels(stage, quantity)
    if first is None or second is None:
        return False
    jnd = CATALOG[quantity].jnd
    changes = [sign * (y - x) for x, y in zip(first, second, strict=True)]
    if same:
        return any(abs(change) >= jnd for change in changes)
    return any(change * np.sign(difference) < HIDDEN * jnd for change in changes)
