"""Motion and hand tracks as .npz files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .hands import HandTrack
from .motion import MotionTrack

MOTION = ("times_s", "amount", "centroid")
HANDS = ("times_s", "frames", "landmarks", "score")


def save_motion(track: MotionTrack, path: Path) -> None:
    """Write a motion track."""
    np.savez_compressed(path, **{name: getattr(track, name) for name in MOTION})


def load_motion(path: Path) -> MotionTrack:
    """Read what `save_motion` wrote."""
    with path.open("rb") as file, np.load(file) as stored:
        return MotionTrack(**{name: stored[name] for name in MOTION})


def save_hands(track: HandTrack, path: Path) -> None:
    """Write a hand track."""
    np.savez_compressed(path, size=np.array([track.width, track.height]), **{name: getattr(track, name) for name in HANDS})


def load_hands(path: Path) -> HandTrack:
    """Read what `save_hands` wrote."""
    with path.open("rb") as file, np.load(file) as stored:
        width, height = (int(value) for value in stored["size"])
        return HandTrack(**{name: stored[name] for name in HANDS}, width=width, height=height)
