"""Puts the server of the page together: what it knows, its routes, and the guard in front of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

from ...memory.files import private_folder
from ..settings import Settings
from .allowed_folder import AllowedFolder
from .api_schema import HTML, described
from .contract import About
from .conversation import Conversations
from .housekeeping import sweep
from .media import Media
from .options import WebOptions
from .replies import answer_errors, json_reply
from .security import Guard
from .session_records import SessionRecords
from .session_routes import SessionRoutes
from .sessions import Sessions
from .trace_routes import TraceRoutes
from .video_routes import VideoRoutes
from .video_shelf import VideoShelf

SWEEP_EVERY_S = 3600
STATIC = Path(__file__).with_name("static")


def create_app(settings: Settings, options: WebOptions, conversations: Conversations) -> FastAPI:
    """The application behind `viddiff serve`.

    Args:
        settings: How comparisons work; everything is kept under `settings.home`.
        options: What may be read, who may ask, and how much at once.
        conversations: Begins and opens conversations; the class `Session`.

    Returns:
        The application; its `state.stop` is a coroutine function that ends everything in it, also before its connections end.
    """
    home = settings.home / "web"
    shelf, media, folder = VideoShelf(home / "videos", options), Media(settings), AllowedFolder(options.folder)
    sessions = Sessions(conversations, SessionRecords(home / "sessions"), shelf, settings, options)

    async def stop() -> None:
        await sessions.close()
        await media.close()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        private_folder(home)
        sessions.load()
        sweeping = asyncio.create_task(_sweep_again_and_again(sessions, settings, options))
        yield
        sweeping.cancel()
        await stop()

    # The pages of the framework's own that would load scripts from elsewhere are left out.
    app = FastAPI(title="viddiff", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.stop = stop
    answer_errors(app)
    app.add_middleware(Guard, token=options.token)
    app.include_router(VideoRoutes(shelf, media, folder, options).router())
    app.include_router(SessionRoutes(sessions, media).router())
    app.include_router(TraceRoutes(settings.runs_folder).router())
    _page_routes(app, folder, options)
    return app


async def _sweep_again_and_again(sessions: Sessions, settings: Settings, options: WebOptions) -> None:
    while True:
        sessions.sweep()
        await asyncio.to_thread(sweep, settings.cache_folder, options)
        await asyncio.sleep(SWEEP_EVERY_S)


def _page_routes(app: FastAPI, folder: AllowedFolder, options: WebOptions) -> None:
    from viddiff import __version__

    @app.get("/api/about", **described(About))
    async def about() -> Response:
        known = About(version=__version__, folder=folder.name, traces=True, max_upload_bytes=options.max_upload_bytes)
        return json_reply(known)

    @app.get("/", **described(media=HTML))
    async def page() -> Response:
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"}, media_type="text/html; charset=utf-8")

    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")
