"""The pair of clips that a new user sees first."""

from __future__ import annotations

from .actions import parameters_of
from .camera import Camera
from .figure import Figure
from .look import CLOTHES, FLOORS, HAIR, SKIN, WALLS, Backdrop, Look, Wardrobe
from .pairs import DrawnPair
from .statements import Take, statement

_LOOK_A = Look(
    figure=Figure(height_m=1.68, hips=1.04, shoulders=0.95, build=0.94),
    wardrobe=Wardrobe(skin=SKIN[2], hair=HAIR[0], top=CLOTHES[8], bottoms=CLOTHES[5], long_hair=True),
    backdrop=Backdrop(kind="room", wall=WALLS[1], floor=FLOORS[0], seed=5),
    camera=Camera(yaw_deg=58, height_m=1.15, distance_m=5.2, fill=0.8),
    noise=1.5,
    seed=3,
)
_LOOK_B = Look(
    figure=Figure(height_m=1.82, shoulders=1.05, build=1.06),
    wardrobe=Wardrobe(skin=SKIN[0], hair=HAIR[2], top=CLOTHES[3], bottoms=CLOTHES[0], shoes=(48, 48, 52), long_legs=False),
    backdrop=Backdrop(kind="textured", wall=WALLS[5], floor=FLOORS[3], seed=2),
    camera=Camera(yaw_deg=64, height_m=1.05, distance_m=5.6, fill=0.8),
    noise=1.5,
    seed=4,
)
_MOTION_A: dict[str, object] = {"depth": 112, "lean": 24, "arms": 88, "tempo_s": 2.6, "pause_s": 0.9, "stance": 25, "head": -4}
_MOTION_B: dict[str, object] = {
    "depth": 76,
    "lean": 46,
    "arms": 10,
    "tempo_s": 1.6,
    "stance": 25.5,
    "head": -6,
    "pause_s": 0.1,
    "repetitions": 2,
}
_ASKED: tuple[tuple[str, str, bool], ...] = (
    ("depth", "the squat is deeper", False),
    ("lean", "the torso leans further forward at the bottom of the squat", False),
    ("tempo_s", "the squat is performed faster", True),
    ("pause_s", "there is a longer pause at the bottom of the squat", False),
    ("arms", "the arms are raised further in front of the body", False),
    ("stance", "the feet stance is wider", False),
)
"""Parameter, sentence, and whether the sentence is true of the clip with the smaller value."""


def demo_pair() -> DrawnPair:
    """Two squats that differ clearly in depth, forward lean, speed, pause and arms; the second clip has two repetitions."""
    a = Take(parameters=parameters_of("squat", _MOTION_A), look=_LOOK_A)
    b = Take(parameters=parameters_of("squat", _MOTION_B), look=_LOOK_B)
    found = tuple(s for name, words, opposite in _ASKED if (s := statement(name, a, b, words, opposite)) is not None)
    return DrawnPair(
        seed=0,
        difficulty="easy",
        action="squat",
        description=a.parameters.description,
        view="diagonal",
        a=a,
        b=b,
        statements=found,
    )
