"""Forward kinematics: joint angles and planted feet to the 33 landmarks in space.

The world is in metres: x to the person's left, y up, z where the person faces, the floor at y = 0. All functions work on T frames at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...tools.landmarks import Landmark
from .figure import Figure

SIDES: dict[str, int] = {"left": 1, "right": -1}
"""Sign of x on each side of the body."""


class Skeleton(NamedTuple):
    """One person's joints over T frames."""

    points: np.ndarray
    """(T, 33, 3) landmarks in the order of `viddiff.tools.landmarks`, metres."""
    trunk: np.ndarray
    """(T, 3, 3) columns: left, up and forward of the trunk."""
    head: np.ndarray
    """(T, 3, 3) columns: left, up and forward of the head."""
    head_centre: np.ndarray
    """(T, 3), metres."""


class Leg(NamedTuple):
    """Where one leg goes: the ankle, the way the knee points and the foot."""

    ankle: np.ndarray
    pole: np.ndarray
    foot: np.ndarray
    """(T, 3, 3) columns: left, up and forward of the foot."""


class Arm(NamedTuple):
    """Unit directions (T, 3) of upper arm, forearm and hand; a hand without one continues the forearm."""

    upper: np.ndarray
    fore: np.ndarray
    hand: np.ndarray | None = None


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., n) scaled to length 1; zero stays zero."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def rotation(axis: int, degrees: np.ndarray) -> np.ndarray:
    """Rotations (T, 3, 3) about x (0), y (1) or z (2), right-handed."""
    angle = np.radians(degrees)
    matrix = np.zeros((*angle.shape, 3, 3))
    first, second = (axis + 1) % 3, (axis + 2) % 3
    matrix[..., axis, axis] = 1
    matrix[..., first, first] = matrix[..., second, second] = np.cos(angle)
    matrix[..., second, first] = np.sin(angle)
    matrix[..., first, second] = -np.sin(angle)
    return matrix


def turned(frame: np.ndarray, local: tuple[float, float, float] | np.ndarray) -> np.ndarray:
    """Vectors given in a frame (T, 3, 3), in world coordinates (T, 3)."""
    return np.einsum("tij,...j->ti", frame, np.asarray(local)) if np.ndim(local) == 1 else np.einsum("tij,tj->ti", frame, local)


def trunk_frame(lean: np.ndarray, side_lean: np.ndarray, twist: np.ndarray) -> np.ndarray:
    """Frame (T, 3, 3) of a trunk leaning forward, leaning to its left and twisted to its left, degrees."""
    return rotation(0, lean) @ rotation(2, -side_lean) @ rotation(1, twist)


