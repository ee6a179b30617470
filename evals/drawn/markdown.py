"""Markdown tables of a score: rows of cells, and shares as they are said in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .metrics import Share


def table_of(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows))


def said(share: Share, interval: bool = False) -> str:
    """A share with its counts, and with its 95% interval if asked for; a dash of none."""
    if not share.of:
        return "-"
    low, high = share.interval()
    return f"{share.value:.0%} ({share.hits}/{share.of})" + (f", {low:.0%} to {high:.0%}" if interval else "")
