"""JSON that follows any schema: what is known goes where it fits, and everything else that is required is made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNKNOWN = object()
"""Stands for a value that nobody gave."""
Names = Mapping[str, tuple[str, ...]]
"""Property of a schema -> names under which its value may be known instead."""

_PLAIN: dict[str, Any] = {"string": "", "boolean": False, "null": None}


def conforming(schema: Mapping[str, Any], known: Any = UNKNOWN, names: Names | None = None) -> Any:
    """A value that follows `schema`.

    Args:
        schema: A JSON schema with `$defs`, `$ref`, `anyOf`, `enum`, objects, arrays and plain types, as clients send them.
        known: What is known of the value; what the schema has no place for is left out.
        names: Other names of properties.
    """
    return _Filler(schema, names or {}).fill(schema, known)


class _Filler:
    def __init__(self, root: Mapping[str, Any], names: Names) -> None:
        self._root, self._names = root, names

    def fill(self, schema: Mapping[str, Any], known: Any) -> Any:
        schema = self._resolved(schema, known)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return known if known in schema["enum"] else schema["enum"][0]
        kind = schema.get("type", "object" if "properties" in schema else None)
        if isinstance(kind, list):
            kind = next(each for each in kind if each != "null" or known is None)
        match kind:
            case "object":
                return self._object(schema, known)
            case "array":
                return self._array(schema, known)
            case "integer" | "number":
                return self._number(schema, known, whole=kind == "integer")
        if kind == "string" and isinstance(known, list | tuple):
            known = known[0] if known else UNKNOWN
        return _PLAIN.get(kind or "null") if known is UNKNOWN or not _suits(known, kind) else known

    def _resolved(self, schema: Mapping[str, Any], known: Any) -> Mapping[str, Any]:
        while True:
            if "$ref" in schema:
                target: Any = self._root
                for step in schema["$ref"].removeprefix("#/").split("/"):
                    target = target[step]
                schema = target
            elif "anyOf" in schema:
                # Nothing known: the first alternative, which is the value rather than null by custom.
                schema = next((each for each in schema["anyOf"] if _suits(known, each.get("type"))), schema["anyOf"][0])
            elif len(schema.get("allOf", ())) == 1:
                schema = schema["allOf"][0]
            else:
                return schema

    def _object(self, schema: Mapping[str, Any], known: Any) -> dict[str, Any]:
        given = known if isinstance(known, Mapping) else {}
        required = schema.get("required", ())
        found = {}
        for name, inner in schema.get("properties", {}).items():
            value = next((given[each] for each in (name, *self._names.get(name, ())) if each in given), UNKNOWN)
            if value is not UNKNOWN or name in required:
                found[name] = self.fill(inner, value)
        return found

    def _array(self, schema: Mapping[str, Any], known: Any) -> list[Any]:
        if known is UNKNOWN:
            values: list[Any] = [UNKNOWN] * max(schema.get("minItems", 0), 1)
        else:
            values = list(known) if isinstance(known, list | tuple) else [known]
            values += [UNKNOWN] * (schema.get("minItems", 0) - len(values))
        return [self.fill(schema.get("items", {}), value) for value in values[: schema.get("maxItems")]]

    @staticmethod
    def _number(schema: Mapping[str, Any], known: Any, whole: bool) -> float:
        value = known if _suits(known, "number") and known is not UNKNOWN else 0
        value = min(max(value, schema.get("minimum", value)), schema.get("maximum", max(value, schema.get("minimum", value))))
        return round(value) if whole else value


_TYPES: dict[str, Any] = {
    "object": Mapping,
    "array": list | tuple,
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "null": type(None),
}


def _suits(known: Any, kind: Any) -> bool:
    """Whether a value is of a JSON type; nobody knows of an unknown one, and anything suits no type."""
    if known is UNKNOWN or not isinstance(kind, str):
        return True
    if isinstance(known, bool):
        return kind == "boolean"
    return isinstance(known, _TYPES[kind])
