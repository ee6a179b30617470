"""Plain text out of a statement: lower case, no punctuation but commas, contractions spelled out, inflections undone."""

from __future__ import annotations

import re

_CONTRACTIONS = (
    (r"\bcan't\b|\bcannot\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"n't\b", " not"),
    (r"'(?:re|ve|ll|d|m)\b", ""),
)
_VIDEO = r"(?:\bthe )?(?:\b(?:first|second|other|left|right) (?:video|clip|recording|take)\b|\b(?:video|clip|recording|take) (?:a|b|1|2|one|two)\b)"
_NAMED = re.compile(
    rf"(?:\b(?:in|of|from|compared (?:to|with)|than(?: in)?) )*{_VIDEO}(?:'s)?|\bthan (?:in )?[ab]\b(?:'s)?(?! \w)|^[ab]'s\b|\b[ab]'s$"
)
_WHICH = re.compile(r"\b(?:first|second|left|right|a|b|1|2|one|two)\b")
_HEDGES = re.compile(r"^(?:it (?:looks|seems|appears) (?:like|as if|that) |there (?:is|are) |overall |in general )+")
_KEPT_FROM = re.compile(r"\b(?:keep|stop|prevent|hold)(?:s|ing)? ((?:\w+ ){1,4})from (?=\w+ing\b)")
_CONTRAST = re.compile(
    r"(?:, | and |, and )?\b(?:instead of|rather than|as opposed to|in contrast to|compared (?:to|with)|than|meaning|measured by|measured as"
    r"|and not|but not|,? not (?=behind|on|in front|the))\b[^,]*"
)
_LATER = re.compile(
    r"(?<=\w)(?: (?:when|while|before|after|once|until|during|whilst|if|because|so that)\b| as (?=he|she|they|it|the)\b)[^,]*"
)
# "Before lowering" in "the pause before lowering is shorter".
_AMID = re.compile(
    r"(?<=\w) (?:(?:when|while|before|after|until|during) \w+ing(?: \w+){0,4}?|(?:before|after|until|during) the \w+)"
    r"(?= (?:is|are|was|were|lasts?) (?:\w+ )?(?:more|less|not|\w+er)\b)"
)
_EARLIER = re.compile(
    r"^(?:as|when|while|before|after|during|once|if|on|at|in|by|from|for|compared to|compared with|through)\b[^,]*,"
)


def plain(text: str) -> str:
    """The statement in lower case with commas as its only punctuation."""
    text = text.lower().replace("\u2019", "'")
    for pattern, spelled in _CONTRACTIONS:
        text = re.sub(pattern, spelled, text)
    text = re.sub(r"\([^)]*\)", " ", text)
    text = re.sub(r"\s*[,;:.!?]+(?=\s|$)\s*", " , ", text)
    text = re.sub(r"[^\w', ]+|(?<!\w)'|'(?!\w)", " ", text)
    text = re.sub(r"\s+", " ", text).replace(" ,", ",").strip(" ,'")
    return _HEDGES.sub("", text)


def without_videos(text: str) -> tuple[str, int]:
    """The statement without the videos it names, and how many different ones it named.

    "The other video" is left out of the count: it names none in particular.
    """
    named = [match.group() for match in _NAMED.finditer(text)]
    which = {found[-1] for name in named if (found := _WHICH.findall(name))}
    return _tidy(_NAMED.sub(" ", text)), len(which)


def opening_clause(text: str) -> tuple[str, str]:
    """A first clause that only says when ("as the ball is released, ..."), and the rest; the first is empty where there is none."""
    match = _EARLIER.match(text)
    rest = _tidy(text[match.end() :]) if match else ""
    return (match.group(), rest) if match and rest else ("", text)


def main_clause(text: str) -> str:
    """The statement without what it is contrasted with and without later clauses that only say when."""
    text = _CONTRAST.sub("", _KEPT_FROM.sub(r"\1not ", text))
    return _tidy(_LATER.sub("", _AMID.sub("", text))) or _tidy(text)


def forms(token: str) -> tuple[str, ...]:
    """The token and what it may be an inflection of, the token first."""
    found = [token, _IRREGULAR[token]] if token in _IRREGULAR else [token]
    for ending, replacements in _ENDINGS:
        if token.endswith(ending) and len(token) - len(ending) >= 2 and not token.endswith("ss"):
            stem = token[: -len(ending)]
            found += [stem + replacement for replacement in replacements]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                found.append(stem[:-1])
    return tuple(found)


def cut(text: str, start: int, end: int, instead: str = " ") -> str:
    """The text with the characters [start, end) replaced."""
    return _tidy(text[:start] + instead + text[end:])


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"(?: ?, ?)+", ", ", text).strip(" ,")


_ENDINGS = (
    ("s", ("",)), ("es", ("",)), ("ies", ("y",)), ("ed", ("", "e")), ("ied", ("y",)), ("ing", ("", "e")),
    ("er", ("", "e")), ("est", ("", "e")), ("ier", ("y",)), ("iest", ("y",)), ("ly", ("",)), ("ily", ("y",)), ("ingly", ("", "e")),
)  # fmt: skip

_IRREGULAR = {
    "held": "hold", "kept": "keep", "swung": "swing", "rose": "rise", "risen": "rise", "fell": "fall", "fallen": "fall",
    "brought": "bring", "stood": "stand", "sat": "sit", "went": "go", "gone": "go", "came": "come", "got": "get",
    "drove": "drive", "driven": "drive", "spun": "spin", "threw": "throw", "thrown": "throw", "caught": "catch",
    "made": "make", "took": "take", "taken": "take", "leant": "lean", "swept": "sweep", "spent": "spend", "done": "do",
    "did": "do", "shook": "shake", "sank": "sink", "sunk": "sink", "hung": "hang", "began": "begin", "froze": "freeze",
    "stuck": "stick", "seen": "see", "shown": "show", "drawn": "draw", "given": "give", "met": "meet", "led": "lead",
    "slid": "slide", "struck": "strike", "laid": "lay", "grew": "grow", "grown": "grow", "shot": "shoot", "ran": "run",
}  # fmt: skip
