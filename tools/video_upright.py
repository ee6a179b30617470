"""From a decoded frame to an upright RGB picture: display matrix, pixel shape, scaling."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from ..memory.errors import VideoError

if TYPE_CHECKING:
    from av import VideoFrame

LARGEST_SIDE = 16384
LARGEST_PICTURE = 100_000_000
"""Pixels; three times 8K. A few kilobytes can hold a black picture of any size, and each takes 3 bytes a pixel here, several times."""
# Encoders keep the shape of the whole picture when they round its width, and write pixels of 400:399; nobody sees that.
SQUARE_ENOUGH = 0.01
_HDR_TRANSFERS = (16, 18)
"""SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG), as numbered in ITU-T H.273."""


@dataclass(frozen=True)
class Orientation:
    """One of the eight ways in which a stored picture can have to be turned or mirrored."""

    transpose: bool = False
    flip_rows: bool = False
    flip_columns: bool = False

    @classmethod
    def from_matrix(cls, matrix: tuple[int, ...]) -> Orientation:
        """Nearest orientation to a display matrix.

        Args:
            matrix: Nine numbers (a, b, u, c, d, v, x, y, w) as in ISO/IEC 14496-12: what is stored at (x, y) is shown at
                (a x + c y, b x + d y).
        """
        a, b, _, c, d = matrix[:5]
        if abs(a) + abs(d) >= abs(b) + abs(c):
            return cls(transpose=False, flip_rows=d < 0, flip_columns=a < 0)
        return cls(transpose=True, flip_rows=b < 0, flip_columns=c < 0)

    @classmethod
    def of_frame(cls, frame: VideoFrame) -> Orientation:
        """The orientation that a decoded frame carries; upright when it carries none."""
        if "DISPLAYMATRIX" not in frame.side_data:
            return cls()
        return cls.from_matrix(struct.unpack("=9i", bytes(frame.side_data["DISPLAYMATRIX"])[:36]))

    @property
    def mirrored(self) -> bool:
        """Whether left and right are exchanged, beyond any turn."""
        return (self.transpose + self.flip_rows + self.flip_columns) % 2 == 1

    @property
    def degrees(self) -> int:
        """Clockwise turn that the file asks for: 0, 90, 180 or 270 (before mirroring)."""
        if self.transpose:
            return 270 if self.flip_rows else 90
        return 180 if self.flip_rows else 0

    def apply(self, image: np.ndarray) -> np.ndarray:
        """Turn a stored picture (H, W, 3) upright; a view, not a copy."""
        if self.transpose:
            image = image.swapaxes(0, 1)
        if self.flip_rows:
            image = image[::-1]
        return image[:, ::-1] if self.flip_columns else image

    def warnings(self) -> list[str]:
        """What a user should know of it, one sentence each."""
        found = []
        if self.degrees:
            found.append(f"the file says it is rotated by {self.degrees} degrees; frames are turned upright")
        if self.mirrored:
            found.append("the file says it is mirrored; frames are shown as a player shows them")
        return found


def displayed_size(width: int, height: int, pixel_aspect: Fraction | None) -> tuple[int, int]:
    """Size in square pixels, before any turn; the smaller side is enlarged, as browsers do, so that nothing is lost."""
    if not pixel_aspect or abs(pixel_aspect - 1) < SQUARE_ENOUGH:
        return width, height
    if pixel_aspect > 1:
        return round(width * pixel_aspect), height
    return width, round(height / pixel_aspect)


def shrunk_size(width: int, height: int, short_side: int | None) -> tuple[int, int]:
    """Size whose shorter side is `short_side`; never larger than the given one."""
    if short_side is None or short_side >= min(width, height):
        return width, height
    scale = short_side / min(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def check_size(path: str, width: int, height: int) -> None:
    """Refuse pictures that no camera makes.

    Raises:
        VideoError: A side is 0 or over `LARGEST_SIDE` pixels, or all are over `LARGEST_PICTURE`.
    """
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise VideoError(
            f"{path!r} has frames of {width} x {height} pixels, expected 1 to {LARGEST_SIDE} each way: scale it down first"
        )
    if width * height > LARGEST_PICTURE:
        raise too_large(path)


def too_large(path: str) -> VideoError:
    """The refusal of a picture that would not fit into memory."""
    return VideoError(
        f"{path!r} has too many pixels, expected at most {LARGEST_PICTURE // 10**6} million a frame: scale it down first"
    )


class Display:
    """How the frames of one file are shown: size in square pixels and orientation."""

    def __init__(self, path: str, frame: VideoFrame, pixel_aspect: Fraction | None) -> None:
        self.stored = displayed_size(frame.width, frame.height, pixel_aspect)
        check_size(path, *self.stored)
        self.orientation = Orientation.of_frame(frame)
        width, height = self.stored
        self.size = (height, width) if self.orientation.transpose else (width, height)
        self.warnings = [*self.orientation.warnings(), *_colour_warnings(frame)]
        if pixel_aspect and self.stored != (frame.width, frame.height):
            shape = f"{pixel_aspect.numerator}:{pixel_aspect.denominator}"
            self.warnings.append(f"pixels are not square ({shape}); frames are stretched to their true shape")

    def converter(self, short_side: int | None) -> Callable[[VideoFrame], np.ndarray]:
        """A function from a decoded frame to an upright RGB uint8 (H, W, 3) picture; not for two threads at once."""
        from av.video.reformatter import VideoReformatter

        width, height = shrunk_size(*self.stored, short_side)
        scaler = VideoReformatter()

        def convert(frame: VideoFrame) -> np.ndarray:
            scaled = scaler.reformat(frame, width, height, "rgb24", interpolation="BILINEAR")
            return self.orientation.apply(scaled.to_ndarray())

        return convert


def _colour_warnings(frame: VideoFrame) -> list[str]:
    bits = max((component.bits for component in frame.format.components), default=8)
    if frame.color_trc in _HDR_TRANSFERS:
        return ["HDR colours are shown without tone mapping"]
    return [f"{bits}-bit colours are shown with 8 bits"] if bits > 8 else []
