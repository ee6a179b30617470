"""Who a user says is seen in the clips: "I am in B", "A is Anna, B is Tom"."""

from __future__ import annotations

import re

from ...memory.values import Side

_ROLE = (
    r"(?:my|the|our|a) (?:[a-z]+ ){0,2}?(?:coach|trainer|teacher|friend|partner|brother|sister|mother|father|mum|mom|dad|son|daughter"
    r"|wife|husband|colleague|athlete|student|client|patient|pro|expert|champion|teammate|model|reference|idol|boss|buddy|mate)"
)
_NAME = rf"(?:{_ROLE}|[^\W\d_][\w'-]{{0,30}}(?: (?!is\b|and\b|in\b|at\b)[A-Z][\w'-]{{0,30}}){{0,2}})"
_ME = r"(?:i|me|myself|mine|my(?: own)? (?:clip|video|squat|recording|take|one))"
_IS = r"(?:is called|is named|is|are|am|'m|'s|=|shows|was|would be|:|equals)"
_CLIP = r"(?:in |the (?:one|person|guy|woman|man|girl) in )?clip(?P<{0}>[ab])"
_MINE = (
    re.compile(rf"\b{_ME} ?{_IS} ?(?:the (?:one|person) )?(?:seen |shown |the one )?{_CLIP.format('side')}(?!\w)", re.IGNORECASE),
    re.compile(rf"{_CLIP.format('side')} ?{_IS} ?{_ME}\b", re.IGNORECASE),
    re.compile(rf"\b(?:that|this|it)(?: is|'s|s) (?:me|my clip|my video|mine)\b,? ?{_CLIP.format('side')}", re.IGNORECASE),
)
_THEIRS = (
    re.compile(rf"{_CLIP.format('side')} ?{_IS} ?(?P<name>{_NAME})"),
    re.compile(rf"(?P<name>{_NAME}) ?{_IS} ?{_CLIP.format('side')}(?!\w)"),
    re.compile(rf"\b[Ii]n clip(?P<side>[ab]) (?:you see |we see |there is |it is )?(?P<name>{_NAME})$"),
    re.compile(rf"\bcall (?:the one in )?clip(?P<side>[ab]) (?P<name>{_NAME})"),
)
_NOT_NAME = re.compile(
    r"better|worse|right|wrong|it|that|this|he|she|they|who|what|which|where|when|how|why|not|more|less|the|there|and|or|so|no"
    r"|yes|is|me|i|you|both|same|deeper|faster|slower|lower|higher|correct|good|bad|person|one|mine|everyone|nobody|anyone|someone|clipa|clipb|squat|video"
)
_ASKING = re.compile(
    r"\?\s*$|^\W*(?:is|are|was|were|do|does|did|who|what|which|where|when|how|why|am|can|could)\b", re.IGNORECASE
)


def people_in(text: str) -> dict[Side, str]:
    """Who is said to be in which clip.

    Args:
        text: As typed, with the clips marked as "clipa" and "clipb".
    """
    found: dict[Side, str] = {}
    if _ASKING.search(text):
        return found
    text = re.sub(r"\bI'm\b|\bi'm\b|\bim\b", "I am", text).rstrip(" .!")
    text = re.sub(rf"(?<=[,;] )({_NAME}) (?=in clip[ab]$)", r"\1 is ", text)
    for part in re.split(r"\s*(?:,|;|\band\b|\.)\s*", text):
        for side, name in _said(part.strip()):
            found.setdefault(side, name)
    return found


def _said(part: str) -> list[tuple[Side, str]]:
    mine = next((match for pattern in _MINE if (match := pattern.search(part))), None)
    if mine:
        return [("a" if mine["side"].lower() == "a" else "b", "you")]
    for pattern in _THEIRS:
        if (match := pattern.search(part)) and _is_name(match["name"]):
            return [("a" if match["side"] == "a" else "b", match["name"].strip())]
    return []


def _is_name(name: str) -> bool:
    words = name.split()
    called = words[0][:1].isupper() or re.fullmatch(_ROLE, name) is not None
    return called and _NOT_NAME.fullmatch(words[0].lower()) is None
