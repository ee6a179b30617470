"""`viddiff serve` in a process of its own, which may be killed and started again, and what a page asks it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from viddiff import Settings

PATIENCE_S = 90.0
REMOTE = ("OPENAI_API_KEY", "OPENAI_BASE_URL")


class RealServer:
    """One server at a time on one home; it keeps its port when it is started again.

    Args:
        settings: Say where everything is kept.
        folder: For its log and its config.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._log = folder / "server.log"
        kept = {name: value for name, value in os.environ.items() if name not in REMOTE and not name.startswith("VIDDIFF_")}
        own = {"VIDDIFF_HOME": str(settings.home), "VIDDIFF_PROFILE": "embedded", "XDG_CONFIG_HOME": str(folder)}
        self._environment = {**kept, **own}
        self._port = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "viddiff", "serve", "--no-browser", "--port", str(self._port)]
        with self._log.open("a") as log:
            start = log.tell()
            self._process = subprocess.Popen(command, env=self._environment, stderr=log, stdout=log)
        found = _until(lambda: re.search(r"http://127\.0\.0\.1:(\d+)/", self._log.read_text()[start:]), self._alive)
        self._port = int(found[1])
        self.address = f"http://127.0.0.1:{self._port}"
        self.http = httpx.Client(base_url=self.address, timeout=PATIENCE_S, trust_env=False)
        _until(self._answers, self._alive)

    def kill(self) -> None:
        """As when the power goes: nothing is tidied up."""
        self.http.close()
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self.http.close()
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def memory_mb(self) -> float:
        """Resident memory of the server."""
        told = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+) kB", told)[0]) / 1000

    def upload(self, path: str | Path, name: str) -> str:
        reply = self.http.post("/api/videos", params={"name": name}, content=Path(path).read_bytes())
        assert reply.status_code == 200, reply.text
        return reply.json()["id"]

    def begin(self, pair: tuple[str, str], action: str, *statements: str) -> str:
        wanted = {"a": pair[0], "b": pair[1], "action": action, "differences": statements or None}
        reply = self.http.post("/api/sessions", json=wanted)
        assert reply.status_code == 201, reply.text
        return reply.json()["id"]

    def ask(self, id_: str, question: str) -> None:
        reply = self.http.post(f"/api/sessions/{id_}/questions", json={"text": question})
        assert reply.status_code == 202, reply.text

    def get(self, path: str) -> Any:
        reply = self.http.get(f"/api/{path}")
        assert reply.status_code == 200, reply.text
        return reply.json()

    def snapshot(self, id_: str) -> dict[str, Any]:
        return self.get(f"sessions/{id_}")

    def settled(self, id_: str, turns: int = 0) -> dict[str, Any]:
        """The snapshot once the comparison has ended and so many questions are answered."""

        def look() -> dict[str, Any] | None:
            found = self.snapshot(id_)
            going = found["status"] in ("queued", "running") or found["asking"] or len(found["turns"]) < turns
            return None if going else found

        return _until(look, self._alive)

    def _alive(self) -> None:
        assert self._process.poll() is None, self._log.read_text()[-2000:]

    def _answers(self) -> bool:
        try:
            return self.http.get("/api/about").status_code == 200
        except httpx.TransportError:
            return False


def _until(look: Callable[[], Any], check: Callable[[], None]) -> Any:
    end = time.monotonic() + PATIENCE_S
    while not (found := look()):
        check()
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.25)
    return found
