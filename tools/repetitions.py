"""The active part of a clip, cut into repetitions of the action."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..memory.values import Stage, Value
from .activity import Activity, activity
from .alignment import Alignment, align_emissions, calibrated, frame_step

PROMINENCE = 0.3
"""A turn counts when the curve has come back by this share of its range: repetitions may differ in size by a factor of three."""

PLATEAU = 0.1
"""The peak is the middle of the frames this share of the height below it, so that a hold has its peak in its middle."""

NEAR_REST = 0.25
"""A movement begins after the last still frame below this share of its height; a hold half way, such as a smaller step first, is none."""

PARTIAL = 0.25
"""A repetition cut off by the clip's edge at more than this share of its height is partial."""


PASSING_SPEED = 0.25
"""Share of the largest speed between two extremes that rest is passed at if the movement goes on; a turn comes to about 0.1."""

OTHER_EXTREME = 0.4
"""Distance of two extremes, as a share of the way to rest, from which on they are two sides of one movement."""

REST_HEIGHT = 0.65
"""A still posture at the clip's end is rest, not an extreme, if it lies below this share of the highest peak."""

Span3 = tuple[int, int, int]
"""(start, peak, end) frames."""


class Repetition(Value):
    """One repetition: from rest via its extreme back to rest, frames [start, end)."""

    start: int
    peak: int
    """Frame of the extreme posture; the middle of a hold."""
    end: int
    start_s: float
    peak_s: float
    end_s: float
    """Seconds at which the frame `end` begins, or the last one ends."""
    partial: bool = False
    """The clip begins or ends in the middle of it."""
    still: bool = False
    """The clip shows no movement; this is all of it."""


