"""What the speed bench is measured against: the plainest way of doing the same work, and physical limits."""

from __future__ import annotations

import ctypes
import math
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from .films import ffmpeg


def ffmpeg_pipe(path: Path, fps: float, short_side: int) -> bytes:
    """A landscape clip sampled and scaled by ffmpeg itself, RGB through a pipe."""
    chain = f"fps={fps},scale=-2:{short_side}"
    return ffmpeg(["-i", str(path), "-vf", chain, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"])


def ffmpeg_null(path: Path) -> None:
    """A clip decoded by ffmpeg to nothing: the physical limit."""
    ffmpeg(["-i", str(path), "-map", "0:v", "-f", "null", "-"])


def moviepy_frames(path: Path, fps: float, short_side: int) -> int:
    """A landscape clip read by moviepy at full size and shrunk frame by frame."""
    import cv2
    from moviepy import VideoFileClip

    with VideoFileClip(str(path), audio=False) as clip:
        size = (round(clip.w * short_side / clip.h), short_side)
        return sum(len(cv2.resize(frame, size)) > 0 for frame in clip.iter_frames(fps=fps))


def moviepy_small(path: Path, fps: float, short_side: int) -> int:
    """The same, shrunk by ffmpeg on moviepy's behalf."""
    from moviepy import VideoFileClip

    with VideoFileClip(str(path), audio=False, target_resolution=(None, short_side)) as clip:
        return sum(1 for _ in clip.iter_frames(fps=fps))


def bare_pose(frames: Iterable[np.ndarray]) -> int:
    """How many of the frames MediaPipe finds a body in, called in a bare loop; same model, same tracking mode."""
    from ...tools.mediapipe_loading import BLANK, load_mediapipe, quiet_start

    mediapipe = load_mediapipe()
    with quiet_start():
        graph = mediapipe.solutions.pose.Pose(model_complexity=1, smooth_landmarks=False)
        graph.process(BLANK)
    try:
        return sum(graph.process(frame).pose_landmarks is not None for frame in frames)
    finally:
        graph.close()


def matrix_products(flops: float, side: int = 2048) -> None:
    """So much arithmetic as single-precision matrix products of a size at which the processor is at its best."""
    import torch

    one, other = torch.rand(side, side), torch.rand(side, side)
    for _ in range(max(1, round(flops / (2 * side**3)))):
        torch.mm(one, other)


def full_table(scores: np.ndarray, stay: float = 0.5) -> list[int]:
    """The best path of ordered stages as published code is described: for every frame and stage all stages before it are tried.

    Costs are kept in arrays and read one by one, and every chance of a step is put into logarithms where it is met.

    Args:
        scores: (S, T) log-probabilities; T is at least S.
        stay: chance that a frame has the stage of the one before; the next stage takes the rest.

    Returns:
        The stage of each frame; the clip begins with the first and ends with the last.
    """
    stages, frames = scores.shape
    chance = np.array([[stay if k == j else 1 - stay if k == j + 1 else 1e-300 for k in range(stages)] for j in range(stages)])
    cost, came = np.full((stages, frames), np.inf), np.zeros((stages, frames), int)
    cost[0, 0] = -scores[0, 0]
    for t in range(1, frames):
        for k in range(stages):
            tried = [cost[j, t - 1] - np.log(chance[j, k]) for j in range(stages)]
            came[k, t] = np.argmin(tried)
            cost[k, t] = tried[came[k, t]] - scores[k, t]
    path = [stages - 1]
    for t in range(frames - 1, 0, -1):
        path.append(int(came[path[-1], t]))
    return path[::-1]


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


_COMPILED = r"""
#include <math.h>
double best_path(const double *scores, long stages, long frames, double *row, unsigned char *moved) {
    for (long k = 0; k < stages; k++) row[k] = -INFINITY;
    for (long t = 0; t < frames; t++)
        for (long k = stages - 1; k >= 0; k--) {
            double enter = t ? (k ? row[k - 1] : -INFINITY) : (k ? -INFINITY : 0.0);
            moved[k * frames + t] = enter > row[k];
            row[k] = (enter > row[k] ? enter : row[k]) + scores[k * frames + t];
        }
    return row[stages - 1];
}
"""


def compiled_loop(folder: Path) -> Callable[[np.ndarray], tuple[float, list[int]]] | None:
    """`double_loop` in C, compiled here and now; None where this machine has no compiler.

    Args:
        folder: where the source and the library are put.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    (folder / "path.c").write_text(_COMPILED)
    subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", str(folder / "path.so"), str(folder / "path.c"), "-lm"], check=True
    )
    function = ctypes.CDLL(str(folder / "path.so")).best_path
    function.restype = ctypes.c_double
    doubles, flags = np.ctypeslib.ndpointer(np.float64, flags="C"), np.ctypeslib.ndpointer(np.uint8, flags="C")
    function.argtypes = [doubles, ctypes.c_long, ctypes.c_long, doubles, flags]

    def run(scores: np.ndarray) -> tuple[float, list[int]]:
        stages, frames = scores.shape
        moved = np.empty((stages, frames), np.uint8)
        score = function(scores, stages, frames, np.empty(stages), moved)
        first, t = [], frames
        for row in moved[::-1]:
            t = int(np.flatnonzero(row[:t])[-1])
            first.append(t)
        return float(score), first[::-1]

    return run


def run_python(*arguments: str) -> None:
    """Start the interpreter anew."""
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
