"""What asking takes is loaded once, ahead of the questions; what is wrong with it is told where they are asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from model_calls import GOOD, desk, question

from viddiff.evals.scripted_server import Scripted, ScriptedServer
from viddiff.memory.errors import ModelServerError
from viddiff.tools.models import structured_chat
from viddiff.tools.models.chat import chat_model


def test_the_client_is_made_when_loaded_and_never_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def counted(*arguments: Any, **rest: Any) -> Any:
        made.append(chat_model(*arguments, **rest))
        return made[-1]

    monkeypatch.setattr(structured_chat, "chat_model", counted)
    with ScriptedServer(Scripted(then=GOOD)) as server:
        at = desk(server, tmp_path)
        at.asker.load()
        assert len(made) == 1
        at.ask(question("the squat is deeper"), question("the squat is faster"))
    assert (len(made), len(server.recording.chats)) == (1, 2)


def test_a_client_that_cannot_be_made_is_told_of_by_the_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError("unknown scheme for proxy")

    monkeypatch.setattr(structured_chat, "chat_model", broken)
    at = desk("http://127.0.0.1:9/v1", tmp_path)
    at.asker.load()
    with pytest.raises(ModelServerError, match="unknown scheme for proxy"):
        at.ask()
