"""Composes the aligned side-by-side film: both clips on one clock, stages named, differences captioned where they show."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..memory.errors import SettingsError, VideoError
from ..memory.report import DifferenceReport, Report
from ..memory.values import KeyFrame, Side, VideoInfo
from .film_clock import FilmClock, film_clock
from .film_layout import FilmLayout, backdrop, caption_card, film_layout, stage_card, stage_span
from .overlay import COLOURS, draw_evidence, moved
from .video import sample

FrameSource = Callable[[str, float, int], Iterator[tuple[float, np.ndarray]]]
"""(path, start_s, short_side) to (time on screen in seconds, (H, W, 3) uint8 RGB), ascending, from before `start_s` on."""
Progress = Callable[[int, int], None]
"""Called with frames done and frames in all."""

FPS = 25
SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv")
SEEK_S = 5.0
"""A leap forward by more than this opens the clip anew instead of reading through."""
EARLIER_S = 0.5
"""How far before a wanted time reading starts at least, so that the frame on screen at that time is met."""
ENCODING = ["-crf", "23", "-vf", "scale=out_color_matrix=bt709,format=yuv420p", "-movflags", "+faststart"]
ENCODING += ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]


def clip_frames(path: str, start_s: float, short_side: int) -> Iterator[tuple[float, np.ndarray]]:
    """The frames of a file in order; the `FrameSource` for files. Memory does not grow with the length of the clip."""
    for batch in sample(path, None, short_side=short_side, start_s=max(0.0, start_s)):
        yield from zip(batch.times_s.tolist(), batch.images, strict=True)


def write_film(
    report: Report, path: str | os.PathLike[str], progress: Progress | None = None, frames: FrameSource = clip_frames
) -> Path:
    """Write the film of a report: H.264, yuv420p, 25 frames per second, at most 540 pixels high, without sound.

    Args:
        report: what to show; its clips are read again.
        path: where to write; a file there is replaced once the film is complete.
        progress: told about every frame.
        frames: reads the clips.

    Returns:
        The path.

    Raises:
        SettingsError: the path does not end like a film, or its folder does not exist.
        VideoError: a clip cannot be read any more.
    """
    target = Path(path)
    if target.suffix.lower() not in SUFFIXES:
        raise SettingsError(f"{str(target)!r} cannot be written as a film: let the name end in {', '.join(SUFFIXES)}")
    if not target.parent.is_dir():
        raise SettingsError(f"{str(target)!r} cannot be written: the folder does not exist, create it first")
    unfinished = target.with_name(f".{target.stem}.unfinished{target.suffix}")
    film = _compose(report, film_clock(report), progress, frames)
    try:
        film.write_videofile(
            str(unfinished), fps=FPS, codec="libx264", audio=False, preset="veryfast", ffmpeg_params=ENCODING, logger=None
        )
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
        film.close()
    return target


def _compose(report: Report, clock: FilmClock, progress: Progress | None, frames: FrameSource) -> Any:
    """The film as a moviepy clip: an opaque backdrop, both clips, and what lights up for a while."""
    from moviepy import CompositeVideoClip, ImageClip, VideoClip

    layout = film_layout(report.videos.a, report.videos.b)
    duration = max(1, round(clock.duration_s * FPS)) / FPS
    layers = [ImageClip(backdrop(layout, report, clock), duration=duration)]
    for side in ("a", "b"):
        panel = _Panel(report, side, clock, layout, frames)
        told = _counted(panel.at, duration, progress) if side == "a" and progress else panel.at
        left, top, _, _ = layout.panel(side)
        layers.append(VideoClip(frame_function=told, duration=duration).with_position((left, top)))
    for (image, position), (start_s, end_s) in _passing(report, clock, layout):
        layers.append(ImageClip(image, duration=end_s - start_s).with_start(start_s).with_position(position))
    playhead = ImageClip(layout.playhead(), duration=duration).with_position(lambda t: layout.playhead_at(t / clock.duration_s))
    return CompositeVideoClip([*layers, playhead], use_bgclip=True).with_duration(duration)


def _passing(
    report: Report, clock: FilmClock, layout: FilmLayout
) -> Iterator[tuple[tuple[np.ndarray, tuple[int, int]], tuple[float, float]]]:
    """What is on screen only for a while, with its place and from when to when: lit stages and captions."""
    for index, stage in enumerate(report.stages):
        if span := stage_span(clock, index):
            yield stage_card(layout, stage.name, span, clock.duration_s, lit=True), span
    for piece in clock.pieces:
        if piece.difference is not None:
            yield caption_card(layout, report.differences[piece.difference]), (piece.start_s, piece.end_s)


def _counted(frame_at: Callable[[float], np.ndarray], duration: float, progress: Progress) -> Callable[[float], np.ndarray]:
    total = round(duration * FPS)

    def told(film_s: float) -> np.ndarray:
        progress(min(total, round(film_s * FPS) + 1), total)
        return frame_at(film_s)

    return told


class _Panel:
    """One clip on the film's clock; where the film stands still, with the evidence drawn on it."""

    def __init__(self, report: Report, side: Side, clock: FilmClock, layout: FilmLayout, frames: FrameSource) -> None:
        _, _, width, height = layout.panel(side)
        self._report, self._clock = report, clock
        self._side: Side = side
        self._screen = _Screen(report.of(side), (width, height), frames)
        self._standing: tuple[int, np.ndarray] | None = None

    def at(self, film_s: float) -> np.ndarray:
        """(H, W, 3) uint8 RGB, the panel at a moment of the film."""
        piece = self._clock.piece_at(film_s)
        if piece.difference is None:
            return self._screen.at(self._clock.clip_time(self._side, film_s))
        if self._standing is None or self._standing[0] != piece.difference:
            time_s = (piece.a if self._side == "a" else piece.b)[0]
            self._standing = (piece.difference, self._drawn(time_s, self._report.differences[piece.difference]))
        return self._standing[1]

    def _drawn(self, time_s: float, difference: DifferenceReport) -> np.ndarray:
        picture = self._screen.at(time_s)
        evidence: tuple[KeyFrame, ...] = getattr(difference.evidence, self._side)
        key_frame = next(key for key in evidence if key.time_s == time_s)
        scaled = moved(key_frame, picture.shape[1] / self._report.of(self._side).width)
        quantity = difference.measurement.quantity if difference.measurement else None
        return draw_evidence(picture, scaled, quantity, "both", "", COLOURS[self._side])


