import pytest
from clips import clip, repetition, timeline
from stick_figure import FACING_LEFT, FACING_RIGHT, FRONT, figure, moved, swings, without

from viddiff.tools.comparability import movement_likeness, warnings_for

KNEE = swings(100)
ARM = swings(160)


def squat(name: str = "a", yaw: float = FACING_RIGHT, line=None, **info):
    return clip(figure(yaw=yaw, knee=KNEE, lean=KNEE / 3), line, name=name, **info)


def warned(a, b, *words: str) -> list[str]:
    return [text for text in warnings_for(a, b) if all(word in text for word in words)]


def test_two_clips_of_the_same_kind_need_no_warning():
    assert warnings_for(squat(), squat("b", FACING_LEFT)) == ()


@pytest.mark.parametrize(
    ("yaws", "named"),
    [((FRONT, FACING_RIGHT), "A from the front, B from the side"), ((FACING_LEFT, FRONT), "A from the side, B from the front")],
)
def test_different_views_are_named(yaws, named):
    assert warned(squat(yaw=yaws[0]), squat("b", yaws[1]), "different sides", named)


@pytest.mark.parametrize(("roll", "posture"), [(90.0, "lying"), (-90.0, "lying"), (180.0, "head down")])
def test_a_film_that_is_turned_is_named_whichever_it_is(roll, posture):
    upright, turned = squat(), clip(figure(knee=swings(90), yaw=FACING_RIGHT, roll=roll), name="b")
    assert warned(upright, turned, f"upright in A and {posture} in B")
    assert warned(turned, upright, f"{posture} in A and upright in B")
    assert not warned(turned, turned, "films turned")


def test_a_clip_without_a_person_is_said_once_and_not_compared():
    nobody = clip(without(figure(90), slice(None)), name="b")
    assert warnings_for(squat(), nobody) == ("B: no person was found in any frame; nothing about the body can be measured",)
    assert warnings_for(nobody, nobody)[0].startswith("A: no person")


def test_a_person_who_comes_and_goes_or_is_small_is_mentioned():
    track = figure(yaw=FACING_RIGHT, knee=KNEE, lean=KNEE / 3)
    assert warned(squat(), clip(without(track, slice(0, 60)), name="b"), "B:", "33% of the frames")
    assert warned(clip(moved(track, scale=0.2)), squat("b"), "A:", "small")


def test_what_probing_warned_of_is_passed_on_with_the_clip():
    assert "A: the sky fell" in warnings_for(squat(warnings=("the sky fell",)), squat("b"))


def test_few_frames_a_second_and_no_movement_are_mentioned():
    still = timeline(repetition(0, 2.9), still=True)
    assert warned(squat(fps=8.0), squat("b"), "A:", "8 frames per second")
    assert warned(squat(), squat("b", line=still), "B:", "hardly any movement")


def test_different_counts_are_mentioned():
    two = timeline(repetition(0, 1.4), repetition(1.5, 2.9))
    assert warned(squat(line=two), squat("b"), "repetitions", "A 2", "B 1")
    with_partial = timeline(repetition(0, 1.4), repetition(1.5, 2.9, partial=True))
    assert not warned(squat(line=with_partial), squat("b"), "repetition")


def test_the_same_movement_is_like_itself_and_unlike_another():
    arms = clip(figure(yaw=FACING_RIGHT, plane=90, arm=ARM), name="b")
    assert movement_likeness(squat(), squat("b")) == pytest.approx(1)
    assert movement_likeness(squat(), squat("b", FACING_LEFT)) > 0.9
    assert movement_likeness(squat(), arms) < 0.3
    assert movement_likeness(squat(), arms) == pytest.approx(movement_likeness(arms, squat()))


def test_no_movement_is_unlike_nothing():
    assert movement_likeness(squat(), clip(figure(90), name="b")) == 1
