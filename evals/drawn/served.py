"""Comparing with every model role on a scripted server: how a run is pointed at it, and what the server counts meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...agent.settings import Settings
from ...memory.values import Value
from ..scripted_server import ScriptedServer
from ..scripted_server.named import NAMED

EMBEDDED = "embedded"


class Traffic(Value):
    """What a server was asked, by its own count."""

    calls: int = 0
    """Requests for completions: planning, proposing and verifying."""
    images: int = 0
    input_tokens: int = 0
    payload_bytes: int = 0

    @classmethod
    def of(cls, server: ScriptedServer) -> Traffic:
        """Everything since the server's recording was last cleared; requests that were refused cost no tokens."""
        chats = server.recording.chats
        return cls(
            calls=len(chats),
            images=sum(len(call.images) for call in chats),
            input_tokens=sum(call.request.prompt_tokens for call in chats if call.request),
            payload_bytes=sum(call.payload_bytes for call in chats),
        )


def together(counted: Iterable[Traffic]) -> Traffic:
    """The sum."""
    every = [each.model_dump() for each in counted]
    return Traffic.model_validate({name: sum(each[name] for each in every) for name in Traffic.model_fields})


class Seat:
    """Who is asked about the pairs: the embedded side, or a server with one personality.

    Args:
        name: `embedded`, or a name in `viddiff.evals.scripted_server.named.NAMED`.
        server: Listening with that personality; None for the embedded side.
    """

    def __init__(self, name: str = EMBEDDED, server: ScriptedServer | None = None) -> None:
        self.name, self._server = name, server

    @property
    def suffix(self) -> str:
        """What tells this seat's files from those of other seats."""
        return f"-{self.name}" if self._server else ""

    def settings(self, home: Path) -> Settings:
        """How to compare from this seat, whatever the environment says."""
        if self._server is None:
            return Settings.of(home=home, profile="embedded", planner="auto", vlm="auto", encoder="pose")
        # Kept answers go by the model's name and address: those of another personality must not be taken for this one's.
        spec = f"openai:{self.name}@{self._server.base_url}"
        return Settings.of(home=home, profile="auto", planner=spec, vlm=spec, encoder="pose")

    def counted(self, run: Callable[[], Any]) -> Traffic | None:
        """What the server was asked during a run; None on the embedded side."""
        if self._server is None:
            run()
            return None
        self._server.recording.clear()
        run()
        return Traffic.of(self._server)


@contextmanager
def seat_of(name: str | None) -> Iterator[Seat]:
    """The seat of a personality, its server listening within the block; the embedded side for None."""
    if name is None:
        yield Seat()
        return
    with ScriptedServer(NAMED[name]()) as server:
        yield Seat(name, server)
