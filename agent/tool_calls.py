"""Tools as a model reads them, and their calls as a planner or a conversation makes them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from langchain_core.messages import ToolCall
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, Field

from ..memory.values import Value

MOST_CALLS = 32
"""Tool calls of one turn that are carried out; what is left undone shows in the next one."""


class CallTools(Value):
    """Tools to call side by side, with their arguments."""

    calls: tuple[tuple[str, dict[str, Any]], ...] = Field(min_length=1)

    def as_messages(self, turn: str) -> list[ToolCall]:
        """The calls under ids that are unique within `turn`."""
        return [
            ToolCall(name=name, args=arguments, id=f"{turn}-{n}-{name}", type="tool_call")
            for n, (name, arguments) in enumerate(self.calls)
        ]


def tools_text(schemas: Iterable[type[BaseModel]]) -> str:
    """The tools as they are written out for a model, which pays for reading them."""
    return json.dumps([convert_to_openai_tool(schema) for schema in schemas])
