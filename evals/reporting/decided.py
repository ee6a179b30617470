"""One labelled statement beside its answer, whatever data it comes from: what every number of a report is counted from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...memory.report import DifferenceReport
from ...memory.values import Answer, KeyFrame, Side, Value, Vote
from ...tools.judge import SOURCE
from ..running.jobs import Outcome
from ..running.pairs import Pair

LETTERS = ("a", "b")
Truth = Literal["a", "b", "same"]
Instants = Mapping[str, tuple[Sequence[float], Sequence[float]]]
"""By statement, the true instants of both clips, one per repetition, seconds; statements that speak of no instant are not there."""


class Decided(Value):
    """One statement with its truth and what was answered."""

    pair: str
    group: str
    """Difficulty or split."""
    statement: str
    truth: Truth
    answer: Answer | Literal["none"]
    """`none` where the system failed or left the statement out."""
    failed: bool = False
    """The whole pair has no report."""
    lean: Side | None = None
    confidence: float = 0.0
    reason: str = ""
    run_id: str = ""
    off_s: tuple[float | None, ...] = ()
    """Per clip, from the first key frame to the nearest true instant, seconds; None without a key frame, empty without an instant."""
    first: int = 0
    """Letters, of all orders and looks, for the video that a model was shown first."""
    letters: int = 0
    """Letters of a model in all."""
    flipped: bool | None = None
    """Whether the letters of both orders contradict one another; None unless both orders gave one."""

    @property
    def right(self) -> bool:
        """Whether the forced choice is the truth."""
        return self.lean == self.truth

    @property
    def decided(self) -> bool:
        """Whether a letter or `same` was answered."""
        return self.answer in (*LETTERS, "same")

    @property
    def correct(self) -> bool:
        """Whether the answer is the truth."""
        return self.answer == self.truth


def decided_of(pair: Pair, outcome: Outcome | None, instants: Instants | None = None) -> list[Decided]:
    """Every statement of a pair that was asked about, beside its answer (the closed setting)."""
    report = outcome.report if outcome else None
    found = {d.id: d for d in report.differences} if report else {}
    decided = []
    for asked in pair.asked:
        truth: Truth = "same" if asked.truth == "c" else asked.truth
        base: dict[str, Any] = {"pair": pair.name, "group": pair.row.split, "statement": asked.description, "truth": truth}
        times = (instants or {}).get(asked.key)
        if (answer := found.get(asked.key)) is None or report is None:
            missed = (None, None) if times else ()
            decided.append(Decided(**base, answer="none", failed=report is None, off_s=missed))
        else:
            decided.append(Decided(**base, run_id=report.id, **_answered(answer), off_s=_off(answer, times)))
    return decided


def _answered(found: DifferenceReport) -> dict[str, Any]:
    asked = [vote for vote in found.votes if vote.source != SOURCE and vote.answer in LETTERS]
    last: dict[str, Vote] = {vote.order: vote for vote in asked}
    return {
        "answer": found.answer,
        "lean": found.lean,
        "confidence": found.confidence,
        "reason": found.reason,
        # The clip that an order names first was shown first.
        "first": sum(vote.order.startswith(vote.answer) for vote in asked),
        "letters": len(asked),
        "flipped": last["ab"].answer != last["ba"].answer if {"ab", "ba"} <= set(last) else None,
    }


def _off(found: DifferenceReport, times: tuple[Sequence[float], Sequence[float]] | None) -> tuple[float | None, ...]:
    if times is None:
        return ()
    return tuple(_nearest(keys, true) for keys, true in zip((found.evidence.a, found.evidence.b), times, strict=True))


def _nearest(keys: Sequence[KeyFrame], times_s: Sequence[float]) -> float | None:
    """From the first key frame to the nearest true instant, any repetition."""
    return min((abs(keys[0].time_s - time_s) for time_s in times_s), default=None) if keys else None
