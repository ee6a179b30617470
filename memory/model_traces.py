"""The events of a trace that tell of models: what they were asked, with which pictures, and what came back."""

from __future__ import annotations

from typing import Any, Literal

from .usage import CallUsage
from .values import Value


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


class ModelReplied(CallUsage):
    """What came back, and what it took."""

    kind: Literal["model_replied"] = "model_replied"
    id: str
    reply: dict[str, Any] | None = None
    """The validated answer; None when there is none."""
    error: str = ""
    unusable: str = ""
    """What was wrong with the reply before it, which had to be asked for again; empty where nothing was."""
    seconds: float
