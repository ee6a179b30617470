"""Who decides: the measurement alone, a vision model alone in one order or in both, or both witnesses, read off the same reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from ...memory.errors import SettingsError
from ...memory.report import DifferenceReport, Report
from ...memory.values import Answer, Value
from ...tools.judge import SOURCE
from ..drawn.markdown import said, table_of
from ..drawn.metrics import Share
from .metrics import over_pairs

LETTERS = ("a", "b")
Decider = Callable[[DifferenceReport], Answer]


class Decided(Value):
    """One statement whose truth is a letter, and what a decider answered."""

    pair: str
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


def verifier_table(folder: Path) -> str:
    """One row a decider, from the reports of `python -m viddiff.evals.drawn.score --server NAME --folder FOLDER`.

    Raises:
        SettingsError: the folder holds no report with a vision model in it.
    """
    reports = list(_reports(folder))
    if not reports:
        raise SettingsError(
            f"{str(folder)!r} holds no report-*.json; run viddiff.evals.drawn.score --server NAME --folder there first"
        )
    rows = [
        _row(name, [d for pair, truths, report in reports for d in _decided(pair, truths, report, by)])
        for name, by in DECIDERS.items()
    ]
    return table_of(("who decides", "gives a letter", "right of these, 95%", "right, half for no letter, 95% over pairs"), rows)


def _row(name: str, decided: list[Decided]) -> list[str]:
    told = [d for d in decided if d.answer in LETTERS]
    pairs = [[d.worth for d in decided if d.pair == pair] for pair in dict.fromkeys(d.pair for d in decided)]
    forced = over_pairs(pairs, lambda values: float(values.mean()))
    return [
        name,
        said(Share(hits=len(told), of=len(decided))),
        said(Share(hits=sum(d.answer == d.truth for d in told), of=len(told)), True),
        f"{forced.value:.0%}, {forced.low:.0%} to {forced.high:.0%}",
    ]


def _decided(pair: str, truths: dict[str, Answer], report: Report, by: Decider) -> Iterator[Decided]:
    for found in report.differences:
        if truths.get(found.id) in LETTERS:
            yield Decided(pair=pair, truth=truths[found.id], answer=by(found))


def _reports(folder: Path) -> Iterator[tuple[str, dict[str, Answer], Report]]:
    for path in sorted(folder.glob("*/report-*.json")):
        truth = json.loads((path.parent / "truth.json").read_text(encoding="utf-8"))
        truths = {statement["id"]: statement["answer"] for statement in truth["statements"]}
        yield path.parent.name, truths, Report.model_validate_json(path.read_bytes())
