"""How well moments were found: key-time errors, frames in the right stage, and intervals over pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ...memory.values import Timeline, Value
from ..drawn.truth import Performance

REST, WAY_OUT, EXTREME, WAY_BACK = range(4)
NEAR = 0.25
"""A frame is at rest, or at the extreme, within this share of the way between the two postures."""
RESAMPLED = 2000


class Interval(Value):
    """A number with its 95% interval."""

    value: float
    low: float
    high: float


def drawn_keys(performance: Performance) -> tuple[float, ...]:
    """Seconds of the drawn extreme of each repetition: the middle of the stage called bottom, top or peak."""
    return tuple(span.middle_s for span in performance.stages if span.phase in ("bottom", "top", "peak"))


def drawn_phases(performance: Performance) -> np.ndarray:
    """(T,) REST, WAY_OUT, EXTREME or WAY_BACK of every frame of an action that goes out to an extreme posture and back.

    How far a frame is on the way is its joints' projection on the line from the first posture to the extreme one.
    """
    times, points = performance.times_s, performance.skeleton.points.reshape(len(performance.times_s), -1)
    keys = drawn_keys(performance)
    extreme = points[int(np.argmin(np.abs(times - keys[0])))]
    line = extreme - points[0]
    way = (points - points[0]) @ line / max(float(line @ line), 1e-12)
    after = np.searchsorted(np.array(keys), times, side="right")
    ahead = np.array([_next_is_nearer(time, keys, int(done)) for time, done in zip(times, after, strict=True)])
    return np.select([way < NEAR, way > 1 - NEAR, ahead], [REST, EXTREME, WAY_OUT], WAY_BACK)


def _next_is_nearer(time_s: float, keys: Sequence[float], done: int) -> bool:
    """Whether a frame that is on the way goes towards the next extreme rather than back from the last."""
    if done == 0 or done == len(keys):
        return done == 0
    return keys[done] - time_s < time_s - keys[done - 1]


def found_phases(timeline: Timeline, names: Sequence[str], peak_stage: str, times_s: np.ndarray) -> np.ndarray:
    """(T,) the same of every frame by the stages that were found; what lies outside all of them is rest.

    Stages before the peak are the way out and those after it the way back, but for the first and the last, which are rest.
    """
    peak, found = names.index(peak_stage), np.full(len(times_s), REST)
    for repetition in timeline.repetitions:
        for span in repetition.spans:
            k = names.index(span.stage)
            phase = EXTREME if k == peak else REST if k in (0, len(names) - 1) else WAY_OUT if k < peak else WAY_BACK
            found[(times_s >= span.segment.start_s) & (times_s < span.segment.end_s)] = phase
    return found


def stage_accuracy(found: np.ndarray, drawn: np.ndarray) -> float:
    """Share of frames in the right one of the four phases."""
    return float((found == drawn).mean())


def key_errors(keys_s: Sequence[float], drawn_s: Sequence[float], end_s: float) -> list[float]:
    """Seconds from each instant that was looked at to the nearest drawn one; the middle of the clip is looked at where none was found."""
    return [min(abs(key - drawn) for drawn in drawn_s) for key in keys_s or [end_s / 2]]


def over_pairs(groups: Sequence[Sequence[float]], number: Callable[[np.ndarray], float], seed: int = 0) -> Interval:
    """A number of all values, with a 95% percentile bootstrap that draws whole pairs: what is in one pair is not independent."""
    arrays = [np.asarray(group, float) for group in groups if len(group)]
    if not arrays:
        return Interval(value=float("nan"), low=float("nan"), high=float("nan"))
    rng = np.random.default_rng(seed)
    drawn = (np.concatenate([arrays[i] for i in rng.integers(len(arrays), size=len(arrays))]) for _ in range(RESAMPLED))
    low, high = np.percentile([number(values) for values in drawn], [2.5, 97.5])
    return Interval(value=float(number(np.concatenate(arrays))), low=float(low), high=float(high))


def apart(first: Sequence[Sequence[float]], second: Sequence[Sequence[float]], seed: int = 0) -> Interval:
    """Mean of `second` minus mean of `first` on the same pairs, with a 95% bootstrap over pairs: whether a step is worth something."""
    rng = np.random.default_rng(seed)
    rows = [(np.sum(a), len(a), np.sum(b), len(b)) for a, b in zip(first, second, strict=True)]
    sums = np.array([row for row in rows if row[1] and row[3]], float)

    def difference(picked: np.ndarray) -> float:
        total = sums[picked].sum(axis=0)
        return float(total[2] / total[3] - total[0] / total[1])

    spread = [difference(rng.integers(len(sums), size=len(sums))) for _ in range(RESAMPLED)]
    low, high = np.percentile(spread, [2.5, 97.5])
    return Interval(value=difference(np.arange(len(sums))), low=float(low), high=float(high))
