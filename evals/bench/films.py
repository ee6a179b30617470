"""The clips that the bench works on: test pictures with grain, numbered frames, and a drawn squat as long as is wanted."""

from __future__ import annotations

import struct
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np

from ..drawn import demo_pair, render_clip

BARS = 8
"""A numbered frame carries its number as so many black or white bars."""
UNEVEN_MS = (33, 34, 66, 17, 50, 100, 33)
"""How long one frame after the other is shown in a clip of variable rate."""
_ONE = 1 << 16
QUARTER_TURNS = {
    0: (_ONE, 0, 0, 0, _ONE, 0, 0, 0, 1 << 30),
    90: (0, _ONE, 0, -_ONE, 0, 0, 0, 0, 1 << 30),
    180: (-_ONE, 0, 0, 0, -_ONE, 0, 0, 0, 1 << 30),
    270: (0, -_ONE, 0, _ONE, 0, 0, 0, 0, 1 << 30),
}
"""Display matrices of a track header (ISO/IEC 14496-12), by the clockwise turn that they ask for."""


def write_film(path: Path, width: int, height: int, seconds: float, *, b_frames: bool = True) -> Path:
    """A moving test picture with grain, 30 frames per second, H.264."""
    picture = f"testsrc2=size={width}x{height}:rate=30:duration={seconds},noise=alls=6:allf=t"
    order = [] if b_frames else ["-bf", "0"]
    ffmpeg(["-f", "lavfi", "-i", picture, "-c:v", "libx264", "-preset", "veryfast", *order, "-pix_fmt", "yuv420p", str(path)])
    return path


def write_numbered(path: Path, count: int, *, uneven: bool = False, turn: int = 0) -> Path:
    """A small clip whose frames carry their numbers, shown for uneven times or stored turned where asked."""
    import av

    shown = shown_ms(count, uneven=uneven)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        stream = out.add_stream("libx264", rate=Fraction(1000), options={"preset": "veryfast", "crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 128, 64, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(_bars(number), format="rgb24")
            frame.pts, frame.time_base = sum(shown[:number]), Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    data = bytearray(path.read_bytes())
    struct.pack_into(">9i", data, data.find(b"tkhd") + 4 + 40, *QUARTER_TURNS[turn])
    path.write_bytes(data)
    return path


def shown_ms(count: int, *, uneven: bool) -> list[int]:
    """How long each frame of a numbered clip is on screen."""
    return [UNEVEN_MS[number % len(UNEVEN_MS)] if uneven else 40 for number in range(count)]


def number_on(image: np.ndarray, turn: int = 0) -> int:
    """The number on a frame that was turned upright by so many degrees, so that its bars lie that way."""
    stored = np.rot90(image, turn // 90)
    centres = (np.arange(BARS) * 2 + 1) * stored.shape[1] // (BARS * 2)
    return sum(1 << bit for bit, centre in enumerate(centres) if stored[:, centre].mean() > 127)


def write_squat(path: Path, side: str, fps: float, seconds: float, height: int = 640) -> Path:
    """One quick squat of the demo pair, over and over; above 640 pixels enlarged to a landscape picture of that height."""
    pair = demo_pair()
    take = pair.a if side == "a" else pair.b
    moves = take.parameters.model_copy(update={"repetitions": 1, "tempo_s": 1.6, "pause_s": 0.3})
    look = take.look.model_copy(update={"fps": fps, "lead_in_s": 0.3, "lead_out_s": 0.3})
    once = Path(render_clip(pair.action, moves, look, path.with_name(f"once-{path.name}")).path)
    shape = ["-vf", f"scale=-2:{height},pad={height * 16 // 9 // 2 * 2}:{height}:(ow-iw)/2:0"] if height != 640 else []
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    ffmpeg(["-stream_loop", "-1", "-i", str(once), "-t", str(seconds), *shape, *coded, str(path)])
    return path


def ffmpeg(arguments: list[str]) -> bytes:
    """Run the ffmpeg that imageio brings along; what it writes to stdout."""
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def _bars(number: int) -> np.ndarray:
    bits = np.array([255 if number >> bit & 1 else 0 for bit in range(BARS)], np.uint8)
    return np.broadcast_to(bits[np.arange(128) * BARS // 128][None, :, None], (64, 128, 3)).copy()
