"""What changed since earlier comparisons of a person, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ...memory.history import Comparison, Trend, trends

MOST = 8


def changes_since(comparisons: Sequence[Comparison]) -> tuple[str, ...]:
    """One sentence per measured value that changed, the clearest first."""
    return tuple(_said(trend) for trend in trends(comparisons)[:MOST])


def _said(trend: Trend) -> str:
    first, last = trend.points[0], trend.points[-1]
    surely = "" if trend.clear else ", within the measuring error"
    return (
        f"{trend.description}: {first.value:.1f} on {first.when:%Y-%m-%d}, {last.value:.1f} on {last.when:%Y-%m-%d} "
        f"({trend.change:+.1f} ± {trend.error:.1f} {trend.unit}{surely})"
    )
