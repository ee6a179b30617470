"""Which node comes next: pure functions of the state."""

from __future__ import annotations

from typing import Literal

from langchain_core.messages import AIMessage
from langgraph.types import Send

from ..memory.state import State
from .status import latest_status


def after_review(state: State) -> Literal["planner", "report"]:
    """On to the report when nothing is left to do or to spend."""
    status = latest_status(state["messages"])
    return "report" if status.finished or status.steps_left <= 0 else "planner"


def after_planner(state: State) -> list[Send] | Literal["review"]:
    """One branch per tool call; a planner that calls nothing goes back to review."""
    last = state["messages"][-1]
    if not isinstance(last, AIMessage) or not last.tool_calls:
        return "review"
    return [Send("tools", {**state, "call": call}) for call in last.tool_calls]
