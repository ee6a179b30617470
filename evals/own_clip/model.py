"""Our own CLIP: a small ResNet and a small transformer, an ordinary open_clip model in an ordinary open_clip folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...tools.open_clip_weights import CONFIG_FILE, MERGES_FILE, WEIGHT_FILES, load_open_clip
from .frames import SIDE

if TYPE_CHECKING:
    import torch

CONTEXT = 26
"""Tokens of a caption, at most."""
WIDTH = 128
"""Numbers in an embedding, and in a token."""
PIXELS = {"mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25], "interpolation": "bicubic", "resize_mode": "squash"}
"""Squashed, since cropping would cut head and feet off a portrait video."""


def model_config(tokens: int) -> dict[str, Any]:
    """The architecture, as open_clip writes it, for a vocabulary of so many tokens."""
    return {
        "embed_dim": WIDTH,
        "vision_cfg": {"image_size": SIDE, "layers": [1, 1, 1, 1], "width": 16, "patch_size": None},
        "text_cfg": {"context_length": CONTEXT, "vocab_size": tokens, "width": WIDTH, "heads": 2, "layers": 2},
    }


def new_model(tokens: int) -> torch.nn.Module:
    """An untrained model; residual branches count from the start, since with open_clip's zeros nothing is learned for long."""
    import torch

    model = load_open_clip().CLIP(**model_config(tokens))
    for name, value in model.named_parameters():
        if name.endswith("bn3.weight"):
            torch.nn.init.ones_(value)
    # Twice as fast on a CPU.
    return model.to(memory_format=torch.channels_last)


def tokenizer(folder: Path) -> Any:
    """open_clip's tokenizer with the merges file of a folder."""
    return load_open_clip().SimpleTokenizer(bpe_path=str(folder / MERGES_FILE), context_length=CONTEXT)


def save(model: torch.nn.Module, tokens: int, seen: torch.Tensor, folder: Path) -> Path:
    """Writes configuration and weights (16-bit safetensors) beside the merges file of a folder; returns the weights' path.

    Args:
        model: What was trained.
        tokens: Size of its vocabulary.
        seen: (tokens,) bool, which tokens occurred; the others were never trained and become zero vectors.
        folder: Where.
    """
    import torch
    from safetensors.torch import save_file

    weights = {name: value.detach().clone() for name, value in model.state_dict().items()}
    weights["token_embedding.weight"][~seen] = 0
    halved = {name: value.half() if value.dtype == torch.float32 else value for name, value in weights.items()}
    config = {"model_cfg": model_config(tokens), "preprocess_cfg": PIXELS}
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    save_file({name: value.contiguous() for name, value in halved.items()}, folder / WEIGHT_FILES[0])
    return folder / WEIGHT_FILES[0]
