"""Replies as bytes on the wire: completions and streams of chunks, with usage and log-probabilities."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from ...tools.models.tokens import text_tokens
from .exchange import ChatRequest, Reply

BYTES_PER_TOKEN = 4
_CREATED = 1_700_000_000
_PIECES = 64
_CHOICE = re.compile(r'"choice"\s*:\s*"$')


def error_body(message: str, kind: str = "invalid_request_error", code: str | None = None) -> str:
    """An error as OpenAI words it."""
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


def model_list(names: tuple[str, ...]) -> str:
    """The answer to `GET /v1/models`."""
    models = [{"id": name, "object": "model", "created": _CREATED, "owned_by": "viddiff"} for name in names]
    return json.dumps({"object": "list", "data": models})


def bounded(reply: Reply, most_tokens: int | None) -> Reply:
    """The reply cut off at the length that the request allows."""
    if most_tokens is None or reply.content is None or text_tokens(reply.content) <= most_tokens:
        return reply
    kept = reply.content.encode()[: most_tokens * BYTES_PER_TOKEN].decode(errors="ignore")
    return reply.model_copy(update={"content": kept, "finish": "length"})


def usage_of(request: ChatRequest, reply: Reply) -> dict[str, Any]:
    """The server's own numbers; image tokens are part of the prompt's."""
    written = "".join([reply.content or "", reply.refusal or "", *(call.name + call.arguments for call in reply.tool_calls)])
    prompt, completion = request.prompt_tokens, text_tokens(written)
    images = sum(image.tokens for image in request.images)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "image_tokens": images},
    }


def completion(request: ChatRequest, reply: Reply, number: int) -> str:
    """The body of a whole reply."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
    if reply.tool_calls:
        message["tool_calls"] = _calls(reply)
    choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason, "logprobs": _logprobs(request, reply)}
    return json.dumps({**_head(request, number, "chat.completion"), "choices": [choice], "usage": usage_of(request, reply)})


def events(request: ChatRequest, reply: Reply, number: int) -> Iterator[str]:
    """The server-sent events of a streamed reply, the last of them `[DONE]`."""
    head = _head(request, number, "chat.completion.chunk")

    def event(delta: dict[str, Any], finish: str | None = None, logprobs: Any = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": logprobs}
        return _event({**head, "choices": [choice]})

    logprobs = _logprobs(request, reply)
    yield event({"role": "assistant", "content": None if reply.content is None else ""}, logprobs=logprobs)
    yield from (event({"content": piece}) for piece in _pieces(reply.content or ""))
    yield from (event({"refusal": piece}) for piece in _pieces(reply.refusal or ""))
    for index, call in enumerate(_calls(reply)):
        whole = call["function"]["arguments"]
        yield event({"tool_calls": [{**call, "index": index, "function": {**call["function"], "arguments": ""}}]})
        yield from (event({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}) for piece in _pieces(whole))
    yield event({}, reply.finish_reason)
    if request.usage_in_stream:
        yield _event({**head, "choices": [], "usage": usage_of(request, reply)})
    yield "data: [DONE]\n\n"


def _event(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body)}\n\n"


def _head(request: ChatRequest, number: int, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{number}", "object": kind, "created": _CREATED, "model": request.body["model"]}


def _calls(reply: Reply) -> list[dict[str, Any]]:
    return [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in reply.tool_calls
    ]


def _pieces(text: str) -> list[str]:
    size = max(16, math.ceil(len(text) / _PIECES))
    return [text[start : start + size] for start in range(0, len(text), size)]


def _logprobs(request: ChatRequest, reply: Reply) -> dict[str, Any] | None:
    """Log-probabilities: the odds at each choice, certainty elsewhere."""
    if not request.body.get("logprobs") or reply.content is None:
        return None
    odds, before, tokens = list(reply.odds), "", []
    most = request.body.get("top_logprobs") or 0
    for token in re.findall(r"\w+|\W", reply.content):
        alternatives = odds.pop(0) if odds and _CHOICE.search(before) else {token: 1.0}
        ranked = sorted(alternatives.items(), key=lambda item: -item[1])[:most]
        top = [_token(name, probability) for name, probability in ranked]
        tokens.append({**_token(token, alternatives.get(token, 0.0)), "top_logprobs": top})
        before = (before + token)[-24:]
    return {"content": tokens, "refusal": None}


def _token(text: str, probability: float) -> dict[str, Any]:
    return {"token": text, "logprob": math.log(max(probability, 1e-9)), "bytes": list(text.encode())}
