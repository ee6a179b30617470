"""A CLIP model of a few thousand weights on disk, and pictures to show it; loaded on the same path as the real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from viddiff.tools.encoders import ClipFrames
from viddiff.tools.open_clip_weights import load_open_clip
from viddiff.tools.pose_track import PoseTrack
from viddiff.tools.video import FrameBatch

ARCHITECTURE = "tiny-for-tests"
CONFIG: dict[str, Any] = {
    "embed_dim": 24,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}
PREPROCESS = {"mean": [0.5, 0.4, 0.3], "std": [0.2, 0.25, 0.3], "interpolation": "bicubic", "resize_mode": "squash"}


def make(folder: Path, seed: int = 0) -> Path:
    """A folder with the model's configuration and its weights, random by `seed`."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    open_clip = load_open_clip()
    torch.manual_seed(seed)
    model = open_clip.CLIP(CONFIG["embed_dim"], CONFIG["vision_cfg"], CONFIG["text_cfg"])
    torch.save(model.state_dict(), folder / "open_clip_pytorch_model.bin")
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": CONFIG, "preprocess_cfg": PREPROCESS}))
    return folder


def registered(folder: Path) -> str:
    """The name under which open_clip knows the tiny architecture from now on."""
    path = folder / f"{ARCHITECTURE}.json"
    path.write_text(json.dumps(CONFIG))
    load_open_clip().add_model_config(path)
    return ARCHITECTURE


def pictures(count: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    """(N, H, W, 3) uint8: large and small waves with a little grain, as in a photograph."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width] / max(height, width)
    images = np.zeros((count, height, width, 3))
    for size in (1, 2, 4, 8, 16):
        way = rng.uniform(-size, size, (2, count, 1, 1, 3)) * 2 * np.pi
        phase = rng.uniform(0, 2 * np.pi, (count, 1, 1, 3))
        images += np.sin(way[0] * rows[..., None] + way[1] * columns[..., None] + phase) / size
    images = 128 + 50 * images + rng.normal(0, 3, images.shape)
    return np.clip(images, 0, 255).astype(np.uint8)


def clip(images: np.ndarray, batch: int = 32, fps: float = 8.0) -> ClipFrames:
    """The pictures as a clip that is read in batches; nobody's body is in it."""
    times, frames = np.arange(len(images)) / fps, np.arange(len(images))
    cuts = [slice(start, start + batch) for start in range(0, len(images), batch)]
    batches = [FrameBatch(images=images[cut], times_s=times[cut], frames=frames[cut]) for cut in cuts]
    return ClipFrames(iter(batches), _nobody(times, frames))


def _nobody(times: np.ndarray, frames: np.ndarray) -> PoseTrack:
    count = len(times)
    return PoseTrack(
        times_s=times,
        frames=frames,
        landmarks=np.full((count, 33, 4), np.nan, np.float32),
        world=np.full((count, 33, 3), np.nan, np.float32),
        filled=np.zeros(count, bool),
        width=64,
        height=48,
    )