def find_repetitions(
    vectors: np.ndarray,
    times_s: np.ndarray,
    *,
    min_period_s: float = 0.4,
    max_repetitions: int = 50,
    min_range: float = 0.0,
    rest_like: np.ndarray | None = None,
) -> tuple[Repetition, ...]:
    """Finds the repetitions of a movement, without still lead-in, lead-out and pauses.

    Args:
        vectors: (T, D) posture features or any embedding of the frames, on comparable scales; NaN rows are bridged.
        times_s: (T,) seconds, increasing.
        min_period_s: shortest repetition; faster swings are smoothed away.
        max_repetitions: of more, the largest are kept.
        min_range: movement smaller than this, in the vectors' unit, is none.
        rest_like: (T,) how much each frame looks like the action's rest posture, where that is known.

    Returns:
        In order of time, not overlapping. If nothing moves, one that spans the clip and is marked `still`; none for a clip
        of no frames.

    Raises:
        ValueError: not one time per vector.
    """
    if len(vectors) != len(times_s):
        raise ValueError(f"{len(vectors)} vectors given for {len(times_s)} times")
    times, count = np.asarray(times_s, dtype=np.float64), len(times_s)
    if not count:
        return ()
    curve = activity(vectors, times, min_period_s, rest_like)
    swing = max(PROMINENCE * float(curve.level.max()), 6 * curve.noise)
    turns = _turns(curve.level, swing) if curve.moves and curve.level.max() >= min_range else []
    if not turns:
        return (_repetition((0, count // 2, count), times, still=True),)
    peaks = _far_apart(_extremes(turns, curve), curve.level, times, min_period_s)
    groups = _joined(peaks, curve)
    groups = sorted(sorted(groups, key=lambda group: -curve.level[group].max())[:max_repetitions])
    return tuple(_repetition(span, times, partial=partial) for span, partial in _cut(groups, curve, swing))


def align_repetitions(
    similarities: np.ndarray, times_s: np.ndarray, stages: Sequence[Stage], repetitions: Sequence[Repetition]
) -> tuple[Alignment, ...]:
    """`alignment.align` inside each repetition; similarities are calibrated once, over the whole clip.

    Frames and seconds of the results count in the clip. Repetitions are taken by their seconds, so they may have been found at
    another frame rate.
    """
    return place_repetitions(calibrated(similarities), times_s, stages, repetitions)


def place_repetitions(
    scores: np.ndarray, times_s: np.ndarray, stages: Sequence[Stage], repetitions: Sequence[Repetition]
) -> tuple[Alignment, ...]:
    """`align_repetitions` for (S, T) log-probabilities that were calibrated (and fused) before."""
    windows = [np.searchsorted(times_s, (each.start_s, each.end_s)).tolist() for each in repetitions]
    return tuple(align_emissions(scores, times_s, stages, window=(first, last)) for first, last in windows)


def _turns(level: np.ndarray, swing: float) -> list[tuple[int, bool]]:
    """Turning points (frame, is a peak), alternating, each followed by a way back of `swing` or by the end of such a way.

    Hysteresis relative to the last extreme, not to fixed levels, so that drift does not hide turns.
    """
    turns: list[tuple[int, bool]] = []
    low = high = 0
    rising: bool | None = None
    for at, value in enumerate(level.tolist()):
        high = at if value > level[high] else high
        low = at if value < level[low] else low
        if rising is not False and level[high] - value >= swing:
            turns.append((high, True))
            rising, low = False, at
        elif rising is not True and value - level[low] >= swing:
            turns.append((low, False))
            rising, high = True, at
    if rising is not None:
        turns.append((high, True) if rising else (low, False))
    return turns


def _extremes(turns: list[tuple[int, bool]], curve: Activity) -> list[int]:
    """Frames of the peaks, without the rest posture: a first or last peak that is still and lower than the others.

    Rest comes to lie high when the movement first goes the other way, as in the dip before a jump.
    """
    peaks = [at for at, high in turns if high]
    highest = curve.level[peaks].max()
    outer = {at for at, high in (turns[0], turns[-1]) if high and curve.still[at] and curve.level[at] < REST_HEIGHT * highest}
    return [at for at in peaks if at not in outer]


def _far_apart(peaks: list[int], level: np.ndarray, times_s: np.ndarray, gap_s: float) -> list[int]:
    """Of peaks closer than the shortest period only the higher."""
    kept: list[int] = []
    for peak in peaks:
        if kept and times_s[peak] - times_s[kept[-1]] < gap_s:
            kept[-1] = max(kept[-1], peak, key=lambda at: level[at])
        else:
            kept.append(peak)
    return kept


def _joined(peaks: list[int], curve: Activity) -> list[list[int]]:
    """Peaks grouped by movement: back swing and follow-through differ, and rest between them is passed at speed.

    A posture that was there before begins the movement anew: one side, the other side, and the first again.
    """
    speed = np.linalg.norm(np.gradient(curve.posture, axis=0), axis=1)
    groups = [peaks[:1]]
    for before, after in pairwise(peaks):
        valley = before + int(np.argmin(curve.level[before : after + 1]))
        here, there, rest = curve.posture[[before, after, valley]]
        way = min(np.linalg.norm(here - rest), np.linalg.norm(there - rest))
        slowest = speed[max(valley - 1, 0) : valley + 2].min()
        again = len(groups[-1]) > 1 and np.linalg.norm(curve.posture[groups[-1][0]] - there) < OTHER_EXTREME * way
        passed = np.linalg.norm(here - there) > OTHER_EXTREME * way and slowest > PASSING_SPEED * speed[before : after + 1].max()
        if passed and not again:
            groups[-1].append(after)
        else:
            groups.append([after])
    return groups


def _cut(groups: list[list[int]], curve: Activity, swing: float) -> list[tuple[Span3, bool]]:
    """(start, peak, end) frames for each group of peaks, and whether the clip's edge cuts it off.

    Neighbours are cut at the still frames between them, or in the valley where there are none.
    """
    level, still, count, alone = curve.level, curve.still, len(curve.level), len(groups) == 1
    first, open_start = _begin(level, still, groups[0][0], swing, alone)
    mirrored, open_end = _begin(level[::-1], still[::-1], count - 1 - groups[-1][-1], swing, alone)
    starts, ends = [first], []
    for before, after in ((one[-1], two[0]) for one, two in pairwise(groups)):
        part = level[before : after + 1]
        valley = int(np.argmin(part))
        lower = part <= (part[valley] + min(part[0], part[-1])) / 2
        pause = np.flatnonzero(still[before : after + 1] & lower)
        ends.append(before + (int(pause[0]) if len(pause) else valley))
        starts.append(before + (int(pause[-1]) + 1 if len(pause) else valley))
    ends.append(count - mirrored)
    peaks = [max(group, key=lambda at: level[at]) for group in groups]
    spans = [
        (start, int(np.clip((sum(_plateau(level, peak)) - 1) // 2, start, end - 1)), end)
        for start, peak, end in zip(starts, peaks, ends, strict=True)
    ]
    cut_off = [False] * len(peaks)
    cut_off[0] = open_start and _high(level, spans[0], spans[0][0])
    cut_off[-1] |= open_end and _high(level, spans[-1], spans[-1][2] - 1)
    return list(zip(spans, cut_off, strict=True))


def _begin(level: np.ndarray, still: np.ndarray, peak: int, swing: float, alone: bool) -> tuple[int, bool]:
    """First frame of the movement up to the clip's first peak, and whether it may have begun before the clip."""
    head = level[: peak + 1]
    valley = int(np.argmin(head))
    if level[peak] - head[valley] < swing:  # the clip begins in the extreme posture
        return (_plateau(level, peak)[1] - 1, not alone) if still[0] else (0, True)
    for share in (NEAR_REST, 0.5):
        resting = np.flatnonzero(still[: peak + 1] & (head <= head[valley] + share * (level[peak] - head[valley])))
        if len(resting):
            return int(resting[-1]) + 1, False
    return valley, True


def _high(level: np.ndarray, span: Span3, at: int) -> bool:
    start, peak, end = span
    base = level[start:end].min()
    return bool(level[at] - base > PARTIAL * (level[peak] - base))


def _plateau(level: np.ndarray, peak: int) -> tuple[int, int]:
    """Run [begin, end) of frames about as high as the peak, around it."""
    lower = np.flatnonzero(level < (1 - PLATEAU) * level[peak])
    return int(lower[lower < peak].max(initial=-1)) + 1, int(lower[lower > peak].min(initial=len(level)))


def _repetition(span: Span3, times_s: np.ndarray, *, partial: bool = False, still: bool = False) -> Repetition:
    start, peak, end = span
    return Repetition(
        start=start,
        peak=peak,
        end=end,
        start_s=float(times_s[start]),
        peak_s=float(times_s[peak]),
        end_s=float(times_s[end] if end < len(times_s) else times_s[-1] + frame_step(times_s)),
        partial=partial,
        still=still,
    )
