"""The report of one comparison: the public contract `viddiff.report/1`."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from .values import Answer, Attempt, Evidence, Measurement, Segment, Setting, Side, Value, VideoInfo, Vote


class Backends(Value):
    """Which implementation sat behind each seam."""

    planner: str
    proposer: str
    encoder: str
    verifier: tuple[str, ...]


class Videos(Value):
    """The two clips."""

    a: VideoInfo
    b: VideoInfo


class StageReport(Value):
    """Where one stage was found in each clip; None where it does not occur."""

    name: str
    description: str
    a: Segment | None
    b: Segment | None
    """The repetition that was compared."""
    repetitions_a: tuple[Segment, ...] = ()
    repetitions_b: tuple[Segment, ...] = ()
    """The same stage in every repetition found."""


class DifferenceReport(Value):
    """One difference with its verdict and everything that supports it."""

    id: str
    description: str
    answer: Answer
    lean: Side
    confidence: float = Field(ge=0, le=1)
    reason: str
    stage: str
    evidence: Evidence
    measurement: Measurement | None
    votes: tuple[Vote, ...]
    attempts: tuple[Attempt, ...]


class Usage(Value):
    """What the run cost."""

    llm_calls: int = 0
    vlm_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    cost_usd: float = 0.0
    seconds: float = 0.0
    cache_hits: int = 0


class Report(Value):
    """How two videos of the same action differ, in words and with evidence."""

    model_config = ConfigDict(serialize_by_alias=True)

    schema_: Literal["viddiff.report/1"] = Field(default="viddiff.report/1", alias="schema")
    id: str
    action: str
    setting: Setting
    backends: Backends
    videos: Videos
    stages: tuple[StageReport, ...]
    differences: tuple[DifferenceReport, ...]
    """In the open setting ordered by importance, the most telling first; in the closed setting as given."""
    usage: Usage
    warnings: tuple[str, ...] = ()
    trace: str = ""

    def of(self, clip: Side) -> VideoInfo:
        """The clip called `a` or `b`."""
        return self.videos.a if clip == "a" else self.videos.b
