"""The engines for real: a killed evaluation goes on where it stopped, a killed worker is replaced, and Ray says what processes say."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from quick_pairs import quick_pair, silent

from viddiff.agent.settings import Settings
from viddiff.evals.evaluation import How, Who, evaluate, system_of
from viddiff.evals.running.jobs import Job, Task
from viddiff.evals.running.local import Processes
from viddiff.evals.running.on_ray import RayCluster
from viddiff.evals.scripted_server import ScriptedServer, Sequence
from viddiff.evals.scripted_server.faults import slow
from viddiff.evals.scripted_server.named import NAMED
from viddiff.evals.viddiffbench.loading import load_rows
from viddiff.evals.viddiffbench.pairing import Published, published
from viddiff.evals.viddiffbench.synthetic import write_synthetic


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_synthetic([quick_pair(3), quick_pair(4)], tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def pairs(data: Path) -> tuple[Published, ...]:
    return published(load_rows(data), data.parent, "closed")[0]


def until(true: Callable[[], bool], most_s: float = 120.0) -> None:
    end = time.monotonic() + most_s
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def started(data: Path, folder: Path, server: ScriptedServer) -> subprocess.Popen[str]:
    options = ["--videos", str(data.parent), "--folder", str(folder), "--jobs", "1", "--baseline", "grid"]
    command = [sys.executable, "-m", "viddiff", "eval", "viddiffbench", str(data), *options]
    named = ["--vlm", f"openai:m@{server.base_url}", "--write", str(folder / "predictions.json")]
    return subprocess.Popen([*command, *named], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def test_a_killed_evaluation_asks_nothing_twice(data: Path, tmp_path: Path) -> None:
    always = NAMED["always_first"]
    with ScriptedServer(Sequence((always(), 1), then=slow(always(), 60.0))) as server:
        running = started(data, tmp_path, server)
        until(lambda: len(server.recording.chats) == 2)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        # The second pair was still being asked about: its answer is lost, that of the first is not.
        server.personality = always()
        again = started(data, tmp_path, server)
        _, told = again.communicate(timeout=200)
        assert again.returncode == 0, told
        assert len(server.recording.chats) == 1 + 1 + 1
    assert "1 of 2 pairs were done before" in told
    written = json.loads((tmp_path / "predictions.json").read_text(encoding="utf-8"))
    assert [{p["prediction"] for p in each.values()} for each in written] == [{"a"}] * 2


def test_a_worker_that_is_killed_is_replaced(pairs, tmp_path: Path) -> None:
    always = NAMED["always_first"]
    with (
        ScriptedServer(Sequence((slow(always(), 60.0), 1), then=always())) as server,
        system_of(_who(server, tmp_path), tmp_path) as system,
    ):
        job = Job(pair=pairs[0], system=system, setting="closed", folder=tmp_path)
        with Processes(1) as engine:
            engine.submit(Task(job, 1.0))
            until(lambda: len(server.recording.chats) == 1)
            os.kill(engine._every[0]._process.pid, signal.SIGKILL)
            (outcome,) = engine.wait()
            assert len(engine._every) == 2
    assert outcome.failure is None
    assert outcome.report is not None


def _who(server: ScriptedServer, home: Path) -> Who:
    return Who(settings=Settings.of(home=home, vlm=f"openai:m@{server.base_url}", planner="embedded"), baseline="grid")


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed (extra ray)")
def test_ray_says_what_processes_say_though_a_worker_is_killed(pairs, tmp_path: Path, monkeypatch) -> None:
    places: list[str] = []

    def leave(self: RayCluster, *_: object) -> None:
        places.extend(node["NodeManagerAddress"] for node in self._ray.nodes())
        self._ray.shutdown()

    monkeypatch.setattr(RayCluster, "__exit__", leave)
    always = NAMED["always_first"]
    with ScriptedServer(always()) as server:
        said, killed = {}, []
        for engine in ("local", "ray"):
            folder = tmp_path / engine
            if engine == "ray":
                server.personality = Sequence((_killing(always(), killed), 1), then=always())
            with system_of(_who(server, folder), folder) as system:
                how = How(folder=folder, engine=engine, slots=2)
                said[engine] = evaluate(pairs, "closed", system, how, silent()).outcomes
    reports = {engine: [outcome.report.differences for outcome in found if outcome.report] for engine, found in said.items()}
    assert len(reports["ray"]) == len(pairs)
    assert reports["ray"] == reports["local"]
    assert len(killed) == 1
    assert places == ["127.0.0.1"]


def _killing(inner, killed: list[int]):
    """Kills the worker that asks, once."""

    class Killing:
        def reply(self, request):
            for process in Path("/proc").iterdir():
                if process.name.isdigit() and b"ray::_answered" in _command(process):
                    os.kill(int(process.name), signal.SIGKILL)
                    killed.append(int(process.name))
                    break
            return inner.reply(request)

    return Killing()


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
