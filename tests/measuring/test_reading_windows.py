import pytest
from clips import difference, repetition, span, stage, timeline

from viddiff.memory.values import Difference
from viddiff.tools.windows import FALLBACK, MOVING, windows_of

STAGES = [
    stage("standing", "start", "top"),
    stage("descent", "lowering"),
    stage("bottom", "bottom", "peak"),
    stage("ascent", "rising"),
    stage("standing again", "end", "top"),
]


def squat(start: float, *, partial: bool = False):
    """Standing 1 s, down 1 s, bottom 0.5 s, up 1 s, standing 0.5 s."""
    cuts = [0, 1, 2, 2.5, 3.5, 4]
    spans = [span(s.name, start + cuts[at], start + cuts[at + 1]) for at, s in enumerate(STAGES)]
    return repetition(start, start + 4, *spans, peak=start + 2.25, partial=partial)


THREE = timeline(squat(1), squat(5), squat(9))


def keys(line=THREE, **question) -> list[float]:
    return [w.key_s for w in windows_of(difference(**question), STAGES, line)]


@pytest.mark.parametrize(("phase", "expected"), [("top", 6.0), ("bottom", 7.0)])
def test_where_no_stage_says_what_is_top_or_bottom_the_heights_do(phase, expected):
    stages = [stage("ready", "start"), stage("swing", "peak")]
    known = repetition(5, 8, span("ready", 5, 6), span("swing", 6, 8)).model_copy(update={"highest_s": 6.0, "lowest_s": 7.0})
    assert [w.key_s for w in windows_of(difference(phase=phase), stages, timeline(known))] == [expected]


@pytest.mark.parametrize(("phase", "expected"), [
    ("start", [1.5, 5.5, 9.5]),
    ("end", [4.75, 8.75, 12.75]),
    ("bottom", [3.25, 7.25, 11.25]),
    ("peak", [3.25, 7.25, 11.25]),
    ("lowering", [2.5, 6.5, 10.5]),
    ("rising", [4, 8, 12]),
])  # fmt: skip
def test_a_phase_is_one_place_in_every_repetition(phase, expected):
    assert keys(phase=phase) == expected


def test_the_top_is_both_ends():
    assert keys(phase="top") == [1.5, 4.75, 5.5, 8.75, 9.5, 12.75]


def test_phases_that_last_are_read_over_their_length():
    for phase in ("start", "bottom", "lowering", "rising", "end"):
        assert all(w.moving is (phase in MOVING) and not w.whole for w in windows_of(difference(phase=phase), STAGES, THREE))


def test_without_a_phase_the_whole_repetition_is_read_around_its_peak():
    found = windows_of(difference(), STAGES, THREE)
    assert [(w.segment.start_s, w.segment.end_s, w.key_s) for w in found] == [(1, 5, 3.25), (5, 9, 7.25), (9, 13, 11.25)]
    assert all(w.whole for w in found)


def test_linked_stages_are_read_over_their_length_when_there_is_no_phase():
    found = windows_of(difference(stages=["descent", "ascent"]), STAGES, THREE)
    assert [(w.segment.start_s, w.segment.end_s) for w in found[:2]] == [(2, 3), (3.5, 4.5)]
    assert len(found) == 6
    assert all(w.moving and not w.whole for w in found)


def test_a_statement_without_a_question_is_shown_over_whole_repetitions():
    found = windows_of(Difference(id="d", description="nicer"), STAGES, THREE)
    assert [w.whole for w in found] == [True, True, True]


@pytest.mark.parametrize(("occurrence", "expected"), [(1, [3.25]), (2, [7.25]), (3, [11.25]), (4, [])])
def test_an_occurrence_is_one_repetition(occurrence, expected):
    assert keys(phase="bottom", occurrence=occurrence) == expected
    assert keys(occurrence=occurrence) == expected


def test_an_occurrence_is_a_stage_where_stages_carry_ordinals():
    stages = [
        stage("rest", "start"),
        stage("first step", "landing", "peak"),
        stage("second step", "landing"),
        stage("stop", "end"),
    ]
    spans = [span(s.name, at, at + 1) for at, s in enumerate(stages)]
    line = timeline(repetition(0, 4, *spans), repetition(4, 8, span("first step", 5, 6), span("second step", 6, 7)))

    def at(occurrence):
        return [w.key_s for w in windows_of(difference(phase="landing", occurrence=occurrence), stages, line)]

    assert at(1) == [1.5, 5.5]
    assert at(2) == [2.5, 6.5]
    assert at(None) == [1.5, 2.5, 5.5, 6.5]


def test_partial_repetitions_are_left_out_unless_there_are_no_others():
    assert keys(timeline(squat(1, partial=True), squat(5)), phase="bottom") == [7.25]
    assert keys(timeline(squat(1, partial=True)), phase="bottom") == [3.25]


def test_a_stage_that_does_not_occur_has_no_window():
    line = timeline(repetition(0, 4, span("standing", 0, 1)), squat(4))
    assert keys(line, phase="bottom") == [6.25]
    assert keys(timeline(repetition(0, 4)), phase="bottom") == []


def test_linked_stages_narrow_a_phase_down_and_do_not_override_it():
    linked = difference(phase="top", stages=["standing again"])
    assert [w.key_s for w in windows_of(linked, STAGES, THREE)] == [4.75, 8.75, 12.75]
    contradicting = difference(phase="bottom", stages=["standing"])
    assert [w.key_s for w in windows_of(contradicting, STAGES, THREE)] == [3.25, 7.25, 11.25]


@pytest.mark.parametrize("phase", ["bottom", "top", "strike", "release", "takeoff", "flight", "landing"])
def test_a_phase_that_no_stage_answers_to_falls_back_to_a_near_one(phase):
    stages = [stage("set", "start"), stage("extreme", "peak", "rising", "lowering"), stage("back", "end")]
    line = timeline(repetition(0, 3, span("set", 0, 1), span("extreme", 1, 2), span("back", 2, 3)))
    assert FALLBACK[phase]
    assert [w.key_s for w in windows_of(difference(phase=phase), stages, line)] == [1.5]


@pytest.mark.parametrize("phase", ["bottom", "rising"])
def test_untagged_stages_leave_the_linked_ones_or_the_whole(phase):
    stages = [stage("one"), stage("two")]
    line = timeline(repetition(0, 2, span("one", 0, 1), span("two", 1, 2)))
    assert [w.key_s for w in windows_of(difference(phase=phase, stages=["two"]), stages, line)] == [1.5]
    assert [w.whole for w in windows_of(difference(phase=phase), stages, line)] == [True]


def test_windows_lie_in_their_repetitions():
    for phase in (
        "whole",
        "start",
        "end",
        "peak",
        "bottom",
        "top",
        "lowering",
        "rising",
        "takeoff",
        "flight",
        "landing",
        "strike",
    ):
        for w in windows_of(difference(phase=phase), STAGES, THREE):
            assert any(
                r.segment.start_s <= w.segment.start_s <= w.key_s <= w.segment.end_s <= r.segment.end_s for r in THREE.repetitions
            )
