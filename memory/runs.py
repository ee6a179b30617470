"""What is kept of every run: what was asked for, so that it can be taken up again, and its report."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError

from .errors import SettingsError
from .report import Report
from .values import Setting, Value

RUN_ID = re.compile(r"[0-9a-f]{12}")
_USED = TypeAdapter(dict[str, dict[str, int | float]])


class ForkedFrom(Value):
    """The step of an earlier run that another one goes on from."""

    run_id: str
    step: int
    """The first step that runs again, as LangGraph counts them (parallel branches are one step); 0 when all do."""
    node: str
    changed: dict[str, JsonValue]
    """Settings that are not as they were."""
    origin: str
    """The run that this line of forks began with."""


class SavedRequest(Value):
    """Everything that a run was asked for; no keys."""

    run_id: str
    video_a: str
    video_b: str
    action: str
    setting: Setting
    statements: tuple[tuple[str, str], ...]
    """(id, description) in the closed setting."""
    max_differences: int
    settings: dict[str, JsonValue]
    person: str = ""
    """Whom the clips show, as the user calls them."""
    forked_from: ForkedFrom | None = None
    """Where it begins, when not at the beginning."""


class Runs:
    """One folder per run under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save_request(self, request: SavedRequest) -> None:
        """Keep what a run was asked for, before it starts."""
        place = self._folder / request.run_id
        place.mkdir(parents=True, exist_ok=True)
        (place / "request.json").write_text(request.model_dump_json(indent=2), encoding="utf-8")

    def save_report(self, report: Report) -> None:
        """Keep what came of it."""
        (self._folder / report.id / "report.json").write_text(report.model_dump_json(indent=2), encoding="utf-8")

    def save_used(self, run_id: str, used: Mapping[str, Mapping[str, float]]) -> None:
        """Keep what a run used of the models so far, by kind, so that its limits and its report hold for all parts of it."""
        (self._folder / run_id / "used.json").write_text(json.dumps(used, indent=2), encoding="utf-8")

    def used(self, run_id: str) -> dict[str, dict[str, float]]:
        """What earlier parts of a run used; empty for a new run, and where what was kept cannot be read."""
        try:
            return _USED.validate_json((self._folder / run_id / "used.json").read_bytes())
        except (OSError, ValidationError):
            return {}

    def delete(self, run_id: str) -> None:
        """Forget a run; nothing happens where there is none."""
        if RUN_ID.fullmatch(run_id):
            shutil.rmtree(self._folder / run_id, ignore_errors=True)

    def request(self, run_id: str) -> SavedRequest:
        """What a run was asked for.

        Raises:
            SettingsError: there is no such run here, or its request cannot be read any more.
        """
        path = self._folder / run_id / "request.json"
        if not RUN_ID.fullmatch(run_id) or not path.is_file():
            raise SettingsError(
                f"run {run_id!r} is not known here; expected the id of a run that was started with the same VIDDIFF_HOME"
            )
        try:
            return SavedRequest.model_validate_json(path.read_text(encoding="utf-8"))
        except ValidationError:
            raise SettingsError(f"run {run_id!r}: its saved request cannot be read any more; start the comparison anew") from None
