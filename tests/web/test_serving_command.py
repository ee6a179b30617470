"""`viddiff serve` as people run it: the address, the port that is taken, Ctrl-C, and no token on this machine."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from viddiff import Settings
from viddiff.agent.command_serve import address_of, listening, serve_command
from viddiff.memory.errors import SettingsError

SERVE = [sys.executable, "-m", "viddiff", "serve", "--no-browser"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "VIDDIFF_HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def test_it_says_where_it_is_serves_and_stops_cleanly(environment: dict[str, str], tmp_path: Path) -> None:
    command = [*SERVE, "--port", "0", "--folder", str(tmp_path)]
    # A shell that starts jobs in the background has them ignore SIGINT.
    served = subprocess.Popen(
        command,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        assert served.stderr is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/", said := served.stderr.readline())
        assert address, said
        assert "token" not in said
        about = httpx.get(f"{address[0]}api/about", timeout=20, trust_env=False).json()
        assert about["folder"] == tmp_path.name
        served.send_signal(signal.SIGINT)
        rest = served.stderr.read()
        assert served.wait(30) == 0
        assert rest == "stopping ...\nstopped; finished work is kept\n"
    finally:
        served.kill()
        served.communicate()


def test_a_port_that_is_taken_is_one_line(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [*SERVE, "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("viddiff: ")
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"192\.0\.2\.1 port 8760 cannot be served"):
        listening("192.0.2.1", 8760)


def test_addresses_to_type_into_a_browser() -> None:
    assert address_of("127.0.0.1", 8760, None) == "http://127.0.0.1:8760/"
    assert address_of("::1", 80, None) == "http://[::1]:80/"
    assert address_of("0.0.0.0", 8760, "a b&c") == f"http://{socket.gethostname()}:8760/?token=a%20b%26c"


@pytest.mark.parametrize("token", ["", "short", "ünicode-token"])
def test_a_token_that_protects_nothing_is_refused(token: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--token"):
        serve_command("0.0.0.0", 0, None, token, Settings.of(home=tmp_path), open_browser=False)
