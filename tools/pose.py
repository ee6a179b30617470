"""From frames to a track: one person's landmarks over a clip, mended, smoothed, and with the noise they carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np
from pydantic import ConfigDict

from ..memory.values import Value
from .pose_flips import unmirror
from .pose_following import Detection, Follower, PoseEstimator
from .pose_repair import fill_gaps, settle, unswap
from .pose_track import LANDMARKS, PoseTrack
from .smoothing import noise, smooth
from .sparse_following import Look, follow_sparsely

BODY_PARTS: dict[str, tuple[int, ...]] = {
    "head": (0, 2, 5, 7, 8),
    "shoulders": (11, 12),
    "arms": (13, 14),
    "hands": (15, 16),
    "hips": (23, 24),
    "knees": (25, 26),
    "feet": (27, 28, 31, 32),
}
"""Landmarks by the words a report uses for them."""


class Frames(Protocol):
    """Some consecutive frames of a clip, all of one size."""

    @property
    def images(self) -> np.ndarray:
        """(N, H, W, 3) RGB uint8, upright."""
        ...

    @property
    def times_s(self) -> np.ndarray:
        """(N,) seconds in the file as played."""
        ...

    @property
    def frames(self) -> np.ndarray:
        """(N,) index of each frame in the file as played."""
        ...


class TrackedPose(Value):
    """A pose track with what is known of its errors."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    track: PoseTrack
    noise_px: np.ndarray
    """(33,) float32: standard deviation, per axis, of the flicker that smoothing took away; pixels, NaN where unknown."""
    estimator: str
    """Name of the model that found the landmarks."""


class PersonInView(Value):
    """How much of a person a track has seen."""

    fraction: float
    """Share of the frames in which the person was found, 0..1; frames filled over a gap do not count."""
    height_share: float
    """Median height of the person's box over the height of the frame; 0 without a person."""
    visibility: dict[str, float]
    """Mean visibility of each of `BODY_PARTS` where the person was found, 0..1."""


def track_pose(
    batches: Iterable[Frames], estimator: PoseEstimator, *, width: int, height: int, sparse: bool = False
) -> TrackedPose:
    """Follow the main person through a clip.

    Args:
        batches: the frames in order, at most a few batches of them in memory; they may be scaled down.
        estimator: finds bodies; whatever it remembers of an earlier clip is cleared first.
        width: of the displayed frame at full size; landmarks come out in its pixels.
        height: likewise.
        sparse: look only at the frames that `follow_sparsely` asks for; the others are filled in, and count as seen.

    Returns:
        One row per frame. Momentary exchanges of left and right are undone, gaps up to 0.25 s are filled and marked, longer ones
        are NaN, and the rest is smoothed without moving its peaks (`smooth`).
    """
    follower = Follower(estimator)
    times: list[float] = []
    frames: list[int] = []
    scale = np.ones(4)

    def pictures() -> Iterator[tuple[np.ndarray, float]]:
        for batch in batches:
            scale[:3] = (width / batch.images.shape[2], height / batch.images.shape[1], width / batch.images.shape[2])
            times.extend(batch.times_s.tolist())
            frames.extend(batch.frames.tolist())
            yield from zip(batch.images, batch.times_s.tolist(), strict=True)

    found, looked = (follow_sparsely if sparse else _follow)(follower.follow, pictures())
    bodies = [body or _NOBODY for body in found]
    raw = PoseTrack(
        times_s=np.array(times, float),
        frames=np.array(frames, np.int64),
        landmarks=np.array([body.landmarks * scale for body in bodies], np.float32).reshape(-1, LANDMARKS, 4),
        world=np.array([body.world for body in bodies], np.float32).reshape(-1, LANDMARKS, 3),
        filled=np.zeros(len(times), bool),
        width=width,
        height=height,
    )
    return refine(raw, estimator.name, looked)


def _follow(look: Look, frames: Iterable[tuple[np.ndarray, float]]) -> tuple[list[Detection | None], np.ndarray]:
    """Look at every frame; otherwise like `follow_sparsely`."""
    found = [look(image, time_s) for image, time_s in frames]
    return found, np.ones(len(found), bool)


def refine(raw: PoseTrack, estimator: str = "", looked: np.ndarray | None = None) -> TrackedPose:
    """Mend and smooth a track as it came from an estimator.

    Args:
        raw: NaN rows where nobody was found; nothing filled yet.
        estimator: name of the model behind it.
        looked: (T,) bool, rows in which a body was looked for; all when None. Only those can be marked as filled over a gap.
    """
    landmarks, world, leapt = settle(raw.times_s, *unswap(raw.times_s, *unmirror(raw.times_s, raw.landmarks, raw.world)))
    both, filled = fill_gaps(raw.times_s, np.concatenate([landmarks, world], axis=2))
    flicker = noise(raw.times_s, landmarks[:, :, :2])
    smoothed = smooth(raw.times_s, both)
    # How well a joint can be seen is a judgement, not a movement: it stays as it was given.
    smoothed[:, :, 3] = both[:, :, 3]
    smoothed = smoothed.astype(np.float32)
    track = PoseTrack(
        times_s=raw.times_s,
        frames=raw.frames,
        landmarks=smoothed[:, :, :4],
        world=smoothed[:, :, 4:],
        filled=filled if looked is None else filled & looked,
        leapt=leapt,
        width=raw.width,
        height=raw.height,
    )
    return TrackedPose(track=track, noise_px=flicker.astype(np.float32), estimator=estimator)


def person_in_view(track: PoseTrack) -> PersonInView:
    """How often, how large and how completely the person was seen."""
    seen = track.present & ~track.filled
    landmarks = track.landmarks[seen]
    if not len(landmarks):
        return PersonInView(fraction=0.0, height_share=0.0, visibility=dict.fromkeys(BODY_PARTS, 0.0))
    heights = np.ptp(landmarks[:, :, 1], axis=1)
    visibility = landmarks[:, :, 3].mean(axis=0)
    return PersonInView(
        fraction=float(seen.mean()),
        height_share=float(np.median(heights)) / track.height,
        visibility={part: float(visibility[list(indices)].mean()) for part, indices in BODY_PARTS.items()},
    )


_NOBODY = Detection(landmarks=np.full((LANDMARKS, 4), np.nan), world=np.full((LANDMARKS, 3), np.nan))
