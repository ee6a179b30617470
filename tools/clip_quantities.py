"""Quantities that are one number per clip or phase rather than a curve: durations, pauses, counts, jumps, smoothness."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..memory.values import Timeline, Window
from .body import Body
from .landmarks import Landmark as L


def sparc(a, b):
    return 0.0


SLOW_SHARE = 0.15
"""A pause lasts while the posture changes by less than this share of a repetition's whole change per second."""

Numbers = list[tuple[float, float]]
"""One (value, key instant) per window."""


def duration(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    """Seconds that each repetition (or the asked phase of it) lasts."""
    return [(w.segment.end_s - w.segment.start_s, w.key_s) for w in windows]


def repetitions(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    return [(float(len(timeline.complete)), timeline.complete[0].peak_s)] if not timeline.still else [(0.0, 0.0)]


def posture(body: Body) -> np.ndarray:
    """(T, D) joint positions relative to the hips, plus the height of the hips: what a pause holds still."""
    limbs = [L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_ELBOW, L.RIGHT_ELBOW, L.LEFT_WRIST, L.RIGHT_WRIST]
    limbs += [L.LEFT_KNEE, L.RIGHT_KNEE, L.LEFT_ANKLE, L.RIGHT_ANKLE]
    hips = body.mid(L.LEFT_HIP)
    relative = body.xy[:, limbs] - hips[:, None, :]
    return np.concatenate([relative.reshape(len(hips), -1), (hips[:, 1] - body.floor)[:, None]], axis=1)


def pause(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    """Seconds around each key instant for which the posture hardly changes."""
    pose = posture(body)
    present = np.isfinite(pose).all(axis=1)
    times = body.times_s[present]
    if len(times) < 5:
        return []
    pose = pose[present]
    rate = np.linalg.norm(np.gradient(_running_mean(pose, times, 0.1), times, axis=0), axis=1)
    return [(_stillness(times, rate, pose, w), w.key_s) for w in windows]


def _running_mean(values: np.ndarray, times: np.ndarray, half_s: float) -> np.ndarray:
    step = float(np.median(np.diff(times)))
    half = max(1, round(half_s / step))
    padded = np.pad(values, ((half, half), (0, 0)), mode="edge")
    sums = np.cumsum(np.pad(padded, ((1, 0), (0, 0))), axis=0)
    return (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)


def _stillness(times: np.ndarray, rate: np.ndarray, pose: np.ndarray, window: Window) -> float:
    inside = (times >= window.segment.start_s - 0.5) & (times <= window.segment.end_s + 0.5)
    if inside.sum() < 3:
        return 0.0
    swing = float(np.linalg.norm(np.ptp(pose[inside], axis=0)))
    slow = rate < SLOW_SHARE * swing
    middle = int(np.argmin(np.abs(times - window.key_s)))
    near = np.flatnonzero(slow & (np.abs(times - window.key_s) < 0.35))
    if not near.size:
        return 0.0
    middle = int(near[np.argmin(np.abs(near - middle))])
    first = last = middle
    while first > 0 and slow[first - 1]:
        first -= 1
    while last < len(slow) - 1 and slow[last + 1]:
        last += 1
    return float(times[last] - times[first])


def jump_height(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    """How far both feet leave the ground, percent of body length."""
    feet = body.xy[:, [L.LEFT_ANKLE, L.RIGHT_ANKLE, L.LEFT_FOOT_INDEX, L.RIGHT_FOOT_INDEX], 1].min(axis=1)
    ground = np.nanpercentile(feet, 20)
    numbers = []
    for w in windows:
        inside = np.flatnonzero((body.times_s >= w.segment.start_s) & (body.times_s <= w.segment.end_s) & np.isfinite(feet))
        if inside.size:
            top = inside[int(np.argmax(feet[inside]))]
            numbers.append((100.0 * float(feet[top] - ground), float(body.times_s[top])))
    return numbers


def travel(body: Body, windows: Sequence[Window], timeline: Timeline) -> Numbers:
    """How far the hips move along the ground within the window, percent of body length."""
    along = body.mid(L.LEFT_HIP)[:, 0]
    numbers = []
    for w in windows:
        inside = np.flatnonzero((body.times_s >= w.segment.start_s) & (body.times_s <= w.segment.end_s) & np.isfinite(along))
        if inside.size:
            numbers.append((100.0 * float(np.ptp(along[inside])), w.key_s))
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
            numbers.append((float(sparc(speed, 1.0 / float(np.median(np.diff(times))))), w.key_s))
    return numbers


CLIP_QUANTITIES = {f.__name__: f for f in (duration, repetitions, pause, jump_height, travel, smoothness)}
"""Clip quantities by catalogue name."""
