"""Which frames a single request shows: the whole of both clips at the paper's rates, thinned evenly to a budget."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...memory.errors import SettingsError
from ...memory.values import Value
from ...tools import video
from ...tools.models.tokens import image_tokens

RATES: Mapping[str, float] = {"fitness": 4.0, "ballsports": 5.0, "diving": 6.0, "music": 2.0, "surgery": 2.0}
"""Frames per second by domain (Burgess et al., section 6.1: 4 to 6 for short actions, 2 for long ones)."""
USUAL_RATE = 4.0


class Limits(Value):
    """How much one request may show."""

    fps: float | None = None
    """Frames per second; the paper's for the domain when None."""
    max_images: int | None = None
    """Frames of both clips together."""
    max_tokens: int | None = None
    """What the pictures of both clips together may count, by the tile rule of `viddiff.tools.models.tokens`."""
    long_side: int = 512
    """Pixels on the longer side of a frame."""


class Sampled(NamedTuple):
    """Frames of one clip."""

    images: list[np.ndarray]
    """(H, W, 3) uint8 RGB each."""
    times_s: list[float]


def sampled(clips: tuple[Path, Path], domain: str, limits: Limits) -> tuple[Sampled, Sampled]:
    """The frames of both clips that are shown.

    Raises:
        VideoError: A clip cannot be read.
        SettingsError: The budget leaves no frame of each clip.
    """
    fps = limits.fps or RATES.get(domain, USUAL_RATE)
    first, second = (_at_rate(clip, fps, limits.long_side) for clip in clips)
    most = _most_frames(first.images[0], second.images[0], limits)
    if most is None:
        return first, second
    if most < 2:
        raise SettingsError(f"a budget of {most} frames shows nothing of one video; allow at least one frame of each")
    total = len(first.images) + len(second.images)
    share = min(max(round(most * len(first.images) / total), 1), most - 1)
    return _thinned(first, share), _thinned(second, most - share)


def _at_rate(clip: Path, fps: float, long_side: int) -> Sampled:
    images: list[np.ndarray] = []
    times_s: list[float] = []
    for batch in video.sample(clip, fps):
        images += [_scaled(image, long_side) for image in batch.images]
        times_s += batch.times_s.tolist()
    return Sampled(images, times_s)


def _scaled(image: np.ndarray, long_side: int) -> np.ndarray:
    from PIL import Image

    scale = long_side / max(image.shape[:2])
    if scale >= 1:
        return image
    height, width = (max(round(side * scale), 1) for side in image.shape[:2])
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BOX))


def _most_frames(first: np.ndarray, second: np.ndarray, limits: Limits) -> int | None:
    bounds = [limits.max_images] if limits.max_images is not None else []
    if limits.max_tokens is not None:
        dearest = max(image_tokens(image.shape[1], image.shape[0]) for image in (first, second))
        bounds.append(limits.max_tokens // dearest)
    return min(bounds) if bounds else None


def _thinned(found: Sampled, count: int) -> Sampled:
    """`count` frames spread evenly from the first to the last; all of them where there are no more."""
    if count >= len(found.images):
        return found
    kept = np.unique(np.round(np.linspace(0, len(found.images) - 1, count)).astype(int))
    return Sampled([found.images[i] for i in kept], [found.times_s[i] for i in kept])
