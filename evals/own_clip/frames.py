"""Small pictures of drawn postures with their facets: what our own CLIP is trained and checked on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..drawn.actions import ACTIONS
from ..drawn.backdrop import paint_backdrop
from ..drawn.body import body_parts
from ..drawn.camera import framed
from ..drawn.draw import Painter
from ..drawn.head import head_parts
from ..drawn.kinematics import Skeleton
from ..drawn.look import Backdrop, Look, Wardrobe, random_look
from ..drawn.motion import View
from .facets import facet_values
from .postures import free_postures, moments, some_parameters

SIDE = 64
"""Pixels on either side of a picture; videos of any shape are squashed to it."""
DRAWN = 128
"""Pixels on the shorter side at which pictures are drawn."""
SHAPES = ((1.0, 1.33), (1.0, 1.33), (1.0, 1.33), (1.0, 1.0), (1.0, 1.0), (1.33, 1.0), (1.0, 1.78))
"""Width and height of videos, relative to the shorter."""


class Shot(NamedTuple):
    """Postures of one person before one camera."""

    pictures: np.ndarray
    """(T, SIDE, SIDE, 3) RGB uint8."""
    facets: np.ndarray
    """(T, F), 0 to 1."""


def shot(seed: tuple[int, ...]) -> Shot:
    """One person in one place, in moments of an action or in free postures; the same seed gives the same pixels."""
    rng = np.random.default_rng(seed)
    if rng.random() < ACTED:
        action = str(rng.choice(list(ACTIONS)))
        look = varied_look(rng, str(rng.choice(ACTIONS[action].views)), ACTIONS[action].landscape)  # type: ignore[arg-type]
        skeleton = moments(rng, some_parameters(rng, action), look.figure)
    else:
        look = varied_look(rng, "front" if rng.random() < 0.5 else "diagonal", False)
        skeleton = free_postures(rng, look.figure)
    return Shot(drawn(skeleton, look, rng), facet_values(skeleton, look.figure))


ACTED = 0.6
"""Share of shots that show an action; the others are free combinations."""


def varied_look(rng: np.random.Generator, view: View, landscape: bool) -> Look:
    """A look for a small picture: of the drawn clips' people and places, or with colours of any kind."""
    look = random_look(rng, view, landscape, float(rng.uniform(0, 1)))
    wide, high = (1.33, 1.0) if landscape else SHAPES[rng.integers(len(SHAPES))]
    yaw = look.camera.yaw_deg * rng.choice([-1, 1]) if rng.random() < 0.7 else rng.uniform(-95, 95)
    changes: dict[str, object] = {
        "width": 2 * round(DRAWN * wide / 2),
        "height": 2 * round(DRAWN * high / 2),
        "camera": look.camera.model_copy(update={"yaw_deg": float(yaw), "fill": float(rng.uniform(0.6, 0.92))}),
        "noise": look.noise * 0.5,
        "blur": 0.0,
    }
    if rng.random() < 0.5:
        changes |= {"wardrobe": _any_wardrobe(rng, look.wardrobe), "backdrop": _any_backdrop(rng, look.backdrop)}
    return look.model_copy(update=changes)


def drawn(skeleton: Skeleton, look: Look, rng: np.random.Generator) -> np.ndarray:
    """(T, SIDE, SIDE, 3) RGB uint8: the postures as this look films them, squashed as the encoder squashes a video."""
    from PIL import Image

    lens = framed(look.camera, skeleton.points, 0.05 * look.figure.height_m, look.width, look.height)
    dressed = look.wardrobe
    parts = body_parts(look.figure, skeleton, dressed.long_sleeves, dressed.long_legs) + head_parts(
        look.figure, skeleton, dressed.long_hair
    )
    painter, place = Painter(parts, lens, look), paint_backdrop(look.backdrop, lens, look.width, look.height)
    pictures = [
        np.asarray(painter.paint(i, place).resize((SIDE, SIDE), Image.Resampling.BICUBIC)) for i in range(len(skeleton.points))
    ]
    grain = rng.normal(0, look.noise, (len(pictures), SIDE, SIDE, 1))
    return np.clip(np.stack(pictures) + grain, 0, 255).astype(np.uint8)


def _any_wardrobe(rng: np.random.Generator, wardrobe: Wardrobe) -> Wardrobe:
    return wardrobe.model_copy(update={part: _colour(rng) for part in ("top", "bottoms", "shoes", "hair")})


def _any_backdrop(rng: np.random.Generator, backdrop: Backdrop) -> Backdrop:
    return backdrop.model_copy(update={"wall": _colour(rng), "floor": _colour(rng)})


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = rng.integers(15, 245, 3).tolist()
    return red, green, blue
