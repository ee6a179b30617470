"""Which frame is on screen when: the pure arithmetic of presentation times, sampling and what must be decoded for it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from ..memory.errors import SettingsError

# Two times closer than this share of a sampling step are the same instant: k / fps is a rounded number.
SAME_INSTANT = 1e-6
# Below this many packets it is cheaper to decode through a gap than to drain the decoder and start again.
SHORT_GAP = 64


class Timeline:
    """The presentation times of all frames of one clip, counted from its first frame.

    Attributes:
        times_s: (N,) float64, seconds, strictly increasing, the first is 0.
        duration_s: Seconds until the last frame leaves the screen.
        tick_s: Resolution of the time stamps in seconds.
    """

    def __init__(self, times_s: np.ndarray, duration_s: float, tick_s: float = 0.001) -> None:
        self.times_s = times_s
        # Sums of rounded numbers: 10.5105, not 10.510499999999999.
        self.duration_s = round(duration_s, 9)
        self.tick_s = tick_s

    @classmethod
    def from_ticks(cls, ticks: np.ndarray, time_base: Fraction, last_ticks: int | None, rate: Fraction | None) -> Timeline:
        """Build from time stamps in container ticks.

        Args:
            ticks: (N,) int64, strictly increasing; any origin.
            time_base: Seconds per tick.
            last_ticks: How long the last frame is shown, None when the file does not say.
            rate: Nominal frames per second, for a clip of one frame that says nothing else.
        """
        # One division of two integers rounds once, so a stamp at k / fps compares equal to k / fps.
        times_s = (ticks - ticks[0]) * time_base.numerator / time_base.denominator
        spacing = float(times_s[-1]) / (len(times_s) - 1) if len(times_s) > 1 else 0.0
        tick_s = float(time_base)
        last_s = (last_ticks or 0) * tick_s
        if spacing and (last_s <= 0 or abs(last_s - spacing) <= 1.5 * tick_s):
            last_s = spacing
        return cls(times_s, float(times_s[-1]) + (last_s or float(1 / (rate or Fraction(30)))), tick_s)

    @classmethod
    def from_durations(cls, durations_s: Iterable[float]) -> Timeline:
        """Build from how long each frame is shown, in seconds."""
        ends = np.cumsum(np.asarray(list(durations_s), dtype=float))
        return cls(np.concatenate([[0.0], ends[:-1]]), float(ends[-1]))

    @classmethod
    def constant(cls, count: int, fps: float) -> Timeline:
        """`count` frames, each shown for 1 / `fps` seconds."""
        return cls(np.arange(count) / fps, count / fps)

    def __len__(self) -> int:
        return len(self.times_s)

    @property
    def fps(self) -> float:
        """Average frames per second."""
        return len(self) / self.duration_s

    def rate_warning(self) -> str:
        """One sentence when the frames are unevenly spaced by more than a container's rounding, else nothing."""
        gaps_ms = np.diff(self.times_s) * 1000
        if len(gaps_ms) < 2:
            return ""
        typical = float(np.median(gaps_ms))
        if np.abs(gaps_ms - typical).max() <= 0.1 * typical + 1100 * self.tick_s:
            return ""
        return f"variable frame rate: {gaps_ms.min():.0f} to {gaps_ms.max():.0f} ms between frames"

    def on_screen(self, times_s: Iterable[float]) -> np.ndarray:
        """Index of the frame on screen at each time, clamped to the first and the last frame.

        Returns:
            (M,) int64.
        """
        at = np.asarray(list(times_s), dtype=float) + 1e-9
        return np.clip(np.searchsorted(self.times_s, at, side="right") - 1, 0, len(self) - 1)

    def choose(self, fps: float | None, start_s: float = 0.0, end_s: float | None = None) -> np.ndarray:
        """Choose the frames on screen at the instants k / `fps` in [`start_s`, `end_s`), each at most once.

        Args:
            fps: Samples per second; None for every frame whose own time lies in the range.
            start_s: First second of the range.
            end_s: End of the range; None for the end of the clip.

        Returns:
            (M,) int64, increasing indices.

        Raises:
            SettingsError: `fps` is not a number above 0.
        """
        end_s = self.duration_s if end_s is None else min(end_s, self.duration_s)
        if fps is None:
            return np.flatnonzero((self.times_s >= start_s - 1e-9) & (self.times_s < end_s - 1e-9))
        if not (math.isfinite(fps) and fps > 0):
            raise SettingsError(f"fps is {fps}, expected a number of samples per second above 0")
        # Frame i is on screen for the instants k with step[i] <= k < step[i + 1]; no list of instants is ever built.
        step = _first_instant(np.append(self.times_s, self.duration_s), fps)
        low, high = _first_instant(np.array([max(start_s, 0.0), end_s]), fps)
        return np.flatnonzero(np.maximum(step[:-1], low) < np.minimum(step[1:], high))


def _first_instant(times_s: np.ndarray, fps: float) -> np.ndarray:
    """The smallest k with k / fps at or after each time."""
    return np.ceil(times_s * fps - SAME_INSTANT)


def decode_spans(pts: np.ndarray, keys: np.ndarray, wanted: Iterable[int]) -> list[tuple[int, int]]:
    """The runs of packets that must be decoded to see the wanted ones, each beginning at a key frame.

    A picture shown before a key frame but stored after it ("leading") needs the key frame before that one.

    Args:
        pts: (P,) int64 presentation time stamps in decoding order.
        keys: (P,) bool, whether decoding can begin at the packet.
        wanted: Positions in decoding order, any order.

    Returns:
        Half-open spans [first, stop) of positions, increasing and disjoint; short gaps are decoded through.
    """
    key_positions = np.flatnonzero(keys)
    needed = []
    for position in wanted:
        slot = int(np.searchsorted(key_positions, position, side="right")) - 1
        while slot >= 0 and pts[key_positions[slot]] > pts[position]:
            slot -= 1
        needed.append((int(key_positions[slot]) if slot >= 0 else 0, position + 1))
    spans: list[tuple[int, int]] = []
    for first, stop in sorted(needed):
        if spans and first <= spans[-1][1] + SHORT_GAP:
            spans[-1] = (spans[-1][0], max(spans[-1][1], stop))
        else:
            spans.append((first, stop))
    return spans
