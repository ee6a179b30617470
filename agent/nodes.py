"""The nodes of the graph: each takes the state and returns what changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolCall, ToolMessage
from langgraph.runtime import Runtime

from ..memory.errors import BudgetExhausted, ModelServerError
from ..memory.state import State, Used
from ..prompts.rendering import render
from ..tools.models.sending import Load
from ..tools.models.tokens import text_tokens
from ..tools.tool_schemas import ToolArguments
from .assemble import assemble_report
from .context import Context
from .status import STATUS, Status, status_of

PLANNER_TOKENS = 2000
"""More than any sensible list of ids."""


class BranchState(State):
    """The state as one branch of parallel tool calls gets it."""

    call: ToolCall


def review(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Look at what there is and tell the planner what is left: deterministic, and the only judge of when to stop."""
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
    warning = "the planner stalled; the embedded planner finished the run"
    schemas = list(context.toolbox.offered.values())
    try:
        reply = await _turn(context, model, schemas, [system, *state["messages"]])
    except (ModelServerError, BudgetExhausted) as error:
        # Planning is the one thing that can always go on without a model.
        replaced, model, warning = True, context.fallback, f"the embedded planner took over: {error}"
        reply = await _turn(context, model, schemas, [system, *state["messages"]])
    used = state["used"].model_copy(update={"steps": state["used"].steps + 1})
    changes: dict[str, Any] = {"messages": readable(reply), "used": used, "planner": model._llm_type}
    if replaced and state.get("planner") != model._llm_type:
        changes["warnings"] = (warning,)
    return changes


async def _turn(
    context: Context, model: BaseChatModel, schemas: Sequence[ToolArguments], messages: Sequence[AnyMessage]
) -> AIMessage:
    bound = model.bind_tools(list(schemas))
    if context.planner_sender is None or model is context.fallback:
        return await bound.ainvoke(list(messages))
    weight = sum(text_tokens(str(message.content)) for message in messages)
    load = Load(kind="planner", input_tokens=weight, most_output_tokens=PLANNER_TOKENS)
    return await context.planner_sender.send(load, lambda: bound.ainvoke(list(messages)), [])


def readable(reply: AIMessage) -> list[AnyMessage]:
    """The reply, or, where its tool calls were broken or cut off, a remark to the model in their place.

    A cut-off call can look like a whole one with empty arguments, so the reason for the reply's end decides too.
    """
    cut = reply.response_metadata.get("finish_reason") == "length"
    if not reply.invalid_tool_calls and not (cut and reply.tool_calls):
        return [reply]
    said = AIMessage(content=str(reply.content) or "(a tool call that could not be read)", id=reply.id)
    return [said, HumanMessage(content="Your tool call could not be read: its arguments must be one complete JSON object.")]


def _stalled(state: State) -> bool:
    """Whether the last two planner turns changed nothing: no calls, calls of tools that do not exist, or the same again."""
    seen = [Status.model_validate_json(str(m.content)) for m in state["messages"] if m.name == STATUS]
    left = [status.model_dump(exclude={"step", "steps_left"}) for status in seen[-3:]]
    return len(left) == 3 and left[0] == left[1] == left[2]


async def tools(state: BranchState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Run one tool call; its branch sees the state as it was when the planner called."""
    call = state["call"]
    outcome = await runtime.context.toolbox.call(call["name"], call["args"], state)
    return {**outcome.changes, "messages": [ToolMessage(content=outcome.said, tool_call_id=call["id"] or "", name=call["name"])]}


def report(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Put the report together from the state."""
    return {"report": assemble_report(state, runtime.context)}
