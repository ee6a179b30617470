"""What each route takes and gives, said for the OpenAPI description of the server."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response
from pydantic import BaseModel

from .contract import Problem

JSON, MP4, JPEG, HTML, EVENTS = "application/json", "video/mp4", "image/jpeg", "text/html", "text/event-stream"


def described(
    gives: type[BaseModel] | None = None, *, takes: type[BaseModel] | None = None, status: int = 200, media: str = JSON
) -> dict[str, Any]:
    """Arguments of `add_api_route` for a handler that reads its request and writes its reply itself.

    Args:
        gives: The JSON of the reply; None for any other reply.
        takes: The JSON of the request's body; None where there is none, or it is a file.
        status: Of the reply where all is well.
        media: Its type.
    """
    content: dict[str, Any] = {} if status == 204 else {"content": {media: {}}}
    well: dict[str, Any] = {"model": gives} if gives else content
    found: dict[str, Any] = {
        "status_code": status,
        "response_class": Response,
        "responses": {status: {"description": "Done.", **well}, "4XX": {"model": Problem, "description": "Refused."}},
    }
    if takes is not None:
        body = {"required": True, "content": {JSON: {"schema": takes.model_json_schema()}}}
        found["openapi_extra"] = {"requestBody": body}
    return found
