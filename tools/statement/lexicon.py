"""The lexicon of statements: words, contexts and rules, loaded from the YAML files beside this module."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any, Literal, NamedTuple

from ...memory.values import Phase, Statistic, Value
from ..catalog import CATALOG
from ..yaml_reading import read_yaml

Kind = Literal["part", "attribute", "degree", "negation", "prop", "unseen", "vague", "target", "filler", "actor"]
_SET = re.compile(r"<(\w+)>")


class Tag(NamedTuple):
    """One thing that a phrase may stand for."""

    kind: Kind
    name: str
    polarity: int = 1


class Rule(Value):
    """A part and a property that together make a quantity; see rules.yaml."""

    quantity: str
    part: tuple[str | None, ...] = (None,)
    attribute: str
    sign: Literal[1, -1] = 1
    also: tuple[str, ...] = ()
    statistic: Statistic | None = None
    phase: Phase | None = None
    most: Literal["maximum", "minimum"] | None = None
    reach: bool = False
    alone: bool = False
    openness: bool = False
    tolerant: bool = False
    weight: float = 10


class Context(NamedTuple):
    """Compiled patterns that say when, how often and on which side."""

    rewrites: tuple[tuple[re.Pattern[str], str], ...]
    phases: tuple[tuple[Phase, re.Pattern[str]], ...]
    postures: tuple[tuple[Phase, re.Pattern[str]], ...]
    goings: tuple[tuple[Phase, re.Pattern[str]], ...]
    ordinal: re.Pattern[str]
    ordinals: dict[str, int]
    occasion_phases: dict[str, Phase]
    acting: re.Pattern[str]


class Lexicon(NamedTuple):
    """Everything the reader knows about words."""

    phrases: dict[tuple[str, ...], tuple[Tag, ...]]
    prefixes: frozenset[tuple[str, ...]]
    skipped: frozenset[str]
    nouns: frozenset[str]
    extremes: dict[str, Literal["maximum", "minimum"]]
    rules: dict[tuple[str | None, str], tuple[Rule, ...]]
    context: Context


def load_lexicon() -> Lexicon:
    """Read the four YAML files and index them."""
    words = _yaml("words.yaml")
    phrases = _phrases(words)
    return Lexicon(
        phrases=phrases,
        prefixes=frozenset(key[:length] for key in phrases for length in range(1, len(key) + 1)),
        skipped=frozenset(words["skipped"]),
        nouns=frozenset(words["nouns"]),
        extremes={word: kind for kind, listed in words["extremes"].items() for word in listed},
        rules=_rules(_yaml("rules.yaml") | _yaml("rules_of_pace.yaml")),
        context=_context(_yaml("context.yaml")),
    )


def _yaml(name: str) -> dict[str, Any]:
    text = resources.files(__name__.rpartition(".")[0]).joinpath(name).read_text(encoding="utf-8")
    return read_yaml(text)


def _phrases(words: dict[str, Any]) -> dict[tuple[str, ...], tuple[Tag, ...]]:
    listed: list[tuple[str, Tag]] = [
        (phrase, Tag("part", name)) for name, phrases in words["parts"].items() for phrase in phrases
    ]
    for name, sides in words["attributes"].items():
        listed += [(phrase, Tag("attribute", name, sign)) for sign, phrases in _signed(sides) for phrase in phrases]
    listed += [(phrase, Tag("degree", "degree", sign)) for sign, phrases in _signed(words["degree"]) for phrase in phrases]
    plain_lists: dict[str, Kind] = {
        "negations": "negation", "props": "prop", "unseen": "unseen", "vague": "vague", "targets": "target", "filler": "filler", "actors": "actor",
    }  # fmt: skip
    listed += [(phrase, Tag(kind, phrase)) for key, kind in plain_lists.items() for phrase in words[key]]
    index: dict[tuple[str, ...], list[Tag]] = {}
    for phrase, tag in listed:
        for spelled in _expanded(phrase, words["sets"]):
            key = tuple(word for word in spelled.split() if word not in words["skipped"])
            tags = index.setdefault(key, [])
            if tag not in tags:
                tags.append(tag)
    return {key: tuple(tags) for key, tags in index.items() if key}


def _signed(sides: dict[str, list[str]]) -> list[tuple[int, list[str]]]:
    return [(1, sides.get("more", [])), (-1, sides.get("less", []))]


def _expanded(phrase: str, sets: dict[str, list[str]]) -> list[str]:
    match = _SET.search(phrase)
    return [phrase.replace(match.group(), word) for word in sets[match.group(1)]] if match else [phrase]


def _rules(listed: dict[str, list[dict[str, Any]]]) -> dict[tuple[str | None, str], tuple[Rule, ...]]:
    index: dict[tuple[str | None, str], list[Rule]] = {}
    for quantity, entries in listed.items():
        if quantity not in CATALOG:
            raise KeyError(f"the rules speak of {quantity!r}, which is not in the catalogue of quantities")
        for entry in entries:
            rule = Rule(quantity=quantity, **entry)
            for part in rule.part:
                index.setdefault((part, rule.attribute), []).append(rule)
    return {key: tuple(rules) for key, rules in index.items()}


def _context(listed: dict[str, Any]) -> Context:
    macros = listed["macros"]

    def filled(pattern: str) -> str:
        for name, text in macros.items():
            pattern = pattern.replace("{" + name + "}", text)
        return pattern

    def told(name: str) -> tuple[tuple[Phase, re.Pattern[str]], ...]:
        return tuple((phase, re.compile(rf"\b(?:{filled(pattern)})\b")) for phase, pattern in listed[name])

    ordinals = "|".join(listed["ordinals"])
    return Context(
        rewrites=tuple((re.compile(filled(pattern)), instead) for pattern, instead in listed["rewrites"]),
        phases=told("phases"),
        postures=told("postures"),
        goings=told("goings"),
        ordinal=re.compile(
            r"\b(?P<lead>(?:on|in|during|at|of|for|with|by) )?(?:the |their |his |her |its )?"
            rf"(?P<number>{ordinals}) (?P<occasion>{listed['occasions']})s?(?P<out> out)?\b"
        ),
        ordinals=listed["ordinals"],
        occasion_phases=listed["occasion_phases"],
        acting=re.compile(rf"\b{listed['acting']} (?={listed['limbs']}\b)"),
    )
