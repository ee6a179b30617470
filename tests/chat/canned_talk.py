"""Facts of a made-up comparison, and tools that answer from them, so that any answer can be checked against what it may know."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from langchain_core.messages import AIMessage, ToolMessage

from viddiff.agent.chat.embedded import EmbeddedChatter
from viddiff.agent.chat.facts import Facts
from viddiff.agent.tool_calls import CallTools
from viddiff.memory.conversation import Citation, Finding, Findings, Reply
from viddiff.memory.report import Backends, DifferenceReport, Report, StageReport, Usage, Videos
from viddiff.memory.state import Plan
from viddiff.memory.values import (
    Attempt,
    Difference,
    Evidence,
    KeyFrame,
    Measurement,
    Repetition,
    Segment,
    Stage,
    StageSpan,
    Timeline,
    VideoInfo,
    Vote,
)
from viddiff.tools.catalog import CATALOG
from viddiff.tools.statement import StatementReader

STATEMENTS = (
    "the hips sink deeper", "the knees are more bent", "the left knee is more bent", "the elbows are straighter",
    "the torso leans further forward",
    "the motion is faster", "there is a longer pause at the bottom", "the feet stance is wider", "the gaze is more down",
    "the thread is pulled tighter",
)  # fmt: skip
MORE_ROUNDS = 6


def timeline(times: list[float]) -> Timeline:
    """Repetitions of six seconds that start at some times, with two stages each."""

    def one(start: float) -> Repetition:
        spans = tuple(
            StageSpan(stage=name, segment=Segment(start_s=start + at, end_s=start + at + 2), key_s=start + at + 1, margin=3.0)
            for name, at in (("descent", 1.0), ("bottom", 3.0))
        )
        return Repetition(segment=Segment(start_s=start, end_s=start + 6), peak_s=start + 4, spans=spans)

    return Timeline(repetitions=tuple(map(one, times)))


STAGES = (
    Stage(name="descent", description="Down.", retrieval=("half down",), phases=("lowering",)),
    Stage(name="bottom", description="Low.", retrieval=("low",), phases=("bottom", "peak")),
)
numbers = st.floats(min_value=-170, max_value=170, allow_nan=False).map(lambda number: round(number, 3))
instants = st.floats(min_value=0, max_value=18, allow_nan=False).map(lambda number: round(number, 3))


@st.composite
def reports(draw: st.DrawFn, reader: StatementReader, count: int = 6) -> tuple[Plan, Report]:
    chosen = draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=count, unique=True))
    planned, told = [], []
    for n, text in enumerate(chosen):
        reading = reader.read(text)
        planned.append(Difference(id=f"d{n}", description=text, question=reading.question, unmeasurable=reading.unmeasurable))
        told.append(draw(_decided(planned[-1])))
    stages = tuple(
        StageReport(name=s.name, description=s.description, a=Segment(start_s=1.25, end_s=3), b=Segment(start_s=2, end_s=3.5))
        for s in STAGES
    )
    clip = VideoInfo(path="clip.mp4", sha256="0", duration_s=19.5, fps=25, width=640, height=480, frames=487)
    report = Report(
        schema="viddiff.report/1",
        id="0" * 12,
        action="squat",
        setting="open",
        backends=Backends(planner="embedded", proposer="library", encoder="pose", verifier=("measurement",)),
        videos=Videos(a=clip, b=clip),
        stages=stages,
        differences=tuple(told),
        usage=Usage(),
    )
    return Plan(action="squat", stages=STAGES, differences=tuple(planned), peak_stage="bottom"), report


@st.composite
def _decided(draw: st.DrawFn, difference: Difference) -> DifferenceReport:
    question = difference.question
    answer = draw(st.sampled_from(["a", "b", "same", "unknown"])) if question else "unknown"
    measured, keys = None, {side: tuple(KeyFrame(time_s=draw(instants), frame=1) for _ in range(2)) for side in ("a", "b")}
    if question and draw(st.booleans()):
        low, high = sorted((draw(numbers), draw(numbers)))
        a, gap = draw(numbers), abs(draw(numbers)) + 1
        sign = {"a": -1, "b": 1}.get(answer, 1) * question.direction
        measured = Measurement(
            quantity=question.quantity, unit=CATALOG[question.quantity].unit, a=a, b=a + sign * gap, difference=sign * gap, interval=(low, high)
        )  # fmt: skip
    overruled = draw(st.booleans()) and question is not None
    votes = (Vote(source="measurement", order="-", answer=draw(st.sampled_from(["a", "b", "unknown"])), confidence=0.5),)
    return DifferenceReport(
        id=difference.id,
        description=difference.description,
        answer=answer,
        lean="a",
        confidence=draw(st.floats(min_value=0, max_value=1).map(lambda share: round(share, 3))),
        reason="cannot tell: the difference is smaller than the measuring error" if answer == "unknown" else "shown",
        stage="whole action",
        evidence=Evidence(a=keys["a"], b=keys["b"]) if question else Evidence(),
        measurement=measured,
        votes=(*votes, Vote(source="user", order="-", answer=answer, confidence=1)) if overruled else votes,
        attempts=(Attempt(strategy="align", changed=""), Attempt(strategy="dense", changed="")),
    )


def facts_for(plan: Plan, report: Report, question: str, **rest: Any) -> Facts:
    return Facts(
        question=question,
        report=report,
        plan=plan,
        timelines={"a": timeline([0.5, 7.0]), "b": timeline([0.0, 6.5, 13.0])},
        **rest,
    )


def answered(chatter: EmbeddedChatter, facts: Facts, reader: StatementReader) -> tuple[Reply, Facts]:
    """The answer, after the tools that it needs; a statement that is considered stays unknown."""
    for n in range(MORE_ROUNDS):
        move = chatter.answer(facts)
        if isinstance(move, Reply):
            return move, facts
        facts = _called(facts, move, n, reader)
    raise AssertionError(f"{facts.question!r} calls tools without end")


def _called(facts: Facts, move: CallTools, round_: int, reader: StatementReader) -> Facts:
    messages: list[Any] = [AIMessage(content="", tool_calls=move.as_messages(f"turn-{round_}"))]
    for call in messages[0].tool_calls:
        said, facts = _said(call["name"], call["args"], facts, reader)
        messages.append(ToolMessage(content=said, tool_call_id=call["id"]))
    return replace(facts, exchange=(*facts.exchange, *messages))


def _said(name: str, arguments: dict[str, Any], facts: Facts, reader: StatementReader) -> tuple[str, Facts]:
    if name == "consider_statements":
        return _considered(arguments["statements"], facts, reader)
    if name == "name_people":
        return "written down", replace(facts, people={**facts.people, **arguments})
    if name == "choose_repetition":
        return "from now on: it", replace(facts, focus=arguments["repetition"])
    if name == "correct_difference":
        return f"written down for {arguments['difference_id']}", facts
    ids = arguments.get("difference_ids", ["elbow_flexion", "depth"])
    return _found(ids, facts).model_dump_json(exclude_defaults=True), facts


def _considered(statements: list[str], facts: Facts, reader: StatementReader) -> tuple[str, Facts]:
    ids = [f"asked-{len(facts.plan.differences) + n}" for n in range(len(statements))]
    planned = [
        Difference(id=i, description=text, question=reader.read(text).question) for i, text in zip(ids, statements, strict=True)
    ]
    told = [
        DifferenceReport(
            id=d.id, description=d.description, answer="unknown", lean="a", confidence=0.2, reason="cannot tell: hardly seen",
            stage="whole action", evidence=Evidence(), measurement=None, votes=(), attempts=(),
        )
        for d in planned
    ]  # fmt: skip
    plan = facts.plan.model_copy(update={"differences": (*facts.plan.differences, *planned)})
    report = facts.report.model_copy(update={"differences": (*facts.report.differences, *told)})
    return f"considered as {', '.join(ids)}", replace(facts, plan=plan, report=report)


def _found(ids: list[str], facts: Facts) -> Findings:
    known = {d.id: d for d in facts.plan.differences}
    found = []
    for id_ in ids:
        quantity = known[id_].question.quantity if id_ in known and known[id_].question else "elbow_flexion"
        entry = CATALOG[quantity]
        measured = Measurement(quantity=quantity, unit=entry.unit, a=41.25, b=67.75, difference=26.5, interval=(20.5, 33.25))
        at = (Citation(video="a", time_s=3.21, frame=80), Citation(video="b", time_s=4.56, frame=114))
        description = known[id_].description if id_ in known else entry.more
        found.append(
            Finding(
                id=id_,
                description=description,
                label=entry.label,
                answer="b",
                confidence=0.91,
                reason="",
                measurement=measured,
                instants=at,
            )
        )
    instants_ = (Citation(video="a", time_s=3.21, frame=80), Citation(video="b", time_s=4.56, frame=114))
    return Findings(about="here", findings=tuple(found), instants=instants_)


def known_numbers(facts: Facts) -> set[float]:
    """Every number that an answer may rest on, and what follows from them at once: differences, lengths, counts, percentages."""
    found = set(_numbers(json.loads(facts.report.model_dump_json())))
    for result in facts.results:
        found |= set(_numbers(json.loads(result.said) if result.said.startswith("{") else result.said))
        found |= set(_numbers(result.arguments))
    for line in facts.timelines.values():
        found |= set(_numbers(json.loads(line.model_dump_json())))
        found |= {r.segment.end_s - r.segment.start_s for r in line.repetitions}
        found |= {s.segment.end_s - s.segment.start_s for r in line.repetitions for s in r.spans}
    for places in (0, 1, 2):
        found |= {abs(round(m.b, places) - round(m.a, places)) for d in facts.report.differences if (m := d.measurement)}
    found |= {100 * d.confidence for d in facts.report.differences} | {91.0, 95.0, 27.0}
    return found | {abs(number) for number in found} | set(map(float, range(1 + max(4, len(facts.report.differences)))))


def _numbers(value: Any) -> list[float]:
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [float(value)]
    if isinstance(value, dict):
        return [number for each in value.values() for number in _numbers(each)]
    if isinstance(value, list | tuple):
        return [number for each in value for number in _numbers(each)]
    return []
