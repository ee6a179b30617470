"""The numbers of a score: shares with intervals and calibration, from statements with their truth and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np

from ...memory.report import DifferenceReport
from ...memory.values import Answer, KeyFrame, Phase, Side, Value
from .statements import DrawnStatement, Truth

INSTANTS: tuple[Phase, ...] = ("bottom", "top", "peak")
"""Phases that are an instant rather than a span."""
NEAR_S = 0.2
BINS = 10


class Answered(Value):
    """One statement with its truth and what was answered."""

    difficulty: str
    truth: Truth
    answer: Answer | Literal["error"]
    """`error` where the comparison failed: it counts as neither right nor decided."""
    lean: Side | None
    """None where the comparison failed."""
    confidence: float
    instants: tuple[bool, ...] = ()
    """Per clip, whether the key instant was found within `NEAR_S`; empty where the statement speaks of no instant."""


class Share(Value):
    """How many of how many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """0 to 1; NaN of none."""
        return self.hits / self.of if self.of else float("nan")

    def interval(self) -> tuple[float, float]:
        """95% interval after Wilson (1927); all of [0, 1] of none."""
        from scipy.stats import binomtest

        if not self.of:
            return 0.0, 1.0
        found = binomtest(self.hits, self.of).proportion_ci(confidence_level=0.95, method="wilson")
        return float(found.low), float(found.high)


class Score(Value):
    """What a group of statements scored."""

    right: Share
    """`lean` is the truth, where the truth is a letter."""
    wrong: Share
    """A letter was answered and it is the other one, where the truth is a letter."""
    same: Share
    """`same` was answered, where the truth is a letter."""
    unknown: Share
    """Likewise `unknown`."""
    failed: Share
    """The comparison failed; all statements."""
    kept_same: Share
    """`same` was answered, where the truth is same."""
    false_letter: Share
    """A letter was answered, where the truth is same."""
    instants: Share
    """Key instants within `NEAR_S`; one per clip and statement, a missing one counts against."""
    calibration: float
    """Expected calibration error of the confidence of answered letters; NaN without any."""


def answered(statement: DrawnStatement, found: DifferenceReport | None, difficulty: str) -> Answered:
    """A statement beside its answer; None where the comparison failed."""
    truth = statement.answer
    timed = statement.phase in INSTANTS
    if found is None:
        missed = (False, False) if timed else ()
        return Answered(difficulty=difficulty, truth=truth, answer="error", lean=None, confidence=0.0, instants=missed)
    sides = ((found.evidence.a, statement.times_a), (found.evidence.b, statement.times_b))
    return Answered(
        difficulty=difficulty,
        truth=truth,
        answer=found.answer,
        lean=found.lean,
        confidence=found.confidence,
        instants=tuple(near(keys, times) for keys, times in sides) if timed else (),
    )


def near(keys: Sequence[KeyFrame], times_s: Sequence[float]) -> bool:
    """Whether the first key frame lies within `NEAR_S` of one of the true instants, any repetition."""
    return bool(keys) and any(abs(keys[0].time_s - time_s) <= NEAR_S + 1e-9 for time_s in times_s)


def score(answers: Iterable[Answered]) -> Score:
    """The numbers of a group of statements."""
    every = tuple(answers)
    letters = [a for a in every if a.truth in ("a", "b")]
    equal = [a for a in every if a.truth == "same"]
    decided = [a for a in every if a.answer in ("a", "b")]
    return Score(
        right=_share(a.lean == a.truth for a in letters),
        wrong=_share(a.answer in ("a", "b") and a.answer != a.truth for a in letters),
        same=_share(a.answer == "same" for a in letters),
        unknown=_share(a.answer == "unknown" for a in letters),
        failed=_share(a.answer == "error" for a in every),
        kept_same=_share(a.answer == "same" for a in equal),
        false_letter=_share(a.answer in ("a", "b") for a in equal),
        instants=_share(near for a in every for near in a.instants),
        calibration=calibration_error([a.confidence for a in decided], [a.answer == a.truth for a in decided]),
    )


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error (Naeini et al. 2015) over `BINS` equal bins of confidence; NaN without answers.

    A confidence on a border belongs to the bin above it, 1 to the last.
    """
    if not confidences:
        return float("nan")
    sure, hit = np.asarray(confidences, float), np.asarray(right, float)
    bins = np.minimum((sure * BINS + 1e-9).astype(int), BINS - 1)
    gaps = [abs(float((sure[bins == b] - hit[bins == b]).sum())) for b in np.unique(bins)]
    return sum(gaps) / len(sure)


def _share(hits: Iterable[bool]) -> Share:
    counted = tuple(hits)
    return Share(hits=sum(counted), of=len(counted))
