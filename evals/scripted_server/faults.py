"""The ways in which model servers fail: answers to put into a script, and wrappers around a personality."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable

from .exchange import Answered, BadRequest, ChatRequest, CutConnection, Personality, RawAnswer, Reply, ToolCall
from .wire import error_body

BROKEN_OFF = '{"answers": [{"id": "1", "choice": "first", "conf'


def too_many_requests(retry_after_s: float | None = 1) -> RawAnswer:
    """429, with or without the time to wait."""
    headers = {} if retry_after_s is None else {"Retry-After": f"{retry_after_s:g}"}
    body = error_body("Rate limit reached for requests", "requests", "rate_limit_exceeded")
    return RawAnswer(status=429, headers=headers, body=body)


def out_of_quota() -> RawAnswer:
    """429 that no waiting mends."""
    return RawAnswer(status=429, body=error_body("You exceeded your current quota", "insufficient_quota", "insufficient_quota"))


def server_error() -> RawAnswer:
    """A bare 500, as local servers give it."""
    return RawAnswer(status=500, body="Internal Server Error", headers={"Content-Type": "text/plain"})


def overloaded(retry_after_s: float | None = None) -> RawAnswer:
    """503."""
    headers = {} if retry_after_s is None else {"Retry-After": f"{retry_after_s:g}"}
    return RawAnswer(status=503, headers=headers, body=error_body("The engine is currently overloaded", "server_error"))


def unauthorized() -> RawAnswer:
    """401."""
    return RawAnswer(status=401, body=error_body("Incorrect API key provided.", code="invalid_api_key"))


def unprocessable(detail: str = "Unexpected field: top_k") -> RawAnswer:
    """422 whose body says why under `detail`, which no client library shows."""
    return RawAnswer(status=422, body=json.dumps({"detail": detail}))


def invalid_json() -> RawAnswer:
    """200 with a body that is no JSON."""
    return RawAnswer(body='{"id": "chatcmpl-0", "choices": [{"index": 0, "mess')


def no_choices() -> RawAnswer:
    """200 with a completion that holds nothing."""
    return RawAnswer(
        body=json.dumps({"id": "chatcmpl-0", "object": "chat.completion", "created": 0, "model": "m", "choices": []})
    )


def connection_cut() -> CutConnection:
    """The connection ends before a status line."""
    return CutConnection()


def wrong_schema() -> Reply:
    """Whole JSON of another shape."""
    return Reply(content=json.dumps({"verdict": "yes", "answers": "none"}))


def refusal() -> Reply:
    """The model will not."""
    return Reply(refusal="I'm sorry, I can't help with identifying people.")


def filtered() -> Reply:
    """A content filter took the reply away."""
    return Reply(content="", finish="content_filter")


def truncated(content: str = BROKEN_OFF) -> Reply:
    """A reply cut off by length."""
    return Reply(content=content, finish="length")


def broken_off(content: str = BROKEN_OFF) -> Reply:
    """JSON that breaks off although the server claims that it is whole: what lenient parsers mend silently."""
    return Reply(content=content)


def prose(content: str = "Sure! In the first video the person squats deeper.") -> Reply:
    """Plain words, whatever the format asked for."""
    return Reply(content=content)


def empty() -> Reply:
    """No content at all."""
    return Reply(content="")


def huge(size: int = 1_000_000) -> Reply:
    """Content of so many bytes."""
    return Reply(content="A" * size)


def unknown_tool() -> Reply:
    """A call to a tool that was never offered."""
    return Reply(tool_calls=(ToolCall(name="look_harder", arguments="{}"),))


class Wrapped:
    """A personality whose replies go through a function; its faults pass as they are."""

    def __init__(self, inner: Personality, change: Callable[[Reply], Answered]) -> None:
        self._inner, self._change = inner, change

    def reply(self, request: ChatRequest) -> Answered:
        """The changed reply."""
        answer = self._inner.reply(request)
        return self._change(answer) if isinstance(answer, Reply) else answer


def slow(inner: Personality, delay_s: float) -> Wrapped:
    """Answers after a while."""
    return Wrapped(inner, lambda reply: reply.model_copy(update={"delay_s": delay_s}))


def cut_within(inner: Personality, share: float = 0.5, quietly: bool = False) -> Wrapped:
    """Sends a part of each reply; `quietly` ends it as if it were whole (a stream without `finish_reason` and `[DONE]`)."""
    return Wrapped(inner, lambda reply: CutConnection(reply=reply, share=share, quietly=quietly))


def cut_by_length(inner: Personality, share: float = 0.5) -> Wrapped:
    """Each content stops at a share of its length, with `finish_reason` "length"."""

    def cut(reply: Reply) -> Reply:
        content = reply.content or ""
        return reply.model_copy(update={"content": content[: int(share * len(content))], "finish": "length"})

    return Wrapped(inner, cut)


class Echoing:
    """A server whose refusals repeat what they refuse: the data of the first picture, as local servers do."""

    def __init__(self, inner: Personality) -> None:
        self._inner = inner

    def reply(self, request: ChatRequest) -> Answered:
        """400, whoever asks."""
        shown = "".join(f"data:{image.mime};base64,{b64encode(image.data).decode()}" for image in request.images[:1])
        raise BadRequest(f"invalid picture {shown}")


class WithoutTools:
    """A server that refuses tools."""

    def __init__(self, inner: Personality) -> None:
        self._inner = inner

    def reply(self, request: ChatRequest) -> Answered:
        """400 when tools are offered."""
        if request.tools:
            raise BadRequest('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set')
        return self._inner.reply(request)


class WithoutSchema:
    """A server that knows no `response_format`.

    It ignores it, with status 200. A schema written out in the text is followed by a reply in a fence of Markdown; else it says
    something in prose.

    Args:
        inner: What answers.
        refuses: Refuse `json_schema` with status 400 rather than ignore it.
    """

    def __init__(self, inner: Personality, refuses: bool = False) -> None:
        self._inner, self._refuses = inner, refuses

    def reply(self, request: ChatRequest) -> Answered:
        """The reply of a model that was told of no format."""
        if self._refuses and request.json_schema is not None:
            raise BadRequest("This response_format type is unavailable now")
        if request.tools:
            return self._inner.reply(request)
        written = schema_in(request.text)
        if written is None:
            return prose()
        answer = self._inner.reply(request.model_copy(update={"json_schema": written}))
        if not isinstance(answer, Reply) or answer.content is None:
            return answer
        return answer.model_copy(update={"content": f"Here is the JSON:\n```json\n{answer.content}\n```"})


def schema_in(text: str) -> dict[str, object] | None:
    """The first JSON schema of an object that is written out in a text."""
    decoder, place = json.JSONDecoder(), text.find("{")
    while place >= 0:
        try:
            value, _ = decoder.raw_decode(text, place)
        except ValueError:
            value = None
        if isinstance(value, dict) and "properties" in value:
            return value
        place = text.find("{", place + 1)
    return None
