"""How the page is served: what it may read, who may ask, and how much at once."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field

from ...memory.values import Value

GIB = 2**30


def comparisons_at_once() -> int:
    """One per two cores, at least one: decoding and tracking use two each."""
    return max(1, (os.cpu_count() or 1) // 2)


class WebOptions(Value):
    """The options of one server."""

    folder: Path | None = None
    """Clips under this folder may be opened by path; None for none at all."""
    token: str | None = None
    """Whoever asks must show it; None where only this machine can ask."""
    max_upload_bytes: int = Field(default=2 * GIB, gt=0)
    max_pixels: int = Field(default=36_000_000, gt=0)
    """Of one frame; 8K has 33 million."""
    max_frames: int = Field(default=150_000, gt=0)
    max_duration_s: float = Field(default=3600.0, gt=0)
    reading_s: float = Field(default=120.0, gt=0)
    """How long it may take to read what a clip is."""
    comparison_s: float = Field(default=3600.0, gt=0)
    """How long one comparison may take."""
    keep_days: float = Field(default=30.0, ge=0)
    """Playback proxies, films and pages that nobody has made anew for this long are removed; they are made again when needed."""
    keep_bytes: int = Field(default=20 * GIB, ge=0)
    """Beyond this much of them the oldest go."""
    running: int = Field(default_factory=comparisons_at_once, ge=1)
    """Comparisons at once."""
    waiting: int = Field(default=20, ge=0)
    """Comparisons that may wait; one more is refused."""
    events: int = Field(default=512, ge=1)
    """Events that one conversation keeps for whoever reconnects."""
    idle: int = Field(default=32, ge=1)
    """Conversations kept open between requests; others are read from disk again."""
