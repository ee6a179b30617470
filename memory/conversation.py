"""The frozen values of a conversation about two clips: questions, answers that cite instants, and what the user corrected."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from .values import Answer, BodySide, Measurement, Side, Value

CITATION = re.compile(r"\[([AB]) (\d+(?:\.\d+)?) s\]")
"""How an instant is cited in the text of an answer: "[A 2.31 s]"."""


class Citation(Value):
    """One instant of one clip that an answer points at."""

    video: Side
    time_s: float = Field(ge=0)
    frame: int | None = None
    """Index of the frame on screen then, where it is known."""
    difference: str = ""
    """Id of the difference it is evidence for; empty when it is for none."""


class Reply(Value):
    """What was answered to one question."""

    text: str
    """Markdown; instants are cited as "[A 2.31 s]", in the order of `citations`."""
    citations: tuple[Citation, ...] = ()
    about: tuple[str, ...] = ()
    """Ids of the differences it is about, which "why?" and "show me" then refer to."""
    by: str = "embedded"
    """Who answered: "embedded", or the model's name."""


class Turn(Value):
    """One question with its answer."""

    question: str
    reply: Reply


class Correction(Value):
    """What the user said is otherwise: kept, and applied to later answers."""

    description: str
    """The statement it is about, in the words of the report."""
    said: str
    """The user's own words."""
    answer: Answer | None = None
    """The answer the user gives instead; None when only the reading of the statement changes."""
    side: BodySide | None = None
    """The side of the body that was meant; None when that is not what was wrong."""
    kind: Literal["answer", "side"] = "answer"


class Finding(Value):
    """One thing that a tool found out for a conversation: a statement or a quantity, in both clips."""

    id: str
    """Of the difference, or the quantity's name where it belongs to none."""
    description: str
    label: str = ""
    """Noun phrase of what was measured: "knee bend"."""
    answer: Answer
    confidence: float = Field(ge=0, le=1)
    reason: str
    measurement: Measurement | None = None
    instants: tuple[Citation, ...] = ()


class Findings(Value):
    """What a tool call of a conversation gave; the planner reads it as JSON."""

    about: str
    """What was looked at: "repetition 2", "stage bottom", "A at 2.30 s"."""
    findings: tuple[Finding, ...] = ()
    """The most telling first."""
    instants: tuple[Citation, ...] = ()
    """The matched instants that were looked at."""
    note: str = ""
    """What stood in the way, or what the reader should know."""


def citations_in(text: str) -> tuple[Citation, ...]:
    """The instants that a text cites, in order, each once."""
    found = (Citation(video="a" if v == "A" else "b", time_s=float(t)) for v, t in CITATION.findall(text))
    return tuple(dict.fromkeys(found))


def cite(video: Side, time_s: float) -> str:
    """How an answer cites one instant: "[A 2.31 s]"."""
    return f"[{video.upper()} {time_s:.2f} s]"
