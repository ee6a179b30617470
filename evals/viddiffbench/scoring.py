"""The paper's numbers: accuracy in the closed setting, recall@N in the open one, their errors, intervals and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from typing import Literal

import numpy as np

from ...memory.values import Value
from ..drawn.metrics import Share
from .predictions import Prediction, Predictions
from .rows import BenchRow

DRAWS = 2000
OTHER = {"a": "b", "b": "a"}


class Judged(Value):
    """One difference that counts, beside what was predicted for it."""

    sample_key: str
    action: str
    split: str
    domain: str
    key: str
    name: str
    truth: Literal["a", "b"]
    letter: str | None
    """After flipping; None where nothing was matched or predicted."""
    flipped: bool = False
    """The matched statement said the opposite, so its letter was exchanged."""

    @property
    def right(self) -> bool:
        """Whether it scores."""
        return self.letter == self.truth


class BenchScore(Value):
    """What a group of differences scored."""

    pairs: int
    right: Share
    """Accuracy (closed) or recall@N (open)."""
    unmatched: Share
    """Nothing was matched or predicted: the paper's difference recall error."""
    other_letter: Share
    """The paper's flipped prediction error."""
    negligible: Share
    """`c` was predicted."""
    bootstrap: tuple[float, float]
    """95% interval of `right` over samples: statements about one pair hang together."""

    @property
    def p_value(self) -> float:
        """Two-sided binomial test of `right` against guessing between two letters; 1 of none."""
        from scipy.stats import binomtest

        return float(binomtest(self.right.hits, self.right.of, 0.5).pvalue) if self.right.of else 1.0

    @property
    def significant(self) -> bool:
        """Better than guessing at p < 0.05, as the paper marks it."""
        return self.right.of > 0 and self.right.value > 0.5 and self.p_value < 0.05


def judged_closed(row: BenchRow, given: Predictions) -> list[Judged]:
    """The differences of a pair that count, beside their predictions."""
    return [_judged(row, d.key, found.letter if (found := given.get(d.key)) else None) for d in row.counted]


def judged_open(row: BenchRow, given: Predictions, matched: Mapping[str, str], opposite: Mapping[str, bool]) -> list[Judged]:
    """The differences of a pair that count, beside the predictions that were matched to them.

    Args:
        row: The pair.
        given: Its predictions, at most `row.n_differences` of them (see `first_n`).
        matched: From the key of a labelled difference to that of its prediction; one to one.
        opposite: By the key of a labelled difference, whether its prediction says the opposite.
    """
    judged = []
    for d in row.counted:
        letter = given[matched[d.key]].letter if d.key in matched else None
        flipped = opposite.get(d.key, False) and letter in OTHER
        judged.append(_judged(row, d.key, OTHER[str(letter)] if flipped else letter, flipped))
    return judged


def first_n(row: BenchRow, given: Predictions) -> dict[str, Prediction]:
    """The predictions that the open setting allows: the first N in the order given, as the authors cut."""
    return dict(list(given.items())[: row.n_differences])


def _judged(row: BenchRow, key: str, letter: str | None, flipped: bool = False) -> Judged:
    difference = next(d for d in row.differences if d.key == key)
    return Judged.model_validate(
        {name: getattr(row, name) for name in ("sample_key", "action", "split", "domain")}
        | {"key": key, "name": difference.name, "truth": difference.truth, "letter": letter, "flipped": flipped}
    )


def score(judged: Iterable[Judged], seed: int = 0) -> BenchScore:
    """The numbers of a group; `seed` is the bootstrap's."""
    every = tuple(judged)

    def share(hits: Callable[[Judged], bool]) -> Share:
        return Share(hits=sum(map(hits, every)), of=len(every))

    return BenchScore(
        pairs=len({j.sample_key for j in every}),
        right=share(lambda j: j.right),
        unmatched=share(lambda j: j.letter is None),
        other_letter=share(lambda j: j.letter in OTHER and not j.right),
        negligible=share(lambda j: j.letter == "c"),
        bootstrap=_interval(_resampled(every, np.random.default_rng(seed))),
    )


def mean_over_splits(judged: Sequence[Judged], seed: int = 0) -> tuple[float, tuple[float, float]]:
    """The mean of the splits' shares, as the paper averages, and its 95% interval (samples redrawn within each split)."""
    splits = [[j for j in judged if j.split == split] for split in dict.fromkeys(j.split for j in judged)]
    if not splits:
        return float("nan"), (0.0, 1.0)
    rng = np.random.default_rng(seed)
    means = np.mean([_resampled(group, rng) for group in splits], axis=0)
    return fsum(sum(j.right for j in group) / len(group) for group in splits) / len(splits), _interval(means)


def _resampled(judged: Sequence[Judged], rng: np.random.Generator) -> np.ndarray:
    """(DRAWS,) shares of right ones, the samples redrawn with replacement (Efron 1979); empty of none."""
    keys = list(dict.fromkeys(j.sample_key for j in judged))
    if not keys:
        return np.empty(0)
    place = {key: n for n, key in enumerate(keys)}
    counts = np.zeros((len(keys), 2))
    for j in judged:
        counts[place[j.sample_key]] += (j.right, 1)
    drawn = counts[rng.integers(len(keys), size=(DRAWS, len(keys)))].sum(axis=1)
    return drawn[:, 0] / drawn[:, 1]


def _interval(shares: np.ndarray) -> tuple[float, float]:
    if not len(shares):
        return 0.0, 1.0
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)
