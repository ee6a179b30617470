"""How a server wants to be asked for structured replies: learnt from what it says, shared by all who ask it, kept for the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from ...memory.cache import Cache, content_key
from .bargaining import OPTIONAL
from .specs import Endpoint

_IGNORES = "schema"


class ServerWays:
    """How one model on one server wants to be asked.

    What costs something to find out is kept, but only until the day (UTC) is over: servers are changed, too.

    Args:
        endpoint: Model and server.
        cache: Where it is kept.
    """

    def __init__(self, endpoint: Endpoint, cache: Cache) -> None:
        self._cache, self._of = cache, ("server/1", endpoint.model, endpoint.base_url, datetime.now(UTC).date().isoformat())
        self.written: bool | None = self._noted(_IGNORES) or None
        """Whether the schema must be written out in words; None until the content of an answer has shown it."""
        self.refused: frozenset[str] = frozenset(filter(self._noted, OPTIONAL))
        """Fields of a request that it does not take."""

    def follows(self) -> None:
        """An answer followed a schema that was only named."""
        self.written = False

    def ignores(self) -> None:
        """An answer followed the schema once it was written out, and not before."""
        if self.written is None:
            self.written = True
            self._note(_IGNORES)

    def refuses(self, names: Iterable[str]) -> None:
        """A request was taken without these fields."""
        new = frozenset(names) - self.refused
        self.refused |= new
        for name in new:
            self._note(name)

    def _note(self, what: str) -> None:
        self._cache.get("servers", content_key(*self._of, what), ".txt", _there, lambda: True, _save)

    def _noted(self, what: str) -> bool:
        try:
            return self._cache.get("servers", content_key(*self._of, what), ".txt", _there, _missing, _save)
        except _Missing:
            return False


class _Missing(Exception):
    """Nothing of the kind was found out."""


def _there(_: Path) -> bool:
    return True


def _missing() -> NoReturn:
    raise _Missing


def _save(_: bool, path: Path) -> None:
    path.touch()
