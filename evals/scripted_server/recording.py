"""What the server was asked: every call with its body, images, time of arrival and company, for assertions."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from ...memory.values import Value
from .exchange import ChatRequest, SentImage

SECRET = frozenset({"authorization", "api-key", "x-api-key", "cookie", "proxy-authorization"})
"""Headers whose value is never kept."""


class Call(Value):
    """One HTTP request."""

    number: int
    method: str
    path: str
    arrived_s: float
    """Seconds since the server started."""
    together: int
    """Requests in work when it arrived, itself included."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Names in lower case; secrets as `redacted` leaves them."""
    payload_bytes: int = 0
    body: Any = None
    """The body as JSON; None when there is none or it is not JSON."""
    request: ChatRequest | None = None
    """The chat request, read; None for anything else and for requests that were refused."""
    status: int | None = None
    """What was answered; None while it is in work, and when the connection was cut before a status."""
    finished_s: float | None = None

    @property
    def images(self) -> tuple[SentImage, ...]:
        """The images sent."""
        return self.request.images if self.request else ()

    @property
    def image_tokens(self) -> int:
        """What the images cost."""
        return sum(image.tokens for image in self.images)


def redacted(value: str) -> str:
    """A secret header so that two can be told apart and none can be read: "Bearer sha256:0123456789ab"."""
    scheme, space, key = value.rpartition(" ")
    return f"{scheme}{space}sha256:{hashlib.sha256(key.encode()).hexdigest()[:12]}"


class Recording:
    """All calls of a server, in order of arrival. Safe to read while the server works."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.started_s = time.monotonic()
        self._calls: list[Call] = []
        self._in_work = 0

    def arrive(self, method: str, path: str, headers: Mapping[str, str], payload_bytes: int) -> int:
        """Note a new request and give it a number."""
        kept = {k.lower(): redacted(v) if k.lower() in SECRET else v for k, v in headers.items()}
        with self._lock:
            self._in_work += 1
            number = len(self._calls)
            call = Call(
                number=number,
                method=method,
                path=path,
                arrived_s=time.monotonic() - self.started_s,
                together=self._in_work,
                headers=kept,
                payload_bytes=payload_bytes,
            )
            self._calls.append(call)
        return number

    def note(self, number: int, **found: Any) -> None:
        """Add what became known of a request."""
        with self._lock:
            self._calls[number] = self._calls[number].model_copy(update=found)

    def in_work_s(self, number: int) -> float:
        """Seconds since a request arrived."""
        return time.monotonic() - self.started_s - self.calls[number].arrived_s

    def leave(self, number: int) -> None:
        """Note that a request is done with."""
        self.note(number, finished_s=time.monotonic() - self.started_s)
        with self._lock:
            self._in_work -= 1

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every request, of whatever kind."""
        with self._lock:
            return tuple(self._calls)

    @property
    def chats(self) -> tuple[Call, ...]:
        """Every request for a completion, refused ones included."""
        return tuple(call for call in self.calls if call.path.endswith("/chat/completions"))

    @property
    def images(self) -> tuple[SentImage, ...]:
        """Every image sent."""
        return tuple(image for call in self.chats for image in call.images)

    @property
    def image_tokens(self) -> int:
        """What all images cost."""
        return sum(call.image_tokens for call in self.chats)

    @property
    def payload_bytes(self) -> int:
        """Size of all requests for completions."""
        return sum(call.payload_bytes for call in self.chats)

    @property
    def most_together(self) -> int:
        """The most requests for completions that were in work at a time."""
        return max((call.together for call in self.chats), default=0)

    def clear(self) -> None:
        """Forget the calls so far. Only while none is in work."""
        with self._lock:
            self._calls.clear()
