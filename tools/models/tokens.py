"""What texts and images cost in tokens, counted by ourselves: no tokenizer is downloaded, and one rule stands in one place."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .asking import ImagePart, TextPart

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


def parts_tokens(parts: Sequence[TextPart | ImagePart], image_scale: float = 1.0) -> int:
    """Tokens of texts and images together.

    Args:
        parts: What the model is shown.
        image_scale: Tokens that the model counts per token of the tile rule (`Price.image_scale`).
    """
    texts = sum(text_tokens(part.text) for part in parts if isinstance(part, TextPart))
    images = sum(image_tokens(part.width, part.height) for part in parts if isinstance(part, ImagePart))
    return texts + math.ceil(images * image_scale)
