"""Drawn pairs made unusual: people of other proportions in other colours, and moments that are not in the middle of their clips."""

from __future__ import annotations

import numpy as np

from ..drawn.look import Look
from ..drawn.motion import schedule
from ..drawn.pairs import DrawnPair, labelled_pairs
from ..drawn.statements import DrawnStatement, Take
from ..drawn.truth import key_times

OUTSIDE: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "legs": ((0.9, 0.95), (1.05, 1.1)),
    "arms": ((0.9, 0.94), (1.06, 1.1)),
    "shoulders": ((0.85, 0.91), (1.09, 1.15)),
    "build": ((0.8, 0.87), (1.19, 1.3)),
}
"""Proportions that `random_look` never draws, below and above its range."""
LONGEST_S = 2.5
"""Most seconds of standing before or after the action."""


def unusual_pairs(count: int, seed: int) -> tuple[DrawnPair, ...]:
    """`labelled_pairs`, each with other people and with off-centre moments."""
    return tuple(unusual(pair) for pair in labelled_pairs(count, seed))


def unusual(pair: DrawnPair) -> DrawnPair:
    """The same motions and statements; the instants of the statements move with their clips."""
    rng = np.random.default_rng([pair.seed, 1])
    a, b = unusual_take(rng, pair.a), unusual_take(rng, pair.b)
    return pair.model_copy(update={"a": a, "b": b, "statements": tuple(_moved(s, a, b) for s in pair.statements)})


def unusual_take(rng: np.random.Generator, take: Take) -> Take:
    """One clip made unusual."""
    return take.model_copy(update={"look": _look(rng, take.look)})


def _look(rng: np.random.Generator, look: Look) -> Look:
    short, long = rng.uniform(0.2, 0.6), rng.uniform(1.2, LONGEST_S)
    before, after = (short, long) if rng.random() < 0.5 else (long, short)
    parts = {part: _colour(rng) for part in ("top", "bottoms", "hair", "shoes")}
    return look.model_copy(
        update={
            "figure": look.figure.model_copy(update=_proportions(rng)),
            "wardrobe": look.wardrobe.model_copy(update=parts),
            "backdrop": look.backdrop.model_copy(
                update={"wall": _colour(rng), "floor": _colour(rng), "seed": int(rng.integers(1 << 30))}
            ),
            "lead_in_s": float(before),
            "lead_out_s": float(after),
        }
    )


def _proportions(rng: np.random.Generator) -> dict[str, float]:
    return {name: float(rng.uniform(*ends[rng.integers(2)])) for name, ends in OUTSIDE.items()}


def _moved(statement: DrawnStatement, a: Take, b: Take) -> DrawnStatement:
    if not (statement.times_a and statement.times_b):
        return statement
    return statement.model_copy(update={"times_a": _instants(a, statement.stage), "times_b": _instants(b, statement.stage)})


def _instants(take: Take, stage: str) -> tuple[float, ...]:
    timed = schedule(take.parameters, take.look.lead_in_s, take.look.lead_out_s)
    return key_times(tuple(span for span, _ in timed if span.end_s > span.start_s))[stage]


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = rng.integers(20, 240, 3).tolist()
    return red, green, blue
