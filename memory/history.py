"""What a person's comparisons showed, kept for months, and how the measured values changed over them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import PurePath

from langgraph.store.base import BaseStore
from pydantic import AwareDatetime, Field

from .items import found, label, put, same_words
from .report import DifferenceReport, Report
from .values import Answer, Measurement, Side, Value, VideoInfo

HISTORY = "history"
MOST_PER_ACTION = 200
"""Comparisons that are kept of one person and action; beyond that the oldest go."""
_ONE_CLIP = math.sqrt(2)
# A measurement's interval is that of b - a; with two clips read about equally well, the error of one is this much smaller.


class ClipName(Value):
    """Which clip it was."""

    name: str
    sha256: str


class Outcome(Value):
    """What one comparison said about one difference."""

    description: str
    answer: Answer
    confidence: float = Field(ge=0, le=1)
    measurement: Measurement | None = None


class Comparison(Value):
    """One comparison as it is remembered."""

    id: str
    """Of the conversation or the run."""
    when: AwareDatetime
    """When it was made, UTC."""
    person: str
    action: str
    who: Side | None = None
    """The clip that shows the person; None when that is not known, or both do."""
    a: ClipName
    b: ClipName
    outcomes: tuple[Outcome, ...]


class Point(Value):
    """What was measured of the person once."""

    when: AwareDatetime
    value: float
    error: float = Field(ge=0)
    """Half the width of the value's 95% interval."""
    comparison: str
    """Id of the comparison that measured it."""


class Trend(Value):
    """How one measured value of a person changed."""

    description: str
    """The statement for which it was measured."""
    quantity: str
    unit: str
    points: tuple[Point, ...] = Field(min_length=2)
    """The oldest first."""

    @property
    def change(self) -> float:
        """The newest value minus the oldest."""
        return self.points[-1].value - self.points[0].value

    @property
    def error(self) -> float:
        """Half the width of the 95% interval of `change`."""
        return math.hypot(self.points[0].error, self.points[-1].error)

    @property
    def clear(self) -> bool:
        """Whether the change is larger than its error."""
        return abs(self.change) > self.error


def comparison_of(report: Report, person: str, when: datetime, *, action: str = "", who: Side | None = None) -> Comparison:
    """What is remembered of a report.

    Args:
        report: The finished report.
        person: Whom it is about, as the user calls them; empty when nobody was named.
        when: When it was made, with its time zone.
        action: The action as it was matched; the report's own words when empty.
        who: The clip that shows the person.
    """
    return Comparison(
        id=report.id,
        when=when.astimezone(UTC),
        person=person.strip(),
        action=action or report.action,
        who=who,
        a=_clip(report.videos.a),
        b=_clip(report.videos.b),
        outcomes=tuple(_outcome(difference) for difference in report.differences),
    )


def _clip(video: VideoInfo) -> ClipName:
    return ClipName(name=PurePath(video.path).name, sha256=video.sha256)


def _outcome(difference: DifferenceReport) -> Outcome:
    measured = difference.measurement
    whole = measured is not None and all(map(math.isfinite, (measured.a, measured.b, measured.difference, *measured.interval)))
    return Outcome(
        description=difference.description,
        answer=difference.answer,
        confidence=difference.confidence,
        measurement=measured if whole else None,
    )


async def remember(store: BaseStore, comparison: Comparison) -> None:
    """Keep one comparison; the same one again replaces itself, and the oldest beyond `MOST_PER_ACTION` are forgotten."""
    namespace = (HISTORY, label(comparison.person), label(comparison.action))
    await put(store, namespace, comparison.id, comparison)
    rows = sorted(await found(store, namespace, Comparison), key=lambda row: row[2].when, reverse=True)
    for where, key, _ in rows[MOST_PER_ACTION:]:
        await store.adelete(where, key)


async def recall(store: BaseStore, person: str | None = None, action: str | None = None) -> tuple[Comparison, ...]:
    """The comparisons of a person (everybody's when None) and an action (all when None), the newest first."""
    prefix = (HISTORY,) if person is None else (HISTORY, label(person))
    rows = [value for _, _, value in await found(store, prefix, Comparison)]
    wanted = [value for value in rows if action is None or same_words(value.action) == same_words(action)]
    return tuple(sorted(wanted, key=lambda value: (value.when, value.id), reverse=True))


async def forget(store: BaseStore, person: str) -> int:
    """Forget every comparison of a person, whatever its action; how many there were."""
    rows = await found(store, (HISTORY, label(person)), Comparison)
    for where, key, _ in rows:
        await store.adelete(where, key)
    return len(rows)


def trends(comparisons: Iterable[Comparison], quantity: str = "", since: datetime | None = None) -> tuple[Trend, ...]:
    """How the person's measured values changed: one trend per statement that was measured of at least two clips of theirs.

    Args:
        comparisons: Of one person and one action, in any order; those that do not say which clip shows the person are left out.
        quantity: Only this quantity; all when empty.
        since: Start from the last value before this moment, or from the first after it where there is none.

    Returns:
        The clearest change first. A clip that was compared several times counts once, when it was first measured.
    """
    series: dict[tuple[str, str, str], dict[str, Point]] = defaultdict(dict)
    for comparison in sorted(comparisons, key=lambda c: (c.when, c.id)):
        if comparison.who is None:
            continue
        clip = comparison.a if comparison.who == "a" else comparison.b
        for outcome in comparison.outcomes:
            read = outcome.measurement
            if read is not None and quantity in ("", read.quantity):
                key = (outcome.description, read.quantity, read.unit)
                series[key].setdefault(clip.sha256, _point(read, comparison, comparison.who))
    found_ = [_trend(key, tuple(points.values()), since) for key, points in series.items()]
    return tuple(sorted((t for t in found_ if t is not None), key=_clearness, reverse=True))


def _point(read: Measurement, comparison: Comparison, who: Side) -> Point:
    low, high = read.interval
    error = abs(high - low) / 2 / _ONE_CLIP
    return Point(when=comparison.when, value=read.a if who == "a" else read.b, error=error, comparison=comparison.id)


def _trend(key: tuple[str, str, str], points: Sequence[Point], since: datetime | None) -> Trend | None:
    before = [point for point in points if since is not None and point.when < since]
    kept = (*before[-1:], *points[len(before) :])
    description, quantity, unit = key
    return Trend(description=description, quantity=quantity, unit=unit, points=kept) if len(kept) > 1 else None


def _clearness(trend: Trend) -> float:
    return abs(trend.change) / max(trend.error, 1e-9)