class _Screen:
    """What a clip shows at a time, read forward with two frames in hand; going back opens the clip anew."""

    def __init__(self, info: VideoInfo, size: tuple[int, int], frames: FrameSource) -> None:
        self._info, self._size, self._frames = info, size, frames
        self._stream: Iterator[tuple[float, np.ndarray]] = iter(())
        self._current: tuple[float, np.ndarray] | None = None
        self._coming: tuple[float, np.ndarray] | None = None
        self._picture: np.ndarray | None = None
        self._since_s = 0.0
        """From here on the open stream can be asked."""

    def at(self, time_s: float) -> np.ndarray:
        """(H, W, 3) uint8 RGB in the panel's size: the frame on screen at `time_s`."""
        leap = self._coming is not None and time_s > self._coming[0] + SEEK_S
        if self._current is None or time_s < self._since_s or leap:
            self._open(time_s)
        while self._coming is not None and (self._current is None or self._coming[0] <= time_s + 1e-6):
            self._current, self._picture = self._coming, None
            self._coming = next(self._stream, None)
        self._since_s = time_s
        if self._current is None:
            raise VideoError(f"{self._info.path!r}: no frame at {time_s:.2f} s; is it still the file that was compared?")
        if self._picture is None:
            self._picture = np.asarray(Image.fromarray(self._current[1]).resize(self._size, Image.Resampling.BILINEAR))
        return self._picture

    def _open(self, time_s: float) -> None:
        earlier = time_s - max(EARLIER_S, 2 / self._info.fps)
        self._stream = iter(self._frames(self._info.path, max(0.0, earlier), min(self._size)))
        self._current, self._picture = None, None
        self._coming = next(self._stream, None)
