from typing import get_args

import numpy as np
import pytest
from clips import clip, difference, repetition, timeline, window
from hypothesis import given, settings
from hypothesis import strategies as st
from stick_figure import FACING_RIGHT, figure, ramp, swings, unseen, without

from viddiff.memory.values import Statistic
from viddiff.tools.body import Body
from viddiff.tools.catalog import CATALOG
from viddiff.tools.landmarks import Landmark as L
from viddiff.tools.measure import Measured, measure, read_clip
from viddiff.tools.reading import Reading, curve_of, read_curve

LAW = settings(max_examples=25, deadline=None)
MAX, PEAK, MEAN, MIN = (CATALOG[name] for name in ("knee_flexion", "elbow_flexion", "head_pitch", "hip_height"))
FLAT = MAX.model_copy(update={"floor": 0.5})
TIMES = np.arange(121) / 30
SWING = 50 - 50 * np.cos(np.pi * TIMES / 2)
"""0 at 0 s, 100 at 2 s, 0 at 4 s."""
WHOLE = window(0, 4, whole=True)


def value(curve, where, statistic: Statistic, entry=FLAT) -> Reading:
    found = read_curve(
        TIMES[: len(curve)], np.asarray(curve, float), [where] if not isinstance(where, list) else where, statistic, entry, 1.0
    )
    assert found is not None
    return found


def test_the_extremes_of_a_swing_are_near_its_turns():
    high, low = value(SWING, WHOLE, "maximum"), value(SWING, WHOLE, "minimum")
    assert high.value == pytest.approx(100, abs=2)
    assert high.keys_s[0] == pytest.approx(2, abs=0.1)
    assert low.value == pytest.approx(0, abs=2)
    assert value(SWING, WHOLE, "range").value == pytest.approx(high.value - low.value)
    assert value(SWING, WHOLE, "range").keys_s[0] == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("wild", [1e3, -1e3])
def test_one_bad_frame_makes_no_extreme(wild):
    bad = SWING.copy()
    bad[90] = wild
    for statistic in ("maximum", "minimum"):
        assert abs(value(bad, WHOLE, statistic).value - value(SWING, WHOLE, statistic).value) < 0.15 * abs(wild)
    assert value(bad, WHOLE, "level", MEAN).value == pytest.approx(value(SWING, WHOLE, "level", MEAN).value, abs=5)


@pytest.mark.parametrize(("entry", "expected"), [(MAX, 100), (MIN, 0), (MEAN, 50), (PEAK, 100)])
def test_without_a_phase_the_catalogue_says_how_a_repetition_is_read(entry, expected):
    assert value(SWING, window(0, 4, 2, whole=True), "level", entry).value == pytest.approx(expected, abs=3)


def test_a_phase_is_read_at_its_instant_and_a_moving_one_over_its_length():
    assert value(SWING, window(0.5, 1.5, 1.0), "level").value == pytest.approx(50, abs=1)
    rest_then_high = np.repeat([10.0, 80.0], [40, 81])
    assert value(rest_then_high, window(0, 4, 0.5), "level").value == 10
    assert value(rest_then_high, window(0, 4, 0.5, moving=True), "level").value == 80


def test_an_extreme_stays_inside_its_window():
    assert value(SWING, window(0, 1, 0.1), "maximum").value < 51
    assert value(SWING, window(1, 2, 1.5), "minimum").value > 49


@LAW
@given(st.floats(-100, 100), st.floats(0.1, 10))
def test_statistics_follow_shift_and_stretch(shift, stretch):
    for statistic in ("level", "maximum", "minimum"):
        assert value(stretch * SWING + shift, WHOLE, statistic).value == pytest.approx(
            stretch * value(SWING, WHOLE, statistic).value + shift, abs=1e-6
        )
    for statistic in ("range", "variability"):
        assert value(stretch * SWING + shift, WHOLE, statistic).value == pytest.approx(
            stretch * value(SWING, WHOLE, statistic).value, abs=1e-6
        )


def test_a_circle_is_read_where_the_arms_go_round_and_not_where_they_are_raised_to_it():
    around = 90 + 10 * np.sin(2 * np.pi * TIMES)
    raised = np.where(TIMES < 0.5, 2 * TIMES * around, np.where(TIMES > 3.5, 2 * (4 - TIMES) * around, around))
    assert value(raised, WHOLE, "range").value > 80
    assert value(raised, WHOLE, "circle").value == pytest.approx(20, abs=2)


