"""A small HTTP server on 127.0.0.1 that keeps what is posted to it, as a collector would get it."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Posted(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Collector:
    """Answers each POST with the next of `statuses`, and with 200 after them."""

    def __init__(self, *statuses: int, answer: bytes = b"") -> None:
        self.posted: list[Posted] = []
        self._statuses, self._answer = list(statuses), answer

    def __enter__(self) -> Collector:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                collector.posted.append(Posted(self.path, dict(self.headers.items()), body))
                self._answer(collector._statuses.pop(0) if collector._statuses else 200, collector._answer)

            def do_GET(self) -> None:
                collector.posted.append(Posted(self.path, dict(self.headers.items()), b""))
                self._answer(200, b"{}")

            do_PATCH = do_POST

            def _answer(self, status: int, content: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
