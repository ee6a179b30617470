"""Another look: why a verdict is uncertain decides where its key frames are looked for next."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ..memory.values import Cause, Question, Segment, StageSpan, Strategy, Timeline, Window
from .catalog import OVER_A_SPAN
from .obstacles import NEXT_LOOK
from .quantities import CURVES
from .windows import INSTANT_S

NEXT: dict[Cause, tuple[Strategy, ...]] = {
    "small difference": ("extremum", "dense", "next_best"),
    "near threshold": ("dense", "next_best"),
    "weak alignment": ("extremum", "next_best", "widen", "shift"),
    "moment not found": ("widen", "extremum"),
    "joint hidden": ("crop", "next_best"),
    **NEXT_LOOK,
}
"""What to try, in order, for each cause of doubt."""
PLACE_IN_DOUBT: frozenset[Cause] = frozenset(
    {"weak alignment", "moment not found", "wrong moment", "out of view", "joint hidden"}
)
"""Causes for which the second-best path is worth a look: the place may be the wrong one, or shows too little."""
WIDER_S = 0.3
FAST_QUANTITIES = frozenset(
    {"duration", "pause", "jump_height", "smoothness", "hand_speed", "foot_speed", "hip_speed", "rotation_speed"}
)
FAST_PHASES = frozenset({"takeoff", "flight", "landing", "strike", "release"})


def next_strategy(cause: Cause, tried: Collection[Strategy], question: Question | None) -> Strategy | None:
    """The next strategy for a cause that was not tried yet; None when nothing is left."""
    for strategy in NEXT.get(cause, ()):
        if strategy not in tried and _can_help(strategy, cause, question):
            return strategy
    return None


def _can_help(strategy: Strategy, cause: Cause, question: Question | None) -> bool:
    """Whether a strategy could change anything: what has no curve has no extremum, and what is read over a span is not at one."""
    if strategy == "extremum":
        return question is not None and question.quantity in CURVES and question.statistic not in OVER_A_SPAN
    return strategy != "dense" or cause == "too fast" or _is_fast(question)


def _is_fast(question: Question | None) -> bool:
    """Whether more frames per second could change the answer: postures that are held do not hide between two frames."""
    return question is not None and (question.quantity in FAST_QUANTITIES or question.phase in FAST_PHASES)


def widen(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """Read over a longer span around each key instant: less noise, less precise in time."""
    return tuple(
        w.model_copy(
            update={
                "segment": Segment(
                    start_s=max(0.0, min(w.segment.start_s, w.key_s - WIDER_S)), end_s=max(w.segment.end_s, w.key_s + WIDER_S)
                ),
                "moving": True,
            }
        )
        for w in windows
    )


def shift(windows: tuple[Window, ...], timeline: Timeline) -> tuple[Window, ...]:
    """Move each key instant a third of its segment towards the peak of its repetition."""
    peaks = np.array([r.peak_s for r in timeline.repetitions])
    moved = []
    for w in windows:
        peak = float(peaks[np.argmin(np.abs(peaks - w.key_s))])
        step = np.sign(peak - w.key_s) * min((w.segment.end_s - w.segment.start_s) / 3, abs(peak - w.key_s))
        moved.append(_around(max(0.0, w.key_s + float(step))))
    return tuple(moved)


def extremum(windows: tuple[Window, ...], times_s: np.ndarray, curve: np.ndarray, *, largest: bool) -> tuple[Window, ...]:
    """Move each key instant to where the quantity itself peaks inside its window, widened by half on both sides."""
    moved = []
    for w in windows:
        margin = 0.0 if w.whole else max(0.5 * (w.segment.end_s - w.segment.start_s), 2 * INSTANT_S)
        inside = (times_s >= w.segment.start_s - margin) & (times_s <= w.segment.end_s + margin) & np.isfinite(curve)
        if not inside.any():
            continue
        values = np.where(inside, curve if largest else -curve, -np.inf)
        moved.append(_around(float(times_s[int(np.argmax(values))])))
    return tuple(moved)


def peaks_upwards(windows: tuple[Window, ...], times_s: np.ndarray, curve: np.ndarray) -> float:
    """How far the curve at the key instants lies above its median over the clip; negative when it dips there."""
    if not windows or not np.isfinite(curve).any():
        return 0.0
    at_keys = [curve[int(np.argmin(np.abs(times_s - w.key_s)))] for w in windows]
    return float(np.nan_to_num(np.nanmean(at_keys) - np.nanmedian(curve)))


def other_repetitions(windows: tuple[Window, ...], used_s: Collection[float]) -> tuple[Window, ...]:
    """The windows of the other repetitions, without the ones already shown as evidence; empty when there are no others."""
    return tuple(w for w in windows if not any(w.segment.start_s <= key <= w.segment.end_s for key in used_s))


def at_second_best(timeline: Timeline) -> Timeline:
    """The same repetitions with every stage where it would be if it were not where it is; those that fit nowhere else stay."""
    moved = tuple(r.model_copy(update={"spans": tuple(map(_moved, r.spans))}) for r in timeline.repetitions)
    return timeline.model_copy(update={"repetitions": moved})


def _moved(span: StageSpan) -> StageSpan:
    if span.second_s is None:
        return span
    before, after = span.key_s - span.segment.start_s, span.segment.end_s - span.key_s
    segment = Segment(start_s=max(0.0, span.second_s - before), end_s=span.second_s + after)
    return span.model_copy(update={"segment": segment, "key_s": span.second_s})


def _around(key_s: float) -> Window:
    return Window(segment=Segment(start_s=max(0.0, key_s - INSTANT_S), end_s=key_s + INSTANT_S), key_s=key_s)