def test_variability_is_the_standard_deviation():
    assert value(SWING, WHOLE, "variability").value == pytest.approx(np.std(SWING))
    assert value(np.full(121, 7.0), WHOLE, "variability").value == 0


def test_repetitions_are_pooled_by_their_median_and_the_typical_one_comes_first():
    curve = np.repeat([10.0, 12.0, 90.0], [40, 40, 41])
    windows = [window(0, 1.3), window(1.35, 2.6), window(2.7, 4)]
    found = value(curve, windows, "level")
    assert found.value == 12
    assert found.keys_s[0] == pytest.approx(windows[1].key_s, abs=0.02)
    assert found.keys_s[-1] == pytest.approx(windows[2].key_s, abs=0.02)
    assert found.sigma > value(curve, windows[0], "level").sigma


@LAW
@given(st.lists(st.floats(-50, 150), min_size=2, max_size=5))
def test_the_error_is_at_least_the_floor_and_grows_with_the_spread(levels):
    curve = np.repeat(levels, 20)
    windows = [window(at * 20 / 30, (at * 20 + 19) / 30) for at in range(len(levels))]
    found = read_curve(np.arange(len(curve)) / 30, curve, windows, "level", FLAT, 1.0)
    assert found is not None
    assert found.sigma >= FLAT.floor
    assert found.sigma >= np.std(levels, ddof=1) / np.sqrt(len(levels)) - 1e-9


def test_jitter_makes_the_error_larger_and_slow_movement_does_not():
    noise = np.random.default_rng(1).normal(0, 8, len(TIMES))
    assert value(SWING + noise, WHOLE, "level").sigma > 1.5 * value(SWING, WHOLE, "level").sigma
    assert value(SWING, WHOLE, "level").sigma == pytest.approx(FLAT.floor, rel=0.05)


def test_lost_frames_are_left_out():
    gappy = SWING.copy()
    gappy[::3] = np.nan
    for statistic in ("level", "maximum", "minimum", "range", "variability"):
        assert value(gappy, WHOLE, statistic).value == pytest.approx(value(SWING, WHOLE, statistic).value, abs=2), statistic
    lost = SWING.copy()
    lost[:60] = np.nan
    assert read_curve(TIMES, lost, [window(0, 1)], "level", FLAT, 1.0) is None
    assert value(lost, [window(0, 1), window(3, 4)], "level").keys_s == (pytest.approx(3.5, abs=0.02),)
    assert read_curve(TIMES, lost, [], "level", FLAT, 1.0) is None


def test_keys_lie_in_their_windows():
    for statistic in ("level", "maximum", "minimum", "range", "variability"):
        assert 1 <= value(SWING, window(1, 3, 1.2), statistic).keys_s[0] <= 3


def reading(track, quantity: str, **question) -> Reading:
    length = float(track.times_s[-1])
    found = read_clip(difference(quantity, **question).question, [window(0, length, whole=True)], clip(track))
    assert isinstance(found, Reading)
    return found


def test_asymmetry_is_the_distance_of_the_sides_whichever_is_larger():
    left = figure(60, yaw=FACING_RIGHT, knee_left=40, knee_right=10)
    right = figure(60, yaw=FACING_RIGHT, knee_left=10, knee_right=40)
    assert reading(left, "knee_flexion", statistic="asymmetry").value == pytest.approx(30, abs=1)
    assert reading(right, "knee_flexion", statistic="asymmetry").value == pytest.approx(30, abs=1)


def test_left_over_right_is_signed():
    left = figure(60, yaw=FACING_RIGHT, knee_left=40, knee_right=10)
    right = figure(60, yaw=FACING_RIGHT, knee_left=10, knee_right=40)
    assert reading(left, "knee_flexion", statistic="left_over_right").value == pytest.approx(30, abs=1)
    assert reading(right, "knee_flexion", statistic="left_over_right").value == pytest.approx(-30, abs=1)


@pytest.mark.parametrize(("quantity", "pose", "expected"), [
    ("knee_flexion", {"knee": ramp(0, 100, 60)}, 100),
    ("arm_elevation", {"arm": ramp(0, 150, 60)}, 150),
    ("torso_forward_lean", {"lean": ramp(0, 60, 60)}, 60),
])  # fmt: skip
def test_the_largest_angle_of_a_movement_is_read(quantity, pose, expected):
    assert reading(figure(yaw=FACING_RIGHT, plane=90, **pose), quantity).value == pytest.approx(expected, abs=4)


