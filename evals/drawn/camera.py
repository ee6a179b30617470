"""A pinhole camera on a circle around the person, framed so that the whole motion fits."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ...memory.values import Value


class Camera(Value):
    """Where the camera stands: yaw 0 sees the person from the front, 90 their left side, -90 their right side."""

    yaw_deg: float = 0.0
    height_m: float = Field(default=1.1, ge=0.1, le=3.0)
    distance_m: float = Field(default=5.0, ge=2.5, le=20.0)
    fill: float = Field(default=0.8, ge=0.3, le=0.95)
    """Share of the frame, in the tighter direction, that the motion takes."""
    aside: float = Field(default=0.0, ge=-0.2, le=0.2)
    """How far from the middle of the frame the person stands, as a share of its width."""

    @property
    def eye(self) -> np.ndarray:
        """(3,) place of the camera, metres."""
        yaw = np.radians(self.yaw_deg)
        return np.array([np.sin(yaw) * self.distance_m, self.height_m, np.cos(yaw) * self.distance_m])

    @property
    def axes(self) -> np.ndarray:
        """(3, 3) rows: image right, image up, into the picture; the camera looks at a point 0.9 m above the floor."""
        forward = np.array([0.0, 0.9, 0.0]) - self.eye
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 1.0, 0.0])
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(right, forward), forward])


class Lens(BaseModel):
    """A camera with its frame: turns metres into pixels."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    eye: np.ndarray
    axes: np.ndarray
    scale: float
    """Pixels per metre at a distance of one metre."""
    middle: tuple[float, float]
    """Pixel that the camera looks at."""

    def depth(self, points: np.ndarray) -> np.ndarray:
        """Distance (...) into the picture of points (..., 3), metres."""
        return (points - self.eye) @ self.axes[2]

    def project(self, points: np.ndarray) -> np.ndarray:
        """Points (..., 3) in metres to pixels (..., 2), y down."""
        seen = (points - self.eye) @ self.axes.T
        return seen[..., :2] / seen[..., 2:] * (self.scale, -self.scale) + self.middle


def framed(camera: Camera, points: np.ndarray, margin_m: float, width: int, height: int) -> Lens:
    """The lens with which all points (..., 3), widened by a margin, fill the asked share of the frame."""
    bare = Lens(eye=camera.eye, axes=camera.axes, scale=1.0, middle=(0.0, 0.0))
    flat = points.reshape(-1, 3)
    seen = bare.project(flat)
    reach = margin_m / bare.depth(flat)[:, None]
    low, high = (seen - reach).min(axis=0), (seen + reach).max(axis=0)
    scale = float(min(camera.fill * width / (high[0] - low[0]), camera.fill * height / (high[1] - low[1])))
    room = (1 - camera.fill) / 2
    aside = float(np.clip(camera.aside, -room, room)) * width
    middle = (width / 2 + aside - scale * (low[0] + high[0]) / 2, height * 0.51 - scale * (low[1] + high[1]) / 2)
    return Lens(eye=camera.eye, axes=camera.axes, scale=scale, middle=(float(middle[0]), float(middle[1])))
