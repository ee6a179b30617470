"""Angles of the body as curves over the clip, in degrees: joints, leans, head, turns."""

from __future__ import annotations

import numpy as np

from .body import LEGS, SIDES, Body, angle_at, blended_flexion, in_plane, longest
from .landmarks import Landmark as L

FOOT = 0.19
"""Length of a foot (heel to toe landmark) in body lengths."""


def by_view(body: Body, front: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Mix a front-view and a side-view reading by how far the body is turned."""
    weight = np.clip((body.frontness - 0.25) / 0.5, 0.0, 1.0)
    return weight * front + (1.0 - weight) * side


def knee_flexion(body: Body) -> np.ndarray:
    """From the side the image angle; from the front the mean of two weak witnesses.

    They are the hip-ankle distance against the leg's length (law of cosines) and the estimator's 3-D guess.
    """
    return by_view(body, np.mean(_knees_from_front(body), axis=0), blended_flexion(body, LEGS))


def knee_witnesses_apart(body: Body) -> np.ndarray:
    """(T, 2) degrees by which either witness of a knee seen from the front is off their mean; 0 from the side, where none is needed."""
    from_reach, guessed = _knees_from_front(body)
    return by_view(body, np.abs(from_reach - guessed) / 2, np.zeros_like(guessed))


def _knees_from_front(body: Body) -> tuple[np.ndarray, np.ndarray]:
    reach = np.stack([np.linalg.norm(body.at(h) - body.at(a), axis=1) for h, _, a in LEGS], axis=1)
    from_reach = 180.0 - 2.0 * np.degrees(np.arcsin(np.clip(reach / body.leg, 0.0, 1.0)))
    points = [[body.world[:, joint] for joint in leg] for leg in LEGS]
    return from_reach, 180.0 - np.stack([angle_at(*leg) for leg in points], axis=1)


def hip_flexion(body: Body) -> np.ndarray:
    joints = (
        (L.LEFT_SHOULDER, L.LEFT_HIP, L.LEFT_KNEE),
        (L.RIGHT_SHOULDER, L.RIGHT_HIP, L.RIGHT_KNEE),
    )
    return blended_flexion(body, joints)


def elbow_flexion(body: Body) -> np.ndarray:
    return blended_flexion(body, SIDES)


def _elevation(body: Body, start: int, end: int) -> np.ndarray:
    """Angle of shoulder-to-`end` against the downward torso axis, (T, 2) degrees.

    The image angle is trusted while the arm lies near the image plane; as it points at the camera the 3-D guess takes over.
    """
    down = body.mid(L.LEFT_HIP) - body.mid(L.LEFT_SHOULDER)
    deep_down = body.world[:, [L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=1) - body.world[:, [L.LEFT_SHOULDER, L.RIGHT_SHOULDER]].mean(
        axis=1
    )
    limb = body.pair(end) - body.pair(start)
    flat = _between(limb, down[:, None, :])
    deep = _between(body.world[:, [end, end + 1]] - body.world[:, [start, start + 1]], deep_down[:, None, :])
    trust = arm_in_plane(body, end)
    return trust * flat + (1.0 - trust) * deep


def arm_in_plane(body: Body, end: int) -> np.ndarray:
    """(T, 2) how far the bones from the shoulder to `end` lie in the image plane, 0 to 1: the worse of them."""
    bones = [(joint - 2, joint) for joint in range(end, L.LEFT_SHOULDER, -2)]
    return np.min([in_plane(np.linalg.norm(body.pair(b) - body.pair(a), axis=-1)) for a, b in bones], axis=0)


def _between(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Degrees between vectors (..., n)."""
    cosine = (u * v).sum(-1) / (np.linalg.norm(u, axis=-1) * np.linalg.norm(v, axis=-1))
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def arm_elevation(body: Body) -> np.ndarray:
    return _elevation(body, L.LEFT_SHOULDER, L.LEFT_WRIST)


def upper_arm_elevation(body: Body) -> np.ndarray:
    return _elevation(body, L.LEFT_SHOULDER, L.LEFT_ELBOW)


def upper_arm_off_level(body: Body) -> np.ndarray:
    arm = body.pair(L.LEFT_ELBOW) - body.pair(L.LEFT_SHOULDER)
    return np.degrees(np.arctan2(np.abs(arm[..., 1]), np.abs(arm[..., 0])))


def toe_out(body: Body) -> np.ndarray:
    """Outward part of each foot against its length, as an angle; needs a front or back view."""
    foot = body.pair(L.LEFT_FOOT_INDEX) - body.pair(L.LEFT_HEEL)
    outward = foot[..., 0] * np.array([1.0, -1.0]) * (-1.0 if body.away else 1.0)
    return np.degrees(np.arcsin(np.clip(outward / FOOT, -1.0, 1.0)))


def torso_forward_lean(body: Body) -> np.ndarray:
    """Degrees from vertical towards the front; from the front, by foreshortening and the estimator's 3-D guess."""
    torso = body.mid(L.LEFT_SHOULDER) - body.mid(L.LEFT_HIP)
    side = np.degrees(np.arctan2(torso[:, 0] * body.facing, torso[:, 1]))
    forward = np.sqrt(np.maximum(body.torso**2 - (torso**2).sum(axis=1), 0.0))
    deep = body.world[:, [L.LEFT_SHOULDER, L.RIGHT_SHOULDER]].mean(axis=1) - body.world[:, [L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=1)
    guessed = np.degrees(np.arctan2(np.abs(deep[:, 2]), deep[:, 1]))
    front = (np.degrees(np.arctan2(forward, torso[:, 1])) + guessed) / 2
    return by_view(body, front, side)


def torso_back_lean(body: Body) -> np.ndarray:
    return -torso_forward_lean(body)


def torso_tilt(body: Body) -> np.ndarray:
    """Degrees of the torso from vertical in whatever direction it can be seen to tilt."""
    return np.hypot(torso_forward_lean(body), body.frontness * torso_side_lean(body))


def torso_side_lean(body: Body) -> np.ndarray:
    torso = body.mid(L.LEFT_SHOULDER) - body.mid(L.LEFT_HIP)
    return np.abs(np.degrees(np.arctan2(torso[:, 0], torso[:, 1])))


def head_pitch(body: Body) -> np.ndarray:
    """Degrees of the nose above the level of the ears: the vertical part survives any turn of the camera."""
    rise = body.at(L.NOSE)[:, 1] - body.mid(L.LEFT_EAR)[:, 1]
    reach = np.linalg.norm(body.at(L.NOSE) - body.mid(L.LEFT_EAR), axis=1)
    ears = np.linalg.norm(body.at(L.LEFT_EAR) - body.at(L.RIGHT_EAR), axis=1)
    radius = max(longest(reach), 0.8 * longest(ears), 0.04) if np.isfinite(reach).any() else 0.04
    return np.degrees(np.arcsin(np.clip(rise / radius, -1.0, 1.0)))


def head_side_tilt(body: Body) -> np.ndarray:
    ears = body.at(L.LEFT_EAR) - body.at(L.RIGHT_EAR)
    return np.degrees(np.arctan2(np.abs(ears[:, 1]), np.abs(ears[:, 0])))


def head_turn(body: Body) -> np.ndarray:
    nose = body.world[:, L.NOSE] - body.world[:, [L.LEFT_EAR, L.RIGHT_EAR]].mean(axis=1)
    return np.abs(np.degrees(np.arctan2(nose[:, 0], np.abs(nose[:, 2]))))


def signed_hip_angle(body: Body) -> np.ndarray:
    """Degrees by which the hips leave the shoulder-ankle line; positive when they sag below it."""
    shoulder, hip, ankle = body.mid(L.LEFT_SHOULDER), body.mid(L.LEFT_HIP), body.mid(L.LEFT_ANKLE)
    bend = 180.0 - angle_at(shoulder, hip, ankle)
    share = (hip - shoulder)[:, 0] / np.where(np.abs((ankle - shoulder)[:, 0]) < 1e-6, 1e-6, (ankle - shoulder)[:, 0])
    line = shoulder[:, 1] + np.clip(share, 0, 1) * (ankle - shoulder)[:, 1]
    return np.where(hip[:, 1] < line, bend, -bend)


def body_bend(body: Body) -> np.ndarray:
    return np.abs(signed_hip_angle(body))


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


def rotation_speed(body: Body) -> np.ndarray:
    """Degrees per second of the torso axis turning in the image plane."""
    torso = body.mid(L.LEFT_SHOULDER) - body.mid(L.LEFT_HIP)
    if len(body.times_s) < 3:
        return np.zeros(len(torso))
    heading = np.arctan2(torso[:, 0], torso[:, 1])
    seen = np.flatnonzero(np.isfinite(heading))
    if len(seen) < 3:
        return np.full(len(heading), np.nan)
    speed = np.full(len(heading), np.nan)
    speed[seen] = np.abs(np.degrees(np.gradient(np.unwrap(heading[seen]), body.times_s[seen])))
    return speed
