"""What conversations weigh in the database, and how they are kept small: to go on, only the newest state of each is needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from .values import Value

if TYPE_CHECKING:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
    from psycopg import AsyncConnection
    from psycopg.rows import DictRow
    from psycopg_pool import AsyncConnectionPool

_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)
# Where the clock of a time-ordered UUID starts (RFC 9562, section 5.1).


class Conversation(Value):
    """One conversation as the database holds it."""

    id: str
    when: datetime
    """When its newest state was kept (UTC)."""
    bytes: int


class Upkeep(Protocol):
    """What the checkpointers themselves do not offer alike."""

    async def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, the newest first."""
        ...

    async def shrink(self, ids: Sequence[str]) -> None:
        """Drop all but the newest state of these conversations."""
        ...

    async def shrink_after(self, id_: str, state: str) -> None:
        """Drop all but the newest of the states of one conversation that came after the one with the id `state`."""
        ...

    async def compact(self) -> None:
        """Give the room of what was dropped back to the disk."""
        ...


class SqliteUpkeep:
    """Upkeep of a SQLite file."""

    def __init__(self, saver: AsyncSqliteSaver) -> None:
        self._saver = saver

    async def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, the newest first."""
        async with self._saver.lock, self._saver.conn.execute(_SQLITE_SIZES) as rows:
            return tuple([_conversation(*row) async for row in rows])

    async def shrink(self, ids: Sequence[str]) -> None:
        """Drop all but the newest state of these conversations."""
        async with self._saver.lock:
            for statement in (_SQLITE_OLD_STATES, _SQLITE_OLD_WRITES):
                await self._saver.conn.executemany(statement, [(id_, "") for id_ in ids])
            await self._saver.conn.commit()

    async def shrink_after(self, id_: str, state: str) -> None:
        """Drop all but the newest of the states of one conversation that came after the one with the id `state`."""
        async with self._saver.lock:
            for statement in (_SQLITE_OLD_STATES, _SQLITE_OLD_WRITES):
                await self._saver.conn.execute(statement, (id_, state))
            await self._saver.conn.commit()

    async def compact(self) -> None:
        """Give the room of what was dropped back to the disk."""
        with suppress(sqlite3.OperationalError):  # Somebody else is writing all the time: the room is used again later.
            async with self._saver.lock:
                await self._saver.conn.execute("VACUUM")
                await self._saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class PostgresUpkeep:
    """Upkeep of a PostgreSQL database."""

    def __init__(self, saver: AsyncPostgresSaver, pool: AsyncConnectionPool[AsyncConnection[DictRow]]) -> None:
        self._saver, self._pool = saver, pool

    async def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, the newest first."""
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_POSTGRES_SIZES)).fetchall()
        return tuple(_conversation(row["thread_id"], row["newest"], row["bytes"]) for row in rows)

    async def shrink(self, ids: Sequence[str]) -> None:
        """Drop all but the newest state of these conversations."""
        await self._saver.aprune(ids, strategy="keep_latest")

    async def shrink_after(self, id_: str, state: str) -> None:
        """Drop all but the newest of the states of one conversation that came after the one with the id `state`."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(_POSTGRES_LATER_WRITES, (id_, state, id_))
            await connection.execute(_POSTGRES_LATER_STATES, (id_, state, id_))
            await connection.execute(_POSTGRES_UNUSED_BLOBS, (id_,))

    async def compact(self) -> None:
        """Nothing: the server does so by itself."""


def newer_than(state: str | None) -> None:
    """Let the states that this process saves from now on count as newer than one, also when the clock went back since.

    Args:
        state: Its id, in which its time is; nothing happens when None.
    """
    from langgraph.checkpoint.base import id as ids

    if state is not None:
        # States are ordered by ids made of the clock; the library keeps its own ids in order by this, within one process.
        ids._last_v6_timestamp = max(ids._last_v6_timestamp or 0, ids.UUID(state).time)


def _conversation(id_: str, newest: str, size: int | None) -> Conversation:
    return Conversation(id=id_, when=_time_of(newest), bytes=int(size or 0))


def _time_of(checkpoint_id: str) -> datetime:
    """When a checkpoint was made: its id is a time-ordered UUID, so nothing needs to be read to know."""
    plain = UUID(checkpoint_id).int
    ticks = (plain >> 80) << 12 | (plain >> 64) & 0x0FFF
    return _GREGORIAN + timedelta(microseconds=ticks // 10)


_SQLITE_SIZES = """
SELECT thread_id, MAX(newest), SUM(bytes) FROM (
    SELECT thread_id, checkpoint_id AS newest, LENGTH(checkpoint) + LENGTH(metadata) AS bytes FROM checkpoints
    UNION ALL SELECT thread_id, checkpoint_id, LENGTH(value) FROM writes
) GROUP BY thread_id ORDER BY MAX(newest) DESC
"""
_SQLITE_OLD_STATES = """
DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id > ? AND checkpoint_id < (
    SELECT MAX(c.checkpoint_id) FROM checkpoints c
    WHERE c.thread_id = checkpoints.thread_id AND c.checkpoint_ns = checkpoints.checkpoint_ns
)
"""
# Older than the newest state, rather than belonging to no state: a write may arrive before the state that it belongs to.
_SQLITE_OLD_WRITES = """
DELETE FROM writes WHERE thread_id = ? AND checkpoint_id > ? AND checkpoint_id < (
    SELECT MAX(c.checkpoint_id) FROM checkpoints c
    WHERE c.thread_id = writes.thread_id AND c.checkpoint_ns = writes.checkpoint_ns
)
"""
_POSTGRES_LATER_STATES = """
DELETE FROM checkpoints WHERE thread_id = %s AND checkpoint_id > %s
AND checkpoint_id < (SELECT MAX(checkpoint_id) FROM checkpoints WHERE thread_id = %s)
"""
_POSTGRES_LATER_WRITES = _POSTGRES_LATER_STATES.replace("checkpoints", "checkpoint_writes", 1)
_POSTGRES_UNUSED_BLOBS = """
DELETE FROM checkpoint_blobs b WHERE thread_id = %s AND NOT EXISTS (
    SELECT 1 FROM checkpoints c WHERE c.thread_id = b.thread_id AND c.checkpoint_ns = b.checkpoint_ns
    AND c.checkpoint -> 'channel_versions' ->> b.channel = b.version
)
"""
_POSTGRES_SIZES = """
SELECT thread_id, MAX(newest) AS newest, SUM(bytes) AS bytes FROM (
    SELECT thread_id, checkpoint_id AS newest, LENGTH(checkpoint::text) + LENGTH(metadata::text) AS bytes FROM checkpoints
    UNION ALL SELECT thread_id, '', LENGTH(blob) FROM checkpoint_blobs
    UNION ALL SELECT thread_id, checkpoint_id, LENGTH(blob) FROM checkpoint_writes
) kept GROUP BY thread_id HAVING MAX(newest) <> '' ORDER BY MAX(newest) DESC
"""
