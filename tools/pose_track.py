"""A pose track: the body landmarks of one person over one clip."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

LANDMARKS = 33


class PoseTrack(BaseModel):
    """Where one person's 33 landmarks are in every sampled frame of a clip.

    Rows in which no person was found hold NaN, so lengths always agree.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    times_s: np.ndarray
    """(T,) float64, seconds in the file as played, strictly increasing."""
    frames: np.ndarray
    """(T,) int64, index of each sampled frame in the file as played."""
    landmarks: np.ndarray
    """(T, 33, 4) float32: x and y in pixels of the displayed frame (y down), z in pixels (smaller is nearer), visibility 0..1."""
    world: np.ndarray
    """(T, 33, 3) float32: the estimator's own 3-D guess in metres, origin at the hips, y down."""
    filled: np.ndarray
    """(T,) bool: rows interpolated over a short gap."""
    leapt: np.ndarray = Field(default_factory=lambda known: np.zeros((len(known["times_s"]), LANDMARKS), bool))
    """(T, 33) bool: landmarks beside a leap that lasts. They were not followed there and count as unseen."""
    width: int
    height: int

    @model_validator(mode="after")
    def _shapes(self) -> PoseTrack:
        count = len(self.times_s)
        expected = {
            "times_s": (count,),
            "frames": (count,),
            "landmarks": (count, LANDMARKS, 4),
            "world": (count, LANDMARKS, 3),
            "filled": (count,),
            "leapt": (count, LANDMARKS),
        }
        for name, shape in expected.items():
            if (actual := getattr(self, name).shape) != shape:
                raise ValueError(f"pose track: {name} has shape {actual}, expected {shape}")
        if count > 1 and not (np.diff(self.times_s) > 0).all():
            raise ValueError("pose track: times_s must be strictly increasing")
        return self

    @property
    def present(self) -> np.ndarray:
        """(T,) bool: rows in which the person was found or interpolated."""
        return np.isfinite(self.landmarks[:, 0, 0])


BODY_SHARE = 0.3
"""Share of the frames in which a body must be found for the clip to be one of a body."""


def embodied(track: PoseTrack) -> bool:
    """Whether a body is in view often enough to be measured."""
    return len(track.times_s) > 0 and float(track.present.mean()) >= BODY_SHARE


def merged(base: PoseTrack, denser: PoseTrack) -> PoseTrack:
    """One track with the rows of both; where both have the same frame, `denser` is believed."""
    keep = ~np.isin(base.frames, denser.frames)
    order = np.argsort(np.concatenate([base.times_s[keep], denser.times_s]), kind="stable")

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(base, name)[keep], getattr(denser, name)])[order]

    arrays = {name: joined(name) for name in ("times_s", "frames", "landmarks", "world", "filled", "leapt")}
    return PoseTrack(**arrays, width=base.width, height=base.height)
