"""Several questions typed as one, told apart: "Who went deeper, and who leans more? Show me." asks for two answers and for frames."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_ALSO = r"(?:(?:and|but|also|then|so|plus)\b,? )*"
_WHOM = r"(?:i|you|he|she|it|they|we|a|b|clip|the|my|his|her|their|there|both|one|either|that|this|video|(?-i:[A-Z]\w*))\b"
_ASKS = (
    r"(?:(?:who(?! cares)|whose|which|what|why|how|by how much|tell me|show me)\b"
    r"|(?:when|where|is|are|was|were|do|does|did|has|have|am|can|could)(?:n't)? " + _WHOM + ")"
)
_BORDER = re.compile(
    rf"\s*\?+\s+{_ALSO}(?=\w)|\s*[!;,.]+\s+{_ALSO}(?={_ASKS})|\s+(?:and|but)(?: also| then)?,? (?={_ASKS})", re.IGNORECASE
)
_ASKING = re.compile(
    rf"(?:\W*(?:ok|okay|so|and|but|well|hey|hi|hello|please|now|then|also|coach)\b\W*)*{_ASKS}|.*\?$", re.IGNORECASE
)
_TAG = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|can|could|would)(?:n'?t)? (?:it|he|she|they|we|i|you|that|there)(?: not)?",
    re.IGNORECASE,
)
_SHOW = (
    r"(?:(?:please|now|then|so|ok|also|just|(?:can|could|would|will) you(?: please)?)\b,? )*"
    r"(?:show(?: (?:me|us))?(?: (?:it|that|this|them|where|when|the (?:evidence|proof|frames?|pictures?|moments?)))?"
    r"|where(?: exactly)?(?: (?:is|was) (?:it|that|this))?|(?:let me|can i|can we) see(?: (?:it|that|this|them))?|prove (?:it|that|this)|prove)"
    r"(?:,? (?:please|too|then|as well))*"
)
_SHOW_FIRST = re.compile(rf"^{_ALSO}{_SHOW}\s*(?:[?!.,;:]+\s*{_ALSO}|\s+-\s+)(?=\w)", re.IGNORECASE)
_SHOW_LAST = re.compile(rf"\s*(?:[?!.,;:]+\s*{_ALSO}|\s+(?:and|-)\s+){_SHOW}[?!.\s]*$", re.IGNORECASE)
_SHOW_ALONE = re.compile(_SHOW, re.IGNORECASE)
_AND = re.compile(r",? (?:and|but)(?: also)? ", re.IGNORECASE)
SHOW = "show me"


def parts_of(question: str) -> tuple[str, ...]:
    """The questions in one, each as typed, in the order in which they are answered.

    A request to be shown something that names nothing ("show me", "where?", "prove it") goes last, as `SHOW`, wherever it stood.
    """
    text = " ".join(question.split())
    rest = _SHOW_LAST.sub("", _SHOW_FIRST.sub("", text, count=1))
    if not rest:
        return (text,)
    questions = _questions(rest)
    several = (SHOW if len(questions) > 1 and _SHOW_ALONE.fullmatch(part.strip(" ?.!")) else part for part in questions)
    return (*several, *([SHOW] if rest != text else []))


def _questions(text: str) -> tuple[str, ...]:
    """What no question begins with belongs to the question after it in its sentence, and "isn't it?" to the one before."""
    found: list[str] = []
    start = 0
    for border in _BORDER.finditer(text):
        piece = text[start : border.start()] + ("?" if "?" in border[0] else "")
        if (_ASKING.match(piece) or re.search("[.!;]", border[0])) and not _TAG.fullmatch(text[border.end() :].strip(" ?.!")):
            found.append(piece)
            start = border.end()
    return (*found, text[start:])


def halves(question: str, parts: Sequence[re.Pattern[str]]) -> Iterator[tuple[str, str]]:
    """Pairs of questions that one may stand for: "who goes deeper and leans more?", "whose knees and hips are more bent?".

    Args:
        question: As typed.
        parts: Words for the parts of the body.
    """
    for joint in reversed(list(_AND.finditer(question))):
        first, second = question[: joint.start()], question[joint.end() :]
        opening = " ".join(first.split()[:2])
        yield first, f"who {second}"
        yield first, f"{opening} {second}"
        for part in parts:
            if part.search(second):
                yield f"{first} {part.sub('', second, count=1)}", f"{opening} {second}"
