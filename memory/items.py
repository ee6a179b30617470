"""Frozen values in the LangGraph store: how they are named, written, and read back whole."""

from __future__ import annotations

import hashlib
from typing import TypeVar
from urllib.parse import quote

from langgraph.store.base import BaseStore
from pydantic import JsonValue

from .values import Value

V = TypeVar("V", bound=Value)
Namespace = tuple[str, ...]

LONGEST_LABEL = 160
_ALL = 100_000
# One search rather than pages: the order of items that changed at the same moment is not fixed.
_UNNAMED = "%"


def label(text: str) -> str:
    """A namespace's label for any text: case and spacing do not count; a namespace knows neither empty labels nor full stops."""
    named = quote(same_words(text), safe="").replace(".", "%2E") or _UNNAMED
    if len(named) <= LONGEST_LABEL:
        return named
    return f"{named[:LONGEST_LABEL]}-{hashlib.sha256(named.encode()).hexdigest()[:16]}"


def same_words(text: str) -> str:
    """The text as it is compared: case and spacing do not count."""
    return " ".join(_storable_text(text).casefold().split())


async def put(store: BaseStore, namespace: Namespace, key: str, value: Value) -> None:
    """Keep a value under its key; an older one is replaced."""
    kept = _storable(value.model_dump(mode="json"))
    assert isinstance(kept, dict)
    await store.aput(namespace, key, kept)


async def found(store: BaseStore, prefix: Namespace, kind: type[V]) -> tuple[tuple[Namespace, str, V], ...]:
    """Everything below a namespace, with its namespace and key, in no particular order."""
    rows = await store.asearch(prefix, limit=_ALL)
    return tuple((row.namespace, row.key, kind.model_validate(row.value)) for row in rows)


def _storable(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {_storable_text(name): _storable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_storable(part) for part in value]
    return _storable_text(value) if isinstance(value, str) else value


def _storable_text(text: str) -> str:
    """Without what a database refuses: halves of characters (from undecodable file names) and the character 0."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
