"""The routes about conversations: beginning, watching, asking, correcting, taking home."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse

from ..report import Report
from .api_schema import EVENTS, HTML, MP4, described
from .contract import Created, Done, NewQuestion, NewSession, Pair, SessionRows, SessionView, StageMove
from .event_log import EventLog, wire
from .media import Media
from .replies import Refusal, json_reply, read_json
from .sessions import Sessions

LAST_EVENT = re.compile(r"[0-9]{1,19}")
REPORT_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "sandbox allow-scripts allow-modals; frame-ancestors 'none'",
    # A sandboxed page may not ask for an opener policy.
    "Cross-Origin-Opener-Policy": "unsafe-none",
    "Cache-Control": "no-store",
}
"""The report brings its own style and script along, and gets nothing of this server in return."""


class SessionRoutes:
    """The routes below /api/sessions."""

    def __init__(self, sessions: Sessions, media: Media) -> None:
        self._sessions, self._media = sessions, media

    def router(self) -> APIRouter:
        """Method, path and handler of each."""
        routes = APIRouter(prefix="/api/sessions")
        add = routes.add_api_route
        add("", self.begin, methods=["POST"], **described(Created, takes=NewSession, status=201))
        add("", self.list_all, **described(SessionRows))
        add("/{id_}", self.snapshot, **described(SessionView))
        add("/{id_}", self.delete, methods=["DELETE"], **described(status=204))
        add("/{id_}/events", self.events, **described(media=EVENTS))
        add("/{id_}/questions", self.ask, methods=["POST"], **described(Done, takes=NewQuestion, status=202))
        add("/{id_}/stages", self.move_stage, methods=["POST"], **described(Done, takes=StageMove, status=202))
        add("/{id_}/cancel", self.cancel, methods=["POST"], **described(Done, status=202))
        add("/{id_}/report.json", self.report_json, **described(Report))
        add("/{id_}/report.html", self.report_html, **described(media=HTML))
        add("/{id_}/film.mp4", self.film, **described(media=MP4))
        return routes

    async def begin(self, request: Request) -> Response:
        """Begin a conversation."""
        return json_reply(Created(id=self._sessions.create(await read_json(request, NewSession))), 201)

    async def list_all(self) -> Response:
        """All conversations, the newest first."""
        rows = [row.model_dump(mode="json") for row in self._sessions.rows()]
        return JSONResponse(rows, headers={"Cache-Control": "no-store"})

    async def snapshot(self, id_: str) -> Response:
        """Everything that is known in one."""
        return json_reply(await self._sessions.live(id_).view())

    async def events(self, request: Request, id_: str) -> Response:
        """What happens in it, as it happens."""
        log = self._sessions.live(id_).log
        last = request.headers.get("last-event-id", "")
        stream = _lines(log, int(last) if LAST_EVENT.fullmatch(last) else None)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, headers=headers, media_type="text/event-stream")

    async def ask(self, request: Request, id_: str) -> Response:
        """Ask a question; its answer comes as events."""
        question = (await read_json(request, NewQuestion)).text.strip()
        if not question:
            raise Refusal(400, "text: expected a question, got an empty text")
        self._sessions.live(id_).ask(question)
        return JSONResponse({}, 202)

    async def move_stage(self, request: Request, id_: str) -> Response:
        """Put a stage elsewhere; what depends on it is computed again."""
        move = await read_json(request, StageMove)
        if move.end_s <= move.start_s:
            raise Refusal(400, f"a stage must end after it starts, got {move.start_s:g} s to {move.end_s:g} s")
        self._sessions.live(id_).move(move)
        return JSONResponse({}, 202)

    async def cancel(self, id_: str) -> Response:
        """Stop what is being done in it."""
        await self._sessions.cancel(id_)
        return JSONResponse({}, 202)

    async def delete(self, id_: str) -> Response:
        """Forget it."""
        await self._sessions.delete(id_)
        return Response(status_code=204)

    async def report_json(self, id_: str) -> Response:
        """The report as `viddiff.report/1`."""
        report, _ = await self._reported(id_)
        return Response(json.dumps(report.model_dump(mode="json"), indent=2), media_type="application/json")

    async def report_html(self, id_: str) -> Response:
        """The report as a page of its own."""
        place = await self._media.page(*await self._reported(id_))
        return FileResponse(place, headers=REPORT_HEADERS, media_type="text/html; charset=utf-8")

    async def film(self, id_: str) -> Response:
        """The film of the report."""
        place = await self._media.film(*await self._reported(id_))
        return FileResponse(place, headers={"Cache-Control": "no-cache"}, media_type="video/mp4")

    async def _reported(self, id_: str) -> tuple[Report, Pair]:
        view = await self._sessions.live(id_).view()
        if view.report is None:
            raise Refusal(409, f"the comparison is {view.status}: there is a report once it is done")
        return view.report, view.videos


async def _lines(log: EventLog, after: int | None) -> AsyncGenerator[str]:
    # At once, so that the browser knows that it is connected.
    yield "retry: 1000\n\n"
    async with aclosing(log.follow(after)) as entries:
        async for entry in entries:
            yield wire(entry)
