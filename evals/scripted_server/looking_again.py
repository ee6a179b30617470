"""A verifier that cannot tell from the first pictures of a statement, and looks at what is in others, larger or more ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...tools.obstacles import Obstacle
from .answering import Answering, Decider, Decision
from .exchange import SentImage
from .image_reading import ImageReader, pixels_of
from .questions import Asked, Exam

BELOW_LABEL, MARGIN = 48, 16
"""Pixels left out when pictures are compared: the strip with the label, and what a neighbour blurs in the JPEG."""
GRID = 24
"""Pictures are compared by the mean brightness in so many cells each way."""
ALIKE = 4.0
"""Grey levels by which no cell differs between two JPEGs of one frame, and some cell does when the body has moved."""


class Obstructed(Decision):
    """A decision with what stands in its way, which only `cannot_tell` has."""

    obstacle: Obstacle


class Look(NamedTuple):
    """What is shown of both videos, whichever comes first."""

    pictures: np.ndarray
    """(N, GRID, GRID) mean brightness, 0 to 255, labels left out."""
    longest: int
    """Pixels."""

    @property
    def number(self) -> int:
        """How many pictures."""
        return len(self.pictures)

    def within(self, other: Look) -> bool:
        """Whether all that is shown was shown there."""
        apart = np.abs(self.pictures[:, None] - other.pictures[None]).max(axis=(2, 3))
        return bool((apart.min(axis=1) <= ALIKE).all())


HELPED_BY: dict[Obstacle, Callable[[Look, Look], bool]] = {
    "wrong_moment": lambda first, now: not now.within(first),
    "out_of_view": lambda first, now: not now.within(first),
    "too_small": lambda first, now: now.longest > first.longest,
    "too_fast": lambda first, now: now.number > first.number,
}
"""What must have changed since the first look for an obstacle to be gone: other moments, larger pictures, more of them."""


class AnotherLook:
    """Meets an obstacle in the first pictures of every statement, and again whenever nothing was done about it.

    Args:
        obstacle: What it meets, a key of `HELPED_BY`.
        then: Who decides once it is gone.
    """

    def __init__(self, obstacle: Obstacle, then: Decider) -> None:
        self._obstacle: Obstacle = obstacle
        self._then = then
        self._helped = HELPED_BY[obstacle]
        self._first: dict[str, Look] = {}

    def decide(self, asked: Asked, exam: Exam) -> Decision:
        """Decide one statement, or say what stands in the way."""
        now = look_of(exam)
        if self._helped(self._first.setdefault(asked.statement, now), now):
            return self._then.decide(asked, exam)
        return Obstructed(
            choice="cannot_tell", confidence=0.9, obstacle=self._obstacle, reason=f"the pictures do not show it: {self._obstacle}"
        )


def look_of(exam: Exam) -> Look:
    """What a request shows."""
    images = (*exam.first.images, *exam.second.images)
    longest = max(max(image.width, image.height) for image in images)
    return Look(pictures=np.stack([_content(image) for image in images]), longest=longest)


def _content(image: SentImage) -> np.ndarray:
    from PIL import Image

    inner = pixels_of(image)[BELOW_LABEL:-MARGIN, MARGIN:-MARGIN]
    return np.asarray(Image.fromarray(inner).convert("L").resize((GRID, GRID), Image.Resampling.BOX), float)


def needs_another_look(obstacle: Obstacle = "wrong_moment", then: Decider | None = None) -> Answering:
    """A verifier that cannot tell at first and, where the obstacle is dealt with, answers from what is in the images."""
    return Answering(AnotherLook(obstacle, then or ImageReader()))
