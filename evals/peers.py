"""What the speed bench is measured against: the plainest way of doing the same work."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np


def write_film(path: Path, width: int, height: int, seconds: float) -> None:
    """A moving test picture with grain, 30 frames per second, H.264 with B-frames."""
    picture = f"testsrc2=size={width}x{height}:rate=30:duration={seconds},noise=alls=6:allf=t"
    _ffmpeg(["-f", "lavfi", "-i", picture, "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", str(path)])


def ffmpeg_pipe(path: Path, fps: float, short_side: int) -> bytes:
    """A landscape clip sampled and scaled by ffmpeg itself, RGB through a pipe."""
    chain = f"fps={fps},scale=-2:{short_side}"
    return _ffmpeg(["-i", str(path), "-vf", chain, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"])


def bare_pose(frames: Iterable[np.ndarray]) -> int:
    """How many of the frames MediaPipe finds a body in, called in a bare loop; same model, same tracking mode."""
    from ..tools.mediapipe_loading import BLANK, load_mediapipe, quiet_start

    mediapipe = load_mediapipe()
    with quiet_start():
        graph = mediapipe.solutions.pose.Pose(model_complexity=1, smooth_landmarks=False)
        graph.process(BLANK)
    try:
        return sum(graph.process(frame).pose_landmarks is not None for frame in frames)
    finally:
        graph.close()


def double_loop(emissions: Sequence[Sequence[float]]) -> tuple[float, list[int]]:
    """The best path of ordered stages, each at least one frame, none left out, no background, no duration prior.

    Args:
        emissions: one row of log-probabilities per stage, all of one length, at least as many frames as stages.

    Returns:
        The score of the best path and the first frame of each stage.
    """
    frames = len(emissions[0])
    row = [-math.inf] * frames
    came: list[list[bool]] = []
    for k, stage in enumerate(emissions):
        new, moved = [-math.inf] * frames, [False] * frames
        for t in range(frames):
            stay = new[t - 1] if t else -math.inf
            enter = row[t - 1] if t and k else (0.0 if k == 0 and t == 0 else -math.inf)
            moved[t] = enter > stay
            new[t] = max(enter, stay) + stage[t]
        row = new
        came.append(moved)
    return row[-1], _first_frames(came)


def _first_frames(came: list[list[bool]]) -> list[int]:
    first, t = [], len(came[0]) - 1
    for moved in reversed(came):
        while not moved[t]:
            t -= 1
        first.append(t)
        t -= 1
    return first[::-1]


def run_python(*arguments: str) -> None:
    """Start the interpreter anew."""
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def _ffmpeg(arguments: list[str]) -> bytes:
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
