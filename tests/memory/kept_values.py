"""One of everything that conversations keep, and a report as it comes out of a comparison."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from viddiff.agent.report import Report
from viddiff.memory import conversation, report, values
from viddiff.memory.conversation import Citation, Correction, Reply, Turn
from viddiff.memory.report import Backends, DifferenceReport, StageReport, Usage, Videos
from viddiff.memory.state import Localization, Plan, Statement, Used
from viddiff.memory.values import (
    Answer,
    Attempt,
    Difference,
    Evidence,
    KeyFrame,
    Measurement,
    Question,
    Repetition,
    Segment,
    Stage,
    StageSpan,
    Timeline,
    Verdict,
    VideoInfo,
    Vote,
    Window,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def clip(name: str) -> VideoInfo:
    return VideoInfo(path=f"/clips/{name}.mp4", sha256=name * 4, duration_s=4, fps=30, width=640, height=360, frames=120)


def measured(a: float = 90.0, b: float = 101.5, quantity: str = "knee_flexion", error: float = 2.0) -> Measurement:
    difference = b - a
    return Measurement(
        quantity=quantity, unit="deg", a=a, b=b, difference=difference, interval=(difference - error, difference + error)
    )


POSE = tuple((float(i), float(i) / 2, 0.5) for i in range(33))
FRAME = KeyFrame(time_s=1.25, frame=37, pose=POSE)
SEGMENT = Segment(start_s=0.5, end_s=2.25)
EVIDENCE = Evidence(a=(FRAME,), b=(FRAME, KeyFrame(time_s=2.0, frame=60)))
VOTE = Vote(source="measurement", order="-", answer="b", confidence=0.75)
ATTEMPT = Attempt(strategy="align", changed="first look")
CORRECTION = Correction(description="the knees bend more", said="no, the left one", side="left", kind="side")
STAGE = Stage(name="bottom", description="Lowest.", retrieval=("knees bent",), phases=("bottom", "peak"))
DIFFERENCE = Difference(
    id="d1", description="the knees bend more", stages=("bottom",), question=Question(quantity="knee_flexion", direction=1)
)
VERDICT = Verdict(id="d1", answer="b", lean="b", confidence=0.8, reason="11.5 deg", measurement=measured(), votes=(VOTE,))
REPETITION = Repetition(segment=SEGMENT, peak_s=1.25, spans=(StageSpan(stage="bottom", segment=SEGMENT, key_s=1.25, margin=3.5),))


def difference_report(description: str = "the knees bend more", answer: Answer = "b", found: Measurement | None = None):
    return DifferenceReport(
        id="d1", description=description, answer=answer, lean="b", confidence=0.8, reason="measured", stage="bottom",
        evidence=EVIDENCE, measurement=found, votes=(VOTE,), attempts=(ATTEMPT,),
    )  # fmt: skip


def finished(
    differences: tuple[DifferenceReport, ...] | None = None, id_: str = "0123456789ab", a: str = "first", b: str = "second"
) -> Report:
    return Report(
        id=id_,
        action="squat",
        setting="open",
        backends=Backends(planner="embedded", proposer="library", encoder="pose", verifier=("measurement",)),
        videos=Videos(a=clip(a), b=clip(b)),
        stages=(StageReport(name="bottom", description="Lowest.", a=SEGMENT, b=None, repetitions_a=(SEGMENT,)),),
        differences=(difference_report(found=measured()),) if differences is None else differences,
        usage=Usage(seconds=1.5),
        warnings=("different camera angles",),
    )


EVERYTHING: tuple[values.Value, ...] = (
    clip("first"), Question(quantity="depth", direction=-1, occurrence=2), STAGE, DIFFERENCE, SEGMENT,
    Window(segment=SEGMENT, key_s=1.0), StageSpan(stage="bottom", segment=SEGMENT, key_s=1.25, margin=-0.5), REPETITION,
    Timeline(repetitions=(REPETITION,)), FRAME, EVIDENCE, measured(), VOTE, ATTEMPT, VERDICT,
    Statement(id="1", description="the squat is deeper"), Plan(action="squat", stages=(STAGE,), differences=(DIFFERENCE,)),
    Localization(id="d1", strategy="widen", a=(Window(segment=SEGMENT, key_s=1.0),), b=(), retracked="dense"), Used(steps=3),
    finished().backends, finished().videos, finished().stages[0], difference_report(), finished().usage, finished(),
    report.Report.model_validate(finished().model_dump()),
    Citation(video="a", time_s=2.31, frame=69, difference="d1"), CORRECTION,
    Reply(text="B [A 2.31 s]", citations=(Citation(video="a", time_s=2.31),), about=("d1",)),
    Turn(question="who went deeper?", reply=Reply(text="B")),
    conversation.Finding(id="d1", description="x", answer="a", confidence=0.5, reason="y", measurement=measured()),
    conversation.Findings(about="stage bottom", note="-"),
)  # fmt: skip
