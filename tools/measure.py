"""Measure one difference on both clips: statement in, value with an interval out, or the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..memory.values import Difference, Measurement, Question, Value, Window
from .angles import arm_in_plane, knee_witnesses_apart
from .body import Body
from .catalog import CATALOG, QuantityEntry
from .clip import Clip
from .clip_quantities import CLIP_QUANTITIES, covered
from .landmarks import Landmark as L
from .motion_quantities import HAND_QUANTITIES, MOTION_QUANTITIES, read_hands, read_motion, without_body
from .quantities import CURVES
from .reading import SEEN, Reading, asked_curve, read_curve, side_seen, unbroken_curve

Z95 = 1.96
MOTION_ERROR = 0.1
"""Share of a motion or hand quantity that camera distance, clothes and light may make."""
LENGTH_ERROR = 0.06
"""Share of a length: people are built differently, and body length stands for all of it."""
LENGTH_JND = 0.1
RELATIVE_ERROR = {
    "duration": 0.05,
    "pause": 0.08,
    "travel": 0.1,
    "hand_speed": 0.1,
    "foot_speed": 0.1,
    "hip_speed": 0.1,
    "rotation_speed": 0.15,
    "knee_valgus": 0.3,
}
"""Share of the value itself that these cannot be known better than."""
RELATIVE_JND = {
    "motion_amount": 0.2,
    "motion_speed": 0.2,
    "duration": 0.1,
    "hand_speed": 0.2,
    "foot_speed": 0.2,
    "hip_speed": 0.2,
    "rotation_speed": 0.2,
    "travel": 0.2,
}
"""Share of the value below which people would not call it a difference."""
BREADTHS = frozenset(
    {
        "stance_width",
        "step_length",
        "foot_stagger",
        "knee_separation",
        "hand_separation",
        "hand_to_body",
        "hand_forward",
        "elbow_flare",
    }
)
FRONT_NEEDED = {
    **dict.fromkeys(("stance_width", "knee_separation", "torso_shift", "head_side_tilt"), 0.4),
    **dict.fromkeys(("toe_out", "knee_valgus", "torso_side_lean"), 0.65),
}
"""How far a body must be turned to the camera (1 is square on) for what only a front view shows."""
FEWEST_FRAMES = 3
"""A picture or two show a posture; how long anything lasts they do not."""
ARM_ENDS = {
    "elbow_flexion": L.LEFT_WRIST,
    "arm_elevation": L.LEFT_WRIST,
    "upper_arm_elevation": L.LEFT_ELBOW,
}
"""Angles of an arm, with the joint where it ends."""
TOWARDS_CAMERA = 2.5
"""Such an angle is guessed, not seen, when the arm points at the camera: its error grows by so many times itself."""
PLAUSIBLE = {"toe_out": (-35.0, 95.0), "knee_valgus": (-80.0, 100.0)}
"""What a body can do, where the landmarks are known to say more than that."""
COVERED = 0.75
"""Share of a clip's movement that must lie in repetitions before they are counted or timed. Of 96 drawn clips the three below it were cut
wrongly; nine real ones have 0.95 or more."""
COUNTED = frozenset({"duration", "repetitions"})
HIDDEN_FROM_FRONT = frozenset({"knee_over_toes", "hand_forward", "hip_sag", "foot_stagger"})


class Measured(Value):
    """A quantity read off both clips."""

    question: Question
    a: Reading
    b: Reading
    jnd: float
    """Smallest difference worth telling, in the quantity's unit, at this size."""
    doubt: str = ""
    """Why the numbers should not decide although they exist; empty when they may."""

    @property
    def sigma(self) -> float:
        """One standard deviation of the difference."""
        return float(np.hypot(self.a.sigma, self.b.sigma))

    def as_measurement(self) -> Measurement:
        """The public form, with the 95% interval of b - a."""
        entry = CATALOG[self.question.quantity]
        difference = self.b.value - self.a.value
        half = Z95 * self.sigma
        return Measurement(
            quantity=entry.name,
            unit=entry.unit,
            a=round(self.a.value, 3),
            b=round(self.b.value, 3),
            difference=round(difference, 3),
            interval=(round(difference - half, 3), round(difference + half, 3)),
        )


