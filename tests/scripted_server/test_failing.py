"""Every fault as a client meets it, whole and streamed, and the personalities that decide when it happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import openai
import pytest
from asking import GREY, HELLO, chat_of, content_of, post, verifying

from viddiff.evals.scripted_server import (
    ByKind,
    EveryNth,
    Personality,
    Reply,
    Scripted,
    ScriptedServer,
    Sequence,
    always_first,
    faults,
    same,
)
from viddiff.evals.scripted_server.combining import Step
from viddiff.evals.scripted_server.named import NAMED

WHOLE = '{"answer": "a whole sentence that goes on for long enough"}'
GOOD = Reply(content=WHOLE)
good = Scripted(then=GOOD)


def ask(step: Step, body: dict[str, Any] = HELLO, times: int = 1) -> list[httpx.Response]:
    with ScriptedServer(Scripted(then=step)) as server:
        return [post(server, body) for _ in range(times)]


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (faults.too_many_requests(7), 429, "Rate limit"),
        (faults.out_of_quota(), 429, "insufficient_quota"),
        (faults.server_error(), 500, "Internal Server Error"),
        (faults.overloaded(3), 503, "overloaded"),
        (faults.unauthorized(), 401, "invalid_api_key"),
        (faults.unprocessable("Unexpected field: top_k"), 422, '{"detail": "Unexpected field: top_k"}'),
    ],
)
def test_errors_have_their_status_and_body(fault: Step, status: int, words: str) -> None:
    (response,) = ask(fault)
    assert response.status_code == status
    assert words in response.text


def test_the_time_to_wait_is_told() -> None:
    assert ask(faults.too_many_requests(7))[0].headers["retry-after"] == "7"
    assert ask(faults.overloaded(0.5))[0].headers["retry-after"] == "0.5"
    assert "retry-after" not in ask(faults.too_many_requests(None))[0].headers


def test_a_body_that_is_no_json_or_holds_nothing() -> None:
    with pytest.raises(json.JSONDecodeError):
        ask(faults.invalid_json())[0].json()
    assert ask(faults.no_choices())[0].json()["choices"] == []


@pytest.mark.parametrize(
    ("reply", "finish", "content"),
    [
        (faults.wrong_schema(), "stop", '{"verdict": "yes", "answers": "none"}'),
        (faults.refusal(), "stop", None),
        (faults.filtered(), "content_filter", ""),
        (faults.truncated(), "length", faults.BROKEN_OFF),
        (faults.broken_off(), "stop", faults.BROKEN_OFF),
        (faults.empty(), "stop", ""),
        (faults.huge(), "stop", "A" * 1_000_000),
        (faults.unknown_tool(), "tool_calls", None),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_rubbish_arrives_as_it_was_said(reply: Reply, finish: str, content: str | None, stream: bool) -> None:
    with ScriptedServer(Scripted(reply)) as server:
        if stream:
            with openai.OpenAI(base_url=server.base_url, api_key="none", max_retries=0) as client:
                choices = [c.choices[0] for c in client.chat.completions.create(**HELLO, stream=True) if c.choices]
            found = "".join(choice.delta.content or "" for choice in choices)
            assert (choices[-1].finish_reason, found) == (finish, content or "")
        else:
            choice = post(server, HELLO).json()["choices"][0]
            assert (choice["finish_reason"], choice["message"]["content"]) == (finish, content)


def test_the_connection_is_cut_before_and_within_the_body() -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        ask(faults.connection_cut())
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        ask(faults.cut_within(good))
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
        ask(faults.cut_within(good), HELLO | {"stream": True})
    (quiet,) = ask(faults.cut_within(good, quietly=True))
    assert quiet.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        quiet.json()


def test_a_stream_that_ends_early_raises_nothing_and_lacks_only_its_end() -> None:
    (response,) = ask(faults.cut_within(good, share=0.7, quietly=True), HELLO | {"stream": True})
    assert '{\\"answer\\"' in response.text
    assert "[DONE]" not in response.text
    assert '"finish_reason": "stop"' not in response.text
    with ScriptedServer(faults.cut_within(good, share=0.7, quietly=True)) as server:
        message = chat_of(server, streaming=True).invoke("hello")
    assert 0 < len(str(message.content)) < len(WHOLE)
    assert "finish_reason" not in message.response_metadata


def test_a_slow_server_outlasts_a_timeout_and_stops_at_once() -> None:
    with ScriptedServer(faults.slow(good, 60)) as server, pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{server.base_url}/chat/completions", json=HELLO, timeout=0.1)
    with ScriptedServer(faults.slow(good, 0.05)) as server:
        assert content_of(post(server, HELLO)) == WHOLE


def test_a_reply_cut_by_length() -> None:
    (response,) = ask(faults.cut_by_length(good, 0.5))
    choice = response.json()["choices"][0]
    assert choice["finish_reason"] == "length"
    assert choice["message"]["content"] == WHOLE[: len(WHOLE) // 2]


TOOLS = HELLO | {"tools": [{"type": "function", "function": {"name": "look"}}]}
WITH_SCHEMA = verifying([GREY], [GREY], {"d1": "the squat is deeper"})


def test_a_server_without_tools_refuses_them_alone() -> None:
    assert ask(faults.WithoutTools(good), TOOLS)[0].status_code == 400
    assert ask(faults.WithoutTools(good))[0].status_code == 200


def test_a_server_without_schemas_says_something_else_with_status_200() -> None:
    (response,) = ask(faults.WithoutSchema(always_first()), WITH_SCHEMA)
    assert response.status_code == 200
    assert content_of(response).startswith("Sure!")
    assert ask(faults.WithoutSchema(always_first(), refuses=True), WITH_SCHEMA)[0].status_code == 400


def test_a_schema_that_is_written_out_is_followed_in_a_fence() -> None:
    written = {k: v for k, v in WITH_SCHEMA.items() if k != "response_format"}
    schema = json.dumps(WITH_SCHEMA["response_format"]["json_schema"]["schema"])
    written["messages"] = [{"role": "system", "content": f"Reply as {{json}}, following {schema}."}, *written["messages"][1:]]
    content = content_of(ask(faults.WithoutSchema(always_first(), refuses=True), written)[0])
    assert content.startswith("Here is the JSON:\n```json\n")
    inner = json.loads(content.split("```")[1].removeprefix("json"))
    assert inner["answers"][0] == {"id": "d1", "choice": "first", "confidence": 0.9, "reason": "the first video shows it more"}


def words(responses: list[httpx.Response]) -> list[str | int]:
    return [content_of(r) if r.status_code == 200 else r.status_code for r in responses]


def test_scripts_sequences_and_faults_every_so_often() -> None:
    one, two = Reply(content="one"), Reply(content="two")
    assert words(ask(Scripted(one, faults.server_error(), two), times=4)) == ["one", 500, "two", 500]
    assert words(ask(Scripted(one, then=two), times=3)) == ["one", "two", "two"]
    assert words(ask(Sequence((one, 2), (faults.overloaded(), 1), then=two), times=4)) == ["one", "one", 503, "two"]
    assert words(ask(EveryNth(faults.too_many_requests(), 3, one), times=7)) == ["one", "one", 429, "one", "one", 429, "one"]


def test_requests_are_routed_by_what_they_hold() -> None:
    server = ByKind(planner=Reply(content="plan"), proposer=Reply(content="propose"), vlm=same())
    assert words(ask(server, TOOLS)) == ["plan"]
    assert words(ask(server)) == ["propose"]
    assert '"same"' in content_of(ask(server, WITH_SCHEMA)[0])


@pytest.mark.parametrize("make", NAMED.values(), ids=NAMED.keys())
def test_every_named_personality_is_made_afresh(make: Callable[[], Personality]) -> None:
    assert make() is not make()
