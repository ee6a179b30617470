"""The trace of a run: a typed stream of events that says what was looked at, asked, measured and decided, and why."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from .conversation import Turn
from .report import Backends
from .state import Localization, Plan, Statement, Used
from .values import Cause, Question, Setting, Side, Timeline, Value, Verdict, VideoInfo, Window

SCHEMA = "viddiff.trace/1"


class RunStarted(Value):
    """A comparison begins, or is taken up again."""

    kind: Literal["run_started"] = "run_started"
    trace_schema: str = SCHEMA
    run_id: str
    version: str
    """Of viddiff."""
    action: str
    setting: Setting
    statements: tuple[Statement, ...] = ()
    max_differences: int
    videos: dict[Side, VideoInfo]
    backends: Backends
    settings: dict[str, Any]
    """Without keys."""


class TurnStarted(Value):
    """The user asked something."""

    kind: Literal["turn_started"] = "turn_started"
    question: str


class NodeEntered(Value):
    """A node of the graph begins."""

    kind: Literal["node_entered"] = "node_entered"
    node: str
    task: str
    """Joins it with its `NodeLeft`; one per parallel branch."""


class NodeLeft(Value):
    """A node of the graph has ended."""

    kind: Literal["node_left"] = "node_left"
    node: str
    task: str
    seconds: float
    error: str = ""


class PlannerSpoke(Value):
    """A turn of the planner, or of whoever answers the user."""

    kind: Literal["planner_spoke"] = "planner_spoke"
    by: str
    text: str = ""
    calls: tuple[ToolCalled, ...] = ()


class ToolCalled(Value):
    """One tool call of a turn."""

    id: str
    name: str
    arguments: dict[str, Any]


class ToolAnswered(Value):
    """What a tool call gave."""

    kind: Literal["tool_answered"] = "tool_answered"
    call: str
    """Id of the `ToolCalled`."""
    name: str
    said: str


class StatusGiven(Value):
    """What `review` told the planner is left to do."""

    kind: Literal["status_given"] = "status_given"
    status: dict[str, Any]


class Proposed(Value):
    """Stages and differences are proposed."""

    kind: Literal["proposed"] = "proposed"
    plan: Plan


class Retrieved(Value):
    """One encoder compared every frame of one clip with the text of every stage."""

    kind: Literal["retrieved"] = "retrieved"
    video: Side
    encoder: str
    stages: tuple[str, ...]
    arrays: str
    """Name of the kept arrays: `times_s` (T,), `similarities` (S, T), `emissions` (S, T) log-probabilities."""


class Aligned(Value):
    """Where the repetitions and stages were found in both clips, with their margins."""

    kind: Literal["aligned"] = "aligned"
    timelines: dict[Side, Timeline]


class Localized(Value):
    """Where one difference is looked for."""

    kind: Literal["localized"] = "localized"
    place: Localization
    cause: Cause = ""
    """Why the look before was not enough; empty at the first."""


class Picture(Value):
    """One picture as it was sent."""

    frame: str
    """Name of the kept JPEG."""
    width: int
    height: int


class ModelAsked(Value):
    """A structured question goes to a model."""

    kind: Literal["model_asked"] = "model_asked"
    id: str
    """Joins it with its `ModelReplied`."""
    model: str
    role: str
    """"proposer" or "vlm"."""
    prompt_version: str
    system: str
    parts: tuple[str | Picture, ...]
    """In the order in which the model sees them."""
    differences: tuple[str, ...] = ()
    """Ids of the differences it is about."""
    order: str = ""
    """"ab" or "ba": which clip is shown first; empty where that means nothing."""


class ModelReplied(Value):
    """What came back."""

    kind: Literal["model_replied"] = "model_replied"
    id: str
    reply: dict[str, Any] | None = None
    """The validated answer; None when there is none."""
    error: str = ""
    seconds: float
    calls: int = 0
    """Requests sent, retries and repairs included; 0 when the answer came from the cache."""
    input_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    cost_usd: float = 0.0
    cache_hits: int = 0
    repaired: int = 0


class Measured(Value):
    """A quantity was read off both clips for one difference."""

    kind: Literal["measured"] = "measured"
    id: str
    question: Question | None = None
    windows: dict[Side, tuple[Window, ...]] = Field(default_factory=dict)
    keys_s: dict[Side, tuple[float, ...]] = Field(default_factory=dict)
    """The instants that were read."""
    arrays: str = ""
    """Name of the kept arrays: `times_a`, `curve_a`, `times_b`, `curve_b`; empty when the quantity has no curve."""
    problem: str = ""
    """Why nothing could be measured."""


class Decided(Value):
    """A verdict on one difference, by one or more witnesses."""

    kind: Literal["decided"] = "decided"
    verdict: Verdict
    kept: bool = True
    """Whether it stands, rather than an earlier one that is better supported."""


class Answered(Value):
    """The user's question is answered."""

    kind: Literal["answered"] = "answered"
    turn: Turn


class Warned(Value):
    """Something the user should know."""

    kind: Literal["warned"] = "warned"
    text: str


class Spent(Value):
    """What the run has used of its budget."""

    kind: Literal["spent"] = "spent"
    used: Used


class RunEnded(Value):
    """The comparison, or the turn, is over."""

    kind: Literal["run_ended"] = "run_ended"
    status: Literal["done", "failed", "interrupted"]
    error: str = ""
    seconds: float
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    cost_usd: float = 0.0
    cache_hits: int = 0


Event = Annotated[
    RunStarted
    | TurnStarted
    | NodeEntered
    | NodeLeft
    | PlannerSpoke
    | ToolAnswered
    | StatusGiven
    | Proposed
    | Retrieved
    | Aligned
    | Localized
    | ModelAsked
    | ModelReplied
    | Measured
    | Decided
    | Answered
    | Warned
    | Spent
    | RunEnded,
    Field(discriminator="kind"),
]


class Line(Value):
    """One line of a trace."""

    n: int
    """Counted from 0 within the trace."""
    at: AwareDatetime
    event: Event


LINE = TypeAdapter(Line)
PlannerSpoke.model_rebuild()
