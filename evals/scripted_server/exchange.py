"""What a client asks and what it gets: chat requests, replies, and the ways in which a server fails."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, Literal, Protocol

from pydantic import Field

from ...memory.values import Value
from ...tools.models.tokens import image_tokens, text_tokens

Finish = Literal["stop", "length", "tool_calls", "content_filter"]


class BadRequest(Exception):
    """A request that a strict server refuses with status 400; the message says what is wrong with it."""


class SentImage(Value):
    """One image of a request."""

    data: bytes = Field(repr=False)
    """The file as sent, base64 removed."""
    mime: str
    width: int
    height: int
    detail: str = "auto"

    @property
    def tokens(self) -> int:
        """What it costs."""
        return image_tokens(self.width, self.height, self.detail)


class Part(Value):
    """One part of a message: a text or an image."""

    text: str = ""
    image: SentImage | None = None


class Message(Value):
    """One message of a conversation."""

    role: str
    name: str | None = None
    parts: tuple[Part, ...] = ()
    tool_call_ids: tuple[str, ...] = ()
    """Calls that an assistant's message makes."""
    tool_call_id: str | None = None
    """The call that a tool's message answers."""

    @property
    def text(self) -> str:
        """All its text parts, one a line."""
        return "\n".join(part.text for part in self.parts if part.image is None)


class OfferedTool(Value):
    """A tool that the model may call."""

    name: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    """JSON schema of its arguments."""


class ChatRequest(Value):
    """A chat completion request, read; `body` holds all of it as sent."""

    body: dict[str, Any]
    messages: tuple[Message, ...] = Field(min_length=1)
    tools: tuple[OfferedTool, ...] = ()
    json_schema: dict[str, Any] | None = None
    """The schema that `response_format` asks the reply to follow."""

    @property
    def images(self) -> tuple[SentImage, ...]:
        """All images, in order."""
        return tuple(part.image for message in self.messages for part in message.parts if part.image is not None)

    @property
    def user_parts(self) -> tuple[Part, ...]:
        """What the user sent, part by part, in order."""
        return tuple(part for message in self.messages if message.role == "user" for part in message.parts)

    @property
    def text(self) -> str:
        """All that is said by anybody."""
        return "\n".join(message.text for message in self.messages)

    @property
    def callable_tools(self) -> tuple[OfferedTool, ...]:
        """The tools that `tool_choice` lets the model call."""
        choice = self.body.get("tool_choice") or "auto"
        if choice == "none":
            return ()
        if isinstance(choice, dict):
            return tuple(tool for tool in self.tools if tool.name == choice.get("function", {}).get("name"))
        return self.tools

    @property
    def streamed(self) -> bool:
        """Whether the reply is to come as server-sent events."""
        return bool(self.body.get("stream"))

    @property
    def usage_in_stream(self) -> bool:
        """Whether a streamed reply ends with its usage."""
        return bool((self.body.get("stream_options") or {}).get("include_usage"))

    @property
    def most_tokens(self) -> int | None:
        """How long the reply may become."""
        return self.body.get("max_completion_tokens") or self.body.get("max_tokens")

    @cached_property
    def prompt_tokens(self) -> int:
        """What the request costs, images included."""
        extras = json.dumps([self.body.get("tools"), self.json_schema]) if self.tools or self.json_schema else ""
        return text_tokens(self.text + extras) + sum(image.tokens for image in self.images)


class ToolCall(Value):
    """One tool call of a reply."""

    name: str
    arguments: str = "{}"
    """JSON as the model wrote it, which may be broken."""
    id: str = "call-0"


class Reply(Value):
    """What the model says."""

    content: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    refusal: str | None = None
    finish: Finish | None = None
    """Why it stopped; None for what its content implies."""
    odds: tuple[dict[str, float], ...] = ()
    """For each `"choice": "..."` in the content, in order, the probability of every choice: what log-probabilities tell."""
    delay_s: float = Field(default=0.0, ge=0)
    """Seconds from the request's arrival to the answer, what the server itself takes for it included."""

    @property
    def finish_reason(self) -> Finish:
        """Why it stopped."""
        return self.finish or ("tool_calls" if self.tool_calls else "stop")


class RawAnswer(Value):
    """An HTTP answer given as it stands: an error, or a body that is no completion."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    delay_s: float = Field(default=0.0, ge=0)


class CutConnection(Value):
    """The connection ends too early."""

    reply: Reply | None = None
    """What is cut; None when not even a status line is sent."""
    share: float = Field(default=0.5, ge=0, le=1)
    """How much of the body is sent."""
    quietly: bool = False
    """The body ends as if it were whole: of a stream, only `finish_reason` and `[DONE]` are missing; else invalid JSON."""
    delay_s: float = Field(default=0.0, ge=0)


Fault = RawAnswer | CutConnection
Answered = Reply | Fault


class Personality(Protocol):
    """Decides what the server answers. It is asked by one thread at a time."""

    def reply(self, request: ChatRequest) -> Answered:
        """The answer to one request."""
        ...


def said(value: Any) -> Reply:
    """A reply that is this value as JSON."""
    return Reply(content=json.dumps(value))
