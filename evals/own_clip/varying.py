"""Pictures varied while learning: mirrored, shifted, scaled, in other light and colours; no caption tells left from right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import PIXELS

if TYPE_CHECKING:
    import torch


def varied(pictures: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    """(B, 3, H, W) float32, normalised, from (B, H, W, 3) RGB uint8."""
    import torch

    inputs = pictures.permute(0, 3, 1, 2).float() / 255
    varied = (_lit(_moved(inputs, chance), chance) - PIXELS["mean"][0]) / PIXELS["std"][0]
    return varied.contiguous(memory_format=torch.channels_last)


def _moved(inputs: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    """Mirrored or not, and seen a little larger, smaller or from beside."""
    import torch
    from torch.nn import functional

    count = len(inputs)
    turn = torch.where(torch.rand(count, generator=chance) < 0.5, 1.0, -1.0)
    size = torch.empty(count, 2).uniform_(0.78, 1.12, generator=chance)
    place = torch.zeros(count, 2, 3)
    place[:, 0, 0], place[:, 1, 1] = size[:, 0] * turn, size[:, 1]
    place[:, :, 2] = torch.empty(count, 2).uniform_(-0.12, 0.12, generator=chance)
    grid = functional.affine_grid(place, list(inputs.shape), align_corners=False)
    return functional.grid_sample(inputs, grid, padding_mode="border", align_corners=False)


def _lit(inputs: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    """Other brightness, contrast and white balance, and grey now and then."""
    import torch

    count = len(inputs)
    gain = torch.empty(count, 1, 1, 1).uniform_(0.7, 1.3, generator=chance) * torch.empty(count, 3, 1, 1).uniform_(
        0.9, 1.1, generator=chance
    )
    shift = torch.empty(count, 1, 1, 1).uniform_(-0.1, 0.1, generator=chance)
    grey = torch.rand(count, 1, 1, 1, generator=chance) < 0.1
    shown = torch.where(grey, inputs.mean(dim=1, keepdim=True).expand_as(inputs), inputs)
    return (shown - 0.5) * gain + 0.5 + shift
