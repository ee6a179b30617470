"""Front taken for back: the estimator mirrors the whole body for a while, or hands out a torso between both; found by leaps and undone."""

from __future__ import annotations

import numpy as np

from .pose_repair import torso_length

MIRRORED = np.array(
    [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15, 18, 17, 20, 19, 22, 21, 24, 23, 26, 25, 28, 27, 30, 29, 32, 31]
)
"""The landmark that takes each one's place when left and right are exchanged."""
TORSO = np.array([11, 12, 23, 24])
"""Shoulders and hips: arms and legs may come back one by one, none of which leaps far enough to tell that a mirrored body has ended."""
LEAP = 0.5
"""What an exchange costs, in torso lengths summed over these: more than any movement between two frames, less than a mirrored body."""
WRONG_PER_S = 0.6
"""What each second of a mirrored body costs: an exchange whose way back was missed would be taken for one that lasts."""

COLLAPSE, COLLAPSE_STEP = 0.3, 0.25
"""By how much of the torso length shoulders and hips together get narrower, and in one step, when the estimator is undecided between front
and back. Nobody turns so fast to and fro: nine real clips of squats, jumps, push-ups, a deadlift and a golf swing have no such frame."""
COLLAPSE_S = 0.2
"""A torso that is as wide as before within this time was never narrow."""


def collapsed_rows(times_s: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Rows whose torso is narrow for a moment only: half way between a body and its mirror image, and so no body at all.

    Args:
        times_s: (T,) seconds, increasing.
        landmarks: (T, 33, 2 or more) pixels, NaN where nobody was found.

    Returns:
        (T,) bool.
    """
    rows, torso, other = _torsos(landmarks)
    collapsed = np.zeros(len(landmarks), bool)
    if len(rows) < 3:
        return collapsed
    # Each side is counted once from left to right and once from right to left.
    width = np.linalg.norm(other - torso, axis=2).sum(axis=1) / 2
    first = np.searchsorted(times_s[rows], times_s[rows] - COLLAPSE_S - 1e-9, side="left")
    last = np.searchsorted(times_s[rows], times_s[rows] + COLLAPSE_S + 1e-9, side="right")
    walls = [min(width[begin : k + 1].max(), width[k:end].max()) for k, (begin, end) in enumerate(zip(first, last, strict=True))]
    narrow = np.concatenate([[0], width < np.array(walls) - COLLAPSE, [0]]).astype(int)
    leapt = np.abs(np.diff(width)) > COLLAPSE_STEP
    for begin, end in zip(np.flatnonzero(np.diff(narrow) == 1), np.flatnonzero(np.diff(narrow) == -1), strict=True):
        collapsed[rows[begin:end]] = leapt[max(begin - 1, 0) : end].any()
    return collapsed


def mirrored_rows(times_s: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Rows in which the whole body is the wrong way round, given that most of the clip is right.

    The labelling (as found, or mirrored) with the shortest way through the clip, by dynamic programming; a person who really turns
    passes through a side view, where both labellings are equally short, and is left alone.

    Args:
        times_s: (T,) seconds, increasing.
        landmarks: (T, 33, 2 or more) pixels, NaN where nobody was found.

    Returns:
        (T,) bool.
    """
    rows, torso, other = _torsos(landmarks)
    mirrored = np.zeros(len(landmarks), bool)
    if len(rows) < 3:
        return mirrored
    stay = np.linalg.norm(torso[1:] - torso[:-1], axis=-1).sum(axis=1)
    cross = np.linalg.norm(other[1:] - torso[:-1], axis=-1).sum(axis=1)
    labels = _cheapest_labels(stay, cross + LEAP, WRONG_PER_S * np.diff(times_s[rows]))
    # Of two labellings of the whole clip, the one that leaves most frames as they were found.
    mirrored[rows] = labels if labels.mean() <= 0.5 else ~labels
    return mirrored


def _torsos(landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows (R,) in which somebody was found, and their torsos (R, 4, 2) in torso lengths, as found and with left and right exchanged."""
    rows = np.flatnonzero(np.isfinite(landmarks[:, 0, 0]))
    size = max(torso_length(landmarks), 1.0)
    return rows, landmarks[rows][:, TORSO, :2] / size, landmarks[rows][:, MIRRORED[TORSO], :2] / size


def _cheapest_labels(stay: np.ndarray, change: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """(T,) bool labels of least cost: (T-1,) `stay` for keeping and `change` for changing the label, and `wrong` while it is true."""
    cost = np.zeros(2)
    came = np.zeros((len(stay), 2), int)
    for t, (kept, changed, extra) in enumerate(zip(stay, change, wrong, strict=True)):
        options = np.array([[cost[0] + kept, cost[1] + changed], [cost[0] + changed + extra, cost[1] + kept + extra]])
        came[t] = options.argmin(axis=1)
        cost = options.min(axis=1)
    labels = np.zeros(len(stay) + 1, int)
    labels[-1] = int(cost.argmin())
    for t in range(len(stay) - 1, -1, -1):
        labels[t] = came[t, labels[t + 1]]
    return labels.astype(bool)


def unmirror(times_s: np.ndarray, landmarks: np.ndarray, world: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Copies of landmarks (T, 33, 4) and world points (T, 33, 3) at some seconds (T,): collapsed rows NaN, mirrored ones exchanged."""
    landmarks, world = landmarks.copy(), world.copy()
    collapsed = collapsed_rows(times_s, landmarks)
    landmarks[collapsed] = world[collapsed] = np.nan
    wrong = mirrored_rows(times_s, landmarks)
    landmarks[wrong] = landmarks[wrong][:, MIRRORED]
    world[wrong] = world[wrong][:, MIRRORED]
    return landmarks, world
