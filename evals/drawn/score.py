"""How often viddiff is right on drawn pairs, whose truth is known (closed setting): by difficulty, and what each witness was worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan

from ...memory.report import Report
from ...memory.values import Value
from ..reporting.sections import Table
from .markdown import said
from .metrics import Answered, Score, answered, score
from .pairs import DrawnPair
from .remote_tables import conduct_table, records_table, reliability_table
from .testimony import Weighed, weighed

_HEAD = (
    "difficulty", "pairs", "a/b: right by lean, 95%", "wrong letter", "same", "unknown",
    "same: answered same", "got a letter", "instants within 0.2 s", "calibration error", "failed",
)  # fmt: skip


class Compared(Value):
    """One pair with its report; None where there is none."""

    pair: DrawnPair
    report: Report | None

    def answers(self) -> Iterator[Answered]:
        """Every statement of the pair beside its answer."""
        found = {d.id: d for d in self.report.differences} if self.report else {}
        return (answered(s, found.get(s.id), self.pair.difficulty) for s in self.pair.statements)

    def witnessed(self) -> Iterator[Weighed]:
        """Every statement that was compared, with what each witness said of it."""
        found = {d.id: d for d in self.report.differences} if self.report else {}
        return (weighed(s, found[s.id]) for s in self.pair.statements if s.id in found)


def table(compared: Sequence[Compared]) -> Table:
    """The scores by difficulty and over all."""
    levels = dict.fromkeys(c.pair.difficulty for c in compared)
    groups = {level: [c for c in compared if c.pair.difficulty == level] for level in levels}
    if len(groups) > 1:
        groups |= {"all": list(compared)}
    return Table.of(
        _HEAD, [_row(name, len(group), score(a for c in group for a in c.answers())) for name, group in groups.items()]
    )


def _row(name: str, pairs: int, found: Score) -> list[str]:
    shares = (found.wrong, found.same, found.unknown, found.kept_same, found.false_letter, found.instants)
    calibration = "-" if isnan(found.calibration) else f"{found.calibration:.3f}"
    return [name, str(pairs), said(found.right, True), *(said(share) for share in shares), calibration, said(found.failed)]


def witness_tables(compared: Sequence[Compared]) -> tuple[Table, ...]:
    """What the witnesses were worth."""
    heard = [t for c in compared for t in c.witnessed()]
    return conduct_table(heard), reliability_table(heard), records_table(heard)
