"""The two places that memory can have: SQLite files, and a real PostgreSQL where one is installed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from pydantic import SecretStr
from throwaway_postgres import Server, missing, running_server

from viddiff.memory.databases import Memory, open_memory

Place = Callable[[], AbstractAsyncContextManager[Memory]]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server that runs for all tests; skipped with the reason where none can be started."""
    if reason := missing():
        pytest.skip(reason)
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> str:
    """An empty database."""
    import psycopg

    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return postgres.url(name)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Opens the memory at one and the same place each time."""
    url = SecretStr(request.getfixturevalue("postgres_url")) if request.param == "postgres" else None
    return lambda: open_memory(tmp_path / "home", url)
