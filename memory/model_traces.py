"""The events of a trace that tell of models: what they were asked, with which pictures, and what came back."""

from __future__ import annotations

from typing import Any, Literal

from .values import Value


class ModelUsage(Value):
    """What asking a model took, by the server's own numbers."""

    calls: int = 0
    """Requests sent, retries and repairs included; 0 when the answer came from the cache."""
    input_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    cost_usd: float = 0.0
    cache_hits: int = 0
    repaired: int = 0


class Picture(Value):
    """One picture as it was sent."""

    frame: str
    """Name of the kept JPEG."""
    width: int
    height: int


class ModelAsked(Value):
    """A structured question goes to a model."""

    kind: Literal["model_asked"] = "model_asked"
    id: str
    """Joins it with its `ModelReplied`."""
    model: str
    role: str
    """"proposer" or "vlm"."""
    prompt_version: str
    system: str
    parts: tuple[str | Picture, ...]
    """In the order in which the model sees them."""
    differences: tuple[str, ...] = ()
    """Ids of the differences it is about."""
    order: str = ""
    """"ab" or "ba": which clip is shown first; empty where that means nothing."""


class ModelReplied(Value):
    """What came back."""

    kind: Literal["model_replied"] = "model_replied"
    id: str
    reply: dict[str, Any] | None = None
    """The validated answer; None when there is none."""
    error: str = ""
    seconds: float
    calls: int = 0
    """Requests sent, retries and repairs included; 0 when the answer came from the cache."""
    input_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    cost_usd: float = 0.0
    cache_hits: int = 0
    repaired: int = 0
