"""Which prediction means which labelled difference, and whether it says the opposite: the seam, and an answer by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ...memory.values import Question
from ...tools.statement import StatementReader
from ...tools.statement.text import forms, plain
from .predictions import Predictions
from .rows import BenchRow

LEAST = 0.5
"""Below this likeness two statements are not matched."""
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a an the is are was be been of in on at to from with for by and or as it its their his her they he she this that these those "
        "more less than when while during before after person video body",
    )
)
_OPPOSITES: dict[str, str] = dict(
    re.findall(
        r"(\w+)/(\w+)",
        "more/less higher/lower wider/narrower faster/slower longer/shorter larger/smaller bigger/smaller closer/further deeper/shallower "
        "straighter/bent forward/backward earlier/later stronger/weaker heavier/lighter smoother/jerkier",
    )
)


class Matcher(Protocol):
    """Says which prediction means which labelled difference."""

    @property
    def name(self) -> str:
        """Who matches."""
        ...

    async def match(self, row: BenchRow, given: Predictions) -> dict[str, str]:
        """From keys of labelled differences, negligible ones included, to keys of predictions; one to one, unmatched ones left out."""
        ...

    async def opposite(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """For each (labelled, predicted) pair of statements that were matched, whether they are opposites."""
        ...


class WordMatcher:
    """Matches without a model: by the question that a statement asks, where it is understood, and by its words."""

    name = "by words"

    def __init__(self, reader: StatementReader | None = None) -> None:
        self._reader = reader or StatementReader()

    async def match(self, row: BenchRow, given: Predictions) -> dict[str, str]:
        """The one-to-one assignment of greatest likeness in all."""
        from scipy.optimize import linear_sum_assignment

        keys, texts = list(given), [p.description for p in given.values()]
        if not keys or not row.differences:
            return {}
        alike = np.array([[self.likeness(d.description, text) for text in texts] for d in row.differences])
        alike[alike < LEAST] = 0.0
        chosen = zip(*linear_sum_assignment(alike, maximize=True), strict=True)
        return {row.differences[i].key: keys[j] for i, j in chosen if alike[i, j] > 0}

    async def opposite(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """By the directions of the two questions, where both were understood; by a word and its opposite otherwise."""
        return [self._opposed(one, other) for one, other in pairs]

    def likeness(self, one: str, other: str) -> float:
        """0 to 2: how much two statements speak of the same thing, whichever way round they say it."""
        first, second = self._question(one), self._question(other)
        shared = overlap(one, other)
        if first is None or second is None:
            return shared
        if first.quantity != second.quantity:
            # Two questions that are understood as different ones are not the same for sharing their words.
            return 0.0
        alike = sum(getattr(first, name) == getattr(second, name) for name in ("side", "statistic", "phase", "occurrence"))
        return LEAST + 0.25 * alike + shared / 2

    def _opposed(self, one: str, other: str) -> bool:
        first, second = self._question(one), self._question(other)
        if first and second and first.quantity == second.quantity:
            return first.direction != second.direction
        mine, theirs = set(plain(one).split()), set(plain(other).split())
        return sum((a in mine and b in theirs) or (b in mine and a in theirs) for a, b in _OPPOSITES.items()) % 2 == 1

    def _question(self, text: str) -> Question | None:
        return self._reader.read(text).question


def overlap(one: str, other: str) -> float:
    """Share of content words that two statements have in common (Dice), inflections and opposites counting as one word."""
    mine, theirs = _content(one), _content(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def _content(text: str) -> set[str]:
    words = {_OPPOSITES.get(word, word) for word in plain(text).replace(",", " ").split()}
    return {min(forms(word), key=lambda form: (len(form), form)) for word in words - _EMPTY}
