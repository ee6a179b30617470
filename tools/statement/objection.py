"""Why a statement must not be measured: what it speaks of that no body pose shows, or that the lexicon does not know."""

from __future__ import annotations

import re

from .lexicon import Kind
from .match import Item, Match

_PERSON = re.compile(r"(?:er|or|ist|ast|ete|man|men|woman|women|ian)s?$")
_ADVERB = re.compile(r"ly$")
_VERB = re.compile(r"(?:ed|ing|en|[^s]s)$")
# Nouns of the body alone: an unknown word before one of them only says which kind.
_SIGNS = frozenset("valgus sway lean tilt flexion extension abduction adduction rotation".split())  # noqa: SIM905
_TEMPO = frozenset({"pause", "duration", "repetitions"})
_SOMEONE = frozenset("he she it they you one someone who".split())  # noqa: SIM905


def objection(items: list[Item], match: Match | None, text: str) -> str:
    """Why the statement must not be read as this match; empty when it may be."""
    others = [item for item in items if match is None or item not in (match.part, match.attribute)]
    if unseen := _first(others, "unseen"):
        return f"a body pose does not show '{unseen.text}': viddiff measures how the body moves"
    if (target := _first(others, "target")) and not (match and match.rule.quantity in _TEMPO):
        return f"say whether it is higher or lower: viddiff does not measure how near something is to '{target.text}'"
    if (vague := _first(others, "vague")) and (match is None or _is_compared(vague, items)):
        return f"'{vague.text}' cannot be measured: say what the body does, for example 'the knees are more bent'"
    if match is None:
        return _nothing_found(items, text.strip())
    if match.rule.alone and (other := _first(others, "part")):
        return f"viddiff does not measure how near anything is to '{other.text}' here"
    stranger = next((item for item in others if _is_strange(item) and _changes_meaning(item, items, match)), None)
    return _unknown(stranger.text) if stranger else ""


def _first(items: list[Item], kind: Kind) -> Item | None:
    return next((item for item in items if item.stands_for(kind)), None)


def _nothing_found(items: list[Item], text: str) -> str:
    if unknown := next((item for item in items if not item.tags), None):
        return _unknown(unknown.text)
    part, attribute = _first(items, "part"), _first(items, "attribute")
    if part and attribute:
        return _unknown(text)
    if part:
        return f"the statement names '{part.text}' but not what is more or less about it"
    if attribute:
        return f"say which part of the body is meant by '{attribute.text}'"
    return "the statement names nothing that viddiff can measure" if text else "the statement is empty"


def _unknown(word: str) -> str:
    return f"viddiff does not know how to measure '{word}'"


def _is_strange(item: Item) -> bool:
    return not item.tags or (item.stands_for("prop") and not item.stands_for("attribute"))


def _is_verb(item: Item, items: list[Item]) -> bool:
    """Whether a word no one taught the reader only says what someone or something known does: "the circles are traced ..."."""
    if item.tags or item.named_thing or not _VERB.search(item.text):
        return False
    before = [other for other in items if other.at < item.at]
    return not before or any(other.stands_for("actor", "part") or other.text in _SOMEONE for other in before)


def _is_compared(item: Item, items: list[Item]) -> bool:
    """Whether the statement says that there is more or less of this very thing: "more relaxed", "stronger"."""
    before = [other for other in items if other.at == item.at - 1]
    return item.text.endswith("er") or any(other.stands_for("degree") and not other.stands_for("attribute") for other in before)


def _describes(item: Item, items: list[Item], match: Match) -> bool:
    """Whether it only colours the property that is compared ("more tightly bent"), or is what someone acts upon."""
    if not item.tags:
        beside = item.at == match.attribute.at - 1
        return beside and (_ADVERB.search(item.text) is not None or match.attribute.text in _SIGNS)
    before = [other for other in items if other.at < item.at and (other.stands_for("actor", "filler", "part") or not other.tags)]
    return match.part is not None and not match.rule.alone and bool(before) and not _is_compared(item, items)


def _changes_meaning(item: Item, items: list[Item], match: Match) -> bool:
    """Whether a strange word may be what the statement is really about."""
    if _describes(item, items, match) or (_is_verb(item, items) and not _is_compared(item, items)):
        return False
    if not item.tags and any(other.at == item.at + 1 and other.stands_for("actor") for other in items):
        return False
    if not item.tags and _is_compared(item, items) and not _PERSON.search(item.text):
        return True
    if not item.tags and (_PERSON.search(item.text) or _ADVERB.search(item.text)):
        return _ADVERB.search(item.text) is not None and _is_compared(item, items)
    if match.part is None or match.rule.alone:
        return not (match.rule.tolerant and (item.tags or item.at > match.attribute.at))
    if match.rule.tolerant or item.at > match.part.at:
        return False
    if item.tags:
        return True
    # An unknown word right before the part describes it ("goblet squat"); with other words between, it is what the statement speaks of,
    # unless someone was named who does it ("the dancer yanks her elbow up").
    between = any(other.tags for other in items if item.at < other.at < match.part.at)
    return between and not any(other.stands_for("actor") for other in items if other.at < item.at)
