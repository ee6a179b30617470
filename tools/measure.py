"""Measure one difference on both clips: statement in, value with an interval out, or the reason why not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..memory.values import Difference, Measurement, Question, Value, Window
from .catalog import CATALOG, QuantityEntry
from .clip import Clip
from .clip_quantities import CLIP_QUANTITIES
from .doubts import doubt_of
from .motion_quantities import HAND_QUANTITIES, MOTION_QUANTITIES, read_hands, read_motion, without_body
from .positions import grounded, planted
from .quantities import CURVES
from .reading import Reading, asked_curve, read_curve, side_seen, unbroken_curve
from .reading_error import BREADTHS, MOTION_ERROR, error_of, share_of_value

Z95 = 1.96
LENGTH_JND = 0.1
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
FEWEST_FRAMES = 3
"""A picture or two show a posture; how long anything lasts they do not."""


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
    doubt = doubt_of(entry, readings, (a, b)) if by_body else ""
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
    values = np.array([number.value for number in numbers])
    middle, own = float(np.median(values)), float(np.median([number.sigma for number in numbers]))
    spread = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    sigma = float(np.linalg.norm([entry.floor, own, spread, share_of_value(entry) * middle]))
    order = np.argsort(np.abs(values - middle), kind="stable")
    return Reading(value=middle, sigma=sigma, keys_s=tuple(numbers[i].key_s for i in order), seen=1.0)


def _read_pose_quantity(entry: QuantityEntry, question: Question, windows: Sequence[Window], clip: Clip) -> Reading | None:
    body, times = clip.body, clip.body.times_s
    if question.statistic == "left_over_right":
        return _left_over_right(entry, windows, clip)
    if question.side == "either":
        # A limb that is named by what it does is meant while it does so.
        entry = entry.model_copy(update={"natural": "peak"})
    curve = asked_curve(body, entry, question.side, question.statistic)
    if entry.name == "stance_width" and planted(body):
        # Feet that move are meant at their widest, others all the time that both carry.
        entry, curve = entry.model_copy(update={"natural": "mean"}), np.where(grounded(body), curve, np.nan)
    if question.statistic == "asymmetry" and entry.sided:
        seen = min(side_seen(body, entry.name, 0), side_seen(body, entry.name, 1))
    else:
        seen = _seen(clip, entry, question)
    reading = read_curve(times, curve, windows, question.statistic, entry, seen)
    if question.statistic != "asymmetry" and (unbroken := unbroken_curve(body, entry.name, question.side)) is not None:
        reading = _without_leaps(reading, read_curve(times, unbroken, windows, question.statistic, entry, seen))
    if reading is None:
        return None
    return reading.model_copy(update={"sigma": error_of(body, entry, reading)})


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


def _jnd(entry: QuantityEntry, readings: Sequence[Reading]) -> float:
    size = float(np.mean([abs(r.value) for r in readings]))
    return max(entry.jnd, RELATIVE_JND.get(entry.name, LENGTH_JND if entry.name in BREADTHS else 0.0) * size)
