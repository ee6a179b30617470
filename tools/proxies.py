"""Playback proxies: a clip as browsers play and seek it best, upright, with the very times that the decoder gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..memory.cache import Cache, content_key
from ..memory.errors import SettingsError
from ..memory.values import VideoInfo
from .video import sample
from .video_upright import shrunk_size

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import OutputContainer
    from av.packet import Packet

PROXY_VERSION = 1
"""Changes whenever the same clip would give another proxy."""
SHORT_SIDE, LONG_SIDE = 720, 1920
"""Pixels at most on either side."""
TICKS = 90_000
"""Ticks per second: a time is kept to 6 microseconds."""
KEY_EVERY_S = 0.4
"""The first frame after this long becomes a key frame, so that at 10 frames per second and more none is over 0.5 s away."""
ENCODING = {"preset": "veryfast", "crf": "20", "profile": "baseline", "forced-idr": "1", "g": "250", "sc_threshold": "0"}

Progress = Callable[[float], None]
"""Told the share that is finished, 0 to 1; what it raises stops the work."""


def silent(share: float) -> None:
    """A progress listener that does not listen."""


def proxy_place(cache: Cache, clip: VideoInfo) -> Path:
    """Where the cache keeps the proxy of a clip; nothing may be there yet."""
    return cache.folder / "proxies" / f"{_key(clip)}.mp4"


def make_proxy(cache: Cache, clip: VideoInfo, progress: Progress = silent) -> Path:
    """The proxy of a clip, made where the cache does not hold it yet.

    Raises:
        VideoError: The clip cannot be read any more.
        SettingsError: The cache cannot keep it.
    """

    def save(_: Path, partial: Path) -> None:
        write_proxy(clip, partial, progress)

    place = proxy_place(cache, clip)
    cache.get("proxies", _key(clip), ".mp4", lambda found: found, lambda: place, save)
    if not place.is_file():
        raise SettingsError(cache.problem)
    return place


def write_proxy(clip: VideoInfo, target: Path, progress: Progress = silent) -> None:
    """Write the proxy of a clip: H.264 baseline, yuv420p, without sound, its index before its frames.

    Frame i is shown from the time of frame i of the clip as `video.sample` gives it, the first from 0 s; a frame that cannot
    be decoded is absent, and the one before it stays on screen. Memory does not grow with the length of the clip.

    Args:
        clip: What `video.probe` said of it.
        target: Where to write; the name ends in ".mp4".
        progress: Told the share that is finished.

    Raises:
        VideoError: The clip cannot be read any more.
    """
    import av
    from av.video.frame import PictureType

    width, height = proxy_size(clip.width, clip.height)
    with av.open(str(target), "w", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream("libx264", rate=Fraction(clip.fps).limit_denominator(1001), options=ENCODING)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, TICKS)
        # BT.709 in the limited range, said in the stream, so that colours are those of the decoder.
        stream.color_primaries = stream.color_trc = stream.colorspace = 1
        stream.color_range = 1
        key_s, shown_ticks = -np.inf, dict[int | None, int]()
        for time_s, shown_s, image in _shown(clip):
            frame = _encodable(image, width, height)
            frame.pts, frame.time_base = round(time_s * TICKS), Fraction(1, TICKS)
            shown_ticks[frame.pts] = round(shown_s * TICKS)
            if time_s >= key_s + KEY_EVERY_S:
                frame.pict_type, key_s = PictureType.I, time_s
            _mux(out, stream.encode(frame), shown_ticks)
            progress(min(time_s / max(clip.duration_s, 1e-6), 1.0))
        _mux(out, stream.encode(), shown_ticks)


def proxy_size(width: int, height: int) -> tuple[int, int]:
    """Even (width, height) in pixels, bounded on both sides, of the shape of a displayed frame."""
    width, height = shrunk_size(width, height, SHORT_SIDE)
    scale = min(1.0, LONG_SIDE / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _mux(out: OutputContainer, packets: list[Packet[VideoStream]], shown_ticks: dict[int | None, int]) -> None:
    for packet in packets:
        # The encoder knows no more than the rate; it is the last frame whose time on screen must be said.
        packet.duration = shown_ticks.pop(packet.pts)
        out.mux(packet)


def _key(clip: VideoInfo) -> str:
    return content_key("proxy", clip.sha256, PROXY_VERSION)


def _shown(clip: VideoInfo) -> Iterator[tuple[float, float, np.ndarray]]:
    """(time, seconds on screen, (H, W, 3) uint8 RGB) of every frame."""
    waiting: tuple[float, np.ndarray] | None = None
    for batch in sample(clip.path, None, short_side=SHORT_SIDE):
        for time_s, image in zip(batch.times_s.tolist(), batch.images, strict=True):
            if waiting is not None:
                yield waiting[0], time_s - waiting[0], waiting[1]
            waiting = (time_s, image)
    if waiting is not None:
        yield waiting[0], max(clip.duration_s - waiting[0], 1 / TICKS), waiting[1]


def _encodable(image: np.ndarray, width: int, height: int) -> VideoFrame:
    from av import VideoFrame
    from av.video.reformatter import ColorRange, Colorspace

    frame = VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
    return frame.reformat(
        width,
        height,
        "yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation="BILINEAR",
        threads=1,
    )
