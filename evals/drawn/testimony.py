"""What each witness said of a statement, beside its truth: how often which witness is right, and what that is worth in combination."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np

from ...memory.report import DifferenceReport
from ...memory.values import Answer, Value, Vote
from ...tools.judge import SOURCE
from ...tools.vlm_votes import LETTERS, ORDERS, SHOWN, Bias, Heard, Opinion, opinion_of
from .metrics import BINS, Share, calibration_error
from .statements import DrawnStatement, Truth

SURE = 0.7
"""A letter of at least this confidence is one that a reader takes for certain."""
Model = Literal["both orders", "one order", "void", "says nothing"]
Agreement = Literal["agrees", "differs", "undecided"]
_MODEL: dict[str, Model] = {"strong": "both orders", "weak": "one order", "none": "says nothing"}


class Weighed(Value):
    """One statement with its truth, what the witnesses said in the last look, and what was made of it."""

    truth: Truth
    answer: Answer
    confidence: float
    right: bool
    """`lean` is the truth; False where the truth is no letter."""
    measured: Answer
    ever_measured: bool
    """Whether the measurement gave the answer itself in any look."""
    opinion: Opinion
    bias: Bias
    """Over every look."""
    paired: bool
    """Whether both orders gave a letter."""

    @property
    def model(self) -> Model:
        """What the model's two orders come to."""
        if self.opinion.void:
            return "void"
        return _MODEL[self.opinion.strength]

    @property
    def agreement(self) -> Agreement:
        """How the measurement stands to the model."""
        if self.measured == "unknown":
            return "undecided"
        return "agrees" if self.measured == self.opinion.answer else "differs"

    @property
    def surely_wrong(self) -> bool:
        """A letter was answered with confidence, and it is not the truth."""
        return self.answer in LETTERS and self.answer != self.truth and self.confidence >= SURE


def weighed(statement: DrawnStatement, found: DifferenceReport) -> Weighed:
    """What was said of one statement, from the votes in the report."""
    measured = [vote for vote in found.votes if vote.source == SOURCE]
    every = [vote for vote in found.votes if vote.source != SOURCE]
    cast = {vote.order: vote for vote in every}
    ab, ba = (Heard(answer=vote.answer, confidence=vote.confidence) if (vote := cast.get(order)) else None for order in ORDERS)
    return Weighed(
        truth=statement.answer,
        answer=found.answer,
        confidence=found.confidence,
        right=found.lean == statement.answer,
        measured=measured[-1].answer if measured else "unknown",
        ever_measured=found.answer in {vote.answer for vote in measured},
        opinion=opinion_of(found.id, "model", ab, ba),
        bias=_bias(every),
        paired=ab is not None and ba is not None and {ab.answer, ba.answer} <= set(LETTERS),
    )


def _bias(votes: Iterable[Vote]) -> Bias:
    letters = [vote for vote in votes if vote.answer in LETTERS]
    return Bias(
        first=sum(vote.answer == SHOWN["ab" if vote.order == "ab" else "ba"][0] for vote in letters), letters=len(letters)
    )


class Conduct(Value):
    """How a model behaves, and what a group of statements comes to with it."""

    right: Share
    """`lean` is the truth, where the truth is a letter."""
    model_right: Share
    """The model's own letter is the truth, where the truth is a letter and the model gives one in at least one order."""
    sure_wrong: int
    sure_wrong_by_model: int
    """Those of them that the measurement did not say."""
    void: Share
    """Answers that flip with the order, of the statements for which both orders gave a letter."""
    first: Share
    """Letters for the video shown first."""
    calibration: float
    """Expected calibration error of the confidence of answered letters; NaN without any."""


def conduct(heard: Iterable[Weighed]) -> Conduct:
    """The numbers of a group of statements."""
    every = tuple(heard)
    letters = [t for t in every if t.truth in LETTERS]
    decided = [t for t in every if t.answer in LETTERS]
    said = [t for t in letters if t.opinion.answer in LETTERS]
    paired = [t for t in every if t.paired]
    wrong = [t for t in decided if t.surely_wrong]
    return Conduct(
        right=_share(t.right for t in letters),
        model_right=_share(t.opinion.answer == t.truth for t in said),
        sure_wrong=len(wrong),
        sure_wrong_by_model=sum(not t.ever_measured for t in wrong),
        void=_share(t.opinion.void for t in paired),
        first=Share(hits=sum(t.bias.first for t in every), of=sum(t.bias.letters for t in every)),
        calibration=calibration_error([t.confidence for t in decided], [t.answer == t.truth for t in decided]),
    )


class Bin(Value):
    """Answers whose confidence lies between two borders."""

    low: float
    stated: float
    """Mean confidence."""
    right: Share


def reliability(heard: Iterable[Weighed], answers: Sequence[Answer]) -> tuple[Bin, ...]:
    """Stated confidence against the share that is right, in the bins of `calibration_error`; empty bins are left out."""
    decided = [t for t in heard if t.answer in answers]
    bins = [min(int(t.confidence * BINS + 1e-9), BINS - 1) for t in decided]
    groups = {b: [t for t, own in zip(decided, bins, strict=True) if own == b] for b in sorted(set(bins))}
    return tuple(
        Bin(low=b / BINS, stated=float(np.mean([t.confidence for t in group])), right=_share(t.answer == t.truth for t in group))
        for b, group in groups.items()
    )


class Case(Value):
    """What the witnesses say, taken together: everything that the weighing sees but the confidences."""

    says: Literal["a letter", "same"]
    """Of the model where it says something, else of the measurement."""
    model: Model
    measurement: Agreement | Literal["decides", "undecided"]


class Record(Value):
    """How often each witness was right in one case."""

    case: Case
    model: Share
    measurement: Share
    answered: Share
    """The answer that was given."""
    stated: float
    """Mean confidence of the answers that were given; NaN without any."""


def records(heard: Iterable[Weighed]) -> tuple[Record, ...]:
    """Every case that occurs, with how often who was right in it; statements of which nobody says anything are left out."""
    cases: dict[Case, list[Weighed]] = {}
    for each in heard:
        if (case := _case(each)) is not None:
            cases.setdefault(case, []).append(each)
    ordered = sorted(cases, key=lambda case: (case.model, case.says, case.measurement))
    return tuple(_record(case, cases[case]) for case in ordered)


def _case(heard: Weighed) -> Case | None:
    speaks = heard.opinion.strength != "none"
    if not speaks and heard.measured == "unknown":
        return None
    says = "a letter" if (heard.opinion.answer if speaks else heard.measured) in LETTERS else "same"
    return Case(says=says, model=heard.model, measurement=heard.agreement if speaks else "decides")


def _record(case: Case, group: Sequence[Weighed]) -> Record:
    answered = [t for t in group if t.answer != "unknown"]
    return Record(
        case=case,
        model=_share(t.opinion.answer == t.truth for t in group if t.opinion.strength != "none"),
        measurement=_share(t.measured == t.truth for t in group if t.measured != "unknown"),
        answered=_share(t.answer == t.truth for t in answered),
        stated=float(np.mean([t.confidence for t in answered])) if answered else float("nan"),
    )


def _share(hits: Iterable[bool]) -> Share:
    counted = tuple(hits)
    return Share(hits=sum(counted), of=len(counted))
