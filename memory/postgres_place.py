"""Memory in a PostgreSQL database, for several machines or many conversations at once (optional extra `postgres`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from langgraph.checkpoint.serde.base import SerializerProtocol
from pydantic import SecretStr

from .errors import SettingsError, SetupError
from .upkeep import PostgresUpkeep

if TYPE_CHECKING:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from langgraph.store.postgres.aio import AsyncPostgresStore
    from psycopg import AsyncConnection
    from psycopg.rows import DictRow
    from psycopg_pool import AsyncConnectionPool

    Pool = AsyncConnectionPool[AsyncConnection[DictRow]]

LARGEST_POOL = 8
PATIENCE_S = 10
"""How long to wait for the server."""
_SETTING = "setting 'database' (VIDDIFF_DATABASE)"
_LOCK = 0x76696464
# Any number that other programs in the same database are unlikely to use.


@asynccontextmanager
async def postgres_memory(
    database: SecretStr, serializer: SerializerProtocol
) -> AsyncGenerator[tuple[AsyncPostgresSaver, AsyncPostgresStore, PostgresUpkeep]]:
    """Checkpointer, store and upkeep over one database."""
    try:
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
        from langgraph.store.postgres.aio import AsyncPostgresStore
        from psycopg import Error
    except ImportError:
        raise SetupError(f"{_SETTING}: the driver for PostgreSQL is missing; pip install 'viddiff[postgres]'") from None
    place, pool = await _reach(database)
    try:
        saver, store = AsyncPostgresSaver(pool, serde=serializer), AsyncPostgresStore(pool)
        try:
            await _set_up(pool, saver, store)
        except Error as error:
            raise SettingsError(f"{_SETTING}: {place} cannot be used ({_one_line(error)})") from None
        yield saver, store, PostgresUpkeep(saver, pool)
    finally:
        await pool.close()


async def _reach(database: SecretStr) -> tuple[str, Pool]:
    """The place in words, and an open pool; one plain connection first, since a pool only says that it waited too long."""
    from psycopg import AsyncConnection, OperationalError, ProgrammingError
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool

    try:
        given = {"connect_timeout": PATIENCE_S, **conninfo_to_dict(database.get_secret_value())}
    except ProgrammingError:
        # Its message would show the whole URL, password and all.
        raise SettingsError(f"{_SETTING}: expected postgresql://USER:PASSWORD@HOST:PORT/NAME") from None
    place = _described(given)
    url = make_conninfo(**given)
    try:
        await (await AsyncConnection.connect(url)).close()
    except OperationalError as error:
        raise SettingsError(
            f"{_SETTING}: {place} cannot be reached ({_one_line(error)}); start the server, or mend the URL"
        ) from None
    pool = cast(
        "Pool",
        AsyncConnectionPool(
            url,
            min_size=1,
            max_size=LARGEST_POOL,
            kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
            check=AsyncConnectionPool.check_connection,
            open=False,
        ),
    )
    await pool.open(wait=True, timeout=PATIENCE_S)
    return place, pool


async def _set_up(pool: Pool, saver: AsyncPostgresSaver, store: AsyncPostgresStore) -> None:
    """Make the tables, one process at a time.

    The lock is asked for again and again rather than waited for: an index that is built concurrently waits for every statement that
    is under way, the waiting one included, and the two would wait for each other for ever.
    """
    async with pool.connection() as gate:
        while not (await (await gate.execute("SELECT pg_try_advisory_lock(%s) AS mine", (_LOCK,))).fetchone() or {})["mine"]:
            await asyncio.sleep(0.05)
        try:
            await saver.setup()
            await store.setup()
        finally:
            await gate.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _described(given: dict[str, object]) -> str:
    where = given.get("host") or given.get("hostaddr") or "the local socket"
    port = f":{given['port']}" if "port" in given else ""
    return f"PostgreSQL database {given.get('dbname') or given.get('user') or ''!r} at {where}{port}"


def _one_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].strip()
