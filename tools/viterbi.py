"""The best path of ordered stages through a clip (Viterbi; model and sources in `stage_model`)."""

from __future__ import annotations

import numpy as np

from ..memory.values import Value
from .stage_model import BEST, Grammar, forward, running_totals

Span = tuple[int, int]
"""Half-open range of frames [start, end)."""


class StagePath(Value):
    """Which frames each stage takes."""

    spans: tuple[Span | None, ...]
    """[start, end) in frames per stage, in order; None where a stage is left out."""
    score: float
    """Log-score of the path under the model."""


def viterbi(emissions: np.ndarray, grammar: Grammar) -> StagePath:
    """The path of highest score.

    Args:
        emissions: (S, T) log-probabilities, finite; S and T may be 0.
        grammar: for S stages; `Grammar.fitted` always admits a path.

    Raises:
        ValueError: no path satisfies the grammar.
    """
    totals = running_totals(emissions)
    before, ended = forward(totals, grammar, BEST)
    score = float(before[-1, -1])
    if score == -np.inf:
        raise ValueError(f"no path: {emissions.shape[0]} stages do not fit into {emissions.shape[1]} frames as the grammar asks")
    at = emissions.shape[1]
    spans: list[Span | None] = []
    longest = np.zeros(0) if grammar.share is None else np.log(np.arange(at + 1, 0, -1))
    for k in reversed(range(len(emissions))):
        end = _end(ended[k], at, grammar.background)
        present = ended[k, end] + (at - end) * grammar.background if at > end else ended[k, end]
        if before[k, at] + grammar.skip[k] > present:
            spans.append(None)
            continue
        latest = end - grammar.min_frames[k]
        begun = before[k, : latest + 1] - totals[k, : latest + 1]
        start = int((begun if grammar.share is None else begun + longest[-len(begun) :]).argmax())
        spans.append((start, end))
        at = start
    return StagePath(spans=tuple(reversed(spans)), score=score)


def path_of(spans: tuple[Span | None, ...], frames: int) -> np.ndarray:
    """(T,) int64 stage of each frame, -1 for background."""
    path = np.full(frames, -1, dtype=np.int64)
    for k, span in enumerate(spans):
        if span is not None:
            path[span[0] : span[1]] = k
    return path


def _end(ended: np.ndarray, at: int, background: float) -> int:
    """Where the stage ends if everything from there up to `at` is background; the latest of equals."""
    if background == -np.inf:
        return at
    scores = ended[: at + 1] - background * np.arange(at + 1)
    return at - int(np.argmax(scores[::-1]))
