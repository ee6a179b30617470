"""Posture features with names: each frame of a pose track as a unit vector that words can be compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from .body import Body
from .landmarks import Landmark as L
from .quantities import CURVES

Feature = tuple[str, float, float, Callable[[Body], np.ndarray]]
"""Name, the values that map to 0 and to 1, and the curve (T,)."""


def _mean(curve: Callable[[Body], np.ndarray]) -> Callable[[Body], np.ndarray]:
    return lambda body: curve(body).mean(axis=1)


def _spread(curve: Callable[[Body], np.ndarray]) -> Callable[[Body], np.ndarray]:
    return lambda body: np.abs(np.diff(curve(body), axis=1))[:, 0]


def _lying(body: Body) -> np.ndarray:
    """Degrees of the torso from vertical in any direction, upside down counted as beyond lying."""
    torso = body.mid(L.LEFT_SHOULDER) - body.mid(L.LEFT_HIP)
    return np.degrees(np.arctan2(np.abs(torso[:, 0]), torso[:, 1]))


def _hands_to_head(body: Body) -> np.ndarray:
    reach = body.pair(L.LEFT_WRIST) - body.mid(L.LEFT_EAR)[:, None, :]
    return 100.0 * np.linalg.norm(reach, axis=-1).min(axis=1)


def _hands_to_hips(body: Body) -> np.ndarray:
    reach = body.pair(L.LEFT_WRIST) - body.pair(L.LEFT_HIP)
    return 100.0 * np.linalg.norm(reach, axis=-1).mean(axis=1)


def _leg_forward(body: Body) -> np.ndarray:
    """The foot furthest from under the hips, forward positive."""
    ahead = (body.pair(L.LEFT_ANKLE)[..., 0] - body.mid(L.LEFT_HIP)[:, None, 0]) * body.facing * 100.0
    return np.take_along_axis(ahead, np.abs(ahead).argmax(axis=1)[:, None], axis=1)[:, 0]


FEATURES: tuple[Feature, ...] = (
    ("knees_bent", 0.0, 110.0, _mean(CURVES["knee_flexion"])),
    ("hips_low", 0.0, 55.0, CURVES["depth"]),
    ("hips_bent", 0.0, 120.0, _mean(CURVES["hip_flexion"])),
    ("torso_forward", -10.0, 90.0, CURVES["torso_forward_lean"]),
    ("torso_sideways", 0.0, 45.0, CURVES["torso_side_lean"]),
    ("torso_lying", 0.0, 100.0, _lying),
    ("arms_up", 0.0, 180.0, _mean(CURVES["arm_elevation"])),
    ("arms_uneven", 0.0, 120.0, _spread(CURVES["arm_elevation"])),
    ("elbows_bent", 0.0, 140.0, _mean(CURVES["elbow_flexion"])),
    ("hands_high", -40.0, 80.0, _mean(CURVES["hand_height_on_body"])),
    ("hands_forward", -15.0, 50.0, _mean(CURVES["hand_forward"])),
    ("hands_out", 0.0, 55.0, _mean(CURVES["hand_to_body"])),
    ("hands_apart", 0.0, 110.0, CURVES["hand_separation"]),
    ("hands_from_head", 0.0, 80.0, _hands_to_head),
    ("hands_from_hips", 0.0, 60.0, _hands_to_hips),
    ("feet_apart", 0.0, 60.0, CURVES["step_length"]),
    ("knee_lifted", 0.0, 30.0, _spread(CURVES["knee_height"])),
    ("foot_lifted", 0.0, 50.0, _spread(CURVES["foot_height"])),
    ("leg_forward", -50.0, 50.0, _leg_forward),
    ("body_bent", 0.0, 110.0, CURVES["body_bend"]),
    ("gaze_up", -50.0, 20.0, CURVES["head_pitch"]),
)
FEATURE_NAMES: tuple[str, ...] = tuple(name for name, *_ in FEATURES)


def feature_values(body: Body) -> np.ndarray:
    """(T, F) feature values, 0 to 1 by the scales above, NaN where nobody was found."""
    columns = [np.clip((curve(body) - low) / (high - low), 0.0, 1.0) for _, low, high, curve in FEATURES]
    return np.stack(columns, axis=1)


def frame_vectors(values: np.ndarray) -> np.ndarray:
    """(T, 2F) float32 unit vectors from (T, F) feature values; rows of a missing person are zero.

    Each feature is laid on half a circle, so that the inner product of a frame with a text is the mean cosine of how far
    the mentioned features are from what the text says: +1 when they agree, -1 at opposite ends of the scale.
    """
    angle = np.pi * values
    vectors = np.concatenate([np.cos(angle), np.sin(angle)], axis=1) / np.sqrt(values.shape[1])
    return np.where(np.isfinite(values).all(axis=1, keepdims=True), vectors, 0.0).astype(np.float32)


def text_vectors(wanted: Sequence[Mapping[str, float]]) -> np.ndarray:
    """(Q, 2F) float32 unit vectors; features a text does not mention weigh nothing, an empty text is a zero vector."""
    vectors = np.zeros((len(wanted), 2 * len(FEATURES)), dtype=np.float32)
    for row, features in enumerate(wanted):
        for name, value in features.items():
            column = FEATURE_NAMES.index(name)
            vectors[row, column] = np.cos(np.pi * value)
            vectors[row, column + len(FEATURES)] = np.sin(np.pi * value)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, norms, out=vectors, where=norms > 0)
