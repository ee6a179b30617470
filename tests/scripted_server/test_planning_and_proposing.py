"""Planners that follow viddiff's status over HTTP, their bad habits, proposals in any shape, and JSON for any schema."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from asking import HELLO, chat_of, content_of, post
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from pydantic import BaseModel

from viddiff.agent.embedded_planner import plan_calls
from viddiff.agent.status import Status
from viddiff.evals.scripted_server import BadPlanner, Personality, Planner, Proposer, Scripted, ScriptedServer
from viddiff.evals.scripted_server.conforming import conforming
from viddiff.evals.scripted_server.planning import Habit
from viddiff.tools.tool_schemas import SCHEMAS

NEW = Status(step=0, steps_left=9, max_differences=5, proposed=False)
LOST = Status(step=1, steps_left=8, max_differences=5, proposed=True, to_retrieve=("d1", "d2"))
OPEN = Status(step=2, steps_left=7, max_differences=5, proposed=True, to_decide=("d1",))
UNSURE = Status(
    step=3, steps_left=6, max_differences=5, proposed=True, look_again={"extremum": ("d1",), "crop": ("d2",)}, decided=("d3",)
)
DONE = Status(step=4, steps_left=5, max_differences=5, proposed=True, decided=("d1", "d2"))


def turn(personality: Personality, status: Status, *before: BaseMessage, **bound: Any) -> AIMessage:
    with ScriptedServer(personality) as server:
        tools = chat_of(server).bind_tools(list(SCHEMAS.values()), **bound)
        return cast(AIMessage, tools.invoke([SystemMessage("You plan."), *before, status.as_message()]))


@pytest.mark.parametrize("status", [NEW, LOST, OPEN, UNSURE, DONE])
def test_it_calls_over_http_what_the_embedded_planner_calls(status: Status) -> None:
    message = turn(Planner(), status)
    assert [(call["name"], call["args"]) for call in message.tool_calls] == [(c["name"], c["args"]) for c in plan_calls(status)]
    assert bool(message.content) is status.finished
    assert len({call["id"] for call in message.tool_calls}) == len(message.tool_calls)


def test_the_newest_status_counts_and_no_tool_may_be_called_when_told_so() -> None:
    earlier = [NEW.as_message(), *answered(turn(Planner(), NEW))]
    assert turn(Planner(), LOST, *earlier).tool_calls[0]["name"] == "retrieve_keyframes"
    assert turn(Planner(), LOST, tool_choice="none").tool_calls == []


def answered(message: AIMessage) -> list[BaseMessage]:
    return [message, *(ToolMessage("done", tool_call_id=str(call["id"])) for call in message.tool_calls)]


def test_a_verifier_is_asked_once_the_measurement_is_there() -> None:
    ask: dict[str, Any] = {
        "type": "object",
        "properties": {"difference_ids": {"type": "array", "items": {"type": "string"}}, "order": {"enum": ["both", "ab", "ba"]}},
        "required": ["difference_ids", "order"],
    }
    functions: list[dict[str, Any]] = [{"name": "measure_motion"}, {"name": "query_vlm", "parameters": ask}]
    tools = [{"type": "function", "function": function} for function in functions]
    with ScriptedServer(Planner()) as server:
        measured = OPEN.model_copy(update={"to_decide": (), "to_ask": ("d1",)})
        for status, expected in (
            (OPEN, ("measure_motion", {"difference_ids": ["d1"]})),
            (measured, ("query_vlm", {"difference_ids": ["d1"], "order": "both"})),
        ):
            body = HELLO | {"tools": tools, "messages": [{"role": "user", "content": status.model_dump_json()}]}
            calls = post(server, body).json()["choices"][0]["message"]["tool_calls"]
            assert [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls] == [expected]


def test_bad_habits_arrive_as_a_client_meets_them() -> None:
    habits: tuple[Habit, ...] = ("unknown_tool", "malformed_arguments", "stalls", "cut_off")
    found = {habit: turn(BadPlanner(habit), LOST) for habit in habits}
    assert [call["name"] for call in found["unknown_tool"].tool_calls] == ["look_harder"]
    assert [call["name"] for call in found["malformed_arguments"].invalid_tool_calls] == ["retrieve_keyframes"]
    assert found["malformed_arguments"].tool_calls == []
    assert (found["stalls"].tool_calls, bool(found["stalls"].content)) == ([], True)
    assert found["cut_off"].response_metadata["finish_reason"] == "length"
    assert found["cut_off"].tool_calls == []


def test_a_planner_that_repeats_itself_says_the_first_call_for_ever() -> None:
    planner = BadPlanner("repeats")
    turns = [turn(planner, status) for status in (NEW, LOST, OPEN)]
    assert [[call["name"] for call in message.tool_calls] for message in turns] == [["propose_differences"]] * 3


def test_a_bad_habit_ends_after_so_many_times() -> None:
    planner = BadPlanner("stalls", times=2)
    assert [len(turn(planner, LOST).tool_calls) for _ in range(3)] == [0, 0, 1]


class Step(BaseModel):
    """A stage as some client names it."""

    id: str
    title: str
    retrieval_strings: list[str]


class Differing(BaseModel):
    """A difference as some client names it."""

    id: str
    statement: str
    stage_ids: list[str]
    num_frames: str
    note: str | None


class Proposal(BaseModel):
    """A proposal as some client asks for it."""

    stages: list[Step]
    differences: list[Differing]


def propose(words: str) -> Proposal:
    with ScriptedServer(Proposer()) as server:
        structured = chat_of(server).with_structured_output(Proposal, method="json_schema", strict=True)
        return cast(Proposal, structured.invoke(words))


def test_proposals_come_from_the_library_in_the_clients_own_shape() -> None:
    found = propose("Propose stages and differences, such as a golfer would.\nAction: a bodyweight squat")
    names = [stage.id for stage in found.stages]
    assert len(names) >= 3
    assert all(stage.retrieval_strings and stage.title for stage in found.stages)
    assert any("squat" in each.statement or "hips" in each.statement or "knees" in each.statement for each in found.differences)
    assert {id_ for each in found.differences for id_ in each.stage_ids} <= set(names)
    assert {each.num_frames for each in found.differences} <= {"one", "many"}


def test_given_statements_are_only_linked() -> None:
    found = propose("Action: squat\nStatements:\n[s1] the squat is deeper at the bottom\n[s2] the stance is wider")
    assert [(each.id, each.statement) for each in found.differences] == [
        ("s1", "the squat is deeper at the bottom"),
        ("s2", "the stance is wider"),
    ]
    assert len(found.differences[0].stage_ids) == 1
    assert found.differences[1].stage_ids == []


def test_an_unknown_action_and_no_schema_give_the_general_facts() -> None:
    with ScriptedServer(Scripted(Proposer())) as server:
        facts = json.loads(content_of(post(server, HELLO)))
    assert len(facts["stages"]) >= 3
    assert facts["differences"]


KINDS = st.sampled_from(["string", "integer", "number", "boolean", "null"])
PLAIN = st.one_of(
    KINDS.map(lambda kind: {"type": kind}),
    st.lists(st.text(max_size=3), min_size=1, max_size=3).map(lambda values: {"enum": values}),
    st.tuples(st.integers(-5, 5), st.integers(6, 9)).map(lambda ends: {"type": "number", "minimum": ends[0], "maximum": ends[1]}),
)


def _deeper(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    objects = st.dictionaries(st.sampled_from("abcd"), inner, max_size=3).map(
        lambda found: {"type": "object", "properties": found, "required": list(found), "additionalProperties": False}
    )
    arrays = st.tuples(inner, st.integers(0, 2)).map(lambda a: {"type": "array", "items": a[0], "minItems": a[1]})
    either = inner.map(lambda each: {"anyOf": [each, {"type": "null"}]})
    return objects | arrays | either


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)


@given(st.recursive(PLAIN, _deeper, max_leaves=8), ANYTHING)
def test_whatever_is_known_the_value_follows_the_schema(schema: dict[str, Any], known: Any) -> None:
    assert follows(conforming(schema, known), schema)
    assert follows(conforming(schema), schema)


def follows(value: Any, schema: dict[str, Any]) -> bool:
    if "anyOf" in schema:
        return any(follows(value, each) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    if schema["type"] == "object":
        inner = schema["properties"]
        return isinstance(value, dict) and set(value) == set(inner) and all(follows(value[name], inner[name]) for name in inner)
    if schema["type"] == "array":
        return (
            isinstance(value, list) and len(value) >= schema["minItems"] and all(follows(each, schema["items"]) for each in value)
        )
    if schema["type"] in ("integer", "number"):
        low, high = schema.get("minimum", -1e99), schema.get("maximum", 1e99)
        return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    return isinstance(value, {"string": str, "boolean": bool, "null": type(None)}[schema["type"]])
