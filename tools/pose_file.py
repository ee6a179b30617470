"""A tracked pose as one .npz file, to the last bit."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import IO

import numpy as np

from .pose import TrackedPose
from .pose_track import PoseTrack

_ARRAYS = ("times_s", "frames", "landmarks", "world", "filled", "leapt")


def save_track(pose: TrackedPose, target: str | Path | IO[bytes]) -> None:
    """Write a tracked pose.

    Args:
        pose: what to keep.
        target: a path that ends in .npz, or a file open for writing bytes.
    """
    arrays = {name: getattr(pose.track, name) for name in _ARRAYS}
    size = np.array([pose.track.width, pose.track.height])
    np.savez_compressed(target, **arrays, size=size, noise_px=pose.noise_px, estimator=np.array(pose.estimator))


def load_track(source: str | Path | IO[bytes]) -> TrackedPose:
    """Read what `save_track` wrote.

    Args:
        source: a path, or a file open for reading bytes.
    """
    with ExitStack() as open_files:
        file = open_files.enter_context(Path(source).open("rb")) if isinstance(source, str | Path) else source
        stored = open_files.enter_context(np.load(file, allow_pickle=False))
        width, height = (int(value) for value in stored["size"])
        track = PoseTrack(**{name: stored[name] for name in _ARRAYS}, width=width, height=height)
        return TrackedPose(track=track, noise_px=stored["noise_px"], estimator=str(stored["estimator"]))
