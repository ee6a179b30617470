"""Requests read strictly and refusals said in one line, as JSON."""

from __future__ import annotations

import logging
from typing import TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from ...memory.errors import UserError, VidDiffError

LARGEST_JSON = 2**20
Model = TypeVar("Model", bound=BaseModel)


class Refusal(HTTPException):
    """A request that is not served, with a status and one line for the user."""


def busy(message: str, seconds: int) -> Refusal:
    """The answer where there is no room for more now; `seconds` is when it is worth to ask again."""
    return Refusal(429, f"busy: {message}", {"Retry-After": str(seconds)})


def not_found(what: str, id_: str, remedy: str) -> Refusal:
    """The answer where an id names nothing."""
    return Refusal(404, f"{what} {id_[:64]!r} is not known here: {remedy}")


async def read_json(request: Request, model: type[Model]) -> Model:
    """The JSON body of a request.

    Raises:
        Refusal: It is larger than 1 MiB, or it is not what the model says.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_JSON:
            raise Refusal(413, "the request is larger than 1 MiB; expected a short JSON object")
    try:
        return model.model_validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise Refusal(400, f"{place}: {first['msg']}; see the fields of {model.__name__}") from None


def json_reply(value: BaseModel, status: int = 200) -> Response:
    """A value as JSON; snapshots change, so nobody keeps them."""
    return Response(value.model_dump_json(), status, {"Cache-Control": "no-store"}, "application/json")


def error_reply(status: int, message: str) -> JSONResponse:
    """One line, as JSON."""
    return JSONResponse({"error": " ".join(message.split())}, status)


def answer_errors(app: FastAPI) -> None:
    """Every error leaves as one line of JSON."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        bare = {404: f"{request.url.path} is not here: see / for the page", 405: f"{request.method} is not possible here"}
        message = error.detail if isinstance(error, Refusal) else bare.get(error.status_code, error.detail)
        reply = error_reply(error.status_code, message)
        reply.headers.update(error.headers or {})
        return reply

    @app.exception_handler(VidDiffError)
    async def wrong(request: Request, error: VidDiffError) -> Response:
        return error_reply(400 if isinstance(error, UserError) else 500, str(error))

    @app.exception_handler(OSError)
    async def failed(request: Request, error: OSError) -> Response:
        logging.getLogger(__name__).error("%s %s: %s", request.method, request.url.path, error)
        return error_reply(500, f"a file cannot be read or written ({error.strerror or error}): is the disk full?")
