"""Decoded frames into the pixels that a CLIP model was trained on: one uint8 resize, one crop, one multiply-add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import torch

ResizeMode = Literal["shortest", "longest", "squash"]

BLANK_RANGE = 8
"""Levels: a frame whose every channel spans no more than this is one colour and compression noise."""
GLANCE = 16
"""Every so many pixels are compared first: nearly all frames show more than one colour there, and are not read whole."""

AT_ONCE = 8
"""Frames that are prepared together: few enough for their memory to be used again instead of asked for anew."""
THREADS = 2
"""So many such groups at once: torch scales uint8 on one core, while the threads that it keeps for the rest spin on another."""
KERNEL = 2
"""Pixels of the result that a bicubic kernel reaches to each side when it shrinks."""


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

    def prepared(self, images: np.ndarray) -> Iterator[tuple[torch.Tensor, np.ndarray]]:
        """(N, H, W, 3) uint8 RGB frames as `pictures`, a few at a time, with (N,) bool which of them show more than a single colour."""
        groups = (images[start : start + AT_ONCE] for start in range(0, len(images), AT_ONCE))
        with ThreadPoolExecutor(THREADS, thread_name_prefix="viddiff-pixels") as pool:
            for pictures in pool.map(self.pictures, groups):
                yield pictures, ~blank(pictures)

    def pictures(self, images: np.ndarray) -> torch.Tensor:
        """(N, 3, *size) uint8 in front of the model from (N, H, W, 3) uint8 RGB: scaled, the middle cut out, filled up where smaller."""
        import torch

        height, width = self._scaled_size(images.shape[1], images.shape[2])
        rows, height = _in_view(images.shape[1], height, self.size[0])
        columns, width = _in_view(images.shape[2], width, self.size[1])
        # No copy (but of what torch warns about, an array that must not be written to): scaling makes its own, and faster.
        pixels = torch.from_numpy(np.require(images[:, rows, columns], requirements="W")).permute(0, 3, 1, 2)
        if (height, width) != pixels.shape[2:]:
            resize = torch.nn.functional.interpolate
            pixels = resize(pixels, size=(height, width), mode=self.interpolation, align_corners=False, antialias=True)
        return self._framed(pixels)

    def _framed(self, pixels: torch.Tensor) -> torch.Tensor:
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
        # Channels are parted while a pixel is still one byte.
        inputs = pixels.contiguous().to(torch.float32)
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
    import torch

    single = _of_one_colour(pixels[:, :, ::GLANCE, ::GLANCE])
    single[single] = _of_one_colour(pixels[torch.from_numpy(single)])
    return single


def _of_one_colour(pixels: torch.Tensor) -> np.ndarray:
    # Channels last is how they lie in memory.
    values = pixels.permute(0, 2, 3, 1).flatten(1, 2)
    span = values.amax(dim=1).int() - values.amin(dim=1).int()
    return (span.amax(dim=1) <= BLANK_RANGE).cpu().numpy()


def _in_view(length: int, scaled: int, wanted: int) -> tuple[slice, int]:
    """Which part of an axis has to be scaled, and to how many pixels, so that the middle of the result is what it would have been.

    Where the axis shrinks by a whole factor, a part of it shrinks to the same pixels.
    """
    first, factor = round((scaled - wanted) / 2) - KERNEL, length // scaled
    # As much on both sides: the middle of the part is what was the middle of the whole.
    last = first + wanted + 2 * KERNEL
    if first <= 0 or last >= scaled or length % scaled:
        return slice(None), scaled
    return slice(first * factor, last * factor), last - first


def _three(value: Any) -> tuple[float, float, float]:
    red, green, blue = (value, value, value) if isinstance(value, int | float) else value
    return float(red), float(green), float(blue)
