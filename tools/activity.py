"""One curve that rises when a person leaves the rest posture and falls on the return, from any embedding of the frames."""

from __future__ import annotations

import numpy as np
from pydantic import ConfigDict

from ..memory.values import Value
from .frame_noise import frame_noise

LAG_PERIODS = (0.6, 1.2, 2.4)
"""Movement is compared over these parts of the shortest period: the least is no full turn of the fastest movement, the
largest beats jitter for slow ones."""

SMOOTHING_PERIODS = 0.2
"""Standard deviation of the Gaussian smoothing as a part of the shortest period: of that period half the height is left."""

END_FRAMES_S = 0.3
"""Length of the clip's ends that stand for the rest posture."""

MID_BAND = (0.35, 0.65)
"""If the mean of both ends lies in this part of the range, the ends disagree (or are half way) and the start alone decides."""

SAME_REST = 0.15
"""Ends of a clip that lie within this part of the range of each other are one posture."""

QUIET = 0.3
"""At rest the curve moves at less than this share of its largest speed; a clip that was cut in mid-movement does not."""

STILL_PERIODS = 0.5
"""Half width, as a part of the shortest period, of the window in which a still frame's neighbours must lie close together."""

STILL_SHARE = 0.1
"""A frame is still if the posture varies around it by less than this share of the largest such variation."""

NOISY_STILL_SHARE = 0.35
"""The same where jitter hides smaller movement."""

JITTER_WIDTH = 4.0
"""Standard deviations within which the few frames of one window lie."""

DIRECTIONS = 3
"""Principal directions in which stillness is judged; in the others there is more jitter than movement."""

NOISE_RANGE = 1.5
"""A curve whose range is below this many times what pure noise of its length reaches shows no movement."""


class Activity(Value):
    """Movement of one clip along its main direction; rest is low."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    level: np.ndarray
    """(T,) smoothed position along the direction of most movement, in the embedding's unit, 0 at its lowest."""
    posture: np.ndarray
    """(T, <= 3) smoothed position along the main directions, the first of which `level` follows."""
    still: np.ndarray
    """(T,) bool: frames without movement in any direction."""
    noise: float
    """Standard deviation of what jitter is left in `level`."""

    @property
    def moves(self) -> bool:
        """Whether the range is more than jitter."""
        if not len(self.level):
            return False
        expected = 2 * self.noise * np.sqrt(2 * np.log(max(len(self.level), 2)))
        return bool(self.level.max() > NOISE_RANGE * expected)


def activity(vectors: np.ndarray, times_s: np.ndarray, shortest_s: float, rest_like: np.ndarray | None = None) -> Activity:
    """The movement curve of a clip.

    The direction is the first principal component of the *changes* over a fraction of a second, not of the positions: slow drift
    (a moving camera, a wandering person) does not take it over.

    Args:
        vectors: (T, D) one embedding per frame; rows that hold NaN are interpolated.
        times_s: (T,) seconds.
        shortest_s: period of the fastest repetition that must survive the smoothing.
        rest_like: (T,) how much each frame looks like the action's rest posture; decides which end of the curve is rest where
            the ends of the clip do not.
    """
    from scipy.ndimage import gaussian_filter1d

    points = _without_gaps(np.asarray(vectors, dtype=np.float64))
    count = len(points)
    if count < 2:
        return Activity(level=np.zeros(count), posture=np.zeros((count, 1)), still=np.ones(count, dtype=bool), noise=0.0)
    step = float(np.median(np.diff(times_s)))
    sigma = SMOOTHING_PERIODS * shortest_s / step
    smooth = gaussian_filter1d(points, sigma, axis=0, mode="nearest")
    directions = _main_directions(smooth, [min(max(1, round(part * shortest_s / step)), count - 1) for part in LAG_PERIODS])
    smooth, points = smooth @ directions, points @ directions
    level = _oriented(smooth[:, 0], max(1, round(END_FRAMES_S / step)), rest_like)
    jitter = np.array([_left_after_smoothing(frame_noise(column), sigma) for column in points.T])
    still = _still(smooth, float(np.linalg.norm(jitter)), max(1, round(STILL_PERIODS * shortest_s / step)))
    return Activity(level=level - level.min(), posture=smooth, still=still, noise=float(jitter[0]))


def _without_gaps(points: np.ndarray) -> np.ndarray:
    """Rows with NaN interpolated between their neighbours; zeros if there is no whole row."""
    points = points.reshape(len(points), -1)
    known = np.isfinite(points).all(axis=1)
    if known.all():
        return points
    if not known.any():
        return np.zeros((len(points), 1))
    rows = np.arange(len(points))
    return np.column_stack([np.interp(rows, rows[known], column[known]) for column in points.T])


def _main_directions(points: np.ndarray, lags: list[int]) -> np.ndarray:
    """(D, <= 3) orthonormal directions along which the points change most over the lags (in frames), the largest first."""
    changes = np.concatenate([points[lag:] - points[:-lag] for lag in lags])
    _, vectors = np.linalg.eigh(changes.T @ changes)
    return vectors[:, : -DIRECTIONS - 1 : -1]


def _left_after_smoothing(noise: float, sigma: float) -> float:
    """White noise after a Gaussian filter of `sigma` frames."""
    return noise / np.sqrt(max(1.0, 2 * np.sqrt(np.pi) * sigma))


def _oriented(level: np.ndarray, ends: int, rest_like: np.ndarray | None) -> np.ndarray:
    """The curve turned so that the clip's ends lie low; where they disagree, what looks like rest, or else the start.

    Where both ends are quiet and in the middle, the movement goes to both sides of rest, and the distance from it counts.
    """
    low, high = float(level.min()), float(level.max())
    if high <= low:
        return level
    share = (level - low) / (high - low)
    start, end = np.median(share[:ends]), np.median(share[-ends:])
    both = (start + end) / 2
    if not MID_BAND[0] <= both <= MID_BAND[1]:
        return -level if both > 0.5 else level
    speed = np.abs(np.gradient(level))
    if abs(start - end) < SAME_REST and max(speed[:ends].mean(), speed[-ends:].mean()) < QUIET * speed.max():
        return np.abs(level - low - both * (high - low))
    if rest_like is not None and np.ptp(rest_like) > 0:
        return -level if np.corrcoef(level, rest_like)[0, 1] > 0 else level
    return -level if start > 0.5 else level


def _still(smooth: np.ndarray, jitter: float, reach: int) -> np.ndarray:
    """(T,) bool: frames around which the posture varies less than a share of its largest variation, or than `jitter` explains."""
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    window = 2 * reach + 1
    width = maximum_filter1d(smooth, window, axis=0, mode="nearest") - minimum_filter1d(smooth, window, axis=0, mode="nearest")
    variation = np.linalg.norm(width, axis=1)
    fast = float(variation.max())
    return variation <= np.clip(JITTER_WIDTH * jitter, STILL_SHARE * fast, NOISY_STILL_SHARE * fast)
