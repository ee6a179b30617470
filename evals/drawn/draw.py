"""Painting: projects the parts of a body and fills them with shaded layers, far groups first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from .body import Blob, Part
from .camera import Lens
from .look import Colour, Look

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

SHRINK = 2
"""Drawn this many times larger, then shrunk: smooth edges."""
_SIDES = 24
_LAYERS = ((1.0, 0.66), (0.88, 0.79), (0.74, 0.9), (0.58, 0.99), (0.4, 1.07), (0.2, 1.13))
"""Size and brightness of the layers that make a part look round."""
_LIGHT = np.array([-0.5, -0.78])
_FEATURES: dict[str, Colour] = {"eye": (246, 244, 240), "pupil": (38, 28, 26), "shadow": (20, 20, 26)}
_FLAT = frozenset({"eye", "pupil", "mouth", "shadow"})


def outlines(start: Blob, end: Blob, lens: Lens, sizes: np.ndarray) -> np.ndarray:
    """Outlines (T, layers, K, 2) in pixels of the hull of two ellipsoids, shrunk by `sizes` and moved a little towards the light."""
    angle = np.arange(_SIDES) * (2 * np.pi / _SIDES)
    ways = np.concatenate([np.stack([np.cos(angle), np.sin(angle)], axis=-1), _LIGHT[None] / np.linalg.norm(_LIGHT)])
    edges, reach = [], []
    for blob in (start, end):
        support = _support(blob, lens, ways)
        shift = support[:, None, -1:] * ((1 - sizes) * 0.42)[:, None, None]
        edge = lens.project(blob.centre)[:, None, None] + shift + support[:, None, :-1] * sizes[:, None, None]
        edges.append(edge)
        reach.append(edge[..., 0] * ways[:-1, 0] + edge[..., 1] * ways[:-1, 1])
    return np.where((reach[0] >= reach[1])[..., None], *edges)


def _support(blob: Blob, lens: Lens, ways: np.ndarray) -> np.ndarray:
    """Farthest point (T, K, 2), from the centre, of a projected ellipsoid in each direction (K, 2)."""
    zoom = lens.scale / lens.depth(blob.centre)[:, None, None]
    flat = (lens.axes[:2] * [[1], [-1]]) @ blob.axes * zoom
    square = flat @ flat.transpose(0, 2, 1)
    pulled = ways @ square
    return pulled / np.sqrt(np.maximum(np.sum(pulled * ways, axis=-1, keepdims=True), 1e-12))


class Painter:
    """All frames of one clip, ready to be painted one after the other."""

    def __init__(self, parts: list[Part], lens: Lens, look: Look) -> None:
        self._parts = parts
        self._colours = [_shades(part.paint, look) for part in parts]
        sizes = np.array([size for size, _ in _LAYERS])
        shapes = [outlines(p.start, p.end, lens, sizes[:1] if p.paint in _FLAT else sizes) for p in parts]
        corners = np.concatenate([shape[:, 0] for shape in shapes], axis=1)
        self._box = _box(corners, look.width, look.height)
        self._polygons = [((shape - self._box[:2]) * SHRINK).reshape(*shape.shape[:2], -1).tolist() for shape in shapes]
        self._order, self._dim = _depth_order(parts, lens)
        self._seen = [_faces_camera(part, lens) for part in parts]
        self._groups = _grouped(parts)

    def paint(self, frame: int, backdrop: Image.Image) -> Image.Image:
        """One frame over a backdrop, RGB."""
        from PIL import Image, ImageDraw

        left, top, right, bottom = self._box
        canvas = backdrop.crop(self._box).resize(((right - left) * SHRINK, (bottom - top) * SHRINK), Image.Resampling.NEAREST)
        pens = {"shadow": ImageDraw.Draw(canvas, "RGBA")}
        solid = ImageDraw.Draw(canvas)
        for group in self._order[frame]:
            for part, layer in self._strokes(group, frame):
                self._fill(pens.get(group, solid), part, layer, frame, self._dim[group][frame])
        picture = backdrop.copy()
        picture.paste(canvas.reduce(SHRINK), (left, top))
        return picture

    def _strokes(self, group: str, frame: int) -> Iterator[tuple[int, int]]:
        """Part and layer in painting order: what is of one cloth goes layer by layer, so that joints leave no seam."""
        members = [index for index in self._groups[group] if self._seen[index][frame]]
        for _, run in groupby(members, key=lambda index: index if group == "head" else self._parts[index].paint):
            cloth = list(run)
            yield from ((part, layer) for layer in range(len(self._polygons[cloth[0]][frame])) for part in cloth)

    def _fill(self, pen: ImageDraw.ImageDraw, part: int, layer: int, frame: int, dim: float) -> None:
        colour = self._colours[part][layer]
        if self._parts[part].paint == "shadow":
            pen.polygon(self._polygons[part][frame][layer], fill=(*colour, 38))
        else:
            pen.polygon(
                self._polygons[part][frame][layer], fill=(int(colour[0] * dim), int(colour[1] * dim), int(colour[2] * dim))
            )


def _shades(paint: str, look: Look) -> list[Colour]:
    skin = look.wardrobe.skin
    named = _FEATURES | {"nose": skin, "mouth": (int(skin[0] * 0.72), int(skin[1] * 0.5), int(skin[2] * 0.5))}
    base = np.array(named[paint] if paint in named else getattr(look.wardrobe, paint), dtype=float)
    brightness = (
        (1.0,) if paint in _FLAT else ((0.84, 0.9, 0.95, 1.0, 1.06, 1.12) if paint == "nose" else tuple(b for _, b in _LAYERS))
    )
    return [(int(c[0]), int(c[1]), int(c[2])) for c in (np.clip(base * b + max(b - 1, 0) * 60, 0, 255) for b in brightness)]


def _box(corners: np.ndarray, width: int, height: int) -> tuple[int, int, int, int]:
    low, high = np.floor(corners.min(axis=(0, 1))) - 2, np.ceil(corners.max(axis=(0, 1))) + 2
    return int(max(low[0], 0)), int(max(low[1], 0)), int(min(high[0], width)), int(min(high[1], height))


def _grouped(parts: list[Part]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for index, part in enumerate(parts):
        groups.setdefault(part.group, []).append(index)
    return groups


def _depth_order(parts: list[Part], lens: Lens) -> tuple[list[list[str]], dict[str, list[float]]]:
    """Groups from far to near in every frame, and how much darker each is for lying behind the torso."""
    groups = _grouped(parts)
    depth = {
        name: np.mean([lens.depth(parts[i].start.centre) + lens.depth(parts[i].end.centre) for i in ids], axis=0) / 2
        for name, ids in groups.items()
    }
    dim = {name: np.clip(1 - 0.9 * (far - depth["torso"]), 0.78, 1.0).tolist() for name, far in depth.items()}
    depth["shadow"] = depth["shadow"] + 100
    names = list(depth)
    order = np.argsort(-np.stack([depth[name] for name in names]), axis=0, kind="stable")
    return [[names[i] for i in column] for column in order.T], dim


def _faces_camera(part: Part, lens: Lens) -> np.ndarray:
    if part.normal is None:
        return np.ones(len(part.start.centre), dtype=bool)
    towards = lens.eye - part.start.centre
    return np.sum(part.normal * towards, axis=-1) > 0.12 * np.linalg.norm(towards, axis=-1)
