"""Actions that bend both knees: squat, squat with knee raise, lunge, deadlift."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from . import traits
from .motion import Move, Trait, View
from .standing import StandingAction

_DEPTH = traits.knee_bend(
    "bottom position", 60, 125,
    ("the squat is deeper", "the hips sink lower at the bottom of the squat", "the knees bend more at the bottom of the squat"),
    ("the squat is less deep", "the hips stay higher at the bottom of the squat", "the squat is shallower"), also=("-hip_height",),
)  # fmt: skip
_ARMS = Trait(
    low=0, high=95, clear=28, same=4, quantity="arm_elevation", also=("hand_forward",), view="side", at="bottom position",
    more=("the arms are raised further in front of the body", "the arms are held out in front more at the bottom of the squat"),
    less=("the arms hang down more", "the arms are held lower at the bottom of the squat"),
)  # fmt: skip


class Squat(StandingAction):
    """Bodyweight squat."""

    action: ClassVar[str] = "squat"
    description: ClassVar[str] = "a bodyweight squat"
    views: ClassVar[tuple[View, ...]] = ("diagonal", "side", "front")
    fold: ClassVar[tuple[float, float, float]] = (-0.4, 0.3, 1.0)

    depth: Annotated[float, _DEPTH] = 100
    stance: Annotated[float, traits.stance()] = 24
    lean: Annotated[float, traits.forward_lean("bottom position", "at the bottom of the squat", 14, 52)] = 32
    toe_out: Annotated[float, traits.toe_out()] = 15
    valgus: Annotated[float, traits.valgus("bottom position", "at the bottom of the squat")] = 0
    tempo_s: Annotated[float, traits.tempo("squat", 1.4, 4.2)] = 2.4
    pause_s: Annotated[float, traits.pause("bottom position", "at the bottom of the squat")] = 0.2
    arms: Annotated[float, _ARMS] = 80
    head: Annotated[float, traits.gaze("bottom position", "at the bottom of the squat")] = -5

    def rest(self) -> dict[str, float]:
        """Standing with the feet in the stance of the squat."""
        return {
            "foot_x": self.stance / 2,
            "toe_out": self.toe_out,
            "plane": 65,
            "arm": 8,
            "valgus": 0,
            "knee": 5,
            "lean": 2,
            "head": 0,
            "back": 0,
        }

    def cycle(self) -> tuple[Move, ...]:
        """Down, hold, up."""
        bottom = {
            "knee": self.depth,
            "lean": self.lean,
            "head": self.head,
            "valgus": self.valgus,
            "plane": 78,
            "arm": max(self.arms, 4),
            "back": 4,
        }
        return (
            Move(stage="lowering", phase="lowering", duration_s=self.tempo_s / 2, to=bottom),
            Move(stage="bottom position", phase="bottom", duration_s=self.pause_s),
            Move(stage="rising", phase="rising", duration_s=self.tempo_s / 2, to=self.rest()),
        )


class SquatKneeRaise(StandingAction):
    """Squat, then one knee raised."""

    action: ClassVar[str] = "squat_knee_raise"
    description: ClassVar[str] = "a squat, then a knee raise"
    fold: ClassVar[tuple[float, float, float]] = (-0.4, 0.3, 1.0)

    side: Literal["left", "right"] = "left"
    depth: Annotated[float, _DEPTH] = 95
    raised: Annotated[float, Trait(
        low=55, high=115, clear=14, same=2.5, quantity="knee_height", at="knee raised",
        more=("the knee is higher at the knee raise", "the knee is lifted higher after the squat"),
        less=("the knee is lower at the knee raise", "the knee is lifted less high after the squat"),
    )] = 88  # fmt: skip
    stance: Annotated[float, traits.stance()] = 22
    toe_out: Annotated[float, traits.toe_out()] = 12
    lean: Annotated[float, traits.forward_lean("bottom position", "at the bottom of the squat", 14, 52)] = 30
    valgus: Annotated[float, traits.valgus("bottom position", "during the squat descent")] = 0
    tempo_s: Annotated[float, traits.tempo("motion", 2.4, 5.5)] = 3.6

    def rest(self) -> dict[str, float]:
        """Standing with the feet in the stance of the squat."""
        return {"foot_x": self.stance / 2, "toe_out": self.toe_out, "plane": 65, "knee": 5, "lean": 2, "valgus": 0, "arm": 8,
                "elbow": 25, "shift": 0, "head": 0, "back": 0, f"lift_{self.side}": 0, f"hip_{self.side}": 40, f"bend_{self.side}": 60}  # fmt: skip

    def cycle(self) -> tuple[Move, ...]:
        """Down and up, then the knee up and down."""
        over = (-1 if self.side == "left" else 1) * self.stance * 0.3
        bottom = {
            "knee": self.depth,
            "lean": self.lean,
            "valgus": self.valgus,
            "arm": 55,
            "plane": 75,
            "elbow": 70,
            "head": -8,
            "back": 4,
        }
        raised = {
            f"lift_{self.side}": 1,
            f"hip_{self.side}": self.raised,
            f"bend_{self.side}": 95,
            "shift": over,
            "arm": 25,
            "elbow": 60,
            "lean": 0,
        }
        quarter = self.tempo_s / 4
        return (
            Move(stage="lowering", phase="lowering", duration_s=quarter * 1.1, to=bottom),
            Move(stage="bottom position", phase="bottom", duration_s=0.12),
            Move(stage="rising", phase="rising", duration_s=quarter * 0.9, to=self.rest()),
            Move(stage="raising the knee", phase="rising", duration_s=quarter, to=raised),
            Move(stage="knee raised", phase="top", duration_s=0.15),
            Move(stage="lowering the knee", phase="lowering", duration_s=quarter, to=self.rest()),
        )


class Lunge(StandingAction):
    """Forward lunge on one side."""

    action: ClassVar[str] = "lunge"
    description: ClassVar[str] = "a forward lunge"
    views: ClassVar[tuple[View, ...]] = ("side", "diagonal")
    balance: ClassVar[float] = 0.2

    side: Literal["left", "right"] = "left"
    step: Annotated[float, Trait(
        low=42, high=78, clear=9, same=1.5, quantity="step_length", view="side", at="bottom position",
        more=("the step forward is longer", "the front foot is placed further forward"),
        less=("the step forward is shorter", "the feet are closer together at the bottom of the lunge"),
    )] = 60  # fmt: skip
    depth: Annotated[float, traits.knee_bend(
        "bottom position", 60, 100, ("the lunge is deeper", "the front knee bends more"), ("the lunge is less deep", "the front knee bends less"), 12,
        ("-hip_height",),
    )] = 85  # fmt: skip
    lean: Annotated[float, traits.forward_lean("bottom position", "at the bottom of the lunge", 0, 40)] = 8
    arms: Annotated[float, Trait(
        low=0, high=95, clear=28, same=4, quantity="arm_elevation", also=("hand_forward",), view="side", at="bottom position",
        more=("the arms are raised further forward at the bottom of the lunge", "the arms are lifted higher in front"),
        less=("the arms hang down more at the bottom of the lunge", "the arms are held lower"),
    )] = 10  # fmt: skip
    tempo_s: Annotated[float, traits.tempo("lunge", 1.8, 4.4)] = 2.8
    pause_s: Annotated[float, traits.pause("bottom position", "at the bottom of the lunge")] = 0.2

    def rest(self) -> dict[str, float]:
        """Standing with the feet under the hips."""
        back = "right" if self.side == "left" else "left"
        return {
            "foot_x": 8,
            "foot_z": 0,
            "up": 0,
            "knee": 5,
            "lean": 2,
            "arm": 8,
            "plane": 50,
            f"tiptoe_{back}": 0,
            "toe_out": 4,
            "back": 0,
        }

    def cycle(self) -> tuple[Move, ...]:
        """Step forward and sink, hold, push back."""
        front, back = self.side, "right" if self.side == "left" else "left"
        middle = {
            f"foot_z_{front}": self.step * 0.55,
            f"up_{front}": 9,
            "arm": max(self.arms * 0.5, 6),
            f"tiptoe_{back}": 10,
            f"knee_{front}": 30,
        }
        bottom = {f"foot_z_{front}": self.step, f"up_{front}": 0, f"knee_{front}": self.depth, "lean": self.lean, "arm": max(self.arms, 5),
                  "plane": 80, f"tiptoe_{back}": 52, "back": -self.step * 0.06}  # fmt: skip
        return (
            Move(stage="stepping forward", phase="lowering", duration_s=self.tempo_s * 0.2, to=middle, steady=True),
            Move(stage="lowering", phase="lowering", duration_s=self.tempo_s * 0.3, to=bottom),
            Move(stage="bottom position", phase="bottom", duration_s=self.pause_s),
            Move(stage="rising", phase="rising", duration_s=self.tempo_s * 0.3, to=middle),
            Move(stage="stepping back", phase="rising", duration_s=self.tempo_s * 0.2, to=self.rest()),
        )


class Deadlift(StandingAction):
    """Hinge at the hips to reach down and stand up again."""

    action: ClassVar[str] = "deadlift"
    description: ClassVar[str] = "a single deadlift without any weight"
    views: ClassVar[tuple[View, ...]] = ("side", "diagonal")

    lean: Annotated[float, traits.forward_lean("bottom position", "at the bottom of the deadlift", 45, 85)] = 68
    knee: Annotated[float, traits.knee_bend(
        "bottom position", 10, 75, ("the knees bend more at the bottom of the deadlift", "the knees are more bent at the bottom"),
        ("the knees bend less at the bottom of the deadlift", "the legs stay straighter at the bottom"),
    )] = 35  # fmt: skip
    arms: Annotated[float, Trait(
        low=0, high=45, clear=16, same=2.5, quantity="hand_forward", view="side", at="bottom position",
        more=("the arms are further in front of the body at the bottom of the deadlift", "the hands reach further forward at the bottom"),
        less=("the arms hang straighter down at the bottom of the deadlift", "the hands stay closer to the legs at the bottom"),
    )] = 6  # fmt: skip
    head: Annotated[float, traits.gaze("bottom position", "at the bottom of the deadlift")] = -30
    stance: Annotated[float, traits.stance(14, 34)] = 20
    tempo_s: Annotated[float, traits.tempo("deadlift", 1.8, 4.4)] = 2.8
    pause_s: Annotated[float, traits.pause("bottom position", "at the bottom of the deadlift")] = 0.2

    def rest(self) -> dict[str, float]:
        """Standing upright."""
        return {"foot_x": self.stance / 2, "knee": 4, "lean": 1, "arm": 8, "plane": 60, "head": 0, "elbow": 8}

    def cycle(self) -> tuple[Move, ...]:
        """Down, hold, up."""
        bottom = {"lean": self.lean, "knee": self.knee, "arm": max(self.arms, 2), "plane": 85, "head": self.head, "elbow": 4}
        return (
            Move(stage="lowering", phase="lowering", duration_s=self.tempo_s / 2, to=bottom),
            Move(stage="bottom position", phase="bottom", duration_s=self.pause_s),
            Move(stage="rising", phase="rising", duration_s=self.tempo_s / 2, to=self.rest()),
        )
