"""The command line as people run it, on real if tiny clips: what lands on which stream, and how Ctrl-C ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

pty = pytest.importorskip("pty", reason="needs a pseudo-terminal", exc_type=ImportError)

VIDDIFF = [sys.executable, "-m", "viddiff", "compare"]
STATEMENT = ["--action", "squat", "--difference", "the squat is deeper"]


def grey_clip(path: Path, frames: int, level: int) -> str:
    """A clip in which nobody is to be seen."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=15)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        picture = np.full((120, 160, 3), level, np.uint8)
        for _ in range(frames):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return str(path)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "VIDDIFF_HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "config")}


def test_json_alone_on_stdout_and_nothing_on_stderr(tmp_path: Path, environment: dict[str, str]) -> None:
    clips = [grey_clip(tmp_path / f"{side}.mp4", 3, level) for side, level in (("a", 40), ("b", 60))]
    command = [*VIDDIFF, *clips, *STATEMENT, "--json", "-"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["schema"] == "viddiff.report/1"
    assert [(d["id"], d["answer"]) for d in report["differences"]] == [("0", "unknown")]


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path, environment: dict[str, str]) -> None:
    clip = grey_clip(tmp_path / "a.mp4", 3, 40)
    (tmp_path / "home").write_text("a file where a folder belongs", encoding="utf-8")
    done = subprocess.run([*VIDDIFF, clip, clip, *STATEMENT], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("viddiff: ")
    assert str(tmp_path / "home") in done.stderr
    assert done.stderr.count("\n") == 1


def _until(terminal: int, text: str) -> str:
    """What a terminal shows up to some text, or up to the end."""
    seen = ""
    while text not in seen:
        try:
            seen += os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # The other end is closed.
            return seen
    return seen


def test_ctrl_c_while_tracking_stops_the_run(tmp_path: Path, environment: dict[str, str]) -> None:
    clip = grey_clip(tmp_path / "long.mp4", 900, 40)
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [*VIDDIFF, clip, clip, *STATEMENT],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=end,
        start_new_session=True,
        # Tests that run in the background of a shell inherit an ignored SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(end)
    try:
        assert "tracking the body in long.mp4" in _until(terminal, "long.mp4")
        os.killpg(process.pid, signal.SIGINT)
        last = _until(terminal, "never written")
        assert process.wait(timeout=120) == 130
        assert "viddiff: interrupted" in last
        (run,) = (tmp_path / "home" / "runs").iterdir()
        assert f"viddiff resume {run.name}" in last
        assert "Traceback" not in last
        # A minute of video takes far longer to track than the run took to notice the signal.
        assert not list((tmp_path / "home").rglob("*.npz"))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(terminal)
