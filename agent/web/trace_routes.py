"""The routes that show recorded runs: the page of a trace, and the pictures on it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

from ...memory.errors import SettingsError
from ...memory.trace_reading import frame_path
from ..output.trace_page import page_assets
from ..traces.opening import open_trace, trace_folder, trace_page
from .api_schema import HTML, JPEG, described
from .replies import Refusal, not_found

SERVED_IMAGES = "'self'"


class TraceRoutes:
    """The routes below /trace.

    Args:
        runs: The folder of all runs.
    """

    def __init__(self, runs: Path) -> None:
        self._runs = runs

    def router(self) -> APIRouter:
        """Method, path and handler of each."""
        routes = APIRouter(prefix="/trace")
        routes.add_api_route("/{run_id}", self.page, **described(media=HTML))
        routes.add_api_route("/{run_id}/frames/{name}.jpg", self.frame, **described(media=JPEG))
        return routes

    async def page(self, run_id: str) -> Response:
        """The page of a trace as it is now; its pictures are asked for when they come into view."""
        folder = self._folder(run_id)
        text = await asyncio.to_thread(self._rendered, folder)
        # The page's own style and script are allowed by their hashes, and nothing else of this server but pictures.
        policy = f"{page_assets().policy(SERVED_IMAGES)}; frame-ancestors 'none'"
        return HTMLResponse(text, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})

    async def frame(self, run_id: str, name: str) -> Response:
        """One picture as it was sent to a model; its name is its content's, so it never changes."""
        path = frame_path(self._folder(run_id), name)
        if path is None:
            raise not_found("picture", name, "open the trace's page anew")
        return FileResponse(path, headers={"Cache-Control": "private, max-age=31536000, immutable"}, media_type="image/jpeg")

    def _folder(self, run_id: str) -> Path:
        try:
            return trace_folder(self._runs, run_id)
        except SettingsError as error:
            raise Refusal(404, str(error)) from None

    def _rendered(self, folder: Path) -> str:
        def locate(name: str) -> str:
            return f"/trace/{folder.name}/frames/{name}.jpg" if frame_path(folder, name) else ""

        try:
            return trace_page(open_trace(folder), folder, locate, images=SERVED_IMAGES, home="/")
        except SettingsError as error:
            raise Refusal(404, str(error)) from None
