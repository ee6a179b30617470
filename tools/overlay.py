"""Draws the evidence on a frame: the skeleton, the measured angle or distance, and a legend in the clip's colour."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..memory.values import BodySide, KeyFrame, Side
from .evidence_geometry import CLEAR, Marks, marks
from .landmarks import BONES, HEAD
from .landmarks import Landmark as L

Box = tuple[float, float, float, float]
Size = tuple[int, int]
Colour = tuple[int, int, int]
COLOURS: dict[Side, Colour] = {"a": (0, 114, 178), "b": (213, 94, 0)}
"""RGB of clip A (#0072B2) and clip B (#D55E00), which colour-blind people tell apart."""
INK: Colour = (24, 26, 30)
PAPER: Colour = (255, 255, 255)
SURROUND: Colour = (40, 43, 48)
"""What a crop shows where it reaches beyond the frame."""
MARGIN = 1.45
"""A crop is this many times larger than the person, where the frames allow it."""
LEAST_ASPECT = (0.8, 1.4)
"""Width over height of a crop: at least, at most, where the frames allow it."""
SMOOTHING = 2
"""The drawing is made this many times larger and scaled down: Pillow's lines are not antialiased."""


def draw_evidence(
    frame: np.ndarray, key_frame: KeyFrame, quantity: str | None, side: BodySide, value_text: str, colour: Colour
) -> np.ndarray:
    """A copy of a frame with the evidence drawn on it.

    Args:
        frame: (H, W, 3) uint8 RGB, the frame that `key_frame` names.
        key_frame: its pose in pixels of this frame; without a pose only the legend is drawn.
        quantity: name in `viddiff.tools.catalog`; None or a name without a drawing leaves the bare skeleton.
        side: the person's side that was measured; "both" and "either" draw both.
        value_text: the legend, for example "knee bend 94°"; empty for none.
        colour: RGB of the clip (`COLOURS`).

    Returns:
        (H, W, 3) uint8 RGB.
    """
    height, width = frame.shape[:2]
    layer = Image.new("RGBA", (width * SMOOTHING, height * SMOOTHING), (0, 0, 0, 0))
    pen = _Pen(layer, max(1.0, min(height, 1.8 * width) / 260) * SMOOTHING, colour)
    if key_frame.pose is not None:
        pose = np.asarray(key_frame.pose, dtype=float) * (SMOOTHING, SMOOTHING, 1)
        _skeleton(pen, pose)
        for found in marks(pose, quantity, side):
            _measured(pen, found)
    if value_text:
        pen.legend(value_text)
    picture = Image.fromarray(frame).convert("RGBA")
    picture.alpha_composite(layer.resize((width, height), Image.Resampling.BOX))
    return np.asarray(picture.convert("RGB"))


def person_crop(a: KeyFrame, b: KeyFrame, size_a: Size, size_b: Size) -> tuple[Box, Box] | None:
    """Boxes around the person in both clips, of one shape and one scale, so that both people are equally large.

    The scale is the length of the body along its bones, so a crouching person stays smaller than a standing one.

    Args:
        a: key frame of clip A.
        b: key frame of clip B.
        size_a: (width, height) of the frames of A in pixels.
        size_b: the same of B.

    Returns:
        (left, top, right, bottom) for A and B, pixels. They slide to stay inside their frames and reach beyond only where the
        other clip's person needs more room than this frame has (see `cut`). None without both bodies.
    """
    if a.pose is None or b.pose is None:
        return None
    extents = [_extent(np.asarray(k.pose, dtype=float)) for k in (a, b)]
    units = [_body_length(np.asarray(k.pose, dtype=float)) for k in (a, b)]
    if min(units) < 1:
        return None
    frames = [(w / u, h / u) for (w, h), u in zip((size_a, size_b), units, strict=True)]
    wide = _room([(e[2] - e[0]) / u for e, u in zip(extents, units, strict=True)], [w for w, _ in frames])
    tall = _room([(e[3] - e[1]) / u for e, u in zip(extents, units, strict=True)], [h for _, h in frames])
    tall = max(tall, min(wide / LEAST_ASPECT[1], *(h for _, h in frames)))
    wide = max(wide, min(tall * LEAST_ASPECT[0], *(w for w, _ in frames)))
    first, second = (
        _slid(_around(extent, wide * unit, tall * unit), size)
        for extent, unit, size in zip(extents, units, (size_a, size_b), strict=True)
    )
    return first, second


def cut(frame: np.ndarray, key_frame: KeyFrame, box: Box | None, long_side: int) -> tuple[np.ndarray, KeyFrame]:
    """The part of a frame inside a box, scaled so that its longer side is `long_side` pixels, and the pose moved with it.

    Args:
        frame: (H, W, 3) uint8 RGB.
        key_frame: its pose in pixels of `frame`.
        box: (left, top, right, bottom) in pixels, may reach beyond the frame; None for the whole frame, which is never enlarged.
        long_side: pixels.
    """
    height, width = frame.shape[:2]
    left, top, right, bottom = box or (0.0, 0.0, float(width), float(height))
    longer = max(right - left, bottom - top)
    scale = long_side / longer if box else min(1.0, long_side / longer)
    size = (max(2, round((right - left) * scale)), max(2, round((bottom - top) * scale)))
    affine = (1 / scale, 0, left, 0, 1 / scale, top)
    source = Image.fromarray(frame)
    if scale < 1:
        reduced = (max(1, round(width * scale)), max(1, round(height * scale)))
        source = source.resize(reduced, Image.Resampling.LANCZOS)
        affine = (1, 0, left * scale, 0, 1, top * scale)
    picture = source.transform(size, Image.Transform.AFFINE, affine, Image.Resampling.BICUBIC, fillcolor=SURROUND)
    return np.asarray(picture), moved(key_frame, scale, -left * scale, -top * scale)


def moved(key_frame: KeyFrame, scale: float, dx: float = 0.0, dy: float = 0.0) -> KeyFrame:
    """The key frame with its pose scaled and then shifted, for a frame that was resized or cropped."""
    if key_frame.pose is None:
        return key_frame
    pose = tuple((x * scale + dx, y * scale + dy, visibility) for x, y, visibility in key_frame.pose)
    return key_frame.model_copy(update={"pose": pose})


def font(size: float, bold: bool = False) -> Any:
    """A font for drawing text on pictures, `size` in pixels.

    DejaVu Sans comes with matplotlib, which mediapipe brings; Pillow's own font lacks dashes and accented letters.
    """
    spec = importlib.util.find_spec("matplotlib")
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    if spec and spec.origin:
        path = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / name
        if path.is_file():
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)


