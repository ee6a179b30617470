"""What changes when the user puts a stage somewhere else: its neighbours give way, and what rests on them is decided anew."""

from __future__ import annotations

from typing import cast

from langchain_core.messages import RemoveMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES

from ...memory.errors import SettingsError
from ...memory.state import State
from ...memory.values import Repetition, Segment, Side, StageSpan
from ...tools.conversing import forgotten

SURE = 99.0
"""Margin of a place that a person chose, in nats: no alignment needs to be sure of it."""


def moved(state: State, video: Side, repetition: int, stage: str, start_s: float, end_s: float) -> State:
    """Changes to the state.

    Args:
        state: With a plan and timelines.
        video: Clip.
        repetition: Counted from 0.
        stage: Its name.
        start_s: Where it starts now, seconds.
        end_s: Where it ends now.

    Raises:
        SettingsError: there is no such stage there, or the times are not inside the clip, in order.
    """
    timeline, length = state["timelines"][video], state["videos"][video].duration_s
    if not 0 <= start_s < end_s <= length + 1e-6:
        raise SettingsError(f"stage {stage!r}: expected 0 <= start < end <= {length:.2f} s, got {start_s} to {end_s}")
    if repetition >= len(timeline.repetitions) or stage not in [s.stage for s in timeline.repetitions[repetition].spans]:
        raise SettingsError(f"{video.upper()} has no stage {stage!r} in repetition {repetition + 1}")
    before = timeline.repetitions[repetition]
    after = _with(before, stage, start_s, end_s)
    touched = {s.stage for s in after.spans if s not in before.spans} | {s.stage for s in before.spans} - {
        s.stage for s in after.spans
    }
    repetitions = (*timeline.repetitions[:repetition], after, *timeline.repetitions[repetition + 1 :])
    ids = [d.id for d in state["plan"].differences if not d.stages or touched & set(d.stages)]
    opening = [RemoveMessage(id=REMOVE_ALL_MESSAGES)]
    return cast(
        State,
        {"timelines": {video: timeline.model_copy(update={"repetitions": repetitions})}, "messages": opening, **forgotten(ids)},
    )


def _with(repetition: Repetition, stage: str, start_s: float, end_s: float) -> Repetition:
    spans = []
    for span in repetition.spans:
        if span.stage == stage:
            spans.append(_placed(span, start_s, end_s, SURE))
        elif (rest := _outside(span, start_s, end_s)) is not None:
            spans.append(rest)
    segment = Segment(start_s=min(repetition.segment.start_s, start_s), end_s=max(repetition.segment.end_s, end_s))
    return repetition.model_copy(update={"spans": tuple(sorted(spans, key=lambda s: s.segment.start_s)), "segment": segment})


def _outside(span: StageSpan, start_s: float, end_s: float) -> StageSpan | None:
    """What is left of a stage beside [start_s, end_s): its larger part, or nothing."""
    left, right = (span.segment.start_s, min(span.segment.end_s, start_s)), (max(span.segment.start_s, end_s), span.segment.end_s)
    larger = max(left, right, key=lambda part: part[1] - part[0])
    if larger == (span.segment.start_s, span.segment.end_s):
        return span
    return _placed(span, *larger, span.margin) if larger[1] > larger[0] else None


def _placed(span: StageSpan, start_s: float, end_s: float, margin: float) -> StageSpan:
    return span.model_copy(
        update={
            "segment": Segment(start_s=start_s, end_s=end_s),
            "key_s": min(max(span.key_s, start_s), end_s),
            "margin": margin,
        }
    )
