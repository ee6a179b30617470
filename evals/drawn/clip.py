"""Renders one drawn clip to an mp4 file and hands back its truth."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, SerializeAsAny, field_serializer

from .actions import parameters_of
from .backdrop import paint_backdrop
from .draw import Painter
from .look import Look
from .motion import ActionParameters, Span
from .truth import Performance, key_times, perform, quantities, solid


class DrawnClip(BaseModel):
    """One drawn clip and everything that is true of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    path: str
    action: str
    description: str
    parameters: SerializeAsAny[ActionParameters]
    look: Look
    fps: float
    width: int
    height: int
    frames: int
    duration_s: float
    stages: tuple[Span, ...]
    key_times: dict[str, tuple[float, ...]]
    """Name of each stage -> the instant that shows it best, once per repetition, seconds."""
    quantities: dict[str, dict[str, float]]
    """Name of each stage -> true values of quantities of `viddiff.tools.catalog`."""
    joints: np.ndarray
    """(T, 33, 2) float32 pixels of the displayed frame, in the order of `viddiff.tools.landmarks`."""

    @field_serializer("joints")
    def _rounded(self, joints: np.ndarray) -> list[list[list[float]]]:
        return np.round(joints.astype(float), 1).tolist()


def describe_clip(action: str, parameters: ActionParameters | Mapping[str, object], look: Look, path: str | Path) -> DrawnClip:
    """The truth of a clip without rendering it; `path` is only noted."""
    chosen = parameters_of(action, parameters)
    return _clip(chosen, look, Path(path), perform(chosen, look))


def render_clip(action: str, parameters: ActionParameters | Mapping[str, object], look: Look, path: str | Path) -> DrawnClip:
    """Writes one clip as mp4 (H.264, yuv420p) and returns its truth.

    Args:
        action: Name in `viddiff.evals.drawn.actions.ACTIONS`.
        parameters: The action's parameters, or a mapping from which they are made.
        look: Person, clothes, place, camera and film.
        path: File to write; its folder is made.

    Raises:
        SettingsError: No such action.
        ValueError: A parameter is unknown or out of its range.
    """
    chosen = parameters_of(action, parameters)
    performance = perform(chosen, look)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Two evaluations may draw the same clip at once.
    partial = target.with_name(f".{uuid.uuid4().hex[:8]}.{target.name}")
    _write(partial, frames_of(performance, look), look)
    os.replace(partial, target)
    return _clip(chosen, look, target, performance)


def frames_of(performance: Performance, look: Look) -> Iterator[np.ndarray]:
    """The frames (height, width, 3) of a performance, RGB uint8."""
    from PIL import ImageFilter

    painter = Painter(solid(performance, look), performance.lens, look)
    place = paint_backdrop(look.backdrop, performance.lens, look.width, look.height)
    rng = np.random.default_rng(look.seed)
    grain = np.round(rng.normal(0, look.noise, (look.height * 2, look.width * 2, 1))).astype(np.int16)
    for frame in range(len(performance.times_s)):
        picture = painter.paint(frame, place)
        if look.blur:
            picture = picture.filter(ImageFilter.GaussianBlur(look.blur))
        yield _grainy(np.asarray(picture), grain, rng) if look.noise else np.asarray(picture)


def _grainy(picture: np.ndarray, grain: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A picture under a window of the grain that jumps about from frame to frame."""
    height, width = picture.shape[:2]
    top, left = rng.integers(height), rng.integers(width)
    return np.clip(picture + grain[top : top + height, left : left + width], 0, 255).astype(np.uint8)


def _write(path: Path, frames: Iterator[np.ndarray], look: Look) -> None:
    import av

    rate = Fraction(look.fps).limit_denominator(1001)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        # The same look must give the same bytes: with B-frames and mbtree together x264 reads memory that it never wrote.
        stream = container.add_stream(
            "libx264", rate=rate, options={"preset": "veryfast", "crf": "21", "threads": "1", "bf": "0"}
        )
        stream.width, stream.height, stream.pix_fmt = look.width, look.height, "yuv420p"
        for picture in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def _clip(parameters: ActionParameters, look: Look, path: Path, performance: Performance) -> DrawnClip:
    count = len(performance.times_s)
    return DrawnClip(
        path=str(path),
        action=parameters.action,
        description=parameters.description,
        parameters=parameters,
        look=look,
        fps=look.fps,
        width=look.width,
        height=look.height,
        frames=count,
        duration_s=round(count / look.fps, 4),
        stages=performance.stages,
        key_times=key_times(performance.stages),
        quantities=quantities(performance, look),
        joints=performance.joints.astype(np.float32),
    )
