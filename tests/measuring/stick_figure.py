"""A stick figure with given joint angles over time, seen from any side: pose tracks whose every quantity is known.

Person's axes: left, up, forward. Camera: x to the right, y up, z away from it; the projection is orthographic. All angles in degrees,
lengths in metres; every parameter is a number or one number per frame.
"""

import numpy as np

from viddiff.tools.landmarks import Landmark as L
from viddiff.tools.pose_track import PoseTrack

SHANK = 0.42
LEG = 2 * SHANK
TORSO = 0.5
BODY = TORSO + LEG
SHOULDERS = 0.62 * TORSO
HIPS = SHOULDERS / 1.6
UPPER_ARM, FOREARM = 0.28, 0.26
ARM = UPPER_ARM + FOREARM
FOOT = 0.19 * BODY
HEEL_BACK, HEEL_DROP = 0.05, 0.05
NECK, NOSE, EARS = 0.2, 0.12, 0.15
WIDTH, HEIGHT, PIXELS = 1920, 1080, 300.0
FPS = 30.0
FRONT, FACING_RIGHT, FACING_LEFT, BACK = 0.0, 90.0, -90.0, 180.0
SIGNS = np.array([1.0, -1.0])

LEFT_UP_FORWARD = tuple[np.ndarray, np.ndarray, np.ndarray]


def ramp(low: float, high: float, frames: int) -> np.ndarray:
    """From `low` to `high`, smoothly, both ends included."""
    return low + (high - low) * (1 - np.cos(np.linspace(0, np.pi, frames))) / 2


def swings(high: float, count: int = 1, *, frames: int = 60, rest: int = 15, hold: int = 0, low: float = 0.0) -> np.ndarray:
    """`count` movements from `low` to `high` and back, `frames` frames each, held there for `hold`, with a rest before, between and after."""
    half = frames // 2
    one = [ramp(low, high, half), np.full(hold, high), ramp(high, low, half), np.full(rest, low)]
    return np.concatenate([np.full(rest, low), *(one * count)])


def figure(frames: int = 12, *, fps: float = FPS, pixels: float = PIXELS, **pose: float | np.ndarray) -> PoseTrack:
    """The track of one figure.

    Args:
        frames: how many; overruled by the longest parameter.
        fps: frames per second.
        pixels: pixels per metre.
        pose: `yaw` (0 front, 90 facing right), `roll` (clockwise in the image), `knee_left`, `knee_right`, `lean`, `side_lean` (to the
            person's left), `twist` (shoulders to the left), `elbow_left`, `elbow_right`, `arm_left`, `arm_right` (0 hangs, 180 overhead),
            `plane` (0 arms move sideways, 90 forward), `stance`, `stride` (left foot ahead), `sway`, `toe_out`, `pitch`, `tilt`,
            `across` (to the right in the image), `up`; `knee`, `arm` and `elbow` mean both sides.
    """
    for name in ("knee", "arm", "elbow"):
        if name in pose:
            both = pose.pop(name)
            pose = {f"{name}_left": both, f"{name}_right": both, **pose}
    count = max([frames] if not any(np.ndim(v) for v in pose.values()) else [len(v) for v in pose.values() if np.ndim(v)])
    values = {name: np.broadcast_to(np.asarray(value, float), (count,)) for name, value in pose.items()}
    points = _Posed(values, count).points()
    return _track(points, values, count, fps, pixels)


