"""What can be read where no whole body is in view: movement of the picture by optical flow, and hands by their landmarks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..memory.values import Question
from .hands import HandTrack
from .motion import MotionTrack, mean_speed, stops_per_minute
from .smoothness import sparc

CHUNKS = 4
"""A clip is read in this many parts, and their spread is the error of the whole."""
PALM, FINGERTIPS = 9, (8, 12, 16, 20)
FINGERS = ((5, 6, 8), (9, 10, 12), (13, 14, 16), (17, 18, 20))
"""Knuckle, middle joint and tip of the four fingers."""

INSTEAD: dict[str, tuple[str, int]] = {
    "duration": ("motion_speed", -1),
    "hand_speed": ("motion_speed", 1),
    "foot_speed": ("motion_speed", 1),
    "hip_speed": ("motion_speed", 1),
    "rotation_speed": ("motion_speed", 1),
    "pause": ("stops", 1),
    "smoothness": ("smoothness", 1),
}
"""What answers a question about a body when there is none to be seen, and whether more of it means more of the other."""


def without_body(question: Question) -> Question | None:
    """The question as the movement of the picture can answer it; None when only a body could."""
    if question.quantity in MOTION_QUANTITIES or question.quantity in HAND_QUANTITIES:
        return question
    if question.quantity not in INSTEAD or question.phase != "whole":
        return None
    quantity, sign = INSTEAD[question.quantity]
    return Question(quantity=quantity, direction=1 if question.direction * sign > 0 else -1)


def _motion_smoothness(track: MotionTrack) -> float:
    if len(track.times_s) < 8:
        return float("nan")
    even = np.arange(track.times_s[0], track.times_s[-1], 1 / 30)
    return sparc(np.interp(even, track.times_s, track.amount), 30.0)


MOTION_QUANTITIES: dict[str, Callable[[MotionTrack], float]] = {
    "motion_amount": mean_speed,
    "motion_speed": mean_speed,
    "stops": lambda track: stops_per_minute(track.times_s, track.amount),
    "smoothness": _motion_smoothness,
}
"""Numbers of a whole clip by catalogue name."""


def read_motion(track: MotionTrack, quantity: str) -> tuple[float, float] | None:
    """(value, standard deviation) of one motion quantity; None for a clip too short to tell."""
    read = MOTION_QUANTITIES[quantity]
    value = read(track)
    if not np.isfinite(value):
        return None
    parts = [
        read(
            track.model_copy(
                update={"times_s": track.times_s[rows], "amount": track.amount[rows], "centroid": track.centroid[rows]}
            )
        )
        for rows in np.array_split(np.arange(len(track.times_s)), CHUNKS)
        if len(rows) > 1
    ]
    return float(value), _error_of_mean(np.array(parts))


def _error_of_mean(parts: np.ndarray) -> float:
    parts = parts[np.isfinite(parts)]
    return float(np.std(parts, ddof=1) / np.sqrt(len(parts))) if len(parts) > 1 else 0.0


def finger_curl(hands: HandTrack) -> np.ndarray:
    """(T, 2) degrees by which the fingers are bent at their middle joint, mean of the four."""
    points = hands.landmarks.astype(float)
    bends = []
    for knuckle, joint, tip in FINGERS:
        u, v = points[:, :, knuckle] - points[:, :, joint], points[:, :, tip] - points[:, :, joint]
        cosine = (u * v).sum(-1) / (np.linalg.norm(u, axis=-1) * np.linalg.norm(v, axis=-1))
        bends.append(180.0 - np.degrees(np.arccos(np.clip(cosine, -1, 1))))
    return np.mean(bends, axis=0)


def _hand_length(hands: HandTrack) -> np.ndarray:
    points = hands.landmarks[:, :, :, :2].astype(float)
    return np.maximum(2 * np.linalg.norm(points[:, :, PALM] - points[:, :, 0], axis=-1), 1.0)


def finger_lift(hands: HandTrack) -> np.ndarray:
    """(T, 2) how far the highest fingertip is above the lowest, percent of the hand's length."""
    heights = hands.landmarks[:, :, list(FINGERTIPS), 1].astype(float)
    return 100.0 * (heights.max(axis=-1) - heights.min(axis=-1)) / _hand_length(hands)


def forearm_travel(hands: HandTrack) -> np.ndarray:
    """(T, 2) distance of the wrist from its usual place, percent of the hand's length."""
    wrist = hands.landmarks[:, :, 0, :2].astype(float)
    usual = np.stack([_usual(wrist[:, side]) for side in (0, 1)])
    return 100.0 * np.linalg.norm(wrist - usual, axis=-1) / _hand_length(hands)


def _usual(points: np.ndarray) -> np.ndarray:
    found = points[np.isfinite(points).all(axis=1)]
    return np.median(found, axis=0) if len(found) else np.full(2, np.nan)


HAND_QUANTITIES: dict[str, Callable[[HandTrack], np.ndarray]] = {
    f.__name__: f for f in (finger_curl, finger_lift, forearm_travel)
}
"""Hand curves by catalogue name; the bend of the wrist needs a forearm, which these landmarks do not have."""


def read_hands(hands: HandTrack, question: Question) -> tuple[float, float] | None:
    """(value, standard deviation) of one hand quantity over the clip; None when the hand is hardly ever found."""
    curve = HAND_QUANTITIES[question.quantity](hands)
    columns = {"left": (0,), "right": (1,)}.get(question.side, (0, 1))
    found = [c[np.isfinite(c)] for c in (curve[:, k] for k in columns)]
    longest = max(found, key=len)
    if len(longest) < 0.2 * len(curve) or len(longest) < CHUNKS:
        return None
    read = np.std if question.statistic == "variability" else np.mean
    usable = [values for values in found if len(values) >= 0.5 * len(longest)]
    parts = np.array(
        [np.mean([read(part) for part in parts]) for parts in zip(*(np.array_split(v, CHUNKS) for v in usable), strict=True)]
    )
    return float(np.mean([read(values) for values in usable])), _error_of_mean(parts)
