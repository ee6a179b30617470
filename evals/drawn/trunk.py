"""Actions of the trunk: side bend, forward bend, hip circle, push-up."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np

from . import traits
from .figure import Figure
from .kinematics import SIDES, Arm, Leg, Skeleton, assemble, foot_frame, rotation, sockets, trunk_frame, two_bone, unit
from .motion import ActionParameters, Channels, Move, Trait, View
from .standing import StandingAction


class SideBend(StandingAction):
    """Sideways bend with the upper arm overhead."""

    action: ClassVar[str] = "side_bend"
    description: ClassVar[str] = "a standing side bend with one arm overhead"
    views: ClassVar[tuple[View, ...]] = ("front",)
    arms_follow_trunk: ClassVar[bool] = True
    fold: ClassVar[tuple[float, float, float]] = (-0.9, 0.8, 0.3)

    side: Literal["left", "right"] = "left"
    bend: Annotated[float, Trait(
        low=8, high=42, clear=9, same=1.5, quantity="torso_side_lean", view="front", at="bent position",
        more=("the torso leans further to the side", "the side bend is deeper", "the upper body bends further sideways"),
        less=("the torso leans less far to the side", "the torso stays straighter sideways"),
    )] = 26  # fmt: skip
    arm: Annotated[float, Trait(
        low=70, high=136, clear=20, same=3, quantity="arm_elevation", view="front", at="bent position",
        more=("the upper arm reaches further overhead", "the raised arm is lifted higher"),
        less=("the raised arm is lifted less high", "the raised arm stays lower"),
    )] = 122  # fmt: skip
    elbow: Annotated[float, Trait(
        low=5, high=85, clear=22, same=3, quantity="elbow_flexion", at="bent position",
        more=("the raised arm is more bent at the elbow",), less=("the raised arm is straighter at the elbow",),
    )] = 20  # fmt: skip
    stance: Annotated[float, traits.stance()] = 24
    tempo_s: Annotated[float, traits.tempo("side bend", 1.6, 4.2)] = 2.6
    pause_s: Annotated[float, traits.pause("bent position", "in the bent position")] = 0.3

    def rest(self) -> dict[str, float]:
        """Arms at the sides."""
        return {"foot_x": self.stance / 2, "arm": 10, "plane": 5, "elbow": 12, "side_lean": 0, "shift": 0}

    def cycle(self) -> tuple[Move, ...]:
        """Over to one side, hold, back."""
        sign, upper = (1, "right") if self.side == "left" else (-1, "left")
        bent = {
            "side_lean": sign * self.bend,
            f"arm_{upper}": self.arm,
            f"elbow_{upper}": self.elbow,
            "shift": -sign * self.bend * 0.12,
        }
        return (
            Move(stage="bending", phase="lowering", duration_s=self.tempo_s / 2, to=bent),
            Move(stage="bent position", phase="peak", duration_s=self.pause_s),
            Move(stage="straightening", phase="rising", duration_s=self.tempo_s / 2, to=self.rest()),
        )


class ForwardBend(StandingAction):
    """Standing forward bend."""

    action: ClassVar[str] = "forward_bend"
    description: ClassVar[str] = "a standing forward bend"
    views: ClassVar[tuple[View, ...]] = ("side", "diagonal")

    lean: Annotated[float, traits.forward_lean("bottom position", "at the bottom", 40, 112, 14)] = 85
    knee: Annotated[
        float,
        traits.knee_bend(
            "bottom position", 4, 45, ("the knees are more bent at the bottom",), ("the legs are straighter at the bottom",)
        ),
    ] = 8
    reach: Annotated[float, Trait(
        low=0, high=70, clear=20, same=3, quantity="hand_forward", view="side", at="bottom position",
        more=("the hands reach further forward at the bottom", "the arms are stretched further in front of the body"),
        less=("the arms hang more straight down at the bottom", "the hands are less far in front of the body"),
    )] = 8  # fmt: skip
    tempo_s: Annotated[float, traits.tempo("forward bend", 1.8, 4.6)] = 3.0
    pause_s: Annotated[float, traits.pause("bottom position", "at the bottom")] = 0.3

    def rest(self) -> dict[str, float]:
        """Standing upright."""
        return {"foot_x": 7, "knee": 4, "lean": 1, "arm": 8, "plane": 60, "head": 0, "elbow": 8}

    def cycle(self) -> tuple[Move, ...]:
        """Down, hold, up."""
        bottom = {
            "lean": self.lean,
            "knee": self.knee,
            "arm": max(self.reach, 2),
            "plane": 85,
            "head": -self.lean * 0.75,
            "elbow": 3,
        }
        return (
            Move(stage="lowering", phase="lowering", duration_s=self.tempo_s / 2, to=bottom),
            Move(stage="bottom position", phase="bottom", duration_s=self.pause_s),
            Move(stage="rising", phase="rising", duration_s=self.tempo_s / 2, to=self.rest()),
        )


class HipCircle(StandingAction):
    """Hips rotated with the hands on them."""

    action: ClassVar[str] = "hip_circle"
    description: ClassVar[str] = "the exercise called standing hip circle with hands on hips, two rotations"
    views: ClassVar[tuple[View, ...]] = ("front", "diagonal")
    hands_on_hips: ClassVar[bool] = True

    clockwise: bool = False
    radius: Annotated[float, Trait(
        low=2.5, high=11, clear=2.6, same=0.4, quantity="hip_sway", view="front", at="circling",
        more=("the range of motion in the hips is larger", "the hips move further to the side", "the hips draw a larger circle"),
        less=("the range of motion in the hips is smaller", "the hips stay more centred"),
    )] = 6  # fmt: skip
    hands: Annotated[float, Trait(
        low=0, high=40, clear=13, same=2, quantity="hand_height_on_body", at="circling",
        more=("the hand position is higher on the body", "the hands are placed higher on the body"),
        less=("the hand position is lower on the body", "the hands rest lower on the hips"),
    )] = 12  # fmt: skip
    rocking: Annotated[float, Trait(
        low=0, high=26, clear=9, same=1.5, quantity="torso_forward_lean", view="side", at="circling", one_number=False,
        more=("the upper body rocks more in a forward-backward way",), less=("the upper body rocks less forward and backward",),
    )] = 4  # fmt: skip
    stance: Annotated[float, traits.stance()] = 24
    toe_out: Annotated[float, traits.toe_out()] = 10
    tempo_s: Annotated[float, Trait(
        low=1.2, high=3.4, clear=0.4, same=0.06, quantity="duration", more=("the hip rotation is slower", "the motion takes longer"),
        less=("the speed of the hip rotation is faster", "the hips rotate more quickly"),
    )] = 1.9  # fmt: skip

    def rest(self) -> dict[str, float]:
        """Hands on the hips, hips over the feet."""
        return {"foot_x": self.stance / 2, "toe_out": self.toe_out, "turn": 0, "knee": 7, "sag": 0}

    def cycle(self) -> tuple[Move, ...]:
        """Hips to the front, two circles, hips back to the middle."""
        turns = -720.0 if self.clockwise else 720.0
        return (
            Move(stage="starting the circle", phase="start", duration_s=0.4, to={"sag": 1}),
            Move(stage="circling", phase="whole", duration_s=2 * self.tempo_s, to={"turn": turns}),
            Move(stage="circle closed", phase="end", duration_s=0, to={"turn": 0}),
            Move(stage="returning to the middle", phase="end", duration_s=0.4, to={"sag": 0}),
        )

    def hand_target(self) -> tuple[float, float, float]:
        """The wrists at the asked height."""
        return (0.2, self.hands / 100, 0.05)

    def shaped(self, channels: Channels) -> Channels:
        """The hips on a circle around the middle, the shoulders nearly in place."""
        turn, size = np.radians(channels["turn"]), channels["sag"]
        circle = {"shift": self.radius * size * np.sin(turn), "back": -self.radius * 0.8 * size * np.cos(turn)}
        tilt = {"side_lean": -self.radius * 1.1 * size * np.sin(turn), "lean": 2 - self.rocking * size * np.cos(turn)}
        return channels | circle | tilt


class PushUp(ActionParameters):
    """Push-up: hands and toes on the floor."""

    action: ClassVar[str] = "push_up"
    description: ClassVar[str] = "a push-up"
    views: ClassVar[tuple[View, ...]] = ("side", "diagonal")
    landscape: ClassVar[bool] = True

    depth: Annotated[float, Trait(
        low=45, high=112, clear=15, same=2.5, quantity="elbow_flexion", also=("-shoulder_height",), at="bottom position",
        more=("the push-up is deeper", "the elbows bend more at the bottom of the push-up", "the chest comes closer to the floor"),
        less=("the push-up is less deep", "the elbows bend less at the bottom of the push-up"),
    )] = 90  # fmt: skip
    sag: Annotated[float, Trait(
        low=-8, high=9, clear=4, same=0.6, quantity="hip_sag", view="side", at="bottom position",
        more=("the hips sag more", "the hips hang lower below the body line"),
        less=("the hips stay higher in the body line", "the hips sag less"),
    )] = 0  # fmt: skip
    head: Annotated[float, Trait(
        low=-88, high=-35, clear=18, same=3, quantity="head_pitch", view="side", at="bottom position",
        more=("the gaze is more forward instead of down", "the head is held up more"), less=("the gaze is more down towards the floor",),
    )] = -70  # fmt: skip
    tempo_s: Annotated[float, traits.tempo("push-up", 1.4, 3.8)] = 2.2
    pause_s: Annotated[float, traits.pause("bottom position", "at the bottom of the push-up")] = 0.2

    def rest(self) -> dict[str, float]:
        """Arms straight."""
        return {"elbow": 8, "sag": self.sag * 0.4, "head": self.head}

    def cycle(self) -> tuple[Move, ...]:
        """Down, hold, up."""
        return (
            Move(stage="lowering", phase="lowering", duration_s=self.tempo_s / 2, to={"elbow": self.depth, "sag": self.sag}),
            Move(stage="bottom position", phase="bottom", duration_s=self.pause_s),
            Move(stage="rising", phase="rising", duration_s=self.tempo_s / 2, to=self.rest()),
        )

    def pose(self, figure: Figure, channels: Channels) -> Skeleton:
        """The body line turns about the ankles; the shoulders are where hands and ankles both reach."""
        elbow, zero = channels["elbow_left"], np.zeros_like(channels["elbow_left"])
        sag = channels["sag"] * figure.body_length / 100
        leg = figure.leg_reach(np.full_like(zero, 2.0))
        line = np.sqrt(leg**2 - sag**2) + np.sqrt(figure.torso**2 - sag**2)
        ankle_y, wrist_y, hand_x = 0.105 * figure.height_m, 0.02 * figure.height_m, figure.shoulder_width * 0.62
        aside = hand_x - figure.shoulder_width / 2
        up = figure.arm_reach(np.array(8.0))
        wrist_z = float(np.sqrt(line[0] ** 2 - (np.sqrt(up**2 - aside**2) + wrist_y - ankle_y) ** 2)) - 0.05 * figure.height_m
        arm = np.sqrt(figure.arm_reach(elbow) ** 2 - aside**2)
        shoulder = _meet(line, arm, wrist_z, wrist_y - ankle_y)
        along, across = unit(shoulder), unit(shoulder) @ np.array([[0.0, -1.0], [1.0, 0.0]])
        hip = along * np.sqrt(leg**2 - sag**2)[:, None] - across * np.where(across[:, 1:] > 0, 1, -1) * sag[:, None]
        pelvis = np.stack([zero, hip[:, 1] + ankle_y, hip[:, 0]], axis=-1)
        trunk = trunk_frame(np.degrees(np.arctan2(*(shoulder - hip).T)), zero, zero)
        joints = sockets(figure, pelvis, trunk)
        point = np.degrees(np.arctan2(hip[:, 0], hip[:, 1])) - 8
        legs = {side: _toe_planted(sign, ankle_y, point, figure) for side, sign in SIDES.items()}
        arms = {
            side: _propped(figure, joints[f"{side}_shoulder"], (sign * hand_x, wrist_y, wrist_z), sign)
            for side, sign in SIDES.items()
        }
        return assemble(figure, pelvis, trunk, rotation(0, -channels["head"]), legs, arms)


def _meet(line: np.ndarray, arm: np.ndarray, z: float, y: float) -> np.ndarray:
    """Where (T, 2: forward, up) a circle about the origin meets one about (z, y), the upper of the two points."""
    apart = np.hypot(z, y)
    near = (line**2 - arm**2 + apart**2) / (2 * apart)
    off = np.sqrt(np.maximum(line**2 - near**2, 0))
    forward, up = np.array([z, y]) / apart, np.array([-y, z]) / apart
    return near[:, None] * forward + off[:, None] * up


def _toe_planted(sign: int, ankle_y: float, point: np.ndarray, figure: Figure) -> Leg:
    ankle = np.stack(
        [np.full_like(point, sign * figure.hip_width * 0.55), np.full_like(point, ankle_y), np.zeros_like(point)], axis=-1
    )
    return Leg(ankle, np.broadcast_to([0.0, -1.0, 0.0], ankle.shape), foot_frame(sign, np.zeros_like(point), point))


def _propped(figure: Figure, shoulder: np.ndarray, wrist: tuple[float, float, float], sign: int) -> Arm:
    elbow, tip = two_bone(
        shoulder, np.broadcast_to(wrist, shoulder.shape), figure.upper_arm, figure.forearm, np.array([sign * 0.8, 0.1, -1.0])
    )
    return Arm(unit(elbow - shoulder), unit(tip - elbow), np.broadcast_to([0.0, 0.0, 1.0], tip.shape))
