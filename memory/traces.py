"""The trace of a run: a typed stream of events that says what was looked at, asked, measured and decided, and why."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from .conversation import Turn
from .model_traces import ModelAsked, ModelReplied
from .report import Backends
from .runs import ForkedFrom
from .state import Localization, Plan, Statement, Used
from .usage import CallUsage
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
    forked_from: ForkedFrom | None = None
    """The run and the step that this one goes on from, with what is not as it was there."""


class TurnStarted(Value):
    """The user asked something, or put a stage somewhere else."""

    kind: Literal["turn_started"] = "turn_started"
    question: str
    """Empty when a stage was moved; where it lies now is in the `Aligned` that follows."""


class NodeEntered(Value):
    """A node of the graph begins."""

    kind: Literal["node_entered"] = "node_entered"
    node: str
    task: str
    """Joins it with its `NodeLeft`; one per parallel branch."""
    call: str = ""
    """Id of the `ToolCalled` that this branch runs; empty for other nodes and where it is not known."""


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
    node: str = "planner"
    """"planner", or "answer" in a conversation."""
    by: str
    """"embedded", or the model's name."""
    text: str = ""
    calls: tuple[ToolCalled, ...] = ()
    remark: str = ""
    """What it was told because its turn could not be read; empty when it could."""
    usage: CallUsage | None = None
    """What a model took for it, also one that failed and was replaced; None where no model was asked."""


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
    """Its name; "movement" for the course of the movement itself; "together" for what the stages were placed by when there are several
    (its `similarities` have no rows)."""
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


class RunEnded(CallUsage):
    """The comparison, or the turn, is over; the counts are those of the run so far, all its parts and turns together."""

    kind: Literal["run_ended"] = "run_ended"
    status: Literal["done", "failed", "interrupted"]
    error: str = ""
    seconds: float


class Unread(Value):
    """What an older or newer version recorded in a form that this one does not know."""

    kind: Literal["unread"] = "unread"
    was: str
    """Its kind."""
    fields: dict[str, Any]


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
    | RunEnded
    | Unread,
    Field(discriminator="kind"),
]


class Line(Value):
    """One line of a trace."""

    n: int
    """Its place in the file, counted from 0; broken lines count too."""
    at: AwareDatetime
    event: Event


LINE = TypeAdapter(Line)
PlannerSpoke.model_rebuild()