class _Pen:
    """Draws on one transparent layer with line widths that fit its size."""

    def __init__(self, layer: Image.Image, unit: float, colour: Colour) -> None:
        self.draw = ImageDraw.Draw(layer)
        self.width, self.height = layer.size
        self.unit = unit
        self.colour = colour

    def line(self, p: np.ndarray, q: np.ndarray, colour: Colour, width: float, alpha: int = 255) -> None:
        fill = (*colour, alpha)
        self.draw.line([tuple(p), tuple(q)], fill=fill, width=max(1, round(width * self.unit)))

    def dashes(self, p: np.ndarray, q: np.ndarray, colour: Colour, width: float, alpha: int = 255) -> None:
        length = float(np.hypot(*(q - p)))
        count = max(1, math.ceil(length / (6 * self.unit)))
        for k in range(count):
            self.line(p + (q - p) * k / count, p + (q - p) * (k + 0.55) / count, colour, width, alpha)

    def stroke(self, p: np.ndarray, q: np.ndarray) -> None:
        """An emphasised line: the clip's colour with a light edge, visible on any background."""
        self.line(p, q, PAPER, 5, 230)
        self.dot(p, 2.5, PAPER, 230)
        self.dot(q, 2.5, PAPER, 230)
        self.line(p, q, self.colour, 3)

    def dot(self, p: np.ndarray, radius: float, colour: Colour, alpha: int = 255) -> None:
        r = radius * self.unit
        self.draw.ellipse((p[0] - r, p[1] - r, p[0] + r, p[1] + r), fill=(*colour, alpha))

    def joint(self, p: np.ndarray) -> None:
        self.dot(p, 4, PAPER)
        self.dot(p, 2.8, self.colour)

    def arc(self, vertex: np.ndarray, start: np.ndarray, end: np.ndarray, radius: float) -> None:
        """The arc at `vertex` from the direction of `start` to that of `end`, the short way round."""
        first = math.degrees(math.atan2(*(start - vertex)[::-1]))
        turn = (math.degrees(math.atan2(*(end - vertex)[::-1])) - first + 180) % 360 - 180
        low, high = min(first, first + turn), max(first, first + turn)
        box = (vertex[0] - radius, vertex[1] - radius, vertex[0] + radius, vertex[1] + radius)
        self.draw.pieslice(box, low, high, fill=(*self.colour, 70))
        self.draw.arc(box, low, high, fill=(*PAPER, 230), width=round(3.4 * self.unit))
        self.draw.arc(box, low, high, fill=(*self.colour, 255), width=round(2 * self.unit))

    def dimension(self, p: np.ndarray, q: np.ndarray) -> None:
        """A line with end strokes, as on a technical drawing."""
        along = q - p
        length = float(np.hypot(*along))
        across = np.array([-along[1], along[0]]) / length * 5 * self.unit if length > 0 else np.array([0, 5 * self.unit])
        for colour, width in ((PAPER, 4.4), (self.colour, 2.2)):
            self.line(p, q, colour, width)
            for end in (p, q):
                self.line(end - across, end + across, colour, width)

    def legend(self, text: str) -> None:
        """A label in the upper left corner, wrapped and then shrunk until it fits."""
        size, edge = 10.5 * self.unit, 4 * self.unit
        lines, face = [text], font(size, bold=True)
        while size > 6 * SMOOTHING:
            lines = wrapped(text, face, self.width - 2 * edge - 2.4 * size)
            if len(lines) <= 2 and max(face.getlength(line) for line in lines) <= self.width - 2 * edge - 2.4 * size:
                break
            size *= 0.9
            face = font(size, bold=True)
        pad, pitch = 0.45 * size, 1.25 * size
        right = edge + max(face.getlength(line) for line in lines) + 1.8 * size
        bottom = edge + 2 * pad + size + pitch * (len(lines) - 1)
        self.draw.rounded_rectangle((edge, edge, right, bottom), radius=pad, fill=(*PAPER, 235))
        middle = edge + pad + size / 2
        self.dot(np.array([edge + pad + size * 0.3, middle]), size * 0.3 / self.unit, self.colour)
        for k, line in enumerate(lines):
            self.draw.text((edge + pad + size * 0.85, middle + k * pitch), line, font=face, fill=(*INK, 255), anchor="lm")