def leapt(track, *joints: int, rows: slice, pixels: float = 60.0):
    """Joints that are elsewhere in some rows, and unseen beside both leaps, as a track says it."""
    landmarks, beside = track.landmarks.copy(), track.leapt.copy()
    for joint in joints:
        landmarks[rows, joint, 0] += pixels
        beside[[rows.start - 1, rows.start, rows.stop - 1, rows.stop], joint] = True
    landmarks[beside, 3] = 0.0
    return track.model_copy(update={"landmarks": landmarks, "leapt": beside})


@pytest.mark.parametrize(("quantity", "joints"), [
    ("hand_speed", (L.LEFT_WRIST,)),
    ("hand_speed", (L.LEFT_WRIST, L.RIGHT_WRIST)),
    ("foot_speed", (L.RIGHT_ANKLE,)),
    ("hip_speed", (L.LEFT_HIP,)),
])  # fmt: skip
def test_a_leap_makes_no_speed_but_an_error(quantity, joints):
    track = figure(yaw=45, knee=swings(80), plane=60, arm=swings(100))
    plain, found = reading(track, quantity), reading(leapt(track, *joints, rows=slice(20, 40)), quantity)
    assert found.value == pytest.approx(plain.value, rel=0.15)
    assert found.sigma > 2 * plain.sigma


def test_a_speed_is_not_read_where_a_joint_leaps_all_the_time():
    def leaping(*joints: int):
        track = unseen(figure(60, arm=ramp(0, 150, 60)), *joints, visibility=0.0)
        return track.model_copy(update={"leapt": track.leapt | np.isin(np.arange(33), joints)})

    track = leaping(L.LEFT_WRIST, L.RIGHT_WRIST)
    found = read_clip(difference("hand_speed").question, [window(0, 1.9, whole=True)], clip(track))
    assert found == "speed of the hands could not be read"
    one = leaping(L.LEFT_WRIST)
    assert reading(one, "hand_speed").value == pytest.approx(
        reading(figure(60, arm=ramp(0, 150, 60)), "hand_speed").value, rel=0.1
    )


def test_a_joint_that_a_pose_model_calls_invisible_has_not_leapt():
    plain = figure(60, arm=ramp(0, 150, 60))
    hidden = unseen(plain, L.LEFT_WRIST, L.RIGHT_WRIST, visibility=0.0)
    speeds = [curve_of(Body(track), "hand_speed", "any") for track in (plain, hidden)]
    assert not Body(hidden).torn(L.LEFT_WRIST).any()
    np.testing.assert_array_equal(*speeds)


@pytest.mark.parametrize("statistic", ["asymmetry", "left_over_right"])
def test_comparing_the_sides_needs_both_to_be_seen(statistic):
    track = figure(60, yaw=FACING_RIGHT, knee_left=40, knee_right=10)
    hidden = unseen(track, L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)
    asked, where = difference("knee_flexion", statistic=statistic), [window(0, 1.9)]
    seen = measure(asked, (where, where), clip(track), clip(track, name="b"))
    doubted = measure(asked, (where, where), clip(hidden), clip(track, name="b"))
    assert isinstance(seen, Measured)
    assert isinstance(doubted, Measured)
    assert not seen.doubt
    assert "in A" in doubted.doubt


def test_one_well_seen_side_is_enough_for_both():
    hidden = unseen(figure(60, yaw=FACING_RIGHT, knee=40), L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)
    where = [window(0, 1.9)]
    for side, doubt in (("both", False), ("right", False), ("left", True)):
        found = measure(difference("knee_flexion", side=side), (where, where), clip(hidden), clip(hidden, name="b"))
        assert isinstance(found, Measured)
        assert bool(found.doubt) is doubt, side


def test_the_error_grows_away_from_the_best_view():
    best = reading(figure(60, yaw=FACING_RIGHT), "torso_forward_lean").sigma
    assert reading(figure(60, yaw=45), "torso_forward_lean").sigma > best
    assert reading(figure(60, yaw=0), "torso_forward_lean").sigma > reading(figure(60, yaw=45), "torso_forward_lean").sigma


