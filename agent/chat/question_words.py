"""The lexicon of questions: patterns of every kind, topics and phases, loaded from questions.yaml."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any, NamedTuple

from ...memory.values import Phase
from ...tools.yaml_reading import read_yaml
from .intents import Kind

_MACRO = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"(?<![\\(?<])\b[a-z]{3,}\b")


class Topic(NamedTuple):
    """A matter that people ask about as a whole."""

    words: re.Pattern[str]
    quantities: tuple[str, ...]
    """What is measured of it, the most telling first."""
    statements: tuple[str, ...] = ()
    """What to ask about it first, where no level of a quantity says it."""


class QuestionWords(NamedTuple):
    """Compiled patterns; see questions.yaml for what each is for."""

    kinds: tuple[tuple[Kind, tuple[re.Pattern[str], ...]], ...]
    lead_ins: tuple[re.Pattern[str], ...]
    trailers: tuple[re.Pattern[str], ...]
    elided: re.Pattern[str]
    phases: tuple[tuple[Phase, re.Pattern[str]], ...]
    topics: dict[str, Topic]
    repetition: re.Pattern[str]
    known: frozenset[str]
    """Every word that occurs in them."""
    ordinary: frozenset[str]
    """Words that are no slips of the keyboard although no pattern knows them."""


def load_question_words() -> QuestionWords:
    """Read questions.yaml and compile it."""
    text = resources.files(__package__ or "").joinpath("questions.yaml").read_text(encoding="utf-8")
    listed: dict[str, Any] = read_yaml(text)
    macros: dict[str, str] = listed["macros"]

    def compiled(pattern: str) -> re.Pattern[str]:
        while _MACRO.search(pattern) and any(f"{{{name}}}" in pattern for name in macros):
            pattern = _MACRO.sub(lambda m: macros.get(m[1], m[0]), pattern)
        return re.compile(pattern)

    nth = r"(?P<nth>{nth})(?: (?:{rep}|one|time|go)\b|$)|\b{rep}(?: number| no| #)? ?#?(?P<number>{number})\b"
    return QuestionWords(
        kinds=tuple((kind, tuple(map(compiled, patterns))) for kind, patterns in listed["kinds"].items()),
        lead_ins=tuple(map(compiled, listed["lead_ins"])),
        trailers=tuple(map(compiled, listed["trailers"])),
        elided=re.compile(rf"\b{listed['elided']}\b"),
        phases=tuple((phase, re.compile(rf"\b(?:{'|'.join(words)})")) for phase, words in listed["phases"].items()),
        topics={name: _topic(entry) for name, entry in listed["topics"].items()},
        repetition=compiled(rf"\b(?:{nth})"),
        known=frozenset(_WORD.findall(re.sub(r"\\[a-z]", " ", text.split("kinds:")[1]))),
        ordinary=frozenset(map(str, listed["ordinary"])),
    )


def _topic(entry: dict[str, list[str]]) -> Topic:
    words = re.compile(rf"\b(?:{'|'.join(entry['words'])})\b")
    return Topic(words, tuple(entry["quantities"]), tuple(entry.get("statements", ())))
