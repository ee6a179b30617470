"""The body in one clip as plain geometry: joints in units of body length, limb lengths, view and facing direction."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .landmarks import Landmark as L
from .pose_track import PoseTrack
from .smoothing import HALF_WIDTH_S

SIDES = ((L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST), (L.RIGHT_SHOULDER, L.RIGHT_ELBOW, L.RIGHT_WRIST))
LEGS = ((L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE), (L.RIGHT_HIP, L.RIGHT_KNEE, L.RIGHT_ANKLE))
FRONT_SHOULDERS = 0.62
"""Shoulder width over torso length, seen square from the front (BlazePose joint centres)."""
HIPS_TO_SHOULDERS = 1.6
"""Shoulder width over hip width; the wider of the two decides, since shoulders also narrow when they roll forward."""


def longest(lengths: np.ndarray) -> float:
    """Length of a bone of fixed size: what it projects to when it lies in the image plane."""
    found = lengths[np.isfinite(lengths)]
    return float(np.percentile(found, 92)) if found.size else float("nan")


def median(values: np.ndarray) -> float:
    """Median of the finite values; 0 where there are none."""
    found = values[np.isfinite(values)]
    return float(np.median(found)) if found.size else 0.0


def _distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.linalg.norm(a - b, axis=-1)


class Body:
    """Joint positions (T, 33, 2) in body lengths with y up, and what follows from them.

    The body length (shoulders to ankles along the bones, at their longest) makes people of any size, at any distance,
    comparable. Percentiles over the clip stand for the true bone lengths, since projection can only shorten a bone.
    """

    def __init__(self, track: PoseTrack) -> None:
        self.times_s = track.times_s
        self.leapt = track.leapt
        self.visibility = track.landmarks[:, :, 3].astype(float)
        self.world = track.world.astype(float) * np.array([1.0, -1.0, 1.0])
        pixels = track.landmarks[:, :, :2].astype(float) * np.array([1.0, -1.0])
        torso = longest(_distance(self._mid(pixels, L.LEFT_SHOULDER), self._mid(pixels, L.LEFT_HIP)))
        thigh = longest(np.concatenate([_distance(pixels[:, h], pixels[:, k]) for h, k, _ in LEGS]))
        shank = longest(np.concatenate([_distance(pixels[:, k], pixels[:, a]) for _, k, a in LEGS]))
        self.length_px = torso + thigh + shank
        """Body length in pixels of the displayed frame; NaN when nobody was found."""
        self.xy = pixels / self.length_px
        self.torso, self.leg = torso / self.length_px, (thigh + shank) / self.length_px
        self.curves: dict[tuple[str, ...], np.ndarray] = {}
        """Curves that were read off it, so that the trace need not read them again (see `viddiff.tools.reading.asked_curve`)."""

    @staticmethod
    def _mid(points: np.ndarray, left: int) -> np.ndarray:
        return (points[:, left] + points[:, left + 1]) / 2

    def at(self, landmark: int) -> np.ndarray:
        """(T, 2) position of one landmark."""
        return self.xy[:, landmark]

    def pair(self, left: int) -> np.ndarray:
        """(T, 2, 2): [left, right] positions of a paired landmark, given the left one."""
        return self.xy[:, [left, left + 1]]

    def mid(self, left: int) -> np.ndarray:
        """(T, 2): midpoint of a paired landmark."""
        return self._mid(self.xy, left)

    def seen(self, *landmarks: int) -> np.ndarray:
        """(T,) visibility of the worst seen of some landmarks."""
        return self.visibility[:, list(landmarks)].min(axis=1)

    def torn(self, left: int) -> np.ndarray:
        """(T, 2) bool: where smoothing has mixed a paired landmark's places before and after a leap, given the left one."""
        gone = np.cumsum(np.pad(self.leapt[:, [left, left + 1]], ((1, 0), (0, 0))), axis=0)
        first = np.searchsorted(self.times_s, self.times_s - HALF_WIDTH_S, side="left")
        last = np.searchsorted(self.times_s, self.times_s + HALF_WIDTH_S, side="right")
        return gone[last] > gone[first]

    @cached_property
    def floor(self) -> np.ndarray:
        """(T,) height of the lowest foot in each frame."""
        return np.min(self.xy[:, [L.LEFT_ANKLE, L.RIGHT_ANKLE, L.LEFT_HEEL, L.RIGHT_HEEL], 1], axis=1)

    @cached_property
    def frontness(self) -> float:
        """1 when the body is seen square from the front or back, 0 exactly from the side."""
        axis = self.mid(L.LEFT_SHOULDER) - self.mid(L.LEFT_HIP)
        normal = np.stack([axis[:, 1], -axis[:, 0]], axis=1) / np.linalg.norm(axis, axis=1, keepdims=True)
        widths = [np.abs(((self.at(left) - self.at(left + 1)) * normal).sum(axis=1)) for left in (L.LEFT_SHOULDER, L.LEFT_HIP)]
        wide = median(np.maximum(widths[0], HIPS_TO_SHOULDERS * widths[1])) / self.torso
        return float(np.clip(wide / FRONT_SHOULDERS, 0.0, 1.0))

    @cached_property
    def left_right(self) -> tuple[float, float]:
        """Unit vector from the body's right to its left on the floor, as usual in the clip: to the right in the image, into the picture."""
        joints = [L.LEFT_SHOULDER, L.LEFT_HIP]
        across = (self.world[:, joints] - self.world[:, [joint + 1 for joint in joints]]).mean(axis=1)
        x, z = median(across[:, 0]), median(across[:, 2])
        size = float(np.hypot(x, z))
        return (x / size, z / size) if size > 0 else (1.0, 0.0)

    @cached_property
    def facing(self) -> float:
        """+1 when a body seen from the side faces right in the image, -1 when it faces left."""
        toes = self.pair(L.LEFT_FOOT_INDEX)[..., 0] - self.pair(L.LEFT_HEEL)[..., 0]
        nose = self.at(L.NOSE)[:, 0] - self.mid(L.LEFT_EAR)[:, 0]
        return 1.0 if median(toes.mean(axis=1)) + median(nose) >= 0 else -1.0

    @cached_property
    def away(self) -> bool:
        """Whether the back is turned to the camera (the person's left is on the image's left)."""
        return bool(median(self.at(L.LEFT_SHOULDER)[:, 0] - self.at(L.RIGHT_SHOULDER)[:, 0]) < 0)


