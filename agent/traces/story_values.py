"""The frozen values of a trace as it is told: the run, its steps, and per difference every look with what was asked and found."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from ...memory.model_traces import Picture
from ...memory.report import Backends
from ...memory.runs import ForkedFrom
from ...memory.state import Plan
from ...memory.usage import CallUsage
from ...memory.values import Answer, Cause, Question, Setting, Side, Strategy, Timeline, Value, Verdict, VideoInfo, Window

Weight = Literal["cause", "doubt", "note"]
Status = Literal["done", "failed", "interrupted", "unfinished"]


class Diagnosis(Value):
    """One plain sentence about what made an answer bad or doubtful."""

    code: str
    """What kind of trouble it is, for filters and tests: "biased model"."""
    weight: Weight
    """cause: explains a bad answer by itself; doubt: makes one less sure; note: worth knowing."""
    text: str


class Head(Value):
    """What a run was asked for, and how it went."""

    run_id: str = ""
    version: str = ""
    trace_schema: str = ""
    action: str = ""
    setting: Setting = "open"
    started: AwareDatetime
    videos: dict[Side, VideoInfo] = Field(default_factory=dict)
    """Empty, like other fields, where an older trace does not say it in a form that is known."""
    backends: Backends | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    status: Status
    error: str = ""
    seconds: float
    """All parts together."""
    spent: CallUsage = CallUsage()
    forked_from: ForkedFrom | None = None
    """The step of another run that this one goes on from."""
    parts: int = 1
    """The comparison, every time it was taken up again, and every question of the user."""


class Step(Value):
    """One thing that happened, with what happened inside it."""

    kind: Literal["part", "node", "tool", "model", "note"]
    name: str
    number: int | None = None
    """Of a step of the comparison, as LangGraph counts them: from 1, parallel tool calls as one; None for everything else."""
    said: str = ""
    """One line."""
    start_s: float
    """Since the trace began."""
    seconds: float | None = None
    """None for what takes no time, and for what never ended."""
    cost_usd: float = 0.0
    error: str = ""
    details: tuple[tuple[str, str], ...] = ()
    """What it was given and what it gave, as (label, text)."""
    differences: tuple[str, ...] = ()
    asked: str = ""
    """Id of the question to a model that it is."""
    steps: tuple[Step, ...] = ()


class Said(Value):
    """What one reply said about one difference, by clip."""

    answer: Answer
    confidence: float
    reason: str = ""
    obstacle: str = "none"
    place: Literal["first", "second", ""] = ""
    """Which of the videos, by the order in which they were shown; empty for neither."""


class Asked(Value):
    """One question to a model with its reply."""

    id: str
    model: str
    role: str
    order: str
    prompt_version: str
    system: str
    parts: tuple[str | Picture, ...]
    differences: tuple[str, ...]
    at_s: float
    replied: bool = False
    """Whether anything came back, an error included."""
    seconds: float | None = None
    reply: dict[str, Any] | None = None
    error: str = ""
    unusable: str = ""
    """What was wrong with the reply before it; empty where nothing was, and in traces that do not tell."""
    spent: CallUsage = CallUsage()
    said: dict[str, Said] = Field(default_factory=dict)
    """By difference id; what was left out or cannot be believed is absent."""


class Read(Value):
    """One reading of a quantity in both clips."""

    question: Question | None
    label: str
    """Noun phrase of the quantity: "knee bend"."""
    unit: str
    keys_s: dict[Side, tuple[float, ...]]
    arrays: str
    problem: str


class Came(Value):
    """One verdict as it came."""

    at_s: float
    verdict: Verdict
    kept: bool
    by: Literal["measurement", "model", "measurement and model"]


class Look(Value):
    """One attempt at a difference: where it was looked for, why there, and what came of it."""

    part: int = 0
    """Which part of the run, counted from 0."""
    at_s: float
    strategy: Strategy
    cause: Cause = ""
    changed: str = ""
    moved: str = ""
    """How the instants differ from those of the look before."""
    margin: float | None = None
    retracked: str = ""
    windows: dict[Side, tuple[Window, ...]]
    instants: dict[Side, tuple[float, ...]]
    """What was read, or else what was to be read; matched in order."""
    read: tuple[Read, ...] = ()
    asked: tuple[str, ...] = ()
    came: tuple[Came, ...] = ()


class DifferenceStory(Value):
    """Everything that happened to one difference."""

    id: str
    description: str
    stages: tuple[str, ...] = ()
    question: Question | None = None
    unmeasurable: str = ""
    origin: str = ""
    final: Verdict | None = None
    """What stands; None when it was never decided."""
    looks: tuple[Look, ...] = ()
    cost_usd: float = 0.0
    """Its share of the questions that it was in."""
    diagnoses: tuple[Diagnosis, ...] = ()
    flags: tuple[Literal["uncertain", "relocalized", "disagreeing", "errors"], ...] = ()


class Retrieval(Value):
    """One encoder's look at one clip."""

    video: Side
    encoder: str
    stages: tuple[str, ...]
    arrays: str
    strength: tuple[float, ...]
    """Per stage how much its evidence varies over the clip, 0 (flat) to about 1, as the alignment weighs it."""
    lowest: tuple[float, ...] = ()
    """Per stage the lowest similarity (first percentile)."""
    highest: tuple[float, ...] = ()
    """The highest (99th percentile)."""


class Story(Value):
    """A whole trace."""

    head: Head
    notes: tuple[str, ...] = ()
    """What the reader of the trace should know: older schema, unreadable lines, no end."""
    steps: tuple[Step, ...]
    plan: Plan | None = None
    timelines: dict[Side, Timeline] = Field(default_factory=dict)
    retrievals: tuple[Retrieval, ...] = ()
    """The newest of each encoder and clip."""
    asked: dict[str, Asked] = Field(default_factory=dict)
    differences: tuple[DifferenceStory, ...] = ()
    warnings: tuple[str, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    """Of the whole run."""


Step.model_rebuild()
