"""From predictions to judged differences, pair by pair; in the open setting by way of a matcher."""

from __future__ import annotations

from collections.abc import Sequence

from .matching import Matcher
from .predictions import Predictions
from .rows import BenchRow
from .scoring import Judged, first_n, judged_closed, judged_open


def judge_closed(rows: Sequence[BenchRow], predictions: Sequence[Predictions]) -> list[Judged]:
    """Every difference that counts, beside its prediction."""
    return [j for row, given in zip(rows, predictions, strict=True) for j in judged_closed(row, given)]


async def judge_open(rows: Sequence[BenchRow], predictions: Sequence[Predictions], matcher: Matcher) -> list[Judged]:
    """Every difference that counts, beside the prediction that was matched to it.

    Negligible differences are matched too, as the authors do: a prediction that means one of those is not free for another.
    Errors are those of the matcher.
    """
    allowed = [first_n(row, given) for row, given in zip(rows, predictions, strict=True)]
    matched = [await matcher.match(row, given) for row, given in zip(rows, allowed, strict=True)]
    # Whether a match is turned round matters only where the difference counts.
    asked = [(n, d.key) for n, row in enumerate(rows) for d in row.counted if d.key in matched[n]]
    labelled = [{d.key: d.description for d in row.differences} for row in rows]
    pairs = [(labelled[n][key], allowed[n][matched[n][key]].description) for n, key in asked]
    opposite: list[dict[str, bool]] = [{} for _ in rows]
    for (n, key), answer in zip(asked, await matcher.opposite(pairs), strict=True):
        opposite[n][key] = answer
    return [j for n, row in enumerate(rows) for j in judged_open(row, allowed[n], matched[n], opposite[n])]
