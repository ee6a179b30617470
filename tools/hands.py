"""The two hands in a clip, for views that show no whole body: keys, strings, tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from pydantic import ConfigDict

from ..memory.values import Value
from .mediapipe_loading import BLANK, load_mediapipe, quiet_start
from .pose import Frames
from .pose_repair import fill_gaps
from .smoothing import smooth

LEFT, RIGHT = 0, 1
HAND_LANDMARKS = 21

_MOVED_COST = 0.5
"""What a leap by one hand length weighs against being told apart for certain."""
_SAME_HAND = 0.3


class FoundHand(Value):
    """One hand in one frame."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    landmarks: np.ndarray
    """(21, 3) x, y, z in pixels of the displayed frame (y down; smaller z is nearer)."""
    left: float
    """How likely it is the person's left hand, 0..1."""

    @property
    def size(self) -> float:
        """Wrist to the middle finger's knuckle, twice: about a hand's length in pixels."""
        return max(2 * float(np.linalg.norm(self.landmarks[9, :2] - self.landmarks[0, :2])), 1.0)


class HandTrack(Value):
    """Where the two hands are in every sampled frame; NaN where a hand was not found."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    times_s: np.ndarray
    """(T,) float64, seconds in the file as played, strictly increasing."""
    frames: np.ndarray
    """(T,) int64, index of each sampled frame in the file as played."""
    landmarks: np.ndarray
    """(T, 2, 21, 3) float32: hand 0 is the person's left, 1 the right; x, y, z in pixels of the displayed frame."""
    score: np.ndarray
    """(T, 2) float32: how sure the estimator is which hand it is, 0..1; NaN where there is none or it was filled over a gap."""
    width: int
    height: int

    @property
    def present(self) -> np.ndarray:
        """(T, 2) bool: where each hand was found or interpolated."""
        return np.isfinite(self.landmarks[:, :, 0, 0])


def track_hands(batches: Iterable[Frames], *, width: int, height: int) -> HandTrack:
    """Follow both hands through a clip with MediaPipe Hands (Zhang et al. 2020; its full model is inside the wheel).

    Gaps up to 0.25 s are filled, and the rest is smoothed as body landmarks are.

    Args:
        batches: the frames in order; they may be scaled down.
        width: of the displayed frame at full size; landmarks come out in its pixels.
        height: likewise.

    Raises:
        SetupError: MediaPipe cannot be loaded.
    """
    times: list[float] = []
    frames: list[int] = []
    found: list[tuple[FoundHand, ...]] = []
    hands = load_mediapipe().solutions.hands
    with quiet_start():
        graph = hands.Hands(max_num_hands=2, model_complexity=1)
        graph.process(BLANK)
    with graph:
        for batch in batches:
            found.extend(_found(graph.process(image), width, height) for image in batch.images)
            times.extend(batch.times_s.tolist())
            frames.extend(batch.frames.tolist())
    return _track(np.array(times, float), np.array(frames, np.int64), assign_sides(found), width, height)


def assign_sides(found: Sequence[tuple[FoundHand, ...]]) -> np.ndarray:
    """Decide over the whole clip which hand is which.

    Single frames are told wrong about one time in four, so the cheapest sequence of decisions is sought (Viterbi, two ways
    round per frame): it costs to go against what the estimator says of a hand, and it costs when a hand leaps.

    Args:
        found: per frame, up to two hands; the same hand found twice counts once.

    Returns:
        (T, 2, 21, 4) x, y, z and certainty of the left and the right hand; NaN for one that is not there.
    """
    rows = np.full((len(found), 2, HAND_LANDMARKS, 4), np.nan)
    distinct = [_distinct(hands) for hands in found]
    seen = [index for index, hands in enumerate(distinct) if hands]
    for index, order in zip(seen, _cheapest_orders([distinct[index] for index in seen]), strict=True):
        for hand, side in zip(distinct[index], order, strict=False):
            rows[index, side, :, :3] = hand.landmarks
            rows[index, side, :, 3] = _certainty(hand, side)
    return rows


_ORDERS = ((LEFT, RIGHT), (RIGHT, LEFT))


def _cheapest_orders(found: list[tuple[FoundHand, ...]]) -> list[tuple[int, int]]:
    cost = np.zeros(2)
    came_from = np.zeros((len(found), 2), int)
    for index, hands in enumerate(found):
        if index:
            step = cost[:, None] + [[_leap(found[index - 1], old, hands, new) for new in _ORDERS] for old in _ORDERS]
            came_from[index], cost = step.argmin(axis=0), step.min(axis=0)
        cost = cost + [sum(1 - _certainty(hand, side) for hand, side in zip(hands, order, strict=False)) for order in _ORDERS]
    way, state = [], int(cost.argmin())
    for index in reversed(range(len(found))):
        way.append(_ORDERS[state])
        state = int(came_from[index, state])
    return way[::-1]


def _leap(before: tuple[FoundHand, ...], old: tuple[int, int], now: tuple[FoundHand, ...], new: tuple[int, int]) -> float:
    was = dict(zip(old, before, strict=False))
    pairs = [(was[side], hand) for hand, side in zip(now, new, strict=False) if side in was]
    return sum(_MOVED_COST * min(_apart(one.landmarks, hand.landmarks) / hand.size, 4.0) for one, hand in pairs)


def _certainty(hand: FoundHand, side: int) -> float:
    return hand.left if side == LEFT else 1 - hand.left


def _distinct(hands: tuple[FoundHand, ...]) -> tuple[FoundHand, ...]:
    if len(hands) == 2 and _apart(hands[0].landmarks, hands[1].landmarks) < _SAME_HAND * hands[0].size:
        return hands[:1]
    return hands


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(one[:, :2] - other[:, :2], axis=1).mean())


def _found(result: Any, width: int, height: int) -> tuple[FoundHand, ...]:
    if not result.multi_hand_landmarks:
        return ()
    hands = []
    for points, kind in zip(result.multi_hand_landmarks, result.multi_handedness, strict=True):
        label, score = kind.classification[0].label, kind.classification[0].score
        landmarks = np.array([(p.x * width, p.y * height, p.z * width) for p in points.landmark])
        # MediaPipe names hands as in a mirror; our frames are not mirrored.
        hands.append(FoundHand(landmarks=landmarks, left=score if label == "Right" else 1 - score))
    return tuple(hands)


def _track(times_s: np.ndarray, frames: np.ndarray, rows: np.ndarray, width: int, height: int) -> HandTrack:
    landmarks = np.empty((len(rows), 2, HAND_LANDMARKS, 3), np.float32)
    for side in (LEFT, RIGHT):
        whole, _ = fill_gaps(times_s, rows[:, side, :, :3])
        landmarks[:, side] = smooth(times_s, whole)
    score = rows[:, :, 0, 3].astype(np.float32)
    return HandTrack(times_s=times_s, frames=frames, landmarks=landmarks, score=score, width=width, height=height)
