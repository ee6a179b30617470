"""Opening a video file and listing its packets: what it plays, as far as that can be told without decoding."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..memory.errors import VideoError
from .video_upright import check_size

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer
    from av.packet import Packet

# FFmpeg draws any file named .txt as text art; nobody means that.
_TEXT_FORMATS = frozenset({"tty"})
# These name other files, which FFmpeg would open: a clip that was sent here must not read what else lies on the disk.
_LISTS = frozenset({"concat", "dash", "hls", "imf", "sdp", "webm_dash_manifest"})
# VP8 stores reference pictures that are never shown as packets of their own.
_HIDDEN_PACKETS = frozenset({"vp8"})


@dataclass(frozen=True)
class Scan:
    """What one pass over the packets of a file tells, in decoding order."""

    pts: np.ndarray
    """(P,) int64 presentation time stamps, in ticks of the stream."""
    keys: np.ndarray
    """(P,) bool, whether decoding can begin there."""
    shown: np.ndarray
    """(P,) bool; False for packets that an edit list trims away."""
    last_ticks: int | None
    """How long the last frame is shown; None when the file does not say."""
    lost: int
    """Packets that the file's own index names but that are not there."""
    sound: bool
    """Whether the packets say for certain which frames a decoder will give."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a local file and its first video stream, cover pictures left out.

    Raises:
        VideoError: It is no media file, it has no video, or its frames are too large.
    """
    import av
    from av.error import FFmpegError

    try:
        # The prefix and the list keep FFmpeg from taking names for addresses and play lists for permission to use the network.
        container = av.open(f"file:{os.fspath(path)}", options={"protocol_whitelist": "file", "format_whitelist": _formats()})
    except (FFmpegError, OSError, ValueError) as error:
        raise VideoError(f"{str(path)!r} cannot be read as a video: {_reason(error)}") from error
    with container:
        streams = moving(container)
        if not streams or container.format.name in _TEXT_FORMATS:
            raise VideoError(
                f"{str(path)!r} holds no video, only {_contents(container)}: give a video file such as mp4, mov, mkv or webm"
            )
        stream = streams[0]
        if stream.codec_context is None:
            raise VideoError(f"{str(path)!r} holds video in a format that is not known here, or is cut off: export it as H.264")
        check_size(str(path), stream.codec_context.width, stream.codec_context.height)
        yield container, stream


def _formats() -> str:
    """The formats that may be opened: all that hold their pictures themselves."""
    from av import formats_available

    return ",".join(sorted(formats_available - _LISTS))


def moving(container: InputContainer) -> list[VideoStream]:
    """The video streams that are not cover pictures or thumbnails."""
    from av.stream import Disposition

    still = Disposition.attached_pic | Disposition.timed_thumbnails
    return [stream for stream in container.streams.video if not stream.disposition & still]


def packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """All packets of the stream that hold data, as far as the file can be read; the same ones in every pass."""
    from av.error import FFmpegError

    try:
        for packet in container.demux(stream):
            if packet.size:
                yield packet
    except FFmpegError:
        return


def decode(stream: VideoStream, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
    """Frames that come out when a packet goes in (None: those still held back); nothing for a damaged packet."""
    from av.error import FFmpegError

    try:
        return list(stream.decode(packet))
    except FFmpegError:
        return []


def scan(container: InputContainer, stream: VideoStream) -> tuple[Scan, VideoFrame | None]:
    """List all packets and decode the first frame that can be decoded.

    Returns:
        The list, and the frame or None.
    """
    promised = _promised_packets(container, stream)
    rows: list[tuple[int, bool, bool, int]] = []
    sound = stream.codec_context.codec.name not in _HIDDEN_PACKETS
    first: VideoFrame | None = None
    for packet in packets(container, stream):
        sound = sound and packet.pts is not None and not packet.is_corrupt
        rows.append((packet.pts or 0, packet.is_keyframe, not packet.is_discard, packet.duration or 0))
        if first is None:
            first = next(iter(decode(stream, packet)), None)
    if first is None:
        first = next(iter(decode(stream, None)), None)
    # Frames are found by their time stamps, so a decoder that makes up its own must be counted along instead.
    sound = sound and first is not None and any(row[0] == first.pts for row in rows)
    lost = max(0, promised - len(rows))
    return _listed(rows, lost, sound and not lost), first


def _listed(rows: list[tuple[int, bool, bool, int]], lost: int, sound: bool) -> Scan:
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    pts, keys, shown = table[:, 0], table[:, 1].astype(bool), table[:, 2].astype(bool)
    visible = pts[shown]
    last = int(table[shown][visible.argmax(), 3]) if visible.size else 0
    return Scan(pts, keys, shown, last or None, lost, sound and _consistent(pts, keys, shown))


def _consistent(pts: np.ndarray, keys: np.ndarray, shown: np.ndarray) -> bool:
    """Whether every shown packet has its own time, and none is shown before the first key frame (a decoder drops those)."""
    visible = pts[shown]
    if not keys.any() or len(np.unique(visible)) != len(visible):
        return False
    first_key = int(keys.argmax())
    return first_key == 0 and bool((visible >= pts[first_key]).all())


def promised_seconds(container: InputContainer, stream: VideoStream) -> float:
    """How long the file says that its video lasts; 0 when it does not say."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    # These two are the time of the end, whenever the first frame comes.
    begun_s = max(0.0, float((stream.start_time or 0) * (stream.time_base or 0)))
    if tag := re.fullmatch(r"(\d{1,6}):(\d\d):(\d\d(?:\.\d+)?)", stream.metadata.get("DURATION", "")):
        return int(tag[1]) * 3600 + int(tag[2]) * 60 + float(tag[3]) - begun_s
    only = len(container.streams) == 1
    return (container.duration or 0) / 1e6 - begun_s if only else 0.0


def _promised_packets(container: InputContainer, stream: VideoStream) -> int:
    """Packets that the file's index names, edit lists applied; 0 where there is no index of all packets."""
    if "mov" not in container.format.name:
        return 0
    entries = getattr(stream, "index_entries", None)
    return len(entries) if entries is not None else 0


def _contents(container: InputContainer) -> str:
    kinds = {"video": "a cover picture", "audio": "sound", "subtitle": "subtitles"}
    if container.format.name in _TEXT_FORMATS:
        return "text"
    found = sorted({kinds.get(stream.type or "", "data") for stream in container.streams})
    return " and ".join(kind for kind in found if kind != "data") or "data that is damaged or cut off"


def _reason(error: Exception) -> str:
    from av.error import ArgumentError, EOFError, InvalidDataError

    if isinstance(error, PermissionError):
        return "permission is denied; change the permissions of the file"
    if isinstance(error, ArgumentError):
        return "it is damaged, or a play list, which only names other files; give the video itself such as mp4, mov, mkv or webm"
    if isinstance(error, (InvalidDataError, EOFError)):
        return "it is not a video file, or it is cut off before its index; give a complete file such as mp4, mov, mkv or webm"
    return f"{getattr(error, 'strerror', None) or error}; give a complete file such as mp4, mov, mkv or webm"
