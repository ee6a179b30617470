"""Accuracy against coverage, stated confidence against the share that is right, and how far instants are off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...memory.values import Value
from ..drawn.metrics import BINS, Share, calibration_error


class Sure(Value):
    """An answer with its confidence."""

    confidence: float
    right: bool


class Covered(Value):
    """What is right of the answers that are at least so sure."""

    least: float
    """Confidence."""
    coverage: float
    """Their share of all."""
    right: Share


class Bin(Value):
    """Answers whose confidence lies in [low, low + 1 / BINS); the last bin takes 1 too."""

    low: float
    stated: float
    """Mean confidence."""
    right: Share


def coverage_curve(answers: Sequence[Sure], of: int | None = None) -> tuple[Covered, ...]:
    """One point for every confidence that occurs, the surest first: equal confidences cannot be told apart.

    Args:
        answers: Those that were given.
        of: All that were asked for, where some got no answer; as many as there are answers when None.
    """
    total = len(answers) if of is None else of
    if not total:
        return ()
    points = []
    for least in sorted({answer.confidence for answer in answers}, reverse=True):
        kept = [answer for answer in answers if answer.confidence >= least]
        share = Share(hits=sum(answer.right for answer in kept), of=len(kept))
        points.append(Covered(least=least, coverage=len(kept) / total, right=share))
    return tuple(points)


def at_coverage(curve: Sequence[Covered], coverage: float) -> Covered | None:
    """The first point of a curve that covers so much; None where it never does."""
    return next((point for point in curve if point.coverage >= coverage - 1e-9), None)


def bins_of(answers: Sequence[Sure]) -> tuple[Bin, ...]:
    """Stated against right, in the bins of `calibration_error`; empty bins are left out."""
    groups: dict[int, list[Sure]] = {}
    for answer in answers:
        groups.setdefault(min(int(answer.confidence * BINS + 1e-9), BINS - 1), []).append(answer)
    return tuple(
        Bin(
            low=place / BINS,
            stated=float(np.mean([answer.confidence for answer in group])),
            right=Share(hits=sum(answer.right for answer in group), of=len(group)),
        )
        for place, group in sorted(groups.items())
    )


def calibration(answers: Sequence[Sure]) -> float:
    """Expected calibration error (Naeini et al. 2015); NaN without answers."""
    return calibration_error([answer.confidence for answer in answers], [answer.right for answer in answers])


def quantile(values: Sequence[float], share: float) -> float:
    """A quantile; NaN of none."""
    return float(np.quantile(values, share)) if len(values) else float("nan")
