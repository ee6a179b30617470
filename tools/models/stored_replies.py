"""Validated answers, kept by everything that decides them, so that the same question is paid for once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

from pydantic import BaseModel

from ...memory.cache import Cache, content_key
from .asking import Ask, TextPart
from .schemas import ReplyForm
from .specs import Endpoint

T = TypeVar("T", bound=BaseModel)

KIND = "replies"
Odds = tuple[dict[str, float], ...]


@dataclass(frozen=True)
class Kept(Generic[T]):
    """An answer as it is kept."""

    value: T
    choice_probabilities: Odds = ()


class _Missing(Exception):
    """There is no such answer yet."""


def key_of(endpoint: Endpoint, question: Ask, form: ReplyForm) -> str:
    """The name of the answer of one model to one question; no key of the user's is part of it."""
    shown = [part.text if isinstance(part, TextPart) else [hashlib.sha256(part.jpeg).hexdigest()] for part in question.parts]
    parts = (question.prompt_version, form.text, question.system, shown, list(question.cache_parts))
    return content_key("reply/1", endpoint.model, endpoint.base_url, endpoint.seed, *parts)


def find(cache: Cache, key: str, schema: type[T]) -> Kept[T] | None:
    """The answer that is kept under a name; None when there is none, or it is damaged."""
    try:
        return cache.get(KIND, key, ".json", lambda path: _load(path, schema), _missing, _save)
    except _Missing:
        return None


def keep(cache: Cache, key: str, answer: Kept[T]) -> None:
    """Keep a validated answer."""
    cache.get(KIND, key, ".json", lambda path: answer, lambda: answer, _save)


def _missing() -> NoReturn:
    raise _Missing


def _load(path: Path, schema: type[T]) -> Kept[T]:
    match json.loads(path.read_text(encoding="utf-8")):
        case {"value": value, "choice_probabilities": list(odds)}:
            return Kept(schema.model_validate_json(json.dumps(value), strict=True), tuple(odds))
    raise ValueError(f"{path} holds no answer")


def _save(answer: Kept[Any], path: Path) -> None:
    value = answer.value.model_dump(mode="json", by_alias=True)
    path.write_text(json.dumps({"value": value, "choice_probabilities": answer.choice_probabilities}), encoding="utf-8")
