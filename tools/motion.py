"""How much moves in a clip and where, by optical flow: for views in which no whole body can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from pydantic import ConfigDict

from ..memory.values import Segment, Value

PAUSE_SHARE = 0.25
"""Slower than this share of its own median speed counts as standing still."""
SHORTEST_PAUSE_S = 0.3

_LEAST = 32
"""Pixels that the flow needs on either side: patches of 8 at a quarter of the size."""
_SHORT_SIDE = 160
_GRID = 8
_BACKGROUND_SHARE = 0.5


class MotionTrack(Value):
    """How much moved between each sampled frame and the next; T is one less than the number of frames."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    times_s: np.ndarray
    """(T,) float64, midway between the two frames, seconds in the file as played."""
    amount: np.ndarray
    """(T,) float64, mean speed over the whole picture, camera motion taken out; % of the frame's diagonal per second."""
    centroid: np.ndarray
    """(T, 2) float64, where it moved: x and y as shares of the frame's width and height; NaN where nothing did."""


class TimedImages(Protocol):
    """Some consecutive frames of a clip, all of one size."""

    @property
    def images(self) -> np.ndarray:
        """(N, H, W, 3) RGB uint8."""
        ...

    @property
    def times_s(self) -> np.ndarray:
        """(N,) seconds in the file as played."""
        ...


def track_motion(batches: Iterable[TimedImages]) -> MotionTrack:
    """Measure the motion in a clip.

    Dense inverse search flow (Kroeger et al., ECCV 2016) between small grey frames. The motion that most of the picture shares,
    a shift, turn and zoom, is the camera's and is taken out.

    Args:
        batches: the frames in order.
    """
    flow = _FlowReader()
    rows = [row for batch in batches for row in map(flow.read, batch.images, batch.times_s) if row is not None]
    table = np.array(rows, float).reshape(-1, 4)
    return MotionTrack(times_s=table[:, 0], amount=table[:, 1], centroid=table[:, 2:])


def pauses(
    times_s: np.ndarray, speed: np.ndarray, *, share: float = PAUSE_SHARE, shortest_s: float = SHORTEST_PAUSE_S
) -> tuple[Segment, ...]:
    """Spans in which speed stays below a share of its median.

    Args:
        times_s: (T,) seconds, not negative, strictly increasing.
        speed: (T,) any unit; NaN ends a span.
        share: of the median speed.
        shortest_s: shorter spans are not pauses.

    Returns:
        In order, each from its first slow sample to the first sample after it (or the last one there is).
    """
    if not np.isfinite(speed).any():
        return ()
    slow = np.asarray(speed) < share * np.nanmedian(speed)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], slow.astype(int), [0]])))
    last = len(times_s) - 1
    spans = [(float(times_s[begin]), float(times_s[min(end, last)])) for begin, end in edges.reshape(-1, 2)]
    return tuple(Segment(start_s=start, end_s=end) for start, end in spans if end - start > shortest_s)


def stops_per_minute(times_s: np.ndarray, speed: np.ndarray) -> float:
    """How often movement comes to a stop and goes on: pauses at the very start or end are not counted; NaN for an instant."""
    if len(times_s) < 2:
        return float("nan")
    inside = [pause for pause in pauses(times_s, speed) if pause.start_s > times_s[0] and pause.end_s < times_s[-1]]
    return 60.0 * len(inside) / float(times_s[-1] - times_s[0])


def total_amount(track: MotionTrack) -> float:
    """All that moved over the clip, % of the frame's diagonal; 0 for fewer than two rows."""
    between = (track.amount[1:] + track.amount[:-1]) / 2
    return float(between @ np.diff(track.times_s))


def mean_speed(track: MotionTrack) -> float:
    """Mean of the amount over time, % of the frame's diagonal per second; NaN for fewer than two rows."""
    if len(track.times_s) < 2:
        return float("nan")
    return total_amount(track) / float(track.times_s[-1] - track.times_s[0])


class _FlowReader:
    """Remembers the frame before, so that a clip can be streamed."""

    def __init__(self) -> None:
        import cv2

        self._cv2 = cv2
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._before: tuple[np.ndarray, float] | None = None

    def read(self, image: np.ndarray, time_s: float) -> tuple[float, float, float, float] | None:
        """Middle time, amount and centroid of the motion since the frame before; None for the first frame."""
        grey = self._small_grey(image)
        before, self._before = self._before, (grey, time_s)
        if before is None:
            return None
        flow = self._flow.calc(before[0], grey, None)  # pyright: ignore[reportCallIssue, reportArgumentType]
        speed = np.linalg.norm(flow - self._camera(flow), axis=2) / (time_s - before[1])
        height, width = grey.shape
        return (time_s + before[1]) / 2, 100 * float(speed.mean()) / float(np.hypot(width, height)), *_centroid(speed)

    def _small_grey(self, image: np.ndarray) -> np.ndarray:
        grey = self._cv2.cvtColor(np.ascontiguousarray(image), self._cv2.COLOR_RGB2GRAY)
        shrink = min(1.0, _SHORT_SIDE / min(grey.shape))
        size = (max(_LEAST, round(grey.shape[1] * shrink)), max(_LEAST, round(grey.shape[0] * shrink)))
        return self._cv2.resize(grey, size, interpolation=self._cv2.INTER_AREA)

    def _camera(self, flow: np.ndarray) -> np.ndarray:
        """The part of the flow that most of the picture shares; zeros where there is none."""
        height, width = flow.shape[:2]
        grid = np.stack(np.meshgrid(np.arange(0, width, _GRID), np.arange(0, height, _GRID)), axis=2).reshape(-1, 2)
        moved = grid + flow[grid[:, 1], grid[:, 0]]
        matrix, agreeing = self._cv2.estimateAffinePartial2D(
            grid.astype(np.float32), moved.astype(np.float32), ransacReprojThreshold=0.5
        )
        if matrix is None or agreeing.mean() < _BACKGROUND_SHARE:
            return np.zeros_like(flow)
        every = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2)
        return every @ (matrix[:, :2] - np.eye(2)).T + matrix[:, 2]


def _centroid(speed: np.ndarray) -> tuple[float, float]:
    total = float(speed.sum())
    if total <= 0:
        return float("nan"), float("nan")
    x, y = (np.arange(length) + 0.5 for length in speed.shape[::-1])
    return float((speed.sum(axis=0) @ x) / total / len(x)), float((speed.sum(axis=1) @ y) / total / len(y))
