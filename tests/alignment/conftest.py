"""Drawn similarities with known stage boundaries."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from viddiff.memory.values import Stage

Draw = Callable[..., np.ndarray]


def make_stages(count: int, optional: Sequence[int] = ()) -> tuple[Stage, ...]:
    return tuple(
        Stage(name=f"stage {k}", description="", retrieval=(f"a frame of stage {k}",), optional=k in optional) for k in range(count)
    )


def make_similarities(lengths: Sequence[int], order: Sequence[int], count: int, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """(count, T) cosines: runs of `lengths` frames of stage `order[i]` (-1: background), each row on a scale of its own."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(order, lengths)
    clean = (truth == np.arange(count)[:, None]).astype(float)
    rows = clean + noise * rng.standard_normal(clean.shape)
    return 0.2 + 0.01 * np.arange(count)[:, None] + 0.03 * (1 + np.arange(count)[:, None] % 3) * rows


@pytest.fixture
def stages_of() -> Callable[..., tuple[Stage, ...]]:
    return make_stages


@pytest.fixture
def draw() -> Draw:
    return make_similarities
