"""Over real HTTP: replies, streams, tools, schemas, usage, log-probabilities, and requests that a strict server refuses."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from asking import ANSWERS, GREY, HELLO, chat_of, content_of, picture, post, text, verifying
from pydantic import BaseModel

from viddiff.evals.scripted_server import Reply, Scripted, ScriptedServer, ToolCall, always_first, image_tokens

LOOK = ToolCall(name="look", arguments='{"ids": ["d1"], "why": "because it is far too small to see"}')
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "look", "parameters": {"type": "object", "properties": {"ids": {"type": "array"}}}},
}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(Scripted(then=Reply(content="Good day. " * 12))) as server:
        yield server


def client_of(server: ScriptedServer) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.base_url, api_key="none", max_retries=0)


def test_a_reply_with_usage_through_the_openai_client(server: ScriptedServer) -> None:
    with client_of(server) as client:
        assert [model.id for model in client.models.list()] == ["scripted"]
        done = client.chat.completions.create(**HELLO)
    assert done.choices[0].message.content == "Good day. " * 12
    assert done.choices[0].finish_reason == "stop"
    assert done.usage is not None
    assert (done.usage.prompt_tokens, done.usage.completion_tokens, done.usage.total_tokens) == (2, 30, 32)


@pytest.mark.parametrize("asked", [True, False])
def test_a_stream_tells_its_usage_when_asked(server: ScriptedServer, asked: bool) -> None:
    options: Any = {"stream_options": {"include_usage": True}} if asked else {}
    with client_of(server) as client:
        chunks = list(client.chat.completions.create(**HELLO, **options, stream=True))
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == "Good day. " * 12
    assert len([piece for piece in pieces if piece]) > 1
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage] == ([32] if asked else [])


@pytest.mark.parametrize("stream", [False, True])
def test_tool_calls_whole_and_streamed_through_langchain(server: ScriptedServer, stream: bool) -> None:
    server.personality = Scripted(Reply(tool_calls=(LOOK, LOOK.model_copy(update={"id": "call-1"}))))
    message = chat_of(server, streaming=stream, stream_usage=True).bind_tools([TOOL]).invoke("look")
    assert [(call["name"], call["args"], call["id"]) for call in message.tool_calls] == [
        ("look", json.loads(LOOK.arguments), "call-0"),
        ("look", json.loads(LOOK.arguments), "call-1"),
    ]
    assert message.response_metadata["finish_reason"] == "tool_calls"
    assert message.usage_metadata is not None


class Answer(BaseModel):
    """One answer."""

    id: str
    choice: str
    confidence: float
    reason: str


class Answers(BaseModel):
    """All answers."""

    answers: list[Answer]


def test_strict_structured_output_through_langchain(server: ScriptedServer) -> None:
    server.personality = always_first(0.75)
    body = verifying([GREY], [GREY], {"d1": "the squat is deeper", "d2": "the arms are raised higher"})
    structured = chat_of(server).with_structured_output(Answers, method="json_schema", strict=True)
    found = structured.invoke([{"role": "user", "content": body["messages"][1]["content"]}])
    assert isinstance(found, Answers)
    assert [(answer.id, answer.choice, answer.confidence) for answer in found.answers] == [
        ("d1", "first", 0.75),
        ("d2", "first", 0.75),
    ]


def test_log_probabilities_tell_the_odds_of_each_choice(server: ScriptedServer) -> None:
    server.personality = always_first(0.7)
    body = verifying([GREY], [GREY], {"d1": "the squat is deeper", "d2": "deeper"}, logprobs=True, top_logprobs=4)
    tokens = post(server, body).json()["choices"][0]["logprobs"]["content"]
    chosen = [token for token in tokens if token["token"] == "first"]
    assert [math.exp(token["logprob"]) for token in chosen][:1] == pytest.approx([0.7])
    odds = {top["token"]: math.exp(top["logprob"]) for top in chosen[0]["top_logprobs"]}
    assert odds == pytest.approx({"first": 0.7, "second": 0.1, "same": 0.1, "cannot_tell": 0.1})
    assert "".join(token["token"] for token in tokens) == content_of(post(server, body))
    assert post(server, HELLO | body | {"logprobs": False}).json()["choices"][0]["logprobs"] is None


@pytest.mark.parametrize(
    ("width", "height", "tokens"),
    [(1920, 1080, 1105), (1280, 720, 1105), (796, 896, 765), (512, 288, 255), (1536, 512, 595), (8000, 100, 765), (1, 1, 255)],
)
def test_image_tokens_follow_the_tile_rule(width: int, height: int, tokens: int) -> None:
    assert image_tokens(width, height) == tokens
    assert image_tokens(width, height, "low") == 85


def test_usage_holds_what_the_images_cost(server: ScriptedServer) -> None:
    server.personality = always_first()
    usage = post(server, verifying([GREY, GREY], [GREY], {"d1": "deeper"})).json()["usage"]
    assert usage["prompt_tokens_details"]["image_tokens"] == 3 * 255
    assert usage["prompt_tokens"] > 3 * 255
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_a_reply_is_cut_off_at_the_length_that_is_allowed(server: ScriptedServer) -> None:
    done = post(server, HELLO | {"max_tokens": 5}).json()
    assert done["choices"][0]["message"]["content"] == ("Good day. " * 12)[:20]
    assert done["choices"][0]["finish_reason"] == "length"
    assert done["usage"]["completion_tokens"] == 5


def test_one_key_alone_is_let_in() -> None:
    with ScriptedServer(Scripted(then=Reply(content="in")), key="right") as server:
        assert post(server, HELLO).status_code == 401
        assert post(server, HELLO, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert content_of(post(server, HELLO, headers={"Authorization": "Bearer right"})) == "in"


CALLED = {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}]}
OPEN = ANSWERS | {"additionalProperties": True}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"messages": []}, "at least one message"),
        ({"model": None}, "model parameter"),
        ({"stream_options": {"include_usage": True}}, "only allowed when 'stream'"),
        ({"messages": [CALLED, {"role": "user", "content": "go on"}]}, "missing: c1"),
        ({"messages": [CALLED]}, "missing: c1"),
        ({"messages": [{"role": "tool", "tool_call_id": "c1", "content": ""}]}, "preceding message with 'tool_calls'"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "invalid content part"),
        ({"messages": [{"role": "user", "content": [picture(GREY)["image_url"]]}]}, "invalid content part"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x.org/a.png"}}]}]},
            "data URLs",
        ),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}
                ]
            },
            "invalid image",
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "strict": True, "schema": OPEN}}},
            "to be false",
        ),
        ({"response_format": {"type": "json_schema", "json_schema": {"schema": ANSWERS}}}, "needs a name"),
        ({"tools": [{"type": "function", "function": {**TOOL["function"], "strict": True}}]}, "additionalProperties"),
        ({"tools": [{"name": "look"}]}, "no chat request"),
    ],
)
def test_what_a_strict_server_refuses(server: ScriptedServer, change: dict[str, Any], reason: str) -> None:
    response = post(server, HELLO | change)
    assert response.status_code == 400
    assert reason in response.json()["error"]["message"]


def test_png_bytes_labelled_jpeg_are_refused(server: ScriptedServer) -> None:
    wrong = picture(GREY)
    wrong["image_url"]["url"] = wrong["image_url"]["url"].replace("image/png", "image/jpeg")
    response = post(server, HELLO | {"messages": [{"role": "user", "content": [text("look"), wrong]}]})
    assert response.status_code == 400
    assert "image/png" in response.json()["error"]["message"]


def test_answered_tool_calls_are_taken(server: ScriptedServer) -> None:
    answered = [CALLED, {"role": "tool", "tool_call_id": "c1", "content": "seen"}, {"role": "user", "content": "and?"}]
    assert post(server, HELLO | {"messages": answered}).status_code == 200


def test_another_path_is_not_found_and_no_json_is_refused(server: ScriptedServer) -> None:
    assert httpx.post(f"{server.base_url}/responses", json=HELLO).status_code == 404
    assert httpx.post(f"{server.base_url}/chat/completions", content=b"{").status_code == 400


def test_it_runs_by_hand() -> None:
    command = [sys.executable, "-m", "viddiff.evals.scripted_server", "--personality", "refusal"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            done = httpx.post(f"{url}/chat/completions", json=HELLO).json()
        finally:
            process.terminate()
    assert done["choices"][0]["message"]["refusal"].startswith("I'm sorry")
