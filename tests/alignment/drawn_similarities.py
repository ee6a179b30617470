"""Drawn similarities with known stage boundaries."""

from collections.abc import Sequence

import numpy as np

from viddiff.memory.values import Stage


def make_stages(count: int, optional: Sequence[int] = ()) -> tuple[Stage, ...]:
    return tuple(
        Stage(name=f"stage {k}", description="", retrieval=(f"a frame of stage {k}",), optional=k in optional)
        for k in range(count)
    )


def make_similarities(
    lengths: Sequence[int] | np.ndarray, order: Sequence[int], count: int, noise: float = 0.0, seed: int = 0
) -> np.ndarray:
    """(count, T) cosines: runs of `lengths` frames of stage `order[i]` (-1: background), each row on a scale of its own."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(order, lengths)
    clean = (truth == np.arange(count)[:, None]).astype(float)
    rows = clean + noise * rng.standard_normal(clean.shape)
    return 0.2 + 0.01 * np.arange(count)[:, None] + 0.03 * (1 + np.arange(count)[:, None] % 3) * rows
