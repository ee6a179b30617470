"""The catalogue of what can be measured: one entry per quantity, with its unit, its words and its honest error."""

from __future__ import annotations

from typing import Literal

from ..memory.values import Statistic, Value

OVER_A_SPAN: frozenset[Statistic] = frozenset({"range", "circle", "variability"})
"""Statistics that no single instant shows."""


class QuantityEntry(Value):
    """What one quantity means and how it is spoken of."""

    name: str
    unit: str
    label: str
    """Noun phrase for reports: "knee bend"."""
    more: str
    """A statement that is true of the clip with the larger value."""
    less: str
    """The opposite statement."""
    jnd: float
    """Smallest difference, in the quantity's own unit, that is worth telling a person."""
    floor: float
    """One standard deviation of the estimator's own error that averaging over frames does not remove."""
    sided: bool = False
    """Whether left and right can be told apart."""
    source: Literal["pose", "clip", "motion", "hands"] = "pose"
    """pose: a curve off the pose track; clip: one number per clip or phase; motion: optical flow; hands: hand landmarks."""
    natural: Literal["max", "min", "mean", "peak"] = "max"
    """How it is read when a statement names no phase: its largest or smallest value in a repetition, its mean, or its value at the peak."""
    views: Literal["any", "front", "side"] = "any"
    """View from which it is read best; from others the error grows."""


def _entry(name: str, unit: str, label: str, more: str, less: str, jnd: float, floor: float, **rest: object) -> QuantityEntry:
    return QuantityEntry.model_validate(
        {"name": name, "unit": unit, "label": label, "more": more, "less": less, "jnd": jnd, "floor": floor, **rest}
    )


