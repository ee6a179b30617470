"""Which device CLIP runs on; torch, whose import takes seconds, is asked only where its version leaves that open."""

from __future__ import annotations

import contextlib
from importlib.metadata import PackageNotFoundError, version

from .open_clip_weights import load_open_clip


def best_device() -> str:
    """The first of `cuda`, `mps` and `cpu` that this machine has."""
    with contextlib.suppress(PackageNotFoundError):
        if version("torch").endswith("+cpu"):
            return "cpu"
    load_open_clip()
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def fast_in_half() -> bool:
    """Whether the GPU computes in bfloat16 itself (Ampere and later); torch also says yes where it is only emulated."""
    import torch

    return torch.cuda.get_device_capability() >= (8, 0)
