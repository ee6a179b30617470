"""What texts and images cost in tokens."""

from __future__ import annotations

import math

LOW_DETAIL, PER_TILE, TILE = 85, 170, 512
LONGEST, SHORTER = 2048, 768


def image_tokens(width: int, height: int, detail: str = "auto") -> int:
    """Tokens of one image by the tile rule that OpenAI publishes for its vision models.

    The image is shrunk to fit 2048 pixels, then to a shorter side of 768, never enlarged, and cut into tiles of 512.

    Args:
        width: Pixels.
        height: Pixels.
        detail: "low" costs the same for any size; "high" and "auto" are tiled.
    """
    if detail == "low":
        return LOW_DETAIL
    scale = min(1.0, LONGEST / max(width, height))
    scale *= min(1.0, SHORTER / (min(width, height) * scale))
    # A side of 512.0000001 is one tile.
    across, down = (math.ceil(round(side * scale, 3) / TILE) for side in (width, height))
    return LOW_DETAIL + PER_TILE * across * down


def text_tokens(text: str) -> int:
    """Tokens of a text, about: four bytes each."""
    return math.ceil(len(text.encode()) / 4)
