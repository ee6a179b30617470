"""Predictions in the form that the benchmark's authors exchange, read and written, so that either evaluator can score either system."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...memory.errors import SettingsError
from ...memory.report import Report
from ...memory.values import Value
from .rows import BenchRow, Setting

LETTERS = ("a", "b", "c")


class Prediction(Value):
    """What was predicted for one difference."""

    description: str = ""
    """Empty in the closed setting, where the key says it all."""
    letter: str | None
    """`a`, `b` or `c`; None where nothing usable was predicted."""


Predictions = Mapping[str, Prediction]
"""Of one pair: by the key of the difference (closed), or numbered in order of importance (open)."""


def predictions_of(report: Report, setting: Setting) -> Predictions:
    """What a report predicts: the lean, which is a letter for every difference; open ones are numbered in the report's order."""
    named = ((d.id if setting == "closed" else str(n), d) for n, d in enumerate(report.differences))
    return {key: Prediction(description=d.description, letter=d.lean) for key, d in named}


def read_predictions(path: Path, rows: Sequence[BenchRow]) -> list[Predictions]:
    """Predictions in the order of the rows, from a list parallel to them or from an object by sample key.

    Raises:
        SettingsError: The file is not of the authors' form, or does not fit the rows.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot be read as JSON ({error}); expected predictions in the benchmark's form") from None
    if isinstance(given, Mapping):
        keys = [row.sample_key for row in rows]
        if lacking := [key for key in keys if key not in given]:
            raise SettingsError(
                f"{path}: no predictions for {', '.join(lacking[:3])} ({len(lacking)} in all); expected one entry per pair"
            )
        given = [given[key] for key in keys]
    if not isinstance(given, list) or len(given) != len(rows):
        found = f"{len(given)} entries" if isinstance(given, list) else "no list"
        raise SettingsError(
            f"{path}: {found} for {len(rows)} pairs; expected a list parallel to the chosen rows, or an object by sample_key"
        )
    return [_of_row(entry, f"{path}, {row.sample_key}") for entry, row in zip(given, rows, strict=True)]


def _of_row(entry: Any, where: str) -> Predictions:
    if not isinstance(entry, Mapping):
        raise SettingsError(f'{where}: expected {{"KEY": {{"description": ..., "prediction": ...}}}}')
    found = {}
    for key, value in entry.items():
        # The authors' evaluator takes no other keys.
        if not key.isdigit():
            raise SettingsError(
                f"{where}: key {key!r} is no number; expected the keys of differences_gt, or 0, 1, ... in the open setting"
            )
        fields = value if isinstance(value, Mapping) else {"prediction": value}
        letter = fields.get("prediction")
        found[key] = Prediction(description=str(fields.get("description") or ""), letter=letter if letter in LETTERS else None)
    return found


def write_predictions(path: Path, rows: Sequence[BenchRow], predictions: Sequence[Predictions], setting: Setting) -> None:
    """Write the list that the authors' evaluator takes, parallel to the rows.

    In the closed setting every difference that is asked about is there, with null where nothing was predicted: that evaluator
    stumbles over an empty entry, and counts null as not answered.
    """
    entries = [_entry(row, given, setting) for row, given in zip(rows, predictions, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


def _entry(row: BenchRow, given: Predictions, setting: Setting) -> dict[str, dict[str, str | None]]:
    if setting == "open":
        return {key: {"description": p.description, "prediction": p.letter} for key, p in given.items()}
    return {
        d.key: {"description": d.description, "prediction": found.letter if (found := given.get(d.key)) else None}
        for d in row.counted
    }
