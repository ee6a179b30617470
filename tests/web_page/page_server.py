"""A small server with the HTTP API of `viddiff serve` and canned answers, for driving the page without a comparison."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from canned_comparison import Snapshot, drawn_clips, report_json, skeleton_json, time_map_json, timeline_json, video_json
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

import viddiff.agent

STATIC = Path(viddiff.agent.__file__).with_name("web") / "static"
POLICY = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; script-src 'self'"
NASTY = '<img src=x onerror="window.injected=1">.mp4'
ANSWER = (
    "**A goes deeper.** Its knees bend to 112°, those of B to 76° [A {a:.2f} s] [B {b:.2f} s].\n\n"
    "- On the way down A takes its time [A {c:.2f} s].\n- B is <b>faster</b> throughout [B {d:.2f} s]."
)


class PageServer:
    """What the fake knows: one kind of comparison, any number of sessions, every stage that was moved."""

    def __init__(self, folder: Path, pace_s: float = 0.05) -> None:
        self.clips = drawn_clips(folder)
        self.pace_s = pace_s
        self.names = {"a": "my_squat.mp4", "b": "coach_squat.mp4"}
        self.sessions: dict[str, Snapshot] = {}
        self.logs: dict[str, list[dict[str, Any]]] = {}
        self.moved: list[dict[str, Any]] = []
        self.started: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.uploads = 0

    def video(self, side: str) -> dict[str, Any]:
        return video_json(self.clips[side], side, self.names[side])

    def add_session(self, done: bool = True) -> str:
        id_ = f"s{len(self.sessions) + 1}"
        self.sessions[id_] = {
            "id": id_,
            "action": "a bodyweight squat",
            "status": "queued",
            "position": 2,
            "error": "",
            "progress": None,
            "videos": {side: self.video(side) for side in "ab"},
            "report": None,
            "timelines": None,
            "time_map": None,
            "pairs": [],
            "turns": [],
            "asking": None,
        }
        self.logs[id_] = []
        if done:
            self.finish(id_)
        return id_

    def finish(self, id_: str) -> None:
        lines = {side: timeline_json(clip) for side, clip in self.clips.items()}
        snapshot = self.sessions[id_]
        known = {"timelines": lines, "time_map": time_map_json(lines["a"], lines["b"]), "pairs": [[0, 0]]}
        report = report_json(snapshot["videos"], lines["a"], lines["b"])
        snapshot.update(known, status="done", position=None, progress=None, report=report)

    def tell(self, id_: str, **event: Any) -> None:
        self.logs[id_].append(event)

    async def compare(self, id_: str) -> None:
        snapshot = self.sessions[id_]
        self.tell(id_, kind="queued", position=1)
        await asyncio.sleep(4 * self.pace_s)
        snapshot.update(status="running", position=None)
        for share in (0.2, 0.4, 0.6, 0.8, 1.0):
            if snapshot["status"] == "cancelled":
                return
            snapshot["progress"] = {"what": "tracking the body", "share": share}
            self.tell(id_, kind="progress", what="tracking the body", share=share)
            self.tell(id_, kind="step", node="localize", said=f"{round(10 * share)} of 10 looked at")
            await asyncio.sleep(2 * self.pace_s)
        self.finish(id_)
        self.tell(id_, kind="finished")

    async def answer(self, id_: str, question: str) -> None:
        snapshot = self.sessions[id_]
        snapshot["asking"] = question
        evidence = snapshot["report"]["differences"][0]["evidence"]
        times = {"a": evidence["a"][0]["time_s"], "b": evidence["b"][0]["time_s"], "c": 1.2, "d": 0.9}
        text = ANSWER.format(**times)
        for start in range(0, len(text), 12):
            self.tell(id_, kind="said", text=text[start : start + 12], anew=start == 0)
            await asyncio.sleep(self.pace_s / 2)
        cited = [{"video": v, "time_s": times[k], "frame": None, "difference": ""} for v, k in ("aa", "bb", "ac", "bd")]
        turn = {"question": question, "reply": {"text": text, "citations": cited, "about": ["d1"], "by": "embedded"}}
        snapshot["turns"].append(turn)
        snapshot["asking"] = None
        self.tell(id_, kind="answered", turn=turn)

    async def move(self, id_: str, moved: dict[str, Any]) -> None:
        await asyncio.sleep(6 * self.pace_s)
        spans = self.sessions[id_]["timelines"][moved["video"]]["repetitions"][moved["repetition"]]["spans"]
        start, end = moved["start_s"], moved["end_s"]
        for span in spans:
            segment = span["segment"]
            if span["stage"] == moved["stage"]:
                segment.update(start_s=start, end_s=end)
            elif segment["start_s"] < start < segment["end_s"]:
                segment["end_s"] = start
            elif segment["start_s"] < end < segment["end_s"]:
                segment["start_s"] = end
        self.tell(id_, kind="changed")


def refused(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)


def create_page_app(fake: PageServer) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=STATIC))
    running: set[asyncio.Task[None]] = set()

    def later(work: Any) -> None:
        running.add(task := asyncio.ensure_future(work))
        task.add_done_callback(running.discard)

    @app.middleware("http")
    async def guarded(request: Request, call_next: Any) -> Response:
        reply = await call_next(request)
        reply.headers["Content-Security-Policy"] = POLICY
        return reply

    @app.get("/")
    async def page() -> Response:
        return FileResponse(STATIC / "index.html")

    _video_routes(app, fake)
    _session_routes(app, fake, later)
    _event_route(app, fake)
    _action_routes(app, fake, later)
    return app


def _video_routes(app: FastAPI, fake: PageServer) -> None:
    @app.get("/api/about")
    async def about() -> Any:
        return {"version": "0", "folder": "clips", "traces": False, "max_upload_bytes": 50_000_000}

    @app.get("/api/folder")
    async def folder() -> Any:
        return {
            "folder": "clips",
            "files": [{"path": "squats/a.mp4", "size": 142_383}, {"path": "squats/b.mp4", "size": 185_781}],
        }

    @app.post("/api/videos")
    async def videos(request: Request) -> Any:
        body = await request.body()
        if request.headers["content-type"] == "application/json":
            return fake.video(Path(json.loads(body)["path"]).stem)
        if b"ftyp" not in body[:64]:
            return refused(400, "broken.mp4 cannot be read as a video: expected MP4, MOV or WebM; export it again")
        fake.uploads += 1
        return fake.video("ab"[(fake.uploads - 1) % 2])

    @app.get("/api/videos/{id_}/proxy.mp4")
    async def proxy(id_: str) -> Any:
        return FileResponse(fake.clips[id_[0]].path, media_type="video/mp4")

    @app.get("/api/videos/{id_}/frames/{n}.jpg")
    async def frame(id_: str, n: int) -> Any:
        import io

        import av

        with av.open(fake.clips[id_[0]].path, "r") as container:
            picture = next(f for k, f in enumerate(container.decode(video=0)) if k >= n).to_image()
        picture.save(out := io.BytesIO(), "JPEG")
        return Response(out.getvalue(), media_type="image/jpeg")

    @app.get("/api/videos/{id_}/skeleton")
    async def skeleton(id_: str) -> Any:
        return skeleton_json(fake.clips[id_[0]])


def _session_routes(app: FastAPI, fake: PageServer, later: Any) -> None:
    @app.post("/api/sessions")
    async def begin(request: Request) -> Any:
        fake.started.append(await request.json())
        id_ = fake.add_session(done=False)
        fake.sessions[id_]["action"] = fake.started[-1]["action"]
        later(fake.compare(id_))
        return JSONResponse({"id": id_}, 201)

    @app.get("/api/sessions")
    async def sessions() -> Any:
        def row(s: Snapshot) -> Any:
            names = {side: s["videos"][side]["name"] for side in "ab"}
            return {
                "id": s["id"],
                "action": s["action"],
                "names": names,
                "status": s["status"],
                "created": "2026-01-05T10:20:00Z",
            }

        return [row(s) for s in fake.sessions.values()]

    @app.get("/api/sessions/{id_}")
    async def snapshot(id_: str) -> Any:
        if id_ not in fake.sessions:
            return refused(404, f"session {id_!r} is not known here: it may have been deleted")
        return copy.deepcopy(fake.sessions[id_])

    @app.delete("/api/sessions/{id_}")
    async def delete(id_: str) -> Response:
        del fake.sessions[id_]
        return Response(status_code=204)


def _event_route(app: FastAPI, fake: PageServer) -> None:
    @app.get("/api/sessions/{id_}/events")
    async def events(id_: str, request: Request) -> Response:
        last = request.headers.get("last-event-id")

        async def lines() -> AsyncIterator[str]:
            at = int(last) + 1 if last else len(fake.logs[id_])
            if not last:
                yield 'data: {"kind":"changed"}\n\n'
            while not await request.is_disconnected():
                for n in range(at, len(fake.logs[id_])):
                    yield f"id: {n}\ndata: {json.dumps(fake.logs[id_][n])}\n\n"
                at = len(fake.logs[id_])
                await asyncio.sleep(fake.pace_s / 4)

        return StreamingResponse(lines(), media_type="text/event-stream")


def _action_routes(app: FastAPI, fake: PageServer, later: Any) -> None:
    @app.post("/api/sessions/{id_}/questions", status_code=202)
    async def questions(id_: str, request: Request) -> Any:
        if fake.sessions[id_]["asking"] is not None:
            return refused(409, "another question is being answered: wait for it, or cancel it")
        fake.asked.append((await request.json())["text"])
        later(fake.answer(id_, fake.asked[-1]))
        return {}

    @app.post("/api/sessions/{id_}/stages", status_code=202)
    async def stages(id_: str, request: Request) -> Any:
        fake.moved.append(await request.json())
        later(fake.move(id_, fake.moved[-1]))
        return {}

    @app.post("/api/sessions/{id_}/cancel", status_code=202)
    async def cancel(id_: str) -> Any:
        fake.sessions[id_].update(status="cancelled", position=None, progress=None)
        fake.tell(id_, kind="changed")
        return {}

    @app.get("/api/sessions/{id_}/{name}")
    async def saved(id_: str, name: str) -> Response:
        return Response(name, media_type="application/octet-stream")
