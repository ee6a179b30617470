"""The tables of a score with a model: how it behaves, how far confidence can be believed, and what each witness was worth."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from ..reporting.sections import Table
from .markdown import said
from .testimony import LETTERS, Bin, Weighed, conduct, records, reliability

_CONDUCT = (
    "a/b: right by lean, 95%", "model alone", "sure wrong letters", "of them by the model", "void", "for the first", "calibration error",
)  # fmt: skip
_RELIABILITY = ("confidence", "letters, stated", "right, 95%", "same, stated", "right, 95%")
_RECORDS = ("says", "model", "measurement", "model right, 95%", "measurement right, 95%", "answer right, 95%", "stated")


def conduct_table(heard: Sequence[Weighed]) -> Table:
    """How often right, how often surely wrong, and how much the model's answers hang on the order."""
    found = conduct(heard)
    cells = (said(found.right, True), said(found.model_right), str(found.sure_wrong), str(found.sure_wrong_by_model))
    return Table.of(_CONDUCT, [[*cells, said(found.void), said(found.first), _number(found.calibration, 3)]])


def reliability_table(heard: Sequence[Weighed]) -> Table:
    """Stated confidence against the share that is right, letters and `same` apart."""
    letters = {found.low: found for found in reliability(heard, LETTERS)}
    same = {found.low: found for found in reliability(heard, ("same",))}
    lows = sorted({*letters, *same})
    return Table.of(
        _RELIABILITY, [[f"{low:.1f} to {low + 0.1:.1f}", *_bin(letters.get(low)), *_bin(same.get(low))] for low in lows]
    )


def records_table(heard: Sequence[Weighed]) -> Table:
    """How often each witness is right, by what the others say."""
    return Table.of(
        _RECORDS,
        [
            [
                record.case.says,
                record.case.model,
                record.case.measurement,
                *(said(share, True) for share in (record.model, record.measurement, record.answered)),
                _number(record.stated, 2),
            ]
            for record in records(heard)
        ],
    )


def _bin(found: Bin | None) -> tuple[str, str]:
    return (f"{found.stated:.2f}", said(found.right, True)) if found else ("-", "-")


def _number(value: float, digits: int) -> str:
    return "-" if isnan(value) else f"{value:.{digits}f}"
