"""Frames as the parts of one request: each by itself in order, or all of a video on one grid."""

from __future__ import annotations

import io
import math
from typing import Literal

from PIL import Image, ImageDraw

from ...tools.models.asking import ImagePart, TextPart
from ...tools.models.tokens import image_tokens
from ...tools.overlay import INK, PAPER, font
from .frames import Sampled

Kind = Literal["frames", "grid"]
GRID = 2048
"""Most pixels on a side of a grid: OpenAI's servers shrink what is larger."""
BAND = 18
"""Height of the strip with its time above each picture of a grid, pixels."""
_QUALITY = 85


def parts(first: Sampled, second: Sampled, kind: Kind, max_tokens: int | None = None) -> list[TextPart | ImagePart]:
    """What is shown of both videos; their times are seconds from the start of each clip.

    Args:
        first: Of the video shown first.
        second: Of the other.
        kind: One picture a frame, or one grid a video.
        max_tokens: What both grids together may count.
    """
    found: list[TextPart | ImagePart] = []
    for number, frames in enumerate((first, second), start=1):
        times = ", ".join(f"{time_s:.2f} s" for time_s in frames.times_s)
        if kind == "frames":
            found.append(TextPart(text=f"Video {number}, {len(frames.images)} frames in order, at {times}:"))
            found += [_encoded(Image.fromarray(image)) for image in frames.images]
        else:
            found.append(TextPart(text=f"Video {number}, one grid of its frames, row by row from the upper left:"))
            found.append(_encoded(_grid(frames, max_tokens // 2 if max_tokens else None)))
    return found


def _grid(frames: Sampled, max_tokens: int | None) -> Image.Image:
    """A nearly square grid of all frames under their times, white where a row has no more."""
    height, width = frames.images[0].shape[:2]
    columns = max(math.ceil(math.sqrt(len(frames.images) * (height + BAND) / width)), 1)
    rows = math.ceil(len(frames.images) / columns)
    whole = Image.new("RGB", (columns * width, rows * (height + BAND)), PAPER)
    pen = ImageDraw.Draw(whole)
    for place, (image, time_s) in enumerate(zip(frames.images, frames.times_s, strict=True)):
        x, y = place % columns * width, place // columns * (height + BAND)
        whole.paste(Image.fromarray(image), (x, y + BAND))
        pen.text((x + 3, y + BAND / 2), f"{time_s:.2f} s", font=font(0.75 * BAND), fill=INK, anchor="lm")
    return _within(whole, max_tokens)


def _within(whole: Image.Image, max_tokens: int | None) -> Image.Image:
    """Shrunk until no server shrinks it further, and until it counts no more tokens than it may."""
    scale = min(1.0, GRID / max(whole.size))
    while True:
        size = max(round(whole.width * scale), 1), max(round(whole.height * scale), 1)
        if max_tokens is None or image_tokens(*size) <= max_tokens or max(size) <= 64:
            return whole.resize(size, Image.Resampling.LANCZOS) if size != whole.size else whole
        scale *= 0.9


def _encoded(picture: Image.Image) -> ImagePart:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return ImagePart(jpeg=file.getvalue(), width=picture.width, height=picture.height)
