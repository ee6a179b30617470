"""Free text about an action reduced to the words that name it: inflections, spellings, camera talk and negations taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from ..memory.values import Value


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS = _words("""
    a an the and then of on in at to for with from by into onto off over through while as is are be being been it its this
    that these those there where when who which or his her their them they he she me my we our you your do does did doing done
    perform performs performing performed make makes show shows showing person people man woman men women boy girl guy athlete
    subject someone player called action video clip followed plus next after
""")
"""Words that name no action; dropped from aliases and descriptions alike."""

NOISE = _words("""
    left right side sides both slow slowly fast quick quickly single once twice one two three four five ten more few many
    several practice drill only technique form attempt trial test training session good bad proper perfect basic simple
    standard regular normal beginner expert indoor outdoor gym home exercise fitness workout rep reps repetition repetitions
    set sets i
""")
"""Words that say how or where, not what; ignored when a description must say nothing but the action."""

_SEQUENCE = _words("then and followed plus next after into")
# Sports whose -ing form is not an inflection of the word it looks like: rowing is not a row, curling is not a curl.
_PROTECTED = _words("rowing curling bowling boxing diving walking cycling recycling biking")
_IRREGULAR = {
    "feet": "foot",
    "calves": "calf",
    "threw": "throw",
    "thrown": "throw",
    "swung": "swing",
    "ran": "run",
    "stood": "stand",
}
_ARTICLE = r"(?:(?:the|a|an|any|my|his|her) )?"
_VIEW = r"(?:front|side|back|behind|rear|diagonal|lateral|oblique|left|right|above|three quarter)"
_CAMERA = re.compile(
    rf"(?:\b(?:in|from|on|at) )?{_ARTICLE}\b{_VIEW} (?:side )?(?:view|angle|camera)\b"
    rf"|(?:\b(?:seen|viewed|filmed|recorded|shot|taken) )?\bfrom {_ARTICLE}(?:left |right )?{_VIEW}\b"
    r"|\b(?:left|right|each|both|one|other) (?:hand )?sides?\b"
)
_UNWEIGHTED = re.compile(r"\b(?:without|no) (?:any |a |the |extra |added )?weights?\b|\bunweighted\b")
_NEGATED = re.compile(r"\b(?:no|not|without|never|except) (?:(?:a|an|the|any) )?[a-z0-9]+\b")


class ActionWord(Value):
    """One word that may name the action."""

    text: str
    clause: int
    """How many joining words ("then", "and") stand before it: two actions in different clauses are done one after the other."""


class ActionVocabulary:
    """The words of all aliases, and how other spellings and inflections map to them."""

    def __init__(self, aliases: Iterable[str]) -> None:
        phrases = [[word for word in _plain(alias) if word not in STOP_WORDS] for alias in aliases]
        self._known = frozenset(word for phrase in phrases for word in phrase)
        self._inflected = {base: word for word in sorted(self._known - _PROTECTED) for base in _base_forms(word)}
        pairs = [pair for phrase in phrases for pair in pairwise(phrase)]
        self._joined = {first + second: (first, second) for first, second in pairs if first + second not in self._known}

    def words(self, text: str) -> tuple[ActionWord, ...]:
        """The words of a description, in order, each as the aliases spell it."""
        clause, found = 0, []
        for raw in _plain(_without_talk(text)):
            clause += raw in _SEQUENCE
            if raw not in STOP_WORDS:
                word = self._canonical(raw)
                found += [(part, clause) for part in self._joined.get(word, (word,))]
        return tuple(ActionWord(text=self._canonical(word), clause=clause) for word, clause in self._compounds(found))

    def phrase(self, alias: str) -> tuple[str, ...]:
        """An alias as a tuple of words, spelled as `words` spells them."""
        words = [(self._canonical(word), 0) for word in _plain(alias) if word not in STOP_WORDS]
        return tuple(self._canonical(word) for word, _ in self._compounds(words))

    def _compounds(self, words: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """Neighbours of one clause that the aliases write as one word ("push", "up") become that word."""
        out: list[tuple[str, int]] = []
        for word, clause in words:
            if out and out[-1][1] == clause and out[-1][0] + word in self._known:
                out[-1] = (out[-1][0] + word, clause)
            else:
                out.append((word, clause))
        return out

    def _canonical(self, word: str) -> str:
        if word in _PROTECTED:
            return word
        forms = list(_base_forms(word))
        for form in forms:
            if form in self._known or form in self._joined:
                return form
        for form in forms:
            if known := self._inflected.get(form) or self._misspelt(form):
                return known
        return word

    def _misspelt(self, word: str) -> str | None:
        return next((known for known in sorted(self._known) if _one_slip(word, known)), None)


def _plain(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"[&+]", " and ", re.sub(r"'s?\b", "", letters)))
    return [_IRREGULAR.get(word) or word for word in words]


def _without_talk(text: str) -> str:
    return _NEGATED.sub(" ", _UNWEIGHTED.sub(" bodyweight ", _CAMERA.sub(" ", " ".join(_plain(text)))))


def _base_forms(word: str) -> Iterable[str]:
    """What the word may be an inflection of, the shortest stem first and the word itself last."""
    for suffix in ("ing", "ed"):
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 3:
            yield from (stem, stem + "e")
            if stem[-1] == stem[-2]:
                yield stem[:-1]
    if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield from (word[:-3] + "y",) if word.endswith("ies") else (word[:-2],) if word.endswith("es") else ()
        yield word[:-1]
    yield word


def _one_slip(word: str, known: str) -> bool:
    """Whether the two differ by two swapped neighbours or, when both are long, by one letter too many or too few."""
    if min(len(word), len(known)) < 5 or abs(len(word) - len(known)) > 1 or word == known or word[0] != known[0]:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    if len(word) == len(known):
        return word[start:] == known[start + 1] + known[start] + known[start + 2 :] if start + 1 < len(known) else False
    longer, shorter = sorted((word, known), key=len, reverse=True)
    return len(shorter) >= 8 and longer[:start] + longer[start + 1 :] == shorter
