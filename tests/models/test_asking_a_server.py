"""Over real HTTP: whatever the server does, there is a right answer or one line that says why not; never a guess."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from model_calls import FENCED, GOOD, QUESTION, answers, desk, question

from viddiff.evals.scripted_server import (
    BadRequest,
    ChatRequest,
    CutConnection,
    RawAnswer,
    Reply,
    Scripted,
    ScriptedServer,
    always_first,
    faults,
    said,
)
from viddiff.evals.scripted_server.combining import Step
from viddiff.evals.scripted_server.exchange import Answered
from viddiff.memory.errors import ModelReplyError, ModelServerError
from viddiff.tools.models.asking import TextPart


def unbounded(content: str, finish: str | None = "stop") -> RawAnswer:
    """A reply of a server that knows no limit on the length."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}
    return RawAnswer(body=json.dumps({"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}))


PASSING: dict[str, Step] = {
    "429": faults.too_many_requests(2),
    "429 without a time": faults.too_many_requests(None),
    "500": faults.server_error(),
    "503": faults.overloaded(3),
    "no connection": faults.connection_cut(),
    "cut within": CutConnection(reply=GOOD),
    "cut within quietly": CutConnection(reply=GOOD, quietly=True),
    "invalid json": faults.invalid_json(),
    "no choices": faults.no_choices(),
    "an error with status 200": RawAnswer(body='{"error": {"message": "upstream is gone", "code": 502}}'),
    "a page": RawAnswer(body="<html>", headers={"Content-Type": "text/html"}),
}
RUBBISH: dict[str, tuple[Step, str]] = {
    "wrong schema": (faults.wrong_schema(), "does not follow the schema"),
    "refusal": (faults.refusal(), "refuses: I'm sorry"),
    "filtered": (faults.filtered(), "content filter"),
    "truncated": (faults.truncated(), "cut off"),
    "broken off": (faults.broken_off(), "not one JSON object"),
    "whole but cut": (Reply(content=GOOD.content, finish="length"), "cut off"),
    "prose": (faults.prose(), "not one JSON object"),
    "empty": (faults.empty(), "empty"),
    "huge": (faults.huge(), "cut off"),
    "huge without bounds": (unbounded("A" * 1_000_000), "not one JSON object"),
    "deep": (unbounded("[" * 200_000), "not one JSON object"),
    "no reason to stop": (unbounded('{"answers": [', None), "not one JSON object"),
    "a tool": (faults.unknown_tool(), "calls a tool"),
    "another choice": (said(answers(d1="both")), "answers.0.choice"),
    "a number as text": (said({"answers": [answers(d1="same")["answers"][0] | {"confidence": "0.8"}]}), "confidence"),
    "one thing too many": (said(answers(d1="same") | {"note": "hm"}), "note"),
    "nothing said of a field": (said({"answers": [{"id": "d1", "choice": "same"}]}), "reason: Field required"),
    "two answers": (Reply(content=f"{GOOD.content}\n{GOOD.content}"), "not one JSON object"),
    "two blocks": (Reply(content=f"{FENCED.content}\n{FENCED.content}"), "not one JSON object"),
    "a name twice": (Reply(content='{"answers": [], "answers": []}'), "stands twice"),
    "not a number": (Reply(content='{"answers": [{"id": "d1", "reason": "", "choice": "same", "confidence": NaN}]}'), "NaN"),
}
FOR_GOOD: dict[str, tuple[Step, str]] = {
    "no quota": (faults.out_of_quota(), "exceeded your current quota"),
    "401": (faults.unauthorized(), "Incorrect API key provided.; check the key"),
    "403": (RawAnswer(status=403, body='{"error": {"message": "not\\nfor you"}}'), "403: not for you; check what the key allows"),
    "404": (RawAnswer(status=404, body='{"error": "model m not found"}'), "model m not found; check the model's name"),
    "422": (faults.unprocessable(), "422: Unexpected field: top_k"),
    "422 as a list": (faults.unprocessable([{"loc": ["body", "n"], "msg": "too many"}]), "too many"),  # pyright: ignore[reportArgumentType]
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_a_failure_that_passes_is_met_by_another_try(fault: Step, tmp_path: Path) -> None:
    with ScriptedServer(Scripted(fault, fault, then=GOOD)) as server:
        at = desk(server, tmp_path)
        (answer,) = at.ask()
        assert answer.value.model_dump(mode="json") == answers(d1="second")
        assert (answer.usage.calls, answer.usage.repaired, len(at.time.waits)) == (3, 0, 2)
        assert len(server.recording.chats) == 3


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_a_failure_that_does_not_pass_is_one_line(fault: Step, tmp_path: Path) -> None:
    with ScriptedServer(Scripted(then=fault)) as server:
        at = desk(server, tmp_path)
        with pytest.raises(ModelServerError, match="3 times in a row") as caught:
            at.ask()
        assert "\n" not in str(caught.value)
        assert f"model server {server.base_url} (m): " in str(caught.value)
        assert len(server.recording.chats) == at.budget.used().calls == 3


@pytest.mark.parametrize(("fault", "words"), FOR_GOOD.values(), ids=FOR_GOOD.keys())
def test_a_failure_for_good_is_not_tried_again(fault: Step, words: str, tmp_path: Path) -> None:
    with ScriptedServer(Scripted(fault, then=GOOD)) as server:
        at = desk(server, tmp_path)
        with pytest.raises(ModelServerError) as caught:
            at.ask()
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)
        assert len(server.recording.chats) == 1
        assert at.time.waits == []


@pytest.mark.parametrize(("rubbish", "words"), RUBBISH.values(), ids=RUBBISH.keys())
def test_rubbish_is_asked_for_again_with_the_reason(rubbish: Step, words: str, tmp_path: Path) -> None:
    with ScriptedServer(Scripted(rubbish, then=GOOD)) as server:
        (answer,) = desk(server, tmp_path).ask()
        assert answer.value.model_dump(mode="json") == answers(d1="second")
        assert (answer.usage.calls, answer.usage.repaired, answer.usage.images) == (2, 1, 4)
        assert words in answer.unusable
        first, second = (call.request for call in server.recording.chats)
    assert first is not None
    assert second is not None
    assert [message.role for message in second.messages] == ["system", "user", "assistant", "user"]
    assert words in second.messages[-1].text
    assert second.messages[-2].text.strip()
    assert len(second.text) < len(first.text) + 5000


@pytest.mark.parametrize(("rubbish", "words"), RUBBISH.values(), ids=RUBBISH.keys())
def test_rubbish_twice_is_an_error_and_is_not_kept(rubbish: Step, words: str, tmp_path: Path) -> None:
    with ScriptedServer(Scripted(rubbish, rubbish, then=GOOD)) as server:
        at = desk(server, tmp_path)
        with pytest.raises(ModelReplyError) as caught:
            at.ask()
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 1000
        assert (at.budget.used().calls, at.budget.used().repaired) == (2, 1)
        assert at.ask()[0].usage.cache_hits == 0


def test_what_was_cut_off_may_be_twice_as_long(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(then=GOOD)) as server:
        (answer,) = desk(server, tmp_path, max_tokens=16).ask()
        assert answer.usage.repaired == 1
        assert [call.body["max_tokens"] for call in server.recording.chats] == [16, 32]


def test_a_slow_server_is_left_in_time(tmp_path: Path) -> None:
    with ScriptedServer(faults.slow(Scripted(then=GOOD), 30)) as server:
        with pytest.raises(ModelServerError, match=r"no answer in time, 2 times"):
            desk(server, tmp_path, attempts=2, timeout_s=0.5).ask()
        # On a busy machine a request may be given up before it has arrived.
        assert 1 <= len(server.recording.chats) <= 2


def test_a_server_that_is_too_slow_is_not_buried_under_more_requests(tmp_path: Path) -> None:
    """It works on at what it was left with, so that every request more is slower than the one before."""
    with ScriptedServer(faults.slow(Scripted(then=GOOD), 30)) as server:
        with pytest.raises(ModelServerError, match=r"no answer in time, 2 times in a row; give it longer .*VIDDIFF_TIMEOUT"):
            desk(server, tmp_path, attempts=5, timeout_s=0.5).ask()
        assert len(server.recording.chats) <= 2


def test_a_bare_500_may_be_a_model_that_is_not_there(tmp_path: Path) -> None:
    said = r"status 500: Internal Server Error, 3 times in a row; .*the model's name"
    with ScriptedServer(Scripted(then=faults.server_error())) as server, pytest.raises(ModelServerError, match=said):
        desk(server, tmp_path).ask()


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(ModelServerError, match=r"no connection \(.+\), 3 times in a row"):
        desk("http://127.0.0.1:9/v1", tmp_path).ask()


def test_the_request_is_strict_bounded_and_in_order(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(GOOD)) as server:
        desk(server, tmp_path).ask()
        (call,) = server.recording.chats
    assert call.body["response_format"]["json_schema"]["strict"] is True
    assert (call.body["max_tokens"], call.body["temperature"], call.body["logprobs"]) == (4096, 0, True)
    assert call.request is not None
    assert [part.image is not None for part in call.request.user_parts] == [False, True, False, True, False]
    assert (call.headers["x-stainless-retry-count"], call.headers["connection"]) == ("0", "close")


def test_a_seed_is_sent_where_one_was_given_and_answers_by_another_are_not_taken(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(then=GOOD)) as server:
        for seed in (None, 7, 7, 8):
            desk(server, tmp_path, seed=seed).ask()
        assert [call.body.get("seed") for call in server.recording.chats] == [None, 7, 8]


def test_texts_alone_are_one_plain_text(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(GOOD)) as server:
        desk(server, tmp_path).ask(question(parts=(TextPart(text="Action: squat"), TextPart(text="At most 5."))))
        assert server.recording.chats[0].body["messages"][1]["content"] == "Action: squat\n\nAt most 5."


def test_a_reply_after_thoughts_or_in_one_fence_is_taken(tmp_path: Path) -> None:
    thoughts = Reply(content=f'<think>Is it {{"choice": "same"}}?</think>\n{GOOD.content}')
    with ScriptedServer(Scripted(FENCED, thoughts)) as server:
        at = desk(server, tmp_path)
        found = [at.ask(question(each))[0] for each in ("one", "two")]
    assert [each.usage.calls for each in found] == [1, 1]
    assert {each.value.answers[0].choice for each in found} == {"second"}


@pytest.mark.parametrize("refuses", [False, True])
def test_a_server_without_schemas_is_found_out_once_by_what_it_says(refuses: bool, tmp_path: Path) -> None:
    with ScriptedServer(faults.WithoutSchema(always_first(), refuses=refuses)) as server:
        at = desk(server, tmp_path, together=2)
        found = at.ask(*(question(f"statement {n}") for n in range(6)))
        assert {each.value.answers[0].choice for each in found} == {"first"}
        calls = list(server.recording.chats)
        written = ["JSON schema" in call.body["messages"][0]["content"] for call in calls]
        # Nobody waits for the first to find out; those who wait for their turn anyway profit from it.
        assert 1 <= written.count(False) <= 2
        assert sum(each.usage.repaired for each in found) == (0 if refuses else written.count(False))
        assert [("response_format" in call.body) for call in calls[-4:]] == [not refuses] * 4
        # Another run on the same day knows.
        desk(server, tmp_path).ask(question("another"))
        assert len(server.recording.chats) == len(calls) + 1


def test_as_many_as_may_are_asked_at_once_from_the_start(tmp_path: Path) -> None:
    with ScriptedServer(faults.slow(always_first(), 0.3)) as server:
        desk(server, tmp_path, together=4).ask(*(question(f"statement {n}") for n in range(4)))
        assert server.recording.most_together == 4


def test_a_server_that_follows_schemas_is_not_taken_for_one_that_does_not(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(faults.prose(), then=GOOD)) as server:
        at = desk(server, tmp_path)
        at.ask(question("one"), question("two"))
        before = len(server.recording.chats)
        desk(server, tmp_path).ask(question("three"))
        (call,) = server.recording.chats[before:]
    assert call.body["response_format"]["type"] == "json_schema"


def test_one_bad_reply_later_on_does_not_make_a_server_one_without_schemas(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(GOOD, faults.prose(), then=GOOD)) as server:
        at = desk(server, tmp_path)
        for n in range(3):
            at.ask(question(f"statement {n}"))
        assert not any("JSON schema" in call.body["messages"][0]["content"] for call in server.recording.chats)


def test_a_guess_at_what_a_server_refused_is_told_to_nobody_else(tmp_path: Path) -> None:
    vague = RawAnswer(status=400, body='{"error": {"message": "invalid picture"}}')
    with ScriptedServer(Scripted(vague, then=GOOD)) as server:
        desk(server, tmp_path).ask()
        desk(server, tmp_path).ask(question("another"))
        assert ["logprobs" in call.body for call in server.recording.chats] == [True, False, True]


class Picky:
    """Refuses one field, with the words of OpenAI or with none."""

    def __init__(self, field: str, words: str) -> None:
        self._field, self._words = field, words

    def reply(self, request: ChatRequest) -> Answered:
        if self._field in request.body:
            raise BadRequest(self._words)
        return always_first(0.7).reply(request)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("logprobs", "logprobs are not supported with reasoning models"),
        ("logprobs", "nope"),
        ("temperature", "Unsupported value: 'temperature' does not support 0 with this model."),
        ("seed", "Unrecognized request argument supplied: seed"),
        ("max_tokens", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
    ],
)
def test_a_field_that_is_refused_is_left_out_quietly_and_from_then_on(field: str, words: str, tmp_path: Path) -> None:
    with ScriptedServer(Picky(field, words)) as server:
        at = desk(server, tmp_path, seed=7)
        found = [at.ask(question(each))[0] for each in ("one", "two")]
        bodies = [call.body for call in server.recording.chats]
    assert [each.usage.calls for each in found] == [2, 1]
    assert [field in body for body in bodies] == [True, False, False]
    assert all("max_tokens" in body or "max_completion_tokens" in body for body in bodies)
    assert bool(found[1].choice_probabilities) == (field != "logprobs")


def test_a_request_that_is_bad_in_itself_teaches_nothing(tmp_path: Path) -> None:
    def bad(request: ChatRequest) -> Answered:
        if "too long" in request.text:
            raise BadRequest("This model's maximum context length is 10 tokens")
        return GOOD

    with ScriptedServer(_By(bad)) as server:
        at = desk(server, tmp_path)
        with pytest.raises(ModelServerError, match="maximum context length"):
            at.ask(question("too long"))
        at.ask(question("short"))
        bodies = [call.body for call in server.recording.chats]
    assert len(bodies) == 2
    assert sorted(bodies[0]) == sorted(bodies[1])


class _By:
    def __init__(self, answer: Callable[[ChatRequest], Answered]) -> None:
        self.reply = answer


def test_the_odds_of_each_choice_come_with_the_answer(tmp_path: Path) -> None:
    with ScriptedServer(always_first(0.7)) as server:
        (answer,) = desk(server, tmp_path).ask()
    assert answer.choice_probabilities == (pytest.approx({"first": 0.7, "second": 0.1, "same": 0.1, "cannot_tell": 0.1}),)


def test_an_asker_lives_through_several_event_loops_and_many_questions(tmp_path: Path) -> None:
    with ScriptedServer(faults.slow(always_first(), 0.05)) as server:
        at = desk(server, tmp_path, together=3)
        for round_ in range(2):
            found = at.ask(*(question(f"{round_} {n}") for n in range(8)))
            assert len(found) == 8
        assert server.recording.most_together == 3


def test_the_schema_that_was_sent_is_the_one_that_is_read(tmp_path: Path) -> None:
    with ScriptedServer(Scripted(GOOD)) as server:
        desk(server, tmp_path).ask(QUESTION)
        schema = server.recording.chats[0].body["response_format"]["json_schema"]["schema"]
    assert sorted(schema["$defs"]["Choice"]["required"]) == sorted(json.loads(str(GOOD.content))["answers"][0])