def measure(difference: Difference, windows: tuple[Sequence[Window], Sequence[Window]], a: Clip, b: Clip) -> Measured | str:
    """Read the difference's quantity in its `windows` of A and B; a sentence saying why when that is impossible."""
    if difference.question is None:
        return difference.unmeasurable or "the statement does not name anything that can be measured on a body"
    question = _asked_of(difference.question, (a, b))
    if isinstance(question, str):
        return question
    entry, readings = CATALOG[question.quantity], list[Reading]()
    for name, clip, where in (("A", a, windows[0]), ("B", b, windows[1])):
        reading = read_clip(question, where, clip)
        if isinstance(reading, str):
            return f"{reading} in {name}"
        readings.append(reading)
    by_body = entry.source in ("pose", "clip") and a.embodied and b.embodied
    doubt = (_hidden_by_view(entry, (a, b)) or _unseen(entry, readings) or _miscut(entry, (a, b))) if by_body else ""
    return Measured(question=question, a=readings[0], b=readings[1], jnd=_jnd(entry, readings), doubt=doubt)


def _asked_of(question: Question, clips: Sequence[Clip]) -> Question | str:
    """The question as these clips can answer it: by the body where there is one in both, by movement or hands where in neither."""
    if CATALOG[question.quantity].source in ("motion", "hands") or all(clip.embodied for clip in clips):
        return question
    if not any(clip.embodied for clip in clips) and (other := without_body(question)) is not None:
        return other
    name, clip = next((name, clip) for name, clip in zip("AB", clips, strict=True) if not clip.embodied)
    return f"no person was found in {name}" if not clip.track.present.any() else f"a body is hardly ever in view in {name}"


def read_clip(question: Question, windows: Sequence[Window], clip: Clip) -> Reading | str:
    """Read one clip; a sentence fragment saying what is missing when that is impossible."""
    entry = CATALOG[question.quantity]
    if question.quantity in MOTION_QUANTITIES and (entry.source == "motion" or not clip.embodied):
        return _as_reading(read_motion(clip.motion(), entry.name), entry, windows) or f"{entry.label} could not be read"
    if question.quantity in HAND_QUANTITIES:
        return _as_reading(read_hands(clip.hands(), question), entry, windows) or "the hands were hardly ever found"
    if not windows:
        return "the moment that the statement is about was not found"
    if entry.name in CLIP_QUANTITIES:
        if len(clip.body.times_s) < FEWEST_FRAMES:
            return f"there are too few frames for {entry.label}"
        reading = _read_clip_quantity(entry, windows, clip)
    elif entry.name in CURVES:
        reading = _read_pose_quantity(entry, question, windows, clip)
    else:
        return f"{entry.label} needs more of the arm than the landmarks of a hand show"
    return reading if reading is not None else f"{entry.label} could not be read"


def _as_reading(read: tuple[float, float] | None, entry: QuantityEntry, windows: Sequence[Window]) -> Reading | None:
    if read is None:
        return None
    value, error = read
    sigma = float(np.sqrt(entry.floor**2 + error**2 + (MOTION_ERROR * value) ** 2))
    return Reading(value=value, sigma=sigma, keys_s=tuple(w.key_s for w in windows), seen=1.0)


def _read_clip_quantity(entry: QuantityEntry, windows: Sequence[Window], clip: Clip) -> Reading | None:
    numbers = CLIP_QUANTITIES[entry.name](clip.body, windows, clip.timeline)
    if not numbers:
        return None
    values = np.array([value for value, _ in numbers])
    middle = float(np.median(values))
    spread = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    sigma = float(np.sqrt(entry.floor**2 + spread**2 + (RELATIVE_ERROR.get(entry.name, 0.0) * middle) ** 2))
    order = np.argsort(np.abs(values - middle), kind="stable")
    return Reading(value=middle, sigma=sigma, keys_s=tuple(numbers[i][1] for i in order), seen=1.0)


def _read_pose_quantity(entry: QuantityEntry, question: Question, windows: Sequence[Window], clip: Clip) -> Reading | None:
    body, times = clip.body, clip.body.times_s
    if question.statistic == "left_over_right":
        return _left_over_right(entry, windows, clip)
    if question.side == "either":
        # A limb that is named by what it does is meant while it does so.
        entry = entry.model_copy(update={"natural": "peak"})
    curve = asked_curve(body, entry, question.side, question.statistic)
    if question.statistic == "asymmetry" and entry.sided:
        seen = min(side_seen(body, entry.name, 0), side_seen(body, entry.name, 1))
    else:
        seen = _seen(clip, entry, question)
    reading = read_curve(times, curve, windows, question.statistic, entry, seen)
    if question.statistic != "asymmetry" and (unbroken := unbroken_curve(body, entry.name, question.side)) is not None:
        reading = _without_leaps(reading, read_curve(times, unbroken, windows, question.statistic, entry, seen))
    if reading is None:
        return None
    relative = RELATIVE_ERROR.get(entry.name, LENGTH_ERROR if entry.name in BREADTHS else 0.0) * reading.value
    apart = _witnesses_apart(body, entry, reading)
    scale = _view_factor(entry, body.frontness) * (1.0 + 2.0 * max(0.0, 0.6 - seen)) * _depth_factor(body, entry, reading)
    return reading.model_copy(update={"sigma": float(np.linalg.norm([scale * reading.sigma, relative, apart]))})


