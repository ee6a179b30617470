"""What is kept of every run: what was asked for, so that it can be taken up again, and its report."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError

from .errors import SettingsError
from .files import private_folder, why_unwritable, write_whole
from .items import same_words
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
        """Keep what a run was asked for, before it starts.

        Raises:
            SettingsError: it cannot be written.
        """
        with self._writing(request.run_id) as place:
            write_whole(place / "request.json", request.model_dump_json(indent=2))

    def save_report(self, report: Report) -> None:
        """Keep what came of it.

        Raises:
            SettingsError: it cannot be written.
        """
        with self._writing(report.id) as place:
            write_whole(place / "report.json", report.model_dump_json(indent=2))

    def save_used(self, run_id: str, used: Mapping[str, Mapping[str, float]]) -> None:
        """Keep what a run used of the models so far, by kind, so that its limits and its report hold for all parts of it.

        Where that cannot be written they hold for this part only: it is no reason to end a run.
        """
        with suppress(OSError):
            write_whole(self._folder / run_id / "used.json", json.dumps(used, indent=2))

    def used(self, run_id: str) -> dict[str, dict[str, float]]:
        """What earlier parts of a run used; empty for a new run, and where what was kept cannot be read."""
        try:
            return _USED.validate_json((self._folder / run_id / "used.json").read_bytes())
        except (OSError, ValidationError):
            return {}

    @contextmanager
    def _writing(self, run_id: str) -> Iterator[Path]:
        place = self._folder / run_id
        try:
            private_folder(place)
            yield place
        except OSError as error:
            why = why_unwritable(error) or f"{error.strerror or error}, so name another folder in VIDDIFF_HOME"
            raise SettingsError(f"{place} cannot be written: {why}") from None

    def delete(self, run_id: str) -> None:
        """Forget a run; nothing happens where there is none."""
        if RUN_ID.fullmatch(run_id):
            shutil.rmtree(self._folder / run_id, ignore_errors=True)

    def of_person(self, person: str) -> tuple[str, ...]:
        """The ids of the runs that show a person."""
        named = []
        for place in sorted(self._folder.glob("*/request.json")):
            with suppress(SettingsError):
                saved = self.request(place.parent.name)
                named += [saved.run_id] if same_words(saved.person) == same_words(person) else []
        return tuple(named)

    def request(self, run_id: str, what: str = "run") -> SavedRequest:
        """What a run was asked for.

        Args:
            run_id: Its id.
            what: What it is called in an error.

        Raises:
            SettingsError: there is no such run here, or its request cannot be read any more.
        """
        path = self._folder / run_id / "request.json"
        if not RUN_ID.fullmatch(run_id) or not path.is_file():
            raise SettingsError(
                f"{what} {run_id!r} is not known here; expected the id of a {what} that was started with the same VIDDIFF_HOME"
            )
        try:
            return SavedRequest.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            raise SettingsError(
                f"{what} {run_id!r}: its saved request cannot be read any more; start the comparison anew"
            ) from None
