"""`viddiff --help` is a stored page: it says what the command line itself would, and nothing is cut off in it."""

from __future__ import annotations

import sys

import pytest

from viddiff.__main__ import first_page
from viddiff.agent.cli import app


def _printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "argv", ["viddiff", *arguments])
    with pytest.raises(SystemExit):
        app(prog_name="viddiff")
    return capsys.readouterr().out


def test_the_stored_page_is_the_command_lines_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert first_page() == _printed(monkeypatch, capsys, "--help")


@pytest.mark.parametrize("group", [[], ["eval"], ["history"], ["taxonomy"], ["trace"]])
def test_no_command_is_listed_with_half_a_sentence(
    group: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "..." not in _printed(monkeypatch, capsys, *group, "--help").partition("Commands:")[2]


def test_brackets_in_a_help_text_stay(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "openai:MODEL[@BASE_URL]" in _printed(monkeypatch, capsys, "compare", "--help")