def foot_frame(side: int, toe_out: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Frame (T, 3, 3) of a foot turned out and pointed (toes down), degrees."""
    return rotation(1, side * toe_out) @ rotation(0, point)


def two_bone(root: np.ndarray, tip: np.ndarray, first: float, second: float, pole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Joint and tip (T, 3) of a limb of two bones from `root` towards `tip`, bending towards `pole`.

    A tip out of reach is pulled in along the line, so the lengths of the bones always hold.
    """
    line = tip - root
    way = unit(line)
    reach = np.clip(np.linalg.norm(line, axis=-1), abs(first - second) + 1e-6, first + second - 1e-9)[:, None]
    along = (reach**2 + first**2 - second**2) / (2 * reach)
    out = unit(pole - way * np.sum(pole * way, axis=-1, keepdims=True))
    return root + way * along + out * np.sqrt(np.maximum(first**2 - along**2, 0)), root + way * reach


def sockets(figure: Figure, pelvis: np.ndarray, trunk: np.ndarray) -> dict[str, np.ndarray]:
    """Hip and shoulder joints (T, 3) of a trunk, keyed like "left_hip"."""
    top = pelvis + trunk[:, :, 1] * figure.torso
    across = trunk[:, :, 0]
    # The hips follow the trunk only in lean and twist that the legs take along: sideways they stay level.
    level = unit(across * (1.0, 0.0, 1.0))
    joints = {}
    for side, sign in SIDES.items():
        joints[f"{side}_hip"] = pelvis + level * sign * figure.hip_width / 2
        joints[f"{side}_shoulder"] = top + across * sign * figure.shoulder_width / 2
    return joints


def arm_direction(side: int, elevation: np.ndarray, plane: np.ndarray) -> np.ndarray:
    """Unit vectors (T, 3): elevation 0 hangs, 90 is level, 180 is up; plane 0 is sideways, 90 forward, degrees."""
    e, p = np.radians(elevation), np.radians(plane)
    return np.stack([side * np.sin(e) * np.cos(p), -np.cos(e), np.sin(e) * np.sin(p)], axis=-1)


def bent(upper: np.ndarray, elbow: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Direction (T, 3) of a forearm that continues `upper`, bent by `elbow` degrees towards `fold`."""
    across = unit(fold - upper * np.sum(fold * upper, axis=-1, keepdims=True))
    angle = np.radians(elbow)[:, None]
    return upper * np.cos(angle) + across * np.sin(angle)


def foot_points(figure: Figure, ankle: np.ndarray, frame: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Heel and ball of the foot (T, 3) of an ankle with a foot frame."""
    drop = figure.ankle_height
    return ankle + turned(frame, (0, -drop * 0.85, -figure.heel)), ankle + turned(frame, (0, -drop * 0.8, figure.foot))


def ankle_over_ball(figure: Figure, flat: np.ndarray, toe_out: np.ndarray, side: int, point: np.ndarray) -> np.ndarray:
    """Ankle (T, 3) when a foot that stood flat with its ankle at `flat` rises on the ball of the foot by `point` degrees."""
    ball = (0, -figure.ankle_height * 0.8, figure.foot)
    level = foot_frame(side, toe_out, np.zeros_like(point))
    return flat + turned(level, ball) - turned(foot_frame(side, toe_out, point), ball)


def assemble(
    figure: Figure, pelvis: np.ndarray, trunk: np.ndarray, head: np.ndarray, legs: dict[str, Leg], arms: dict[str, Arm]
) -> Skeleton:
    """All 33 landmarks from the placed trunk, the head frame and what each limb does."""
    points = np.zeros((len(pelvis), 33, 3))
    joints = sockets(figure, pelvis, trunk)
    neck = pelvis + trunk[:, :, 1] * figure.torso
    for side in SIDES:
        hip, shoulder = joints[f"{side}_hip"], joints[f"{side}_shoulder"]
        _put(points, side, "hip", hip)
        _put(points, side, "shoulder", shoulder)
        _put_leg(points, side, figure, hip, legs[side])
        _put_arm(points, side, figure, shoulder, arms[side])
    centre = neck + unit(trunk[:, :, 1] * 1.2 + head[:, :, 1] * 0.8) * 0.118 * figure.height_m
    _put_face(points, figure, centre, head)
    return Skeleton(points, trunk, head, centre)


def _put(points: np.ndarray, side: str, name: str, where: np.ndarray) -> None:
    points[:, Landmark[f"{side}_{name}".upper()]] = where


def _put_leg(points: np.ndarray, side: str, figure: Figure, hip: np.ndarray, leg: Leg) -> None:
    knee, ankle = two_bone(hip, leg.ankle, figure.thigh, figure.shank, leg.pole)
    heel, ball = foot_points(figure, ankle, leg.foot)
    for name, where in (("knee", knee), ("ankle", ankle), ("heel", heel), ("foot_index", ball)):
        _put(points, side, name, where)


def _put_arm(points: np.ndarray, side: str, figure: Figure, shoulder: np.ndarray, arm: Arm) -> None:
    elbow = shoulder + arm.upper * figure.upper_arm
    wrist = elbow + arm.fore * figure.forearm
    hand = arm.fore if arm.hand is None else arm.hand
    across = unit(np.cross(hand, np.array([0.0, 1.0, 0.3])))
    _put(points, side, "elbow", elbow)
    _put(points, side, "wrist", wrist)
    for name, length, out in (("pinky", 1.0, -0.3), ("index", 1.08, 0.2), ("thumb", 0.6, 0.45)):
        _put(points, side, name, wrist + (hand * length + across * out) * figure.hand)


_FACE: dict[str, tuple[float, float, float]] = {
    "NOSE": (0, -0.1, 1.16), "LEFT_EYE": (0.4, 0.12, 0.88), "RIGHT_EYE": (-0.4, 0.12, 0.88),
    "LEFT_EYE_INNER": (0.22, 0.12, 0.94), "RIGHT_EYE_INNER": (-0.22, 0.12, 0.94),
    "LEFT_EYE_OUTER": (0.6, 0.12, 0.76), "RIGHT_EYE_OUTER": (-0.6, 0.12, 0.76),
    "LEFT_EAR": (1.0, 0.0, 0.0), "RIGHT_EAR": (-1.0, 0.0, 0.0), "MOUTH_LEFT": (0.3, -0.46, 0.84), "MOUTH_RIGHT": (-0.3, -0.46, 0.84),
}  # fmt: skip


def head_axes(figure: Figure) -> np.ndarray:
    """Half width, half height and half depth of the head, metres."""
    return np.array([0.046, 0.066, 0.056]) * figure.height_m * figure.head


def _put_face(points: np.ndarray, figure: Figure, centre: np.ndarray, head: np.ndarray) -> None:
    for name, place in _FACE.items():
        points[:, Landmark[name]] = centre + turned(head, np.array(place) * head_axes(figure))
