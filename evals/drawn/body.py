"""The solid body around a skeleton: parts that are the hull of two ellipsoids each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...tools.landmarks import Landmark
from .figure import Figure
from .kinematics import SIDES, Skeleton, unit


class Blob(NamedTuple):
    """An ellipsoid over T frames: centre (T, 3) and half axes as columns (T, 3, 3), metres."""

    centre: np.ndarray
    axes: np.ndarray


class Part(NamedTuple):
    """The hull of two ellipsoids, painted in one colour."""

    group: str
    """Parts of one group are sorted by depth as one."""
    paint: str
    """Name of a colour of the wardrobe, or a feature of the face."""
    start: Blob
    end: Blob
    normal: np.ndarray | None = None
    """(T, 3) for a feature on a surface: it is seen only from the side it points to."""


def body_parts(figure: Figure, skeleton: Skeleton, long_sleeves: bool, long_legs: bool) -> list[Part]:
    """All parts but the head; inside a group in the order of painting."""
    parts = _shadow(figure, skeleton)
    for side in SIDES:
        parts += _leg(figure, skeleton, side, long_legs) + _arm(figure, skeleton, side, long_sleeves)
    return parts + _torso(figure, skeleton)


def ball(centre: np.ndarray, radius: float) -> Blob:
    """A sphere."""
    return Blob(centre, np.broadcast_to(np.eye(3) * radius, (len(centre), 3, 3)))


def _shaped(centre: np.ndarray, frame: np.ndarray, half: tuple[float, float, float] | np.ndarray) -> Blob:
    return Blob(centre, frame * np.asarray(half))


def _at(skeleton: Skeleton, side: str, name: str) -> np.ndarray:
    return skeleton.points[:, Landmark[f"{side}_{name}".upper()]]


def _middle(skeleton: Skeleton, name: str) -> np.ndarray:
    return (_at(skeleton, "left", name) + _at(skeleton, "right", name)) / 2


def _leg(figure: Figure, skeleton: Skeleton, side: str, long_legs: bool) -> list[Part]:
    thick = figure.height_m * figure.build
    hip, knee, ankle, heel, toe = (_at(skeleton, side, name) for name in ("hip", "knee", "ankle", "heel", "foot_index"))
    group, floor = f"{side}_leg", figure.height_m * 0.016
    calf = ankle + (knee - ankle) * 0.68 + unit(heel - toe) * 0.008 * figure.height_m
    up = np.array([0.0, 1.0, 0.0]) * floor
    shank = "bottoms" if long_legs else "skin"
    above_knee = knee + (hip - knee) * 0.12
    lower = [
        Part(group, shank, ball(ankle, 0.025 * thick), ball(calf, 0.036 * thick)),
        Part(group, shank, ball(calf, 0.036 * thick), ball(knee, 0.036 * thick)),
        Part(group, shank, ball(knee, 0.036 * thick), ball(above_knee, 0.038 * thick)),
    ]
    sole = ball(heel + up * 0.4, 0.024 * figure.height_m)
    toes = ball(toe + up * 0.1, 0.019 * figure.height_m)
    shoe = [
        Part(group, "shoes", sole, ball(ankle - up * 0.4, 0.026 * figure.height_m)),
        Part(group, "shoes", sole, toes),
        Part(group, "shoes", ball(ankle - up * 0.6, 0.025 * figure.height_m), toes),
    ]
    thigh = Part(group, "bottoms", ball(above_knee, 0.041 * thick), ball(hip + (knee - hip) * 0.08, 0.056 * thick))
    return [*shoe, *lower, thigh] if long_legs else [*lower, *shoe, thigh]


def _arm(figure: Figure, skeleton: Skeleton, side: str, long_sleeves: bool) -> list[Part]:
    thick = figure.height_m * figure.build
    shoulder, elbow, wrist, index, pinky, thumb = (
        _at(skeleton, side, name) for name in ("shoulder", "elbow", "wrist", "index", "pinky", "thumb")
    )
    group, knuckles = f"{side}_arm", (index + pinky) / 2
    hem = shoulder + (elbow - shoulder) * (0.9 if long_sleeves else 0.55)
    fore = "top" if long_sleeves else "skin"
    return [
        Part(group, "skin", ball(wrist, 0.02 * figure.height_m), ball(knuckles, 0.018 * figure.height_m)),
        Part(
            group,
            "skin",
            ball(knuckles, 0.018 * figure.height_m),
            ball(knuckles + (knuckles - wrist) * 0.45, 0.012 * figure.height_m),
        ),
        Part(group, "skin", ball(wrist, 0.012 * figure.height_m), ball(thumb, 0.01 * figure.height_m)),
        Part(group, fore, ball(wrist, 0.0175 * thick), ball(elbow + (wrist - elbow) * 0.25, 0.026 * thick)),
        Part(group, fore, ball(elbow, 0.0255 * thick), ball(elbow + (wrist - elbow) * 0.25, 0.026 * thick)),
        Part(group, fore, ball(elbow, 0.0255 * thick), ball(hem, 0.0285 * thick)),
        Part(group, "top", ball(hem, 0.0335 * thick), ball(shoulder, 0.037 * thick)),
    ]


def _torso(figure: Figure, skeleton: Skeleton) -> list[Part]:
    tall, thick, frame = figure.height_m, figure.height_m * figure.build, skeleton.trunk
    hips, neck = _middle(skeleton, "hip"), _middle(skeleton, "shoulder")
    broad, wide = figure.shoulder_width / 2, figure.hip_width / 2 + 0.042 * thick

    def level(share: float, width: float, depth: float, high: float) -> Blob:
        return _shaped(hips + (neck - hips) * share, frame, (width, high * tall, depth * thick))

    pelvis = level(0.04, wide, 0.06, 0.035)
    hem = level(0.16, wide * 0.99, 0.062, 0.02)
    waist = level(0.42, wide * 0.86, 0.056, 0.03)
    chest = level(0.76, broad * 0.98, 0.067, 0.04)
    top = level(0.95, broad * 0.99, 0.045, 0.022)
    back = frame @ np.array([0.0, 0.008, -0.014]) * figure.height_m
    seats = [ball(_at(skeleton, side, "hip") + back, 0.049 * thick) for side in SIDES]
    collar = ball(neck + frame[:, :, 1] * 0.022 * tall, 0.036 * thick)
    return [
        *(Part("torso", "bottoms", seat, pelvis) for seat in seats),
        Part("torso", "bottoms", pelvis, hem),
        Part("torso", "skin", ball(neck, 0.03 * thick), ball(neck + (skeleton.head_centre - neck) * 0.55, 0.029 * thick)),
        Part("torso", "top", hem, waist),
        Part("torso", "top", waist, chest),
        Part("torso", "top", chest, top),
        Part("torso", "top", top, collar),
    ]


def _shadow(figure: Figure, skeleton: Skeleton) -> list[Part]:
    def patch(where: np.ndarray, size: float) -> Blob:
        half = np.array([size, 0.012, size]) * figure.height_m
        return Blob(where * (1.0, 0.0, 1.0), np.broadcast_to(np.eye(3) * half, (len(where), 3, 3)))

    feet = [(_at(skeleton, side, "ankle") + _at(skeleton, side, "foot_index")) / 2 for side in SIDES]
    hips, chest = (_middle(skeleton, name) for name in ("hip", "shoulder"))
    return [
        Part("shadow", "shadow", patch(feet[0], 0.085), patch(feet[1], 0.085)),
        Part("shadow", "shadow", patch((feet[0] + feet[1]) / 2, 0.08), patch(hips, 0.1)),
        Part("shadow", "shadow", patch(hips, 0.09), patch(chest, 0.08)),
        *(Part("shadow", "shadow", patch(foot, 0.055), patch(foot, 0.055)) for foot in feet),
    ]
