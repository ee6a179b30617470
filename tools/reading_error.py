"""How uncertain a reading is beyond the noise of its curve: by view, visibility, posture, and what no measurement of people can know better."""

from __future__ import annotations

import numpy as np

from .angles import arm_in_plane, knee_witnesses_apart, torso_forward_lean, torso_tilt
from .body import Body
from .catalog import QuantityEntry
from .landmarks import Landmark as L
from .reading import Reading

MOTION_ERROR = 0.1
"""Share of a motion or hand quantity that camera distance, clothes and light may make."""
LENGTH_ERROR = 0.06
"""Share of a length: people are built differently, and body length stands for all of it."""
RELATIVE_ERROR = {
    "duration": 0.05,
    "pause": 0.08,
    "travel": 0.1,
    "hand_speed": 0.1,
    "foot_speed": 0.1,
    "hip_speed": 0.1,
    "rotation_speed": 0.15,
    "knee_valgus": 0.3,
}
"""Share of the value itself that these cannot be known better than."""
BREADTHS = frozenset(
    {
        "stance_width",
        "step_length",
        "foot_stagger",
        "knee_separation",
        "hand_separation",
        "hand_to_body",
        "hand_forward",
        "elbow_flare",
    }
)
ARM_ENDS = {
    "elbow_flexion": L.LEFT_WRIST,
    "arm_elevation": L.LEFT_WRIST,
    "upper_arm_elevation": L.LEFT_ELBOW,
}
"""Angles of an arm, with the joint where it ends."""
TOWARDS_CAMERA = 2.5
"""Such an angle is guessed, not seen, when the arm points at the camera: its error grows by so many times itself."""
BENT_OVER, BENT_OVER_DEG = 1.5, 45.0
"""By how many times the pitch of the head is less certain in a torso that is tilted by more than so many degrees: in 24 drawn clips of
such bodies it was off with a standard deviation of 11 degrees, in eight squats 3 in either view."""


def error_of(body: Body, entry: QuantityEntry, reading: Reading) -> float:
    """One standard deviation of a reading off a pose curve, whose own `sigma` is its floor, spread and noise."""
    scale = (
        _view_factor(entry, body.frontness)
        * (1.0 + 2.0 * max(0.0, 0.6 - reading.seen))
        * _depth_factor(body, entry, reading)
        * _bent_over_factor(body, entry, reading)
    )
    beyond = (_witnesses_apart(body, entry, reading), _forward_seen_as_sideways(body, entry, reading))
    return float(np.linalg.norm([scale * reading.sigma, share_of_value(entry) * reading.value, *beyond]))


def share_of_value(entry: QuantityEntry) -> float:
    """The share of its value that a quantity cannot be known better than."""
    return RELATIVE_ERROR.get(entry.name, LENGTH_ERROR if entry.name in BREADTHS else 0.0)


def _view_factor(entry: QuantityEntry, frontness: float) -> float:
    """How much the error grows away from the view in which the quantity is read best."""
    off = {"front": 1.0 - frontness, "side": frontness}.get(entry.views, 0.0)
    return 1.0 + 1.5 * off**2


def _forward_seen_as_sideways(body: Body, entry: QuantityEntry, reading: Reading) -> float:
    """Degrees of a forward lean that a body filmed diagonally shows as a lean to the side: half of what the turn lets through."""
    if entry.name != "torso_side_lean":
        return 0.0
    forward = np.abs(torso_forward_lean(body)[_rows_read(body, reading)])
    turned = float(np.sqrt(1.0 - body.frontness**2))
    return 0.5 * turned * float(np.nanmean(forward)) if np.isfinite(forward).any() else 0.0


def _bent_over_factor(body: Body, entry: QuantityEntry, reading: Reading) -> float:
    """How much less is known of a head whose body is bent over: nose and ears of a face that hangs are found worse."""
    if entry.name != "head_pitch":
        return 1.0
    tilt = torso_tilt(body)[_rows_read(body, reading)]
    return BENT_OVER if np.isfinite(tilt).any() and np.nanmedian(tilt) > BENT_OVER_DEG else 1.0


def _rows_read(body: Body, reading: Reading) -> list[int]:
    return [int(np.argmin(np.abs(body.times_s - key_s))) for key_s in reading.keys_s]


def _witnesses_apart(body: Body, entry: QuantityEntry, reading: Reading) -> float:
    """How far the two witnesses of a knee that is seen from the front are from their mean where it is read, in degrees."""
    if entry.name != "knee_flexion":
        return 0.0
    apart = knee_witnesses_apart(body)[_rows_read(body, reading)]
    return float(np.nanmean(apart)) if np.isfinite(apart).any() else 0.0


def _depth_factor(body: Body, entry: QuantityEntry, reading: Reading) -> float:
    """How much the error of an arm's angle grows as the arm points at the camera where it is read."""
    if entry.name not in ARM_ENDS:
        return 1.0
    flat = arm_in_plane(body, ARM_ENDS[entry.name])[_rows_read(body, reading)]
    return 1.0 + TOWARDS_CAMERA * (1.0 - float(np.nanmean(flat))) if np.isfinite(flat).any() else 1.0
