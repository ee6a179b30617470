"""The pure function from what a node changes to the events of a trace, over changes laid out by hand."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage, ToolMessage

from viddiff.agent.planner_turn import REMARK
from viddiff.agent.status import Status
from viddiff.agent.traces.updates import Spending, events_in
from viddiff.memory.conversation import Reply, Turn
from viddiff.memory.state import Localization, Plan, Used
from viddiff.memory.traces import (
    Aligned,
    Answered,
    Decided,
    Localized,
    PlannerSpoke,
    Proposed,
    Spent,
    StatusGiven,
    ToolAnswered,
    Warned,
)
from viddiff.memory.usage import CallUsage
from viddiff.memory.values import Repetition, Segment, Timeline, Verdict, Vote

PLAN = Plan(action="squat", stages=(), differences=())
STILL = Timeline(repetitions=(Repetition(segment=Segment(start_s=0, end_s=1), peak_s=0.5),))
STATUS_NOW = Status(step=1, steps_left=2, max_differences=3, proposed=False)


def verdict(answer="a", confidence=0.9, witnesses=1, **rest) -> Verdict:
    told = {"id": "d", "answer": answer, "lean": "a", "confidence": confidence, "reason": "so", "witnesses": witnesses}
    return Verdict.model_validate(told | rest)


def place(id_: str = "d") -> Localization:
    return Localization(id=id_, strategy="align", a=(), b=())


def only(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_a_planner_turn_says_who_spoke_what_was_called_and_what_it_took():
    call = {"name": "measure_motion", "args": {"difference_ids": ["d"]}, "id": "c1", "type": "tool_call"}
    said = AIMessage(content="measure it", tool_calls=[call])
    took = CallUsage(calls=1, input_tokens=50, cost_usd=0.25)
    (spoke,) = events_in("planner", {"messages": [said], "planner": "openai-chat"}, {}, Spending("openai:m", took))
    assert isinstance(spoke, PlannerSpoke)
    assert (spoke.by, spoke.text, spoke.usage, spoke.node) == ("openai:m", "measure it", took, "planner")
    assert [(c.id, c.name, c.arguments) for c in spoke.calls] == [("c1", "measure_motion", {"difference_ids": ["d"]})]


def test_a_planner_that_was_replaced_is_not_named_but_what_it_took_is():
    took = CallUsage(calls=2)
    changes = {"messages": [AIMessage(content="")], "planner": "embedded", "warnings": ("it failed",)}
    warned, spoke = events_in("planner", changes, {}, Spending("openai:m", took))
    assert warned == Warned(text="it failed")
    assert isinstance(spoke, PlannerSpoke)
    assert (spoke.by, spoke.usage) == ("embedded", took)


def test_a_turn_that_could_not_be_read_comes_with_what_it_was_told():
    (spoke,) = events_in("planner", {"messages": [AIMessage(content="half"), HumanMessage(content=REMARK)]}, {})
    assert isinstance(spoke, PlannerSpoke)
    assert (spoke.remark, spoke.usage) == (REMARK, None)


def test_review_gives_the_status_and_the_budget_with_what_models_took():
    change = {"messages": [STATUS_NOW.as_message()], "used": Used(steps=3)}
    status, spent = events_in("review", change, {}, Spending(run=CallUsage(calls=7, cost_usd=0.5)))
    assert isinstance(status, StatusGiven)
    assert Status.model_validate(status.status) == STATUS_NOW
    assert spent == Spent(used=Used(steps=3, calls=7, cost_usd=0.5))


def test_a_tool_answers_and_only_new_warnings_are_told():
    change = {"messages": [ToolMessage(content="done", tool_call_id="c", name="measure_motion")], "warnings": ("old", "new")}
    events = events_in("tools", change, {"warnings": ("old",)})
    assert events == [Warned(text="new"), ToolAnswered(call="c", name="measure_motion", said="done")]


def test_a_plan_and_both_timelines():
    events = events_in("tools", {"plan": PLAN, "timelines": {"a": STILL}}, {"timelines": {"b": STILL}})
    assert events == [Proposed(plan=PLAN), Aligned(timelines={"b": STILL, "a": STILL})]


@pytest.mark.parametrize(("looked", "cause"), [({}, ""), ({"d": place()}, "joint hidden")])
def test_another_look_says_why_the_one_before_was_not_enough(looked, cause):
    before = {"localizations": looked, "verdicts": {"d": verdict(uncertain="joint hidden")}}
    assert events_in("tools", {"localizations": {"d": place()}}, before) == [Localized(place=place(), cause=cause)]


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (None, verdict(), True),
        (verdict(confidence=0.8), verdict(confidence=0.9), True),
        (verdict(confidence=0.9), verdict(confidence=0.8), False),
        (verdict(), verdict("unknown", 0.99), False),
        (verdict(witnesses=2), verdict(confidence=1.0), False),
        (verdict(votes=(Vote(source="m", order="ab", answer="a", confidence=1),)), verdict(confidence=0.95), True),
    ],
)
def test_a_verdict_stands_where_the_state_keeps_it(old, new, kept):
    (event,) = events_in("tools", {"verdicts": {"d": new}}, {"verdicts": {"d": old}} if old else {})
    assert event == Decided(verdict=new, kept=kept)


def test_an_answer_and_the_tools_that_were_called_for_it():
    turn = Turn(question="who?", reply=Reply(text="B", by="embedded"))
    spoke, answered = events_in("answer", {"turns": (turn,), "question": ""}, {})
    assert spoke == PlannerSpoke(node="answer", by="embedded", text="B")
    assert answered == Answered(turn=turn)
    call = {"name": "compare_at", "args": {}, "id": "turn-0-0", "type": "tool_call"}
    (spoke,) = events_in("answer", {"messages": [AIMessage(content="", name="question", tool_calls=[call])]}, {})
    assert isinstance(spoke, PlannerSpoke)
    assert spoke.calls[0].id == "turn-0-0"


def test_what_is_taken_out_of_the_state_and_a_question_to_start_from_are_no_events():
    assert events_in("tools", {"localizations": {"d": None}, "verdicts": {"d": None}}, {"verdicts": {"d": verdict()}}) == []
    opening = {"question": "who?", "messages": [RemoveMessage(id="x"), HumanMessage(content="who?", name="question")]}
    assert events_in("", {**opening, "used": Used()}, {}) == []


def test_a_stage_that_was_moved_by_hand_is_where_a_turn_starts_from():
    (event,) = events_in("", {"timelines": {"a": STILL}}, {"timelines": {"a": STILL, "b": STILL}})
    assert only(Aligned, [event])
