"""One repetition of some actions has several extremes (a squat, then a knee raise); here they are put together again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..memory.values import Phase, Stage
from .alignment import Alignment
from .repetitions import Repetition, place_repetitions

EXTREMES: frozenset[Phase] = frozenset({"peak", "top", "bottom"})
CAP = 10.0
"""Nats beyond which a margin says nothing more."""
CLEARLY_BETTER = 1.0
"""Nats by which the mean margin of the stages must rise for repetitions to be joined."""


def best_cut(
    scores: np.ndarray, times_s: np.ndarray, stages: Sequence[Stage], found: Sequence[Repetition]
) -> tuple[Sequence[Repetition], Sequence[Alignment]]:
    """Repetitions as they were found or joined, whichever lets the stages be placed more clearly, and their alignments.

    Args:
        scores: (S, T) log-probabilities, fused from all witnesses.
        times_s: (T,) seconds.
        stages: the S stages in order.
        found: one repetition per extreme.
    """
    alignments = place_repetitions(scores, times_s, stages, found)
    extremes = sum(bool(EXTREMES & set(stage.phases)) for stage in stages[1:-1])
    if extremes < 2 or len(found) % extremes:
        return found, alignments
    joined = together(found, extremes, 0)
    others = place_repetitions(scores, times_s, stages, joined)
    return (joined, others) if _clarity(others) > _clarity(alignments) + CLEARLY_BETTER else (found, alignments)


def together(found: Sequence[Repetition], size: int, offset: int) -> list[Repetition]:
    """Every `size` repetitions from `offset` on as one; what is left over at either end is not whole."""
    last = offset + (len(found) - offset) // size * size
    whole = [_joined(found[k : k + size]) for k in range(offset, last, size)]
    before, after = ([part.model_copy(update={"partial": True}) for part in rest] for rest in (found[:offset], found[last:]))
    return [*before, *whole, *after]


def _joined(parts: Sequence[Repetition]) -> Repetition:
    first, partial = parts[0], any(part.partial for part in parts)
    return parts[-1].model_copy(update={"start": first.start, "start_s": first.start_s, "partial": partial})


def _clarity(alignments: Sequence[Alignment]) -> float:
    """Mean margin of all stages; a stage that was not found counts as unclear as can be."""
    margins = [-CAP if place is None else place.margin for alignment in alignments for place in alignment.placements]
    return float(np.clip(margins, -CAP, CAP).mean()) if margins else 0.0
