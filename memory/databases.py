"""Where conversations and what outlives them are kept: SQLite files under one folder, or a PostgreSQL database."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import SecretStr

from .upkeep import Upkeep

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.store.base import BaseStore


class Memory(NamedTuple):
    """What is kept between processes; open until its context is left."""

    checkpointer: BaseCheckpointSaver[Any]
    """The state of every conversation, by its id."""
    store: BaseStore
    """What outlives a conversation: history, corrections, taxonomies."""
    upkeep: Upkeep
    """Sizes, and how to keep them small."""


def open_memory(
    home: Path, database: SecretStr | None = None, *, also: tuple[type, ...] = ()
) -> AbstractAsyncContextManager[Memory]:
    """Open the memory; processes and threads may share a place, an event loop may not share an open memory with another one.

    Args:
        home: Folder of the SQLite files; made when it is missing. Not used when `database` is given.
        database: URL of a PostgreSQL database ("postgresql://user:password@host/name"); SQLite when None.
        also: Types of conversations' state that are not in `viddiff.memory`.

    Raises:
        SettingsError: the folder cannot be written, a file in it is no database, or the server cannot be reached; while it is open
            also when the disk is full or a file turns out to be damaged.
        SetupError: the driver for PostgreSQL is not installed.
    """
    return _opened(home, database, also)


@asynccontextmanager
async def _opened(home: Path, database: SecretStr | None, also: tuple[type, ...]) -> AsyncGenerator[Memory]:
    from .revival import serializer

    if database is None:
        from .sqlite_place import sqlite_memory

        place = sqlite_memory(home, serializer(*also))
    else:
        from .postgres_place import postgres_memory

        place = postgres_memory(database, serializer(*also))
    async with place as parts:
        yield Memory(*parts)
