"""The drawings of a report as SVG: no library, no script, readable in print; A is blue and B is orange wherever they are meant."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from .curves import Bin, Covered

A, B, SAME, NONE = "#0072B2", "#D55E00", "#7f8790", "#d8dce1"
"""Colours of the clips, of `same` and of no answer; the first two are told apart by colour-blind people."""
INK, FAINT, BAND, MARK = "#1b1f24", "#c9ced6", "#e4e7ec", "#2a7f62"
WIDE, TALL = 460, 300
_LEFT, _RIGHT, _TOP, _BELOW = 52, 24, 14, 44


class _Axes(NamedTuple):
    """From values to pixels."""

    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return round(_LEFT + across * (WIDE - _LEFT - _RIGHT), 1), round(TALL - _BELOW - up * (TALL - _TOP - _BELOW), 1)

    def points(self, places: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{x},{y}" for x, y in (self.at(*place) for place in places))


def coverage_plot(curve: Sequence[Covered], guess: float | None = 0.5) -> str:
    """Share that is right against share that is answered, with its 95% interval."""
    axes = _Axes((0, 1), (0, 1))
    ends = [(point.coverage, *point.right.interval()) for point in curve]
    band = [(x, high) for x, _, high in ends] + [(x, low) for x, low, _ in reversed(ends)]
    line = [(point.coverage, point.right.value) for point in curve]
    drawn = [_ground(axes, "share of the statements that got an answer", "of them right", percent=True)]
    if guess is not None:
        drawn.append(_line(axes, [(0, guess), (1, guess)], FAINT, "4 4"))
    drawn += [f'<polygon points="{axes.points(band)}" fill="{BAND}"/>', _line(axes, line, MARK)]
    drawn += [_dot(axes, *place, MARK) for place in line]
    return _svg(drawn, "Accuracy against coverage")


def reliability_plot(bins: Sequence[Bin]) -> str:
    """What was right against what was stated, with 95% intervals; dots are larger where there are more answers."""
    axes = _Axes((0, 1), (0, 1))
    drawn = [_ground(axes, "stated confidence", "of them right", percent=True), _line(axes, [(0, 0), (1, 1)], FAINT, "4 4")]
    most = max((found.right.of for found in bins), default=1)
    for found in bins:
        low, high = found.right.interval()
        drawn.append(_line(axes, [(found.stated, low), (found.stated, high)], SAME))
        drawn.append(_dot(axes, found.stated, found.right.value, MARK, 3 + 5 * (found.right.of / most) ** 0.5))
    return _svg(drawn, "Stated confidence against the share that is right")


def cumulative_plot(values: Sequence[float], of: int, label: str, mark: float | None = None) -> str:
    """The share of `of` that is at most so large; values beyond the last tick are not drawn."""
    ordered = sorted(values)
    end = max(0.5, min(2.0, ordered[-1] if ordered else 0.5))
    axes = _Axes((0, end), (0, 1))
    steps: list[tuple[float, float]] = [(0.0, 0.0)]
    for count, value in enumerate(ordered, start=1):
        if value <= end:
            steps += [(value, (count - 1) / of), (value, count / of)]
    steps.append((end, sum(value <= end for value in ordered) / of if of else 0.0))
    drawn = [_ground(axes, label, "share of the instants", percent=False)]
    if mark is not None:
        drawn.append(_line(axes, [(mark, 0), (mark, 1)], FAINT, "4 4"))
    return _svg([*drawn, _line(axes, steps, MARK)], label)


class Strip(NamedTuple):
    """One row of answers."""

    label: str
    parts: Sequence[tuple[int, str, str]]
    """(count, colour, what it is)."""


def strips_plot(strips: Sequence[Strip]) -> str:
    """Rows of stacked bars, each as long as the whole."""
    height, left = 30, 120
    tall = 34 + height * len(strips)
    drawn: list[str] = []
    for row, strip in enumerate(strips):
        y, x, total = 8 + row * height, float(left), max(sum(count for count, _, _ in strip.parts), 1)
        drawn.append(_text(left - 8, y + 15, strip.label, "end"))
        for count, colour, what in strip.parts:
            wide = (WIDE - left - 10) * count / total
            title = f"<title>{escape(what)}: {count} of {total}</title>"
            drawn.append(f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="22" fill="{colour}">{title}</rect>')
            if wide > 22:
                shade = INK if colour == NONE else "#fff"
                drawn.append(_text(x + wide / 2, y + 15, str(count), "middle", shade))
            x += wide
    place = float(left)
    for _, colour, what in strips[0].parts if strips else ():
        drawn.append(f'<rect x="{place:.0f}" y="{tall - 18}" width="11" height="11" fill="{colour}"/>')
        drawn.append(_text(place + 15, tall - 8, what))
        place += 30 + 6.4 * len(what)
    return _svg(drawn, "Answers by truth", tall)


class Interval(NamedTuple):
    """One row of a forest plot."""

    label: str
    value: float
    low: float
    high: float
    ours: bool = True


def intervals_plot(rows: Sequence[Interval], guess: float | None = 0.5) -> str:
    """Shares with their intervals, one a row, on a line from 0 to 1; those of others are published and have none."""
    height, left = 22, 190
    tall = 46 + height * len(rows)

    def across(value: float) -> float:
        return round(left + value * (WIDE - left - 18), 1)

    drawn = [_rule(across(tick / 4), 6, across(tick / 4), tall - 34, BAND) for tick in range(5)]
    drawn += [_text(across(tick / 4), tall - 20, f"{tick * 25}%", "middle") for tick in range(5)]
    if guess is not None:
        drawn.append(_rule(across(guess), 6, across(guess), tall - 34, SAME, "4 4"))
    for place, row in enumerate(rows):
        y, colour = 18 + place * height, MARK if row.ours else SAME
        drawn += [
            _text(left - 10, y + 4, row.label, "end"),
            _rule(across(row.low), y, across(row.high), y, colour),
            f'<circle cx="{across(row.value)}" cy="{y}" r="4" fill="{colour}"/>',
        ]
    return _svg(drawn, "Shares with their intervals", tall)


def _ground(axes: _Axes, below: str, beside: str, *, percent: bool) -> str:
    parts = []
    for tick in range(5):
        x, y = axes.x[0] + (axes.x[1] - axes.x[0]) * tick / 4, axes.y[0] + (axes.y[1] - axes.y[0]) * tick / 4
        (left, up), (right, _), (across, down) = axes.at(axes.x[0], y), axes.at(axes.x[1], y), axes.at(x, axes.y[0])
        parts.append(_rule(left, up, right, up, BAND))
        parts.append(_text(left - 6, up + 4, f"{y:.0%}", "end"))
        parts.append(_text(across, down + 16, f"{x:.0%}" if percent else f"{x:.2g}", "middle"))
    parts.append(_text((WIDE + _LEFT - _RIGHT) / 2, TALL - 8, below, "middle"))
    middle = (TALL - _BELOW + _TOP) / 2
    parts.append(f'<g transform="rotate(-90 12 {middle})">{_text(12, middle, beside, "middle")}</g>')
    return "".join(parts)


def _line(axes: _Axes, places: Sequence[tuple[float, float]], colour: str, dashes: str = "none") -> str:
    return (
        f'<polyline points="{axes.points(places)}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "none") -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="1.5" stroke-dasharray="{dashes}"/>'


def _dot(axes: _Axes, x: float, y: float, colour: str, radius: float = 3.0) -> str:
    across, down = axes.at(x, y)
    return f'<circle cx="{across}" cy="{down}" r="{radius:.1f}" fill="{colour}"/>'


def _text(x: float, y: float, words: str, anchor: str = "start", colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _svg(parts: Sequence[str], title: str, tall: int = TALL) -> str:
    inside = "".join(parts)
    return (
        f'<svg viewBox="0 0 {WIDE} {tall}" width="{WIDE}" height="{tall}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{inside}</svg>"
    )
