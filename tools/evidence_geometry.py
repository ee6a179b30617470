"""Where a measured quantity lies on a pose: the strokes, wedges and dimension lines that show it in a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from ..memory.values import BodySide
from .catalog import CATALOG
from .landmarks import Landmark as L

CLEAR = 0.5
"""Visibility below which a landmark counts as hidden."""
APART = 0.12
"""Left and right are drawn separately when they are this far apart, in torso lengths; closer they would only clutter."""

Point = np.ndarray
"""(2,) x and y in pixels, y down."""
Line = tuple[Point, Point]
Spot = int | tuple[int, ...]
"""A left landmark, replaced by its right twin for the right side, or the middle of fixed landmarks."""

SHOULDERS, ELBOWS, HANDS = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER), (L.LEFT_ELBOW, L.RIGHT_ELBOW), (L.LEFT_WRIST, L.RIGHT_WRIST)
HIPS, KNEES, ANKLES = (L.LEFT_HIP, L.RIGHT_HIP), (L.LEFT_KNEE, L.RIGHT_KNEE), (L.LEFT_ANKLE, L.RIGHT_ANKLE)
EARS = (L.LEFT_EAR, L.RIGHT_EAR)
FEET = (L.LEFT_ANKLE, L.RIGHT_ANKLE, L.LEFT_HEEL, L.RIGHT_HEEL)


class Wedge(NamedTuple):
    """An angle: from the direction of `reference` (dashed) to that of `tip`, at `vertex`."""

    vertex: Point
    reference: Point
    tip: Point


class Marks(NamedTuple):
    """What to draw for one quantity on one side of the body, in pixels."""

    visibility: float
    """Of the worst seen landmark it rests on."""
    joints: tuple[Point, ...]
    strokes: tuple[Line, ...] = ()
    """Parts of the body that are measured."""
    dashes: tuple[Line, ...] = ()
    """References: a vertical, the ground, a prolonged bone."""
    wedges: tuple[Wedge, ...] = ()
    dimensions: tuple[Line, ...] = ()
    """Measured distances."""


class _Body:
    """One pose (33, 3), seen for one side of the person: 0 left, 1 right."""

    def __init__(self, pose: np.ndarray, side: int) -> None:
        self.pose, self.side = pose, side

    def _indices(self, spot: Spot) -> list[int]:
        return [spot + self.side] if isinstance(spot, int) else list(spot)

    def at(self, spot: Spot) -> Point:
        return self.pose[self._indices(spot), :2].mean(axis=0)

    def seen(self, *spots: Spot) -> float:
        return float(min(self.pose[self._indices(spot), 2].max() for spot in spots))

    @property
    def ground(self) -> float:
        return float(self.pose[list(FEET), 1].max())


Rule = Callable[[_Body], Marks]


def _bend(body: _Body, upper: Spot, joint: Spot, lower: Spot) -> Marks:
    """Degrees from straight: between the prolonged upper bone and the lower one."""
    p, q, r = body.at(upper), body.at(joint), body.at(lower)
    wedge = Wedge(q, q + (q - p) * 0.8, r)
    return Marks(body.seen(upper, joint, lower), (p, q, r), ((p, q), (q, r)), ((q, wedge.reference),), (wedge,))


def _lean(body: _Body, base: Spot, tip: Spot, against: Literal["up", "down", "level", "torso"]) -> Marks:
    """An angle between a line on the body and a direction."""
    p, q = body.at(base), body.at(tip)
    length = float(np.hypot(*(q - p)))
    torso = body.at(HIPS) - body.at(SHOULDERS)
    direction = {
        "up": np.array([0.0, -1.0]),
        "down": np.array([0.0, 1.0]),
        "level": np.array([1.0 if q[0] >= p[0] else -1.0, 0.0]),
        "torso": torso / max(1e-6, float(np.hypot(*torso))),
    }[against]
    wedge = Wedge(p, p + direction * length, q)
    return Marks(body.seen(base, tip), (p, q), ((p, q),), ((p, wedge.reference),), (wedge,))


def _span(body: _Body, start: Spot, end: Spot, along: Literal["both", "x", "y"] = "both") -> Marks:
    """A distance between two points: as it is, or only its horizontal or vertical part."""
    p, q = body.at(start), body.at(end)
    first, second = p, q
    if along == "x":
        level = max(p[1], q[1])
        first, second = np.array([p[0], level]), np.array([q[0], level])
    elif along == "y":
        first = np.array([q[0], p[1]])
    return Marks(body.seen(start, end), (p, q), (), ((p, first), (q, second)), (), ((first, second),))


def _height(body: _Body, spot: Spot) -> Marks:
    """How high a point is above the lowest foot."""
    p, ground = body.at(spot), body.ground
    foot = np.array([p[0], ground])
    reach = np.array([max(8.0, 0.6 * float(np.hypot(*(body.at(HIPS) - body.at(SHOULDERS))))), 0.0])
    return Marks(body.seen(spot, FEET), (p,), (), ((foot - reach, foot + reach),), (), ((foot, p),))


def _off_axis(body: _Body, spot: Spot, top: Spot, bottom: Spot) -> Marks:
    """The shortest distance of a point from a line of the body."""
    p, a, b = body.at(spot), body.at(top), body.at(bottom)
    share = float(np.clip((p - a) @ (b - a) / max(1e-6, float((b - a) @ (b - a))), 0, 1))
    return Marks(body.seen(spot, top, bottom), (p,), (), ((a, b),), (), ((a + share * (b - a), p),))


def _lines(body: _Body, *spots: Spot) -> Marks:
    """Only the joints that count, joined in order: for speeds and turns, which one picture cannot show."""
    points = tuple(body.at(spot) for spot in spots)
    return Marks(body.seen(*spots), points, tuple(pairwise(points)))


def _pairs(body: _Body, *pairs: tuple[Spot, Spot]) -> Marks:
    points = tuple((body.at(p), body.at(q)) for p, q in pairs)
    return Marks(body.seen(*(spot for pair in pairs for spot in pair)), tuple(p for pair in points for p in pair), points)


_DRAWINGS: dict[str, Rule] = {
    "knee_flexion": partial(_bend, upper=L.LEFT_HIP, joint=L.LEFT_KNEE, lower=L.LEFT_ANKLE),
    "hip_flexion": partial(_bend, upper=L.LEFT_SHOULDER, joint=L.LEFT_HIP, lower=L.LEFT_KNEE),
    "elbow_flexion": partial(_bend, upper=L.LEFT_SHOULDER, joint=L.LEFT_ELBOW, lower=L.LEFT_WRIST),
    "wrist_bend": partial(_bend, upper=L.LEFT_ELBOW, joint=L.LEFT_WRIST, lower=L.LEFT_INDEX),
    "body_bend": partial(_bend, upper=SHOULDERS, joint=HIPS, lower=ANKLES),
    "arm_elevation": partial(_lean, base=L.LEFT_SHOULDER, tip=L.LEFT_WRIST, against="torso"),
    "upper_arm_elevation": partial(_lean, base=L.LEFT_SHOULDER, tip=L.LEFT_ELBOW, against="torso"),
    "upper_arm_off_level": partial(_lean, base=L.LEFT_SHOULDER, tip=L.LEFT_ELBOW, against="level"),
    "torso_forward_lean": partial(_lean, base=HIPS, tip=SHOULDERS, against="up"),
    "torso_side_lean": partial(_lean, base=HIPS, tip=SHOULDERS, against="up"),
    "head_pitch": partial(_lean, base=EARS, tip=(L.NOSE,), against="level"),
    "head_side_tilt": partial(_lean, base=(L.RIGHT_EAR,), tip=(L.LEFT_EAR,), against="level"),
    "toe_out": partial(_lean, base=L.LEFT_HEEL, tip=L.LEFT_FOOT_INDEX, against="down"),
    "stance_width": partial(_span, start=(L.LEFT_ANKLE,), end=(L.RIGHT_ANKLE,), along="x"),
    "foot_stagger": partial(_span, start=(L.LEFT_ANKLE,), end=(L.RIGHT_ANKLE,), along="x"),
    "step_length": partial(_span, start=(L.LEFT_ANKLE,), end=(L.RIGHT_ANKLE,)),
    "knee_separation": partial(_span, start=(L.LEFT_KNEE,), end=(L.RIGHT_KNEE,)),
    "knee_valgus": partial(_span, start=(L.LEFT_KNEE,), end=(L.RIGHT_KNEE,), along="x"),
    "knee_over_toes": partial(_span, start=L.LEFT_KNEE, end=L.LEFT_FOOT_INDEX, along="x"),
    "hand_separation": partial(_span, start=(L.LEFT_WRIST,), end=(L.RIGHT_WRIST,)),
    "hand_forward": partial(_span, start=SHOULDERS, end=L.LEFT_WRIST, along="x"),
    "torso_shift": partial(_span, start=SHOULDERS, end=ANKLES, along="x"),
    "hip_sway": partial(_span, start=HIPS, end=ANKLES, along="x"),
    "depth": partial(_span, start=ANKLES, end=HIPS, along="y"),
    "hand_height_on_body": partial(_span, start=HIPS, end=L.LEFT_WRIST, along="y"),
    "elbow_height": partial(_span, start=SHOULDERS, end=L.LEFT_ELBOW, along="y"),
    "hand_to_body": partial(_off_axis, spot=L.LEFT_WRIST, top=SHOULDERS, bottom=HIPS),
    "elbow_flare": partial(_off_axis, spot=L.LEFT_ELBOW, top=SHOULDERS, bottom=HIPS),
    "hip_sag": partial(_off_axis, spot=HIPS, top=SHOULDERS, bottom=ANKLES),
    "hip_height": partial(_height, spot=HIPS),
    "head_height": partial(_height, spot=EARS),
    "shoulder_height": partial(_height, spot=L.LEFT_SHOULDER),
    "hand_height": partial(_height, spot=L.LEFT_WRIST),
    "knee_height": partial(_height, spot=L.LEFT_KNEE),
    "foot_height": partial(_height, spot=L.LEFT_ANKLE),
    "jump_height": partial(_height, spot=HIPS),
    "hand_speed": lambda body: _lines(body, L.LEFT_WRIST),
    "foot_speed": lambda body: _lines(body, L.LEFT_ANKLE),
    "hip_speed": lambda body: _lines(body, HIPS),
    "travel": lambda body: _lines(body, HIPS),
    "rotation_speed": lambda body: _lines(body, SHOULDERS, HIPS),
    "head_turn": lambda body: _lines(body, EARS, (L.NOSE,)),
    "shoulder_turn": lambda body: _lines(body, (L.LEFT_SHOULDER,), (L.RIGHT_SHOULDER,)),
    "hip_turn": lambda body: _lines(body, (L.LEFT_HIP,), (L.RIGHT_HIP,)),
    "hip_shoulder_separation": lambda body: _pairs(
        body, ((L.LEFT_SHOULDER,), (L.RIGHT_SHOULDER,)), ((L.LEFT_HIP,), (L.RIGHT_HIP,))
    ),
    "finger_curl": lambda body: _lines(body, L.LEFT_WRIST, L.LEFT_INDEX),
    "finger_lift": lambda body: _lines(body, L.LEFT_WRIST, L.LEFT_INDEX),
    "forearm_travel": lambda body: _lines(body, L.LEFT_ELBOW, L.LEFT_WRIST),
}
"""How to draw a quantity, by catalogue name; what is not here (durations, counts) shows the bare skeleton."""


def marks(pose: np.ndarray, quantity: str | None, side: BodySide = "both") -> tuple[Marks, ...]:
    """What to draw for a quantity on one pose.

    Args:
        pose: (33, 3) x and y in pixels (y down) and visibility 0..1.
        quantity: name in the catalogue; None or one that has no drawing gives nothing.
        side: the person's side that was measured. "both" gives both where they are seen and apart, else the better seen one.

    Returns:
        None, one or two sets of marks, the better seen first.
    """
    if (rule := _DRAWINGS.get(quantity or "")) is None:
        return ()
    wanted = {"left": (0,), "right": (1,)}.get(side, (0, 1))
    best, *rest = sorted((rule(_Body(pose, k)) for k in wanted), key=lambda found: -found.visibility)
    if side == "both" and rest and CATALOG[quantity or ""].sided and rest[0].visibility >= CLEAR and _apart(pose, best, rest[0]):
        return best, rest[0]
    return (best,)


def _apart(pose: np.ndarray, first: Marks, second: Marks) -> bool:
    torso = float(np.hypot(*(pose[list(SHOULDERS), :2].mean(axis=0) - pose[list(HIPS), :2].mean(axis=0))))
    gaps = (np.hypot(*(p - q)) for p, q in zip(first.joints, second.joints, strict=True))
    return float(max(gaps)) > APART * 3 * torso
