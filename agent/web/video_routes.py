"""The routes about clips: bringing them in, and what is made of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from .allowed_folder import AllowedFolder
from .api_schema import JPEG, MP4, described
from .contract import Folder, PathRequest, Skeleton, Video
from .media import Media
from .options import WebOptions
from .replies import Refusal, json_reply, read_json
from .uploads import receive
from .video_shelf import Clip, VideoShelf, label

READ_AT_ONCE = 2
FRAME_NUMBER = re.compile(r"[0-9]{1,9}")
FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""For what is named by the content that it is made of."""


class VideoRoutes:
    """The routes below /api/videos, and /api/folder."""

    def __init__(self, shelf: VideoShelf, media: Media, folder: AllowedFolder, options: WebOptions) -> None:
        self._shelf, self._media, self._folder, self._options = shelf, media, folder, options
        self._reading = asyncio.Semaphore(READ_AT_ONCE)

    def router(self) -> APIRouter:
        """Method, path and handler of each."""
        routes = APIRouter(prefix="/api")
        add = routes.add_api_route
        add("/videos", self.bring_in, methods=["POST"], **described(Video, takes=PathRequest))
        add("/folder", self.list_folder, **described(Folder))
        add("/videos/{id_}/proxy.mp4", self.proxy, **described(media=MP4))
        add("/videos/{id_}/proxy.mp4", self.proxy, methods=["HEAD"], include_in_schema=False)
        add("/videos/{id_}/frames/{number}.jpg", self.frame, **described(media=JPEG))
        add("/videos/{id_}/skeleton", self.skeleton, **described(Skeleton))
        return routes

    async def bring_in(self, request: Request, name: str | None = None) -> Response:
        """Upload a clip, or open one of the allowed folder."""
        clip = await (self._uploaded(request, name) if name is not None else self._opened(request))
        self._media.prepare(clip)
        return json_reply(clip.card)

    async def list_folder(self) -> Response:
        """The clips of the allowed folder."""
        return json_reply(await asyncio.to_thread(self._folder.listing))

    async def proxy(self, id_: str) -> Response:
        """What a browser plays; waits until it is made."""
        place = await self._media.proxy(self._shelf.known(id_), lambda: self._shelf.get(id_))
        return FileResponse(place, headers={**FOR_EVER, "ETag": f'"{place.stem}"'}, media_type="video/mp4")

    async def frame(self, id_: str, number: str) -> Response:
        """One original frame."""
        clip = self._shelf.get(id_)
        if not FRAME_NUMBER.fullmatch(number):
            raise Refusal(404, f"{number[:20]!r} is no frame of {clip.name!r}: expected 0 to {clip.info.frames - 1}")
        return Response(await self._media.frame(clip, int(number)), headers=FOR_EVER, media_type="image/jpeg")

    async def skeleton(self, id_: str) -> Response:
        """The tracked body."""
        return json_reply(await self._media.skeleton(self._shelf.get(id_)))

    async def _uploaded(self, request: Request, name: str) -> Clip:
        place = self._shelf.place_for(name)
        await receive(request, place, self._options.max_upload_bytes)
        return await self._read(lambda: self._shelf.take(place, name), label(name))

    async def _opened(self, request: Request) -> Clip:
        wanted = (await read_json(request, PathRequest)).path
        path = await asyncio.to_thread(self._folder.file, wanted)
        return await self._read(lambda: self._shelf.open(path, wanted), label(wanted))

    async def _read(self, read: Callable[[], Clip], name: str) -> Clip:
        """A clip that is read in a thread; one that takes too long keeps its place among those that are read until it is done."""
        try:
            async with asyncio.timeout(self._options.reading_s):
                await self._reading.acquire()
                work = asyncio.create_task(asyncio.to_thread(read))
                work.add_done_callback(lambda done: (self._reading.release(), done.cancelled() or done.exception()))
                return await asyncio.shield(work)
        except TimeoutError:
            raise Refusal(400, f"{name!r} is not read after {self._options.reading_s:g} s: cut it, or try again later") from None
