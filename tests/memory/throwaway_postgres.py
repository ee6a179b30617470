"""A PostgreSQL server of its own for tests: started in an empty folder on 127.0.0.1, with a password, and thrown away."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

BINARIES = Path("/usr/lib/postgresql")
USER = "viddiff"


class Server(NamedTuple):
    port: int
    password: str

    def url(self, name: str = "postgres", password: str | None = None) -> str:
        return f"postgresql://{USER}:{password or self.password}@127.0.0.1:{self.port}/{name}"


def missing() -> str:
    """Why no server can be started here; empty when one can."""
    if _binaries() is None:
        return "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        return "PostgreSQL refuses to run as root, and there is no user postgres"
    return ""


@contextmanager
def running_server() -> Iterator[Server]:
    binaries = _binaries()
    assert binaries is not None
    # Not below pytest's own folder, into which the user postgres may not look.
    folder = Path(tempfile.mkdtemp(prefix="viddiff-postgres-"))
    server = Server(_free_port(), secrets.token_hex(12))
    data, secret = folder / "data", folder / "password"
    secret.write_text(server.password)
    if os.geteuid() == 0:
        for path in (folder, secret):
            shutil.chown(path, "postgres")
    start = f"-F -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -p {server.port}"
    try:
        _run(binaries / "initdb", "-D", data, "-U", USER, "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "-E", "UTF8")
        _run(binaries / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", start, "start")
        yield server
    finally:
        if (data / "postmaster.pid").exists():
            _run(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path | None:
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    # Output goes to a file rather than a pipe: the server inherits it and would keep a pipe open.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(words, cwd="/", stdout=said, stderr=said, timeout=120, check=False)
        said.seek(0)
        assert done.returncode == 0, said.read().decode()[-2000:]
