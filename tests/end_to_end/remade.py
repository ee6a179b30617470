"""Copies of a clip made with PyAV: at another size and rate, or with a still lead-in."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np


def frames_of(path: str | Path) -> tuple[list[np.ndarray], float]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        rate = float(stream.average_rate or 30)
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)], rate


def write(path: Path, frames: list[np.ndarray], rate: float, scale: float = 1.0) -> Path:
    height, width = (int(side * scale) // 2 * 2 for side in frames[0].shape[:2])
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=round(rate))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for image in frames:
            frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(width=width, height=height)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def resampled(source: str | Path, target: Path, rate: float, scale: float) -> Path:
    frames, old = frames_of(source)
    count = int(len(frames) / old * rate)
    return write(target, [frames[min(int(k / rate * old), len(frames) - 1)] for k in range(count)], rate, scale)


def with_lead_in(source: str | Path, target: Path, seconds: float) -> Path:
    frames, rate = frames_of(source)
    return write(target, [frames[0]] * round(seconds * rate) + frames, rate)
