"""From a Pydantic class to a schema that strict servers take: everything required, nothing open, no defaults."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from ...memory.values import Value

Schema = dict[str, Any]


class ReplyForm(Value):
    """The shape that a reply must have."""

    name: str
    json_schema: Schema
    choices: tuple[str, ...] = ()
    """What a field called `choice` may say; empty without such a field."""

    @cached_property
    def text(self) -> str:
        """The schema as JSON."""
        return json.dumps(self.json_schema, sort_keys=True)

    @property
    def response_format(self) -> Schema:
        """What the chat completions API takes."""
        return {"type": "json_schema", "json_schema": {"name": self.name, "strict": True, "schema": self.json_schema}}


def form_of(schema: type[BaseModel]) -> ReplyForm:
    """The form of a class whose fields are all required (`X | None` for what may be missing) and that forbids others.

    Raises:
        TypeError: the class has a default, a map or room for unknown fields: a reply that leaves something out, or adds something,
            would be mended in silence.
    """
    found = schema.model_json_schema()
    plain = _strict(found, found.get("$defs", {}), schema.__name__)
    return ReplyForm(name=schema.__name__, json_schema=plain, choices=_choices(plain))


def _strict(node: Any, defs: Schema, where: str) -> Any:
    if isinstance(node, list):
        return [_strict(each, defs, where) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and len(node) > 1:
        # Strict servers refuse anything beside a reference, such as the description of the field.
        target = defs[node["$ref"].rpartition("/")[2]]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    if node.get("type") == "object":
        _check_closed(node, where)
    if "default" in node:
        raise TypeError(f"{where}: a reply's fields have no defaults; make it required, and `X | None` where it may be missing")
    return {_word(key): _inner(key, value, defs, where) for key, value in node.items() if key not in ("title", "discriminator")}


def _inner(key: str, value: Any, defs: Schema, where: str) -> Any:
    if key in ("properties", "$defs"):
        return {name: _strict(each, defs, f"{where}.{name}") for name, each in value.items()}
    return value if key in ("enum", "const", "required", "description") else _strict(value, defs, where)


def _word(key: str) -> str:
    return "anyOf" if key == "oneOf" else key


def _check_closed(node: Schema, where: str) -> None:
    if node.get("additionalProperties") is not False:
        raise TypeError(f"{where}: a reply is no map and forbids unknown fields (model_config extra='forbid')")
    if missing := sorted(set(node.get("properties", {})) - set(node.get("required", ()))):
        raise TypeError(f"{where}: a reply's fields have no defaults, but these have: {', '.join(missing)}")


def _choices(node: Any) -> tuple[str, ...]:
    """What the first property called `choice` may say."""
    if isinstance(node, list):
        return next(filter(None, map(_choices, node)), ())
    if not isinstance(node, dict):
        return ()
    named = (node.get("properties") or {}).get("choice")
    if isinstance(named, dict) and "enum" in named:
        return tuple(each for each in named["enum"] if isinstance(each, str))
    return next(filter(None, map(_choices, node.values())), ())
