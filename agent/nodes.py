"""The nodes of the graph: each takes the state and returns what changes in it."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.messages import AIMessage, SystemMessage, ToolCall, ToolMessage
from langgraph.runtime import Runtime

from ..memory.state import State, Used
from ..prompts.rendering import render
from ..tools.tool_schemas import SCHEMAS
from .assemble import assemble_report
from .context import Context
from .status import status_of

STALLED = "stalled"
"""Name of the planner's silent or useless turns."""


class BranchState(State):
    """The state as one branch of parallel tool calls gets it."""

    call: ToolCall


def review(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Look at what there is and tell the planner what is left: deterministic, and the only judge of when to stop."""
    settings = runtime.context.settings
    used = state.get("used", Used())
    status = status_of({**state, "used": used}, max_steps=settings.max_steps, max_attempts=settings.max_attempts)
    changes: dict[str, Any] = {"messages": [status.as_message()], "used": used}
    if status.steps_left <= 0 and not status.finished:
        changes["warnings"] = (f"stopped after {settings.max_steps} steps with work left; the best answers so far are reported",)
    return changes


async def planner(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the planner for the next tool calls; one that has nothing to call twice in a row is replaced."""
    context = runtime.context
    replaced = state.get("planner") == context.fallback._llm_type or _stalled(state)
    model = context.fallback if replaced else context.planner
    system = SystemMessage(content=render("planner", action=state["action"], setting=state["setting"]))
    reply = await model.bind_tools(list(SCHEMAS.values())).ainvoke([system, *state["messages"]])
    used = state["used"].model_copy(update={"steps": state["used"].steps + 1})
    changes: dict[str, Any] = {"messages": [reply], "used": used, "planner": model._llm_type}
    if replaced and state.get("planner") != model._llm_type:
        changes["warnings"] = ("the planner stalled; the embedded planner finished the run",)
    return changes


def _stalled(state: State) -> bool:
    """Whether the last two planner turns called no tool although review had work for them."""
    turns = [message for message in state["messages"] if isinstance(message, AIMessage)]
    return len(turns) >= 2 and not any(turn.tool_calls for turn in turns[-2:])


async def tools(state: BranchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Run one tool call; its branch sees the state as it was when the planner called."""
    call = state["call"]
    outcome = await asyncio.to_thread(runtime.context.toolbox.call, call["name"], call["args"], state)
    return {**outcome.changes, "messages": [ToolMessage(content=outcome.said, tool_call_id=call["id"] or "", name=call["name"])]}


def report(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Put the report together from the state."""
    return {"report": assemble_report(state, runtime.context)}
