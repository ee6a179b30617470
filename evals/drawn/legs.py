"""Actions of one leg at a time: knee raise, kick, side steps."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from . import traits
from .motion import Move, Trait, View
from .standing import StandingAction


class KneeRaise(StandingAction):
    """One knee raised in front of the body."""

    action: ClassVar[str] = "knee_raise"
    description: ClassVar[str] = "a standing knee raise"
    views: ClassVar[tuple[View, ...]] = ("side", "diagonal", "front")
    fold: ClassVar[tuple[float, float, float]] = (-0.3, 0.2, 1.0)

    side: Literal["left", "right"] = "left"
    raised: Annotated[float, Trait(
        low=45, high=118, clear=14, same=2.5, quantity="knee_height", at="knee raised",
        more=("the knee is lifted higher", "the thigh comes up higher", "the knee raise is higher"),
        less=("the knee is lifted less high", "the knee stays lower at the top"),
    )] = 90  # fmt: skip
    bend: Annotated[float, Trait(
        low=55, high=125, clear=18, same=3, quantity="knee_flexion", view="side", at="knee raised",
        more=("the raised knee is more bent", "the foot is tucked further under the raised knee"),
        less=("the raised knee is less bent", "the lower leg hangs further out in front"),
    )] = 95  # fmt: skip
    lean_back: Annotated[float, Trait(
        low=0, high=24, clear=9, same=1.5, quantity="torso_forward_lean", falls=True, view="side", at="knee raised",
        more=("the torso leans further back at the top of the knee raise",), less=("the torso stays more upright at the top of the knee raise",),
    )] = 3  # fmt: skip
    elbow: Annotated[float, traits.elbow_bend("knee raised", "while the knee is up", 100)] = 30
    tempo_s: Annotated[float, traits.tempo("knee raise", 1.2, 3.6)] = 2.0
    pause_s: Annotated[float, traits.pause("knee raised", "while the knee is up")] = 0.2

    def rest(self) -> dict[str, float]:
        """Standing with the feet under the hips."""
        return {"foot_x": 6.5, "arm": 12, "plane": 30, "elbow": 14, "lean": 1, "shift": 0,
                f"lift_{self.side}": 0, f"hip_{self.side}": 35, f"bend_{self.side}": 50}  # fmt: skip

    def cycle(self) -> tuple[Move, ...]:
        """Up, hold, down."""
        top = {f"lift_{self.side}": 1, f"hip_{self.side}": self.raised, f"bend_{self.side}": self.bend, "lean": -self.lean_back,
               "shift": -2.5 if self.side == "left" else 2.5, "elbow": self.elbow}  # fmt: skip
        return (
            Move(stage="raising the knee", phase="rising", duration_s=self.tempo_s / 2, to=top),
            Move(stage="knee raised", phase="top", duration_s=self.pause_s),
            Move(stage="lowering the knee", phase="lowering", duration_s=self.tempo_s / 2, to=self.rest()),
        )


class Kick(StandingAction):
    """Front kick."""

    action: ClassVar[str] = "kick"
    description: ClassVar[str] = "a straight front kick"
    views: ClassVar[tuple[View, ...]] = ("side", "diagonal")

    side: Literal["left", "right"] = "right"
    kicked: Annotated[float, Trait(
        low=35, high=105, clear=15, same=2.5, quantity="foot_height", at="highest point of the kick",
        more=("the kick is higher", "the foot is lifted higher", "the leg is raised higher in the kick"),
        less=("the kick is lower", "the foot stays lower in the kick"),
    )] = 75  # fmt: skip
    bend: Annotated[float, Trait(
        low=4, high=60, clear=18, same=3, quantity="knee_flexion", view="side", at="highest point of the kick",
        more=("the kicking leg is more bent at the highest point", "the knee of the kicking leg stays more bent"),
        less=("the kicking leg is straighter at the highest point", "the kicking leg is more extended"),
    )] = 10  # fmt: skip
    lean_back: Annotated[float, Trait(
        low=0, high=32, clear=10, same=2, quantity="torso_forward_lean", falls=True, view="side", at="highest point of the kick",
        more=("the torso leans further back during the kick",), less=("the torso stays more upright during the kick",),
    )] = 8  # fmt: skip
    arms: Annotated[float, traits.arm_height("highest point of the kick", "during the kick", 15, 90)] = 45
    tempo_s: Annotated[float, traits.tempo("kick", 1.2, 3.0)] = 1.8

    def rest(self) -> dict[str, float]:
        """Standing with the feet under the hips."""
        return {"foot_x": 6.5, "arm": 12, "plane": 20, "elbow": 16, "lean": 2, "shift": 0,
                f"lift_{self.side}": 0, f"hip_{self.side}": 0, f"bend_{self.side}": 8}  # fmt: skip

    def cycle(self) -> tuple[Move, ...]:
        """Wind up, kick, come back."""
        s, over = self.side, -2.5 if self.side == "left" else 2.5
        wound = {f"lift_{s}": 1, f"hip_{s}": -18, f"bend_{s}": 45, "lean": 6, "shift": over, "arm": self.arms * 0.5}
        top = {f"hip_{s}": self.kicked, f"bend_{s}": self.bend, "lean": -self.lean_back, "arm": self.arms}
        return (
            Move(stage="winding up", phase="start", duration_s=self.tempo_s * 0.3, to=wound),
            Move(stage="swinging the leg", phase="rising", duration_s=self.tempo_s * 0.3, to=top),
            Move(stage="highest point of the kick", phase="top", duration_s=0.1),
            Move(stage="bringing the leg back", phase="lowering", duration_s=self.tempo_s * 0.4, to=self.rest()),
        )


def _width(which: str) -> Trait:
    return Trait(
        low=26, high=62, clear=8, same=1.5, quantity="stance_width", view="front", at=f"{which} step out",
        more=(f"the {which} step out is wider", f"the feet are further apart on the {which} step out"),
        less=(f"the {which} step out is narrower", f"the {which} step out is shorter"),
    )  # fmt: skip


class StepOut(StandingAction):
    """Opening and closing step to one side, then to the other."""

    action: ClassVar[str] = "step_out"
    description: ClassVar[str] = "an opening and closing step on one side and then on the other side, raising the arms"
    views: ClassVar[tuple[View, ...]] = ("front", "diagonal")
    arms_follow_trunk: ClassVar[bool] = True

    side: Literal["left", "right"] = "left"
    first: Annotated[float, _width("first")] = 40
    second: Annotated[float, _width("second")] = 40
    arms_first: Annotated[float, traits.arm_height("first step out", "on the first step", 30, 110)] = 80
    arms_second: Annotated[float, traits.arm_height("second step out", "on the second step", 30, 110)] = 80
    uneven: Annotated[float, Trait(
        low=0, high=40, clear=13, same=2, quantity="arm_elevation", view="front", at="first step out", one_number=False,
        more=("the arms are elevated in a more uneven way on the first step",), less=("the arms are elevated more evenly on the first step",),
    )] = 0  # fmt: skip
    toe_out: Annotated[float, traits.toe_out()] = 10
    tempo_s: Annotated[float, traits.tempo("motion", 2.8, 6.0)] = 3.8

    def rest(self) -> dict[str, float]:
        """Feet together, arms at the sides."""
        return {"foot_x": 5, "arm": 10, "plane": 5, "elbow": 10, "shift": 0, "up": 0, "toe_out": self.toe_out}

    def cycle(self) -> tuple[Move, ...]:
        """Out and back with one foot, then with the other."""
        other: Literal["left", "right"] = "right" if self.side == "left" else "left"
        return self._step(self.side, "first", self.first, self.arms_first, self.uneven) + self._step(
            other, "second", self.second, self.arms_second, 0
        )

    def _step(self, foot: Literal["left", "right"], which: str, width: float, arms: float, uneven: float) -> tuple[Move, ...]:
        sign, quarter = 1 if foot == "left" else -1, self.tempo_s / 4
        half = {f"foot_x_{foot}": width / 2, f"up_{foot}": 4, "shift": sign * (width - 10) * 0.15, "arm": arms * 0.5 + 5}
        out = {f"foot_x_{foot}": width - 5, f"up_{foot}": 0, "shift": sign * (width / 2 - 5), "knee": 12,
               "arm_left": arms + uneven / 2, "arm_right": arms - uneven / 2}  # fmt: skip
        back = self.rest() | {"knee": 4.0}
        return (
            Move(stage=f"opening the {which} step", phase="rising", duration_s=quarter * 0.5, to=half, steady=True),
            Move(stage=f"placing the {which} step", phase="rising", duration_s=quarter * 0.5, to=out),
            Move(stage=f"{which} step out", phase="peak", duration_s=0.12),
            Move(stage=f"lifting the {which} step", phase="lowering", duration_s=quarter * 0.5, to=half | {"knee": 6.0}),
            Move(stage=f"closing the {which} step", phase="lowering", duration_s=quarter * 0.5, to=back, steady=True),
        )