# Lengths are in percent of body length (shoulders to ankles, standing): the same for tall, short, near and far people.
CATALOG: dict[str, QuantityEntry] = {
    entry.name: entry
    for entry in (
        _entry("knee_flexion", "deg", "knee bend", "the knees are more bent", "the knees are straighter", 6, 3.5, sided=True),
        _entry("hip_flexion", "deg", "hip bend", "the hips are more bent", "the hips are more extended", 6, 3.5, sided=True, views="side"),
        _entry("elbow_flexion", "deg", "elbow bend", "the elbows are more bent", "the arms are straighter", 8, 4, sided=True, natural="peak"),
        _entry("arm_elevation", "deg", "arm elevation", "the arms are raised higher", "the arms are raised less high", 6, 3, sided=True),
        _entry("upper_arm_elevation", "deg", "upper arm elevation", "the upper arms are raised higher", "the upper arms hang lower", 6, 3, sided=True),
        _entry("upper_arm_off_level", "deg", "upper arm angle to the horizontal", "the upper arms are further from parallel to the ground",
               "the upper arms are more parallel to the ground", 6, 3, sided=True, natural="peak"),
        _entry("depth", "% of leg length", "depth of the hips", "the hips sink deeper", "the hips stay higher", 5, 2.5),
        _entry("hip_height", "% of body length", "hip height", "the hips are higher", "the hips are lower", 4, 1.5, natural="min"),
        _entry("head_height", "% of body length", "head height", "the head is higher", "the head is lower", 4, 1.5, natural="min"),
        _entry("shoulder_height", "% of body length", "shoulder height", "the shoulders are higher", "the shoulders are lower", 4, 1.5, sided=True, natural="min"),
        _entry("hand_height", "% of body length", "hand height", "the hands are higher", "the hands are lower", 5, 2, sided=True),
        _entry("hand_height_on_body", "% of body length", "hand height relative to the hips", "the hands are held higher on the body",
               "the hands are held lower on the body", 5, 2, sided=True, natural="peak"),
        _entry("elbow_height", "% of body length", "elbow height relative to the shoulders", "the elbows are higher", "the elbows are lower", 4, 2, sided=True, natural="peak"),
        _entry("knee_height", "% of body length", "knee height", "the knee is lifted higher", "the knee is lifted less high", 4, 2, sided=True),
        _entry("knee_clearance", "% of body length", "distance of the lower knee from the floor", "the knee stays further from the floor", "the knee comes closer to the floor", 4, 2, natural="min"),
        _entry("foot_height", "% of body length", "foot height", "the foot is lifted higher", "the foot stays lower", 4, 2, sided=True),
        _entry("stance_width", "% of body length", "stance width", "the feet stance is wider", "the feet stance is narrower", 4, 2, views="front"),
        _entry("step_length", "% of body length", "step length", "the step is longer", "the step is shorter", 5, 2.5),
        _entry("foot_stagger", "% of body length", "stagger of the feet", "the feet are more staggered", "the feet are more level with each other", 5, 2.5, views="side"),
        _entry("toe_out", "deg", "toe-out angle", "the toes point out more", "the toes point more straight ahead", 10, 8, sided=True, views="front", natural="peak"),
        _entry("knee_valgus", "% of ankle distance", "inward travel of the knees", "the knees cave in more", "the knees track further out", 18, 9, views="front", natural="peak"),
        _entry("knee_separation", "% of body length", "distance between the knees", "the knees are further apart", "the knees are closer together", 4, 2, views="front", natural="peak"),
        _entry("knee_over_toes", "% of body length", "knee travel past the toes", "the knees travel further over the toes", "the knees stay further behind the toes", 4, 2, views="side", natural="peak"),
        _entry("hand_separation", "% of body length", "distance between the hands", "the hands are further apart", "the hands are closer together", 5, 2.5, natural="peak"),
        _entry("hand_to_body", "% of body length", "distance of the hands from the torso", "the hands are further from the body", "the hands are closer to the body", 5, 2.5, sided=True, natural="peak"),
        _entry("hand_forward", "% of body length", "reach of the hands in front of the body", "the hands are further in front of the body",
               "the hands are less far in front of the body", 5, 2.5, sided=True, views="side", natural="peak"),
        _entry("elbow_flare", "% of body length", "distance of the elbows from the torso", "the elbows flare out more", "the elbows are tucked in more", 4, 2, sided=True, natural="peak"),
        _entry("torso_forward_lean", "deg", "forward lean", "the torso leans further forward", "the torso leans less far forward", 5, 2.5, views="side"),
        _entry("torso_back_lean", "deg", "backward lean", "the torso leans further back", "the torso leans back less", 5, 2.5, views="side"),
        _entry("torso_tilt", "deg", "tilt of the torso from vertical", "the torso is tilted further from upright", "the torso is more upright", 5, 2.5, views="side"),
        _entry("torso_side_lean", "deg", "sideways lean", "the torso leans further to the side", "the torso stays straighter sideways", 5, 2, views="front"),
        _entry("torso_shift", "% of body length", "sideways shift of the torso", "the upper body moves out further over the foot",
               "the upper body stays more over the middle", 4, 2, views="front", natural="peak"),
        _entry("head_pitch", "deg", "upward tilt of the head", "the gaze is more up and forward", "the gaze is more down", 8, 8, natural="mean"),
        _entry("head_side_tilt", "deg", "sideways tilt of the head", "the head tilts more to the side", "the head is more vertical", 6, 3, views="front", natural="mean"),
        _entry("head_turn", "deg", "turn of the head", "the head is turned further to the side", "the head faces more straight ahead", 10, 6, natural="mean"),
        _entry("body_bend", "deg", "bend of the shoulder-hip-ankle line", "the body line is more bent", "the body is straighter", 6, 3, views="side", natural="peak"),
        _entry("hip_sag", "% of body length", "sag of the hips below the body line", "the hips sag more", "the hips stay higher in the body line", 3, 1.5, views="side", natural="peak"),
        _entry("shoulder_turn", "deg", "turn of the shoulders", "the shoulders turn further", "the shoulders stay more square", 10, 6),
        _entry("hip_turn", "deg", "turn of the hips", "the hips turn further", "the hips stay more square", 10, 6),
        _entry("hip_shoulder_separation", "deg", "twist between hips and shoulders", "the shoulders twist further against the hips",
               "the shoulders stay more in line with the hips", 10, 6),
        _entry("hip_sway", "% of body length", "sideways position of the hips over the feet", "the hips move further to the side", "the hips stay more centred", 4, 2),
        _entry("jump_height", "% of body length", "jump height", "the jump is higher", "the jump is lower", 4, 2, source="clip"),
        _entry("travel", "% of body length", "distance travelled by the body", "the body moves further forward", "the body stays more in place", 8, 4, source="clip"),
        _entry("duration", "s", "duration", "the motion takes longer", "the motion is faster", 0.15, 0.06, source="clip"),
        _entry("pause", "s", "pause", "there is a longer pause", "there is less of a pause", 0.25, 0.1, source="clip"),
        _entry("repetitions", "count", "repetitions", "more repetitions are done", "fewer repetitions are done", 0.9, 0.1, source="clip"),
        _entry("hand_speed", "% of body length / s", "speed of the hands", "the hands move faster", "the hands move more slowly", 30, 10, sided=True),
        _entry("foot_speed", "% of body length / s", "speed of the feet", "the foot moves faster", "the foot moves more slowly", 30, 10, sided=True),
        _entry("hip_speed", "% of body length / s", "speed of the hips", "the hips move faster", "the hips move more slowly", 20, 8),
        _entry("rotation_speed", "deg/s", "speed of rotation of the body", "the body rotates faster", "the body rotates more slowly", 40, 20),
        _entry("smoothness", "SPARC", "smoothness of the movement", "the movement is smoother", "the movement is jerkier", 0.3, 0.12, source="clip"),
        _entry("motion_amount", "% of the frame", "amount of movement", "there is more movement", "there is less movement", 0.3, 0.1, source="motion", natural="mean"),
        _entry("motion_speed", "% of the frame / s", "speed of the movement", "the movements are faster", "the movements are slower", 0.3, 0.1, source="motion", natural="mean"),
        _entry("stops", "per minute", "stops", "there are more stops and interruptions", "there are fewer interruptions", 2, 0.7, source="motion"),
        _entry("wrist_bend", "deg", "bend of the wrist", "the wrists are more bent", "the wrists are straighter", 8, 5, sided=True, source="hands", natural="mean"),
        _entry("finger_curl", "deg", "curl of the fingers", "the fingers are more curved", "the fingers are flatter", 10, 6, sided=True, source="hands", natural="mean"),
        _entry("finger_lift", "% of hand length", "lift of the fingertips", "the fingertips lift further", "the fingertips stay closer to the surface", 8, 5,
               sided=True, source="hands", natural="mean"),
        _entry("forearm_travel", "% of hand length", "movement of the forearm", "the forearms move more", "the forearms move less", 10, 5, sided=True, source="hands", natural="mean"),
    )
}  # fmt: skip
"""Quantities by name."""
