"""Personalities that plan: one that follows viddiff's status messages with tool calls over HTTP, and its bad habits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

from pydantic import ValidationError

from ...agent.embedded_planner import plan_calls
from ...agent.status import Status
from .conforming import conforming
from .exchange import Answered, ChatRequest, OfferedTool, Reply, ToolCall

Habit = Literal["unknown_tool", "malformed_arguments", "repeats", "stalls", "cut_off"]
DONE = "Everything that can be decided is decided."


class Planner:
    """Calls whichever tool the next missing piece needs, as the embedded planner does; arguments follow the schema of each tool."""

    def reply(self, request: ChatRequest) -> Answered:
        """Tool calls for the newest status; words when there is none or nothing is left."""
        status = latest_status(request)
        if status is None:
            return Reply(content="I see no status.")
        offered = {tool.name: tool for tool in request.callable_tools}
        wanted = [call for call in _wanted(status) if call[0] in offered]
        calls = tuple(_call(status, number, offered[name], known) for number, (name, known) in enumerate(wanted))
        return Reply(tool_calls=calls) if calls else Reply(content=DONE)


class BadPlanner:
    """A planner with a bad habit.

    Args:
        habit: What it does wrong.
        times: How often; None for always.
        inner: What it would do otherwise.
    """

    def __init__(self, habit: Habit, times: int | None = None, inner: Planner | None = None) -> None:
        self._spoil, self._left = _HABITS[habit], times
        self._inner = inner or Planner()
        self._first: Reply | None = None

    def reply(self, request: ChatRequest) -> Answered:
        """What the inner planner would do, spoilt."""
        good = self._inner.reply(request)
        if not isinstance(good, Reply) or self._left == 0:
            return good
        if good.tool_calls and self._first is None:
            self._first = good
        self._left = None if self._left is None else self._left - 1
        spoilt = self._spoil(good, self._first or good)
        turn = len(request.messages)
        calls = tuple(call.model_copy(update={"id": f"{call.id}-{turn}"}) for call in spoilt.tool_calls)
        return spoilt.model_copy(update={"tool_calls": calls})


def latest_status(request: ChatRequest) -> Status | None:
    """The newest status: a JSON object in a message that is not the model's own."""
    for message in reversed(request.messages):
        text = message.text
        start, end = text.find("{"), text.rfind("}")
        if message.role == "assistant" or start < 0:
            continue
        try:
            return Status.model_validate_json(text[start : end + 1])
        except ValidationError:
            continue
    return None


def _wanted(status: Status) -> list[tuple[str, dict[str, Any]]]:
    return [(call["name"], call["args"]) for call in plan_calls(status)]


def _call(status: Status, number: int, tool: OfferedTool, known: dict[str, Any]) -> ToolCall:
    arguments = conforming(tool.parameters, known) if tool.parameters else known
    return ToolCall(name=tool.name, arguments=json.dumps(arguments), id=f"call-{status.step}-{number}-{tool.name}")


def _unknown(good: Reply, first: Reply) -> Reply:
    return Reply(tool_calls=(ToolCall(name="look_harder", arguments='{"difference_ids": ["all"]}', id="call-look_harder"),))


def _malformed(good: Reply, first: Reply) -> Reply:
    calls = tuple(call.model_copy(update={"arguments": call.arguments[:-1] + ", oops"}) for call in good.tool_calls)
    return good.model_copy(update={"tool_calls": calls})


def _repeated(good: Reply, first: Reply) -> Reply:
    return first


def _stalled(good: Reply, first: Reply) -> Reply:
    return Reply(content="Let me think about what to do next.")


def _cut_off(good: Reply, first: Reply) -> Reply:
    calls = tuple(
        call.model_copy(update={"arguments": call.arguments[: len(call.arguments) // 2]}) for call in good.tool_calls[:1]
    )
    return Reply(tool_calls=calls, finish="length")


_HABITS: dict[Habit, Callable[[Reply, Reply], Reply]] = {
    "unknown_tool": _unknown,
    "malformed_arguments": _malformed,
    "repeats": _repeated,
    "stalls": _stalled,
    "cut_off": _cut_off,
}
