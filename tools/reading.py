"""One clip's reading of one quantity: a curve and windows turned into a value with its error and its key instants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..memory.values import BodySide, Statistic, Value, Window
from .body import Body
from .catalog import QuantityEntry
from .quantities import CURVES, joints_of
from .windows import INSTANT_S

EXTREME_SHARE = 0.1
"""An extreme is the mean of this share of the samples, so that one bad frame cannot make it."""
CIRCLING_EDGE = 0.2
"""Share of a repetition at either end in which arms that circle may still be raised to where they do, and lowered from there."""
HOLD_SHARE, HOLD_JITTER = 0.1, 3.0
"""A hold lasts while the curve stays this close to its extreme, as a share of the way there or as standard deviations of its noise."""
SEEN = 0.35
"""Visibility below which a landmark counts as not seen."""
ONE_SIDED = 1.7
"""When one side moves this many times as far as the other, it is the side the action is about."""
WORKING = 8.0
"""Percent of body length that a limb's end must move for the limb to count as the one that works."""
BOTH_SIDES = frozenset({"toe_out"})
"""Quantities of limbs that do not work alone: a foot that is lifted shows nothing of its turn."""
SPEEDS = frozenset({"hand_speed", "foot_speed", "hip_speed"})
"""What a leap of a joint makes large."""
EITHER_SIDE = frozenset({"knee_height", "foot_height", "foot_speed", "hand_speed"})
"""Quantities of a limb that works alone: the higher (faster) of the two sides at each instant."""


class Reading(Value):
    """What one clip shows of one quantity."""

    value: float
    sigma: float
    """One standard deviation of `value`."""
    keys_s: tuple[float, ...]
    """The instants that show it, the most typical repetition first."""
    seen: float
    """Visibility, 0 to 1, of the joints it rests on."""


def curve_of(body: Body, quantity: str, side: BodySide) -> np.ndarray:
    """(T,) curve of one quantity for one body side."""
    curve = CURVES[quantity](body)
    return curve if curve.ndim == 1 else _one_side(body, quantity, curve, side)


def asked_curve(body: Body, entry: QuantityEntry, side: BodySide, statistic: Statistic) -> np.ndarray:
    """(T,) curve that a question is read from: left against right where it asks for that, else the quantity itself."""
    unequal = statistic == "asymmetry" and entry.sided
    key = (entry.name, "unequal" if unequal else side)
    if key not in body.curves:
        both = np.abs(np.diff(CURVES[entry.name](body), axis=1))[:, 0] if unequal else None
        body.curves[key] = curve_of(body, entry.name, side) if both is None else both
    return body.curves[key]


def unbroken_curve(body: Body, quantity: str, side: BodySide) -> np.ndarray | None:
    """(T,) curve of a speed without the instants at which a leap of the joint makes it (NaN); None where there are none."""
    torn = body.torn(joints_of(quantity)[0]) if quantity in SPEEDS else np.zeros(1, bool)
    if not torn.any():
        return None
    curve = CURVES[quantity](body)
    if curve.ndim == 1:
        return np.where(torn.any(axis=1), np.nan, curve)
    return _one_side(body, quantity, np.where(torn, np.nan, curve), side)


def _one_side(body: Body, quantity: str, curve: np.ndarray, side: BodySide) -> np.ndarray:
    if side in ("left", "right"):
        return curve[:, 0 if side == "left" else 1]
    if quantity in EITHER_SIDE:
        return np.fmax(curve[:, 0], curve[:, 1])
    if quantity in BOTH_SIDES:
        return curve.mean(axis=1)
    height = _limb_height(body, quantity)
    if side == "either":
        # "The raised arm", "the kicking leg": the one that gets higher, however well the other is seen.
        return curve[:, int(np.argmax(np.nan_to_num(np.nanpercentile(height, 95, axis=0))))]
    seen = [side_seen(body, quantity, offset) for offset in (0, 1)]
    if min(seen) < SEEN < max(seen):
        return curve[:, int(np.argmax(seen))]
    reach = _swing(height)
    if reach.max() > ONE_SIDED * max(reach.min(), 1e-6) and reach.max() > WORKING:
        return curve[:, int(np.argmax(reach))]
    return curve.mean(axis=1)


def _limb_height(body: Body, quantity: str) -> np.ndarray:
    """(T, 2) height of the end of the limb that a quantity is about: which side moves it is which side works."""
    arm = quantity.startswith(("elbow", "arm", "upper", "hand", "shoulder"))
    return CURVES["hand_height" if arm else "foot_height"](body)


def _swing(curve: np.ndarray) -> np.ndarray:
    if not np.isfinite(curve).any():
        return np.zeros(2)
    low, high = np.nanpercentile(curve, [10, 90], axis=0)
    return high - low


