"""Where everything sits in the side-by-side film, and its still parts: backdrop, stage strip, captions."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from ..memory.report import DifferenceReport, Report
from ..memory.values import Answer, Side, Value, VideoInfo
from .film_clock import FilmClock
from .overlay import COLOURS, font, wrapped

WIDEST, TALLEST, NARROWEST = 1280, 540, 480
LOWEST = 240
"""A clip smaller than this is enlarged to it."""
FRAME, GAP, HEAD, CAPTION, STRIP = 4, 12, 34, 52, 32
"""Pixels: coloured border, room between the panels, line of names above, captions and stage strip below."""
GROUND, INK, SOFT, UNLIT, LIT = (18, 20, 24), (240, 241, 243), (164, 170, 180), (44, 48, 56), (214, 217, 222)
ANSWERS: dict[Answer, str] = {"a": "A shows more", "b": "B shows more", "same": "same in both", "unknown": "not decided"}

MARK = (240, 228, 66)

Position = tuple[int, int]


class FilmLayout(Value):
    """Pixel positions in the film; all sizes are even, as H.264 wants them."""

    width: int
    height: int
    panel_a: tuple[int, int, int, int]
    """left, top, width, height."""
    panel_b: tuple[int, int, int, int]

    def panel(self, side: Side) -> tuple[int, int, int, int]:
        """left, top, width and height of one clip."""
        return self.panel_a if side == "a" else self.panel_b

    @property
    def caption_top(self) -> int:
        """Upper edge of the captions."""
        return self.height - STRIP - CAPTION

    @property
    def strip(self) -> tuple[int, int, int, int]:
        """left, top, width and height of the stage strip."""
        return GAP, self.height - STRIP, self.width - 2 * GAP, STRIP - GAP

    def playhead(self) -> np.ndarray:
        """(H, W, 3) uint8 RGB, the mark that runs along the stage strip."""
        return np.full((STRIP - GAP + 4, 3, 3), MARK, dtype=np.uint8)

    def playhead_at(self, share: float) -> Position:
        """Where the mark is after a share 0..1 of the film."""
        left, top, width, _ = self.strip
        return left + round(min(1.0, share) * (width - 2)), top - 2


def film_layout(a: VideoInfo, b: VideoInfo) -> FilmLayout:
    """Both clips side by side at a common height, as large as fits."""
    chrome = HEAD + 2 * FRAME + CAPTION + STRIP
    shapes = (a.width / a.height, b.width / b.height)
    edges = 3 * GAP + 4 * FRAME
    tall = min(TALLEST - chrome, max(a.height, b.height, LOWEST), (WIDEST - edges) / sum(shapes))
    tall = max(16, int(tall) // 2 * 2)
    first, second = (max(16, round(tall * shape / 2) * 2) for shape in shapes)
    width = max(NARROWEST, first + second + edges)
    left = (width - first - second - edges) // 2 + GAP + FRAME
    top = HEAD + FRAME
    return FilmLayout(
        width=width + width % 2,
        height=tall + chrome + (tall + chrome) % 2,
        panel_a=(left, top, first, tall),
        panel_b=(left + first + 2 * FRAME + GAP, top, second, tall),
    )


def backdrop(layout: FilmLayout, report: Report, clock: FilmClock) -> np.ndarray:
    """(H, W, 3) uint8 RGB: borders, names and the unlit stage strip."""
    picture = Image.new("RGB", (layout.width, layout.height), GROUND)
    draw = ImageDraw.Draw(picture)
    for side in ("a", "b"):
        left, top, width, height = layout.panel(side)
        draw.rectangle((left - FRAME, top - FRAME, left + width + FRAME - 1, top + height + FRAME - 1), fill=COLOURS[side])
        _badge(draw, (left - FRAME, 7), side.upper(), COLOURS[side])
        name = report.of(side).path.replace("\\", "/").rsplit("/", 1)[-1]
        face = font(14)
        draw.text((left + 26, 18), _shortened(name, face, width - 26), font=face, fill=SOFT, anchor="lm")
    strip_left, strip_top, strip_width, strip_height = layout.strip
    middle = strip_top + strip_height // 2
    draw.rectangle((strip_left, middle, strip_left + strip_width, middle + 1), fill=UNLIT)
    for index, stage in enumerate(report.stages):
        if span := stage_span(clock, index):
            card, position = stage_card(layout, stage.name, span, clock.duration_s, lit=False)
            picture.paste(Image.fromarray(card), position)
    return np.asarray(picture)


def caption_card(layout: FilmLayout, difference: DifferenceReport) -> tuple[np.ndarray, Position]:
    """(H, W, 3) uint8 RGB: what a difference says and which clip shows more of it, and its place."""
    picture = Image.new("RGB", (layout.width, CAPTION), GROUND)
    draw = ImageDraw.Draw(picture)
    letter, colour = {"a": ("A", COLOURS["a"]), "b": ("B", COLOURS["b"])}.get(difference.answer, ("=", UNLIT))
    _badge(draw, (GAP, (CAPTION - 30) // 2), "?" if difference.answer == "unknown" else letter, colour, 30)
    left, room = GAP + 42, layout.width - 2 * GAP - 42
    lines = wrapped(difference.description, face := font(16, bold=True), room)
    if len(lines) > 1:
        lines = wrapped(difference.description, face := font(13, bold=True), room)
    lines = [*lines[:1], *([_shortened(" ".join(lines[1:]), face, room)] if len(lines) > 1 else [])]
    rows = [(line, face, INK) for line in lines]
    if len(rows) == 1:
        rows.append((ANSWERS[difference.answer], font(13), SOFT))
    for k, (line, chosen, fill) in enumerate(rows):
        draw.text((left, CAPTION / 2 - 10 + 20 * k), line, font=chosen, fill=fill, anchor="lm")
    return np.asarray(picture), (0, layout.caption_top)


def stage_span(clock: FilmClock, stage: int) -> tuple[float, float] | None:
    """From when to when a stage is on screen in the film; None when it is not."""
    pieces = [piece for piece in clock.pieces if piece.stage == stage]
    return (pieces[0].start_s, pieces[-1].end_s) if pieces else None


def stage_card(
    layout: FilmLayout, name: str, span: tuple[float, float], duration_s: float, lit: bool
) -> tuple[np.ndarray, Position]:
    """(H, W, 3) uint8 RGB: the part of the strip that stands for one stage, and its place.

    Args:
        layout: the film's layout.
        name: of the stage.
        span: from `stage_span`.
        duration_s: of the film.
        lit: whether the stage is on screen.
    """
    left, top, width, height = layout.strip
    start, end = (round(width * moment / duration_s) for moment in span)
    picture = Image.new("RGB", (max(3, end - start), height), GROUND)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, picture.width - 3, height), fill=LIT if lit else UNLIT)
    face = font(12, bold=lit)
    text = _shortened(name, face, picture.width - 8)
    draw.text((picture.width / 2 - 1, height / 2), text, font=face, fill=GROUND if lit else SOFT, anchor="mm")
    return np.asarray(picture), (left + start, top)


def _badge(draw: ImageDraw.ImageDraw, position: Position, letter: str, colour: tuple[int, int, int], size: int = 22) -> None:
    left, top = position
    draw.rounded_rectangle((left, top, left + size, top + size), radius=size // 5, fill=colour)
    middle = (left + size / 2, top + size / 2)
    draw.text(middle, letter, font=font(size * 0.68, bold=True), fill=(255, 255, 255), anchor="mm")


def _shortened(text: str, face: Any, room: float) -> str:
    """The text, cut with an ellipsis where it is longer than the room; empty where not even that fits."""
    if face.getlength(text) <= room:
        return text
    while text and face.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…" if text else ""
