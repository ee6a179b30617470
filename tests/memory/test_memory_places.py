"""Where the memory lies: private files, several processes, and what is said when it cannot be opened."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from viddiff.agent.settings import Settings
from viddiff.memory.databases import open_memory
from viddiff.memory.errors import SettingsError, SetupError

WRITER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_memory_places import write
asyncio.run(write(Path(sys.argv[1]), "theirs", lambda number: number < 60))
"""


async def write(home: Path, name: str, more: Callable[[int], bool]) -> int:
    """Write as long as there is more to write; every batch reads before it writes."""
    number = 0
    async with open_memory(home) as memory:
        while more(number):
            await asyncio.gather(memory.store.aget(("n",), "0"), memory.store.aput(("n",), f"{name}{number}", {"by": name}))
            number += 1
    return number


def opened(home: Path, url: str | None = None) -> None:
    async def once() -> None:
        async with open_memory(home, SecretStr(url) if url else None):
            pass

    asyncio.run(once())


def test_only_their_owner_can_read_the_files(tmp_path):
    async def look():
        async with open_memory(tmp_path / "home") as memory:
            await memory.store.aput(("a",), "b", {"c": 1})
            return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "home").iterdir()}

    modes = asyncio.run(look())
    assert {"sessions.sqlite", "memory.sqlite", "memory.sqlite-wal"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_files_are_written_ahead_so_that_readers_need_not_wait(tmp_path):
    opened(tmp_path)
    for name in ("sessions.sqlite", "memory.sqlite"):
        with sqlite3.connect(tmp_path / name) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()


def test_processes_share_the_files(tmp_path):
    command = [sys.executable, "-c", WRITER, str(tmp_path / "home"), str(Path(__file__).parent)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as other:
        ours = asyncio.run(write(tmp_path / "home", "ours", lambda _: other.poll() is None))
        assert (other.communicate(timeout=60)[1], other.returncode) == ("", 0)

    async def count() -> int:
        async with open_memory(tmp_path / "home") as memory:
            return len(await memory.store.asearch(("n",), limit=100_000))

    assert asyncio.run(count()) == ours + 60


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "memory.sqlite").write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(SettingsError, match=r"memory\.sqlite cannot be used as a database \(file is not a database\)"):
        opened(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"VIDDIFF_HOME .*file/home: cannot be written"):
        opened(tmp_path / "file" / "home")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:open-sesame@127.0.0.1:{port}/talk", r"database 'talk' at 127\.0\.0\.1:\d+ cannot be reached"),
        ("open-sesame is no url", "expected postgresql://USER:PASSWORD@HOST:PORT/NAME"),
        ("postgresql://me:open-sesame@127.0.0.1:port/talk", "VIDDIFF_DATABASE"),
        ("postgresql://me:open-sesame@127.0.0.1/talk?colour=red", "expected postgresql://USER"),
    ],
)
def test_a_server_that_cannot_be_reached_is_told_in_one_line_without_the_password(tmp_path, url, said, caplog):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(SettingsError, match=said) as raised:
            opened(tmp_path, url.format(port=unused.getsockname()[1]))
    assert "open-sesame" not in str(raised.value) + caplog.text
    assert "\n" not in str(raised.value)
    assert raised.value.__suppress_context__
    assert not list(tmp_path.iterdir())


def test_a_wrong_password_is_told(tmp_path, postgres):
    with pytest.raises(SettingsError, match="password authentication failed") as raised:
        opened(tmp_path, postgres.url(password="open-sesame"))
    assert "open-sesame" not in str(raised.value)


def test_a_database_that_may_not_be_written_is_told(tmp_path, postgres, postgres_url):
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN PASSWORD 'open-sesame'")
    url = postgres_url.replace(f"viddiff:{postgres.password}", "guest:open-sesame")
    try:
        with pytest.raises(SettingsError, match=r"cannot be used \(permission denied for schema public") as raised:
            opened(tmp_path, url)
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute("DROP ROLE guest")
    assert "open-sesame" not in str(raised.value)


def test_a_missing_driver_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SetupError, match=r"pip install 'viddiff\[postgres\]'"):
        opened(tmp_path, "postgresql://me@127.0.0.1/talk")


def test_the_url_never_leaves_the_settings(monkeypatch):
    monkeypatch.setenv("VIDDIFF_DATABASE", "postgresql://me:open-sesame@host/talk")
    settings = Settings.of()
    assert settings.database is not None
    assert settings.database.get_secret_value().endswith("@host/talk")
    assert "open-sesame" not in repr(settings)
    assert "database" not in settings.model_dump(mode="json")


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_files_that_are_there_keep_their_mode(tmp_path):
    opened(tmp_path)
    (tmp_path / "memory.sqlite").chmod(0o640)
    opened(tmp_path)
    assert stat.S_IMODE((tmp_path / "memory.sqlite").stat().st_mode) == 0o640
