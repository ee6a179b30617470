"""Comparing the benchmark's pairs one after the other; what is already in the folder is taken from there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from ...agent.api import compare
from ...agent.report import Report
from ...agent.settings import Settings
from ...memory.errors import BudgetExhausted, ModelServerError, SettingsError
from ...memory.values import Value
from .clips import clip_of
from .predictions import Prediction, predictions_of
from .rows import BenchRow, Setting

_DECIDES_NOTHING = {"home", "openai_api_key", "prices", "cache", "timeout", "max_calls", "max_cost"}


class Ran(Value):
    """What came of one pair."""

    sample_key: str
    predictions: dict[str, Prediction]
    """Empty where the comparison failed."""
    error: str = ""


class Bench(Value):
    """Where and how the pairs are compared."""

    root: Path
    """Where the videos were unpacked."""
    folder: Path
    """Reports, trimmed clips and what viddiff keeps; one folder for one way of working."""
    setting: Setting
    settings: Settings

    def claim(self) -> None:
        """Make the folder this way of working's own, so that answers of two are never mixed.

        Raises:
            SettingsError: It holds what was made with other settings.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        note, wanted = self.folder / "settings.json", self.settings.model_dump(mode="json", exclude=_DECIDES_NOTHING)
        if note.is_file() and (found := json.loads(note.read_text(encoding="utf-8"))) != wanted:
            unlike = ", ".join(sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name)))
            raise SettingsError(f"{self.folder}: holds answers made with other settings ({unlike}); name another folder")
        note.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")

    def ran(self, row: BenchRow) -> Ran:
        """Compare one pair, or take its report from the folder; a failure is named in the result.

        Raises:
            ModelServerError: The model server failed for good: every further pair would fail likewise.
            BudgetExhausted: Likewise for the limits.
        """
        kept = self.folder / "reports" / self.setting / f"{_file_name(row.sample_key)}.json"
        # A judge that dies of what it judges has counted nothing.
        try:
            if not kept.is_file():
                report = self._report(row)
                kept.parent.mkdir(parents=True, exist_ok=True)
                partial = kept.with_suffix(".partial")
                partial.write_text(report.model_dump_json(), encoding="utf-8")
                partial.replace(kept)
            found = predictions_of(Report.model_validate_json(kept.read_bytes()), self.setting)
            return Ran(sample_key=row.sample_key, predictions=dict(found))
        except (ModelServerError, BudgetExhausted):
            raise
        except Exception as error:
            return Ran(sample_key=row.sample_key, predictions={}, error=f"{row.sample_key}: {type(error).__name__}: {error}")

    def _report(self, row: BenchRow) -> Report:
        clips = [clip_of(v, self.root, self._trimmed(row, side)) for v, side in zip(row.videos, "ab", strict=True)]
        closed = self.setting == "closed"
        return compare(
            *clips,
            action=row.action_description,
            differences=[{"id": d.key, "description": d.description} for d in row.counted] if closed else None,
            max_differences=row.n_differences,
            settings=self.settings,
        )

    def _trimmed(self, row: BenchRow, side: str) -> Path:
        return self.folder / "clips" / f"{_file_name(row.sample_key)}-{side}.mp4"


def run_all(bench: Bench, rows: Sequence[BenchRow], tell: Callable[[str], None]) -> list[Ran]:
    """Every pair in turn; pairs without anything to ask about are left to the others.

    Args:
        bench: Where and how.
        rows: The pairs.
        tell: Told what is done, a line a pair.
    """
    bench.claim()
    done = []
    for number, row in enumerate(rows, 1):
        askable = bench.setting == "open" or row.counted
        done.append(bench.ran(row) if askable else Ran(sample_key=row.sample_key, predictions={}))
        tell(f"{number}/{len(rows)} {row.sample_key} ({row.split}) {done[-1].error or 'done'}")
    return done


def _file_name(sample_key: str) -> str:
    return re.sub(r"[^\w.-]", "_", sample_key)
