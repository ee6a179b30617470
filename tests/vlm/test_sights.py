"""Which instants are looked at, and which differences share them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_seat import about, bodiless, difference, place, window

from viddiff.memory.values import Evidence, KeyFrame
from viddiff.tools.vlm_sights import DIFFERENCES_PER_CALL, TOLERANCE_S, Sight, grouped, needs_several, sight_of

NOTHING = Evidence()


def sight(a: float, b: float, close: bool = False) -> Sight:
    return Sight(a=bodiless("a", [a]), b=bodiless("b", [b]), close=close)


def times(sight: Sight | str) -> tuple[list[float], list[float]]:
    assert isinstance(sight, Sight), sight
    return [key.time_s for key in sight.a], [key.time_s for key in sight.b]


def test_one_instant_is_the_one_that_was_measured_else_the_key_instant() -> None:
    where = place("d", [window(1, 2, 1.4)], [window(3, 4, 3.7)])
    assert times(sight_of(difference("d"), where, NOTHING, bodiless)) == ([1.4], [3.7])
    shown = Evidence(a=bodiless("a", [1.9, 8]), b=bodiless("b", [3.1, 9]))
    assert times(sight_of(difference("d"), where, shown, bodiless)) == ([1.9], [3.1])


def test_several_instants_go_from_start_to_end_through_the_key_instant() -> None:
    where = place("d", [window(1, 3, 1.8)], [window(2, 6, 2.1)])
    many = difference("d", frames="many")
    assert times(sight_of(many, where, NOTHING, bodiless)) == ([1, 1.8, 3], [2, 3, 6])


def test_a_second_look_for_fast_things_shows_more_instants_and_one_for_small_things_larger_pictures() -> None:
    windows = [window(1, 3)], [window(2, 6)]
    dense = sight_of(difference("d"), place("d", *windows, retracked="dense"), NOTHING, bodiless)
    assert times(dense) == ([1, 1.5, 2, 2.5, 3], [2, 3, 4, 5, 6])
    close = sight_of(difference("d"), place("d", *windows, retracked="crop"), NOTHING, bodiless)
    assert isinstance(close, Sight)
    assert close.close
    assert not close.moving


def test_the_repetition_that_was_measured_is_the_one_that_is_shown() -> None:
    where = place("d", [window(0, 2), window(2.5, 4)], [window(0, 2)])
    shown = Evidence(a=bodiless("a", [3]), b=bodiless("b", [1]))
    assert times(sight_of(difference("d", frames="many"), where, shown, bodiless))[0] == [2.5, 3.25, 4]


def test_frames_that_repeat_are_shown_once() -> None:
    where = place("d", [window(1, 1.02)], [window(1, 1.02)])
    assert times(sight_of(difference("d", frames="many"), where, NOTHING, bodiless)) == ([1], [1])


def test_a_moment_that_was_not_found_cannot_be_shown() -> None:
    found = [window(0, 1)]
    assert sight_of(difference("d"), place("d", found, []), NOTHING, bodiless) == (
        "the moment that the statement is about was not found in B"
    )


@pytest.mark.parametrize(
    ("question", "several"),
    [
        (about("knee_flexion"), False),
        (about("duration"), True),
        (about("hand_speed"), True),
        (about("knee_flexion", statistic="range"), True),
        (about("motion_speed"), True),
        (about("wrist_bend"), False),
        (None, False),
    ],
)
def test_what_one_picture_cannot_show(question: object, several: bool) -> None:
    assert needs_several(difference("d", question=question)) is several


def test_differences_that_share_their_instants_share_a_call() -> None:
    near, far = 1 + 0.9 * TOLERANCE_S, 1 + 1.1 * TOLERANCE_S
    sights = {"x": sight(1, 1), "y": sight(near, 1), "z": sight(1, far), "w": sight(1, 1, close=True), "v": sight(1, 1)}
    groups = grouped(sights, [difference(id_) for id_ in sights])
    assert [[d.id for d in group.differences] for group in groups] == [["x", "y", "v"], ["z"], ["w"]]


def body(time_s: float, shift: float = 0.0, bend: float = 0.0, visibility: float = 1.0) -> KeyFrame:
    """A body 320 pixels tall, moved sideways or bent sideways at the hips."""
    pose = tuple((100 + shift + bend * max(0, 16 - n), 10.0 * n, visibility) for n in range(33))
    return KeyFrame(time_s=time_s, frame=round(time_s * 10), pose=pose)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (body(9), True),
        (body(9, shift=8), True),
        (body(9, shift=20), False),
        (body(1.05, bend=4), False),
        (body(9, visibility=0.1), False),
        (body(1.05, visibility=0.1), True),
        (KeyFrame(time_s=1.05, frame=10), True),
        (KeyFrame(time_s=9, frame=90), False),
    ],
)
def test_one_picture_is_shared_by_those_who_look_at_the_same_posture(other: KeyFrame, shared: bool) -> None:
    here, there = (Sight(a=(key,), b=(body(2),)) for key in (body(1), other))
    assert here.matches(there) is shared
    assert Sight(a=(body(2),), b=here.a).matches(Sight(a=(body(2),), b=there.a)) is shared


def test_times_that_are_told_must_agree_however_alike_the_postures_are() -> None:
    slow, fast = (Sight(a=(body(1), body(end)), b=(body(1), body(2))) for end in (3, 2))
    assert slow.matches(slow)
    assert not slow.matches(fast)


def test_a_group_does_not_drift_away_from_what_it_shows() -> None:
    step = 0.9 * TOLERANCE_S
    sights = {f"d{n}": sight(1 + n * step, 1) for n in range(4)}
    for group in grouped(sights, [difference(id_) for id_ in sights]):
        assert all(abs(sights[d.id].a[0].time_s - group.sight.a[0].time_s) <= TOLERANCE_S for d in group.differences)


def test_long_lists_are_split() -> None:
    ids = [f"d{n}" for n in range(2 * DIFFERENCES_PER_CALL + 1)]
    groups = grouped(dict.fromkeys(ids, sight(1, 1)), [difference(id_) for id_ in ids])
    assert [len(group.differences) for group in groups] == [DIFFERENCES_PER_CALL, DIFFERENCES_PER_CALL, 1]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_no_more_groups_than_distinct_sights_and_everybody_is_in_one(instants: list[tuple[int, int]]) -> None:
    sights = {f"d{n}": sight(*each) for n, each in enumerate(instants)}
    groups = grouped(sights, [difference(id_) for id_ in sights])
    assert len(groups) == len(set(instants))
    assert sorted(d.id for group in groups for d in group.differences) == sorted(sights)
