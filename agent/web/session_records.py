"""What the server remembers of its conversations from one start to the next; what was said in them is kept by `Session`."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ValidationError

from ...memory.files import private_folder, write_whole
from ...memory.values import Value
from .contract import Names, NewSession, SessionRow, Status, Video

RECORD = re.compile(r"[0-9a-f]{1,32}")


class SessionRecord(Value):
    """One conversation."""

    id: str
    conversation: str
    """Id of its `Session`: the same, unless that had to be begun anew."""
    request: NewSession
    a: Video
    b: Video
    created: str
    """ISO 8601, UTC."""
    status: Status = "queued"
    error: str = ""
    starts: int = 0
    """How often its comparison was begun and not ended, by itself or by the user."""

    @property
    def row(self) -> SessionRow:
        """Its line in the list of all."""
        names = Names(a=self.a.name, b=self.b.name)
        return SessionRow(id=self.id, action=self.request.action, names=names, status=self.status, created=self.created)


class SessionRecords:
    """One JSON file per conversation under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self) -> list[SessionRecord]:
        """All that can be read, the oldest first."""
        private_folder(self._folder)
        found = []
        for path in self._folder.glob("*.json"):
            try:
                found.append(SessionRecord.model_validate_json(path.read_text(encoding="utf-8")))
            except (OSError, ValidationError):
                continue
        return sorted(found, key=lambda record: (record.created, record.id))

    def save(self, record: SessionRecord) -> None:
        """Keep one as it is now."""
        write_whole(self._place(record.id), record.model_dump_json(indent=2))

    def remove(self, id_: str) -> None:
        """Forget one."""
        self._place(id_).unlink(missing_ok=True)

    def _place(self, id_: str) -> Path:
        assert RECORD.fullmatch(id_), id_
        return self._folder / f"{id_}.json"
