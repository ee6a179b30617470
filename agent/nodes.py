"""The nodes of the graph: each takes the state and returns what changes in it."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import SystemMessage, ToolCall, ToolMessage
from langgraph.runtime import Runtime

from ..memory.errors import BudgetExhausted, ModelServerError
from ..memory.state import State, Used
from ..prompts.rendering import render
from ..tools.outcome import Outcome
from .assemble import assemble_report
from .context import Context
from .planner_turn import next_turn, readable, why_stalled
from .status import STATUS, Status, status_of


class BranchState(State):
    """The state as one branch of parallel tool calls gets it."""

    call: ToolCall


def review(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Look at what there is and tell the planner what is left: deterministic, and the only judge of when to stop.

    Raises:
        ModelServerError: the server failed a tool for good.
    """
    if broken := state.get("broken"):
        raise ModelServerError(broken[0])
    settings = runtime.context.settings
    used = state.get("used", Used())
    status = status_of(
        {**state, "used": used},
        max_steps=settings.max_steps,
        max_attempts=settings.max_attempts,
        with_vlm=runtime.context.toolbox.vlm is not None,
    )
    changes: dict[str, Any] = {"messages": [status.as_message()], "used": used}
    if status.steps_left <= 0 and not status.finished:
        changes["warnings"] = (f"stopped after {settings.max_steps} steps with work left; the best answers so far are reported",)
    return changes


async def planner(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask the planner for the next tool calls; one that gets nowhere twice in a row is replaced."""
    context = runtime.context
    replaced = state.get("planner") == context.fallback._llm_type or _stalled(state)
    model = context.fallback if replaced else context.planner
    system = SystemMessage(content=render("planner", action=state["action"], setting=state["setting"]))
    messages = [system, *state["messages"]]
    run_id = context.origin or state["run_id"]
    why = why_stalled(messages, list(context.toolbox.offered))
    warning = f"the planner stalled ({why}); the embedded planner finished the run"
    try:
        reply = await next_turn(context, model, messages, run_id)
    except (ModelServerError, BudgetExhausted) as error:
        # Planning is the one thing that can always go on without a model.
        replaced, model, warning = True, context.fallback, f"the embedded planner took over: {error}"
        reply = await next_turn(context, model, messages, run_id)
    used = state["used"].model_copy(update={"steps": state["used"].steps + 1})
    changes: dict[str, Any] = {"messages": readable(reply), "used": used, "planner": model._llm_type}
    if replaced and state.get("planner") != model._llm_type:
        changes["warnings"] = (warning,)
    return changes


def _stalled(state: State) -> bool:
    """Whether the last two planner turns changed nothing: no calls, calls of tools that do not exist, or the same again."""
    seen = [Status.model_validate_json(str(m.content)) for m in state["messages"] if m.name == STATUS]
    left = [status.model_dump(exclude={"step", "steps_left"}) for status in seen[-3:]]
    return len(left) == 3 and left[0] == left[1] == left[2]


async def tools(state: BranchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Run one tool call; its branch sees the state as it was when the planner called."""
    call = state["call"]
    try:
        outcome = await runtime.context.toolbox.call(call["name"], call["args"], state)
    except ModelServerError as error:
        # Raised here it would cut off the branches beside this one, and what they are just paying for would be lost.
        outcome = Outcome(f"{call['name']}: the model server failed", {"broken": (str(error),)})
    return {**outcome.changes, "messages": [ToolMessage(content=outcome.said, tool_call_id=call["id"] or "", name=call["name"])]}


def report(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Put the report together from the state."""
    return {"report": assemble_report(state, runtime.context)}
