"""The state machine, driven by a scripted planner and by the embedded one over tools with laid down results."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, ToolMessage
from scripted import (
    FAST,
    ScriptedPlanner,
    calls_of,
    drive,
    measure,
    new_context,
    propose,
    report_of,
    retrieve,
    run_input,
    turn,
    video_info,
)

from viddiff import Report
from viddiff.agent import run as run_module
from viddiff.agent.context import Context
from viddiff.agent.embedded_planner import EmbeddedPlanner, plan_calls
from viddiff.agent.events import Event, Step
from viddiff.agent.run import run
from viddiff.agent.settings import Settings
from viddiff.agent.status import Status, latest_status
from viddiff.memory.cache import Cache
from viddiff.memory.errors import VideoError
from viddiff.memory.state import State, Statement
from viddiff.memory.values import Cause, Strategy
from viddiff.tools import video
from viddiff.tools.relocalize import NEXT
from viddiff.tools.tool_schemas import SCHEMAS

CLEAR = {"d1": [], "d2": []}
UNKNOWN_TOOL = ("search_the_web", {"query": "squats"})


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def said_by_tools(state: State) -> list[str]:
    return [str(message.content) for message in state["messages"] if isinstance(message, ToolMessage)]


def test_a_planner_that_does_its_work_gets_to_a_report(cache: Cache) -> None:
    planner = ScriptedPlanner(script=[turn(propose()), turn(retrieve("d1", "d2")), turn(measure("d1", "d2"))])
    context = new_context(cache, planner, CLEAR, {"d1": "a"})
    report = report_of(context)
    assert [(d.id, d.answer) for d in report.differences] == [("d1", "a"), ("d2", "b")]
    assert [d.attempts[0].strategy for d in report.differences] == ["align", "align"]
    assert report.differences[0].evidence.a[0].frame == 45
    assert report.backends.planner == "scripted"
    assert report.warnings == ("w",)
    assert len(planner.shown) == 3
    assert planner.bound == [name for name in SCHEMAS if name != "query_vlm"]


def test_the_planner_is_shown_the_prompt_and_the_status(cache: Cache) -> None:
    planner = ScriptedPlanner(script=[turn(propose()), turn(retrieve("d1")), turn(measure("d1"))])
    report_of(new_context(cache, planner, {"d1": []}))
    assert "The action: squat. The setting: open." in str(planner.shown[0][0].content)
    statuses = [latest_status(shown) for shown in planner.shown]
    assert [(s.proposed, s.to_retrieve, s.to_decide) for s in statuses] == [
        (False, (), ()),
        (True, ("d1",), ()),
        (True, (), ("d1",)),
    ]
    assert [s.steps_left for s in statuses] == [24, 23, 22]
    assert statuses[0].max_differences == 7


def test_parallel_calls_become_branches_whose_results_are_all_kept(cache: Cache) -> None:
    calls = [retrieve("d1"), retrieve("d2", strategy="widen"), retrieve("d3")]
    script = [turn(propose()), turn(*calls), turn(measure("d1"), measure("d2"), measure("d3"))]
    context = new_context(cache, ScriptedPlanner(script=script), {"d1": [], "d2": [], "d3": []})
    state = drive(context)
    assert {i: place.strategy for i, place in state["localizations"].items()} == {"d1": "align", "d2": "widen", "d3": "align"}
    assert set(state["verdicts"]) == set(state["judged"]) == {"d1", "d2", "d3"}
    answered = [m.tool_call_id for m in state["messages"] if isinstance(m, ToolMessage)]
    asked = [call["id"] for m in state["messages"] if isinstance(m, AIMessage) for call in m.tool_calls]
    assert sorted(answered) == sorted(asked)
    assert state["used"].steps == 3


def test_a_branch_sees_the_state_as_it_was_when_the_planner_called(cache: Cache) -> None:
    planner = ScriptedPlanner(script=[turn(propose()), turn(retrieve("d1"), measure("d1")), turn(measure("d1"))])
    state = drive(new_context(cache, planner, {"d1": []}))
    assert [said for said in said_by_tools(state) if said.startswith("measured")] == ["measured 0", "measured 1"]


def test_proposing_twice_in_one_turn_does_not_break_the_run(cache: Cache) -> None:
    planner = ScriptedPlanner(script=[turn(propose(), propose(5)), turn(retrieve("d1")), turn(measure("d1"))])
    report = report_of(new_context(cache, planner, {"d1": []}))
    assert [d.answer for d in report.differences] == ["b"]


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_planner_that_calls_nothing_twice_is_replaced(cache: Cache, done: int) -> None:
    script = [turn(propose()), turn(retrieve("d1", "d2")), turn(measure("d1", "d2"))][:done]
    planner = ScriptedPlanner(script=script)
    context = new_context(cache, planner, CLEAR)
    state = drive(context)
    report = state["report"]
    assert len(planner.shown) == done + 2
    assert [d.answer for d in report.differences] == ["b", "b"]
    assert report.warnings.count("the planner stalled (it calls no tool); the embedded planner finished the run") == 1
    assert state["planner"] == "embedded"


def test_one_silent_turn_is_forgiven(cache: Cache) -> None:
    silent = AIMessage(content="Let me think.")
    planner = ScriptedPlanner(script=[silent, turn(propose()), silent.model_copy(), turn(retrieve("d1")), turn(measure("d1"))])
    report = report_of(new_context(cache, planner, {"d1": []}))
    assert report.warnings == ("w",)
    assert len(planner.shown) == 5


@pytest.mark.parametrize(
    ("wrong", "answer"),
    [
        (UNKNOWN_TOOL, "there is no tool 'search_the_web'; the tools are"),
        (("propose_differences", {}), "propose_differences: argument 'max_differences'"),
        (("propose_differences", {"max_differences": "many"}), "propose_differences: argument 'max_differences'"),
        (("retrieve_keyframes", {"difference_ids": ["d1"], "strategy": "guess"}), "retrieve_keyframes: argument 'strategy'"),
        (("retrieve_keyframes", {"difference_ids": [], "strategy": "align"}), "retrieve_keyframes: argument 'difference_ids'"),
        (("measure_motion", {"difference_ids": ["d1"], "frame": 3}), "measure_motion: argument 'frame'"),
        (measure("d1"), "measure_motion: there are no differences d1"),
    ],
)
def test_a_wrong_call_is_answered_and_the_run_goes_on(cache: Cache, wrong, answer: str) -> None:
    planner = ScriptedPlanner(script=[turn(wrong), turn(propose()), turn(retrieve("d1")), turn(measure("d1"))])
    state = drive(new_context(cache, planner, {"d1": []}))
    assert said_by_tools(state)[0].startswith(answer)
    assert [d.answer for d in state["report"].differences] == ["b"]
    assert state["report"].warnings == ("w",)


def test_unknown_ids_are_named(cache: Cache) -> None:
    planner = ScriptedPlanner(script=[turn(propose()), turn(retrieve("d1", "d9")), turn(retrieve("d1")), turn(measure("d1"))])
    state = drive(new_context(cache, planner, {"d1": []}))
    assert "there are no differences d9" in said_by_tools(state)[1]
    assert [d.answer for d in state["report"].differences] == ["b"]


def test_when_the_steps_are_used_up_the_rest_is_reported_as_unknown(cache: Cache) -> None:
    planner = ScriptedPlanner(script=[turn(propose()), turn(retrieve("d1")), turn(measure("d1")), turn(retrieve("d2"))])
    report = report_of(new_context(cache, planner, CLEAR, max_steps=4))
    assert [(d.id, d.answer) for d in report.differences] == [("d1", "b"), ("d2", "unknown")]
    assert "not decided" in report.differences[1].reason
    assert report.differences[1].confidence == 0
    assert any("stopped after 4 steps" in warning for warning in report.warnings)


def test_finishing_with_the_last_step_is_no_reason_for_a_warning(cache: Cache) -> None:
    planner = ScriptedPlanner(script=[turn(propose()), turn(retrieve("d1")), turn(measure("d1"))])
    assert report_of(new_context(cache, planner, {"d1": []}, max_steps=3)).warnings == ("w",)


def test_statements_nobody_looked_at_are_still_in_the_report(cache: Cache) -> None:
    given_statements = (Statement(id="7", description="the squat is deeper"), Statement(id="x", description="it is faster"))
    context = new_context(cache, ScriptedPlanner(script=[], forever=UNKNOWN_TOOL), {}, max_steps=2)
    report = report_of(context, run_input(given_statements))
    assert [(d.id, d.description, d.answer) for d in report.differences] == [
        ("7", "the squat is deeper", "unknown"),
        ("x", "it is faster", "unknown"),
    ]


@pytest.mark.parametrize("max_steps", [1, 24, 100])
def test_a_planner_that_never_gets_anywhere_is_stopped_with_a_report(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, max_steps: int
) -> None:
    context = new_context(cache, ScriptedPlanner(script=[], forever=UNKNOWN_TOOL), CLEAR, max_steps=max_steps)
    monkeypatch.setattr(run_module, "build_context", lambda *_, **__: context)
    monkeypatch.setattr(video, "probe", lambda path: video_info("a"))
    told: list[Event] = []
    report = drive_run(context.settings, told)
    turns = len([event for event in told if isinstance(event, Step) and event.node == "planner"])
    assert turns <= max_steps
    if max_steps == 1:
        assert any("stopped after 1 steps" in warning for warning in report.warnings)
    else:
        assert [warning for warning in report.warnings if "the embedded planner finished the run" in warning], report.warnings
        assert report.differences[0].answer != "unknown"


def drive_run(settings: Settings, told: list[Event]) -> Report:
    return asyncio.run(run((Path("a.mp4"), Path("b.mp4")), run_input(), settings, told.append))


def test_an_error_of_a_tool_reaches_the_caller(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    context = new_context(cache, EmbeddedPlanner(), CLEAR)

    def broken(*_: object) -> None:
        raise VideoError("a.mp4: cannot be read")

    monkeypatch.setattr(context.toolbox, "propose", broken)
    with pytest.raises(VideoError, match=r"a\.mp4"):
        drive(context)


def strategies_used(context: Context) -> list[Strategy]:
    return [args["strategy"] for name, args in calls_of(context) if name == "retrieve_keyframes"]


@pytest.mark.parametrize("cause", [cause for cause in NEXT if cause])
@pytest.mark.parametrize("max_attempts", [1, 2, 3, 9])
@pytest.mark.parametrize("id_", ["held", FAST])
def test_doubt_leads_to_other_looks_until_the_attempts_are_used_up(
    cache: Cache, cause: Cause, max_attempts: int, id_: str
) -> None:
    context = new_context(cache, EmbeddedPlanner(), {id_: [cause] * 20}, max_attempts=max_attempts)
    report = report_of(context)
    # What is over in a moment is worth every frame; a height of a jump has no curve that could have an extremum.
    useless = {"extremum"} if id_ == FAST else {"dense"} - ({"dense"} if cause == "too fast" else set())
    expected = ["align", *(s for s in NEXT[cause] if s not in useless)][:max_attempts]
    assert strategies_used(context) == expected
    assert [attempt.strategy for attempt in report.differences[0].attempts] == expected
    assert report.differences[0].answer == "unknown"
    assert report.differences[0].reason == cause
    assert not any("stopped" in warning for warning in report.warnings)


def test_a_second_look_that_settles_it_is_the_last_one(cache: Cache) -> None:
    context = new_context(cache, EmbeddedPlanner(), {"d1": ["joint hidden"], "d2": []})
    report = report_of(context)
    assert strategies_used(context) == ["align", "crop"]
    assert [(d.answer, len(d.attempts), len(d.votes)) for d in report.differences] == [("b", 2, 2), ("b", 1, 1)]


def test_doubt_of_another_kind_asks_for_another_look(cache: Cache) -> None:
    context = new_context(cache, EmbeddedPlanner(), {"d1": ["moment not found", "joint hidden", ""]})
    report_of(context)
    assert strategies_used(context) == ["align", "widen", "crop"]


def test_the_embedded_planner_proposes_retrieves_measures_and_looks_again(cache: Cache) -> None:
    context = new_context(cache, EmbeddedPlanner(), {"d1": ["small difference"], "d2": [], "d3": ["joint hidden"]})
    report_of(context)
    calls = calls_of(context)
    assert calls[:3] == [propose(7), retrieve("d1", "d2", "d3"), measure("d1", "d2", "d3")]
    assert sorted(calls[3:5], key=str) == sorted([retrieve("d1", strategy="extremum"), retrieve("d3", strategy="crop")], key=str)
    assert calls[5:] == [measure("d1", "d3")]


def test_nothing_to_compare_is_a_report_without_differences(cache: Cache) -> None:
    report = report_of(new_context(cache, EmbeddedPlanner(), {}))
    assert report.differences == ()
    assert [stage.name for stage in report.stages] == ["down", "up"]


def test_the_embedded_planner_calls_only_the_tools_it_has() -> None:
    status = Status(step=0, steps_left=5, max_differences=3, proposed=False)
    assert EmbeddedPlanner().bind_tools([SCHEMAS["measure_motion"]]).invoke([status.as_message()]).tool_calls == []
    calls = EmbeddedPlanner().bind_tools(list(SCHEMAS.values())).invoke([status.as_message()]).tool_calls
    assert [(call["name"], call["args"]) for call in calls] == [propose(3)]


def test_without_a_status_there_is_nothing_to_plan_from() -> None:
    with pytest.raises(ValueError, match="no status message"):
        latest_status([AIMessage(content="hello")])


ids = st.lists(st.sampled_from(["d1", "d2", "d3"]), unique=True).map(tuple)


@given(st.booleans(), ids, ids, st.dictionaries(st.sampled_from(["extremum", "crop", "dense"]), ids.filter(bool)))
@examples(max_examples=50, deadline=None)
def test_the_embedded_planner_always_has_a_call_while_something_is_left(proposed: bool, missing, stale, again) -> None:
    status = Status(
        step=1, steps_left=9, max_differences=4, proposed=proposed, to_retrieve=missing, to_decide=stale, look_again=again
    )
    calls = plan_calls(status)
    assert bool(calls) != status.finished
    assert len({call["id"] for call in calls}) == len(calls)
    for call in calls:
        SCHEMAS[call["name"]].model_validate(call["args"])
    assert Status.model_validate_json(str(status.as_message().content)) == status
