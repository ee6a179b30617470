"""The pictures that a model is shown: which part of which frame, at what size, with which label; cut, labelled and encoded."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from ..memory.values import KeyFrame, Side, VideoInfo
from .models.asking import ImagePart
from .overlay import INK, PAPER, Box, Size, cut, font, person_crop
from .vlm_sights import Sight

ReadFrames = Callable[[str, Sequence[float]], Sequence[np.ndarray]]
"""The frames of a clip at some times, (H, W, 3) uint8 RGB at full size."""
LONG_SIDE = 512
"""Pixels on the longer side of a picture, its label included. Two side by side on one sheet cost 425 tokens by OpenAI's rule; one
whole 1080p frame, of which the person is a small part, costs 1105."""
ROW_LONG_SIDE = 384
"""The same where the pictures of each video stand in a row: two rows of a sheet fit the 768 pixels to which that rule shrinks."""
CLOSE_LONG_SIDE = 768
"""The same when what matters was too small to see: at most four tiles, 765 tokens."""
GAP = 8
"""White between the pictures of a sheet, pixels."""
BAND = 26
"""Height of the strip above a picture that carries its label, pixels: nothing of the picture is hidden."""
JPEG_QUALITY = 85
"""20 to 92 KiB at 512 pixels; the same frame as full-size PNG is 1.2 to 3.2 MiB."""
MOST_OF_FRAME = 0.6
"""A crop that covers this share of both frames gains nothing over the whole frames, which also show the place."""
FRAMES_AT_ONCE = 8
"""Full-size frames held in memory at a time: 50 MB at 1080p."""
PICTURE_VERSION = 2
"""Changes whenever the same frames would be shown in another way."""


@dataclass(frozen=True)
class Cut:
    """One picture before it is labelled: a part of one frame of one clip."""

    side: Side
    key_frame: KeyFrame
    box: Box | None
    """(left, top, right, bottom) in pixels of the frame; None for the whole frame."""
    long_side: int

    @property
    def identity(self) -> tuple[str | int | float, ...]:
        """What decides its pixels, given the clip."""
        return (self.key_frame.frame, *(round(edge, 1) for edge in self.box or ()), self.long_side, PICTURE_VERSION)


Cuts = dict[Side, tuple[Cut, ...]]


def layout(sight: Sight, size_a: Size, size_b: Size) -> Cuts:
    """What to cut out of the frames of both clips: the person, equally large in both, or the whole frames.

    Args:
        sight: the instants to show, with the bodies in them.
        size_a: (width, height) of the frames of A in pixels.
        size_b: the same of B.
    """
    boxes = person_crop(_all_poses(sight.a), _all_poses(sight.b), size_a, size_b)
    if boxes is not None and not sight.close and min(map(_share, boxes, (size_a, size_b))) >= MOST_OF_FRAME:
        boxes = None
    box_a, box_b = boxes or (None, None)
    long_side = (CLOSE_LONG_SIDE if sight.close else ROW_LONG_SIDE if sight.moving else LONG_SIDE) - BAND
    return {
        "a": tuple(Cut(side="a", key_frame=key, box=box_a, long_side=long_side) for key in sight.a),
        "b": tuple(Cut(side="b", key_frame=key, box=box_b, long_side=long_side) for key in sight.b),
    }


def cut_out(cuts: Iterable[Cut], videos: Mapping[Side, VideoInfo], read_frames: ReadFrames) -> dict[Cut, np.ndarray]:
    """Read the frames and cut the pictures out of them, (H, W, 3) uint8 RGB; no two full-size batches are held at a time."""
    wanted = set(cuts)
    pictures: dict[Cut, np.ndarray] = {}
    for side, video in videos.items():
        times = sorted({each.key_frame.time_s for each in wanted if each.side == side})
        for start in range(0, len(times), FRAMES_AT_ONCE):
            some = times[start : start + FRAMES_AT_ONCE]
            for time_s, frame in zip(some, read_frames(video.path, some), strict=True):
                of_frame = (each for each in wanted if (each.side, each.key_frame.time_s) == (side, time_s))
                pictures |= {each: cut(frame, each.key_frame, each.box, each.long_side)[0] for each in of_frame}
    return pictures


def labelled(picture: np.ndarray, label: str) -> ImagePart:
    """A picture by itself, under its label, as JPEG."""
    return _encoded(_under(picture, label))


def sheet(rows: Sequence[Sequence[tuple[np.ndarray, str]]]) -> ImagePart:
    """Pictures with their labels, row below row, as one JPEG: all cells are equally large, so that a grid cuts them apart again.

    Args:
        rows: (H, W, 3) uint8 RGB and the label of each, from the left; shorter rows leave white cells at their end.
    """
    cells = [[_under(*each) for each in row] for row in rows]
    width, height = (max(side) for side in zip(*(cell.size for row in cells for cell in row), strict=True))
    width += GAP
    whole = Image.new("RGB", (width * max(map(len, cells)), height * len(cells)), PAPER)
    for down, row in enumerate(cells):
        for across, cell in enumerate(row):
            whole.paste(cell, (across * width + GAP // 2, down * height))
    return _encoded(whole)


def _under(picture: np.ndarray, label: str) -> Image.Image:
    """A picture under a strip with its label.

    The strip is black on white for either video: a colour that stays with its clip would let a biased model look consistent when the
    videos are shown in the other order.
    """
    height, width = picture.shape[:2]
    whole = Image.new("RGB", (width, height + BAND), PAPER)
    whole.paste(Image.fromarray(picture), (0, BAND))
    ImageDraw.Draw(whole).text((6, BAND / 2), label, font=font(0.7 * BAND, bold=True), fill=INK, anchor="lm")
    return whole


def _encoded(picture: Image.Image) -> ImagePart:
    file = io.BytesIO()
    # Tables made for the picture: 2 to 8% fewer bytes for the same pixels.
    picture.save(file, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return ImagePart(jpeg=file.getvalue(), width=picture.width, height=picture.height)


def _all_poses(key_frames: Sequence[KeyFrame]) -> KeyFrame:
    """A key frame that holds the bodies of several one after the other, so that one box holds the whole movement."""
    poses = tuple(point for key in key_frames for point in key.pose or ())
    return key_frames[0].model_copy(update={"pose": poses or None})


def _share(box: Box, size: Size) -> float:
    """How much of a frame a box covers."""
    wide, tall = (
        max(0.0, min(high, limit) - max(low, 0.0)) for low, high, limit in ((box[0], box[2], size[0]), (box[1], box[3], size[1]))
    )
    return wide * tall / (size[0] * size[1])
