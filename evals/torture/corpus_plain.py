"""The plain pair from which every odd clip is made, what is asked about it, and the tools to make one from the other."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import ConfigDict

from ...memory.values import Value

ACTION = "bodyweight squat"
STATEMENTS = (
    "the squat is deeper",
    "the torso leans further forward at the bottom of the squat",
    "the arms are raised further in front of the body",
    "the knees bend more at the bottom",
    "the squat is performed faster",
)
FASTER = STATEMENTS[-1]
PATIENCE_S = 120
SMALLEST = ("-preset", "veryfast", "-bf", "0")


class Plain(Value):
    """A short pair of drawn squats, small and clean."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    a: Path
    b: Path
    frames: tuple[np.ndarray, ...]
    """The frames of `a`, each (320, 240, 3) uint8 RGB."""
    fps: float


Make = Callable[[Plain, Path], Path | str]
"""Makes one kind from the plain pair in a folder of its own; returns what a user would type, or raises `CannotMake`."""
Answers = Literal["same", "sound", "other", "unknown"]
"""same: the letters of the plain comparison; sound: none against them; other: what is left to see decides; unknown: no answer."""


class CannotMake(Exception):
    """This machine cannot make or show this kind; the message says why."""


class Kind(Value):
    """One kind of bad or odd clip, and what must come of it."""

    name: str
    what: str
    """In words, for the document."""
    make: Make
    refused: str = ""
    """Words of the one line that refuses it; empty where it works."""
    warnings: tuple[str, ...] = ()
    """Words of each warning about the file; no other may come."""
    report: tuple[str, ...] = ()
    """Words of warnings that the comparison must give on top."""
    answers: Answers = "same"
    unsure: tuple[str, ...] = ()
    """Statements that must be `unknown` whatever the others are."""
    uploads: bool = True
    """Whether it can be sent to the page: it is a file."""


def draw_plain(folder: Path) -> Plain:
    """Draw the pair: `a` is deeper with the arms further out, `b` leans further forward."""
    from ..drawn import Look, render_clip
    from ..drawn.camera import Camera
    from ..drawn.look import CLOTHES, SKIN, Backdrop, Wardrobe

    size = {"width": 240, "height": 320, "fps": 24, "lead_in_s": 0.2, "lead_out_s": 0.2, "backdrop": Backdrop(kind="plain")}
    other = Wardrobe(skin=SKIN[2], top=CLOTHES[3], bottoms=CLOTHES[0])
    looks = (
        Look(**size, camera=Camera(yaw_deg=58, height_m=1.05, distance_m=5), seed=1),
        Look(**size, camera=Camera(yaw_deg=62, height_m=1.05, distance_m=5), seed=2, wardrobe=other),
    )
    motions = ({"depth": 110, "lean": 24, "arms": 88}, {"depth": 76, "lean": 44, "arms": 10})
    a, b = (
        render_clip("squat", {**motion, "tempo_s": 1.8}, look, folder / f"plain_{side}.mp4")
        for side, motion, look in zip("ab", motions, looks, strict=True)
    )
    return Plain(a=Path(a.path), b=Path(b.path), frames=tuple(frames_of(Path(a.path))), fps=a.fps)


def frames_of(path: Path) -> list[np.ndarray]:
    """All frames of a plain file, RGB."""
    import av

    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def ffmpeg(*arguments: str | Path) -> None:
    """Run the FFmpeg that came along.

    Raises:
        CannotMake: It lacks a codec, or fails.
    """
    from imageio_ffmpeg import get_ffmpeg_exe

    command = [get_ffmpeg_exe(), "-nostdin", "-y", "-loglevel", "error", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if done.returncode:
        raise CannotMake(f"this FFmpeg cannot make it: {done.stderr.strip().splitlines()[-1:]}")


def encoded(name: str, options: str = "", before: str = "") -> Make:
    """The plain clip through FFmpeg with output options, and options before the input."""

    def make(plain: Plain, folder: Path) -> Path:
        ffmpeg(*before.split(), "-i", plain.a, *options.split(), folder / name)
        return folder / name

    return make


def written(path: Path, frames: Iterable[np.ndarray], ticks: Iterable[int], base: Fraction = Fraction(1, 24)) -> Path:
    """Write frames (H, W, 3) RGB at time stamps of our own, in units of `base` seconds."""
    import av

    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=24, options={"preset": "veryfast", "bf": "0", "crf": "18"})
        stream.codec_context.time_base = base
        for number, (image, tick) in enumerate(zip(frames, ticks, strict=True)):
            if number == 0:
                (stream.height, stream.width), stream.pix_fmt = image.shape[:2], "yuv420p"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            frame.pts, frame.time_base = tick, base
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def filmed(name: str, change: Callable[[Plain], Iterable[np.ndarray]]) -> Make:
    """The frames of the plain clip changed, at its own rate."""

    def make(plain: Plain, folder: Path) -> Path:
        frames = list(change(plain))
        return written(folder / name, frames, range(len(frames)))

    return make
