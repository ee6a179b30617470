"""The command line's contract: exit statuses, one line for what the user must change, JSON alone on stdout."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripted import new_context, report_of

from viddiff import Report
from viddiff.agent import cli, command_compare
from viddiff.agent.embedded_planner import EmbeddedPlanner
from viddiff.agent.settings import Settings
from viddiff.memory.cache import Cache
from viddiff.memory.errors import ModelServerError

Said = tuple[int, str, str]


@pytest.fixture
def clips(tmp_path: Path) -> list[str]:
    """Two files that look like clips until they are opened."""
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"not opened")
    return [str(tmp_path / "a.mp4"), str(tmp_path / "b.mp4")]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run the command line in this process: exit status, stdout, stderr."""
    monkeypatch.setenv("VIDDIFF_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(Settings.model_config, "toml_file", None)

    def call(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["viddiff", *arguments])
        status = 0
        try:
            cli.main()
        except SystemExit as left:
            status = int(left.code or 0)
        return status, *capfd.readouterr()

    return call


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return report_of(new_context(Cache(tmp_path), EmbeddedPlanner(), {"d1": [], "d2": ["joint hidden"] * 9}))


@pytest.fixture
def finished(report: Report, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Comparisons that are done at once; what they were asked is kept."""
    asked: list[dict[str, Any]] = []

    def compare(*paths: Path, **arguments: Any) -> Report:
        asked.append({**arguments, "paths": paths})
        return report

    monkeypatch.setattr(command_compare, "compare", compare)
    return asked


def assert_one_line(result: Said, *parts: str) -> None:
    status, out, err = result
    assert (status, out) == (2, "")
    assert err.startswith("viddiff: ")
    assert err.count("\n") == 1
    assert [part for part in parts if part not in err] == []


@pytest.mark.parametrize("address", ["https://example.org/a.mp4", "file:///etc/hostname"])
def test_an_address_is_called_one(said: Callable[..., Said], clips: list[str], address: str) -> None:
    assert_one_line(said("compare", address, clips[1], "--action", "squat"), "is an address", "download")


def test_a_missing_file_is_named(said: Callable[..., Said], clips: list[str]) -> None:
    # Both at once are looked at, and whichever is refused first is named.
    missing = clips[0] + "x"
    assert_one_line(said("compare", missing, missing, "--action", "squat"), "a.mp4x")


def test_a_text_that_is_called_mp4_is_named(said: Callable[..., Said], clips: list[str]) -> None:
    assert_one_line(said("compare", *clips, "--action", "squat"), ".mp4")


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--action", "  "], "action"),
        (["--action", "squat", "--max-differences", "0"], "max_differences"),
        (["--action", "squat", "--fps", "0"], "'fps'"),
        (["--action", "squat", "--fps", "nan"], "'fps'"),
        (["--action", "squat", "--max-calls", "-1"], "'max_calls'"),
        (["--action", "squat", "--planner", "oracle"], "'planner'"),
        (["--action", "squat", "--vlm", "eyes"], "'vlm'"),
        (["--action", "squat", "--encoder", "magic"], "'encoder'"),
        (["--action", "squat", "--difference", "  "], "differences: entry 0"),
        (["--action", "squat", "--json", "nowhere/report.json"], "--json nowhere/report.json"),
        (["--action", "squat", "--html", "nowhere/report.html"], "--html nowhere/report.html"),
        (["--action", "squat", "--video", "nowhere/film.mp4"], "--video nowhere/film.mp4"),
    ],
)
def test_a_wrong_option_is_named(said: Callable[..., Said], clips: list[str], options: list[str], part: str) -> None:
    assert_one_line(said("compare", *clips, *options), part)


@pytest.mark.parametrize("options", [[], ["--action", "squat", "--fps", "fast"], ["--action", "squat", "--profile", "cloud"]])
def test_a_command_that_cannot_be_read_shows_the_usage(said: Callable[..., Said], clips: list[str], options: list[str]) -> None:
    status, out, err = said("compare", *clips, *options)
    assert (status, out) == (2, "")
    assert "Usage: " in err
    assert " compare [OPTIONS]" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("content", ["[", "{}", "[]", '["x", 3]', '[{"id": "1"}]', None])
def test_a_wrong_list_of_differences_is_answered_before_the_work(
    said: Callable[..., Said], finished: list[dict[str, Any]], clips: list[str], tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "differences.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert_one_line(said("compare", *clips, "--action", "squat", "--differences", str(path)), "differences")
    assert finished == []


@pytest.mark.parametrize("option", ["--json", "--html", "--video"])
@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that not even root can write to")
def test_a_folder_that_cannot_be_written_is_noticed_before_the_work(
    said: Callable[..., Said], finished: list[dict[str, Any]], clips: list[str], option: str
) -> None:
    assert_one_line(said("compare", *clips, "--action", "squat", option, "/proc/report.out"), f"{option} /proc/report.out")
    assert finished == []


def test_looking_whether_a_file_can_be_written_leaves_it_alone(
    said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, clips: list[str], tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ModelServerError("the server is gone")

    monkeypatch.setattr(command_compare, "compare", broken)
    kept = tmp_path / "old.json"
    kept.write_text("old", encoding="utf-8")
    outputs = ["--json", str(kept), "--html", str(tmp_path / "new.html")]
    assert said("compare", *clips, "--action", "squat", *outputs) == (3, "", "viddiff: the server is gone\n")
    assert kept.read_text(encoding="utf-8") == "old"
    assert not (tmp_path / "new.html").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
def test_a_full_disk_is_one_line(said: Callable[..., Said], finished: list[dict[str, Any]], clips: list[str]) -> None:
    status, _, err = said("compare", *clips, "--action", "squat", "--json", "/dev/full")
    assert status == 2
    assert "/dev/full" in err.splitlines()[-1]
    assert err.splitlines()[-1].startswith("viddiff: ")
    assert finished
    assert "Traceback" not in err


def test_json_on_stdout_stands_alone(
    said: Callable[..., Said], finished: list[dict[str, Any]], clips: list[str], report: Report
) -> None:
    status, out, err = said("compare", *clips, "--action", "squat", "--json", "-", "--difference", "it is deeper")
    assert (status, err) == (0, "")
    assert Report.model_validate_json(out) == report
    assert "schema" in json.loads(out)
    assert finished[0]["differences"] == ["it is deeper"]


def test_otherwise_the_report_is_shown_and_written(
    said: Callable[..., Said], finished: list[dict[str, Any]], clips: list[str], report: Report, tmp_path: Path
) -> None:
    status, out, err = said("compare", *clips, "--action", "squat", "--json", str(tmp_path / "r.json"), "--seed", "3")
    assert (status, err) == (0, "")
    assert "statement d1" in out
    assert Report.model_validate_json((tmp_path / "r.json").read_text(encoding="utf-8")) == report
    assert finished[0]["settings"].seed == 3
    assert finished[0]["differences"] is None


def test_ctrl_c_is_130(said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, clips: list[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_compare, "compare", interrupted)
    status, out, err = said("compare", *clips, "--action", "squat")
    assert (status, out) == (130, "")
    assert err.startswith("viddiff: interrupted")
    assert err.count("\n") == 1


def test_without_arguments_there_is_help(said: Callable[..., Said]) -> None:
    _, out, err = said()
    assert "Usage: " in out + err
    assert "doctor" in out + err


def test_python_m_is_the_same_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "viddiff", "compare", "missing.mp4", "b.mp4", "--action", "squat"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert_one_line((done.returncode, done.stdout, done.stderr), "missing.mp4")
