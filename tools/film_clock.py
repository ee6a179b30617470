"""The clock of the side-by-side film: which instants of A and B are on screen at each moment, so that stages line up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from ..memory.report import DifferenceReport, Report
from ..memory.values import Side, Value

LEAD_S = 0.5
"""Seconds shown before the first and after the last matched stage."""
INSTANT_S = 1e-6
"""A shorter stretch is no stretch."""
HOLD_S = 1.5
"""Seconds for which the film stands still at a difference."""

Anchor = tuple[float, float]
"""An instant of A and the instant of B that is shown with it."""


class Piece(Value):
    """A stretch of the film in which both clips run at constant speeds, or stand still."""

    start_s: float
    end_s: float
    a: tuple[float, float]
    """Seconds of clip A at the start and at the end of the piece."""
    b: tuple[float, float]
    stage: int | None = None
    """Index into the report's stages; None between stages and after the end."""
    difference: int | None = None
    """Index of the difference for which the film stands still here."""


class FilmClock(Value):
    """The film from 0 to `duration_s`, without gaps."""

    pieces: tuple[Piece, ...]

    @property
    def duration_s(self) -> float:
        """Length of the film."""
        return self.pieces[-1].end_s

    def piece_at(self, film_s: float) -> Piece:
        """The piece on screen at a moment of the film."""
        index = bisect_right(self.pieces, film_s, key=lambda piece: piece.start_s) - 1
        return self.pieces[max(0, index)]

    def clip_time(self, side: Side, film_s: float) -> float:
        """Seconds in one clip, as played, that are shown at a moment of the film."""
        piece = self.piece_at(film_s)
        first, last = piece.a if side == "a" else piece.b
        share = (film_s - piece.start_s) / (piece.end_s - piece.start_s)
        return first + (last - first) * min(1.0, max(0.0, share))


def film_clock(report: Report) -> FilmClock:
    """Plan the film of a report.

    A stretch between two anchors lasts the mean of what it lasts in both clips. Anchors are the borders of the stages found
    in both, and the matched instants of the differences; at those the film stands still. Instants that run against the order
    of the others, or lie outside the compared repetition, are shown standing after the end. Without matched stages the starts
    and the ends of the clips are aligned.
    """
    anchors = _stage_anchors(report)
    holds: dict[Anchor, list[int]] = {}
    late: list[tuple[Anchor, int]] = []
    for index, difference in enumerate(report.differences):
        if (instant := representative(difference)) is None:
            continue
        if instant in anchors or (_inside(anchors, instant) and _consistent(anchors, instant)):
            anchors = sorted({*anchors, instant})
            holds.setdefault(instant, []).append(index)
        else:
            late.append((instant, index))
    return FilmClock(pieces=tuple(_pieces(report, anchors, holds, late)))


def representative(difference: DifferenceReport) -> Anchor | None:
    """The matched pair of instants in the middle of a difference's evidence; None when a clip has none."""
    pairs = list(zip(difference.evidence.a, difference.evidence.b, strict=False))
    if not pairs:
        return None
    a, b = pairs[len(pairs) // 2]
    return a.time_s, b.time_s


def _stage_anchors(report: Report) -> list[Anchor]:
    ends = (report.videos.a.duration_s, report.videos.b.duration_s)
    anchors: list[Anchor] = []
    for stage in report.stages:
        if stage.a is None or stage.b is None:
            continue
        borders = ((stage.a.start_s, stage.b.start_s), (stage.a.end_s, stage.b.end_s))
        if all(_consistent(anchors, border) for border in borders):
            anchors = sorted({*anchors, *borders})
    if len(anchors) < 2 or anchors[0] == anchors[-1]:
        return [(0.0, 0.0), ends]
    (a, b), (y, z) = anchors[0], anchors[-1]
    lead, tail = min(LEAD_S, a, b), min(LEAD_S, max(0.0, ends[0] - y), max(0.0, ends[1] - z))
    return sorted({(a - lead, b - lead), *anchors, (y + tail, z + tail)})


def _consistent(anchors: list[Anchor], new: Anchor) -> bool:
    """Whether time never runs backward in either clip when an anchor is added."""
    return all((new[0] - a) * (new[1] - b) >= 0 for a, b in anchors)


def _inside(anchors: list[Anchor], new: Anchor) -> bool:
    return all(low <= at <= high for low, at, high in zip(anchors[0], new, anchors[-1], strict=True))


def _pieces(
    report: Report, anchors: list[Anchor], holds: dict[Anchor, list[int]], late: list[tuple[Anchor, int]]
) -> Iterator[Piece]:
    clock = 0.0

    def hold(at: Anchor, difference: int | None, stage: int | None) -> Piece:
        return Piece(start_s=clock, end_s=clock + HOLD_S, a=(at[0], at[0]), b=(at[1], at[1]), stage=stage, difference=difference)

    for here, following in zip(anchors, [*anchors[1:], None], strict=True):
        stage = _stage_at(report, here, following or here)
        for index in holds.get(here, ()):
            yield hold(here, index, stage)
            clock += HOLD_S
        length = (following[0] - here[0] + following[1] - here[1]) / 2 if following else 0.0
        if following and length > INSTANT_S:
            yield Piece(start_s=clock, end_s=clock + length, a=(here[0], following[0]), b=(here[1], following[1]), stage=stage)
            clock += length
    for at, index in late:
        yield hold(at, index, None)
        clock += HOLD_S
    if clock == 0:
        yield hold(anchors[0], None, None)


def _stage_at(report: Report, here: Anchor, following: Anchor) -> int | None:
    """The stage that holds the middle between two anchors in both clips."""
    a, b = (here[0] + following[0]) / 2, (here[1] + following[1]) / 2
    for index, stage in enumerate(report.stages):
        if stage.a and stage.b and stage.a.start_s <= a <= stage.a.end_s and stage.b.start_s <= b <= stage.b.end_s:
            return index
    return None
