"""Small clips made for the tests: every frame carries its own number as eight black or white bars."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.codec import Codec

WIDTH, HEIGHT = 128, 64
BARS = 8

# (a, b, u, c, d, v, x, y, w) of a track header: what is stored at (x, y) is shown at (a x + c y, b x + d y).
ONE = 1 << 16
MATRICES = {
    0: (ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30),
    90: (0, ONE, 0, -ONE, 0, 0, HEIGHT << 16, 0, 1 << 30),
    180: (-ONE, 0, 0, 0, -ONE, 0, WIDTH << 16, HEIGHT << 16, 1 << 30),
    270: (0, -ONE, 0, ONE, 0, 0, 0, WIDTH << 16, 1 << 30),
}
MIRRORED = (-ONE, 0, 0, 0, ONE, 0, WIDTH << 16, 0, 1 << 30)


def needs_encoder(name: str) -> None:
    """Skip the test where this build of PyAV cannot write the format."""
    try:
        Codec(name, "w")
    except av.error.FFmpegError:
        pytest.skip(f"this build of PyAV has no {name} encoder")


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    bits = [255 if number >> bit & 1 else 0 for bit in range(BARS)]
    row = np.array(bits, dtype=np.uint8)[np.arange(width) * BARS // width]
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def number(image: np.ndarray) -> int:
    """The number that a picture, stored way up, carries."""
    width = image.shape[1]
    centres = (np.arange(BARS) * 2 + 1) * width // (BARS * 2)
    return sum(1 << bit for bit, centre in enumerate(centres) if image[:, centre].mean() > 127)


def quiet(codec: str) -> dict[str, str]:
    """Options that keep an encoder fast and silent."""
    fast = {"libx264": {"preset": "ultrafast"}, "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"}}
    return fast.get(
        codec, {"libsvtav1": {"preset": "11"}, "libvpx-vp9": {"cpu-used": "8", "deadline": "realtime"}}.get(codec, {})
    )


@contextmanager
def usual_priority() -> Iterator[None]:
    """SVT-AV1 gives the thread that calls it the highest real-time priority where it may, and every test after it would have it."""
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    policy, priority = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, priority)


@usual_priority()
def write_clip(
    path: Path,
    pts: list[int],
    time_base: Fraction = Fraction(1, 24),
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    pixels: str = "yuv420p",
    size: tuple[int, int] = (WIDTH, HEIGHT),
    pixel_aspect: Fraction | None = None,
    images: list[np.ndarray] | None = None,
    movflags: str = "faststart",
) -> Path:
    """Write one frame per time stamp, numbered from 0."""
    needs_encoder(codec)
    with av.open(str(path), "w", options={"movflags": movflags} if movflags and path.suffix == ".mp4" else {}) as out:
        rate = 1 / time_base if time_base >= Fraction(1, 120) else Fraction(30)
        stream = out.add_stream(codec, rate=rate, options=quiet(codec) | (options or {}))
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.codec_context.time_base = time_base
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        for index, stamp in enumerate(pts):
            frame = av.VideoFrame.from_ndarray(images[index] if images else picture(index, *size), format="rgb24")
            frame.pts, frame.time_base = stamp, time_base
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def with_matrix(path: Path, matrix: tuple[int, ...]) -> Path:
    """Write a display matrix into the track header of an mp4."""
    data = bytearray(path.read_bytes())
    struct.pack_into(">9i", data, data.find(b"tkhd") + 4 + 40, *matrix)
    path.write_bytes(data)
    return path


def with_edit(path: Path, skipped: int, kept_ms: int, ticks_per_frame: int) -> Path:
    """Let the edit list of an mp4 play `kept_ms` from frame `skipped` on."""
    data = bytearray(path.read_bytes())
    entry = data.find(b"elst") + 12
    (media_time,) = struct.unpack_from(">i", data, entry + 4)
    struct.pack_into(">Ii", data, entry, kept_ms, media_time + skipped * ticks_per_frame)
    path.write_bytes(data)
    return path
