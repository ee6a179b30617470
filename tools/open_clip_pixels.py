"""Decoded frames into the pixels that a CLIP model was trained on: one uint8 resize, one crop, one multiply-add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import torch

ResizeMode = Literal["shortest", "longest", "squash"]

BLANK_RANGE = 8
"""Levels: a frame whose every channel spans no more than this is one colour and compression noise."""


@dataclass(frozen=True)
class PixelRecipe:
    """How one model wants its images, as open_clip's `PreprocessCfg` states it; `apply` does what its transform does.

    The transform works on one PIL image at a time. Here a batch is resized in uint8 (bicubic or bilinear, antialiased, which
    is PIL's own arithmetic but for the rounding) and scaled by a single multiply-add.
    """

    size: tuple[int, int]
    """(height, width) in pixels."""
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: str
    resize_mode: ResizeMode
    fill: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> PixelRecipe:
        """From a model's `preprocess_cfg`."""
        size = config["size"]
        height, width = (size, size) if isinstance(size, int) else (size[0], size[-1])
        return cls(
            size=(int(height), int(width)),
            mean=_three(config["mean"]),
            std=_three(config["std"]),
            interpolation="bilinear" if config.get("interpolation") == "bilinear" else "bicubic",
            resize_mode=config.get("resize_mode") or "shortest",
            fill=int(config.get("fill_color") or 0),
        )

    def scaled(self, images: np.ndarray) -> torch.Tensor:
        """(N, 3, h, w) uint8 from (N, H, W, 3) uint8 RGB, before the crop."""
        import torch

        pixels = torch.from_numpy(np.array(images)).permute(0, 3, 1, 2)
        size = self._scaled_size(images.shape[1], images.shape[2])
        if size == images.shape[1:3]:
            return pixels
        return torch.nn.functional.interpolate(pixels, size=size, mode=self.interpolation, align_corners=False, antialias=True)

    def framed(self, pixels: torch.Tensor) -> torch.Tensor:
        """The middle (N, 3, *size) of scaled pixels, filled up where they are smaller."""
        import torch

        height, width = self.size
        above, left = max(height - pixels.shape[2], 0), max(width - pixels.shape[3], 0)
        if above or left:
            around = (left // 2, (left + 1) // 2, above // 2, (above + 1) // 2)
            pixels = torch.nn.functional.pad(pixels, around, value=self.fill)
        top, start = round((pixels.shape[2] - height) / 2), round((pixels.shape[3] - width) / 2)
        return pixels[:, :, top : top + height, start : start + width]

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """(N, 3, h, w) float32 inputs of the model, on the device of `pixels`."""
        import torch

        mean, std = (torch.tensor(v, dtype=torch.float32, device=pixels.device).view(1, 3, 1, 1) for v in (self.mean, self.std))
        inputs = pixels.to(torch.float32, memory_format=torch.contiguous_format)
        return inputs.mul_(1 / (255 * std)).sub_(mean / std)

    def _scaled_size(self, height: int, width: int) -> tuple[int, int]:
        high, wide = self.size
        if self.resize_mode == "squash":
            return self.size
        if self.resize_mode == "shortest" and high == wide:  # torchvision's Resize cuts the longer side, timm's rounds it
            short = min(height, width)
            return int(high * height / short), int(wide * width / short)
        choose = max if self.resize_mode == "longest" else min
        ratio = choose(height / high, width / wide)
        return max(round(height / ratio), 1), max(round(width / ratio), 1)


def blank(pixels: torch.Tensor) -> np.ndarray:
    """(N,) bool: which of (N, 3, h, w) uint8 pictures show a single colour, and so nothing."""
    span = pixels.amax(dim=(2, 3)).int() - pixels.amin(dim=(2, 3)).int()
    return (span.amax(dim=1) <= BLANK_RANGE).cpu().numpy()


def _three(value: Any) -> tuple[float, float, float]:
    red, green, blue = (value, value, value) if isinstance(value, int | float) else value
    return float(red), float(green), float(blue)
