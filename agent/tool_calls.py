"""Tool calls as a planner or a conversation makes them."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import ToolCall
from pydantic import Field

from ..memory.values import Value


class CallTools(Value):
    """Tools to call side by side, with their arguments."""

    calls: tuple[tuple[str, dict[str, Any]], ...] = Field(min_length=1)

    def as_messages(self, turn: str) -> list[ToolCall]:
        """The calls under ids that are unique within `turn`."""
        return [
            ToolCall(name=name, args=arguments, id=f"{turn}-{n}-{name}", type="tool_call")
            for n, (name, arguments) in enumerate(self.calls)
        ]
