"""Quantities that are one number per clip or phase rather than a curve: durations, pauses, counts, jumps, smoothness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..memory.values import Repetition, Timeline, Window
from .activity import activity
from .body import Body
from .landmarks import Landmark as L
from .smoothness import sparc

SLOW_SHARE = 0.15
"""A pause lasts while the posture changes by less than this share of a repetition's whole change per second."""

SHORTEST_S = 0.4
"""Period of the fastest repetition that is told from noise."""
SAME_HEIGHT = 0.3
"""A pause is looked for this close to the key instant's own place in the movement, as a share of the whole way."""
NEAR_S = 0.25
AT_PEAK_S = 0.25
"""A key instant this close to the extreme of a repetition is about the hold there."""
MARKS, APPROACH, EVEN = (0.15, 0.5, 0.85), 1.25, 1.6
"""Shares of a way that are timed. The last stretch lasts 1.43 times as long as that between the last two marks when moved with least
jerk, 1.02 times in a sine; `APPROACH` lies between. The stretches between the marks last alike, within the factor `EVEN`."""
MIDDLE, LEAST_TURN = (0.25, 0.75), 0.1
"""Shares of a way between which its arc is judged, and half the least angle (radians) that is told from a straight line."""
STOP_ERROR_S = 0.3
"""Error of a stop that is told by slowness alone: so much in twelve lunges, which come in steps (the holds of 46 other drawn pairs: 0.1)."""
TREMOR_S = 0.2
"""Movement between two stops that is shorter belongs to one stop."""
BESIDE_S = 0.1
"""Movement this close to a repetition belongs to it: its ends are where the movement is slow, not where it stops."""
SPECTRUM_HZ = 30.0


class Number(NamedTuple):
    """What one window shows."""

    value: float
    key_s: float
    """The instant that shows it."""
    sigma: float = 0.0
    """One standard deviation beyond what the catalogue says of the quantity."""


Numbers = list[Number]


def duration(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    """Seconds that each repetition, or the asked stage of it, lasts."""
    return [Number(w.segment.end_s - w.segment.start_s, w.key_s) for w in windows]


def repetitions(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    return [Number(float(len(timeline.complete)), timeline.complete[0].peak_s) if not timeline.still else Number(0.0, 0.0)]


def covered(body: Body, timeline: Timeline) -> float:
    """Share of a clip's movement, 0 to 1, that lies in the repetitions that were found; 1 where nothing moves."""
    if len(body.times_s) < 5 or timeline.still:
        return 1.0
    times, pose = _evenly(body)
    way = np.linalg.norm(np.diff(activity(pose, times, SHORTEST_S).posture, axis=0), axis=1)
    spans = [r.segment for r in timeline.repetitions]
    inside = np.any([(times[:-1] >= s.start_s - BESIDE_S) & (times[:-1] <= s.end_s + BESIDE_S) for s in spans], axis=0)
    return float(way[inside].sum() / max(way.sum(), 1e-12))


def posture(body: Body) -> np.ndarray:
    """(T, D) joint positions relative to the hips, plus the height of the hips: what a pause holds still."""
    limbs = [L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_ELBOW, L.RIGHT_ELBOW, L.LEFT_WRIST, L.RIGHT_WRIST]
    limbs += [L.LEFT_KNEE, L.RIGHT_KNEE, L.LEFT_ANKLE, L.RIGHT_ANKLE]
    hips = body.mid(L.LEFT_HIP)
    relative = body.xy[:, limbs] - hips[:, None, :]
    return np.concatenate([relative.reshape(len(hips), -1), (hips[:, 1] - body.floor)[:, None]], axis=1)


def pause(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    """Seconds for which the posture hardly changes near each key instant, on the same side of the movement as it."""
    if len(body.times_s) < 5:
        return []
    times, pose = _evenly(body)
    curve = activity(pose, times, SHORTEST_S)
    rate = np.linalg.norm(np.gradient(curve.posture, times, axis=0), axis=1)
    swing = max(float(curve.level.max()), 1e-9)
    slow, share = rate < SLOW_SHARE * swing, curve.level / swing
    numbers = []
    for w in windows:
        held = next((h for r in timeline.repetitions if (h := _hold(times, curve.posture, w, r)) is not None), None)
        stopped = Number(_longest_stop(times, slow, share, w), w.key_s, STOP_ERROR_S) if held is None else Number(held, w.key_s)
        numbers.append(stopped)
    return numbers


def _evenly(body: Body) -> tuple[np.ndarray, np.ndarray]:
    """(N,) even times and (N, D) postures at them: a track may be denser in places, and smoothing wants one clock."""
    pose = posture(body)
    seen = np.isfinite(pose).all(axis=1)
    if seen.sum() < 2:
        return body.times_s, pose
    times = np.arange(body.times_s[0], body.times_s[-1] + 0.5 / SPECTRUM_HZ, 1.0 / SPECTRUM_HZ)
    return times, np.column_stack([np.interp(times, body.times_s[seen], column) for column in pose[seen].T])


def _hold(times: np.ndarray, postures: np.ndarray, window: Window, repetition: Repetition) -> float | None:
    """Seconds at the extreme of a repetition beyond what coming and going take; None where the window is about another moment.

    The end of an even movement takes as long as its middle says (least jerk: Flash and Hogan 1985). Taking that off leaves the hold, whatever
    the tempo: slow people are slow near the turn as well, and that is no pause.
    """
    start, end = (int(np.searchsorted(times, t)) for t in (repetition.segment.start_s, repetition.segment.end_s))
    peak = int(np.argmin(np.abs(times - repetition.peak_s)))
    if abs(window.key_s - repetition.peak_s) > AT_PEAK_S or not start < peak < end - 1:
        return None
    before = _half_way(times[start : peak + 1], _way(postures[start : peak + 1]))
    after = _half_way(-times[end - 1 : peak - 1 : -1], _way(postures[end - 1 : peak - 1 : -1]))
    if before is None or after is None:
        return None
    (out, out_took), (back, back_took) = before, after
    return max(0.0, -back - out - APPROACH * (out_took + back_took))


def _way(postures: np.ndarray) -> np.ndarray:
    """(T,) share of the way from the first posture to the last that lies behind each, 0 to 1.

    A limb that turns goes along an arc: seen along one direction, a wide turn seems to slow down before it does. The distances from both ends
    are chords of that arc, and its angle follows from what they make with each other (inscribed angle); a straight way has none.
    """
    behind, ahead = (np.linalg.norm(postures - end, axis=1) for end in (postures[0], postures[-1]))
    share = behind / np.maximum(behind + ahead, 1e-12)
    middle = (share > MIDDLE[0]) & (share < MIDDLE[1])
    if not middle.any():
        return share
    cosines = (behind[middle] ** 2 + ahead[middle] ** 2 - ahead[0] ** 2) / (2 * behind[middle] * ahead[middle])
    half_turn = np.pi - np.arccos(np.clip(np.median(cosines), -1.0, 1.0))
    if not LEAST_TURN < half_turn <= np.pi / 2:
        return share
    turned, to_turn = (np.arcsin(np.clip(chord * np.sin(half_turn) / ahead[0], 0.0, 1.0)) for chord in (behind, ahead))
    return turned / np.maximum(turned + to_turn, 1e-12)


def _half_way(times: np.ndarray, level: np.ndarray) -> tuple[float, float] | None:
    """When a curve passes `MARKS[-1]` of the way to its end, and how long it took from half way; None unless it goes evenly.

    What goes in steps, or is slow before it is fast, says nothing of how long its end should take.
    """
    low, high = float(level.min()), float(level[-1])
    passed = []
    for share in MARKS:
        below = np.flatnonzero(level < low + share * (high - low))
        if not below.size or below[-1] + 1 >= len(level):
            return None
        at = int(below[-1])
        part = (low + share * (high - low) - level[at]) / max(float(level[at + 1] - level[at]), 1e-12)
        passed.append(float(times[at] + part * (times[at + 1] - times[at])))
    before, after = passed[1] - passed[0], passed[2] - passed[1]
    return (passed[2], after) if before < EVEN * after and after < EVEN * before else None


def _longest_stop(times: np.ndarray, slow: np.ndarray, share: np.ndarray, window: Window) -> float:
    """The longest run of slow frames at about the height of the key instant, inside the window."""
    key = int(np.argmin(np.abs(times - window.key_s)))
    near = (
        (times >= window.segment.start_s - NEAR_S)
        & (times <= window.segment.end_s + NEAR_S)
        & (np.abs(share - share[key]) < SAME_HEIGHT)
    )
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (slow & near).astype(int), [0]])))
    runs: list[tuple[float, float]] = []
    for start, end in ((float(times[start]), float(times[end - 1])) for start, end in zip(edges[::2], edges[1::2], strict=True)):
        # A tremor, or a landmark that jumps for a moment, ends no pause.
        if runs and start - runs[-1][1] < TREMOR_S:
            start = runs.pop()[0]
        runs.append((start, end))
    return max((end - start for start, end in runs), default=0.0)


