"""A run that stopped is taken up again, and nothing that was answered is paid for twice."""

from __future__ import annotations

import re

import pytest

from viddiff import ModelServerError, Settings, SettingsError, compare
from viddiff.agent.command_compare import Outputs, resume_command
from viddiff.evals.scripted_server import ScriptedServer, faults
from viddiff.evals.scripted_server.combining import Sequence
from viddiff.evals.scripted_server.named import NAMED


def test_a_run_that_the_server_broke_off_is_resumed_without_paying_twice(drawn, made_once, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIDDIFF_HOME", str(made_once.tracks_in(tmp_path / "home")))
    made = drawn("squat", 3)
    texts = [s.description for s in made.pair.statements]
    with ScriptedServer(Sequence((NAMED["image_reader"](), 2), then=faults.unauthorized())) as server:
        settings = Settings.of(vlm=f"openai:scripted@{server.base_url}")
        with pytest.raises(ModelServerError) as caught:
            compare(made.a.path, made.b.path, action=made.pair.description, differences=texts, settings=settings)
        run_id = re.search(r"viddiff resume (\w+)", str(caught.value))
        assert run_id
        assert caught.value.exit_status == 3
        answered = [chat for chat in server.recording.chats if chat.status == 200]
        server.personality = NAMED["image_reader"]()
        before = len(server.recording.chats)
        report = resume_command(run_id[1], Outputs())
        again = server.recording.chats[before:]
    assert report.id == run_id[1]
    assert len(answered) == 2
    assert {str(chat.body["messages"]) for chat in again}.isdisjoint({str(chat.body["messages"]) for chat in answered})
    assert "trace" in capsys.readouterr().out


@pytest.mark.parametrize("run_id", ["0123456789ab", "../../etc", ""])
def test_a_run_that_is_not_known_is_one_line(tmp_path, monkeypatch, run_id):
    monkeypatch.setenv("VIDDIFF_HOME", str(tmp_path))
    with pytest.raises(SettingsError, match="not known here"):
        resume_command(run_id, Outputs())