@pytest.mark.parametrize(
    ("quantity", "yaw"), [("stance_width", 90), ("toe_out", -90), ("knee_over_toes", 0), ("hand_forward", 180)]
)
def test_what_the_view_hides_is_doubted(quantity, yaw):
    track, where = figure(60, yaw=yaw), [window(0, 1.9)]
    found = measure(difference(quantity), (where, where), clip(track), clip(track, name="b"))
    assert isinstance(found, Measured)
    assert "view" in found.doubt or "from the" in found.doubt


def test_reasons_for_no_reading_are_sentences_that_name_the_clip():
    person, nobody = figure(60), without(figure(60), slice(None))
    here = [window(0, 1.9)]
    assert "no person was found in B" in str(measure(difference(), (here, here), clip(person), clip(nobody, name="b")))
    assert "was not found in A" in str(measure(difference(), ([], here), clip(person), clip(person, name="b")))
    unmeasured = difference().model_copy(update={"question": None, "unmeasurable": "style is not measured"})
    assert measure(unmeasured, (here, here), clip(person), clip(person, name="b")) == "style is not measured"
    assert "measured" in str(
        measure(unmeasured.model_copy(update={"unmeasurable": ""}), (here, here), clip(person), clip(person))
    )


@pytest.mark.parametrize("name", [name for name, entry in CATALOG.items() if entry.source == "hands"])
def test_without_hands_in_view_hands_are_not_read(name):
    found = read_clip(difference(name).question, [window(0, 1.9)], clip(figure(60)))
    assert isinstance(found, str)
    assert "hand" in found


@pytest.mark.parametrize("name", [name for name, entry in CATALOG.items() if entry.source in ("pose", "clip")])
def test_every_quantity_reads_the_same_number_of_the_same_clip(name):
    track = figure(yaw=45, knee=swings(80), plane=60, arm=swings(100))
    line = timeline(repetition(0.5, 2.5))
    where = [window(0.5, 2.5, whole=True)]
    found = measure(difference(name), (where, where), clip(track, line), clip(track, line, name="b"))
    assert isinstance(found, Measured)
    assert found.a == found.b
    assert found.as_measurement().difference == 0
    low, high = found.as_measurement().interval
    assert low < 0 < high
    assert np.isfinite([found.a.value, found.sigma]).all()


@pytest.mark.parametrize("name", [name for name, entry in CATALOG.items() if entry.source == "pose"])
def test_every_statistic_of_every_quantity_is_a_number_or_a_reason(name):
    lost = clip(without(figure(yaw=45, knee=swings(80), plane=60, arm=swings(100)), slice(20, 24)))
    for statistic in get_args(Statistic):
        if CATALOG[name].sided or statistic not in ("asymmetry", "left_over_right"):
            found = read_clip(difference(name, statistic=statistic).question, [window(0.5, 2.5, whole=True)], lost)
            assert isinstance(found, str) or np.isfinite([found.value, found.sigma]).all(), statistic


def test_curve_of_a_whole_body_quantity_ignores_the_side():
    body = Body(figure(yaw=FACING_RIGHT, lean=20))
    assert np.array_equal(curve_of(body, "torso_forward_lean", "left"), curve_of(body, "torso_forward_lean", "both"))


def test_the_stance_of_feet_that_stay_is_read_while_both_carry_and_of_feet_that_move_at_its_widest():
    standing = figure(90, stance=0.3)
    where = [window(0, 2.9, whole=True)]
    points = standing.landmarks.copy()
    left_foot = [L.LEFT_ANKLE, L.LEFT_HEEL, L.LEFT_FOOT_INDEX]
    points[30:60, left_foot, :2] += 0.25 * Body(standing).length_px * np.array([1.0, -1.0])
    lifted = read_clip(difference("stance_width").question, where, clip(standing.model_copy(update={"landmarks": points})))
    still = read_clip(difference("stance_width").question, where, clip(standing))
    jumped = read_clip(difference("stance_width").question, where, clip(figure(stance=0.3 + 0.4 * swings(1, frames=60) ** 2)))
    assert isinstance(lifted, Reading)
    assert isinstance(still, Reading)
    assert isinstance(jumped, Reading)
    assert lifted.value == pytest.approx(still.value, abs=0.5)
    assert jumped.value == pytest.approx(still.value * 0.7 / 0.3, rel=0.06)
