import pytest
from pydantic import ValidationError
from word_lists import library

from viddiff.memory.values import Stage
from viddiff.tools.actions import GENERAL, Action, ActionLibrary, LibraryDifference, parse_actions
from viddiff.tools.statement import StatementReader

LIBRARY = library()
READER = StatementReader()
KNOWN = [action for action in LIBRARY.actions if action.key != GENERAL]
UNMEASURABLE = {
    "the splash is larger",
    "the entry is closer to a right angle with the water",
    "the needle enters the tissue more at a right angle",
    "the thread tangles more",
    "more movements are needed to arrange the needle",
}
"""Statements without which their action would be told badly; they need eyes, not a pose."""

SMALL = """
family: nods
shared:
  up: &up {description: The head is up., phases: [start], retrieval: [head up]}
actions:
  nod:
    name: nod
    aliases: [nod, nodding]
    peak_stage: down
    stages:
      up: *up
      down: {description: The head is down., phases: [peak], retrieval: [head down]}
      up again: {<<: *up, phases: [end]}
    differences:
      depth: {statement: the gaze is more down, stages: [down]}
      speed: {statement: the motion is faster, importance: 0.7}
"""


@pytest.fixture
def nod() -> Action:
    return parse_actions(SMALL)[0]


def test_the_library_is_broad() -> None:
    assert len(KNOWN) >= 70
    assert len({action.key for action in LIBRARY.actions}) == len(LIBRARY.actions)
    assert len({action.name for action in LIBRARY.actions}) == len(LIBRARY.actions)


def test_loading_twice_gives_equal_libraries() -> None:
    assert ActionLibrary.load().actions == LIBRARY.actions


def test_an_action_is_found_by_key() -> None:
    assert LIBRARY.get("air_squat").name == "bodyweight squat"
    with pytest.raises(KeyError, match="no_such_action"):
        LIBRARY.get("no_such_action")


def test_the_general_action_goes_out_and_back() -> None:
    assert [stage.name for stage in LIBRARY.general().stages] == [
        "start posture", "moving out", "extreme posture", "moving back", "end posture",
    ]  # fmt: skip


def test_every_entry_is_complete() -> None:
    for action in LIBRARY.actions:
        assert 3 <= len(action.stages) <= 5, action.key
        assert 6 <= len(action.differences) <= 12, action.key
        assert len({difference.name for difference in action.differences}) == len(action.differences), action.key
        assert len({difference.statement for difference in action.differences}) == len(action.differences), action.key
        assert max(difference.importance for difference in action.differences) >= 0.8, action.key
        assert all(1 <= len(stage.retrieval) <= 3 and stage.description.endswith(".") for stage in action.stages), action.key
        assert not any(" " in word for word in action.unless), action.key


def test_phases_say_where_every_action_starts_peaks_and_ends() -> None:
    for action in LIBRARY.actions:
        assert "start" in action.stages[0].phases, action.key
        assert "end" in action.stages[-1].phases, action.key
        assert "peak" in action.peak.phases, action.key
        assert sum("start" in stage.phases for stage in action.stages) == 1, action.key
        assert sum("end" in stage.phases for stage in action.stages) == 1, action.key


def test_a_repetition_ends_as_it_began() -> None:
    returning = [action for action in LIBRARY.actions if action.cyclic and action.returns]
    assert returning
    assert [a.key for a in returning if a.peak_stage in (a.stages[0].name, a.stages[-1].name)] == []


def test_statements_can_be_measured_at_the_stages_they_name() -> None:
    for action in LIBRARY.actions:
        for difference in action.differences:
            if difference.statement in UNMEASURABLE:
                continue
            question = READER.read(difference.statement).question
            assert question is not None, (action.key, difference.statement)
            phases = {phase for stage in action.stages if stage.name in difference.stages for phase in stage.phases}
            assert question.phase == "whole" or question.phase in phases, (action.key, difference.statement)


def test_files_share_stages_and_fill_in_frames(nod: Action) -> None:
    assert nod.family == "nods"
    assert nod.stages[2] == Stage(name="up again", description="The head is up.", phases=("end",), retrieval=("head up",))
    assert nod.differences == (
        LibraryDifference(name="depth", statement="the gaze is more down", stages=("down",), frames="one"),
        LibraryDifference(name="speed", statement="the motion is faster", frames="many", importance=0.7),
    )


def test_a_small_library_matches_its_own_actions(nod: Action) -> None:
    found = ActionLibrary(actions=(nod,)).match("he nods")
    assert found is not None
    assert found.action is nod


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("peak_stage: down", "peak_stage: sideways", "unknown stages"),
        ("stages: [down]", "stages: [sideways]", "unknown stages"),
        ("phases: [peak]", "phases: [bottom]", "the peak"),
        ("phases: [end]", "phases: [top]", "the last the end"),
        ("phases: [peak]", "phases: [middle]", "Input should be"),
        ("name: nod", "nam: nod", "nam"),
    ],
)
def test_a_wrong_entry_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        parse_actions(SMALL.replace(old, new))
