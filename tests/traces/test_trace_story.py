"""A trace told: its head, its tree of steps, the looks at each difference, and traces in any state."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from canned_trace import MODEL, RUN, CannedTrace, call, full_trace, old_trace

from viddiff.agent.traces.opening import open_trace, trace_folder
from viddiff.agent.traces.story_values import Step, Story
from viddiff.memory.conversation import Reply, Turn
from viddiff.memory.errors import SettingsError
from viddiff.memory.runs import ForkedFrom
from viddiff.memory.trace_recorder import TRACE
from viddiff.memory.traces import Answered, RunEnded, TurnStarted


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return open_trace(full_trace(tmp_path_factory.mktemp("home")).folder)


def every(steps: tuple[Step, ...]) -> list[Step]:
    return [inner for step in steps for inner in (step, *every(step.steps))]


def told(story: Story, id_: str):
    return next(each for each in story.differences if each.id == id_)


def test_the_head_says_what_was_asked_for_and_what_it_took(story: Story) -> None:
    head = story.head
    assert (head.run_id, head.action, head.status, head.parts) == (RUN, "squat", "done", 1)
    assert head.spent.calls == 8
    assert head.spent.cost_usd == pytest.approx(0.0266)
    assert story.notes == ()


def test_tool_calls_lie_in_the_turn_that_made_them_and_questions_in_the_tool(story: Story) -> None:
    [part] = story.steps
    turn = next(step for step in part.steps if "query_vlm" in step.said)
    [tool] = turn.steps
    assert (tool.name, tool.seconds) == ("query_vlm", 6.1)
    assert [step.kind for step in tool.steps] == ["model"] * 4
    assert tool.cost_usd == pytest.approx(4 * 0.0039) == turn.cost_usd == part.cost_usd
    assert [name for name, _ in tool.details] == ["arguments"]


def test_steps_are_numbered_as_langgraph_counts_them(story: Story) -> None:
    numbers = [step.number for step in every(story.steps) if step.number]
    assert numbers == list(range(1, len(numbers) + 1))


def test_parallel_tool_calls_are_one_step(tmp_path: Path) -> None:
    t = CannedTrace(tmp_path)
    t.start(forked_from=ForkedFrom(run_id="c" * 12, step=5, node="review", changed={}, origin="c" * 12))
    both = call("retrieve_keyframes", 1, ("d0",), strategy="crop"), call("retrieve_keyframes", 2, ("d1",), strategy="dense")
    t.turn(*both)
    for each in both:
        t.begin(each)
    for each in reversed(both):
        t.end(each, f"done {each.arguments['strategy']}", 0.1)
    story = open_trace(t.folder)
    steps = every(story.steps)
    assert [(step.name, step.number) for step in steps if step.number] == [
        ("review", 5),
        ("planner", 6),
        ("retrieve_keyframes", 7),
        ("retrieve_keyframes", 7),
    ]
    assert [step.said for step in steps if step.kind == "tool"] == ["done crop", "done dense"]
    assert story.head.status == "unfinished"


def test_a_difference_has_its_looks_one_after_the_other(story: Story) -> None:
    knees = told(story, "d1")
    assert [look.strategy for look in knees.looks] == ["align", "extremum"]
    assert knees.looks[1].cause == "orders disagree"
    assert knees.looks[1].moved == "A as before; B 2.42, 6.17, 9.93 → 2.54, 6.29, 10.04 s"
    assert [came.by for look in knees.looks for came in look.came] == ["measurement", "measurement and model", "measurement"]
    assert knees.final is not None
    assert knees.final.answer == "unknown", "what was set aside does not stand"
    assert knees.flags == ("uncertain", "relocalized", "disagreeing")


def test_both_orders_are_heard_by_clip(story: Story) -> None:
    knees = told(story, "d1").looks[0]
    said = {story.asked[id_].order: story.asked[id_].said["d1"] for id_ in knees.asked}
    assert {order: (each.answer, each.place) for order, each in said.items()} == {"ab": ("a", "first"), "ba": ("b", "first")}
    assert said["ba"].reason == "B sinks lower than A"
    assert "d3" not in story.asked[knees.asked[1]].said


def test_what_a_question_cost_is_shared_by_its_differences(story: Story) -> None:
    assert sum(each.cost_usd for each in story.differences) == pytest.approx(4 * 0.0039)
    assert told(story, "d2").cost_usd == pytest.approx(0.0039)


def test_an_older_trace_that_was_cut_off_opens_with_notes(tmp_path: Path) -> None:
    story = open_trace(old_trace(tmp_path))
    assert any("viddiff.trace/0" in note for note in story.notes)
    assert any("cut off" in note for note in story.notes)
    assert any("no end" in note for note in story.notes)
    assert len(story.differences) == 5


def test_a_beginning_in_a_form_that_is_not_known_is_no_obstacle(tmp_path: Path) -> None:
    t = full_trace(tmp_path)
    path = t.folder / TRACE
    first, *rest = path.read_text(encoding="utf-8").splitlines()
    line = json.loads(first)
    line["event"] |= {"videos": "gone", "trace_schema": "viddiff.trace/9"}
    path.write_text("\n".join([json.dumps(line), *rest]) + "\n", encoding="utf-8")
    story = open_trace(t.folder)
    assert (story.head.action, story.head.trace_schema) == ("squat", "viddiff.trace/9")
    assert story.head.videos == {}
    assert len(story.differences) == 5


@pytest.mark.parametrize("kept", [1, 2, 7, 20, 41])
def test_a_trace_can_be_told_wherever_the_run_was_killed(kept: int, tmp_path: Path) -> None:
    t = full_trace(tmp_path)
    path = t.folder / TRACE
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:kept]), encoding="utf-8")
    story = open_trace(t.folder)
    assert story.head.status == "unfinished"
    assert any(each.code == "no end" for each in story.diagnoses)


def test_questions_of_the_user_and_taking_up_again_are_parts(tmp_path: Path) -> None:
    t = full_trace(tmp_path)
    t.now += timedelta(hours=2)
    t.tell(TurnStarted(question="why is d1 unknown?"))
    t.tell(Answered(turn=Turn(question="why is d1 unknown?", reply=Reply(text="The orders disagree."))), 1.5)
    t.tell(RunEnded(status="done", seconds=1.5, calls=9, cost_usd=0.03))
    t.now += timedelta(hours=2)
    t.start()
    t.look("d1")
    story = open_trace(t.folder)
    assert [part.name for part in story.steps] == ["comparison", "question", "taken up again"]
    assert story.head.seconds < 60, "waiting for the user is not counted"
    assert story.head.spent.calls == 9
    assert story.head.status == "unfinished"
    assert [look.part for look in told(story, "d1").looks] == [0, 0, 2]
    assert "relocalized" not in told(story, "d1").flags


def test_what_came_from_the_planner_is_named_without_its_address(tmp_path: Path) -> None:
    t = CannedTrace(tmp_path)
    t.start()
    t.turn(call("measure_motion", 1, ("d0",)))
    planner = next(step for step in every(open_trace(t.folder).steps) if step.name == "planner")
    assert planner.said == f"{MODEL}: measure_motion"


@pytest.mark.parametrize("run_id", ["", "..", "../../etc", "ffffffffffff", "0" * 11])
def test_unknown_runs_are_refused(run_id: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not known here"):
        trace_folder(tmp_path, run_id)


def test_a_run_without_a_trace_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no trace was recorded"):
        open_trace(tmp_path)
