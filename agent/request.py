"""What a comparison is asked for, checked before any work."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from ..memory.errors import SettingsError
from ..memory.state import RunInput
from .statements import StatementLike, read_statements

MOST_DIFFERENCES = 100


def new_run_id() -> str:
    """12 hex digits."""
    return uuid.uuid4().hex[:12]


def new_request(
    action: str, differences: Sequence[StatementLike] | None, max_differences: int, run_id: str | None = None
) -> RunInput:
    """The input of a run, its videos still to be probed.

    Raises:
        SettingsError: the action is empty, a statement is none, or the number of differences is out of range.
    """
    if not action.strip():
        raise SettingsError("action: expected a description of what is done in both videos, got an empty text")
    if differences is None and not 1 <= max_differences <= MOST_DIFFERENCES:
        raise SettingsError(f"max_differences: expected 1 to {MOST_DIFFERENCES}, got {max_differences}")
    return RunInput(
        run_id=run_id or new_run_id(),
        action=action.strip(),
        setting="open" if differences is None else "closed",
        max_differences=max_differences,
        statements=tuple(read_statements(differences)) if differences is not None else (),
        videos={},
    )
