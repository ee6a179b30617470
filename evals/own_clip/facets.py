"""What a posture is, in numbers that captions speak of: facets read off the true joints, each from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...tools.landmarks import Landmark
from ..drawn.figure import Figure
from ..drawn.kinematics import SIDES, Skeleton, unit

DOWN = np.array([0.0, -1.0, 0.0])


class Body(NamedTuple):
    """One person's true joints over T frames, with the lengths that make people comparable."""

    skeleton: Skeleton
    figure: Figure

    def at(self, side: str, name: str) -> np.ndarray:
        """(T, 3) one joint, metres."""
        return self.skeleton.points[:, Landmark[f"{side}_{name}".upper()]]

    def mid(self, name: str) -> np.ndarray:
        """(T, 3) the middle of a left and a right joint."""
        return (self.at("left", name) + self.at("right", name)) / 2

    def both(self, curve: Callable[[str], np.ndarray]) -> np.ndarray:
        """(2, T) a curve of either side."""
        return np.stack([curve(side) for side in SIDES])

    def apart(self, name: str, axis: int) -> np.ndarray:
        """(T,) left minus right joint along one axis, in body lengths."""
        return (self.at("left", name) - self.at("right", name))[:, axis] / self.figure.body_length

    def bend(self, first: str, middle: str, last: str) -> np.ndarray:
        """(2, T) degrees between two bones of either side, 0 is straight."""
        return self.both(
            lambda side: _angle(self.at(side, middle) - self.at(side, first), self.at(side, last) - self.at(side, middle))
        )

    def reach(self) -> np.ndarray:
        """(2, T, 3) from shoulder to wrist of either side, metres."""
        return self.both(lambda side: self.at(side, "wrist") - self.at(side, "shoulder"))

    @property
    def arm(self) -> float:
        """Length of an arm, metres."""
        return self.figure.upper_arm + self.figure.forearm

    @property
    def trunk(self) -> np.ndarray:
        """(T, 3) from the middle of the hips to that of the shoulders."""
        return self.mid("shoulder") - self.mid("hip")

    @property
    def floor(self) -> np.ndarray:
        """(T,) height of the lower ankle, metres."""
        return np.minimum(self.at("left", "ankle")[:, 1], self.at("right", "ankle")[:, 1])


class Facet(NamedTuple):
    """One facet: the curve and the values of it that become 0 and 1; beyond them nothing is told apart."""

    name: str
    low: float
    high: float
    curve: Callable[[Body], np.ndarray]


def _angle(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.degrees(np.arccos(np.clip(np.sum(unit(first) * unit(second), axis=-1), -1, 1)))


def _elevation(body: Body) -> np.ndarray:
    return _angle(body.reach(), DOWN)


def _outwards(body: Body) -> np.ndarray:
    return np.mean([sign * reach[:, 0] for sign, reach in zip(SIDES.values(), body.reach(), strict=True)], axis=0) / body.arm


def _hand_to_hip(body: Body) -> np.ndarray:
    away = body.both(lambda side: np.linalg.norm(body.at(side, "wrist") - body.at(side, "hip"), axis=-1))
    return away.mean(axis=0) / body.figure.body_length


def _hips_from_feet(body: Body, axis: int) -> np.ndarray:
    return (body.mid("hip") - body.mid("ankle"))[:, axis] / body.figure.body_length


def _leg_forward(body: Body) -> np.ndarray:
    """How far the higher foot is in front of the other one, where it is lifted."""
    lifted = np.clip(np.abs(body.apart("ankle", 1)) / 0.1, 0, 1)
    return np.sign(body.apart("ankle", 1)) * body.apart("ankle", 2) * lifted


FACETS: tuple[Facet, ...] = (
    Facet("hips_low", 0, 0.5, lambda b: 1 - (b.mid("hip")[:, 1] - b.floor) / (b.figure.thigh + b.figure.shank)),
    Facet("knee_least", 0, 110, lambda b: b.bend("hip", "knee", "ankle").min(axis=0)),
    Facet("knee_most", 0, 110, lambda b: b.bend("hip", "knee", "ankle").max(axis=0)),
    Facet("lean", -20, 90, lambda b: np.degrees(np.arctan2(b.trunk[:, 2], b.trunk[:, 1]))),
    Facet("side", 0, 35, lambda b: np.abs(np.degrees(np.arctan2(b.trunk[:, 0], np.linalg.norm(b.trunk[:, 1:], axis=1))))),
    Facet("level", 0, 80, lambda b: _angle(b.mid("shoulder") - b.mid("ankle"), -DOWN)),
    Facet("arm_high", 0, 165, lambda b: _elevation(b).max(axis=0)),
    Facet("arm_low", 0, 165, lambda b: _elevation(b).min(axis=0)),
    Facet("upper_arm", 0, 110, lambda b: _angle(b.both(lambda s: b.at(s, "elbow") - b.at(s, "shoulder")), DOWN).mean(axis=0)),
    Facet("hand_forward", -0.1, 0.95, lambda b: b.reach()[..., 2].mean(axis=0) / b.arm),
    Facet("hand_out", -0.05, 0.95, _outwards),
    Facet("elbow", 0, 130, lambda b: b.bend("shoulder", "elbow", "wrist").mean(axis=0)),
    Facet("hand_up", -1.05, 1.05, lambda b: np.sum(b.reach() * unit(b.trunk), axis=-1).mean(axis=0) / b.figure.torso),
    Facet("hand_to_hip", 0.05, 0.7, _hand_to_hip),
    Facet("hand_from_floor", 0, 0.6, lambda b: (b.mid("wrist")[:, 1] - b.floor) / b.figure.body_length),
    Facet("stance", 0.1, 0.5, lambda b: np.abs(b.apart("ankle", 0))),
    Facet("split", 0, 0.55, lambda b: np.abs(b.apart("ankle", 2))),
    Facet("foot_lift", 0, 0.45, lambda b: np.abs(b.apart("ankle", 1))),
    Facet("knee_lift", 0, 0.35, lambda b: np.abs(b.apart("knee", 1))),
    Facet("leg_forward", -0.45, 0.65, _leg_forward),
    Facet("air", 0, 0.08, lambda b: (b.floor - b.figure.ankle_height) / b.figure.body_length),
    Facet("hip_side", 0, 0.1, lambda b: np.abs(_hips_from_feet(b, 0))),
    Facet("hip_forward", -0.15, 0.1, lambda b: _hips_from_feet(b, 2)),
)
"""Lengths are in body lengths or, for arms, arm lengths; angles in degrees. The person faces the z axis of the drawn world."""
NAMES: tuple[str, ...] = tuple(facet.name for facet in FACETS)


def facet_values(skeleton: Skeleton, figure: Figure) -> np.ndarray:
    """(T, F) float32 facets of every frame, 0 to 1, whatever the camera sees of them."""
    body = Body(skeleton, figure)
    columns = [np.clip((facet.curve(body) - facet.low) / (facet.high - facet.low), 0, 1) for facet in FACETS]
    return np.stack(columns, axis=1).astype(np.float32)
