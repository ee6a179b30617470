"""How a clip looks: the person, the clothes, the place, the camera and the film."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from ...memory.values import Value
from .camera import Camera
from .figure import Figure
from .motion import View

Colour = tuple[int, int, int]
"""RGB, 0 to 255."""

SKIN: tuple[Colour, ...] = ((241, 203, 172), (224, 172, 136), (198, 140, 101), (158, 104, 70), (112, 72, 50), (86, 56, 42))
HAIR: tuple[Colour, ...] = ((38, 28, 24), (78, 52, 34), (142, 98, 56), (196, 158, 100), (120, 118, 116), (104, 46, 28))
CLOTHES: tuple[Colour, ...] = (
    (52, 92, 150), (178, 62, 58), (64, 128, 96), (222, 168, 60), (108, 84, 150),
    (70, 76, 88), (214, 214, 208), (196, 112, 60), (54, 140, 150), (150, 70, 110),
)  # fmt: skip
WALLS: tuple[Colour, ...] = ((216, 220, 222), (226, 216, 200), (196, 208, 200), (200, 206, 222), (168, 176, 184), (232, 228, 222))
FLOORS: tuple[Colour, ...] = ((172, 142, 108), (140, 140, 142), (186, 180, 170), (120, 104, 92), (104, 122, 110))


class Wardrobe(Value):
    """Colours of the person and of what they wear."""

    skin: Colour = SKIN[1]
    hair: Colour = HAIR[1]
    top: Colour = CLOTHES[0]
    bottoms: Colour = CLOTHES[5]
    shoes: Colour = (232, 232, 232)
    long_sleeves: bool = False
    long_legs: bool = True
    long_hair: bool = False


class Backdrop(Value):
    """The place."""

    kind: Literal["plain", "gradient", "room", "textured"] = "gradient"
    wall: Colour = WALLS[0]
    floor: Colour = FLOORS[1]
    seed: int = 0
    """Decides furniture and grain."""


class Look(Value):
    """Everything about a clip that is not the motion."""

    figure: Figure = Figure()
    wardrobe: Wardrobe = Wardrobe()
    backdrop: Backdrop = Backdrop()
    camera: Camera = Camera()
    width: int = Field(default=480, ge=64, le=4096, multiple_of=2)
    height: int = Field(default=640, ge=64, le=4096, multiple_of=2)
    fps: float = Field(default=30.0, gt=0, le=240)
    lead_in_s: float = Field(default=0.5, ge=0, le=10)
    lead_out_s: float = Field(default=0.5, ge=0, le=10)
    noise: float = Field(default=0.0, ge=0, le=30)
    """Standard deviation of the grain, grey levels."""
    blur: float = Field(default=0.0, ge=0, le=4)
    """Standard deviation of the blur, pixels."""
    sway: float = Field(default=0.3, ge=0, le=1)
    """Idle movement, degrees and percent of body length."""
    seed: int = 0


YAW: dict[View, float] = {"front": 0.0, "diagonal": 42.0, "side": 88.0}
"""Degrees from the front."""


def random_look(rng: np.random.Generator, view: View, landscape: bool = False, roughness: float = 0.0) -> Look:
    """Another person, clothes, place and camera.

    Args:
        rng: Decides everything.
        view: From where, roughly.
        landscape: Wider than high.
        roughness: 0 is a clean clip, 1 one with grain, blur and an odd camera.
    """
    size = (640, 480) if landscape else ((480, 640) if rng.random() < 0.7 else (540, 540))
    yaw = YAW[view] + rng.normal(0, 3 + 6 * roughness)
    return Look(
        figure=_figure(rng),
        wardrobe=_wardrobe(rng),
        backdrop=_backdrop(rng),
        camera=Camera(
            yaw_deg=float(yaw),
            height_m=float(rng.uniform(0.8, 1.3 + 0.4 * roughness)) * (0.6 if landscape else 1.0),
            distance_m=float(rng.uniform(4.0, 7.0)),
            fill=float(rng.uniform(0.72, 0.88)),
            aside=float(rng.uniform(-0.06, 0.06) * (0.5 + roughness)),
        ),
        width=size[0],
        height=size[1],
        fps=float(rng.choice([24.0, 25.0, 30.0])),
        lead_in_s=float(rng.uniform(0.3, 0.9)),
        lead_out_s=float(rng.uniform(0.3, 0.9)),
        noise=float(rng.uniform(0, 3 + 5 * roughness)),
        blur=float(rng.choice([0.0, 0.6 + 0.5 * roughness])) if roughness > 0.3 else 0.0,
        seed=int(rng.integers(1 << 30)),
    )


def _figure(rng: np.random.Generator) -> Figure:
    spread = {
        "legs": (0.96, 1.04),
        "arms": (0.95, 1.05),
        "shoulders": (0.92, 1.08),
        "hips": (0.92, 1.08),
        "build": (0.88, 1.18),
        "head": (0.96, 1.08),
    }
    return Figure(height_m=float(rng.uniform(1.52, 1.92)), **{name: float(rng.uniform(*ends)) for name, ends in spread.items()})


def _wardrobe(rng: np.random.Generator) -> Wardrobe:
    top, bottoms = rng.choice(len(CLOTHES), 2, replace=False)
    return Wardrobe(
        skin=SKIN[rng.integers(len(SKIN))],
        hair=HAIR[rng.integers(len(HAIR))],
        top=CLOTHES[top],
        bottoms=CLOTHES[bottoms],
        shoes=((236, 236, 236), (48, 48, 52), (186, 60, 56))[rng.integers(3)],
        long_sleeves=bool(rng.random() < 0.35),
        long_legs=bool(rng.random() < 0.6),
        long_hair=bool(rng.random() < 0.4),
    )


def _backdrop(rng: np.random.Generator) -> Backdrop:
    kind: Literal["plain", "gradient", "room", "textured"] = ("plain", "gradient", "room", "textured")[rng.integers(4)]
    return Backdrop(
        kind=kind, wall=WALLS[rng.integers(len(WALLS))], floor=FLOORS[rng.integers(len(FLOORS))], seed=int(rng.integers(1 << 30))
    )
