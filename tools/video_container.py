"""One video file: which frames it plays, when, and how to decode just those that are wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..memory.errors import VideoError
from .ahead import mapped_ahead
from .video_packets import Scan, decode, moving, opened, packets, promised_seconds, scan
from .video_timeline import Timeline, decode_spans
from .video_upright import Display

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer
    from av.packet import Packet

T = TypeVar("T")


class VideoFile:
    """The frames of one video file as it is played, upright, addressed by their index.

    The packets are listed once. Where they say for certain which frames come out, only what is wanted is decoded; else
    (cut off, damaged, without time stamps) the whole file is decoded once to count, and frames are found by counting.

    Args:
        path: A local file.

    Raises:
        VideoError: It holds no video, or nothing of it can be decoded.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with opened(path) as (container, stream):
            self._scan, first = scan(container, stream)
            if first is None:
                raise VideoError(
                    f"{str(path)!r} holds a video of which no frame can be decoded: it is damaged or cut off; export it again"
                )
            self._display = Display(str(path), first, stream.sample_aspect_ratio)
            promised_s, streams = promised_seconds(container, stream), len(moving(container))
            time_base, rate = stream.time_base, stream.average_rate
        self.size = self._display.size
        ticks = np.sort(self._scan.pts[self._scan.shown]) if self._scan.sound else _decoded_ticks(path)
        if not ticks.size:
            raise VideoError(f"{str(path)!r} plays no frames: its edit list trims everything away; export it again")
        timed = bool(time_base) and (np.diff(ticks) > 0).all()
        self._ticks = ticks if timed else np.arange(len(ticks))
        unit = time_base if timed and time_base else 1 / (rate or Fraction(25))
        self.timeline = Timeline.from_ticks(self._ticks, unit, self._scan.last_ticks if timed else None, rate)
        self.warnings = [*self._display.warnings, *_warnings(self._scan, self.timeline, promised_s, streams)]
        if not timed:
            self.warnings.append(f"the file has no usable time stamps; {self.timeline.fps:g} frames per second are assumed")

    def read(self, wanted: np.ndarray, short_side: int | None = None, *, whole: bool = False) -> Iterator[tuple[int, np.ndarray]]:
        """Yield (index, upright RGB uint8 (H, W, 3)) for the wanted frames.

        A frame that cannot be decoded is replaced by the one before it, which stays on screen in a player; none comes twice.

        Args:
            wanted: (M,) increasing indices.
            short_side: Scale down to this many pixels on the shorter side.
            whole: Decode from the first packet on, for streams whose key frames do not stand alone.
        """
        convert = self._display.converter(short_side)
        with opened(self._path) as (container, stream):
            stream.thread_type = "AUTO" if self._scan.sound and not whole else "SLICE"
            counted = enumerate(_all_frames(container, stream))
            decoded = self._by_time(container, stream, wanted, whole) if self._scan.sound else counted
            yield from mapped_ahead(lambda pair: (pair[0], convert(pair[1])), matched(decoded, wanted.tolist()))

    def _by_time(
        self, container: InputContainer, stream: VideoStream, wanted: np.ndarray, whole: bool
    ) -> Iterator[tuple[int, VideoFrame]]:
        for frame in self._wanted_frames(container, stream, wanted, whole):
            if frame.pts is None:
                continue
            index = int(np.searchsorted(self._ticks, frame.pts))
            if index < len(self._ticks) and self._ticks[index] == frame.pts:
                yield index, frame

    def _wanted_frames(
        self, container: InputContainer, stream: VideoStream, wanted: np.ndarray, whole: bool
    ) -> Iterator[VideoFrame]:
        """Frames of the spans that hold the wanted ones, in order; frames that nothing wanted depends on may be missing."""
        marked = self._scan.shown & np.isin(self._scan.pts, self._ticks[wanted])
        positions = np.flatnonzero(marked)
        spans = [(0, int(positions[-1]) + 1)] if whole else decode_spans(self._scan.pts, self._scan.keys, positions.tolist())
        numbered = enumerate(packets(container, stream))
        intra_only = bool(self._scan.keys.all())
        for first, stop in spans:
            for position, packet in numbered:
                if position >= first and (marked[position] or not intra_only):
                    yield from _decode_for(stream, packet, bool(marked[position]))
                if position == stop - 1:
                    break
            yield from decode(stream, None)
            stream.codec_context.flush_buffers()


def _decode_for(stream: VideoStream, packet: Packet[VideoStream], marked: bool) -> list[VideoFrame]:
    # A picture that is neither wanted nor referred to by another is not decoded at all: the others come out the same, bit by bit.
    stream.codec_context.skip_frame = "DEFAULT" if marked else "NONREF"
    return decode(stream, packet)


def _all_frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    for packet in packets(container, stream):
        yield from decode(stream, packet)
    yield from decode(stream, None)


def _decoded_ticks(path: Path) -> np.ndarray:
    """Time stamps of all frames that a full decode gives, without damaged ones at the end; all 0 where one has none."""
    with opened(path) as (container, stream):
        # Frame threads report a damaged picture late and take sound ones down with it.
        stream.thread_type = "SLICE"
        found = [(frame.pts, frame.is_corrupt) for frame in _all_frames(container, stream)]
    while found and found[-1][1]:
        found.pop()
    if any(pts is None for pts, _ in found):
        return np.zeros(len(found), dtype=np.int64)
    return np.array([pts for pts, _ in found], dtype=np.int64)


def _warnings(listed: Scan, timeline: Timeline, promised_s: float, streams: int) -> list[str]:
    found = [uneven] if (uneven := timeline.rate_warning()) else []
    played = len(timeline)
    if lost := listed.lost and listed.lost + int(listed.shown.sum()) - played:
        found.append(f"the last {_counted(lost)} cannot be decoded: the file is cut off")
    elif not listed.sound and (broken := int(listed.shown.sum()) - played) > 0:
        found.append(f"{_counted(broken)} cannot be decoded: the file is damaged or cut off")
    if not lost and promised_s - timeline.duration_s > max(0.5, 0.05 * promised_s) and listed.shown.all():
        found.append(
            f"the file is cut off: it says that it lasts {promised_s:.1f} s, but its frames end at {timeline.duration_s:.1f} s"
        )
    if trimmed := int((~listed.shown).sum()):
        found.append(f"an edit list trims {trimmed} stored frames; only those that are played are counted")
    if streams > 1:
        found.append(f"the file holds {streams} video streams; the first is used")
    return found


def _counted(frames: int) -> str:
    return f"{frames} frames" if frames != 1 else "1 frame"


def matched(decoded: Iterable[tuple[int, T]], wanted: list[int]) -> Iterator[tuple[int, T]]:
    """Keep the wanted items; for a wanted one that never comes, the one before it, unless that was given already.

    Args:
        decoded: (index, item) with increasing indices; others are dropped.
        wanted: Increasing indices.
    """
    left = deque(wanted)
    before: tuple[int, T] | None = None
    given = -1
    for index, item in decoded:
        if not left:
            return
        if before is not None and index <= before[0]:
            continue
        while left and left[0] < index:
            left.popleft()
            if before is not None and before[0] > given:
                yield before
                given = before[0]
        before = (index, item)
        if left and left[0] == index:
            left.popleft()
            yield before
            given = index
    if left and before is not None and before[0] > given:
        yield before
