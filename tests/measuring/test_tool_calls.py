"""The planner's tools, from a call to the changes in the state, over drawn figures."""

import asyncio
from copy import copy
from typing import Any

import pytest
from clips import DrawnBench
from stick_figure import FACING_LEFT, FACING_RIGHT, figure, swings, without

from viddiff.memory.state import State, Statement
from viddiff.tools.actions import ActionLibrary
from viddiff.tools.propose import LibraryProposer
from viddiff.tools.statement.reader import StatementReader
from viddiff.tools.toolbox import EVIDENCE_INSTANTS, Outcome, Toolbox

STATEMENTS = {
    "deep": "the squat is deeper",
    "lean": "the torso leans further forward at the bottom",
    "slow": "the motion is faster",
    "style": "the outfit is nicer",
}


def squat(high: float, count: int = 2, yaw: float = FACING_RIGHT, **rest):
    knee = swings(high, count, **rest)
    return figure(yaw=yaw, knee=knee, lean=knee / 3)


@pytest.fixture(scope="module")
def proposer() -> LibraryProposer:
    return LibraryProposer(ActionLibrary.load(), StatementReader())


def begin(proposer, a=None, b=None, **rest) -> tuple[Toolbox, State]:
    bench = DrawnBench(a=a if a is not None else squat(115), b=b if b is not None else squat(60, 3, FACING_LEFT))
    statements = tuple(Statement(id=id_, description=text) for id_, text in STATEMENTS.items())
    state: Any = {
        "run_id": "r", "action": "squat", "setting": "closed", "max_differences": 10, "statements": statements, "videos": bench.videos,
    } | rest  # fmt: skip
    return Toolbox(bench, proposer), state


def do(tools: Toolbox, state: State, name: str, **arguments: object) -> Outcome:
    """Call a tool and take its changes over, as a graph would."""
    outcome = asyncio.run(tools.call(name, arguments, state))
    for key, value in outcome.changes.items():
        state[key] = {**state.get(key, {}), **value} if isinstance(value, dict) else value
    return outcome


@pytest.fixture(scope="module")
def proposed(proposer) -> tuple[Toolbox, State]:
    tools, state = begin(proposer)
    do(tools, state, "propose_differences", max_differences=10)
    return tools, state


@pytest.fixture
def run(proposed) -> tuple[Toolbox, State]:
    """The moment after the first call; the state is the test's own."""
    tools, state = proposed
    return tools, copy(state)


def test_the_deeper_squat_is_the_deeper_squat(run):
    tools, state = run
    ids = list(STATEMENTS)
    do(tools, state, "retrieve_keyframes", difference_ids=ids, strategy="align")
    said = do(tools, state, "measure_motion", difference_ids=ids).said
    assert {id_: v.answer for id_, v in state["verdicts"].items()} == {
        "deep": "a",
        "lean": "a",
        "slow": "same",
        "style": "unknown",
    }
    assert "measured 4" in said
    assert "1 undecided" in said
    for id_ in ids:
        assert state["verdicts"][id_].evidence.a
        assert len(state["verdicts"][id_].evidence.b) <= EVIDENCE_INSTANTS
        assert state["judged"][id_] == "align"
        assert [attempt.strategy for attempt in state["attempts"][id_]] == ["align"]


def test_swapping_the_files_flips_the_letters(proposer):
    tools, state = begin(proposer, squat(60, 3, FACING_LEFT), squat(115))
    do(tools, state, "propose_differences", max_differences=10)
    do(tools, state, "retrieve_keyframes", difference_ids=["deep", "lean", "slow"], strategy="align")
    do(tools, state, "measure_motion", difference_ids=["deep", "lean", "slow"])
    assert {id_: v.answer for id_, v in state["verdicts"].items()} == {"deep": "b", "lean": "b", "slow": "same"}


def test_the_evidence_of_a_squat_is_its_bottom(run):
    tools, state = run
    do(tools, state, "retrieve_keyframes", difference_ids=["lean"], strategy="align")
    do(tools, state, "measure_motion", difference_ids=["lean"])
    bottoms = [45 / 30, 120 / 30]
    for key in state["verdicts"]["lean"].evidence.a:
        assert min(abs(key.time_s - bottom) for bottom in bottoms) < 0.25


@pytest.mark.parametrize("strategy", ["extremum", "widen", "shift", "dense", "next_best", "crop"])
def test_another_look_keeps_a_clear_answer(run, strategy):
    tools, state = run
    for how in ("align", strategy):
        do(tools, state, "retrieve_keyframes", difference_ids=["deep", "style"], strategy=how)
        do(tools, state, "measure_motion", difference_ids=["deep", "style"])
    assert state["judged"]["deep"] == strategy
    assert state["localizations"]["deep"].changed
    assert (state["verdicts"]["deep"].answer, state["verdicts"]["style"].answer) == ("a", "unknown")


