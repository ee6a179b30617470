"""Traits that several actions share: tempo, pause, stance, toes, head, elbows, arms, lean and depth."""

from __future__ import annotations

from .motion import Trait


def tempo(noun: str, low: float, high: float) -> Trait:
    """Seconds of movement in one repetition, pauses not counted."""
    return Trait(
        low=low, high=high, clear=0.25 * low, same=0.05 * low, quantity="duration",
        more=(f"the {noun} is slower", "the motion is performed more slowly", "the whole motion takes longer"),
        less=(f"the {noun} is faster", "the speed of the whole motion is faster", "the motion is quicker"),
    )  # fmt: skip


def pause(stage: str, where: str) -> Trait:
    """Seconds of standing still in one stage."""
    return Trait(
        low=0.1, high=1.8, clear=0.4, same=0.08, quantity="pause", at=stage,
        more=(f"there is a longer pause {where}", f"they hold still for longer {where}", f"the position {where} is held longer"),
        less=(f"there is less of a pause {where}", f"the pause {where} is shorter"),
    )  # fmt: skip


def stance(low: float = 14, high: float = 40) -> Trait:
    """Distance between the ankles, percent of body length."""
    return Trait(
        low=low, high=high, clear=7, same=1.5, quantity="stance_width", view="front", at="starting position",
        more=("the feet stance is wider", "the feet are further apart", "they stand with a wider stance"),
        less=("the feet stance is narrower", "the feet are closer together"),
    )  # fmt: skip


def toe_out() -> Trait:
    """Outward turn of each foot, degrees."""
    return Trait(
        low=0, high=45, clear=18, same=3, quantity="toe_out", view="front", at="starting position", one_number=False,
        more=("the toes are more pointed out", "the feet are turned outwards more"),
        less=("the toes point more straight ahead", "the toes are less pointed out"),
    )  # fmt: skip


def gaze(stage: str, where: str) -> Trait:
    """Pitch of the head in the room, degrees, up is positive."""
    return Trait(
        low=-50, high=25, clear=20, same=3, quantity="head_pitch", view="side", at=stage,
        more=(f"the gaze is more up and forward {where}", f"the head is held higher and looks less downwards {where}"),
        less=(f"the gaze is more down {where}", f"the head looks down more {where}"),
    )  # fmt: skip


def knee_bend(
    stage: str,
    low: float,
    high: float,
    more: tuple[str, ...],
    less: tuple[str, ...],
    clear: float = 14,
    also: tuple[str, ...] = (),
) -> Trait:
    """Largest bend of the knees, degrees."""
    return Trait(
        low=low, high=high, clear=clear, same=2.5, quantity="knee_flexion", also=also, at=stage, more=more, less=less, view="side"
    )  # fmt: skip


def forward_lean(stage: str, where: str, low: float = 5, high: float = 50, clear: float = 12) -> Trait:
    """Tilt of the trunk from the vertical, degrees."""
    return Trait(
        low=low, high=high, clear=clear, same=2, quantity="torso_forward_lean", view="side", at=stage,
        more=(f"the torso leans further forward {where}", f"the upper body is bent forward more {where}"),
        less=(f"the torso is more upright {where}", f"the upper body leans forward less {where}"),
    )  # fmt: skip


def elbow_bend(stage: str, where: str, high: float = 75) -> Trait:
    """Bend of the elbows, degrees."""
    return Trait(
        low=0, high=high, clear=22, same=3, quantity="elbow_flexion", at=stage,
        more=(f"the elbows are more bent {where}", f"the arms are less straight {where}"),
        less=(f"the arms are straighter {where}", f"the elbows are less bent {where}"),
    )  # fmt: skip


def arm_height(stage: str, where: str, low: float, high: float) -> Trait:
    """Elevation of the arms from hanging, degrees."""
    return Trait(
        low=low, high=high, clear=16, same=2.5, quantity="arm_elevation", also=("hand_height",), at=stage,
        more=(f"the arms are raised higher {where}", f"the arms reach higher {where}", f"the hands are higher {where}"),
        less=(f"the arms are raised less high {where}", f"the arms stay lower {where}"),
    )  # fmt: skip


def valgus(stage: str, where: str) -> Trait:
    """Inward turn of the knees against the toes, degrees."""
    return Trait(
        low=0, high=40, clear=18, same=3, quantity="knee_valgus", view="front", at=stage, one_number=False,
        more=(f"the knees cave in more {where}", f"the knees fall inwards {where} instead of tracking over the feet"),
        less=(f"the knees track further out {where}", f"the knees stay more in line with the feet {where}"),
    )  # fmt: skip
