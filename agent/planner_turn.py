"""One turn of the planner: asked for once and kept with its run, so that a run that is taken up again does not pay for it again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolCall, convert_to_openai_messages

from ..memory.cache import Cache, content_key
from ..tools.models.asking import CallUsage
from ..tools.models.sending import Load
from ..tools.models.server_faults import one_line
from ..tools.models.tokens import text_tokens
from .context import Context
from .tool_calls import MOST_CALLS, tools_text

REMARK = "Your tool call could not be read: its arguments must be one complete JSON object."
PLANNER_TOKENS = 4096
"""How long a turn may become: more than any sensible list of ids, with room for thoughts."""
LONGEST_WORDS = 1500
"""Characters of a planner's own words that are kept: every later turn sends and pays for them again."""
_WHY = {"length": "its reply was cut off", "content_filter": "a content filter took its reply away"}


async def next_turn(context: Context, model: BaseChatModel, messages: Sequence[AnyMessage], run_id: str) -> AIMessage:
    """What the planner answers to `messages`; every reply of a server is kept, bad ones too, since later turns build on them.

    Raises:
        ModelServerError: the server failed for good.
        BudgetExhausted: asking would go beyond the run's limit; nothing was sent.
    """
    offered, sender = context.toolbox.offered, context.planner_sender
    bound = model.bind_tools(list(offered.values()))
    if sender is None or model is context.fallback:
        return await bound.ainvoke(list(messages))
    said = convert_to_openai_messages(messages)
    place = sender.endpoint
    key = content_key("turn/1", run_id, place.model, place.base_url, place.seed, said, sorted(offered))
    cache = context.toolbox.workbench.cache
    if (kept := _find(cache, key)) is not None:
        sender.budget.note("planner", CallUsage(cache_hits=1))
        return kept
    weight = sum(text_tokens(str(message.content)) for message in messages) + text_tokens(tools_text(offered.values()))
    load = Load(kind="planner", input_tokens=weight, most_output_tokens=PLANNER_TOKENS)
    reply = await sender.send(load, lambda: bound.ainvoke(list(messages)), [])
    cache.get("turns", key, ".json", _load, lambda: reply, _save)
    return reply


def readable(reply: AIMessage) -> list[AnyMessage]:
    """The reply, or, where its tool calls were broken or cut off, a remark to the model in their place.

    A cut-off call can look like a whole one with empty arguments, so the reason for the reply's end decides too.
    """
    words = reply.text
    words = words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS]} …"
    cut = reply.response_metadata.get("finish_reason") == "length"
    if not reply.invalid_tool_calls and not (cut and reply.tool_calls):
        return [reply.model_copy(update={"content": words, "tool_calls": _named_apart(reply)})]
    said = AIMessage(content=words or "(a tool call that could not be read)", id=reply.id)
    return [said, HumanMessage(content=REMARK)]


def why_stalled(messages: Sequence[AnyMessage], tools: Sequence[str]) -> str:
    """What the planner did in its last turn instead of getting on, in words for the user."""
    last = next((message for message in reversed(messages) if isinstance(message, AIMessage)), AIMessage(content=""))
    if last.tool_calls:
        strange = sorted({call["name"] for call in last.tool_calls} - set(tools))
        return f"it calls unknown tools: {one_line(', '.join(strange), 80)}" if strange else "its tool calls change nothing"
    if refusal := last.additional_kwargs.get("refusal"):
        return f"it refuses: {one_line(str(refusal))}"
    if (finish := last.response_metadata.get("finish_reason")) in _WHY:
        return _WHY[finish]
    # The last message of all is the status; a remark to the model stands before it.
    if messages[-2].content == REMARK:
        return "its tool calls cannot be read"
    return "it calls no tool" if last.content else "its reply is empty"


def _named_apart(reply: AIMessage) -> list[ToolCall]:
    """The tool calls with ids of their own, `MOST_CALLS` at most: some servers give none, or the same to all."""
    calls = reply.tool_calls[:MOST_CALLS]
    ids = [call["id"] for call in calls]
    if all(ids) and len(set(ids)) == len(ids):
        return calls
    return [ToolCall({**call, "id": f"{reply.id}-{number}"}) for number, call in enumerate(calls)]


class _Missing(Exception):
    """There is no such turn yet."""


def _find(cache: Cache, key: str) -> AIMessage | None:
    try:
        return cache.get("turns", key, ".json", _load, _missing, _save)
    except _Missing:
        return None


def _missing() -> NoReturn:
    raise _Missing


def _load(path: Path) -> AIMessage:
    return AIMessage.model_validate_json(path.read_text(encoding="utf-8"))


def _save(reply: AIMessage, path: Path) -> None:
    path.write_text(reply.model_dump_json(), encoding="utf-8")
