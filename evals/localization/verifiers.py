"""Who decides: the measurement alone, a vision model alone in one order or in both, or both witnesses, read off the same reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...memory.report import DifferenceReport
from ...memory.values import Answer, Value
from ...tools.judge import SOURCE
from ..drawn.markdown import said
from ..drawn.metrics import Share
from ..drawn.score import Compared
from ..reporting.sections import Table
from .metrics import over_pairs

LETTERS = ("a", "b")
Decider = Callable[[DifferenceReport], Answer]


class Decided(Value):
    """One statement whose truth is a letter, and what a decider answered."""

    truth: Answer
    answer: Answer

    @property
    def worth(self) -> float:
        """1 when right, 0 when wrong, and half for no letter: what a coin would make of it."""
        return 0.5 if self.answer not in LETTERS else float(self.answer == self.truth)


def _last(found: DifferenceReport, order: str) -> Answer:
    """What the vision model said in one order when it was last asked."""
    votes = list[Answer](vote.answer for vote in found.votes if vote.source != SOURCE and vote.order == order)
    return votes[-1] if votes else "unknown"


def _measured(found: DifferenceReport) -> Answer:
    votes = list[Answer](vote.answer for vote in found.votes if vote.source == SOURCE)
    return votes[-1] if votes else "unknown"


def _agreed(found: DifferenceReport) -> Answer:
    """The letter of both orders; none where it flips with the order."""
    first, second = _last(found, "ab"), _last(found, "ba")
    return first if first == second else "unknown"


DECIDERS: dict[str, Decider] = {
    "measurement only": _measured,
    "vision model only, A shown first": lambda found: _last(found, "ab"),
    "vision model only, B shown first": lambda found: _last(found, "ba"),
    "vision model only, both orders agree": _agreed,
    "measurement and vision model": lambda found: found.answer,
}


def verifier_table(compared: Sequence[Compared]) -> Table:
    """One row a decider, from reports in which a vision model was asked."""
    rows = [_row(name, [[*_decided(each, by)] for each in compared]) for name, by in DECIDERS.items()]
    return Table.of(("who decides", "gives a letter", "right of these, 95%", "right, half for no letter, 95% over pairs"), rows)


def _row(name: str, pairs: Sequence[Sequence[Decided]]) -> list[str]:
    decided = [d for pair in pairs for d in pair]
    told = [d for d in decided if d.answer in LETTERS]
    forced = over_pairs([[d.worth for d in pair] for pair in pairs], lambda values: float(values.mean()))
    return [
        name,
        said(Share(hits=len(told), of=len(decided))),
        said(Share(hits=sum(d.answer == d.truth for d in told), of=len(told)), True),
        f"{forced.value:.0%}, {forced.low:.0%} to {forced.high:.0%}",
    ]


def _decided(compared: Compared, by: Decider) -> Iterator[Decided]:
    found = {d.id: d for d in compared.report.differences} if compared.report else {}
    for statement in compared.pair.statements:
        if statement.answer in LETTERS and statement.id in found:
            yield Decided(truth=statement.answer, answer=by(found[statement.id]))
