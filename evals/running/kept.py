"""Outcomes on the disk, each under the content of what decided it: whoever starts again finds what was finished."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from .jobs import Job, Outcome


class Kept:
    """A folder of outcomes. Failures are not kept: another start tries them again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, job: Job) -> Outcome | None:
        """The outcome of a job; None where there is none, or where it cannot be read any more."""
        try:
            return Outcome.model_validate_json(self._place(job).read_bytes())
        except (OSError, ValidationError):
            return None

    def keep(self, job: Job, outcome: Outcome) -> None:
        """Keep an outcome, whole or not at all."""
        if outcome.report is None or outcome.short:
            return
        place = self._place(job)
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(f".{place.stem}.{uuid.uuid4().hex[:8]}.partial")
        partial.write_text(outcome.model_dump_json(), encoding="utf-8")
        partial.replace(place)

    def forget(self, jobs: Sequence[Job]) -> None:
        """Let jobs be done anew."""
        for job in jobs:
            self._place(job).unlink(missing_ok=True)

    def _place(self, job: Job) -> Path:
        return self._folder / f"{job.name}.{job.key}.json"
