"""Heights, distances and speeds of the body as curves over the clip, in percent of body length."""

from __future__ import annotations

import numpy as np

from .angles import by_view, signed_hip_angle
from .body import Body, median
from .landmarks import Landmark as L

PERCENT = 100.0
LIFTED, PLANTED = 0.12, 0.1
"""Body lengths by which the ankles of somebody who lifts a foot differ in height, and by which feet that are not moved seem to come apart."""
WORLD_BODY = 1.25
"""Body length of the estimator's metric figure, metres."""


def depth(body: Body) -> np.ndarray:
    """How far the hips have sunk towards the ankles, percent of the leg's length."""
    lowest_ankle = body.pair(L.LEFT_ANKLE)[..., 1].min(axis=1)
    return PERCENT * (1.0 - (body.mid(L.LEFT_HIP)[:, 1] - lowest_ankle) / body.leg)


def _height(points: np.ndarray, ground: np.ndarray) -> np.ndarray:
    return PERCENT * (points[..., 1] - (ground[:, None] if points.ndim == 3 else ground))


def hip_height(body: Body) -> np.ndarray:
    return _height(body.mid(L.LEFT_HIP), body.floor)


def head_height(body: Body) -> np.ndarray:
    return _height(body.mid(L.LEFT_EAR), body.floor)


def shoulder_height(body: Body) -> np.ndarray:
    return _height(body.pair(L.LEFT_SHOULDER), body.floor)


def hand_height(body: Body) -> np.ndarray:
    return _height(body.pair(L.LEFT_WRIST), body.floor)


def hand_height_on_body(body: Body) -> np.ndarray:
    return _height(body.pair(L.LEFT_WRIST), body.mid(L.LEFT_HIP)[:, 1])


def elbow_height(body: Body) -> np.ndarray:
    return _height(body.pair(L.LEFT_ELBOW), body.mid(L.LEFT_SHOULDER)[:, 1])


def knee_height(body: Body) -> np.ndarray:
    return _height(body.pair(L.LEFT_KNEE), body.floor)


def knee_clearance(body: Body) -> np.ndarray:
    """Height of the lower knee."""
    return knee_height(body).min(axis=1)


def foot_height(body: Body) -> np.ndarray:
    return _height(body.pair(L.LEFT_ANKLE), body.floor)


def stance_width(body: Body) -> np.ndarray:
    """Distance of the ankles along the body's own left and right; what of it points into the picture is the estimator's guess."""
    across, hidden = _between_ankles(body)
    x, z = body.left_right
    return PERCENT * np.abs(across * x + hidden * z)


def planted(body: Body) -> bool:
    """Whether the feet stay where they are, but for one that is lifted and put back."""
    apart = np.abs(_between_ankles(body)[0])[grounded(body)]
    apart = apart[np.isfinite(apart)]
    return bool(apart.size) and float(np.ptp(np.percentile(apart, [5, 95]))) < PLANTED


def grounded(body: Body) -> np.ndarray:
    """(T,) whether both ankles are about as high; the whole clip where that is never so."""
    heights = body.pair(L.LEFT_ANKLE)[..., 1]
    level = np.abs(heights[:, 0] - heights[:, 1]) < LIFTED
    return level if level.any() else np.ones(len(level), bool)


def _between_ankles(body: Body) -> tuple[np.ndarray, np.ndarray]:
    """(T,) body lengths from the right ankle to the left: to the right in the image, and into the picture."""
    ankles = body.pair(L.LEFT_ANKLE)
    hidden = (body.world[:, L.LEFT_ANKLE, 2] - body.world[:, L.RIGHT_ANKLE, 2]) / WORLD_BODY
    return ankles[:, 0, 0] - ankles[:, 1, 0], hidden


def step_length(body: Body) -> np.ndarray:
    ankles = body.pair(L.LEFT_ANKLE)
    return PERCENT * np.linalg.norm(ankles[:, 0] - ankles[:, 1], axis=1)


def foot_stagger(body: Body) -> np.ndarray:
    """Distance of the ankles along the way the body faces."""
    across, hidden = _between_ankles(body)
    x, z = body.left_right
    return PERCENT * np.abs(hidden * x - across * z)


