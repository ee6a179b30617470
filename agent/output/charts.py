"""Where things lie in the page's two drawings, as percentages of their width: the interval plot and the stage time lines."""

from __future__ import annotations

import math

from ...memory.report import Report
from ...memory.values import Measurement, Segment, Side, Value
from ...tools.catalog import CATALOG
from .wording import instant, span

PADDING = 0.08
"""Free room left and right of what an interval plot shows, as a share of its range."""


class IntervalPlot(Value):
    """A difference B − A with its interval on a line on which zero is marked."""

    zero: float
    dot: float
    low: float
    high: float
    blur_low: float
    blur_high: float
    """Between these a difference is too small to be worth telling; equal where that is not known."""
    side: Side | None
    """The clip with the larger value; None when the interval spans zero."""


class Bar(Value):
    """One stage of one repetition on a time line."""

    left: float
    width: float
    number: int
    """Of the stage, from 1."""
    compared: bool
    title: str


class Link(Value):
    """A line from an instant of A to the matching one of B."""

    a: float
    b: float
    title: str = ""


class TimeLines(Value):
    """Both clips on one scale of seconds."""

    length_a: float
    length_b: float
    bars_a: tuple[Bar, ...]
    bars_b: tuple[Bar, ...]
    borders: tuple[Link, ...]
    """Starts and ends of matched stages."""
    instants: tuple[Link, ...]
    """Matched key frames."""
    seconds: float
    """What the full width stands for."""


def interval_plot(measurement: Measurement) -> IntervalPlot | None:
    """Lay out one measured difference; None when it has no finite interval."""
    low, high = measurement.interval
    if not all(math.isfinite(v) for v in (low, high, measurement.difference)):
        return None
    entry = CATALOG.get(measurement.quantity)
    blur = entry.jnd if entry else 0.0
    left, right = min(0.0, low, measurement.difference, -blur), max(0.0, high, measurement.difference, blur)
    room = (right - left or 1.0) * PADDING
    left, right = left - room, right + room

    def at(number: float) -> float:
        return round(100 * (number - left) / (right - left), 2)

    side: Side | None = "b" if low > 0 else "a" if high < 0 else None
    return IntervalPlot(
        zero=at(0), dot=at(measurement.difference), low=at(low), high=at(high), blur_low=at(-blur), blur_high=at(blur), side=side
    )


def time_lines(report: Report) -> TimeLines | None:
    """Lay out the stages of both clips; None when there is nothing to show."""
    a, b = report.videos.a, report.videos.b
    seconds = max(a.duration_s, b.duration_s)
    if not report.stages or seconds <= 0:
        return None
    matched = [(stage.a, stage.b) for stage in report.stages if stage.a and stage.b]
    edges = {(x.start_s, y.start_s) for x, y in matched} | {(x.end_s, y.end_s) for x, y in matched}
    return TimeLines(
        length_a=_at(a.duration_s, seconds),
        length_b=_at(b.duration_s, seconds),
        bars_a=_bars(report, "a", seconds),
        bars_b=_bars(report, "b", seconds),
        borders=tuple(Link(a=_at(x, seconds), b=_at(y, seconds)) for x, y in sorted(edges)),
        instants=tuple(
            Link(
                a=_at(x.time_s, seconds),
                b=_at(y.time_s, seconds),
                title=f"{d.description}: A {instant(x.time_s)}, B {instant(y.time_s)}",
            )
            for d in report.differences
            for x, y in zip(d.evidence.a, d.evidence.b, strict=False)
        ),
        seconds=seconds,
    )


def _at(time_s: float, seconds: float) -> float:
    """Percent of the width at which an instant lies."""
    return round(min(100.0, 100 * time_s / seconds), 2)


def _bars(report: Report, side: Side, seconds: float) -> tuple[Bar, ...]:
    found = []
    for number, stage in enumerate(report.stages, start=1):
        compared: Segment | None = getattr(stage, side)
        segments = [s for s in getattr(stage, f"repetitions_{side}") if s != compared] + ([compared] if compared else [])
        for s in segments:
            left, right = _at(s.start_s, seconds), _at(s.end_s, seconds)
            title = f"{stage.name}, {span(s)}"
            found.append(Bar(left=left, width=round(right - left, 2), number=number, compared=s == compared, title=title))
    return tuple(found)