def _without_leaps(every: Reading | None, unbroken: Reading | None) -> Reading | None:
    """The reading without what leaps made, as uncertain as they change it: what a joint did meanwhile nobody knows."""
    if every is None or unbroken is None:
        return None
    return unbroken.model_copy(update={"sigma": float(np.hypot(unbroken.sigma, every.value - unbroken.value))})


def _left_over_right(entry: QuantityEntry, windows: Sequence[Window], clip: Clip) -> Reading | None:
    curve = CURVES[entry.name](clip.body)
    sides = [
        read_curve(clip.body.times_s, curve[:, k], windows, "level", entry, side_seen(clip.body, entry.name, k)) for k in (0, 1)
    ]
    if sides[0] is None or sides[1] is None:
        return None
    left, right = sides[0], sides[1]
    higher = left if left.value >= right.value else right
    return Reading(
        value=left.value - right.value,
        sigma=float(np.hypot(left.sigma, right.sigma)),
        keys_s=higher.keys_s,
        seen=min(left.seen, right.seen),
    )


def _seen(clip: Clip, entry: QuantityEntry, question: Question) -> float:
    sides = {"left": (0,), "right": (1,)}.get(question.side, (0, 1))
    values = [side_seen(clip.body, entry.name, offset) for offset in sides]
    # A limb hidden behind the body moves with the one in front; one well seen side is enough for "both".
    return max(values) if entry.sided else float(np.mean(values))


def _view_factor(entry: QuantityEntry, frontness: float) -> float:
    """How much the error grows away from the view in which the quantity is read best."""
    off = {"front": 1.0 - frontness, "side": frontness}.get(entry.views, 0.0)
    return 1.0 + 1.5 * off**2


def _rows_read(body: Body, reading: Reading) -> list[int]:
    return [int(np.argmin(np.abs(body.times_s - key_s))) for key_s in reading.keys_s]


def _witnesses_apart(body: Body, entry: QuantityEntry, reading: Reading) -> float:
    """How far the two witnesses of a knee that is seen from the front are from their mean where it is read, in degrees."""
    if entry.name != "knee_flexion":
        return 0.0
    apart = knee_witnesses_apart(body)[_rows_read(body, reading)]
    return float(np.nanmean(apart)) if np.isfinite(apart).any() else 0.0


def _depth_factor(body: Body, entry: QuantityEntry, reading: Reading) -> float:
    """How much the error of an arm's angle grows as the arm points at the camera where it is read."""
    if entry.name not in ARM_ENDS:
        return 1.0
    flat = arm_in_plane(body, ARM_ENDS[entry.name])[_rows_read(body, reading)]
    return 1.0 + TOWARDS_CAMERA * (1.0 - float(np.nanmean(flat))) if np.isfinite(flat).any() else 1.0


def _jnd(entry: QuantityEntry, readings: Sequence[Reading]) -> float:
    size = float(np.mean([abs(r.value) for r in readings]))
    return max(entry.jnd, RELATIVE_JND.get(entry.name, LENGTH_JND if entry.name in BREADTHS else 0.0) * size)


def _hidden_by_view(entry: QuantityEntry, clips: Sequence[Clip]) -> str:
    for name, clip in zip("AB", clips, strict=True):
        if clip.body.frontness < FRONT_NEEDED.get(entry.name, 0.0):
            return f"{entry.label} cannot be judged from the side, as {name} is filmed"
        if entry.name in HIDDEN_FROM_FRONT and clip.body.frontness > 0.8:
            return f"{entry.label} cannot be judged from the front, as {name} is filmed"
    fronts = [clip.body.frontness for clip in clips]
    if entry.views != "any" and max(abs(x - y) for x, y in pairwise(fronts)) > 0.55:
        return f"{entry.label} cannot be compared between a front view and a side view"
    return ""


def _miscut(entry: QuantityEntry, clips: Sequence[Clip]) -> str:
    if entry.name in COUNTED:
        for name, clip in zip("AB", clips, strict=True):
            if covered(clip.body, clip.timeline) < COVERED:
                return f"much of the movement in {name} belongs to no repetition that was found"
    return ""


def _unseen(entry: QuantityEntry, readings: Sequence[Reading]) -> str:
    low, high = PLAUSIBLE.get(entry.name, (-np.inf, np.inf))
    for name, reading in zip("AB", readings, strict=True):
        if reading.seen < SEEN:
            return f"the joints that show the {entry.label} are hardly seen in {name}"
        if not low <= reading.value <= high:
            return f"no body has a {entry.label} of {reading.value:.0f} {entry.unit}, as was read in {name}"
    return ""
