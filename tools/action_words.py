"""Free text about an action reduced to the words that name it: inflections, spelling variants, camera talk and negations taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from ..memory.values import Value

STOP_WORDS = frozenset(
    "a an the and then of on in at to for with from by into onto off over under through while as is are be being been it its this that these those there "
    "where when who which or his her their them they he she i me my we our you your do does did doing done perform performs performing performed make "
    "makes show shows showing person people man woman men women boy girl guy athlete subject someone player exercise fitness workout called action "
    "video clip rep reps repetition set sets followed plus next after".split()
)
"""Words that name no action; dropped from aliases and descriptions alike."""

NOISE = frozenset(
    "left right side sides both slow slowly fast quick quickly single once twice one two three four five ten more few many several practice drill only "
    "technique form attempt trial test training session good bad proper perfect basic simple standard regular normal "
    "beginner expert indoor outdoor gym home".split()
)
"""Words that say how or where, not what; ignored when a description must say nothing but the action."""

_SEQUENCE = frozenset("then and followed plus next after into".split())
# Sports and tools whose -ing form is not the verb it looks like.
_PROTECTED = frozenset("rowing curling bowling boxing diving walking cycling recycling biking".split())
_IRREGULAR = {
    "feet": "foot", "calves": "calf", "threw": "throw", "thrown": "throw", "swung": "swing", "ran": "run", "stood": "stand",
    "knives": "knife", "metre": "meter", "anticlockwise": "counterclockwise",
}  # fmt: skip
_ARTICLE = r"(?:(?:the|a|an|any|my|his|her) )?"
_CAMERA = re.compile(
    rf"(?:(?:in|from|on|at) )?{_ARTICLE}\b(?:front|side|back|rear|diagonal|lateral|oblique|left|right|three quarter) (?:side )?(?:view|angle|camera)\b"
    rf"|(?:\b(?:seen|viewed|filmed|recorded|shot|taken) )?\bfrom {_ARTICLE}(?:left |right )?(?:front|side|back|behind|rear|left|right|diagonal|above)\b"
    r"|\b(?:left|right|each|both|one|other) (?:hand )?sides?\b"
)
_UNWEIGHTED = re.compile(r"\b(?:without|no) (?:any |a |the |extra |added )?weights?\b|\bunweighted\b|\bweightless\b")
_NEGATED = re.compile(r"\b(?:no|not|without|never|except) (?:(?:a|an|the|any) )?[a-z0-9]+\b")


class ActionWord(Value):
    """One word that may name the action."""

    text: str
    clause: int
    """How many joining words ("then", "and") stand before it: two actions in different clauses are done one after the other."""


class ActionVocabulary:
    """The words of all aliases, and how other spellings and inflections map to them."""

    def __init__(self, aliases: Iterable[str]) -> None:
        phrases = [_plain(alias) for alias in aliases]
        self._known = frozenset(word for phrase in phrases for word in phrase if word not in STOP_WORDS)
        pairs = (pair for phrase in phrases for pair in pairwise([word for word in phrase if word not in STOP_WORDS]))
        self._joined = {"".join(pair): pair for pair in pairs if "".join(pair) not in self._known}

    def words(self, text: str) -> tuple[ActionWord, ...]:
        """The words of a description, in order, each as the aliases spell it."""
        clause, found = 0, []
        for raw in _plain(_without_talk(text)):
            clause += raw in _SEQUENCE
            if raw not in STOP_WORDS:
                word = self._canonical(raw)
                found += [(part, clause) for part in self._joined.get(word, (word,))]
        return tuple(ActionWord(text=self._canonical(word), clause=at) for word, at in self._compounds(found))

    def phrase(self, alias: str) -> tuple[str, ...]:
        """An alias as a tuple of words, spelled as `words` spells them."""
        return tuple(self._canonical(word) for word, _ in self._compounds([(self._canonical(w), 0) for w in _plain(alias) if w not in STOP_WORDS]))

    def _compounds(self, words: list[tuple[str, int]]) -> list[tuple[str, int]]:
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
        return next((known for form in forms if (known := self._slip(form))), word)

    def _slip(self, word: str) -> str | None:
        return next((known for known in sorted(self._known) if _one_slip(word, known)), None)


def _plain(text: str) -> list[str]:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]s?\b", "", ascii_text.lower().replace("&", " and ").replace("+", " and ")))
    return [_IRREGULAR.get(word, word) for word in words]


def _without_talk(text: str) -> str:
    plain = " ".join(_plain(text))
    return _NEGATED.sub(" ", _UNWEIGHTED.sub(" bodyweight ", _CAMERA.sub(" ", plain)))


def _base_forms(word: str) -> Iterable[str]:
    """Forms the word may be an inflection of, the shortest stem first, the word itself last."""
    for suffix in ("ing", "ed"):
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= 3:
            yield from (stem, stem + "e")
            if stem[-1] == stem[-2]:
                yield stem[:-1]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield word[:-1]
    yield word


def _one_slip(word: str, known: str) -> bool:
    """Whether the two differ by one swapped pair of letters, or in a long word by one letter too many or too few."""
    if word[0] != known[0] or min(len(word), len(known)) < 5 or abs(len(word) - len(known)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    if len(word) == len(known):
        return word[start : start + 2] == known[start : start + 2][::-1] and word[start + 2 :] == known[start + 2 :] and word != known
    longer, shorter = (word, known) if len(word) > len(known) else (known, word)
    return len(shorter) >= 8 and longer[:start] + longer[start + 1 :] == shorter
