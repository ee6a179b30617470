"""The bench as Markdown: one table of ratios, one of figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import median

from .contests import Contest, Figure, Result, race

HEAD = ("ours", "peer", "wall, ours / peer", "cpu, ours / peer", "goal", "met", "ours, wall", "peer, wall")
FIGURES = ("figure", "measured", "goal", "met")


def table(items: Iterable[Contest | Figure], rounds: int) -> Iterator[str]:
    """The lines of both tables, each as soon as it is measured; what is no ratio comes last."""
    yield from _head(HEAD)
    figures = []
    for item in items:
        if isinstance(item, Contest):
            yield from (ratio_row(result) for result in race(item, rounds))
        else:
            figures.append(figure_row(item))
    if figures:
        yield ""
        yield from _head(FIGURES)
        yield from figures


def ratio_row(result: Result) -> str:
    """One result as a row of the first table."""
    contest, peer = result.contest, result.peer
    walls = (median(lap.wall for lap in laps) / contest.calls for laps in zip(*result.rounds, strict=True))
    speeds = (_duration(wall) + (f" ({contest.frames / wall:.0f} frames/s)" if contest.frames else "") for wall in walls)
    promised = [f"{what} ≤ {goal:g}" for what, goal in (("wall", peer.wall), ("cpu", peer.cpu)) if goal is not None]
    met = ("yes" if result.met() else "no") if promised else "-"
    return _line(contest.ours, peer.name, _spread(result.wall()), _spread(result.cpu()), ", ".join(promised) or "-", met, *speeds)


def figure_row(figure: Figure) -> str:
    """One figure, measured, as a row of the second table."""
    value = figure.value()
    what = f"{figure.what} ({figure.why})" if figure.why else figure.what
    sign = "≥" if figure.at_least else "≤"
    return _line(what, f"{value:.4g}", f"{sign} {figure.goal:g}", "yes" if figure.met(value) else "no")


def _head(names: tuple[str, ...]) -> Iterator[str]:
    yield _line(*names)
    yield _line(*["---"] * len(names))


def _spread(ratios: tuple[float, ...]) -> str:
    return f"{median(ratios):.3g} ({min(ratios):.3g} to {max(ratios):.3g})" if ratios else "-"


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"
