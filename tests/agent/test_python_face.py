"""`compare`, `acompare` and `stream`: the same run, told in three ways; runs themselves are laid down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripted import new_context, report_of, run_input

import viddiff
from viddiff import Report
from viddiff.agent import run as run_module
from viddiff.agent.embedded_planner import EmbeddedPlanner
from viddiff.agent.events import Event, Finished, Progress, Step
from viddiff.agent.settings import Settings
from viddiff.memory.cache import Cache
from viddiff.memory.errors import SettingsError, VideoError
from viddiff.memory.state import RunInput

TOLD = [Progress(what="tracking", share=0.5), Step(node="review", said="…"), Progress(what="tracking", share=1.0)]


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[RunInput]:
    """Runs that tell three events and end with a report; what they were asked is kept."""
    report = report_of(new_context(Cache(tmp_path), EmbeddedPlanner(), {"d1": []}), run_input())
    asked: list[RunInput] = []

    async def run(paths: tuple[Path, Path], request: RunInput, settings: Settings, tell: Callable[[Event], None]) -> Report:
        asked.append(request)
        for event in TOLD:
            await asyncio.to_thread(tell, event)
        if paths[0].name == "broken.mp4":
            raise VideoError("broken.mp4: cannot be read")
        return report

    monkeypatch.setattr(run_module, "run", run)
    return asked


def test_compare_tells_everything_and_ends_with_the_report(runs: list[RunInput]) -> None:
    heard: list[Event] = []
    report = viddiff.compare("a.mp4", Path("b.mp4"), action=" squat ", on_event=heard.append)
    assert heard == [*TOLD, Finished(report=report)]
    assert (runs[0]["action"], runs[0]["setting"], runs[0]["max_differences"]) == ("squat", "open", 10)


def test_statements_make_the_setting_closed(runs: list[RunInput]) -> None:
    viddiff.compare("a.mp4", "b.mp4", action="squat", differences=["deeper", {"id": "x", "description": "slower"}])
    assert runs[0]["setting"] == "closed"
    assert [(s.id, s.description) for s in runs[0]["statements"]] == [("0", "deeper"), ("x", "slower")]


def test_the_asynchronous_twin_gives_the_same(runs: list[RunInput]) -> None:
    report = asyncio.run(viddiff.acompare("a.mp4", "b.mp4", action="squat", max_differences=3))
    assert report == viddiff.compare("a.mp4", "b.mp4", action="squat")
    assert runs[0]["max_differences"] == 3
    assert runs[0]["run_id"] != runs[1]["run_id"]


def test_an_error_comes_after_the_events_before_it(runs: list[RunInput]) -> None:
    heard: list[Event] = []
    with pytest.raises(VideoError, match="cannot be read"):
        viddiff.compare("broken.mp4", "b.mp4", action="squat", on_event=heard.append)
    assert heard == TOLD


def test_who_stops_listening_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = []

    async def run(*arguments: Any) -> Report:
        arguments[3](TOLD[0])
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.append(True)
            raise
        raise AssertionError("nobody stopped it")

    async def listen() -> None:
        events = viddiff.stream("a.mp4", "b.mp4", action="squat")
        assert await anext(events) == TOLD[0]
        await events.aclose()
        await asyncio.sleep(0)

    monkeypatch.setattr(run_module, "run", run)
    asyncio.run(listen())
    assert stopped == [True]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"action": " "}, "action: expected a description"),
        ({"max_differences": 0}, "max_differences: expected 1 to 100, got 0"),
        ({"max_differences": 101}, "max_differences: expected 1 to 100, got 101"),
        ({"differences": []}, "differences: expected 1 to"),
    ],
)
def test_wrong_arguments_are_refused_before_any_work(runs: list[RunInput], wrong: dict[str, Any], said: str) -> None:
    arguments: dict[str, Any] = {"action": "squat", **wrong}
    with pytest.raises(SettingsError, match=said):
        viddiff.compare("a.mp4", "b.mp4", **arguments)
    assert runs == []
