"""Laws of the judge: what swapping the clips, turning the statement and growing the error must do."""

import pytest
from clips import clip, difference, window
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stick_figure import FACING_LEFT, FACING_RIGHT, figure, swings

from viddiff.memory.values import Verdict
from viddiff.tools.catalog import CATALOG
from viddiff.tools.judge import LEAST_EARNED, MEASURED_SAME, MOST_EARNED, judge
from viddiff.tools.measure import Measured, measure
from viddiff.tools.reading import Reading

LAW = settings(max_examples=25, deadline=None)
NAMES = st.sampled_from(sorted(CATALOG))
OTHER = {"a": "b", "b": "a", "same": "same", "unknown": "unknown"}


def measured(
    a: float, b: float, sigma: float = 1.0, *, quantity: str = "depth", direction: int = 1, jnd: float = 5.0, doubt: str = ""
) -> Measured:
    question = difference(quantity, direction).question
    read = [Reading(value=value, sigma=sigma, keys_s=(1.0,), seen=1.0) for value in (a, b)]
    assert question is not None
    return Measured(question=question, a=read[0], b=read[1], jnd=jnd, doubt=doubt)


def verdict(*values: float, **rest) -> Verdict:
    return judge(difference(rest.get("quantity", "depth"), rest.get("direction", 1)), measured(*values, **rest))


readings = st.tuples(st.floats(-200, 200), st.floats(-200, 200), st.floats(0.01, 100))
doubts = st.sampled_from(["", "the knees cannot be judged from the side", "the joints that show it are hardly seen in A"])


@LAW
@given(readings, doubts, NAMES)
def test_swapping_the_clips_flips_letters_and_leans_and_the_measurement(numbers, doubt, quantity):
    a, b, sigma = numbers
    assume(a != b)
    there, back = verdict(a, b, sigma, doubt=doubt, quantity=quantity), verdict(b, a, sigma, doubt=doubt, quantity=quantity)
    assert back.answer == OTHER[there.answer]
    assert back.lean == OTHER[there.lean]
    assert back.confidence == there.confidence
    assert back.uncertain == there.uncertain
    assert there.measurement is not None
    assert back.measurement is not None
    assert back.measurement.difference == -there.measurement.difference
    assert back.measurement.interval == tuple(-end for end in reversed(there.measurement.interval))
    assert (back.measurement.a, back.measurement.b) == (there.measurement.b, there.measurement.a)


@LAW
@given(readings, doubts)
def test_the_opposite_statement_flips_letters_and_leans_and_nothing_else(numbers, doubt):
    a, b, sigma = numbers
    assume(a != b)
    more, less = verdict(a, b, sigma, doubt=doubt), verdict(a, b, sigma, direction=-1, doubt=doubt)
    assert less.answer == OTHER[more.answer]
    assert less.lean == OTHER[more.lean]
    assert less.confidence == more.confidence
    assert less.measurement == more.measurement


@LAW
@given(readings, doubts)
def test_a_letter_is_the_lean_and_the_vote_is_the_answer(numbers, doubt):
    found = verdict(*numbers, doubt=doubt)
    assert found.answer in (found.lean, "same", "unknown")
    assert [(vote.answer, vote.confidence) for vote in found.votes] == [(found.answer, found.confidence)]
    assert found.id == "d1"
    assert found.reason


@LAW
@given(st.floats(6, 200), st.floats(-100, 100))
def test_a_huge_difference_with_a_small_error_gets_its_letter(gap, start):
    found = verdict(start, start + gap, 0.1)
    assert (found.answer, found.lean) == ("b", "b")
    assert found.confidence == pytest.approx(MOST_EARNED, abs=1e-3)
    assert not found.uncertain


@LAW
@given(st.floats(-100, 100), st.floats(0.5, 20), st.floats(0.01, 20))
def test_a_letter_has_an_interval_without_zero_and_is_surer_the_further_it_is_from_it(start, sigma, beyond):
    gap, jnd = 2.8 * sigma, CATALOG["depth"].jnd
    found, further = verdict(start, start + gap, sigma), verdict(start, start + gap + beyond, sigma)
    assert found.measurement is not None
    assert (found.answer == "b") == (found.measurement.interval[0] > 0 and gap >= jnd)
    if found.answer == "b":
        assert LEAST_EARNED <= found.confidence <= further.confidence <= MOST_EARNED


@LAW
@given(st.floats(-1, 1), st.floats(-100, 100))
def test_a_tiny_difference_with_a_small_error_is_none(gap, start):
    found = verdict(start, start + gap, 0.2)
    assert found.answer == "same"
    assert found.confidence == MEASURED_SAME


@LAW
@given(st.floats(-100, 100), st.floats(-100, 100))
def test_a_huge_error_gets_no_letter(a, b):
    found = verdict(a, b, 1000.0)
    assert found.answer in ("same", "unknown")
    assert found.confidence <= 0.5
    if a != b:
        assert found.lean == ("b" if b > a else "a")


