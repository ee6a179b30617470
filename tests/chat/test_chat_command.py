"""`viddiff chat`: questions on stdin, a prompt in a terminal, slash commands, Ctrl-C, and coming back."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from viddiff import Settings
from viddiff.agent.chat.session import Session
from viddiff.agent.command_chat import chat_command
from viddiff.memory.errors import SettingsError

COMMAND = [sys.executable, "-m", "viddiff", "chat"]


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "VIDDIFF_HOME": str(home), "VIDDIFF_PROFILE": "embedded", "TERM": "xterm-256color", "COLUMNS": "120"}


@pytest.fixture
def compared(session: Session) -> Session:
    session.compare()
    return session


def test_questions_and_commands_come_one_to_a_line(drawn_clips, home_settings: Settings, tmp_path: Path) -> None:
    page = tmp_path / "comparison.html"
    asked = f"who goes deeper?\n/show\n/show 99\n/stages\n/report {page}\n/nonsense\n\nthanks\n/history\n/quit\nnever asked\n"
    command = [*COMMAND, drawn_clips.a.path, drawn_clips.b.path, "--action", "squat"]
    done = subprocess.run(
        list(map(str, command)), input=asked, capture_output=True, text=True, env=_environment(home_settings.home), check=False, timeout=200
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "\x1b" not in done.stdout
    assert "? who goes deeper?\nIn A, the squat is deeper: depth of the hips" in done.stdout
    assert "You are welcome." in done.stdout
    assert "never asked" not in done.stdout
    pictures = [Path(path) for path in re.findall(r"\S+\.jpg$", done.stdout, re.MULTILINE)]
    assert len(pictures) == 4
    assert all(path.read_bytes().startswith(b"\xff\xd8") for path in pictures)
    assert page.read_text(encoding="utf-8").lstrip().startswith("<!doctype html>")
    assert "/show 99: expected a number from 1 to 10" in done.stderr
    assert "/nonsense: there is no such command; expected one of /help" in done.stderr
    assert re.search(r"kept: viddiff chat --resume [0-9a-f]{12}$", done.stdout.strip())


def test_a_line_typed_during_an_answer_is_asked_next_and_control_c_at_the_prompt_leaves(
    compared: Session, home_settings: Settings
) -> None:
    leader, follower = pty.openpty()
    child = subprocess.Popen(
        [*COMMAND, "--resume", compared.id], stdin=follower, stdout=follower, stderr=follower,
        env=_environment(home_settings.home), start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    os.close(follower)
    seen = _until(leader, "\n? ")
    os.write(leader, b"who goes deeper?\n")
    seen += _until(leader, "a line typed now is asked next")
    os.write(leader, b"how many reps?\n")
    seen += _until(leader, " sure (")
    seen += _until(leader, "whole repetitions in B")
    seen += _until(leader, "\n? ")
    child.send_signal(signal.SIGINT)
    # One that comes before readline waits for keys lies until the next, which nobody's hand is quick enough for.
    seen += _until(leader, f"--resume {compared.id}\x1b", quiet=lambda: child.send_signal(signal.SIGINT))
    assert child.wait(30) == 0
    os.close(leader)
    assert "In A, the squat is deeper" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen)
    assert re.search(r"\x1b\[38;[\d;]+m\[A ", seen)
    assert "who goes deeper?" in (home_settings.home / "chat_lines").read_text(encoding="utf-8")


def _until(leader: int, text: str, quiet: Callable[[], None] = lambda: None) -> str:
    """What the terminal shows, up to some text; `quiet` is called when it has shown nothing for five seconds."""
    seen, end = "", time.monotonic() + 60
    while text not in seen.replace("\r", ""):
        assert time.monotonic() < end, seen
        if select.select([leader], [], [], 5.0)[0]:
            seen += os.read(leader, 65536).decode("utf-8", "replace")
        else:
            quiet()
    return seen


def test_control_c_during_an_answer_goes_back_to_the_prompt(
    compared: Session, home_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = Session.ask

    def interrupted(self: Session, question: str, *rest: object) -> object:
        if question == "stop me":
            raise KeyboardInterrupt
        return answer(self, question, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "ask", interrupted)
    monkeypatch.setattr(sys, "stdin", io.StringIO("stop me\nthanks\n"))
    chat_command(None, None, None, "", compared.id, home_settings)
    said = capsys.readouterr().out
    assert said.index("stopped; what was finished is kept") < said.index("You are welcome.")
    assert said.rstrip().endswith(f"kept: viddiff chat --resume {compared.id}")


def test_a_conversation_that_is_taken_up_shows_its_last_turns(
    compared: Session, home_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compared.ask("how many reps?")
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    chat_command(None, None, None, "", compared.id, home_settings)
    said = capsys.readouterr().out
    assert "? how many reps?\nI count 2 whole repetitions in A" in said


@pytest.mark.parametrize(
    ("a", "action", "resume", "expected"),
    [(None, None, None, "expected two clips"), (Path("a.mp4"), None, None, "expected two clips"), (Path("a.mp4"), None, "0" * 12, "leave them out"),
     (None, None, "0" * 12, "conversation '000000000000' is not known here; expected the id of a conversation")],
)  # fmt: skip
def test_what_is_named_wrongly_is_said(
    a: Path | None, action: str | None, resume: str | None, expected: str, home_settings
) -> None:
    with pytest.raises(SettingsError, match=expected):
        chat_command(a, a, action, "", resume, home_settings)
