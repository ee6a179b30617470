"""A conversation is open in one process at a time, and a killed process keeps nothing."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kept_values import finished
from rich.console import Console

from viddiff.agent.command_forget import forget_command
from viddiff.memory.databases import open_memory
from viddiff.memory.errors import SettingsError
from viddiff.memory.history import comparison_of, recall, remember
from viddiff.memory.locks import alone
from viddiff.memory.runs import Runs, SavedRequest

HOLDER = """
import sys, time
from pathlib import Path
from viddiff.memory.locks import alone
with alone(Path(sys.argv[1]), sys.argv[2]):
    print("mine", flush=True)
    time.sleep(60)
"""
ID = "0123456789ab"


def test_what_another_process_has_open_is_refused_until_it_is_gone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path), ID], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(SettingsError, match=f"{ID} is open in another process"), alone(tmp_path, ID):
            pass
        with alone(tmp_path, "another00000"):
            pass
        other.send_signal(signal.SIGKILL)
    with alone(tmp_path, ID):
        pass
    with alone(tmp_path, ID):
        pass
    assert list((tmp_path / "open").iterdir()) == []


def request_of(run_id: str, person: str) -> SavedRequest:
    return SavedRequest(
        run_id=run_id,
        video_a="a.mp4",
        video_b="b.mp4",
        action="squat",
        setting="open",
        statements=(),
        max_differences=3,
        settings={},
        person=person,
    )


def test_a_person_is_forgotten_with_runs_and_conversations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDDIFF_HOME", str(tmp_path))
    monkeypatch.delenv("VIDDIFF_DATABASE", raising=False)
    runs = Runs(tmp_path / "runs")
    for run_id, person in ((ID, "Ann  Bee"), ("ba9876543210", "Cy"), ("cccccccccccc", "")):
        runs.save_request(request_of(run_id, person))

    async def fill() -> None:
        async with open_memory(tmp_path) as memory:
            for person in ("ann bee", "Cy"):
                await remember(memory.store, comparison_of(finished(), person, datetime(2026, 5, 1, tzinfo=UTC)))

    async def left() -> list[str]:
        async with open_memory(tmp_path) as memory:
            return [comparison.person for comparison in await recall(memory.store)]

    asyncio.run(fill())
    console = Console(record=True, width=200)
    forget_command("Ann Bee", None, console)
    assert "forgot 1 comparisons and 1 runs" in console.export_text()
    assert asyncio.run(left()) == ["Cy"]
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {"ba9876543210", "cccccccccccc"}
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"ann bee" not in path.read_bytes().lower()
    with pytest.raises(SettingsError, match="--person NAME"):
        forget_command(" ", None, console)
