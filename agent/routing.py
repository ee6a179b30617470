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


def after_report(state: State) -> Literal["answer", "__end__"]:
    """On to the user's question, where there is one."""
    return "answer" if state.get("question") else "__end__"


def after_answer(state: State) -> list[Send] | Literal["__end__"]:
    """One branch per tool call that the answer still needs; the end once the question is answered."""
    last = state["messages"][-1] if state["messages"] else None
    if not state.get("question") or not isinstance(last, AIMessage):
        return "__end__"
    return [Send("tools", {**state, "call": call}) for call in last.tool_calls]
