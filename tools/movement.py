"""What the movement itself says about the stages: near rest, on the way out, near the extreme, on the way back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..memory.values import Phase, Stage
from .activity import Activity
from .repetitions import Repetition

MOVING: frozenset[Phase] = frozenset({"lowering", "rising"})
NEAR = 0.15
"""Within this share of the way a frame counts as at rest, or at the extreme."""


def there_and_back(stages: Sequence[Stage], peak_stage: str) -> int | None:
    """Index of the peak stage when the action is rest, way out, extreme, way back, rest; None when it is built otherwise."""
    if len(stages) != 5 or stages[2].name != peak_stage or struck(stages) is not None:
        return None
    return 2 if MOVING & set(stages[1].phases) and MOVING & set(stages[3].phases) else None


def from_the_other_end(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages of a there-and-back action that is begun at its extreme: a deadlift that starts standing."""
    _, out, peak, back, last = stages
    begin = peak.model_copy(update={"phases": (*_without(peak, "peak"), "start")})
    turn = last.model_copy(update={"phases": (*_without(last, "end"), "peak")})
    end = peak.model_copy(update={"phases": (*_without(peak, "peak"), "end")})
    return begin, back, turn, out, end


def _without(stage: Stage, phase: Phase) -> tuple[Phase, ...]:
    return tuple(p for p in stage.phases if p != phase)


def movement_similarities(curve: Activity, repetitions: Sequence[Repetition], stages: int) -> np.ndarray:
    """(stages, T) how well each frame fits each stage of a there-and-back action, 0 to 1, by the movement curve alone.

    Postures cannot tell the way out from the way back, and say little about where a movement begins; the curve can. It is a second
    witness for the alignment, next to the encoder.
    """
    layer = np.zeros((stages, len(curve.level)))
    for repetition in repetitions:
        span = slice(repetition.start, repetition.end)
        level = curve.level[span]
        peak = repetition.peak - repetition.start
        share = np.concatenate([_risen(level[: peak + 1]), _risen(level[:peak:-1], level[peak])[::-1]])
        before = np.arange(len(level)) <= peak
        low, high = share < NEAR, share > 1 - NEAR
        layer[0, span], layer[4, span] = low & before, low & ~before
        layer[1, span], layer[3, span] = ~low & ~high & before, ~low & ~high & ~before
        layer[2, span] = high
    return layer


def _risen(level: np.ndarray, top: float | None = None) -> np.ndarray:
    """A flank of the curve as a share of its own height; later dips back below count as risen once it stays up."""
    if not len(level):
        return np.zeros(0)
    low = float(level.min())
    height = max((float(level[-1]) if top is None else top) - low, 1e-9)
    return (level - low) / height


BLOW_S = 0.1
"""A strike or a release is this short."""


def struck(stages: Sequence[Stage]) -> int | None:
    """Index of the one stage that holds a strike or a release; None when there is none, or the stage may be anything."""
    found = [k for k, stage in enumerate(stages) if {"strike", "release"} & set(stage.phases)]
    return found[0] if len(found) == 1 and not {"bottom", "top"} & set(stages[found[0]].phases) else None


def blow_similarities(
    speed: np.ndarray, times_s: np.ndarray, repetitions: Sequence[Repetition], stages: int, blow: int
) -> np.ndarray:
    """(stages, T) witness of a strike: the stages before it before the fastest instant of a repetition, the others after it.

    Args:
        speed: (T,) of the fastest limb end; NaN where nobody was found.
        times_s: (T,) seconds.
        repetitions: of the action.
        stages: how many there are.
        blow: which of them is the strike.
    """
    layer = np.zeros((stages, len(times_s)))
    for repetition in repetitions:
        span = slice(repetition.start, repetition.end)
        if not np.isfinite(speed[span]).any():
            continue
        at = times_s[repetition.start + int(np.nanargmax(speed[span]))]
        layer[:blow, span] = times_s[span] < at - BLOW_S
        layer[blow, span] = np.abs(times_s[span] - at) <= BLOW_S
        layer[blow + 1 :, span] = times_s[span] > at + BLOW_S
    return layer
