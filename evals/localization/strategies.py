"""Ways to place the stages of a clip: at random, frame by frame, in order (Viterbi), as viddiff does it, and as it was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ...memory.state import Localization
from ...memory.values import Difference, Repetition, Segment, Side, Stage, StageSpan, Timeline, Window
from ...tools.alignment import align_emissions
from ...tools.emissions import emissions, fuse
from ...tools.encoders import Witness
from ...tools.localize import stage_similarities
from ...tools.pair import SIDES, Pair
from ...tools.windows import INSTANT_S
from ..drawn.statements import DrawnStatement
from ..drawn.truth import Performance
from .scenes import Scene

Strategy = Literal["random", "argmax", "viterbi", "ours"]
STRATEGIES: tuple[Strategy, ...] = ("random", "argmax", "viterbi", "ours")
NAMED: dict[str, str] = {
    "random": "random frames",
    "argmax": "best frame of each stage, no Viterbi",
    "viterbi": "Viterbi over the whole clip",
    "ours": "+ repetitions and course of the movement",
    "extremum": "+ extremum",
    "relocalized": "+ re-localization",
    "oracle": "oracle: the drawn moments",
}
"""Rows of the tables, in order."""


def timelines_of(scene: Scene, strategy: Strategy) -> dict[Side, Timeline]:
    """Where a strategy puts the stages of both clips."""
    if strategy == "ours":
        return Pair(scene.videos, scene.bench).timelines(scene.plan)
    return {side: _timeline(scene, side, strategy) for side in SIDES}


def labels_of(scene: Scene, strategy: Strategy, timelines: dict[Side, Timeline]) -> dict[Side, Timeline]:
    """Which stage each frame is taken for: what the timelines say, but for `argmax`, which says so of every frame."""
    if strategy != "argmax":
        return timelines
    found: dict[Side, Timeline] = {}
    for side in SIDES:
        times_s, scores = scored(scene.bench.witnesses(scene.videos[side]), scene.plan.stages)
        found[side] = placed(runs_of(scores, times_s, scene.plan.stages), scene.plan.peak_stage, scene.videos[side].duration_s)
    return found


def _timeline(scene: Scene, side: Side, strategy: Strategy) -> Timeline:
    plan, end_s = scene.plan, scene.videos[side].duration_s
    if strategy == "random":
        rng = np.random.default_rng([scene.pair.seed, SIDES.index(side)])
        return placed([_around(stage, float(rng.uniform(0, end_s)), end_s) for stage in plan.stages], plan.peak_stage, end_s)
    times_s, scores = scored(scene.bench.witnesses(scene.videos[side]), plan.stages)
    if strategy == "argmax":
        return placed(frame_by_frame(scores, times_s, plan.stages), plan.peak_stage, end_s)
    found = align_emissions(scores, times_s, plan.stages).placements
    spans = [StageSpan(stage=p.stage, segment=p.segment, key_s=p.key_s, margin=p.margin) for p in found if p]
    return placed(spans, plan.peak_stage, end_s)


def scored(witnesses: Sequence[Witness], stages: Sequence[Stage]) -> tuple[np.ndarray, np.ndarray]:
    """Times (T,) of the first witness's frames, and what all witnesses say of them: (S, T) log-probabilities."""
    times_s, said = witnesses[0].index.times_s, []
    for each in witnesses:
        rows = emissions(stage_similarities(each.index, each.encoder, stages))
        said.append(np.stack([np.interp(times_s, each.index.times_s, row) for row in rows]))
    return times_s, fuse(*said)


def frame_by_frame(scores: np.ndarray, times_s: np.ndarray, stages: Sequence[Stage]) -> list[StageSpan]:
    """Each stage at its best frame, over the frames around it for which no other stage is better; order counts for nothing."""
    keys = scores.argmax(axis=1)
    runs = runs_of(scores, times_s, stages)
    spans = []
    for k, stage in enumerate(stages):
        key_s = float(times_s[keys[k]])
        own = [r.segment for r in runs if r.stage == stage.name and r.segment.start_s <= key_s < r.segment.end_s]
        segment = own[0] if own else Segment(start_s=key_s, end_s=key_s + _ONE_FRAME)
        spans.append(StageSpan(stage=stage.name, segment=segment, key_s=key_s, margin=0.0))
    return spans


def runs_of(scores: np.ndarray, times_s: np.ndarray, stages: Sequence[Stage]) -> list[StageSpan]:
    """All frames by the stage that is best for each, neighbours of one stage joined."""
    best = scores.argmax(axis=0)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(times_s[starts[1:]], times_s[-1] + _ONE_FRAME)
    return [
        StageSpan(
            stage=stages[best[row]].name,
            segment=Segment(start_s=float(times_s[row]), end_s=float(end)),
            key_s=float(times_s[row]),
            margin=0.0,
        )
        for row, end in zip(starts, ends, strict=True)
    ]


_ONE_FRAME = 1e-3


def placed(spans: Sequence[StageSpan], peak_stage: str, end_s: float) -> Timeline:
    """Stages as one repetition that is the whole clip."""
    peak = next((span.key_s for span in spans if span.stage == peak_stage), end_s / 2)
    return Timeline(repetitions=(Repetition(segment=Segment(start_s=0.0, end_s=end_s), peak_s=peak, spans=tuple(spans)),))


def _around(stage: Stage, key_s: float, end_s: float) -> StageSpan:
    segment = Segment(start_s=max(0.0, key_s - INSTANT_S), end_s=min(end_s, key_s + INSTANT_S))
    return StageSpan(stage=stage.name, segment=segment, key_s=key_s, margin=0.0)


def drawn_place(difference: Difference, statement: DrawnStatement, scene: Scene) -> Localization:
    """Where a statement shows by the truth: its drawn instants, or the drawn repetitions where it is about the whole motion."""
    instants: dict[Side, tuple[float, ...]] = {"a": statement.times_a, "b": statement.times_b}
    a, b = (_drawn_windows(instants[side], scene.performed[side]) for side in SIDES)
    return Localization(id=difference.id, strategy="align", a=a, b=b)


def _drawn_windows(instants: Sequence[float], performance: Performance) -> tuple[Window, ...]:
    if instants:
        return tuple(Window(segment=Segment(start_s=max(0.0, t - INSTANT_S), end_s=t + INSTANT_S), key_s=t) for t in instants)
    spans = repetition_spans(performance)
    return tuple(Window(segment=Segment(start_s=s, end_s=e), key_s=(s + e) / 2, whole=True) for s, e in spans)


def repetition_spans(performance: Performance) -> list[tuple[float, float]]:
    """[start_s, end_s) of each drawn repetition."""
    numbers = sorted({span.repetition for span in performance.stages if span.repetition})
    inside = [[span for span in performance.stages if span.repetition == number] for number in numbers]
    return [(spans[0].start_s, spans[-1].end_s) for spans in inside]


def drawn_timeline(scene: Scene, side: Side) -> Timeline:
    """The drawn repetitions, without stages: what the oracle needs of quantities that count or time them."""
    repetitions = tuple(
        Repetition(segment=Segment(start_s=s, end_s=e), peak_s=(s + e) / 2) for s, e in repetition_spans(scene.performed[side])
    )
    return Timeline(repetitions=repetitions)
