"""Reads the key frames of a report from its clips and turns them into small annotated JPEGs for the page."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from PIL import Image
from pydantic import Field

from ...memory.errors import VideoError
from ...memory.report import DifferenceReport, Report
from ...memory.values import KeyFrame, Side, Value, VideoInfo
from ...tools.overlay import COLOURS, Box, cut, draw_evidence, moved, person_crop
from ...tools.video import frames_at
from .wording import body_side, instant, label, short_value

_Match = tuple[KeyFrame | None, KeyFrame | None]
ReadFrames = Callable[[str, Sequence[float]], Sequence[np.ndarray]]
"""(path, times in seconds, ascending) to one (H, W, 3) uint8 RGB frame per time."""

PAIRS = 3
"""Pairs of instants shown for one difference."""
CROPPED, WHOLE = 600, 720
"""Longer side in pixels of a crop around the person, and of a whole frame."""
AT_ONCE = 6
"""Full-size frames held in memory at a time."""


class Still(Value):
    """One picture of one clip."""

    source: str
    """data: URI of a JPEG."""
    width: int
    height: int
    alt: str


class Pair(Value):
    """The same moment in both clips; None where it could not be read or was not found."""

    a: Still | None
    b: Still | None
    key_a: KeyFrame | None
    key_b: KeyFrame | None


class Stills(Value):
    """The pictures of a report."""

    pairs: dict[str, tuple[Pair, ...]] = Field(default_factory=dict)
    """By difference id."""
    shown_of: dict[str, int] = Field(default_factory=dict)
    """How many instants each difference has in all."""
    problems: tuple[str, ...] = ()
    """Why pictures are missing, in words for the user."""


class _Order(NamedTuple):
    """One picture to make."""

    key: tuple[str, int]
    key_frame: KeyFrame
    box: Box | None
    difference: DifferenceReport


def read_clip(path: str, times_s: Sequence[float]) -> list[np.ndarray]:
    """The frames of a clip at some times; the `ReadFrames` for files."""
    return [frame.image for frame in frames_at(path, times_s)]


def collect_stills(report: Report, read_frames: ReadFrames | None) -> Stills:
    """Make the pictures of a report; a clip that cannot be read is named in `problems` instead.

    Args:
        report: the report.
        read_frames: reads frames of a clip; None to leave all pictures out.
    """
    matched = {d.id: _chosen(list(zip_longest(d.evidence.a, d.evidence.b))) for d in report.differences}
    orders = list(_orders(report, matched))
    made: dict[Side, dict[tuple[str, int], Still]] = {"a": {}, "b": {}}
    problems: list[str] = []
    for side in made:
        if read_frames is None:
            break
        try:
            made[side] = _read_side(report.of(side), side, [o for s, o in orders if s == side], read_frames)
        except (VideoError, OSError) as error:
            problems.append(f"Pictures of clip {side.upper()} are missing: {error}")
    pairs = {
        id_: tuple(
            Pair(a=made["a"].get((id_, k)), b=made["b"].get((id_, k)), key_a=a, key_b=b) for k, (a, b) in enumerate(chosen)
        )
        for id_, chosen in matched.items()
    }
    shown_of = {d.id: max(len(d.evidence.a), len(d.evidence.b)) for d in report.differences}
    return Stills(pairs=pairs, shown_of=shown_of, problems=tuple(problems))


def _chosen(items: list[_Match]) -> list[_Match]:
    """At most PAIRS items, evenly spread."""
    if len(items) <= PAIRS:
        return items
    return [items[round(k * (len(items) - 1) / (PAIRS - 1))] for k in range(PAIRS)]


def _orders(report: Report, matched: dict[str, list[_Match]]) -> Iterator[tuple[Side, _Order]]:
    a, b = report.videos.a, report.videos.b
    for difference in report.differences:
        for k, (first, second) in enumerate(matched[difference.id]):
            boxes = person_crop(first, second, (a.width, a.height), (b.width, b.height)) if first and second else None
            if first:
                yield "a", _Order((difference.id, k), first, boxes and boxes[0], difference)
            if second:
                yield "b", _Order((difference.id, k), second, boxes and boxes[1], difference)


def _read_side(info: VideoInfo, side: Side, orders: list[_Order], read_frames: ReadFrames) -> dict[tuple[str, int], Still]:
    times = sorted({order.key_frame.time_s for order in orders})
    found: dict[tuple[str, int], Still] = {}
    for start in range(0, len(times), AT_ONCE):
        batch = times[start : start + AT_ONCE]
        frames = list(read_frames(info.path, batch))
        if len(frames) != len(batch):
            raise VideoError(f"{info.path}: {len(batch)} frames were asked for, {len(frames)} came; is the file still the same?")
        by_time = dict(zip(batch, frames, strict=True))
        found |= {o.key: _still(by_time[o.key_frame.time_s], info, side, o) for o in orders if o.key_frame.time_s in by_time}
    return found


def _still(frame: np.ndarray, info: VideoInfo, side: Side, order: _Order) -> Still:
    factor = frame.shape[1] / info.width
    key_frame, box = order.key_frame, order.box
    if factor != 1:
        key_frame, box = moved(key_frame, factor), box and tuple(edge * factor for edge in box)
    measured = order.difference.measurement
    text = f"{label(measured.quantity)} {short_value(getattr(measured, side), measured.unit)}" if measured else ""
    picture, key_frame = cut(frame, key_frame, box, CROPPED if box else WHOLE)
    quantity = measured.quantity if measured else None
    picture = draw_evidence(picture, key_frame, quantity, body_side(order.difference.description), text, COLOURS[side])
    alt = f"Clip {side.upper()} at {instant(order.key_frame.time_s)}" + (f": {text}" if text else "")
    return Still(source=_jpeg(picture), width=picture.shape[1], height=picture.shape[0], alt=alt)


def _jpeg(picture: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=82, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
