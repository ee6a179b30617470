"""What of a benchmark video counts: finding it, and writing the trimmed frames as a clip of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np

from ...memory.errors import VideoError
from ...tools import video
from .rows import BenchRow, BenchVideo

_NEAR_LOSSLESS = {"preset": "veryfast", "crf": "8", "threads": "1", "bf": "0"}


def absent(rows: Iterable[BenchRow], root: Path) -> dict[str, tuple[str, ...]]:
    """The pairs of which a video is not there: by sample key, the paths that are missing."""
    gone = {row.sample_key: tuple(v.path for v in row.videos if not (root / v.path).exists()) for row in rows}
    return {key: paths for key, paths in gone.items() if paths}


def clip_of(source: BenchVideo, root: Path, target: Path) -> Path:
    """The clip to compare: the file itself where all of it counts, otherwise its trimmed frames at their original rate.

    Args:
        source: A video file, or a folder of images.
        root: Where the videos were unpacked.
        target: File to write the frames to; one that is there is taken as it is.

    Raises:
        VideoError: It cannot be read, or the trim leaves nothing.
    """
    path = root / source.path
    if not path.is_dir() and source.trim in (slice(None), slice(0, None)):
        return path
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".partial{target.suffix}")
        _write(partial, _frames(path, source), source)
        partial.replace(target)
    return target


def _frames(path: Path, source: BenchVideo) -> Iterator[np.ndarray]:
    """The frames that count, (H, W, 3) uint8 RGB, in order."""
    kept = range(video.probe(path).frames)[source.trim]
    if not kept:
        raise VideoError(
            f"{str(path)!r}: frames_trim {list(source.frames_trim)} leaves no frame; check the row against the video"
        )
    if kept.step < 0:
        raise VideoError(f"{str(path)!r}: frames_trim {list(source.frames_trim)} runs backwards; expected a step above 0")
    for batch in video.sample(path, None):
        yield from (image for image, number in zip(batch.images, batch.frames.tolist(), strict=True) if number in kept)


def _write(path: Path, frames: Iterator[np.ndarray], source: BenchVideo) -> None:
    import av

    first = next(frames)
    with av.open(str(path), "w") as container:
        rate = Fraction(source.fps_original).limit_denominator(1001)
        stream = container.add_stream("libx264", rate=rate, options=_NEAR_LOSSLESS)
        # Full colour resolution takes frames of any size; with 4:2:0 both sides would have to be even.
        stream.height, stream.width, stream.pix_fmt = first.shape[0], first.shape[1], "yuv444p"
        for image in chain([first], frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")))
        container.mux(stream.encode(None))
