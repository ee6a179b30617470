"""Schemas that strict servers take, odds from tokens of any cut, and a chat model without habits of its own."""

from __future__ import annotations

import asyncio
import json
import math
import re
from itertools import pairwise
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_calls import KEY, Choices, answers
from pydantic import Field, SecretStr

from viddiff.evals.scripted_server import Reply, Scripted, ScriptedServer
from viddiff.evals.scripted_server.request_reading import check_strict
from viddiff.memory.values import Value
from viddiff.tools.models.chat import chat_model
from viddiff.tools.models.odds import choice_probabilities
from viddiff.tools.models.schemas import form_of
from viddiff.tools.models.specs import OPENAI, Endpoint

OPTIONS = ("first", "second", "same", "cannot_tell")


class Link(Value):
    """A stage."""

    kind: Literal["link"]
    stage: str


class Leap(Value):
    """A jump."""

    kind: Literal["leap"]


class Proposal(Value):
    """Everything that a schema may hold."""

    link: Link = Field(description="the best one")
    other: Link | None
    steps: tuple[Annotated[Link | Leap, Field(discriminator="kind")], ...] = Field(min_length=1)
    weight: Annotated[float, Field(ge=0, le=1)]
    title: str


class WithDefault(Value):
    """One field may be left out."""

    stage: str
    note: str | None = None


class WithMap(Value):
    """Any names."""

    scores: dict[str, float]


def test_schemas_are_what_strict_servers_take() -> None:
    form = form_of(Proposal)
    check_strict(form.json_schema, "here")
    assert set(form.json_schema["properties"]) == {"link", "other", "steps", "weight", "title"}
    assert form.json_schema["properties"]["link"]["description"] == "the best one"
    assert not re.search(r'"(title|oneOf|discriminator)": ["{\[]', json.dumps({**form.json_schema, "properties": {}}))
    for node in re.findall(r'\{[^{}]*"\$ref"[^{}]*\}', form.text):
        assert set(json.loads(node)) == {"$ref"}
    assert form.choices == ()
    assert form_of(Choices).choices == OPTIONS


@pytest.mark.parametrize("schema", [WithDefault, WithMap])
def test_classes_that_would_mend_a_reply_are_refused(schema: type[Value]) -> None:
    with pytest.raises(TypeError, match=r"no defaults|no map"):
        form_of(schema)


def token(text: str, **odds: float) -> dict[str, Any]:
    top = [{"token": name, "logprob": math.log(odd)} for name, odd in odds.items()]
    return {"token": text, "logprob": math.log(odds.get(text, 1.0)), "top_logprobs": top}


def cut(text: str, places: list[int]) -> list[str]:
    edges = [0, *sorted({place % len(text) for place in places} - {0}), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


@given(st.lists(st.integers(0, 10_000), max_size=60), st.sampled_from(OPTIONS))
def test_any_cut_into_tokens_gives_the_chosen_option_or_nothing(places: list[int], choice: str) -> None:
    text = json.dumps(answers(d1=choice, d2=choice))
    found = choice_probabilities([token(piece) for piece in cut(f"Sure: {text}", places)], text, OPTIONS)
    assert found in ((), tuple({option: float(option == choice) for option in OPTIONS} for _ in range(2)))


def test_options_are_told_by_their_first_tokens() -> None:
    text = '{"choice": "cannot_tell"}'
    pieces = [token('{"choice":'), token(' "'), token("cannot", cannot=0.6, first=0.2, s=0.1, Second=0.05), token('_tell"}')]
    (odds,) = choice_probabilities(pieces, text, OPTIONS)
    # "s" may become "second" or "same": it counts for neither.
    assert odds == pytest.approx({"first": 0.2, "second": 0.0, "same": 0.0, "cannot_tell": 0.6})


def test_a_token_may_hold_the_quotes_too() -> None:
    pieces = [
        token('{"choice": '),
        {**token('"first"'), "logprob": -0.1, "top_logprobs": [{"token": '"same"', "logprob": -3.0}]},
        token("}"),
    ]
    (odds,) = choice_probabilities(pieces, '{"choice": "first"}', OPTIONS)
    assert odds == pytest.approx({"first": math.exp(-0.1), "second": 0, "same": math.exp(-3), "cannot_tell": 0})


@pytest.mark.parametrize(
    "tokens",
    [
        (),
        ({"token": None, "logprob": 0},),
        ({"logprob": 0.0},),
        ("first",),
        ({"token": '{"choice": "first"}'},),
        ({"token": '{"choice": "first"', "logprob": 0.0},),
    ],
)
def test_odds_that_cannot_be_read_are_none(tokens: Any) -> None:
    assert choice_probabilities(tokens, '{"choice": "first"}', OPTIONS) == ()


def test_a_choice_inside_a_string_is_no_choice() -> None:
    text = json.dumps({"reason": 'it says "choice": "first"', "choice": "same"})
    found = choice_probabilities([token(text)], text, OPTIONS)
    assert found == ({"first": 0.0, "second": 0.0, "same": 1.0, "cannot_tell": 0.0},)


@pytest.fixture
def _account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "the-users-account")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")


@pytest.mark.usefixtures("_account")
@pytest.mark.parametrize("model", ["gpt-5-codex", "gpt-5-pro", "o1", "gpt-6", "m"])
@pytest.mark.parametrize("streamed", [False, True])
def test_the_chat_model_has_no_habits_of_its_own(model: str, streamed: bool) -> None:
    tool = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
    with ScriptedServer(Scripted(then=Reply(content="Good day."))) as server:
        endpoint = Endpoint(model=model, base_url=server.base_url, key=SecretStr(KEY), name=model)
        chat = chat_model(endpoint, max_tokens=77, seed=7)
        message = asyncio.run(_said(chat.bind_tools([tool]), streamed))
        (call,) = server.recording.calls
    assert (message.text, message.usage_metadata["output_tokens"]) == ("Good day.", 3)
    assert message.response_metadata["finish_reason"] == "stop"
    assert (call.path, call.body["max_tokens"], call.body["seed"]) == ("/v1/chat/completions", 77, 7)
    assert "temperature" not in call.body
    assert "the-users-account" not in json.dumps(call.headers)
    assert (chat.max_retries, KEY in repr(chat)) == (0, False)


async def _said(chat: Any, streamed: bool) -> Any:
    if not streamed:
        return await chat.ainvoke("hello")
    whole = None
    async for chunk in chat.astream("hello"):
        whole = chunk if whole is None else whole + chunk
    return whole


@pytest.mark.usefixtures("_account")
def test_openai_is_told_the_limit_by_its_newer_name() -> None:
    chat = chat_model(Endpoint(model="o3", base_url=OPENAI, key=SecretStr(KEY), name="o3"), max_tokens=77)
    payload = chat._get_request_payload("hello")
    assert (payload["max_completion_tokens"], "max_tokens" in payload) == (77, False)
    assert str(chat.root_async_client.base_url) == f"{OPENAI}/"
    assert chat.root_async_client.organization == "the-users-account"
