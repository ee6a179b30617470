"""What comes of one clip, as a user meets it: the command line and the upload of the page, each run in a confined child."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...memory.values import Value, VideoInfo
from .corpus_plain import ACTION, STATEMENTS

WAIT_S = 240


class Said(Value):
    """What a command left behind."""

    status: int
    out: str
    err: str


def arguments_of(clip: str, other: Path) -> list[str]:
    """The comparison that is asked for on the command line; `--` so that a name may begin with a dash."""
    asked = [word for statement in STATEMENTS for word in ("--difference", statement)]
    return ["compare", "--action", ACTION, "--profile", "embedded", *asked, "--json", "-", "--", clip, str(other)]


def typed_here(arguments: list[str], folder: Path, home: Path) -> Said:
    """The command line within this process, its streams caught where the system writes them."""
    from ...agent import cli

    os.chdir(folder)
    os.environ.update(VIDDIFF_HOME=str(home), XDG_CONFIG_HOME=str(home))
    sys.argv = ["viddiff", *arguments]
    with _caught(1) as out, _caught(2) as err:
        status = 0
        try:
            cli.main()
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else int(left.code is not None)
    return Said(status=status, out=out[0], err=err[0])


def typed(arguments: list[str], folder: Path, home: Path) -> Said:
    """The command line as a process of its own."""
    environment = {**os.environ, "VIDDIFF_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    command = [sys.executable, "-m", "viddiff", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=WAIT_S, check=False)
    return Said(status=done.returncode, out=_text(done.stdout), err=_text(done.stderr))


def report_of(said: Said) -> dict[str, Any]:
    """The report that stands alone on stdout."""
    return json.loads(said.out)


def probed(clip: str, folder: Path) -> VideoInfo | str:
    """What the file is, and all of it decoded at the rate of the pose model; or the line that refuses it."""
    from ...memory.errors import VideoError
    from ...tools.video import probe, sample

    os.chdir(folder)
    try:
        found = probe(clip)
        for _ in sample(clip, 30, short_side=480):
            pass
    except VideoError as error:
        return str(error)
    return found


def sent(path: Path, home: Path) -> tuple[int, str]:
    """The upload to the page: status and the line that refuses it, or what became of the proxy and of the first frame.

    Returns:
        (200, "") when the clip was taken, can be played in the page and shown as a still.
    """
    from fastapi.testclient import TestClient

    from ...agent.chat.session import Session
    from ...agent.settings import Settings
    from ...agent.web.app import create_app
    from ...agent.web.options import WebOptions

    app = create_app(Settings.of(home=home, profile="embedded"), WebOptions(), Session)
    name = path.name.encode("utf-8", "replace").decode()
    with TestClient(app, base_url="http://127.0.0.1") as page:
        reply = page.post("/api/videos", params={"name": name}, content=path.read_bytes())
        if reply.status_code != 200:
            return reply.status_code, reply.json()["error"]
        for made in ("proxy.mp4", "frames/0.jpg"):
            shown = page.get(f"/api/videos/{reply.json()['id']}/{made}")
            if shown.status_code != 200:
                return shown.status_code, f"{made}: {shown.text[:200]}"
    return 200, ""


@contextlib.contextmanager
def _caught(descriptor: int) -> Iterator[list[str]]:
    """Everything that is written to a stream of the process, by whatever library; in the list afterwards."""
    found: list[str] = []
    stream = (sys.stdout, sys.stderr)[descriptor - 1]
    with tempfile.TemporaryFile() as file:
        before = os.dup(descriptor)
        os.dup2(file.fileno(), descriptor)
        try:
            yield found
        finally:
            stream.flush()
            os.dup2(before, descriptor)
            os.close(before)
            file.seek(0)
            found.append(_text(file.read()))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
