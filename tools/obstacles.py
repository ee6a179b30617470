"""Why a model could not tell what its pictures show, the cause of doubt that this makes, and where to look next for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ..memory.values import Cause, Strategy

Obstacle = Literal["none", "wrong_moment", "too_small", "too_fast", "out_of_view", "not_visible", "other"]
"""What kept a model from telling; `none` when it could tell. "none" stands first: what fills in schemas by rule takes the first."""
CAUSE_OF: dict[Obstacle, Cause] = {
    "wrong_moment": "wrong moment",
    "out_of_view": "out of view",
    "too_small": "too small",
    "too_fast": "too fast",
    "not_visible": "joint hidden",
}
"""The worst first: a closer look at the wrong moment helps nobody."""
NEXT_LOOK: dict[Cause, tuple[Strategy, ...]] = {
    "wrong moment": ("extremum", "next_best"),
    "out of view": ("next_best",),
    "too small": ("crop",),
    "too fast": ("dense",),
    "orders disagree": ("crop", "extremum", "next_best"),
    "witnesses disagree": ("extremum", "crop", "next_best"),
}
"""What to try, in order, for each cause that a model brings up."""


def worst_cause(obstacles: Iterable[Obstacle]) -> Cause:
    """The cause that the most serious of some obstacles makes; empty when none of them says what would help."""
    named = set(obstacles)
    causes: list[Cause] = [cause for obstacle, cause in CAUSE_OF.items() if obstacle in named]
    return causes[0] if causes else ""
