"""The frozen values that flow between nodes: stages, differences, key frames, measurements, verdicts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Side = Literal["a", "b"]
Answer = Literal["a", "b", "same", "unknown"]
Setting = Literal["open", "closed"]
BodySide = Literal["left", "right", "both", "either"]
Phase = Literal[
    "whole", "start", "end", "peak", "bottom", "top", "lowering", "rising", "takeoff", "flight", "landing", "strike", "release"
]
Statistic = Literal["level", "maximum", "minimum", "range", "circle", "variability", "asymmetry", "left_over_right"]
Strategy = Literal["align", "extremum", "widen", "shift", "dense", "next_best", "crop"]


Cause = Literal[
    "",
    "small difference",
    "near threshold",
    "weak alignment",
    "moment not found",
    "joint hidden",
    "wrong moment",
    "out of view",
    "too small",
    "too fast",
    "orders disagree",
    "witnesses disagree",
]
"""Why a verdict is uncertain, where another look could help."""


class Value(BaseModel):
    """Base of all values: frozen, complete at construction, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VideoInfo(Value):
    """What is known of one clip before any of its content is understood."""

    path: str
    sha256: str
    duration_s: float = Field(ge=0)
    fps: float = Field(gt=0)
    """Average frames per second in the file as played."""
    width: int = Field(gt=0)
    """Displayed width in pixels, after rotation."""
    height: int = Field(gt=0)
    frames: int = Field(gt=0)
    warnings: tuple[str, ...] = ()


class Question(Value):
    """A difference statement turned into something that can be measured."""

    quantity: str
    """Name of a quantity in `viddiff.tools.quantities`."""
    direction: Literal[1, -1]
    """+1 when the clip with the larger value shows the statement more, -1 when the smaller one does."""
    side: BodySide = "both"
    statistic: Statistic = "level"
    phase: Phase = "whole"
    occurrence: int | None = Field(default=None, ge=1)
    """1 for "on the first step", 2 for the second; None when the statement names none."""


class Stage(Value):
    """One sub-action, in the order in which the action goes through them."""

    name: str
    description: str
    retrieval: tuple[str, ...] = Field(min_length=1)
    """Sentences that describe one frame of this stage, for text-to-frame similarity."""
    phases: tuple[Phase, ...] = ()
    """Which phases of a statement ("at the bottom") this stage answers to."""
    optional: bool = False


class Difference(Value):
    """One statement to decide: which clip shows it more."""

    id: str
    description: str
    stages: tuple[str, ...] = ()
    """Names of the stages in which it can be seen; empty means the whole action."""
    frames: Literal["one", "many"] = "one"
    question: Question | None = None
    """None when the statement cannot be measured."""
    unmeasurable: str = ""
    """Why there is no question, in words for the user."""
    importance: float = Field(default=1.0, ge=0)
    origin: Literal["given", "library", "pose", "model", "asked"] = "given"


class Segment(Value):
    """A half-open span of time [start_s, end_s) in one clip, seconds in the file as played."""

    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Segment:
        if self.end_s < self.start_s:
            raise ValueError(f"segment ends ({self.end_s} s) before it starts ({self.start_s} s)")
        return self


class Window(Value):
    """A span of one clip in which a statement is read."""

    segment: Segment
    key_s: float
    """The instant that shows it best, unless the reading itself finds a better one."""
    moving: bool = False
    """Read over the whole span rather than around the key instant."""
    whole: bool = False
    """The whole repetition: no phase was asked for."""


class StageSpan(Value):
    """Where one stage was found in one repetition of one clip."""

    stage: str
    segment: Segment
    key_s: float = Field(ge=0)
    """The instant that shows the stage best."""
    margin: float
    """How clearly the alignment prefers this place, in nats (see `viddiff.tools.alignment.Placement`)."""
    second_s: float | None = Field(default=None, ge=0)
    """The instant that would show the stage best if it were elsewhere in the repetition; None where it fits nowhere else."""


class Repetition(Value):
    """One performance of the action inside a clip."""

    segment: Segment
    peak_s: float = Field(ge=0)
    """When the body is furthest from its rest posture."""
    highest_s: float | None = None
    """When the limb that swings most is highest."""
    lowest_s: float | None = None
    """When the hips, or the limb that swings most, are lowest."""
    partial: bool = False
    """Cut off by the start or the end of the clip."""
    spans: tuple[StageSpan, ...] = ()
    """The stages found in it, in order; a stage that does not occur is absent."""


class Timeline(Value):
    """Everything the localizer knows about one clip: its repetitions and the stages in each."""

    repetitions: tuple[Repetition, ...] = Field(min_length=1)
    still: bool = False
    """Whether nothing moves enough to tell repetitions apart."""

    @property
    def complete(self) -> tuple[Repetition, ...]:
        """The whole repetitions, or all of them when every one is cut off."""
        return tuple(r for r in self.repetitions if not r.partial) or self.repetitions


class KeyFrame(Value):
    """One matched instant: where to look in one clip."""

    time_s: float = Field(ge=0)
    frame: int = Field(ge=0)
    """Index of the frame on screen at `time_s`, counted from 0 in the file as played."""
    pose: tuple[tuple[float, float, float], ...] | None = None
    """33 landmarks as (x, y, visibility), pixels of the displayed frame, in the order of `viddiff.tools.landmarks`; None without a body."""


class Evidence(Value):
    """The instants in both clips that show one difference."""

    a: tuple[KeyFrame, ...] = ()
    b: tuple[KeyFrame, ...] = ()


class Measurement(Value):
    """One quantity read off both clips, with the interval of the difference b - a."""

    quantity: str
    unit: str
    a: float
    b: float
    difference: float
    """b - a."""
    interval: tuple[float, float]
    """95% interval of `difference`."""


class Vote(Value):
    """What one witness said about one difference."""

    source: str
    order: str
    """Which clip was shown first: "ab" or "ba"; "-" for a witness that is shown both at once."""
    answer: Answer
    confidence: float = Field(ge=0, le=1)


class Attempt(Value):
    """One way in which key frames were looked for, and what it changed."""

    strategy: Strategy
    changed: str


class Verdict(Value):
    """The decision on one difference."""

    id: str
    answer: Answer
    lean: Side
    """The forced choice that closed-set scoring uses."""
    confidence: float = Field(ge=0, le=1)
    reason: str
    measurement: Measurement | None = None
    evidence: Evidence = Evidence()
    """The instants that this decision rests on."""
    votes: tuple[Vote, ...] = ()
    witnesses: int = Field(default=1, ge=1)
    """How many kinds of witness it weighs: measurement alone, or a model's opinion as well."""
    uncertain: Cause = ""
    """Why another look could help; empty when it could not or need not."""
