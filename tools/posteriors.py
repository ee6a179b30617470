"""How sure each frame's stage is: forward-backward over the model of `stage_model`, in logs, linear in frames."""

from __future__ import annotations

import numpy as np

from .stage_model import SUM, Grammar, forward, running_totals


def posteriors(emissions: np.ndarray, grammar: Grammar) -> np.ndarray:
    """P(stage | all frames) for each frame, over every path the grammar admits.

    The chance of being inside a stage is the chance that it has begun less the chance that it has ended, so no segment
    need be enumerated.

    Args:
        emissions: (S, T) log-probabilities, finite.
        grammar: for S stages.

    Returns:
        (S + 1, T) probabilities; the last row is the background; columns sum to 1.
    """
    before, ended = forward(running_totals(emissions), grammar, SUM)
    after, begun = forward(running_totals(emissions[::-1, ::-1]), grammar.backwards, SUM)
    after, begun = after[::-1, ::-1], begun[::-1, ::-1]
    total = before[-1, -1]
    begins, ends = np.exp(before[:-1] + begun - total), np.exp(ended + after[1:] - total)
    inside = np.clip(np.cumsum(begins[:, :-1] - ends[:, :-1], axis=1), 0.0, 1.0)
    inside /= np.maximum(inside.sum(axis=0), 1.0)
    return np.vstack([inside, 1.0 - inside.sum(axis=0)])


def total_score(emissions: np.ndarray, grammar: Grammar) -> float:
    """Log of the summed scores of all paths: what the score of one path is to be held against."""
    return float(forward(running_totals(emissions), grammar, SUM)[0][-1, -1])
