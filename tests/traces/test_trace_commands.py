"""`viddiff trace` on a folder of recorded runs, and the same page behind `viddiff serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from canned_trace import RUN, full_trace
from fastapi.testclient import TestClient
from planted_faults import FAULTS, sound
from typer.testing import CliRunner

from viddiff import Settings
from viddiff.agent.cli import app
from viddiff.agent.traces.changes import changes_between
from viddiff.agent.traces.opening import open_trace
from viddiff.agent.web.app import create_app
from viddiff.agent.web.conversation import Conversations
from viddiff.agent.web.options import WebOptions
from viddiff.memory.errors import SettingsError

OTHER = "bbbbbbbbbbbb"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    full_trace(folder)
    (folder / "quiet").mkdir()
    sound(folder / "quiet").rename(folder / "runs" / OTHER)
    return folder


@pytest.fixture
def say(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("VIDDIFF_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "160")

    def said(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["trace", *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return said


def test_list_shows_the_runs_and_keeps_those_that_are_asked_for(say: Any) -> None:
    everything = say("list")
    assert RUN in everything
    assert OTHER in everything
    assert "4 of 5" in everything
    for flag in ("--uncertain", "--relocalized", "--disagreeing", "--errors"):
        kept = say("list", flag)
        assert RUN in kept
        assert OTHER not in kept
    assert OTHER not in say("list", "--dearest", "-n", "1")


def test_list_keeps_ids_and_counts_whole_where_it_is_narrow(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    narrow = say("list")
    assert RUN in narrow
    assert OTHER in narrow
    assert "4 of 5" in narrow
    assert max(map(len, narrow.splitlines())) <= 80


def test_list_says_when_there_is_nothing(say: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDDIFF_HOME", str(tmp_path))
    assert say("list") == "no run was recorded yet\n"
    assert say("list", "--errors") == "no such run was recorded\n"


def test_show_draws_the_tree_and_names_what_is_wrong(say: Any) -> None:
    said = say("show", RUN)
    assert "query vlm  asked about 5 differences in 4 questions, 1 void  6.1 s $0.0156" in said
    assert "biased model, close to the error, wrong instants" in said


def test_show_tells_one_difference(say: Any) -> None:
    said = say("show", RUN, "--difference", "d1")
    assert "Look 2: extremum, because of: orders disagree" in said
    assert "A shown first: the first video, A, 80%: A sinks lower than B" in said
    assert "(set aside)" in said


def test_a_difference_that_is_not_there_is_refused(say: Any) -> None:
    with pytest.raises(SettingsError, match="expected one of d0, d1"):
        say("show", RUN, "--difference", "d9")


def test_export_writes_one_file_with_or_without_pictures(say: Any, tmp_path: Path) -> None:
    whole, bare = tmp_path / "whole.html", tmp_path / "bare.html"
    say("export", RUN, str(whole))
    say("export", RUN, str(bare), "--no-frames")
    assert whole.read_text(encoding="utf-8").count("data:image/jpeg;base64,") == 2
    assert "data:image/jpeg" not in bare.read_text(encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be written"):
        say("export", RUN, str(tmp_path / "nowhere" / "x.html"))


def test_open_prints_the_address_of_the_page_beside_the_run(say: Any, home: Path) -> None:
    page = home / "runs" / RUN / "trace.html"
    assert say("open", RUN, "--no-browser").strip() == page.as_uri()
    assert page.stat().st_size > 100_000


def test_diff_says_what_changed(say: Any, home: Path, tmp_path: Path) -> None:
    page = tmp_path / "diff.html"
    said = say("diff", RUN, OTHER, "--html", str(page))
    assert "answer: unknown → B 90%" in said
    assert "looks: align, extremum → align" in said
    assert "looked at: yes → no" in said
    text = page.read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "<img src=x" not in text
    assert "<script" not in text


def test_nothing_changes_between_a_run_and_itself(home: Path) -> None:
    story = open_trace(home / "runs" / RUN)
    changes = changes_between(story, story)
    assert (changes.settings, changes.differences, changes.cost, changes.unchanged) == ((), (), (), 5)


def test_settings_and_instants_that_moved_are_told(home: Path, tmp_path: Path) -> None:
    before = open_trace(home / "runs" / OTHER)
    plant, _ = FAULTS["instants far apart"]
    after = open_trace(plant(tmp_path))
    after = after.model_copy(update={"head": after.head.model_copy(update={"settings": {**after.head.settings, "fps": 15.0}})})
    changes = changes_between(before, after)
    assert [(each.what, each.before, each.after) for each in changes.settings if each.what == "setting fps"] == [
        ("setting fps", "30.0", "15.0")
    ]
    [knees] = changes.differences
    assert "instants" in {each.what for each in knees.changes}


@pytest.fixture
def client(home: Path) -> TestClient:
    made = create_app(Settings.of(home=home, profile="embedded"), WebOptions(), cast(Conversations, None))
    return TestClient(made, base_url="http://127.0.0.1")


def test_the_server_allows_its_page_by_hashes_alone(client: TestClient) -> None:
    reply = client.get(f"/trace/{RUN}")
    assert reply.status_code == 200
    policy = reply.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'; img-src 'self'; style-src 'sha256-" in policy
    assert "frame-ancestors 'none'" in policy
    assert "data:image" not in reply.text
    assert client.get("/api/about").json()["traces"] is True


def test_the_server_gives_pictures_of_a_run_and_nothing_else(client: TestClient, home: Path) -> None:
    name = next((home / "runs" / RUN / "frames").iterdir()).name
    reply = client.get(f"/trace/{RUN}/frames/{name}")
    assert reply.headers["content-type"] == "image/jpeg"
    assert "immutable" in reply.headers["cache-control"]
    for place in (
        f"/trace/{RUN}/frames/{'0' * 32}.jpg",
        f"/trace/{RUN}/frames/..%2Ftrace.jsonl",
        "/trace/ffffffffffff",
    ):
        assert client.get(place).status_code == 404
