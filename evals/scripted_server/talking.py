"""A personality that answers questions about two clips over HTTP: it calls the chat's tools and cites instants it was told."""

from __future__ import annotations

import json
from typing import Any

from pydantic import JsonValue, TypeAdapter

from .exchange import Answered, ChatRequest, Reply, ToolCall

CHAT_TOOL = "show_frames"
"""Only requests of a conversation offer it."""
_OBJECT = TypeAdapter(dict[str, JsonValue])


class Talker:
    """Calls the tool whose name stands in the question first, with the arguments that stand after it as JSON; then answers.

    "consider_statements {...}: ..." makes it call that tool; a question without a tool's name is answered at once, with the first
    difference of what is known and the instants that belong to it.

    Args:
        says: What it answers instead, where it is to be wrong.
    """

    def __init__(self, says: str = "") -> None:
        self._says = says

    def reply(self, request: ChatRequest) -> Answered:
        """The tool call, or the answer once the tool has spoken."""
        question = next(message.text for message in reversed(request.messages) if message.role == "user")
        results = [message.text for message in request.messages if message.role == "tool"]
        tool = next((tool.name for tool in request.callable_tools if tool.name in question), None)
        if tool is not None and not results:
            arguments = question[question.index("{") : question.rindex("}") + 1]
            return Reply(tool_calls=(ToolCall(name=tool, arguments=arguments, id=f"call-{tool}"),))
        if self._says:
            return Reply(content=self._says)
        return Reply(content=f"{_sentence(known_in(request))} {' '.join(results)}".strip())


def known_in(request: ChatRequest) -> dict[str, Any]:
    """The facts in the system prompt."""
    text = request.messages[0].text
    start = text.index("{")
    found, _ = json.JSONDecoder().raw_decode(text[start:])
    return _OBJECT.validate_python(found)


def _sentence(known: dict[str, Any]) -> str:
    last = known["differences"][-1]
    cited = [f"[{side.upper()} {times[0]:.2f} s]" for side, times in last["instants"].items() if times]
    return f"{last['description']}: {last['answer']} {' '.join(cited)}."
