"""Plain text out of a typed question: lower case, contractions spelled out, clips and named people marked, typos mended on request."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import SequenceMatcher

from ...memory.values import Side

_SPELLED = (
    (r"\b(is|are|was|were|do|does|did|has|have|could|would|should)n'?t\b", r"\1 not"),
    (r"\bcan'?t\b|\bcannot\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"\bhow'd\b", "how did"),
    (r"\bi'?m\b", "i am"),
    (r"\b(he|she|it|that|there|what|who|where|when|how|this|which|here|one)'s\b", r"\1 is"),
    (r"\b(its|thats|whats|whos|theres|wheres|hows) (?=the\b|a\b|not\b|wrong|right|same|left|it\b|different|clip|better|up\b|going)",
     lambda m: m[1][:-1] + " is "),
    (r"\b(you|they|we)'?re\b(?<!were)", r"\1 are"),
    (r"\b(i|you|we|they)'ve\b", r"\1 have"),
    (r"\b(i|you|we|they|he|she|it|who|what|that)'(?:d|ll)\b", r"\1 would"),
    (r"\blet's\b", "let us"),
    (r"\bu\b", "you"), (r"\bhw\b", "how"), (r"\bteh\b", "the"), (r"\bplz\b", "please"), (r"\br\b", "are"), (r"\bwanna\b", "want to"),
    (r"\bgonna\b", "going to"), (r"\bbout\b", "about"), (r"\breps?\.", "rep"),
)  # fmt: skip
_SPELLED_OUT = tuple((re.compile(pattern), instead) for pattern, instead in _SPELLED)
_VERBS = (
    r"(?:is|was|does|did|do|goes|went|has|had|have|reach\w*|bends?|bent|leans?|leaned|squats?|shows?|showed|looks?|at|and|or|than|in|on"
    r"|hits?|gets?|got|lands?|keeps?|moves?|stays?|stands?)"
)
_CLIPS = (
    (re.compile(r"\b(?:video|clip|recording|film|person|athlete|take) ?(?:([ab])|(1|one)|(2|two))\b", re.IGNORECASE), None),
    (re.compile(r"\b(?:first|1st) (?:video|clip|recording|film)\b", re.IGNORECASE), "clipa"),
    (re.compile(r"\b(?:second|2nd) (?:video|clip|recording|film)\b", re.IGNORECASE), "clipb"),
    (re.compile(r"\bB\b|(?<![\w'])b(?![\w'])"), "clipb"),
    (re.compile(r"(?<=[a-z,;:=] )A\b(?!')|^A(?= ?[,=?.!:]|$)|\bA's\b|(?<=[,:=;])A\b"), "clipa"),
    (re.compile(rf"^(?:and )?a(?= {_VERBS}\b|\?*$)", re.IGNORECASE), "clipa"),
    (re.compile(r"(?<![\w'])a(?= ?(?:[?.!,=]|$))|(?:(?<=\bin )|(?<=\bthan ))a(?= (?:and|or|is|was|at|than|on|reach|the)\b)"), "clipa"),
    (re.compile(rf"(?:(?<=when )|(?<=than )|(?<=with ))a(?= {_VERBS}\b)|(?<=does )a\b"), "clipa"),
    (re.compile(r"(?<=\bdid )a(?= (?:go|bend|lean|squat|reach|get|hit|do|have))"), "clipa"),
    (re.compile(r"\ba(?= (?:or|and|vs|versus) clipb)|(?<=clipb or )a\b|(?<=clipb and )a\b"), "clipa"),
)  # fmt: skip
SURELY = 0.72
"""How alike two words must be for one to be taken for a slip of the other."""


def marked(question: str, people: Mapping[Side, str]) -> str:
    """The question with the clips, and the people who are known to be in them, written as "clipa" and "clipb"."""
    text = " ".join(question.replace("\u2019", "'").split())
    for side, name in people.items():
        if name != "you":
            text = re.sub(rf"\b{re.escape(name)}('s)?(?!\w)", f"clip{side}", text, flags=re.IGNORECASE)
    for pattern, clip in _CLIPS:
        text = pattern.sub(clip or _numbered, text)
    return text


def _numbered(match: re.Match[str]) -> str:
    return f"clip{(match[1] or ('a' if match[2] else 'b')).lower()}"


def plain(text: str) -> str:
    """Lower case, no punctuation but commas between words, "2,3 s" as "2.3 s"."""
    text = text.lower()
    for pattern, instead in _SPELLED_OUT:
        text = pattern.sub(instead, text)
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    text = re.sub(r"'s\b", "", text)
    text = re.sub(r"(?<!\d)[.:](?!\d)|[;!?]|(?<=\d)[.:](?!\d)", ",", text)
    text = re.sub(r"[^\w.:#, ]+", " ", text)
    text = re.sub(r"\s+", " ", text).replace(" ,", ",")
    return re.sub(r",+", ", ", text).replace("  ", " ").strip(" ,")


def mended(text: str, known: Collection[str], ordinary: Collection[str]) -> str:
    """The text with each word that nobody knows replaced by the known word that it is most likely a slip of.

    Args:
        text: Plain text.
        known: Words of the lexicon.
        ordinary: Words that are no slips although the lexicon does not know them.
    """
    return " ".join(
        word if len(word) < 3 or not word.isalpha() or word in known or word in ordinary else _nearest(word, known)
        for word in text.split(" ")
    )


def _nearest(word: str, known: Iterable[str]) -> str:
    alike = [other for other in known if other[0] == word[0] and abs(len(other) - len(word)) <= 2 and len(other) > 2]
    scored = sorted(((_likeness(word, other), other) for other in alike), reverse=True)
    return scored[0][1] if scored and scored[0][0] >= SURELY else word


def _likeness(word: str, other: str) -> float:
    letters = 0.06 if sorted(word) == sorted(other) else 0.0
    return SequenceMatcher(None, word, other).ratio() + letters - 0.02 * abs(len(word) - len(other))
