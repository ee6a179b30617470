"""Following one person through a clip with an estimator that sees one body at a time and may leap to another."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Protocol

import numpy as np
from pydantic import ConfigDict

from ..memory.values import Value
from .frame_window import FrameWindow, search_windows

SMALL = 0.5
"""A body lower and narrower than this share of the frame is looked at through an enlarged window."""
FORGET_S = 1.0
"""A person not seen for so long may come back anywhere."""

_MAIN = (11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
_TORSO = (11, 12, 23, 24)
_MARGIN = 0.35
_WAIT_S, _LONGEST_WAIT_S = 0.25, 4.0


class Detection(Value):
    """One body in one frame."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    landmarks: np.ndarray
    """(33, 4) x, y, z in pixels of the frame (y down; smaller z is nearer) and visibility 0..1."""
    world: np.ndarray
    """(33, 3) metres, origin at the hips, y down."""

    @cached_property
    def centre(self) -> np.ndarray:
        """(2,) middle of the torso, pixels."""
        return self.landmarks[_TORSO, :2].mean(axis=0)

    @cached_property
    def size(self) -> float:
        """About the length of the torso in pixels, also where the view foreshortens it."""
        shoulders, hips = self.landmarks[11:13, :2].mean(axis=0), self.landmarks[23:25, :2].mean(axis=0)
        # A standing body's main joints span 3.2 torso lengths.
        spread = np.ptp(self.landmarks[_MAIN, :2], axis=0)
        return max(float(np.linalg.norm(shoulders - hips)), float(np.linalg.norm(spread)) / 3.2, 1.0)

    @property
    def visibility(self) -> float:
        """Mean visibility of the twelve main joints, 0..1."""
        return float(self.landmarks[_MAIN, 3].mean())

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of all landmarks, pixels."""
        (left, top), (right, bottom) = self.landmarks[:, :2].min(axis=0), self.landmarks[:, :2].max(axis=0)
        return float(left), float(top), float(right), float(bottom)


class PoseEstimator(Protocol):
    """Finds one body in a frame; may use the frame before it as a hint."""

    name: str
    """Names the model and its version: results are cached under it."""

    def estimate(self, frame: np.ndarray) -> Detection | None:
        """Find the most prominent body.

        Args:
            frame: (H, W, 3) RGB uint8.
        """
        ...

    def estimate_alone(self, frame: np.ndarray) -> Detection | None:
        """Find the most prominent body by this frame alone; what is remembered of the frame before stays as it is."""
        ...

    def restart(self) -> None:
        """Forget the frame before, because the next one is of something else."""
        ...


class Follower:
    """Decides, frame by frame, where to look and whether what was found is still the same person.

    The person followed is the largest and most central one when first seen. A find that lies too far from where that person can
    have moved is refused, and the estimator is sent back to look only around the expected place.

    Args:
        estimator: what finds bodies; its memory of earlier frames is cleared.
    """

    def __init__(self, estimator: PoseEstimator) -> None:
        self._estimator = estimator
        self._window: FrameWindow | None = None
        self._last: Detection | None = None
        self._last_s = -np.inf
        self._velocity = np.zeros(2)
        self._search_s = -np.inf
        self._wait_s = _WAIT_S
        estimator.restart()

    def follow(self, frame: np.ndarray, time_s: float) -> Detection | None:
        """Where the person is in the next frame.

        Args:
            frame: (H, W, 3) RGB uint8; all frames of a clip have one size.
            time_s: its time, later than that of the frame before.

        Returns:
            The body in pixels of `frame`; None where the person cannot be found.
        """
        if self._last is None or time_s - self._last_s > FORGET_S:
            found = self._acquire(frame, time_s)
        else:
            found = self._look(frame, self._window)
            if not self._same_person(found, time_s):
                found = self._look_again(frame, time_s)
        if found is not None:
            self._remember(found, frame, time_s)
        return found

    def _look(self, frame: np.ndarray, window: FrameWindow | None) -> Detection | None:
        if window is None:
            return self._estimator.estimate(frame)
        return _seen_through(window, frame, self._estimator.estimate)

    def _look_again(self, frame: np.ndarray, time_s: float) -> Detection | None:
        assert self._last is not None
        moved = self._expected(time_s) - self._last.centre
        self._window = _around(self._last, frame, moved)
        self._estimator.restart()
        found = self._look(frame, self._window)
        if self._same_person(found, time_s):
            return found
        self._estimator.restart()
        return None

    def _expected(self, time_s: float) -> np.ndarray:
        assert self._last is not None
        return self._last.centre + self._velocity * min(time_s - self._last_s, 0.2)

    def _same_person(self, found: Detection | None, time_s: float) -> bool:
        if found is None or self._last is None:
            return False
        gap_s = time_s - self._last_s
        leap = min(np.linalg.norm(found.centre - place) for place in (self._last.centre, self._expected(time_s)))
        growth = max(found.size / self._last.size, self._last.size / found.size)
        return bool(leap <= (0.6 + 3.0 * gap_s) * self._last.size and growth <= 1.6 + 2.0 * gap_s)

    def _remember(self, found: Detection, frame: np.ndarray, time_s: float) -> None:
        gap_s = time_s - self._last_s
        steady = self._last is not None and gap_s <= 0.3
        self._velocity = (found.centre - self._last.centre) / gap_s if steady and self._last is not None else np.zeros(2)
        self._last, self._last_s = found, time_s
        if self._window is not None and self._window.leaves(found.box):
            self._window = _around(found, frame)
            self._estimator.restart()

    def _acquire(self, frame: np.ndarray, time_s: float) -> Detection | None:
        if self._window is not None:
            self._window = None
            self._estimator.restart()
        whole = self._estimator.estimate(frame)
        if whole is None and time_s < self._search_s:
            return None
        people = self._search(frame, whole)
        # Looking everywhere is dear: the longer nobody is there, the rarer it is done.
        self._wait_s = _WAIT_S if people else min(2 * self._wait_s, _LONGEST_WAIT_S)
        self._search_s = time_s + self._wait_s
        if not people:
            self._estimator.restart()
            return None
        chosen = max(people, key=lambda person: self._claim(person, frame))
        if len(people) > 1 or _is_small(chosen, frame):
            self._window = _around(chosen, frame)
        elif chosen is whole:
            return whole
        self._estimator.restart()
        closer = self._look(frame, self._window)
        return closer if closer is not None and _same_place(closer, chosen) else chosen

    def _search(self, frame: np.ndarray, whole: Detection | None) -> list[Detection]:
        """Everybody in the frame, each once."""
        people = [whole] if whole is not None and _is_person(whole) else []
        for level in search_windows(frame.shape[1], frame.shape[0]):
            for window in level:
                found = _seen_through(window, frame, self._estimator.estimate_alone)
                if found is not None and _is_person(found) and not any(_same_place(found, other) for other in people):
                    people.append(found)
            if people:
                break
        return people

    def _claim(self, person: Detection, frame: np.ndarray) -> float:
        """How much this person looks like the one the clip is about."""
        if self._last is not None:
            return -float(np.linalg.norm(person.centre - self._last.centre))
        off_centre = abs(person.centre[0] / frame.shape[1] - 0.5)
        return person.size * person.visibility**2 * (1 - off_centre)


def _seen_through(window: FrameWindow, frame: np.ndarray, look: Callable[[np.ndarray], Detection | None]) -> Detection | None:
    """What an estimator finds in a part of a frame, in pixels of the frame."""
    found = look(window.cut(frame))
    return None if found is None else Detection(landmarks=window.back(found.landmarks), world=found.world)


def _is_person(found: Detection) -> bool:
    return float(found.landmarks[_TORSO, 3].min()) > 0.5


def _same_place(one: Detection, other: Detection) -> bool:
    return float(np.linalg.norm(one.centre - other.centre)) < 0.7 * max(one.size, other.size)


def _is_small(found: Detection, frame: np.ndarray) -> bool:
    left, top, right, bottom = found.box
    return bottom - top < SMALL * frame.shape[0] and right - left < SMALL * frame.shape[1]


def _around(found: Detection, frame: np.ndarray, moved: np.ndarray | float = 0.0) -> FrameWindow:
    left, top, right, bottom = found.box + np.tile(np.broadcast_to(moved, 2), 2)
    margin = _MARGIN * max(right - left, bottom - top)
    return FrameWindow.within(frame.shape[1], frame.shape[0], (left - margin, top - margin, right + margin, bottom + margin))
