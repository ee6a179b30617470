"""Reading the body of a chat request as strictly as the strictest server does, so that a client's slips show."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Sequence
from typing import Any

from .exchange import BadRequest, ChatRequest, Message, OfferedTool, Part, SentImage


def read_request(body: Any) -> ChatRequest:
    """Read one request body.

    Raises:
        BadRequest: it is not what the chat completions API takes.
    """
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list) or not body["messages"]:
        raise BadRequest("'messages' must be a list of at least one message")
    if not isinstance(body.get("model"), str):
        raise BadRequest("you must provide a model parameter")
    if "stream_options" in body and not body.get("stream"):
        raise BadRequest("'stream_options' is only allowed when 'stream' is enabled")
    messages = tuple(_message(message) for message in body["messages"])
    _check_tool_answers(messages)
    return ChatRequest(body=body, messages=messages, tools=_tools(body.get("tools")), json_schema=_schema(body))


def _message(body: dict[str, Any]) -> Message:
    content = body.get("content")
    if content is None:
        parts: tuple[Part, ...] = ()
    elif isinstance(content, str):
        parts = (Part(text=content),)
    else:
        parts = tuple(_part(part) for part in content)
    return Message(
        role=body.get("role", ""),
        name=body.get("name"),
        parts=parts,
        tool_call_ids=tuple(call["id"] for call in body.get("tool_calls") or ()),
        tool_call_id=body.get("tool_call_id"),
    )


def _part(body: dict[str, Any]) -> Part:
    match body:
        case {"type": "text", "text": str(text)}:
            return Part(text=text)
        case {"type": "refusal"}:
            return Part()
        case {"type": "image_url", "image_url": {"url": str(url), **rest}}:
            return Part(image=_image(url, rest.get("detail", "auto")))
    raise BadRequest(f"invalid content part of type {body.get('type')!r}")


def _image(url: str, detail: str) -> SentImage:
    from PIL import Image

    head, comma, coded = url.partition(",")
    if not (head.startswith("data:image/") and head.endswith(";base64") and comma):
        raise BadRequest("images must be data URLs: data:image/jpeg;base64,...")
    mime = head.removeprefix("data:").removesuffix(";base64")
    try:
        data = base64.b64decode(coded, validate=True)
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            width, height = image.size
            kind = Image.MIME.get(image.format or "", "")
    except (binascii.Error, OSError, SyntaxError, ValueError) as error:
        raise BadRequest(f"invalid image data: {error}") from error
    if kind != mime:
        raise BadRequest(f"the image is {kind}, but its data URL says {mime}")
    return SentImage(data=data, mime=mime, width=width, height=height, detail=detail)


def _check_tool_answers(messages: Sequence[Message]) -> None:
    """Every tool call must be answered before anybody else speaks, and nothing else may be answered."""
    open_calls: set[str] = set()
    for message in messages:
        if message.role == "tool":
            if message.tool_call_id not in open_calls:
                raise BadRequest("messages with role 'tool' must be a response to a preceding message with 'tool_calls'")
            open_calls.remove(message.tool_call_id)
            continue
        if open_calls:
            break
        open_calls = set(message.tool_call_ids)
    if open_calls:
        missing = ", ".join(sorted(open_calls))
        raise BadRequest(f"'tool_calls' must be followed by tool messages responding to each 'tool_call_id'; missing: {missing}")


def _tools(listed: Any) -> tuple[OfferedTool, ...]:
    tools = []
    for tool in listed or ():
        function = tool["function"]
        parameters = function.get("parameters") or {}
        if function.get("strict"):
            check_strict(parameters, f"function {function['name']!r}")
        tools.append(OfferedTool(name=function["name"], parameters=parameters))
    return tuple(tools)


def _schema(body: dict[str, Any]) -> dict[str, Any] | None:
    wanted = body.get("response_format") or {}
    if wanted.get("type") != "json_schema":
        return None
    asked = wanted.get("json_schema") or {}
    if not asked.get("name") or not isinstance(asked.get("schema"), dict):
        raise BadRequest("'response_format.json_schema' needs a name and a schema")
    if asked.get("strict"):
        check_strict(asked["schema"], f"response_format {asked['name']!r}")
    return asked["schema"]


def check_strict(schema: Any, where: str) -> None:
    """Refuse what strict mode refuses: open objects, optional properties, maps and defaults.

    Raises:
        BadRequest: naming where.
    """
    if not isinstance(schema, dict):
        return
    if "default" in schema:
        raise BadRequest(f"invalid schema for {where}: 'default' is not permitted")
    if schema.get("type") == "object":
        _check_closed(schema, where)
    named = [schema.get(key) or {} for key in ("properties", "$defs", "definitions")]
    listed = [schema.get(key) or [] for key in ("anyOf", "allOf")]
    for inner in [
        schema.get("items"),
        *(v for values in named for v in values.values()),
        *(v for values in listed for v in values),
    ]:
        check_strict(inner, where)


def _check_closed(schema: dict[str, Any], where: str) -> None:
    if schema.get("additionalProperties") is not False:
        raise BadRequest(f"invalid schema for {where}: 'additionalProperties' is required to be supplied and to be false")
    properties = schema.get("properties") or {}
    if sorted(schema.get("required") or ()) != sorted(properties):
        raise BadRequest(f"invalid schema for {where}: 'required' must include every key in properties: {sorted(properties)}")
