"""Which repetition of one clip stands beside which of the other, and which instants match."""

from __future__ import annotations

from ..memory.values import Repetition, Side, Timeline
from .time_map import TimeMap


def typical(timeline: Timeline) -> Repetition:
    """The whole repetition of median length."""
    by_length = sorted(timeline.complete, key=lambda r: r.segment.end_s - r.segment.start_s)
    return by_length[(len(by_length) - 1) // 2]


def paired_repetitions(timelines: dict[Side, Timeline]) -> tuple[tuple[int, int], ...]:
    """Numbers (from 0) of the repetitions that stand side by side: the whole ones, in order; cut-off ones where there is nothing else."""
    a, b = ([n for n, r in enumerate(t.repetitions) if r in t.complete] for t in (timelines["a"], timelines["b"]))
    return tuple(zip(a, b, strict=False))


def whole_map(timelines: dict[Side, Timeline]) -> TimeMap:
    """One time map over all paired repetitions; where no stage was found in both, their extremes match."""
    maps = []
    for i, j in paired_repetitions(timelines):
        a, b = timelines["a"].repetitions[i], timelines["b"].repetitions[j]
        each = TimeMap.of(a, b)
        maps.append(each if each.a_s else TimeMap(a_s=(a.peak_s,), b_s=(b.peak_s,)))
    return TimeMap.through(knot for each in maps for knot in zip(each.a_s, each.b_s, strict=True))


def matching_instant(timelines: dict[Side, Timeline], side: Side, time_s: float) -> float:
    """The instant of the other clip that matches an instant of clip `side`, in seconds, not before 0."""
    both = whole_map(timelines)
    return max(0.0, both.a_to_b(time_s) if side == "a" else both.b_to_a(time_s))


def focused(timelines: dict[Side, Timeline], repetition: int | None) -> dict[Side, Timeline]:
    """The timelines with one repetition only, counted from 1; all of them for None and where a clip has no such repetition."""
    if repetition is None or any(repetition > len(t.repetitions) for t in timelines.values()):
        return timelines
    return {side: t.model_copy(update={"repetitions": (t.repetitions[repetition - 1],)}) for side, t in timelines.items()}
