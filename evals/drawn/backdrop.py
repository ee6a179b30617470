"""Places: a plain wall, a studio sweep, a room with a few things in it, a textured wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .camera import Lens
from .look import Backdrop, Colour

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

_WALL_M = 1.7
"""How far the wall is behind the person, metres."""


def paint_backdrop(backdrop: Backdrop, lens: Lens, width: int, height: int) -> Image.Image:
    """The empty place, RGB, as this lens sees it."""
    rng = np.random.default_rng(backdrop.seed)
    line = _floor_line(lens, height)
    kinds = {"plain": _plain, "gradient": _gradient, "textured": _textured, "room": _textured}
    picture = kinds[backdrop.kind](backdrop, rng, width, height, line)
    image = _image(picture)
    return _furnished(image, backdrop, lens, rng, line) if backdrop.kind == "room" else image


def _image(picture: np.ndarray) -> Image.Image:
    from PIL import Image

    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def _floor_line(lens: Lens, height: int) -> int:
    """Row at which floor and wall meet."""
    away = lens.axes[2] * (1, 0, 1)
    row = lens.project(away / np.linalg.norm(away) * _WALL_M)[1]
    return int(np.clip(row, height * 0.2, height * 0.97))


def _plain(backdrop: Backdrop, rng: np.random.Generator, width: int, height: int, line: int) -> np.ndarray:
    return np.broadcast_to(np.array(backdrop.wall, dtype=float), (height, width, 3))


def _gradient(backdrop: Backdrop, rng: np.random.Generator, width: int, height: int, line: int) -> np.ndarray:
    """A studio sweep: lit wall that runs into a slightly darker floor without an edge."""
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.arange(height))
    glow = 1.06 - 0.2 * x**2 - 0.16 * ((y - 0.35 * height) / height) ** 2
    floor = 1 / (1 + np.exp(-(y - line) / (0.025 * height)))
    return np.array(backdrop.wall) * (glow * (1 - 0.13 * floor))[..., None]


def _textured(backdrop: Backdrop, rng: np.random.Generator, width: int, height: int, line: int) -> np.ndarray:
    """A wall of bricks or of plaster over a floor of boards or of concrete."""
    cloud = _cloud(rng, width, height)
    y, x = np.mgrid[0:height, 0:width]
    picture = np.array(backdrop.wall) * (0.97 + 0.06 * cloud)[..., None]
    if backdrop.kind == "textured" and rng.random() < 0.6:
        high, wide = height / 26, width / 11
        course = np.floor(y / high)
        joint = (np.mod(y, high) < 1.6) | (np.mod(x + (course % 2) * wide / 2, wide) < 1.6)
        tone = rng.uniform(0.92, 1.03, (40, 40))[
            course.astype(int) % 40, np.floor((x + (course % 2) * wide / 2) / wide).astype(int) % 40
        ]
        picture = np.where(joint[..., None], picture * 0.88, picture * tone[..., None])
    floor = (
        np.array(backdrop.floor) * (0.94 + 0.1 * cloud)[..., None] * (0.86 + 0.16 * (y - line) / max(height - line, 1))[..., None]
    )
    if rng.random() < 0.7:
        floor = floor * _boards(rng, width, height, line)[..., None]
    return np.where((y >= line)[..., None], floor, picture)


def _boards(rng: np.random.Generator, width: int, height: int, line: int) -> np.ndarray:
    """Brightness of boards that run away from the camera to a point above the floor line."""
    y, x = np.mgrid[0:height, 0:width]
    vanish = line - 0.45 * height
    across = (x - width / 2) / np.maximum(y - vanish, 1.0) * 14
    tones = rng.uniform(0.93, 1.05, 64)[np.floor(across).astype(int) % 64]
    return np.where(np.mod(across, 1.0) < 0.06, tones * 0.88, tones)


def _cloud(rng: np.random.Generator, width: int, height: int) -> np.ndarray:
    """Soft random shading (height, width), 0 to 1."""
    from PIL import Image

    coarse = Image.fromarray((rng.random((9, 7)) * 255).astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(coarse) / 255.0 * 0.8 + rng.random((height, width)) * 0.2


def _furnished(image: Image.Image, backdrop: Backdrop, lens: Lens, rng: np.random.Generator, line: int) -> Image.Image:
    """Skirting board, a window or a picture, a plant, a mat under the person."""
    from PIL import Image, ImageDraw, ImageFilter

    big = image.resize((image.width * 2, image.height * 2), Image.Resampling.BILINEAR)
    pen = ImageDraw.Draw(big, "RGBA")
    w, h, floor = big.width, big.height, line * 2
    pen.rectangle((0, floor - h // 60, w, floor), fill=_lit(backdrop.wall, 1.06))
    pen.line((0, floor - h // 60, w, floor - h // 60), fill=_lit(backdrop.wall, 0.8), width=2)
    left = bool(rng.random() < 0.5)
    _window(pen, backdrop, (int(w * (0.05 if left else 0.68)), int(h * 0.1), int(w * 0.27), int(h * 0.28)))
    _poster(pen, rng, (int(w * (0.74 if left else 0.08)), int(h * 0.16), int(w * 0.17), int(h * 0.16)))
    _plant(pen, rng, int(w * (0.92 if left else 0.08)), floor + h // 50, h // 5)
    mat = lens.project(np.array([[-0.85, 0, -0.6], [0.85, 0, -0.6], [0.85, 0, 0.75], [-0.85, 0, 0.75]])) * 2
    pen.polygon(mat.ravel().tolist(), fill=(*_lit(backdrop.floor, 0.62), 150))
    return big.reduce(2).filter(ImageFilter.GaussianBlur(0.8))


def _lit(colour: Colour, by: float) -> Colour:
    return (min(int(colour[0] * by), 255), min(int(colour[1] * by), 255), min(int(colour[2] * by), 255))


def _window(pen: ImageDraw.ImageDraw, backdrop: Backdrop, place: tuple[int, int, int, int]) -> None:
    x, y, w, h = place
    frame = _lit(backdrop.wall, 1.1)
    pen.rectangle((x - 10, y - 10, x + w + 10, y + h + 10), fill=frame, outline=_lit(backdrop.wall, 0.82))
    for row in range(h):
        pen.line((x, y + row, x + w, y + row), fill=_lit((176, 208, 236), 0.92 + 0.14 * row / h))
    pen.rectangle((x, y + int(h * 0.78), x + w, y + h), fill=(150, 178, 140))
    pen.rectangle((x + w // 2 - 5, y, x + w // 2 + 5, y + h), fill=frame)
    pen.rectangle((x, y + h // 2 - 5, x + w, y + h // 2 + 5), fill=frame)


def _poster(pen: ImageDraw.ImageDraw, rng: np.random.Generator, place: tuple[int, int, int, int]) -> None:
    x, y, w, h = place
    pen.rectangle((x, y, x + w, y + h), fill=(244, 242, 236), outline=(96, 84, 72), width=6)
    tint = tuple(int(c) for c in rng.integers(90, 210, 3))
    pen.polygon(
        (
            x + 12,
            y + h - 14,
            x + w * 0.4,
            y + h * 0.35,
            x + w * 0.62,
            y + h * 0.62,
            x + w * 0.78,
            y + h * 0.45,
            x + w - 12,
            y + h - 14,
        ),
        fill=tint,
    )
    pen.ellipse((x + w * 0.62, y + h * 0.14, x + w * 0.82, y + h * 0.14 + w * 0.2), fill=_lit((230, 190, 110), 1.0))


def _plant(pen: ImageDraw.ImageDraw, rng: np.random.Generator, x: int, foot: int, high: int) -> None:
    for angle in rng.uniform(-0.95, 0.95, 11):
        reach = high * rng.uniform(0.55, 0.95)
        tip, start = (x + np.sin(angle) * reach, foot - high * 0.25 - np.cos(angle) * reach), (x, foot - high * 0.25)
        side = (np.cos(angle) * high * 0.055, np.sin(angle) * high * 0.055)
        middle = ((tip[0] + start[0]) / 2, (tip[1] + start[1]) / 2)
        green = int(rng.integers(96, 150))
        pen.polygon(
            (*start, middle[0] + side[0], middle[1] + side[1], *tip, middle[0] - side[0], middle[1] - side[1]),
            fill=(58, green, 70),
        )
    pen.polygon(
        (x - high * 0.16, foot - high * 0.28, x + high * 0.16, foot - high * 0.28, x + high * 0.11, foot, x - high * 0.11, foot),
        fill=(176, 104, 74),
    )
