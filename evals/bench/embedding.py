"""Frames through CLIP models of random weights: throughput against the arithmetic itself, and preprocessing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ...tools import video
from ...tools.encoders import ClipFrames
from ...tools.open_clip_encoder import DECODED_SIDE, OpenClipEncoder
from ...tools.open_clip_pixels import PixelRecipe
from ...tools.open_clip_weights import load_open_clip
from ...tools.pose_track import PoseTrack
from ...tools.video import FrameBatch
from . import peers
from .contests import Contest, Figure, Peer
from .films import write_film
from .sizes import Sizes

BATCH = 16
REFERENCE = 8
"""Frames that are put through the reference preprocessing."""


def embedding(folder: Path, sizes: Sizes) -> Iterator[Contest | Figure]:
    """Everything about embedding, model by model."""
    film = write_film(folder / "embedded.mp4", *sizes.film) if sizes.clip_models else Path()
    for architecture, frames in sizes.clip_models:
        yield from _of_model(architecture, frames, film, folder)


def _of_model(architecture: str, frames: int, film: Path, folder: Path) -> Iterator[Contest | Figure]:
    import torch

    torch.manual_seed(0)
    open_clip = load_open_clip()
    model = open_clip.create_model(architecture, pretrained=None).eval()
    weights = folder / f"{architecture}.pt"
    torch.save(model.state_dict(), weights)
    encoder = OpenClipEncoder(f"{architecture}/{weights}", device="cpu", batch=BATCH)
    recipe = PixelRecipe.of(open_clip.get_model_preprocess_cfg(model))
    batches = _batches(film, frames, DECODED_SIDE * max(recipe.size))
    flops = _flops(model, recipe) * frames
    encoder.load()
    yield Contest(
        ours=f"embed {frames} frames, {architecture}, batches of {BATCH}",
        do=lambda: encoder.encode_frames(ClipFrames(batches, _nobody())),
        peers=(Peer(name="as much arithmetic in matrix products", do=lambda: peers.matrix_products(flops), wall=1 / 0.70),),
        frames=frames,
        rounds=3,
    )
    yield Contest(
        ours=f"preprocess {frames} frames, {architecture}",
        do=lambda: preprocess(recipe, batches),
        peers=(Peer(name="embed them", do=lambda: encoder.encode_frames(ClipFrames(batches, _nobody())), wall=0.03),),
        rounds=3,
    )
    yield Figure(
        what=f"least cosine to the reference preprocessing, {architecture}",
        value=lambda: least_cosine(encoder, model, film),
        goal=0.995,
        at_least=True,
        why="random weights",
    )


def preprocess(recipe: PixelRecipe, batches: list[FrameBatch]) -> None:
    """What is done to frames before a model gets them, batch by batch."""
    for batch in batches:
        for pictures, _ in recipe.prepared(batch.images):
            recipe.normalised(pictures)


def least_cosine(encoder: OpenClipEncoder, model: Any, film: Path) -> float:
    """The worst agreement of our embedding with that of open_clip's own transform of the full frame."""
    import torch
    from PIL import Image

    open_clip = load_open_clip()
    from open_clip.transform import PreprocessCfg, image_transform_v2

    preprocess: Any = image_transform_v2(PreprocessCfg(**open_clip.get_model_preprocess_cfg(model)), is_train=False)
    ours = encoder.encode_frames(ClipFrames(_batches(film, REFERENCE, encoder.short_side), _nobody())).vectors
    full = [image for batch in _batches(film, REFERENCE, None) for image in batch.images]
    with torch.inference_mode():
        pixels = torch.stack([torch.as_tensor(preprocess(Image.fromarray(image))) for image in full])
        theirs = torch.nn.functional.normalize(model.encode_image(pixels), dim=-1).numpy()
    return float((ours * theirs).sum(axis=1).min())


def _batches(film: Path, frames: int, short_side: int | None) -> list[FrameBatch]:
    """So many frames, evenly over the film."""
    info = video.probe(film)
    return list(video.sample(film, frames / info.duration_s, short_side=short_side))


def _flops(model: Any, recipe: PixelRecipe) -> int:
    """Arithmetic of one frame; attention is spelled out, since the counter does not see into fused kernels."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    # With gradients: without them whole layers are one fused kernel, and a third of the arithmetic is not counted.
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model.encode_image(torch.zeros(1, 3, *recipe.size))
    return int(counter.get_total_flops())


def _nobody() -> PoseTrack:
    none = np.zeros(0)
    return PoseTrack(
        times_s=none,
        frames=none.astype(np.int64),
        landmarks=np.zeros((0, 33, 4), np.float32),
        world=np.zeros((0, 33, 3), np.float32),
        filled=none.astype(bool),
        width=1,
        height=1,
    )
