"""What a question is understood as: its kind, and what it names."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ...memory.values import BodySide, Phase, Question, Side, Stage, Value

Kind = Literal[
    "which", "topic", "unmeasurable", "show", "instant", "stage", "when", "length", "stages", "count", "repeat", "choose",
    "best_repetition", "why", "sure", "measured", "correct", "people", "people_side", "who", "summary", "biggest", "same",
    "undecided", "advice", "better", "history", "help", "thanks", "hello", "bye", "maker", "cost", "model", "clip", "unknown",
]  # fmt: skip
Said = Literal["a", "b", "same", "unknown", "other"]
"""An answer that a user gives: "other" turns round the one before."""


class Scene(Value):
    """What a question is asked about, as far as understanding it needs that."""

    stages: tuple[Stage, ...] = ()
    people: dict[Side, str] = Field(default_factory=dict)


class Intent(Value):
    """One question, understood. What it does not name is empty."""

    kind: Kind
    question: Question | None = None
    """What is asked about, as something that can be measured."""
    statement: str = ""
    """The same in the user's words."""
    topic: str = ""
    """A part of the body or another matter of the lexicon."""
    reason: str = ""
    """Why it cannot be measured."""
    video: Side | None = None
    """The clip that is asked about or that it is said of."""
    body_side: BodySide | None = None
    stage: str = ""
    """Name of a stage of the action."""
    phase: Phase | None = None
    """The part of the movement that was named, also where the action has no stage for it."""
    time_s: float | None = None
    frame: int | None = None
    repetition: int | None = None
    """Counted from 1; -1 for the last."""
    count: int | None = None
    """How many are asked for."""
    answer: Said | None = None
    """What the user says it is instead."""
    someone: bool = False
    """It speaks of the user, or of "the other one", and who that is is not known."""
    a: str = ""
    """Who the user says is in A; "you" for the user."""
    b: str = ""