def side_seen(body: Body, quantity: str, offset: int) -> float:
    """Median visibility of the joints a quantity rests on, on the left (0) or right (1)."""
    joints = joints_of(quantity)
    return float(np.nanmedian(body.seen(*(joint + offset for joint in joints)))) if joints else 1.0


def read_curve(
    times_s: np.ndarray, curve: np.ndarray, windows: Sequence[Window], statistic: Statistic, entry: QuantityEntry, seen: float
) -> Reading | None:
    """Read `curve` (T,) in every window and pool the repetitions; None when no window holds a finite sample."""
    reads = [r for w in windows if (r := _read_window(times_s, curve, w, statistic, entry)) is not None]
    if not reads:
        return None
    values = np.array([value for value, _ in reads])
    middle = float(np.median(values))
    order = np.argsort(np.abs(values - middle), kind="stable")
    spread = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
    noise = _jitter(curve) / np.sqrt(3 * len(values))
    sigma = float(np.sqrt(entry.floor**2 + spread**2 + noise**2))
    return Reading(value=middle, sigma=sigma, keys_s=tuple(float(reads[i][1]) for i in order), seen=seen)


def _jitter(curve: np.ndarray) -> float:
    """Frame-to-frame noise of a curve: its second difference, robustly, which slow movement does not touch."""
    if len(curve) < 5:
        return 0.0
    second = np.diff(curve, n=2)
    second = second[np.isfinite(second)]
    return float(1.4826 * np.median(np.abs(second)) / np.sqrt(6)) if second.size else 0.0


def _read_window(
    times_s: np.ndarray, curve: np.ndarray, window: Window, statistic: Statistic, entry: QuantityEntry
) -> tuple[float, float] | None:
    """Value and key instant of one window."""
    inside = _inside(times_s, window, statistic, entry)
    inside = inside[np.isfinite(curve[inside])]
    if not inside.size:
        return None
    values, times = curve[inside], times_s[inside]
    how, noise = _how(window, statistic, entry), _jitter(curve)
    if how in ("maximum", "minimum"):
        return _extreme(values, times, noise, largest=how == "maximum")
    if how in ("range", "circle"):
        high, low = (_extreme(values, times, noise, largest=largest) for largest in (True, False))
        # Of its two ends a range is shown by that of the movement, not by rest.
        return high[0] - low[0], min(high[1], low[1], key=lambda time_s: abs(time_s - window.key_s))
    if how == "variability":
        return float(np.std(values)), float(times[np.argmax(np.abs(values - np.median(values)))])
    middle = float(np.median(values))
    if window.moving and entry.natural in ("max", "min"):
        return middle, _extreme(values, times, noise, largest=entry.natural == "max")[1]
    return middle, float(times[np.argmin(np.abs(times - window.key_s))])


def _how(window: Window, statistic: Statistic, entry: QuantityEntry) -> str:
    if statistic == "asymmetry" or not window.whole:
        return "level" if statistic == "asymmetry" else statistic
    if statistic != "level":
        return statistic
    return {"max": "maximum", "min": "minimum"}.get(entry.natural, "level")


def _inside(times_s: np.ndarray, window: Window, statistic: Statistic, entry: QuantityEntry) -> np.ndarray:
    """Indices of the samples to read."""
    start, end = span_read(window, statistic, entry)
    inside = np.flatnonzero((times_s >= start - 1e-9) & (times_s <= end + 1e-9))
    return inside if inside.size else np.array([int(np.argmin(np.abs(times_s - window.key_s)))])


def span_read(window: Window, statistic: Statistic, entry: QuantityEntry) -> tuple[float, float]:
    """From when to when a window is read, seconds: all of it, or what is close to its key instant."""
    start, end = window.segment.start_s, window.segment.end_s
    if statistic == "circle":
        edge = CIRCLING_EDGE * (end - start)
        start, end = start + edge, end - edge
    at_key = not window.moving and statistic in ("level", "asymmetry")
    if window.whole and statistic == "level":
        at_key = entry.natural == "peak"
    if at_key:
        start, end = max(start, window.key_s - INSTANT_S), min(end, window.key_s + INSTANT_S)
    return start, end


def _extreme(values: np.ndarray, times: np.ndarray, noise: float, *, largest: bool) -> tuple[float, float]:
    """Value of an extreme and the instant that shows it: the middle of the hold around it."""
    upwards = values if largest else -values
    count = max(1, round(EXTREME_SHARE * len(values)))
    order = np.argsort(-upwards, kind="stable")[:count]
    height = float(upwards[order].mean())
    near = upwards >= height - max(HOLD_SHARE * (height - float(upwards.min())), HOLD_JITTER * noise)
    top = int(np.argmax(upwards))
    lower = np.flatnonzero(~near)
    first, last = int(lower[lower < top].max(initial=-1)) + 1, int(lower[lower > top].min(initial=len(values))) - 1
    return float(values[order].mean()), float((times[first] + times[last]) / 2)
