"""A real server on 127.0.0.1 in a thread, and a reader of its events."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
from fake_conversations import FakeConversations

from viddiff import Settings
from viddiff.agent.command_serve import listening, new_server
from viddiff.agent.web.app import create_app
from viddiff.agent.web.options import WebOptions

PATIENCE_S = 20.0


def clip_file(path: Path, level: int = 40, frames: int = 8) -> Path:
    """A tiny clip; another level is another clip."""
    with av.open(str(path), "w", format="mp4" if path.suffix == ".mp4" else None) as out:
        stream = out.add_stream("mpeg4", rate=20)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for index in range(frames):
            picture = np.full((48, 64, 3), level, np.uint8)
            picture[:, : 8 * (index + 1)] = 220
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return path


class Page:
    """What a page does with a server."""

    def __init__(self, port: int, conversations: FakeConversations) -> None:
        self.port, self.conversations = port, conversations
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S, trust_env=False)

    def upload(self, path: Path, name: str = "squat.mp4") -> dict[str, Any]:
        reply = self.http.post("/api/videos", params={"name": name}, content=path.read_bytes())
        assert reply.status_code == 200, reply.text
        return reply.json()

    def begin(self, a: str, b: str, action: str = "squat", **others: Any) -> str:
        reply = self.http.post("/api/sessions", json={"a": a, "b": b, "action": action, **others})
        assert reply.status_code == 201, reply.text
        return reply.json()["id"]

    def snapshot(self, id_: str) -> dict[str, Any]:
        reply = self.http.get(f"/api/sessions/{id_}")
        assert reply.status_code == 200, reply.text
        return reply.json()

    def until(self, id_: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first snapshot that is as wanted."""
        end = time.monotonic() + PATIENCE_S
        while not wanted(found := self.snapshot(id_)):
            assert time.monotonic() < end, found
            time.sleep(0.02)
        return found

    def done(self, id_: str) -> dict[str, Any]:
        return self.until(id_, lambda found: found["status"] not in ("queued", "running"))

    @contextmanager
    def events(self, id_: str, last: int | None = None) -> Iterator[Iterator[tuple[int, dict[str, Any]]]]:
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        with self.http.stream("GET", f"/api/sessions/{id_}/events", headers=headers) as reply:
            assert reply.status_code == 200
            assert reply.headers["content-type"].startswith("text/event-stream")
            yield _parsed(reply.iter_lines())


def _parsed(lines: Iterator[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    number = -1
    for line in lines:
        if line.startswith("id: "):
            number = int(line[4:])
        elif line.startswith("data: "):
            yield number, json.loads(line[6:])


def error_of(reply: httpx.Response) -> str:
    """The one line of a refusal."""
    line = reply.json()["error"]
    assert set(reply.json()) == {"error"}
    assert line
    assert "\n" not in line
    return line


@contextmanager
def running(home: Path, **options: Any) -> Iterator[Page]:
    """A server with its data under a folder; leaving stops it as Ctrl-C does."""
    conversations = FakeConversations(home / "fake")
    app = create_app(Settings.of(home=home, profile="embedded"), WebOptions(**options), conversations)
    bound = listening("127.0.0.1", 0)
    page = Page(bound.getsockname()[1], conversations)
    server = new_server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        end = time.monotonic() + PATIENCE_S
        while not server.started:
            assert thread.is_alive()
            assert time.monotonic() < end
            time.sleep(0.01)
        yield page
    finally:
        page.http.close()
        server.should_exit = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the server does not stop"