def knee_valgus(body: Body) -> np.ndarray:
    knees, ankles = body.pair(L.LEFT_KNEE)[..., 0], body.pair(L.LEFT_ANKLE)[..., 0]
    apart = np.maximum(np.abs(ankles[:, 0] - ankles[:, 1]), 0.08)
    return PERCENT * (1.0 - np.abs(knees[:, 0] - knees[:, 1]) / apart)


def knee_separation(body: Body) -> np.ndarray:
    knees = body.pair(L.LEFT_KNEE)
    return PERCENT * np.linalg.norm(knees[:, 0] - knees[:, 1], axis=1)


def knee_over_toes(body: Body) -> np.ndarray:
    ahead = (body.pair(L.LEFT_KNEE) - body.pair(L.LEFT_FOOT_INDEX))[..., 0] * body.facing
    return PERCENT * ahead.max(axis=1)


def hand_separation(body: Body) -> np.ndarray:
    hands = body.pair(L.LEFT_WRIST)
    return PERCENT * np.linalg.norm(hands[:, 0] - hands[:, 1], axis=1)


def _from_axis(points: np.ndarray, top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Distance of (T, 2, 2) points to the segment top-bottom (T, 2)."""
    axis = (bottom - top)[:, None, :]
    rel = points - top[:, None, :]
    share = np.clip((rel * axis).sum(-1) / (axis * axis).sum(-1), 0.0, 1.0)
    return np.linalg.norm(rel - share[..., None] * axis, axis=-1)


def hand_to_body(body: Body) -> np.ndarray:
    return PERCENT * _from_axis(body.pair(L.LEFT_WRIST), body.mid(L.LEFT_SHOULDER), body.mid(L.LEFT_HIP))


def elbow_flare(body: Body) -> np.ndarray:
    return PERCENT * _from_axis(body.pair(L.LEFT_ELBOW), body.mid(L.LEFT_SHOULDER), body.mid(L.LEFT_HIP))


def hand_forward(body: Body) -> np.ndarray:
    wrists = [L.LEFT_WRIST, L.RIGHT_WRIST]
    shoulders = body.mid(L.LEFT_SHOULDER)[:, None, 0]
    along = (body.pair(L.LEFT_WRIST)[..., 0] - shoulders) * body.facing
    middle = body.world[:, [L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 2].mean(axis=1, keepdims=True)
    deep = (middle - body.world[:, wrists, 2]) / WORLD_BODY * (-1.0 if body.away else 1.0)
    return PERCENT * by_view(body, deep, along)


def torso_shift(body: Body) -> np.ndarray:
    """How far the shoulders have moved sideways from the middle of the feet."""
    return PERCENT * np.abs(body.mid(L.LEFT_SHOULDER)[:, 0] - body.mid(L.LEFT_ANKLE)[:, 0])


def hip_sag(body: Body) -> np.ndarray:
    """Distance of the hips below the straight line from shoulders to ankles."""
    reach = np.linalg.norm(body.mid(L.LEFT_SHOULDER) - body.mid(L.LEFT_ANKLE), axis=1)
    return PERCENT * np.sin(np.radians(signed_hip_angle(body)) / 2) * reach / 2


def hip_sway(body: Body) -> np.ndarray:
    """How far the hips are from their usual place over the feet, to either side."""
    offset = body.mid(L.LEFT_HIP)[:, 0] - body.mid(L.LEFT_ANKLE)[:, 0]
    return PERCENT * np.abs(offset - median(offset))


def _speed(body: Body, points: np.ndarray) -> np.ndarray:
    """Speed of points (T, ..., 2) in percent of body length per second."""
    if len(body.times_s) < 3:
        return np.zeros(points.shape[:-1])
    return PERCENT * np.linalg.norm(np.gradient(points, body.times_s, axis=0), axis=-1)


def hand_speed(body: Body) -> np.ndarray:
    return _speed(body, body.pair(L.LEFT_WRIST))


def foot_speed(body: Body) -> np.ndarray:
    return _speed(body, body.pair(L.LEFT_ANKLE))


def hip_speed(body: Body) -> np.ndarray:
    return _speed(body, body.mid(L.LEFT_HIP))
