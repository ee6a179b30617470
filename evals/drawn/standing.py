"""The posture of a standing person: feet planted first, hips solved from them, then trunk, head and arms."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .figure import Figure
from .kinematics import (
    SIDES,
    Arm,
    Leg,
    Skeleton,
    ankle_over_ball,
    arm_direction,
    assemble,
    bent,
    foot_frame,
    rotation,
    sockets,
    trunk_frame,
    turned,
    two_bone,
    unit,
)
from .motion import ActionParameters, Channels


class StandingAction(ActionParameters):
    """An action on the feet, described by channels alone."""

    arms_follow_trunk: ClassVar[bool] = False
    """Whether arm directions are meant relative to the trunk or to the room."""
    fold: ClassVar[tuple[float, float, float]] = (-0.2, 0.1, 1.0)
    """Which way the forearms bend: outwards, up, forward."""
    hands_on_hips: ClassVar[bool] = False
    balance: ClassVar[float] = 0.42
    """How far the hips go back when the trunk leans forward, as a share of how far the shoulders go forward."""

    def pose(self, figure: Figure, channels: Channels) -> Skeleton:
        """The skeleton (T frames) of a person whose channels these are."""
        channels = self.shaped(channels)
        trunk = trunk_frame(channels["lean"], channels["side_lean"], channels["twist"])
        feet = {side: _foot(figure, channels, side) for side in SIDES}
        pelvis = _pelvis(figure, channels, feet, self.balance)
        joints = sockets(figure, pelvis, trunk)
        legs = {side: _leg(figure, channels, side, feet[side], joints[f"{side}_hip"]) for side in SIDES}
        head = (
            rotation(1, channels["twist"] * 0.3)
            @ rotation(2, -channels["side_lean"] * 0.6 - channels["head_tilt"])
            @ rotation(0, -channels["head"])
        )
        arms = {side: self._arm(figure, channels, side, trunk, joints[f"{side}_shoulder"]) for side in SIDES}
        return assemble(figure, pelvis, trunk, head, legs, arms)

    def shaped(self, channels: Channels) -> Channels:
        """The channels with what follows from other channels filled in, such as the path of a circle."""
        return channels

    def forearm_fold(self, channels: Channels) -> np.ndarray:
        """Which way the forearms bend: (3,) or (T, 3) of outwards, up, forward."""
        return np.array(self.fold)

    def hand_target(self) -> tuple[float, float, float]:
        """Where the wrists rest on the body: out from the hip joint, up and forward, as shares of the torso's length."""
        return (0.16, 0.1, 0.08)

    def _arm(self, figure: Figure, ch: Channels, side: str, trunk: np.ndarray, shoulder: np.ndarray) -> Arm:
        sign = SIDES[side]
        if self.hands_on_hips:
            return self._arm_on_hip(figure, sign, trunk, shoulder)
        upper = arm_direction(sign, ch[f"arm_{side}"], ch[f"plane_{side}"])
        fold = np.broadcast_to(self.forearm_fold(ch) * np.array([sign, 1, 1]), upper.shape)
        if self.arms_follow_trunk:
            upper, fold = turned(trunk, upper), turned(trunk, fold)
        return Arm(upper, bent(upper, ch[f"elbow_{side}"], fold))

    def _arm_on_hip(self, figure: Figure, sign: int, trunk: np.ndarray, shoulder: np.ndarray) -> Arm:
        out, up, forward = self.hand_target()
        across = sign * (figure.hip_width - figure.shoulder_width) / 2 + sign * out * figure.torso
        wrist = shoulder + turned(trunk, (across, (up - 1) * figure.torso, forward * figure.torso))
        elbow, tip = two_bone(shoulder, wrist, figure.upper_arm, figure.forearm, turned(trunk, (sign * 1.0, 0.0, -0.45)))
        return Arm(unit(elbow - shoulder), unit(tip - elbow))


def _foot(figure: Figure, ch: Channels, side: str) -> np.ndarray:
    """Where the ankle (T, 3) of a foot on the floor is."""
    unit_m, sign = figure.body_length / 100, SIDES[side]
    height = figure.ankle_height + (ch[f"up_{side}"] + ch["air"]) * unit_m
    flat = np.stack([sign * ch[f"foot_x_{side}"] * unit_m, height, ch[f"foot_z_{side}"] * unit_m], axis=-1)
    return ankle_over_ball(figure, flat, ch[f"toe_out_{side}"], sign, ch[f"tiptoe_{side}"])


def _pelvis(figure: Figure, ch: Channels, feet: dict[str, np.ndarray], balance: float) -> np.ndarray:
    """Middle of the hips (T, 3): as high as both standing legs allow at the asked knee bend."""
    unit_m = figure.body_length / 100
    x = ch["shift"] * unit_m
    middle = (feet["left"][:, 2] + feet["right"][:, 2]) / 2
    z = middle + 0.02 * figure.height_m - balance * figure.torso * np.sin(np.radians(ch["lean"])) - ch["back"] * unit_m
    heights = []
    for side, sign in SIDES.items():
        if ch[f"lift_{side}"].any():
            continue
        ankle = feet[side]
        flat = (x + sign * figure.hip_width / 2 - ankle[:, 0]) ** 2 + (z - ankle[:, 2]) ** 2
        heights.append(ankle[:, 1] + np.sqrt(np.maximum(figure.leg_reach(ch[f"knee_{side}"]) ** 2 - flat, 1e-6)))
    return np.stack([x, np.min(heights, axis=0), z], axis=-1)


def _leg(figure: Figure, ch: Channels, side: str, planted: np.ndarray, hip: np.ndarray) -> Leg:
    sign = SIDES[side]
    lift = ch[f"lift_{side}"][:, None]
    thigh, shank = np.radians(ch[f"hip_{side}"]), np.radians(ch[f"hip_{side}"] - ch[f"bend_{side}"])
    swing = hip + figure.thigh * _sagittal(thigh) + figure.shank * _sagittal(shank)
    pole = turned(rotation(1, sign * (ch[f"toe_out_{side}"] - ch[f"valgus_{side}"])), (0, 0.15, 1.0))
    pole = pole * (1 - lift) + lift * (_sagittal(thigh) + np.array([0.0, 0.0, 0.3]))
    # A lifted foot hangs from its shank: level with a level shank, pointed a little when it swings forward.
    point = ch[f"tiptoe_{side}"] + ch[f"lift_{side}"] * np.clip(np.degrees(-shank) + 10, -75, 45)
    return Leg(planted * (1 - lift) + swing * lift, pole, foot_frame(sign, ch[f"toe_out_{side}"], point))


def _sagittal(angle: np.ndarray) -> np.ndarray:
    """Unit vectors (T, 3) that hang down at 0 and point forward at a quarter turn."""
    return np.stack([np.zeros_like(angle), -np.cos(angle), np.sin(angle)], axis=-1)
