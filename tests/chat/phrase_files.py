"""Files of questions with what each must be understood as; see the head of phrases.txt for the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from viddiff.agent.chat.intents import Intent

HERE = Path(__file__).parent


class Phrase(NamedTuple):
    question: str
    kind: str
    slots: dict[str, str]
    after: tuple[str, ...]
    people: dict[str, str]


def phrases(name: str) -> list[Phrase]:
    """The phrases of one file."""
    return list(_read((HERE / name).read_text(encoding="utf-8").splitlines()))


def _read(lines: list[str]) -> Iterator[Phrase]:
    kind, slots, after, people = "", {}, (), {}
    for line in filter(None, map(str.strip, lines)):
        if line.startswith("#"):
            continue
        if line.startswith("= "):
            kind, *rest = (part.strip() for part in line.removeprefix("= ").split(";"))
            slots, after, people = dict(part.split("=") for part in rest), (), {}
        elif line.startswith("after: "):
            after = tuple(line.removeprefix("after: ").split(" | "))
        elif line.startswith("people: "):
            people = dict(part.strip().split(": ") for part in line.removeprefix("people: ").split(","))
        else:
            yield Phrase(line, kind, slots, after, people)


def understood(intent: Intent, phrase: Phrase) -> dict[str, str]:
    """The slots of an intent that a phrase speaks of, as the files write them."""
    return {name: _slot(intent, name) for name in phrase.slots}


def _slot(intent: Intent, name: str) -> str:
    value: Any = getattr(intent, name, None)
    if name in ("quantity", "direction", "phase") and intent.question is not None:
        value = getattr(intent.question, name)
    if name == "side":
        value = intent.question.side if intent.question is not None and intent.kind != "correct" else intent.body_side
    return "none" if value in (None, "") else str(value)


def expected(phrase: Phrase) -> dict[str, str]:
    """The slots that must hold."""
    return {name: "none" if value in ("none", "null") else value for name, value in phrase.slots.items()}
