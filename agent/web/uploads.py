"""Receives one file: streamed to disk, never whole in memory, bounded in size."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fastapi import Request
from starlette.requests import ClientDisconnect

from .replies import Refusal

PIECE = 2**20
"""Bytes that are collected before a thread writes them."""


async def receive(request: Request, target: Path, limit: int) -> None:
    """Write the body of a request to a new file.

    Raises:
        Refusal: It is larger than `limit` bytes, empty, or broken off; no file is left then.
    """
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > limit:
        raise _too_large(limit)
    try:
        size = await _write(request, target, limit)
    except ClientDisconnect:
        target.unlink(missing_ok=True)
        raise Refusal(400, "the upload broke off: send the file again") from None
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    if not size:
        target.unlink(missing_ok=True)
        raise Refusal(400, "the upload is empty: choose a video file")


async def _write(request: Request, target: Path, limit: int) -> int:
    size, waiting = 0, bytearray()
    with target.open("xb") as file:
        async for piece in request.stream():
            size += len(piece)
            if size > limit:
                raise _too_large(limit)
            waiting += piece
            if len(waiting) >= PIECE:
                await asyncio.to_thread(file.write, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(file.write, bytes(waiting))
    return size


def _too_large(limit: int) -> Refusal:
    return Refusal(413, f"the file is larger than {limit / 2**20:.0f} MiB, which is the limit: cut or compress it")
