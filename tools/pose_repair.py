"""Mending what the pose estimator gets wrong for a few frames: short gaps, left taken for right, joints that leap."""

from __future__ import annotations

import itertools

import numpy as np

LONGEST_GAP_S = 0.25
LONGEST_SWAP_S = 0.4
LONGEST_LEAP_S = 0.15
"""From the last sample before a leap to the first after the leap back."""
LEAP = 0.25
"""By how much of the torso length the ways before and after two frames must miss each other for a joint to have leapt between them."""

_PAIRS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((25, 27, 29, 31), (26, 28, 30, 32)),
    ((23,), (24,)),
    ((13, 15, 17, 19, 21), (14, 16, 18, 20, 22)),
    ((11,), (12,)),
)
"""Left and right landmarks that change places together."""

_CLEARLY = 0.15
"""By how much of the torso length an exchange must shorten the way between two frames before it is believed."""


def torso_length(landmarks: np.ndarray) -> float:
    """Median distance between the middle of the shoulders and the middle of the hips, pixels; NaN without a body.

    Args:
        landmarks: (T, 33, 2 or more) pixels, NaN where nobody was found.
    """
    spine = (landmarks[:, 11, :2] + landmarks[:, 12, :2] - landmarks[:, 23, :2] - landmarks[:, 24, :2]) / 2
    length = np.linalg.norm(spine, axis=1)
    known = length[np.isfinite(length)]
    return float(np.median(known)) if len(known) else float("nan")


def swapped_rows(times_s: np.ndarray, landmarks: np.ndarray, left: tuple[int, ...], right: tuple[int, ...]) -> np.ndarray:
    """Rows in which one limb pair is the wrong way round for a moment.

    Such a run begins and ends with a leap in which each side lands where the other one was. A single leap is left alone: nothing
    says which side of it is right. Limbs that pass each other do not leap, so walking is not touched.

    Args:
        times_s: (T,) seconds.
        landmarks: (T, 33, 2 or more) pixels, NaN where nobody was found.
        left: indices of the left landmarks.
        right: indices of the right landmarks, in the same order.

    Returns:
        (T,) bool.
    """
    swapped = np.zeros(len(times_s), bool)
    rows = np.flatnonzero(np.isfinite(landmarks[:, 0, 0]))
    if len(rows) < 3:
        return swapped
    one, other = landmarks[rows][:, left, :2], landmarks[rows][:, right, :2]
    stay = (_way(one[1:], one[:-1]) + _way(other[1:], other[:-1])) / 2
    cross = (_way(one[1:], other[:-1]) + _way(other[1:], one[:-1])) / 2
    leaps = rows[1:][(stay - cross > _CLEARLY * torso_length(landmarks)) & (cross < 0.5 * stay)].tolist()
    while len(leaps) > 1:
        begin = leaps.pop(0)
        if times_s[leaps[0]] - times_s[begin] <= LONGEST_SWAP_S:
            swapped[begin : leaps.pop(0)] = True
    return swapped