def wrapped(text: str, face: Any, room: float) -> list[str]:
    """The words of a text on lines no longer than `room`, except a word that is longer alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and face.getlength(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _skeleton(pen: _Pen, pose: np.ndarray) -> None:
    bones = [(pose[i, :2], pose[j, :2], min(pose[i, 2], pose[j, 2])) for i, j in BONES]
    neck = pose[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], :2].mean(axis=0)
    bones.append((neck, pose[[L.LEFT_EAR, L.RIGHT_EAR], :2].mean(axis=0), pose[list(HEAD), 2].max()))
    for p, q, visibility in bones:
        if visibility >= CLEAR:
            pen.line(p, q, INK, 3.2, 90)
            pen.line(p, q, PAPER, 1.7, 215)
        else:
            pen.dashes(p, q, PAPER, 1.2, 120)
    for index in {i for bone in BONES for i in bone} | set(HEAD):
        faint = pose[index, 2] < CLEAR
        pen.dot(pose[index, :2], 1.2 if faint else 1.9, PAPER, 120 if faint else 235)


def _measured(pen: _Pen, found: Marks) -> None:
    for vertex, reference, tip in found.wedges:
        arms = (float(np.hypot(*(end - vertex))) for end in (reference, tip))
        pen.arc(vertex, reference, tip, min(22 * pen.unit, 0.75 * min(arms)))
    for p, q in found.dashes:
        pen.dashes(p, q, INK, 3, 110)
        pen.dashes(p, q, PAPER, 1.8, 240)
    for p, q in found.strokes:
        pen.stroke(p, q)
    for p, q in found.dimensions:
        pen.dimension(p, q)
    for p in found.joints:
        pen.joint(p)


def _extent(pose: np.ndarray) -> Box:
    clear = pose[pose[:, 2] >= CLEAR] if (pose[:, 2] >= CLEAR).sum() >= 4 else pose
    left, top = clear[:, :2].min(axis=0)
    right, bottom = clear[:, :2].max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _body_length(pose: np.ndarray) -> float:
    """Length of the body along its bones in pixels: torso, thigh and shank, the longer leg."""
    xy = pose[:, :2]
    torso = np.hypot(*(xy[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER]].mean(axis=0) - xy[[L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=0)))
    legs = (
        np.hypot(*(xy[L.LEFT_HIP + k] - xy[L.LEFT_KNEE + k])) + np.hypot(*(xy[L.LEFT_KNEE + k] - xy[L.LEFT_ANKLE + k]))
        for k in (0, 1)
    )
    return float(torso + max(legs))


def _room(needs: list[float], frames: list[float]) -> float:
    """The larger need with a margin that no frame has to be left for."""
    need = max(needs)
    return max(need, min(need * MARGIN, *frames))


def _around(extent: Box, width: float, height: float) -> Box:
    x, y = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _slid(box: Box, size: Size) -> Box:
    """The box moved into the frame along each axis on which it fits."""
    dx, dy = (
        float(np.clip(0.0, -low, limit - high)) if high - low <= limit else 0.0
        for low, high, limit in ((box[0], box[2], size[0]), (box[1], box[3], size[1]))
    )
    return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy
