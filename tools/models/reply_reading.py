"""From a raw reply to a validated value, or to the reason why it is none: nothing is mended, nothing is guessed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from ...memory.values import Value

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

T = TypeVar("T", bound=BaseModel)

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCED = re.compile(r"^[ \t]*```(?:json)?[ \t]*\n(.*?)\n[ \t]*```[ \t]*$", re.DOTALL | re.IGNORECASE | re.MULTILINE)
_SHOWN_ERRORS = 3


class Unusable(Exception):
    """A reply that is not what was asked for; the message says what is wrong with it, to the model as well as to the user."""

    def __init__(self, reason: str, *, ignored_format: bool = False) -> None:
        super().__init__(reason)
        self.ignored_format = ignored_format
        """Whether a server that enforces the schema could not have said this."""


class Reply(Value):
    """A raw reply."""

    text: str
    finish: str | None
    refusal: str | None
    tool_calls: int = 0
    log_probabilities: tuple[dict[str, Any], ...] = ()
    """Per token as the server gives them; empty when it gives none."""


def reply_of(message: AIMessage) -> Reply:
    """What a message says and why it ended."""
    told = message.response_metadata
    content = message.content if isinstance(message.content, str) else message.text
    return Reply(
        text=content,
        finish=told.get("finish_reason"),
        refusal=message.additional_kwargs.get("refusal") or None,
        tool_calls=len(message.tool_calls) + len(message.invalid_tool_calls),
        log_probabilities=tuple((told.get("logprobs") or {}).get("content") or ()),
    )


def json_of(reply: Reply) -> str:
    """The JSON text of a whole reply: all of it, or its only fenced block; thoughts before it are left out.

    Raises:
        Unusable: the reply was refused, cut off or filtered, is empty, or calls a tool.
    """
    if reply.refusal:
        raise Unusable(f"it refuses: {reply.refusal}")
    if reply.finish == "length":
        raise Unusable("it was cut off at the longest length allowed")
    if reply.finish == "content_filter":
        raise Unusable("a content filter took it away")
    if reply.tool_calls or reply.finish == "tool_calls":
        raise Unusable("it calls a tool, and none was offered", ignored_format=True)
    text = _THOUGHTS.sub("", reply.text).strip()
    if not text:
        raise Unusable("it is empty")
    blocks = _FENCED.findall(text)
    return blocks[0].strip() if len(blocks) == 1 and not text.startswith("{") else text


def value_of(text: str, schema: type[T]) -> T:
    """A JSON text as a value of `schema`, read strictly: no coercion, no name twice, no NaN, nothing missing or added.

    Raises:
        Unusable: it is none.
    """
    try:
        json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
        return schema.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise Unusable(f"it does not follow the schema: {_summary(error)}", ignored_format=True) from None
    except (ValueError, RecursionError) as error:
        raise Unusable(f"it is not one JSON object ({error})", ignored_format=True) from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _summary(error: ValidationError) -> str:
    """The first errors: where and what, never the input, which can be huge."""
    errors = error.errors(include_url=False, include_input=False, include_context=False)
    shown = [f"{'.'.join(str(step) for step in each['loc']) or 'the reply'}: {each['msg']}" for each in errors[:_SHOWN_ERRORS]]
    more = len(errors) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")
