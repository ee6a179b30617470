"""A conversation with a language model behind it: a real server on 127.0.0.1 that calls the chat's tools and streams its answers."""

from __future__ import annotations

import json

import pytest

from viddiff import Session, Settings
from viddiff.agent.events import Said
from viddiff.evals.scripted_server import ScriptedServer, faults
from viddiff.evals.scripted_server.answering import cannot_tell
from viddiff.evals.scripted_server.combining import Scripted
from viddiff.evals.scripted_server.named import whole
from viddiff.evals.scripted_server.talking import Talker

DEEPER = "the hips sink deeper"


@pytest.fixture
def talk(drawn, settings):
    """Begin a conversation whose questions a server answers; the comparison itself is embedded and made once."""
    made = drawn("squat", 3)

    def begin(server: ScriptedServer, **more) -> Session:
        spec = f"openai:scripted@{server.base_url}"
        with_model = Settings.of(home=settings.home, profile="auto", planner=spec, vlm="none", **more)
        return Session.start(made.a.path, made.b.path, action=made.pair.description, differences=[DEEPER], settings=with_model)

    return begin


def test_an_answer_is_streamed_cites_known_instants_and_is_kept(talk):
    with ScriptedServer(whole(cannot_tell())) as server:
        session = talk(server)
        pieces = []
        reply = session.ask("Who went deeper?", lambda e: pieces.append(e.text) if isinstance(e, Said) else None)
        report = session.compare()
        assert "".join(pieces) == reply.text
        assert len(pieces) > 1
        assert reply.by.startswith("openai:scripted@")
        assert {c.video for c in reply.citations} == {"a", "b"}
        shown = report.differences[0].evidence
        assert abs(reply.citations[0].time_s - shown.a[0].time_s) < 0.01
        assert reply.about == (report.differences[0].id,)
        asked = [call for call in server.recording.chats if call.request and call.request.tools and call.request.streamed]
        assert asked


def test_a_statement_that_comes_up_in_the_talk_goes_through_the_whole_loop(talk):
    with ScriptedServer(whole(cannot_tell())) as server:
        session = talk(server)
        asked = json.dumps({"statements": ["the torso leans further forward"]})
        reply = session.ask(f"consider_statements {asked}")
        report = session.compare()
    assert [d.description for d in report.differences] == [DEEPER, "the torso leans further forward"]
    assert report.differences[1].measurement is not None
    assert report.differences[1].id == "asked-1"
    assert "considered as asked-1" in reply.text


def test_what_the_model_was_told_before_is_still_known_at_the_next_question(talk):
    with ScriptedServer(whole(cannot_tell())) as server:
        session = talk(server)
        session.ask("first question")
        again = Session.open(session.id, settings=session._settings)
        again.ask("second question")
        texts = [[m.text for m in call.request.messages] for call in server.recording.chats if call.request]
    assert texts[-1][1] == "first question"
    assert texts[-1][-1] == "second question"


@pytest.mark.parametrize("says", ["At [A 99.00 s] it is deeper.", ""])
def test_an_instant_that_is_not_in_the_clip_or_no_answer_is_never_passed_on(talk, says):
    talker = Talker(says) if says else Scripted(then=faults.empty())
    with ScriptedServer(whole(cannot_tell(), talker=talker)) as server:
        reply = talk(server).ask("Who went deeper?")
    assert "99.00" not in reply.text
    assert reply.by == "embedded"
    assert "was not used: its replies could not be used" in reply.text


def test_one_unusable_answer_is_asked_for_again(talk):
    talker = Scripted(Talker("At [A 99.00 s] it is deeper."), then=Talker())
    with ScriptedServer(whole(cannot_tell(), talker=talker)) as server:
        reply = talk(server).ask("Who went deeper?")
        assert reply.by.startswith("openai:scripted@")
        complaints = [call.request.messages[-1].text for call in server.recording.chats if call.request]
    assert any("A lasts" in text for text in complaints)


@pytest.mark.parametrize("fault", [faults.unauthorized, faults.unprocessable])
def test_without_its_model_the_embedded_side_answers_and_says_so(talk, fault):
    with ScriptedServer(whole(cannot_tell(), talker=Scripted(then=fault()))) as server:
        reply = talk(server).ask("Who went deeper?")
    assert reply.by == "embedded"
    assert "was not used" in reply.text


def test_a_model_that_only_calls_tools_is_stopped(talk):
    call = 'show_frames {"video": "a", "time_s": 0.5}'

    class Restless(Talker):
        def reply(self, request):
            return super().reply(request.model_copy(update={"messages": tuple(m for m in request.messages if m.role != "tool")}))

    with ScriptedServer(whole(cannot_tell(), talker=Restless())) as server:
        reply = talk(server).ask(call)
    assert reply.by == "embedded"


def test_the_budget_holds_for_the_talk_too(talk):
    with ScriptedServer(whole(cannot_tell())) as server:
        session = talk(server, max_calls=8)
        replies = [session.ask(f"question {n}") for n in range(8)]
        assert len(server.recording.chats) <= 8
    assert replies[-1].by == "embedded"
    assert "limit of 8 model calls" in replies[-1].text