@LAW
@given(readings, st.floats(1.01, 20))
def test_more_error_never_makes_a_letter_or_a_surer_one(numbers, factor):
    a, b, sigma = numbers
    sharp, blurred = verdict(a, b, sigma), verdict(a, b, sigma * factor)
    if blurred.answer in ("a", "b"):
        assert sharp.answer == blurred.answer
        assert sharp.confidence >= blurred.confidence


@LAW
@given(readings, st.sampled_from(["cannot be judged from the side", "the joints are hardly seen in A"]))
def test_doubt_means_unknown_with_the_lean_and_the_numbers_kept(numbers, doubt):
    sure, doubted = verdict(*numbers), verdict(*numbers, doubt=doubt)
    assert doubted.answer == "unknown"
    assert doubted.lean == sure.lean
    assert doubted.measurement == sure.measurement
    assert doubted.confidence <= 0.5
    assert doubt in doubted.reason
    assert doubted.uncertain == ("joint hidden" if "hardly seen" in doubt else "")


def test_a_middling_difference_asks_for_another_look():
    assert verdict(0, 8, 6).answer == "unknown"
    assert verdict(0, 8, 6).uncertain == "small difference"
    close = verdict(0, 4.9, 0.5)
    assert (close.answer, close.uncertain) == ("same", "near threshold")


def test_no_measurement_is_unknown_with_the_reason():
    found = judge(difference(), "the moment that the statement is about was not found in A")
    assert (found.answer, found.uncertain, found.measurement) == ("unknown", "moment not found", None)
    assert found.confidence == 0
    assert "not found in A" in found.reason
    assert judge(difference(), "no person was found in B").uncertain == ""


@LAW
@given(readings)
def test_the_interval_holds_the_difference_and_widens_with_the_error(numbers):
    a, b, sigma = numbers
    narrow, wide = measured(a, b, sigma).as_measurement(), measured(a, b, 2 * sigma).as_measurement()
    assert narrow.interval[0] <= narrow.difference <= narrow.interval[1]
    assert wide.interval[1] - wide.interval[0] == pytest.approx(2 * (narrow.interval[1] - narrow.interval[0]), abs=0.005)


@LAW
@given(NAMES, st.floats(-90, 90), st.floats(-90, 90))
def test_the_reason_names_the_quantity_with_its_unit(quantity, a, b):
    found = verdict(a, b, 2.0, quantity=quantity, jnd=CATALOG[quantity].jnd)
    assert CATALOG[quantity].label in found.reason
    assert CATALOG[quantity].unit in found.reason
    assert "\n" not in found.reason


WHERE = [window(0.3, 2.6, whole=True)]


@pytest.mark.parametrize(("quantity", "shallow", "deep"), [
    ("depth", {"knee": swings(60)}, {"knee": swings(120)}),
    ("knee_flexion", {"knee": swings(40)}, {"knee": swings(100)}),
    ("torso_forward_lean", {"lean": swings(10)}, {"lean": swings(45)}),
    ("arm_elevation", {"plane": 90, "arm": swings(80)}, {"plane": 90, "arm": swings(160)}),
    ("step_length", {"stride": swings(0.2)}, {"stride": swings(0.7)}),
    ("hand_forward", {"plane": 90, "arm": swings(20)}, {"plane": 90, "arm": swings(80)}),
    ("hip_speed", {"knee": swings(60)}, {"knee": swings(140)}),
])  # fmt: skip
@pytest.mark.parametrize("yaws", [(FACING_RIGHT, FACING_RIGHT), (FACING_RIGHT, FACING_LEFT)])
def test_clear_differences_between_figures_get_the_right_letter(quantity, shallow, deep, yaws):
    a, b = clip(figure(yaw=yaws[0], **shallow)), clip(figure(yaw=yaws[1], pixels=220, **deep), name="b")
    for direction, answer in ((1, "b"), (-1, "a")):
        asked = difference(quantity, direction)
        found = judge(asked, measure(asked, (WHERE, WHERE), a, b))
        assert (found.answer, found.lean) == (answer, answer), found.reason
        back = judge(asked, measure(asked, (WHERE, WHERE), b, a))
        assert (back.answer, back.lean) == (OTHER[answer], OTHER[answer]), back.reason


@pytest.mark.parametrize("quantity", ["depth", "knee_flexion", "torso_forward_lean", "arm_elevation", "hand_speed", "duration"])
def test_the_same_movement_filmed_larger_and_mirrored_is_the_same(quantity):
    pose = {"knee": swings(90), "lean": swings(30), "plane": 90, "arm": swings(70)}
    a, b = clip(figure(yaw=FACING_RIGHT, **pose)), clip(figure(yaw=FACING_LEFT, pixels=180, **pose), name="b")
    found = judge(difference(quantity), measure(difference(quantity), (WHERE, WHERE), a, b))
    assert found.answer == "same", found.reason
