"""The statement that a question asks about: "which of us went deeper?" asks about "went deeper"."""

from __future__ import annotations

import re

from ...tools.statement import Reading, StatementReader
from .question_words import QuestionWords

_AUX_INSIDE = re.compile(
    r"\b(?:does|do|did) (?:(?:clip[ab]|i|he|she|they|we|it|you|both)\b|(?!the\b)[a-z]+(?= (?:go|get|bend|lean|squat|do|move|sink)\b))"
)
_POSSESSED = re.compile(r"\bclip[ab]\b|\b(?:my|his|her|their|mine|hers)\b")
_REPETITION = re.compile(
    r"\b(?:rep|repetition|one) (?:is|was|were|are|does|did)\b|\b(?:rep|repetition)s?\b(?! (?:are|is) (?:done|made))"
)


def stripped(text: str, words: QuestionWords) -> str:
    """Plain text of a question without what makes it a question and without the clips it names."""
    before = None
    text = text.strip(" ,")
    while text != before:
        before = text
        for pattern in words.lead_ins:
            text = pattern.sub("", text, count=1).strip(" ,")
        for pattern in words.trailers:
            text = pattern.sub("", text).strip(" ,")
    text = _AUX_INSIDE.sub(" ", text)
    return " ".join(_POSSESSED.sub(" ", text).split()).strip(" ,")


def statement_in(text: str, words: QuestionWords, reader: StatementReader) -> tuple[str, Reading]:
    """What is left of the question as a statement, and what the reader makes of it.

    Args:
        text: Plain text of the question, the clips marked.
        words: The lexicon of questions.
        reader: Reads statements.
    """
    rest = stripped(text, words)
    if not rest:
        return "", Reading()
    reading = reader.read(rest)
    if reading.question is None and (shorter := _REPETITION.sub(" ", rest).strip()) != rest and shorter:
        return shorter, reader.read(shorter)
    return rest, reading