def jump_height(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    """How far both feet leave the ground, percent of body length."""
    feet = body.xy[:, [L.LEFT_ANKLE, L.RIGHT_ANKLE, L.LEFT_FOOT_INDEX, L.RIGHT_FOOT_INDEX], 1].min(axis=1)
    ground = np.nanpercentile(feet, 20)
    numbers = []
    for w in windows:
        inside = np.flatnonzero((body.times_s >= w.segment.start_s) & (body.times_s <= w.segment.end_s) & np.isfinite(feet))
        if inside.size:
            top = inside[int(np.argmax(feet[inside]))]
            numbers.append(Number(100.0 * float(feet[top] - ground), float(body.times_s[top])))
    return numbers


def travel(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    """How far the hips move along the ground within the window, percent of body length."""
    along = body.mid(L.LEFT_HIP)[:, 0]
    numbers = []
    for w in windows:
        inside = np.flatnonzero((body.times_s >= w.segment.start_s) & (body.times_s <= w.segment.end_s) & np.isfinite(along))
        if inside.size:
            numbers.append(Number(100.0 * float(np.ptp(along[inside])), w.key_s))
    return numbers


def smoothness(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    """Spectral arc length of the posture's speed (Balasubramanian et al. 2015); nearer to zero is smoother."""
    pose = posture(body)
    numbers = []
    for w in windows:
        inside = (body.times_s >= w.segment.start_s) & (body.times_s <= w.segment.end_s) & np.isfinite(pose).all(axis=1)
        if inside.sum() >= 12:
            times = body.times_s[inside]
            speed = np.linalg.norm(np.gradient(pose[inside], times, axis=0), axis=1)
            # A track may be denser in places, and a spectrum wants one clock.
            even = np.arange(times[0], times[-1], 1.0 / SPECTRUM_HZ)
            numbers.append(Number(sparc(np.interp(even, times, speed), SPECTRUM_HZ), w.key_s))
    return numbers


CLIP_QUANTITIES = {f.__name__: f for f in (duration, repetitions, pause, jump_height, travel, smoothness)}
"""Clip quantities by catalogue name."""
