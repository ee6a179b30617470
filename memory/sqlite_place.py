"""Memory in two SQLite files that several processes may use at once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.store.sqlite.aio import AsyncSqliteStore

from .errors import SettingsError
from .files import why_unwritable
from .upkeep import SqliteUpkeep

CONVERSATIONS = "sessions.sqlite"
KNOWLEDGE = "memory.sqlite"
PATIENCE_S = 30.0
"""How long a process waits for another one's writing to end."""
_GATE = "opening.lock"


class _WritesFirst(sqlite3.Connection):
    """Takes the right to write when a transaction begins: one that reads first and then writes fails at once beside another writer."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        return super().execute("BEGIN IMMEDIATE" if sql == "BEGIN" else sql, *parameters)


@asynccontextmanager
async def sqlite_memory(
    home: Path, serializer: SerializerProtocol
) -> AsyncGenerator[tuple[AsyncSqliteSaver, AsyncSqliteStore, SqliteUpkeep]]:
    """Checkpointer, store and upkeep over the files under `home`; the files can be read by their owner alone.

    Raises:
        SettingsError: a file is no database or cannot be written, then or later.
    """
    for name in (CONVERSATIONS, KNOWLEDGE, _GATE):
        _make_private(home / name)
    async with AsyncExitStack() as open_files:
        try:
            saver, store = await _open(home, serializer, open_files)
            yield saver, store, SqliteUpkeep(saver)
        except sqlite3.DatabaseError as error:
            raise SettingsError(_unusable(home, error)) from None


async def _open(
    home: Path, serializer: SerializerProtocol, open_files: AsyncExitStack
) -> tuple[AsyncSqliteSaver, AsyncSqliteStore]:
    """Open both files and make their tables, one process at a time: the libraries' own steps are not safe beside each other."""
    talk = await open_files.enter_async_context(aiosqlite.connect(home / CONVERSATIONS, timeout=PATIENCE_S))
    # Without sqlite3's own transactions: the store begins and ends them itself.
    known = await open_files.enter_async_context(
        aiosqlite.connect(home / KNOWLEDGE, timeout=PATIENCE_S, isolation_level=None, factory=_WritesFirst)
    )
    saver, store = AsyncSqliteSaver(talk, serde=serializer), AsyncSqliteStore(known)
    async with aiosqlite.connect(home / _GATE, timeout=PATIENCE_S, isolation_level=None) as gate:
        await gate.execute("BEGIN EXCLUSIVE")
        await saver.setup()
        await known.execute("PRAGMA journal_mode=WAL")
        await store.setup()
    return saver, store


def _unusable(home: Path, error: sqlite3.DatabaseError) -> str:
    files = f"{home}: {CONVERSATIONS} or {KNOWLEDGE}"
    if "locked" in str(error):
        return f"{files} is kept busy by another process: wait until it is done, and give the command again"
    if why := why_unwritable(error):
        return f"{files} cannot be written: {why}, and give the command again; what was finished is kept"
    return f"{files} cannot be used as a database ({error}); mend it or move it away"


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise SettingsError(f"VIDDIFF_HOME {path.parent}: cannot be written ({error.strerror}); name a folder that can") from None
