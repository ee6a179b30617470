"""Actions of the arms: jumping jack, lateral raise, arm circles, overhead press, lucky cat."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np

from . import traits
from .kinematics import SIDES
from .motion import Channels, Move, Trait, View
from .standing import StandingAction


class JumpingJack(StandingAction):
    """Jumping jack."""

    action: ClassVar[str] = "jumping_jack"
    description: ClassVar[str] = "a jumping jack"
    views: ClassVar[tuple[View, ...]] = ("front", "diagonal")
    arms_follow_trunk: ClassVar[bool] = True
    fold: ClassVar[tuple[float, float, float]] = (-0.9, 0.8, 0.3)

    spread: Annotated[float, Trait(
        low=26, high=66, clear=9, same=1.5, quantity="stance_width", view="front", at="open position",
        more=("the feet land further apart", "the legs are spread wider", "the jump ends in a wider stance"),
        less=("the feet land closer together", "the legs are spread less wide"),
    )] = 46  # fmt: skip
    arms: Annotated[float, traits.arm_height("open position", "at the top of the jumping jack", 95, 172)] = 150
    elbow: Annotated[float, traits.elbow_bend("open position", "when they are up", 80)] = 15
    landing: Annotated[float, traits.knee_bend(
        "open position", 8, 50, ("the knees are more bent in the open position",), ("the legs are straighter in the open position",), 16
    )] = 16  # fmt: skip
    tempo_s: Annotated[float, traits.tempo("jumping jack", 0.9, 2.2)] = 1.3

    def rest(self) -> dict[str, float]:
        """Feet together, arms at the sides."""
        return {"foot_x": 6, "arm": 10, "elbow": 12, "knee": 6, "air": 0, "plane": 5}

    def cycle(self) -> tuple[Move, ...]:
        """Jump open, stay an instant, jump closed."""
        way = self.tempo_s / 2
        half = {"foot_x": self.spread / 4 + 3, "air": 5, "knee": 10, "arm": (self.arms + 10) / 2, "elbow": self.elbow / 2 + 5}
        opened = {"foot_x": self.spread / 2, "air": 0, "arm": self.arms, "elbow": self.elbow, "knee": self.landing, "plane": 0}
        return (
            Move(stage="jumping open", phase="takeoff", duration_s=way * 0.45, to=half, steady=True),
            Move(stage="landing", phase="landing", duration_s=way * 0.55, to=opened),
            Move(stage="open position", phase="top", duration_s=0.1),
            Move(stage="jumping closed", phase="takeoff", duration_s=way * 0.55, to=half),
            Move(stage="closing", phase="landing", duration_s=way * 0.45, to=self.rest()),
        )


class LateralRaise(StandingAction):
    """Both arms raised sideways."""

    action: ClassVar[str] = "lateral_raise"
    description: ClassVar[str] = "a lateral raise: both arms are lifted out to the sides"
    views: ClassVar[tuple[View, ...]] = ("front", "diagonal")
    arms_follow_trunk: ClassVar[bool] = True
    fold: ClassVar[tuple[float, float, float]] = (0.0, 0.5, 1.0)

    arms: Annotated[float, traits.arm_height("top position", "at the top", 55, 125)] = 90
    elbow: Annotated[float, traits.elbow_bend("top position", "at the top")] = 12
    uneven: Annotated[float, Trait(
        low=0, high=36, clear=12, same=2, quantity="arm_elevation", view="front", at="top position", one_number=False,
        more=("the arms are raised to more uneven heights", "one arm is lifted higher than the other more clearly"),
        less=("the arms are raised more evenly", "both arms reach more nearly the same height"),
    )] = 0  # fmt: skip
    stance: Annotated[float, traits.stance()] = 18
    tempo_s: Annotated[float, traits.tempo("lateral raise", 1.4, 4.0)] = 2.2
    pause_s: Annotated[float, traits.pause("top position", "at the top")] = 0.2

    def rest(self) -> dict[str, float]:
        """Arms at the sides."""
        return {"foot_x": self.stance / 2, "arm": 9, "plane": 5, "elbow": 12}

    def cycle(self) -> tuple[Move, ...]:
        """Up, hold, down."""
        top = {"arm_left": self.arms + self.uneven / 2, "arm_right": self.arms - self.uneven / 2, "elbow": self.elbow, "plane": 5}
        return (
            Move(stage="raising", phase="rising", duration_s=self.tempo_s / 2, to=top),
            Move(stage="top position", phase="top", duration_s=self.pause_s),
            Move(stage="lowering", phase="lowering", duration_s=self.tempo_s / 2, to=self.rest()),
        )


class ArmCircles(StandingAction):
    """Circles with both outstretched arms."""

    action: ClassVar[str] = "arm_circles"
    description: ClassVar[str] = "arm circles with both arms held out to the sides"
    views: ClassVar[tuple[View, ...]] = ("front", "diagonal")
    arms_follow_trunk: ClassVar[bool] = True
    fold: ClassVar[tuple[float, float, float]] = (0.0, 0.6, 1.0)

    radius: Annotated[float, Trait(
        low=10, high=42, clear=11, same=1.5, quantity="arm_elevation", at="circling", one_number=False,
        more=("the arm circles are larger", "the arms circle with a larger range of motion"),
        less=("the arm circles are smaller", "the hands travel around a smaller circle"),
    )] = 24  # fmt: skip
    arms: Annotated[float, traits.arm_height("circling", "during the circles", 65, 115)] = 90
    elbow: Annotated[float, traits.elbow_bend("circling", "during the circles", 60)] = 8
    stance: Annotated[float, traits.stance()] = 18
    tempo_s: Annotated[float, traits.tempo("arm circle", 1.0, 2.6)] = 1.6

    def rest(self) -> dict[str, float]:
        """Arms at the sides."""
        return {"foot_x": self.stance / 2, "arm": 9, "plane": 0, "elbow": 12, "turn": 0}

    def cycle(self) -> tuple[Move, ...]:
        """Arms out, two circles, arms down."""
        out = {"arm": self.arms + self.radius, "elbow": self.elbow}
        return (
            Move(stage="raising", phase="rising", duration_s=0.6, to=out),
            Move(stage="circling", phase="whole", duration_s=2 * self.tempo_s, to={"turn": 720.0}),
            Move(stage="circle closed", phase="end", duration_s=0, to={"turn": 0}),
            Move(stage="lowering", phase="lowering", duration_s=0.6, to=self.rest()),
        )

    def shaped(self, channels: Channels) -> Channels:
        """The arms on a cone around their middle height."""
        turn = np.radians(channels["turn"])
        moved = {f"arm_{side}": channels[f"arm_{side}"] - self.radius * (1 - np.cos(turn)) for side in SIDES}
        return channels | moved | {f"plane_{side}": channels[f"plane_{side}"] + self.radius * np.sin(turn) for side in SIDES}


class OverheadPress(StandingAction):
    """Hands pushed from the shoulders to above the head."""

    action: ClassVar[str] = "overhead_press"
    description: ClassVar[str] = "an overhead press without weight"
    views: ClassVar[tuple[View, ...]] = ("front", "diagonal")
    arms_follow_trunk: ClassVar[bool] = True
    fold: ClassVar[tuple[float, float, float]] = (-0.6, 1.0, 0.25)

    elbow: Annotated[float, traits.elbow_bend("top position", "at the top of the press", 80)] = 12
    start: Annotated[float, Trait(
        low=25, high=80, clear=14, same=2.5, quantity="upper_arm_elevation", also=("elbow_height",), at="starting position",
        more=("the upper arms are higher at the start of the press", "the press starts with the elbows higher"),
        less=("the upper arms hang lower at the start of the press", "the press starts with the elbows lower"),
    )] = 48  # fmt: skip
    lean_back: Annotated[float, Trait(
        low=0, high=22, clear=9, same=1.5, quantity="torso_forward_lean", falls=True, view="side", at="top position",
        more=("the torso leans further back at the top of the press",), less=("the torso stays more upright at the top of the press",),
    )] = 2  # fmt: skip
    stance: Annotated[float, traits.stance()] = 20
    tempo_s: Annotated[float, traits.tempo("press", 1.4, 3.8)] = 2.2
    pause_s: Annotated[float, traits.pause("top position", "at the top of the press")] = 0.2

    def rest(self) -> dict[str, float]:
        """Hands at the shoulders."""
        return {"foot_x": self.stance / 2, "arm": self.start, "elbow": 128, "plane": 18, "lean": 0}

    def cycle(self) -> tuple[Move, ...]:
        """Up, hold, down."""
        top = {"arm": 166 - self.elbow * 0.4, "elbow": self.elbow, "plane": 10, "lean": -self.lean_back}
        return (
            Move(stage="pressing", phase="rising", duration_s=self.tempo_s / 2, to=top),
            Move(stage="top position", phase="top", duration_s=self.pause_s),
            Move(stage="lowering", phase="lowering", duration_s=self.tempo_s / 2, to=self.rest()),
        )


class LuckyCat(StandingAction):
    """Forearms turned down and up with the upper arms level."""

    action: ClassVar[str] = "lucky_cat"
    description: ClassVar[str] = "the exercise called two arm standing lucky cat, starting with the arms up"
    views: ClassVar[tuple[View, ...]] = ("front", "diagonal")
    arms_follow_trunk: ClassVar[bool] = True

    upper_arms: Annotated[float, Trait(
        low=55, high=92, clear=12, same=2, quantity="upper_arm_elevation", also=("elbow_height",), view="front", at="starting position",
        more=("the upper arms are more parallel to the ground", "the elbows are higher"),
        less=("the upper arms are less parallel to the ground", "the elbows hang lower"),
    )] = 86  # fmt: skip
    swing: Annotated[float, Trait(
        low=70, high=175, clear=30, same=4, quantity="hand_height", at="bottom position", one_number=False,
        more=("the arms travel through a fuller range of motion", "the forearms turn further down"),
        less=("the arms travel through a smaller range of motion", "the forearms turn less far down"),
    )] = 150  # fmt: skip
    stance: Annotated[float, traits.stance()] = 20
    toe_out: Annotated[float, traits.toe_out()] = 10
    tempo_s: Annotated[float, traits.tempo("motion", 1.4, 4.0)] = 2.4

    def rest(self) -> dict[str, float]:
        """Upper arms out to the sides, forearms up."""
        return {"foot_x": self.stance / 2, "toe_out": self.toe_out, "arm": self.upper_arms, "elbow": 90, "plane": 8, "turn": 0}

    def cycle(self) -> tuple[Move, ...]:
        """Forearms down, an instant, and up."""
        return (
            Move(stage="lowering", phase="lowering", duration_s=self.tempo_s / 2, to={"turn": self.swing}),
            Move(stage="bottom position", phase="bottom", duration_s=0.15),
            Move(stage="raising", phase="rising", duration_s=self.tempo_s / 2, to={"turn": 0}),
        )

    def forearm_fold(self, channels: Channels) -> np.ndarray:
        """The forearms turn about the upper arms: up, forward, down."""
        turn = np.radians(channels["turn"])
        return np.stack([np.zeros_like(turn), np.cos(turn), np.sin(turn)], axis=-1)
