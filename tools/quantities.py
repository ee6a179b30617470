"""Every pose quantity of the catalogue as a curve over the clip: pure functions of the body's geometry."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .body import LEGS, SIDES, Body, angle_at, blended_flexion
from .landmarks import Landmark as L

Curve = Callable[[Body], np.ndarray]
"""(T,) for whole-body quantities, (T, 2) = [left, right] for sided ones, in the catalogue's unit."""

PERCENT = 100.0
FOOT = 0.19
"""Length of a foot (heel to toe landmark) in body lengths."""
WORLD_BODY = 1.25
"""Body length of the estimator's metric figure, metres."""


def _blend(body: Body, front: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Mix a front-view and a side-view reading by how far the body is turned."""
    weight = np.clip((body.frontness - 0.25) / 0.5, 0.0, 1.0)
    return weight * front + (1.0 - weight) * side


def knee_flexion(body: Body) -> np.ndarray:
    """From the side the image angle; from the front the mean of two weak witnesses.

    They are the hip-ankle distance against the leg's length (law of cosines) and the estimator's 3-D guess.
    """
    reach = np.stack([np.linalg.norm(body.at(h) - body.at(a), axis=1) for h, _, a in LEGS], axis=1)
    from_reach = 180.0 - 2.0 * np.degrees(np.arcsin(np.clip(reach / body.leg, 0.0, 1.0)))
    points = [[body.world[:, joint] for joint in leg] for leg in LEGS]
    guessed = 180.0 - np.stack([angle_at(*leg) for leg in points], axis=1)
    return _blend(body, (from_reach + guessed) / 2, blended_flexion(body, LEGS))


def hip_flexion(body: Body) -> np.ndarray:
    joints = (
        (L.LEFT_SHOULDER, L.LEFT_HIP, L.LEFT_KNEE),
        (L.RIGHT_SHOULDER, L.RIGHT_HIP, L.RIGHT_KNEE),
    )
    return blended_flexion(body, joints)


def elbow_flexion(body: Body) -> np.ndarray:
    return blended_flexion(body, SIDES)


def _elevation(body: Body, start: int, end: int) -> np.ndarray:
    """Angle of shoulder-to-`end` against the downward torso axis, (T, 2) degrees."""
    down = (body.mid(L.LEFT_HIP) - body.mid(L.LEFT_SHOULDER))[:, None, :]
    limb = body.pair(end) - body.pair(start)
    cosine = (limb * down).sum(-1) / (np.linalg.norm(limb, axis=-1) * np.linalg.norm(down, axis=-1))
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def arm_elevation(body: Body) -> np.ndarray:
    return _elevation(body, L.LEFT_SHOULDER, L.LEFT_WRIST)


def upper_arm_elevation(body: Body) -> np.ndarray:
    return _elevation(body, L.LEFT_SHOULDER, L.LEFT_ELBOW)


def upper_arm_off_level(body: Body) -> np.ndarray:
    arm = body.pair(L.LEFT_ELBOW) - body.pair(L.LEFT_SHOULDER)
    return np.degrees(np.arctan2(np.abs(arm[..., 1]), np.abs(arm[..., 0])))


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
    """Sideways distance of the ankles; from the side it is hidden, and the estimator's depth guess stands in."""
    ankles = body.pair(L.LEFT_ANKLE)
    across = np.abs(ankles[:, 0, 0] - ankles[:, 1, 0])
    hidden = np.abs(body.world[:, L.LEFT_ANKLE, 2] - body.world[:, L.RIGHT_ANKLE, 2]) / WORLD_BODY
    return PERCENT * _blend(body, across, hidden)


def step_length(body: Body) -> np.ndarray:
    ankles = body.pair(L.LEFT_ANKLE)
    return PERCENT * np.linalg.norm(ankles[:, 0] - ankles[:, 1], axis=1)


def foot_stagger(body: Body) -> np.ndarray:
    ankles = body.pair(L.LEFT_ANKLE)
    along = np.abs(ankles[:, 0, 0] - ankles[:, 1, 0])
    hidden = np.abs(body.world[:, L.LEFT_ANKLE, 2] - body.world[:, L.RIGHT_ANKLE, 2]) / WORLD_BODY
    return PERCENT * _blend(body, hidden, along)


def toe_out(body: Body) -> np.ndarray:
    """Outward part of each foot against its length, as an angle; needs a front or back view."""
    foot = body.pair(L.LEFT_FOOT_INDEX) - body.pair(L.LEFT_HEEL)
    outward = foot[..., 0] * np.array([1.0, -1.0]) * (-1.0 if body.away else 1.0)
    return np.degrees(np.arcsin(np.clip(outward / FOOT, -1.0, 1.0)))


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
    return PERCENT * _blend(body, deep, along)


def torso_forward_lean(body: Body) -> np.ndarray:
    """Degrees from vertical towards the front; from the front, by foreshortening and the estimator's 3-D guess."""
    torso = body.mid(L.LEFT_SHOULDER) - body.mid(L.LEFT_HIP)
    side = np.degrees(np.arctan2(torso[:, 0] * body.facing, torso[:, 1]))
    forward = np.sqrt(np.maximum(body.torso**2 - (torso**2).sum(axis=1), 0.0))
    deep = body.world[:, [L.LEFT_SHOULDER, L.RIGHT_SHOULDER]].mean(axis=1) - body.world[:, [L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=1)
    guessed = np.degrees(np.arctan2(np.abs(deep[:, 2]), deep[:, 1]))
    front = (np.degrees(np.arctan2(forward, torso[:, 1])) + guessed) / 2
    return _blend(body, front, side)


def torso_back_lean(body: Body) -> np.ndarray:
    return -torso_forward_lean(body)


def torso_tilt(body: Body) -> np.ndarray:
    """Degrees of the torso from vertical in whatever direction it can be seen to tilt."""
    return np.hypot(torso_forward_lean(body), body.frontness * torso_side_lean(body))


def torso_side_lean(body: Body) -> np.ndarray:
    torso = body.mid(L.LEFT_SHOULDER) - body.mid(L.LEFT_HIP)
    return np.abs(np.degrees(np.arctan2(torso[:, 0], torso[:, 1])))


def torso_shift(body: Body) -> np.ndarray:
    """How far the shoulders have moved sideways from the middle of the feet."""
    return PERCENT * np.abs(body.mid(L.LEFT_SHOULDER)[:, 0] - body.mid(L.LEFT_ANKLE)[:, 0])


def head_pitch(body: Body) -> np.ndarray:
    """Degrees of the nose above the level of the ears: the vertical part survives any turn of the camera."""
    rise = body.at(L.NOSE)[:, 1] - body.mid(L.LEFT_EAR)[:, 1]
    reach = np.linalg.norm(body.at(L.NOSE) - body.mid(L.LEFT_EAR), axis=1)
    ears = np.linalg.norm(body.at(L.LEFT_EAR) - body.at(L.RIGHT_EAR), axis=1)
    radius = max(float(np.nanpercentile(reach, 92)), 0.8 * float(np.nanpercentile(ears, 92)), 0.04)
    return np.degrees(np.arcsin(np.clip(rise / radius, -1.0, 1.0)))


def head_side_tilt(body: Body) -> np.ndarray:
    ears = body.at(L.LEFT_EAR) - body.at(L.RIGHT_EAR)
    return np.degrees(np.arctan2(np.abs(ears[:, 1]), np.abs(ears[:, 0])))


def head_turn(body: Body) -> np.ndarray:
    nose = body.world[:, L.NOSE] - body.world[:, [L.LEFT_EAR, L.RIGHT_EAR]].mean(axis=1)
    return np.abs(np.degrees(np.arctan2(nose[:, 0], np.abs(nose[:, 2]))))


def _hip_angle_signed(body: Body) -> np.ndarray:
    """Degrees by which the hips leave the shoulder-ankle line; positive when they sag below it."""
    shoulder, hip, ankle = body.mid(L.LEFT_SHOULDER), body.mid(L.LEFT_HIP), body.mid(L.LEFT_ANKLE)
    bend = 180.0 - angle_at(shoulder, hip, ankle)
    share = (hip - shoulder)[:, 0] / np.where(np.abs((ankle - shoulder)[:, 0]) < 1e-6, 1e-6, (ankle - shoulder)[:, 0])
    line = shoulder[:, 1] + np.clip(share, 0, 1) * (ankle - shoulder)[:, 1]
    return np.where(hip[:, 1] < line, bend, -bend)


def body_bend(body: Body) -> np.ndarray:
    return np.abs(_hip_angle_signed(body))


def hip_sag(body: Body) -> np.ndarray:
    """Distance of the hips below the straight line from shoulders to ankles."""
    reach = np.linalg.norm(body.mid(L.LEFT_SHOULDER) - body.mid(L.LEFT_ANKLE), axis=1)
    return PERCENT * np.sin(np.radians(_hip_angle_signed(body)) / 2) * reach / 2


def _yaw(body: Body, left: int) -> np.ndarray:
    """Degrees by which the line through a pair of joints is turned out of the image plane, signed."""
    across = body.world[:, left] - body.world[:, left + 1]
    return np.degrees(np.arctan2(across[:, 2], np.abs(across[:, 0])))


def shoulder_turn(body: Body) -> np.ndarray:
    return np.abs(_yaw(body, L.LEFT_SHOULDER))


def hip_turn(body: Body) -> np.ndarray:
    return np.abs(_yaw(body, L.LEFT_HIP))


def hip_shoulder_separation(body: Body) -> np.ndarray:
    return np.abs(_yaw(body, L.LEFT_SHOULDER) - _yaw(body, L.LEFT_HIP))


def hip_sway(body: Body) -> np.ndarray:
    return PERCENT * (body.mid(L.LEFT_HIP)[:, 0] - body.mid(L.LEFT_ANKLE)[:, 0])


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


def rotation_speed(body: Body) -> np.ndarray:
    """Degrees per second of the torso axis turning in the image plane."""
    torso = body.mid(L.LEFT_SHOULDER) - body.mid(L.LEFT_HIP)
    if len(body.times_s) < 3:
        return np.zeros(len(torso))
    heading = np.unwrap(np.nan_to_num(np.arctan2(torso[:, 0], torso[:, 1])))
    return np.abs(np.degrees(np.gradient(heading, body.times_s)))


CURVES: dict[str, Curve] = {
    curve.__name__: curve
    for curve in (
        knee_flexion, hip_flexion, elbow_flexion, arm_elevation, upper_arm_elevation, upper_arm_off_level, depth,
        hip_height, head_height, shoulder_height, hand_height, hand_height_on_body, elbow_height, knee_height, knee_clearance, foot_height,
        stance_width, step_length, foot_stagger, toe_out, knee_valgus, knee_separation, knee_over_toes, hand_separation,
        hand_to_body, hand_forward, elbow_flare, torso_forward_lean, torso_back_lean, torso_tilt, torso_side_lean, torso_shift, head_pitch,
        head_side_tilt, head_turn, body_bend, hip_sag, shoulder_turn, hip_turn, hip_shoulder_separation, hip_sway,
        hand_speed, foot_speed, hip_speed, rotation_speed,
    )
}  # fmt: skip
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