def test_a_strategy_without_a_first_look_starts_with_the_alignment(run):
    tools, state = run
    do(tools, state, "retrieve_keyframes", difference_ids=["deep"], strategy="extremum")
    assert state["localizations"]["deep"].strategy == "align"


def test_two_copies_of_one_file_are_the_same(proposer):
    track = squat(100)
    tools, state = begin(proposer, track, track)
    state["videos"] = {"a": state["videos"]["a"], "b": state["videos"]["a"]}
    do(tools, state, "propose_differences", max_differences=10)
    do(tools, state, "retrieve_keyframes", difference_ids=list(STATEMENTS), strategy="align")
    do(tools, state, "measure_motion", difference_ids=list(STATEMENTS))
    assert {(v.answer, v.confidence) for v in state["verdicts"].values()} == {("same", 1.0)}


def test_the_open_setting_brings_up_what_differs_most(proposer):
    tools, state = begin(proposer, setting="open", statements=(), max_differences=4)
    do(tools, state, "propose_differences", max_differences=10)
    found = state["plan"].differences
    assert len(found) == 4
    assert len({d.id for d in found}) == 4
    assert any(d.question and d.question.quantity in ("depth", "knee_flexion", "hip_height", "hip_flexion") for d in found[:2])
    ids = [d.id for d in found]
    do(tools, state, "retrieve_keyframes", difference_ids=ids, strategy="align")
    do(tools, state, "measure_motion", difference_ids=ids)
    assert state["verdicts"][ids[0]].answer in ("a", "b")


def test_a_clip_without_a_person_is_answered_with_unknown(proposer):
    tools, state = begin(proposer, b=without(squat(100), slice(None)))
    do(tools, state, "propose_differences", max_differences=10)
    assert any("B: no person was found" in warning for warning in state["warnings"])
    do(tools, state, "retrieve_keyframes", difference_ids=["deep"], strategy="align")
    do(tools, state, "measure_motion", difference_ids=["deep"])
    assert state["verdicts"]["deep"].answer == "unknown"
    assert "no person was found in B" in state["verdicts"]["deep"].reason


@pytest.mark.parametrize(("name", "arguments", "words"), [
    ("dance", {}, ("'dance'", "propose_differences", "retrieve_keyframes", "measure_motion")),
    ("propose_differences", {}, ("max_differences",)),
    ("propose_differences", {"max_differences": 0}, ("max_differences", "1")),
    ("propose_differences", {"max_differences": "many"}, ("max_differences", "integer")),
    ("propose_differences", {"max_differences": 3, "speed": 2}, ("speed",)),
    ("retrieve_keyframes", {"difference_ids": ["deep"]}, ("strategy",)),
    ("retrieve_keyframes", {"difference_ids": ["deep"], "strategy": "guess"}, ("strategy", "align")),
    ("retrieve_keyframes", {"difference_ids": [], "strategy": "align"}, ("difference_ids",)),
    ("retrieve_keyframes", {"difference_ids": "deep", "strategy": "align"}, ("difference_ids",)),
    ("retrieve_keyframes", {"difference_ids": ["deep", "nope", "nor this"], "strategy": "align"}, ("nope", "nor this", "propose_differences")),
    ("measure_motion", {"difference_ids": ["nope"]}, ("nope", "propose_differences")),
])  # fmt: skip
def test_wrong_calls_are_answered_with_what_was_expected(run, name, arguments, words):
    tools, state = run
    outcome = asyncio.run(tools.call(name, arguments, state))
    assert not outcome.changes
    assert "\n" not in outcome.said
    for word in words:
        assert word in outcome.said


@pytest.mark.parametrize(("name", "arguments"), [
    ("retrieve_keyframes", {"difference_ids": ["deep"], "strategy": "align"}),
    ("measure_motion", {"difference_ids": ["deep"]}),
])  # fmt: skip
def test_calls_before_a_plan_ask_for_one(proposer, name, arguments):
    tools, state = begin(proposer)
    outcome = asyncio.run(tools.call(name, arguments, state))
    assert not outcome.changes
    assert "propose_differences" in outcome.said


def test_measuring_before_looking_says_so(run):
    tools, state = run
    outcome = asyncio.run(tools.call("measure_motion", {"difference_ids": ["deep"]}, state))
    assert not outcome.changes.get("verdicts")
    assert "retrieve_keyframes" in outcome.said
