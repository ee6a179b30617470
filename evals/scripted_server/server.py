"""The server itself: real HTTP on 127.0.0.1, in threads, for as long as a `with` block lasts."""

from __future__ import annotations

import contextlib
import hmac
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from . import wire
from .exchange import Answered, BadRequest, ChatRequest, CutConnection, Personality, RawAnswer, Reply
from .recording import Recording
from .request_reading import read_request

JSON = {"Content-Type": "application/json"}
EVENTS = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}


class ScriptedServer:
    """An OpenAI-compatible chat server that answers as its personality decides.

    Args:
        personality: What answers; it may be exchanged while the server runs.
        port: 0 for any free one.
        key: The only key let in; None lets everybody in.
        models: What `GET /v1/models` lists.
    """

    def __init__(
        self, personality: Personality, *, port: int = 0, key: str | None = None, models: tuple[str, ...] = ("scripted",)
    ) -> None:
        self.personality = personality
        self.recording = Recording()
        self.key, self.models = key, models
        self.stopping = threading.Event()
        self._turn = threading.Lock()
        self._open: set[socket.socket] = set()
        self._port = port
        self._http: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._http is not None, "the server is not started"
        return self._http.server_address[1]

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> Self:
        """Listen, and answer from now on."""
        server = self

        class Handler(_Handler):
            scripted = server

        self._http = _Listener(("127.0.0.1", self._port), Handler)
        threading.Thread(target=self._http.serve_forever, args=(0.02,), name="scripted-server", daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening and end every connection, slow ones too."""
        if self._http is None:
            return
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def answer(self, request: ChatRequest) -> Answered:
        """Ask the personality, one request at a time."""
        with self._turn:
            return self.personality.reply(request)

    def connected(self, connection: socket.socket, is_open: bool) -> None:
        """Remember which connections are to be ended."""
        (self._open.add if is_open else self._open.discard)(connection)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    scripted: ScriptedServer

    def setup(self) -> None:
        """Remember the connection."""
        super().setup()
        self.scripted.connected(self.connection, True)

    def handle(self) -> None:
        """Serve requests until either side has enough; that a client goes away is nothing to report."""
        with contextlib.suppress(OSError):
            super().handle()

    def finish(self) -> None:
        """Forget the connection."""
        self.scripted.connected(self.connection, False)
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the recording knows."""

    def do_GET(self) -> None:
        """Serve a GET."""
        self._serve()

    def do_POST(self) -> None:
        """Serve a POST."""
        self._serve()

    def _serve(self) -> None:
        payload = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        recording = self.scripted.recording
        self._number = recording.arrive(self.command, self.path, dict(self.headers.items()), len(payload))
        try:
            self._route(payload)
        except OSError:
            # The client has gone, as clients with a time-out do.
            self.close_connection = True
        finally:
            recording.leave(self._number)

    def _route(self, payload: bytes) -> None:
        if not self._let_in():
            self._send(401, wire.error_body("Incorrect API key provided.", code="invalid_api_key"))
        elif (self.command, self.path) == ("GET", "/v1/models"):
            self._send(200, wire.model_list(self.scripted.models))
        elif (self.command, self.path) == ("POST", "/v1/chat/completions"):
            self._chat(payload)
        else:
            self._send(404, wire.error_body(f"Invalid URL ({self.command} {self.path})"))

    def _let_in(self) -> bool:
        sent = self.headers.get("Authorization") or ""
        return self.scripted.key is None or hmac.compare_digest(sent.encode(), f"Bearer {self.scripted.key}".encode())

    def _chat(self, payload: bytes) -> None:
        try:
            request = self._read(payload)
            answer = self.scripted.answer(request)
        except BadRequest as error:
            self._send(400, wire.error_body(str(error)))
            return
        self.scripted.stopping.wait(max(0.0, answer.delay_s - self.scripted.recording.in_work_s(self._number)))
        match answer:
            case Reply():
                self._say(request, answer)
            case RawAnswer():
                self._send(answer.status, answer.body, answer.headers)
            case CutConnection():
                self._cut(request, answer)

    def _read(self, payload: bytes) -> ChatRequest:
        try:
            body = json.loads(payload)
            self.scripted.recording.note(self._number, body=body)
            request = read_request(body)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadRequest(f"the body is no chat request: {error!r}") from error
        self.scripted.recording.note(self._number, request=request)
        return request

    def _say(self, request: ChatRequest, reply: Reply) -> None:
        reply = wire.bounded(reply, request.most_tokens)
        if not request.streamed:
            self._send(200, wire.completion(request, reply, self._number))
            return
        self._begin(200, EVENTS)
        for event in wire.events(request, reply, self._number):
            self._chunk(event)
        self._chunk("")

    def _cut(self, request: ChatRequest, cut: CutConnection) -> None:
        self.close_connection = True
        if cut.reply is None:
            return
        if request.streamed:
            events = [event for event in wire.events(request, cut.reply, self._number) if _tells(event)]
            self._begin(200, EVENTS)
            for event in events[: round(cut.share * len(events))]:
                self._chunk(event)
            if cut.quietly:
                self._chunk("")
            return
        body = wire.completion(request, cut.reply, self._number).encode()
        kept = body[: int(cut.share * len(body))]
        self._begin(200, {**JSON, "Content-Length": str(len(kept if cut.quietly else body))})
        self.wfile.write(kept)

    def _send(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        data = body.encode()
        self._begin(status, {**JSON, "Content-Length": str(len(data)), **(headers or {})})
        self.wfile.write(data)

    def _begin(self, status: int, headers: dict[str, str]) -> None:
        self.scripted.recording.note(self._number, status=status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):X}\r\n".encode() + data + b"\r\n")


def _tells(event: str) -> bool:
    """Whether an event carries a piece of the reply rather than its end."""
    if event.startswith("data: [DONE]"):
        return False
    choices: list[dict[str, Any]] = json.loads(event.removeprefix("data: "))["choices"]
    return bool(choices) and choices[0]["finish_reason"] is None
