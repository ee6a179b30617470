"""The statements of the closed setting, from whatever form a user gives them in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ..memory.errors import SettingsError
from ..memory.state import Statement

StatementLike = str | Mapping[str, object] | Statement
MAX_STATEMENTS = 500


def read_statements(differences: Sequence[StatementLike]) -> list[Statement]:
    """Statements from strings, dictionaries with `id` and `description`, or `Statement` values.

    Raises:
        SettingsError: one of them is something else, is empty, or repeats an id.
    """
    read = [_statement(number, given) for number, given in enumerate(differences)]
    ids = [statement.id for statement in read]
    if len(set(ids)) < len(ids):
        twice = next(id_ for id_ in ids if ids.count(id_) > 1)
        raise SettingsError(f"differences: the id {twice!r} is given twice; every statement needs its own")
    if not 1 <= len(read) <= MAX_STATEMENTS:
        raise SettingsError(f"differences: expected 1 to {MAX_STATEMENTS} statements, got {len(read)}")
    return read


def _statement(number: int, given: StatementLike) -> Statement:
    if isinstance(given, Statement):
        return given
    if isinstance(given, str) and given.strip():
        return Statement(id=str(number), description=given.strip())
    if isinstance(given, Mapping):
        text, id_ = given.get("description"), given.get("id", number)
        if isinstance(text, str) and text.strip() and isinstance(id_, str | int) and str(id_).strip():
            return Statement(id=str(id_), description=text.strip())
    raise SettingsError(
        f'differences: entry {number} is {json.dumps(given, default=str)[:80]}; expected a sentence or {{"id": ..., "description": ...}}'
    )