def angle_at(before: np.ndarray, joint: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Inner angle in degrees at `joint`; the points have shape (..., 2) or (..., 3)."""
    u, v = before - joint, after - joint
    norm = np.linalg.norm(u, axis=-1) * np.linalg.norm(v, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.degrees(np.arccos(np.clip((u * v).sum(axis=-1) / norm, -1.0, 1.0)))


def in_plane(lengths: np.ndarray) -> np.ndarray:
    """How far a bone of these lengths (T, ...) lies in the image plane, 0 to 1, by its longest on any side: projection shortens it."""
    most = max(longest(column) for column in lengths.reshape(len(lengths), -1).T)
    return np.clip((lengths / most - 0.5) / 0.35, 0.0, 1.0)


def blended_flexion(body: Body, joints: tuple[tuple[int, int, int], tuple[int, int, int]]) -> np.ndarray:
    """(T, 2) degrees from straight at the middle joint, left and right.

    The image angle is trusted while both bones lie near the image plane; as they are foreshortened the estimator's own
    3-D guess takes over, since an image angle then says little.
    """
    columns = []
    for a, b, c in joints:
        flat = 180.0 - angle_at(body.at(a), body.at(b), body.at(c))
        deep = 180.0 - angle_at(body.world[:, a], body.world[:, b], body.world[:, c])
        trust = np.minimum(in_plane(_distance(body.at(a), body.at(b))), in_plane(_distance(body.at(b), body.at(c))))
        columns.append(trust * flat + (1.0 - trust) * deep)
    return np.stack(columns, axis=1)
