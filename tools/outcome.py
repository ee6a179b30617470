"""What a tool call gives back to the state machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """A sentence for the planner and the changes to the state."""

    said: str
    changes: dict[str, Any] = field(default_factory=dict)
