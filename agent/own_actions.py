"""Actions that users describe themselves: read from YAML and checked like the library's, kept in memory, written out again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from langgraph.store.base import BaseStore
from pydantic import ValidationError

from ..memory.errors import SettingsError
from ..memory.taxonomies import keep_taxonomy, kept_taxonomies
from ..tools.actions import GENERAL, Action, actions_of
from ..tools.statement import StatementReader
from ..tools.yaml_reading import read_yaml

LARGEST_FILE = 2**18
"""Bytes."""
OWN_FAMILY = "own"
_KEY = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_NAMED = ("stages", "differences")
# Parts of an action that are mappings by name in the file and tuples in the value.
_FAULTS = {"missing": "expected this key, which is missing", "extra_forbidden": "there is no such key"}
_TERMS = (
    ("^Value error, ", ""),
    ("^Input should be (?:a valid )?(?:tuple)?", "expected "),
    ("^expected $", "expected a list"),
    ("^Tuple should have (.*) after validation, not .*", r"expected \1"),
)
# What pydantic says of a value, in the terms of the file.


def read_taxonomy(path: Path) -> tuple[Action, ...]:
    """The actions of one file of the user's.

    Raises:
        SettingsError: it cannot be read, or an action in it is not whole; the message names file, key and what was expected.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SettingsError(f"{path}: is larger than {LARGEST_FILE // 1024} KiB; expected a YAML file with actions")
        text = path.read_text(encoding="utf-8")
        data = read_yaml(text)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); expected a YAML file with actions") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path}: is not YAML ({' '.join(str(error).split())[:200]})") from None
    _check_shape(path, data)
    try:
        return actions_of({"family": OWN_FAMILY, **data})
    except ValidationError as error:
        raise SettingsError(f"{path}: {_first_fault(error, data['actions'])}") from None


def as_yaml(action: Action) -> str:
    """An action as a file that `read_taxonomy` reads back as the same action."""
    fields = action.model_dump(mode="json", exclude={"key", "family"}, exclude_defaults=True)
    for part in _NAMED:
        fields[part] = {entry.pop("name"): entry for entry in fields[part]}
    for name, entry in fields["differences"].items():
        entry["frames"] = next(d.frames for d in action.differences if d.name == name)
    data = {"family": action.family, "actions": {action.key: fields}}
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


def not_measurable(action: Action, reader: StatementReader) -> dict[str, str]:
    """The statements that cannot be measured, and why; without a vision-language model they are left out."""
    readings = {d.statement: reader.read(d.statement) for d in action.differences}
    return {statement: reading.unmeasurable for statement, reading in readings.items() if reading.question is None}


async def keep_own_action(store: BaseStore, action: Action) -> None:
    """Keep an action; an older one of the same key is replaced."""
    await keep_taxonomy(store, action.key, action.model_dump(mode="json"), datetime.now(UTC))


async def own_actions(store: BaseStore) -> tuple[Action, ...]:
    """The user's own actions, by name, for `ActionLibrary.load(own=...)`.

    Raises:
        SettingsError: one was kept by another version of viddiff and cannot be read any more.
    """
    actions = []
    for kept in await kept_taxonomies(store):
        try:
            actions.append(Action.model_validate(kept.action))
        except ValidationError as error:
            raise SettingsError(
                f"taxonomy {kept.name!r} cannot be read any more ({error.errors()[0]['msg']}); "
                f"remove it with: viddiff taxonomy remove {kept.name}"
            ) from None
    return tuple(actions)


def _check_shape(path: Path, data: Any) -> None:
    """What the library's own files always have."""

    def expect(right: bool, place: str, expected: str, given: Any) -> None:
        if not right:
            raise SettingsError(f"{path}: {place}: expected {expected}, got {_shown(given)}")

    expect(isinstance(data, dict), "the file", "a mapping with the key 'actions'", data)
    allowed = {"family", "shared", "actions"}
    expect(
        not (unknown := sorted(map(str, data.keys() - allowed))), "the file", "the keys 'actions', 'family' and 'shared'", unknown
    )
    expect(isinstance(data.get("family", ""), str), "family", "a text", data.get("family"))
    actions = data.get("actions")
    expect(bool(actions) and isinstance(actions, dict), "actions", "a mapping of actions by key", actions)
    for key, fields in actions.items():
        wanted = "lower-case letters, digits and underscores"
        expect(isinstance(key, str) and bool(_KEY.fullmatch(key)), f"actions: key {key!r}", wanted, key)
        expect(key != GENERAL, f"actions.{key}", "another key: this one stands for unknown actions", key)
        expect(isinstance(fields, dict), f"actions.{key}", "a mapping", fields)
        for reserved in ("key", "family"):
            expect(reserved not in fields, f"actions.{key}.{reserved}", "no such key here", fields.get(reserved))
        _check_parts(fields, f"actions.{key}", expect)


def _check_parts(fields: dict[str, Any], place: str, expect: Callable[[bool, str, str, Any], None]) -> None:
    for part in _NAMED:
        entries = fields.get(part)
        expect(bool(entries) and isinstance(entries, dict), f"{place}.{part}", f"a mapping of {part} by name", entries)
        for name, entry in fields[part].items():
            expect(isinstance(name, str), f"{place}.{part}", "texts as names", name)
            expect(isinstance(entry, dict) and "name" not in entry, f"{place}.{part}.{name}", "a mapping without 'name'", entry)
            stages = entry.get("stages", [])
            listed = part == "stages" or (isinstance(stages, list) and all(isinstance(stage, str) for stage in stages))
            expect(listed, f"{place}.{part}.{name}.stages", "a list of stages' names", stages)


def _first_fault(error: ValidationError, actions: dict[str, Any]) -> str:
    """The first fault in the file's own terms: names instead of numbers."""
    fault = error.errors(include_url=False, include_context=False)[0]
    key = next((key for key, fields in actions.items() if _raises(key, fields)), "")
    place, here = [f"actions.{key}"], actions[key] if key else {}
    steps: Sequence[int | str] = fault["loc"]
    for step in steps:
        here = here.get(step, {}) if isinstance(here, dict) and not isinstance(step, int) else here
        if isinstance(step, int) and isinstance(here, dict) and step < len(here):
            step, here = list(here.items())[step]
        place.append(str(step))
    given = "" if fault["type"] in ("missing", "extra_forbidden", "value_error") else f", got {_shown(fault['input'])}"
    said = _FAULTS.get(fault["type"], fault["msg"])
    for theirs, ours in _TERMS:
        said = re.sub(theirs, ours, said)
    return f"{'.'.join(place)}: {said}{given}"


def _raises(key: str, fields: dict[str, Any]) -> bool:
    try:
        actions_of({"family": OWN_FAMILY, "actions": {key: fields}})
    except ValidationError:
        return True
    return False


def _shown(given: Any) -> str:
    if given is None:
        return "nothing"
    if isinstance(given, list) and any(isinstance(part, dict | list) for part in given):
        return f"{len(given)} of them"
    if isinstance(given, str | int | float | list):
        return repr(given)[:60]
    return "a mapping" if isinstance(given, dict) else f"a {type(given).__name__}"