def unswap(times_s: np.ndarray, landmarks: np.ndarray, world: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put left and right back where they were exchanged for a moment, limb by limb.

    Args:
        times_s: (T,) seconds.
        landmarks: (T, 33, 4) x, y, z in pixels and visibility.
        world: (T, 33, 3) metres.

    Returns:
        Copies of `landmarks` and `world`.
    """
    landmarks, world = landmarks.copy(), world.copy()
    for left, right in _PAIRS:
        rows = np.flatnonzero(swapped_rows(times_s, landmarks, left, right))[:, None]
        for array in (landmarks, world):
            array[rows, left + right] = array[rows, right + left]
    return landmarks, world


def leaps(times_s: np.ndarray, points: np.ndarray, size: float) -> np.ndarray:
    """Between which rows a joint was not followed: what it did before does not lead to what it does after.

    Both are carried on to the middle between the two rows. However fast a limb turns they miss each other by little, and at an abrupt
    stop by at most half of what it moves in a frame, so less than a whole one of these is no leap either.

    Args:
        times_s: (T,) seconds, strictly increasing.
        points: (T, J, 2) pixels, NaN where nobody was found.
        size: torso length in pixels.

    Returns:
        (T, J) bool: a leap to the next row.
    """
    found = np.zeros(points.shape[:2], bool)
    lasted = np.pad(np.diff(times_s), 1, constant_values=1.0)[:, None, None]
    # Before the first row and after the last one nothing moves, as far as is known.
    way = np.pad(np.diff(points, axis=0), ((1, 1), (0, 0), (0, 0)))
    before = points[:-1] + way[:-2] / lasted[:-2] * lasted[1:-1] / 2
    after = points[1:] - way[2:] / lasted[2:] * lasted[1:-1] / 2
    step = np.linalg.norm(way, axis=2)
    found[:-1] = np.linalg.norm(after - before, axis=2) > np.maximum(LEAP * size, np.maximum(step[:-2], step[2:]))
    return found


def settle(times_s: np.ndarray, landmarks: np.ndarray, world: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put every joint that leaps away and soon back onto the line between; where it stays away it counts as unseen beside the leap.

    Args:
        times_s: (T,) seconds, strictly increasing.
        landmarks: (T, 33, 4) x, y, z in pixels and visibility; NaN where nobody was found.
        world: (T, 33, 3) metres.

    Returns:
        Copies of `landmarks` and `world`; and (T, 33) bool, which of them are beside a leap that lasts.
    """
    landmarks, world = landmarks.copy(), world.copy()
    size = torso_length(landmarks)
    found = leaps(times_s, landmarks[:, :, :2], size)
    for joint in np.flatnonzero(found.any(axis=0)).tolist():
        at = np.flatnonzero(found[:, joint]).tolist()
        while len(at) > 1:
            begin, end = at.pop(0), at[0] + 1
            if times_s[end] - times_s[begin] <= LONGEST_LEAP_S + 1e-9:
                at.pop(0)
                share = ((times_s[begin + 1 : end] - times_s[begin]) / (times_s[end] - times_s[begin]))[:, None]
                for array in (landmarks, world):
                    array[begin + 1 : end, joint, :3] = (1 - share) * array[begin, joint, :3] + share * array[end, joint, :3]
    beside = leaps(times_s, landmarks[:, :, :2], size)
    beside[1:] |= beside[:-1]
    landmarks[beside, 3] = 0.0
    return landmarks, world, beside


def fill_gaps(times_s: np.ndarray, values: np.ndarray, longest_s: float = LONGEST_GAP_S) -> tuple[np.ndarray, np.ndarray]:
    """Interpolate over gaps that last no longer than `longest_s` between the samples on either side.

    Args:
        times_s: (T,) seconds, strictly increasing.
        values: (T, ...) samples; a row whose first number is NaN is missing.
        longest_s: longest gap to bridge, seconds.

    Returns:
        A copy of `values`, and (T,) bool telling which rows were filled.
    """
    values = values.copy()
    flat = values.reshape(len(values), int(np.prod(values.shape[1:])))
    filled = np.zeros(len(values), bool)
    rows = np.flatnonzero(np.isfinite(flat[:, 0]))
    for before, after in itertools.pairwise(rows.tolist()):
        if after == before + 1 or times_s[after] - times_s[before] > longest_s + 1e-9:
            continue
        inside = slice(before + 1, after)
        share = ((times_s[inside] - times_s[before]) / (times_s[after] - times_s[before]))[:, None]
        flat[inside] = (1 - share) * flat[before] + share * flat[after]
        filled[inside] = True
    return values, filled


def _way(to: np.ndarray, start: np.ndarray) -> np.ndarray:
    return np.linalg.norm(to - start, axis=2).mean(axis=1)
