"""The model of a clip as ordered stages, and the one recursion that finds its best path and sums over all of them.

After Kukleva et al. 2019 ("Unsupervised learning of action classes with continuous temporal embedding", ordered stages
decoded with Viterbi), which the paper's Frame Localizer (section 5) builds on. Extended by background before, between
and after the stages, stages that may be left out, least durations and a duration prior.

A path gives stage k the frames [s, e), in order. Its log-score is the sum of the emissions of its frames, `background` for
each frame outside all stages, `skip[k]` for each stage left out, and log((e - s - min_frames[k] + 1) / share) for each other.
The last term is a negative binomial duration (two equal geometric phases), alias a Dirichlet(2, ..., 2) on the shares of the
clip, and weak: it prefers even splits, but one frame's evidence outweighs it. It is log-concave, which keeps the best path within
O(S T log T), and its sum is two running sums, which keeps the posteriors linear.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from pydantic import model_validator

from ..memory.values import Value
from .emissions import flat_level

BACKGROUND = -0.4
"""Log-likelihood of a background frame relative to the flat level.

Below zero, so that frames that say nothing stay with the stages; above what a frame at the bottom of every row gets, so that
frames that fit no stage leave them. With `emissions.SHARPNESS` the border lies a third of the way up a clean row."""

SKIP = -2.0
"""Log-probability of leaving out an optional stage: it is there in six clips of seven."""

FAN = 4
"""Parts into which a round cuts the rows between two known ones: 2 scans least, 8 calls numpy least often; 4 was the fastest."""

AT_ONCE = 20_000
"""Number of pairs of row and candidate up to which trying all of them is faster than the fences."""


class Grammar(Value):
    """What a path may look like for one clip; one entry per stage."""

    min_frames: tuple[int, ...]
    """Least number of frames of each stage, at least 1."""
    skip: tuple[float, ...]
    """Log-penalty for leaving a stage out; minus infinity where it must occur."""
    background: float
    """Log-likelihood of a frame outside all stages; minus infinity where every frame must belong to one."""
    share: float | None = 1.0
    """Number of frames of an even split, the duration at which the prior is neutral; None for no duration prior, which is a
    twentieth of the work."""

    @model_validator(mode="after")
    def _sensible(self) -> Grammar:
        if len(self.min_frames) != len(self.skip):
            raise ValueError(f"grammar: {len(self.min_frames)} least durations for {len(self.skip)} skip penalties")
        if any(frames < 1 for frames in self.min_frames) or (self.share is not None and self.share <= 0):
            raise ValueError("grammar: least durations must be 1 frame or more and the share positive")
        return self

    @classmethod
    def fitted(cls, emissions: np.ndarray, optional: Sequence[bool], min_frames: int = 1) -> Grammar:
        """The usual grammar, loosened where the clip is too short, so that a path always exists.

        Args:
            emissions: (S, T) log-probabilities.
            optional: which of the S stages may be left out.
            min_frames: wished least duration; lowered until the stages that must occur fit. With fewer frames than such stages,
                as many as fit are kept.
        """
        stages, frames = emissions.shape
        if len(optional) != stages:
            raise ValueError(f"grammar: {len(optional)} stages given for {stages} rows of emissions")
        required = stages - sum(optional)
        must = -np.inf if frames >= required else -(1.0 + frames * (float(np.ptp(emissions)) + 10.0) if frames else 1.0)
        least = max(1, min(min_frames, frames // max(required, 1)))
        return cls(
            min_frames=(least,) * stages,
            skip=tuple(SKIP if may else must for may in optional),
            background=flat_level(stages) + BACKGROUND,
            share=max(frames / max(stages, 1), 1.0),
        )

    @property
    def backwards(self) -> Grammar:
        """The same grammar for a clip played in reverse."""
        return self.model_copy(update={"min_frames": self.min_frames[::-1], "skip": self.skip[::-1]})


class Ring(NamedTuple):
    """How scores of alternatives are joined: the larger one (best path) or their sum (posteriors); all in logs."""

    either: Callable[[np.ndarray, np.ndarray], np.ndarray]
    running: Callable[[np.ndarray], np.ndarray]
    durations: Callable[[int], Callable[[np.ndarray], np.ndarray]]
    """N -> what turns (N,) scores of starting at s into (N,) scores at x, over s <= x, each weighted by the prior x - s + 1."""


def forward(totals: np.ndarray, grammar: Grammar, ring: Ring) -> tuple[np.ndarray, np.ndarray]:
    """Scores of all beginnings of a path; loops over stages, not frames.

    Args:
        totals: (S, T + 1) `running_totals` of the log-probabilities, finite.
        grammar: for S stages.
        ring: `BEST` or `SUM`.

    Returns:
        before: (S + 1, T + 1); [k, t] is the score of frames [0, t) with the stages below k done and perhaps background since.
        ended: (S, T + 1); [k, t] is the score of the frames [0, t) with stage k ending exactly at t.
    """
    stages, instants = totals.shape
    before = np.empty((stages + 1, instants))
    # Without background and stages left out, the frames before a stage end with the stage before it.
    tight = grammar.background == -np.inf and all(skip == -np.inf for skip in grammar.skip)
    ended = before[1:] if tight else np.empty((stages, instants))
    before[0], before[0, 0] = -np.inf, 0.0
    before[0] = _with_background(before[0], grammar.background, ring)
    weighted = _weighting(instants, grammar.share, ring)
    for k, total in enumerate(totals):
        least = grammar.min_frames[k]
        ended[k, :least] = -np.inf
        if least < instants:
            begun = weighted(before[k] - total)
            np.add(begun[: instants - least], total[least:], out=ended[k, least:])
        if tight:
            continue
        before[k + 1] = _with_background(ended[k], grammar.background, ring)
        if grammar.skip[k] > -np.inf:
            before[k + 1] = ring.either(before[k + 1], before[k] + grammar.skip[k])
    return before, ended


def _weighting(instants: int, share: float | None, ring: Ring) -> Callable[[np.ndarray], np.ndarray]:
    """What gives scores of all durations up to each frame, under the duration prior if there is one."""
    if share is None:
        return ring.running
    durations, neutral = ring.durations(instants), np.log(share)
    return lambda starts: durations(starts) - neutral


def running_totals(values: np.ndarray) -> np.ndarray:
    """(S, T) -> (S, T + 1); the sum of row k over [s, e) is result[k, e] - result[k, s]."""
    totals = np.empty((values.shape[0], values.shape[1] + 1))
    totals[:, 0] = 0.0
    np.add.accumulate(values, axis=1, out=totals[:, 1:])
    return totals


def _with_background(scores: np.ndarray, background: float, ring: Ring) -> np.ndarray:
    """Lets any number of background frames follow."""
    if background == -np.inf:
        return scores
    total = background * np.arange(len(scores))
    return ring.running(scores - total) + total


def _sum_durations(_: int) -> Callable[[np.ndarray], np.ndarray]:
    """Summing twice weighs each start by the number of frames since, itself included."""
    return lambda starts: np.logaddexp.accumulate(np.logaddexp.accumulate(starts))


def _best_durations(rows: int) -> Callable[[np.ndarray], np.ndarray]:
    """For every x the largest starts[s] + log(x - s + 1) over s <= x.

    Only starts better than all earlier ones can win, as an earlier one is longer.
    """
    logs = np.log(np.arange(1, rows + 1))
    ladder = np.concatenate([np.full(rows, -np.inf), logs])
    # `sliding_window_view` takes longer than all stages of a short clip.
    windows = np.ndarray((rows + 1, rows), buffer=ladder, strides=ladder.strides * 2)
    new = np.empty(rows, dtype=bool)

    def durations(starts: np.ndarray) -> np.ndarray:
        new[0] = starts[0] > -np.inf
        np.greater(starts[1:], np.maximum.accumulate(starts)[:-1], out=new[1:])
        (candidates,) = new.nonzero()
        if rows * len(candidates) <= AT_ONCE:
            return np.maximum.reduce(starts[candidates, None] + windows[rows - candidates], initial=-np.inf)
        first = candidates[0]
        return np.concatenate([np.full(first, -np.inf), _fill(starts[candidates], candidates - first, logs[: rows - first])])

    return durations


def _fill(heights: np.ndarray, places: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """The rows of `_best_durations`, coarse to fine, for candidates of rising height, the first at row 0.

    The logarithm is concave, so the best start never moves back as x grows: known rows fence in the rows between them, and all
    rows of one round are scanned at once.
    """
    rows = len(logs)
    last = np.searchsorted(places, np.arange(rows), side="right") - 1
    result, pick = np.full(rows, heights[0]), np.zeros(rows, dtype=np.int64)
    stride = 1
    while stride < rows:
        stride *= FAN
    while stride > 1:
        fence, stride = stride, stride // FAN
        new = np.arange(stride, rows, stride)
        new = new[new % fence != 0]
        below = new - new % fence
        above = np.minimum(below + fence, rows - 1)
        high = np.where(below + fence < rows, np.minimum(pick[above], last[new]), last[new])
        result[new], pick[new] = _scan(heights, places, logs, new, pick[below], high)
    return result


def _scan(
    heights: np.ndarray, places: np.ndarray, logs: np.ndarray, rows: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Best value and its candidate for each row among candidates low..high (inclusive)."""
    if not len(rows):
        return np.empty(0), rows
    counts = high - low + 1
    begins = np.cumsum(counts) - counts
    index = np.arange(counts.sum()) + np.repeat(low - begins, counts)
    values = heights[index] + logs[np.repeat(rows, counts) - places[index]]
    best = np.maximum.reduceat(values, begins)
    winners = np.where(values == np.repeat(best, counts), index, len(heights))
    return best, np.minimum.reduceat(winners, begins)


BEST = Ring(np.maximum, np.maximum.accumulate, _best_durations)
"""The best path."""
SUM = Ring(np.logaddexp, np.logaddexp.accumulate, _sum_durations)
"""All paths together."""