class _Posed:
    """Joints in the person's own axes, the feet on the ground."""

    def __init__(self, values: dict[str, np.ndarray], count: int) -> None:
        self.values, self.count = values, count

    def of(self, name: str, default: float = 0.0) -> np.ndarray:
        return self.values.get(name, np.full(self.count, default))

    def radians(self, name: str, default: float = 0.0) -> np.ndarray:
        return np.radians(self.of(name, default))

    def vector(self, left: object, up: object, forward: object) -> np.ndarray:
        return np.stack([np.broadcast_to(np.asarray(v, float), (self.count,)) for v in (left, up, forward)], axis=1)

    def points(self) -> np.ndarray:
        """(T, 33, 3) left, up, forward; the lowest ankle at height 0."""
        points = np.zeros((self.count, 33, 3))
        self._legs(points)
        self._trunk(points)
        return points

    def _legs(self, points: np.ndarray) -> None:
        stance, stride, sway = self.of("stance", HIPS), self.of("stride"), self.of("sway")
        bends = [self.radians("knee_left"), self.radians("knee_right")]
        drops, aside, ahead = [], [], []
        for sign, bend in zip(SIGNS, bends, strict=True):
            aside.append(sign * (stance - HIPS) / 2 - sway)
            ahead.append(sign * stride / 2)
            drops.append(np.sqrt((LEG * np.cos(bend / 2)) ** 2 - aside[-1] ** 2 - ahead[-1] ** 2))
        height = np.maximum(*drops)
        for side, (sign, bend) in enumerate(zip(SIGNS, bends, strict=True)):
            hip = self.vector(sign * HIPS / 2, height, 0.0)
            leg = self.vector(aside[side], -drops[side], ahead[side])
            way = leg / np.linalg.norm(leg, axis=1, keepdims=True)
            bow = self.vector(0, 0, 1) - way * way[:, 2:]
            bow /= np.linalg.norm(bow, axis=1, keepdims=True)
            ankle = hip + leg
            points[:, L.LEFT_HIP + side] = hip
            points[:, L.LEFT_KNEE + side] = hip + leg / 2 + bow * (SHANK * np.sin(bend / 2))[:, None]
            points[:, L.LEFT_ANKLE + side] = ankle
            toe_out = self.radians("toe_out")
            along = self.vector(sign * np.sin(toe_out), 0, np.cos(toe_out))
            heel = ankle - HEEL_BACK * along - self.vector(0, HEEL_DROP, 0)
            points[:, L.LEFT_HEEL + side] = heel
            points[:, L.LEFT_FOOT_INDEX + side] = heel + FOOT * along

    def _trunk(self, points: np.ndarray) -> None:
        hips = points[:, [L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=1)
        lean, aside, twist = self.radians("lean"), self.radians("side_lean"), self.radians("twist")
        axis = self.vector(np.sin(aside), np.cos(aside) * np.cos(lean), np.cos(aside) * np.sin(lean))
        across = self.vector(np.cos(twist) * np.cos(aside), -np.cos(twist) * np.sin(aside), -np.sin(twist))
        front = np.cross(across, axis)
        top = hips + TORSO * axis
        for side, sign in enumerate(SIGNS):
            shoulder = top + sign * SHOULDERS / 2 * across
            points[:, L.LEFT_SHOULDER + side] = shoulder
            self._arm(points, side, shoulder, axis, sign * across, front)
        self._head(points, top)

    def _arm(
        self, points: np.ndarray, side: int, shoulder: np.ndarray, axis: np.ndarray, out: np.ndarray, front: np.ndarray
    ) -> None:
        name = ("left", "right")[side]
        plane = self.radians("plane")[:, None]
        towards = np.cos(plane) * out + np.sin(plane) * front
        raised = self.radians(f"arm_{name}")[:, None]
        bent = raised + self.radians(f"elbow_{name}")[:, None]
        elbow = shoulder + UPPER_ARM * (np.sin(raised) * towards - np.cos(raised) * axis)
        wrist = elbow + FOREARM * (np.sin(bent) * towards - np.cos(bent) * axis)
        points[:, L.LEFT_ELBOW + side] = elbow
        for landmark in (L.LEFT_WRIST, L.LEFT_PINKY, L.LEFT_INDEX, L.LEFT_THUMB):
            points[:, landmark + side] = wrist

    def _head(self, points: np.ndarray, top: np.ndarray) -> None:
        pitch, tilt = self.radians("pitch"), self.radians("tilt")
        centre = top + self.vector(0, NECK, 0)
        ear = self.vector(np.cos(tilt), np.sin(tilt), 0)
        nose = centre + NOSE * self.vector(0, np.sin(pitch), np.cos(pitch))
        points[:, : L.LEFT_SHOULDER] = nose[:, None]
        points[:, L.LEFT_EAR], points[:, L.RIGHT_EAR] = centre + EARS / 2 * ear, centre - EARS / 2 * ear


def _track(points: np.ndarray, values: dict[str, np.ndarray], count: int, fps: float, pixels: float) -> PoseTrack:
    zero = np.zeros(count)
    yaw, roll = np.radians(values.get("yaw", zero)), np.radians(values.get("roll", zero))
    left, up, forward = (points[..., axis] for axis in range(3))
    x = left * np.cos(yaw)[:, None] + forward * np.sin(yaw)[:, None]
    z = left * np.sin(yaw)[:, None] - forward * np.cos(yaw)[:, None]
    cos, sin = np.cos(roll)[:, None], np.sin(roll)[:, None]
    x, y = x * cos + up * sin, up * cos - x * sin
    hips = [L.LEFT_HIP, L.RIGHT_HIP]
    world = np.stack([x, -y, z], axis=-1)
    world = world - world[:, hips].mean(axis=1, keepdims=True)
    x, y = x + values.get("across", zero)[:, None], y + values.get("up", zero)[:, None]
    seen = np.full_like(x, 0.99)
    landmarks = np.stack([WIDTH / 2 + pixels * x, 0.85 * HEIGHT - pixels * y, pixels * z, seen], axis=-1)
    return PoseTrack(
        times_s=np.arange(count) / fps,
        frames=np.arange(count),
        landmarks=landmarks.astype(np.float32),
        world=world.astype(np.float32),
        filled=np.zeros(count, bool),
        width=WIDTH,
        height=HEIGHT,
    )


def moved(track: PoseTrack, *, by: tuple[float, float] = (0.0, 0.0), scale: float = 1.0) -> PoseTrack:
    """The same person elsewhere in the picture, and larger or smaller."""
    landmarks = track.landmarks.copy()
    landmarks[..., :3] *= scale
    landmarks[..., :2] += by
    return track.model_copy(update={"landmarks": landmarks})


def mirrored(track: PoseTrack) -> PoseTrack:
    """The mirror image, in which left and right landmarks change their names."""
    order = np.arange(33)
    for name in L.__members__:
        if "LEFT" in name:
            left, right = L[name], L[name.replace("LEFT", "RIGHT")]
            order[left], order[right] = right, left
    landmarks, world = track.landmarks[:, order].copy(), track.world[:, order].copy()
    landmarks[..., 0] = track.width - landmarks[..., 0]
    world[..., 0] *= -1
    return track.model_copy(update={"landmarks": landmarks, "world": world})


def without(track: PoseTrack, rows: object) -> PoseTrack:
    """Nobody found in some rows."""
    landmarks, world = track.landmarks.copy(), track.world.copy()
    landmarks[rows], world[rows] = np.nan, np.nan
    return track.model_copy(update={"landmarks": landmarks, "world": world})


def unseen(track: PoseTrack, *joints: int, visibility: float = 0.05) -> PoseTrack:
    """Some landmarks hardly visible."""
    landmarks = track.landmarks.copy()
    landmarks[:, list(joints), 3] = visibility
    return track.model_copy(update={"landmarks": landmarks})
