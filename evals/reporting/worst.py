"""What went wrong most surely, each with the trace that shows why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...agent.traces.opening import inside, open_trace, trace_folder, trace_page
from ...memory.errors import SettingsError
from .decided import LETTERS, Decided
from .sections import Cell, Link, Section, Table

MOST = 10


def worst_of(decided: Sequence[Decided], most: int = MOST) -> list[Decided]:
    """Wrong letters first, the surest of them first; then letters that were missed and leant the wrong way."""
    wrong = sorted((d for d in decided if d.answer in LETTERS and not d.correct), key=lambda d: -d.confidence)
    missed = [d for d in decided if d.answer not in LETTERS and d.truth in LETTERS and d.lean and not d.right]
    return [*wrong, *missed][:most]


def worst_section(decided: Sequence[Decided], home: Path, pages: Path | None) -> Section:
    """The worst cases, linked to their traces.

    Args:
        decided: Every statement.
        home: Where the runs lie.
        pages: Folder beside the report into which the pages of their traces are written; None to write none.
    """
    worst = worst_of(decided)
    rows = [
        [d.pair, d.statement, _name(d.truth), _name(d.answer), f"{d.confidence:.2f}", d.reason, _trace(d.run_id, home, pages)]
        for d in worst
    ]
    text = (
        "Wrong letters, the surest first, then letters that were missed. A trace opens with "
        f"`VIDDIFF_HOME={home} viddiff trace open ID`."
    )
    head = ["pair", "statement", "truth", "answered", "sure", "reason", "trace"]
    return Section(title="The worst cases", text=(text,), tables=(Table.of(head, rows),) if rows else ())


def _name(answer: str) -> str:
    return answer.upper() if answer in LETTERS else answer


def _trace(run_id: str, home: Path, pages: Path | None) -> Cell:
    try:
        folder = trace_folder(home / "runs", run_id)
        if pages is None:
            # Read all the same: an id that leads nowhere is worse than none.
            open_trace(folder)
            return run_id
        target = pages / f"{run_id}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(trace_page(open_trace(folder), folder, inside(folder)), encoding="utf-8")
    except SettingsError:
        return "-"
    return Link(text=run_id, href=f"{pages.name}/{target.name}")
