"""Every pose quantity of the catalogue by name, and the joints that each rests on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import angles, positions
from .body import Body
from .landmarks import Landmark as L

Curve = Callable[[Body], np.ndarray]
"""(T,) for whole-body quantities, (T, 2) = [left, right] for sided ones, in the catalogue's unit."""

_ANGLES = (
    "knee_flexion", "hip_flexion", "elbow_flexion", "arm_elevation", "upper_arm_elevation", "upper_arm_off_level",
    "toe_out", "torso_forward_lean", "torso_back_lean", "torso_tilt", "torso_side_lean", "head_pitch", "head_side_tilt",
    "head_turn", "body_bend", "shoulder_turn", "hip_turn", "hip_shoulder_separation", "rotation_speed",
)  # fmt: skip
_POSITIONS = (
    "depth", "hip_height", "head_height", "shoulder_height", "hand_height", "hand_height_on_body", "elbow_height",
    "knee_height", "knee_clearance", "foot_height", "stance_width", "step_length", "foot_stagger", "knee_valgus",
    "knee_separation", "knee_over_toes", "hand_separation", "hand_to_body", "hand_forward", "elbow_flare", "torso_shift",
    "hip_sag", "hip_sway", "hand_speed", "foot_speed", "hip_speed",
)  # fmt: skip
CURVES: dict[str, Curve] = {
    **{name: getattr(angles, name) for name in _ANGLES},
    **{name: getattr(positions, name) for name in _POSITIONS},
}
"""Pose curves by catalogue name."""

JOINTS: dict[str, tuple[int, ...]] = {
    "shoulder": (L.LEFT_SHOULDER,), "elbow": (L.LEFT_ELBOW,), "hand": (L.LEFT_WRIST,), "arm": (L.LEFT_SHOULDER, L.LEFT_WRIST),
    "hip": (L.LEFT_HIP,), "knee": (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE), "foot": (L.LEFT_ANKLE,), "toe": (L.LEFT_FOOT_INDEX,),
    "stance": (L.LEFT_ANKLE,), "step": (L.LEFT_ANKLE,), "head": (L.LEFT_EAR,), "torso": (L.LEFT_SHOULDER, L.LEFT_HIP),
    "upper": (L.LEFT_SHOULDER, L.LEFT_ELBOW), "body": (L.LEFT_SHOULDER, L.LEFT_HIP, L.LEFT_ANKLE),
    "depth": (L.LEFT_HIP, L.LEFT_ANKLE), "rotation": (L.LEFT_SHOULDER, L.LEFT_HIP), "hipline": (L.LEFT_HIP,),
}  # fmt: skip
"""Left landmarks a quantity rests on, by the first word of its name (the right ones are one further)."""


def joints_of(quantity: str) -> tuple[int, ...]:
    """Left landmarks that must be seen for a quantity to mean anything."""
    return JOINTS.get(quantity.split("_")[0], ())
