"""Short gaps and momentary exchanges of left and right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.tools.pose_repair import fill_gaps, settle, torso_length, unswap

FPS = 30.0
LEGS_LEFT, LEGS_RIGHT = [25, 27, 29, 31], [26, 28, 30, 32]


def walker(count: int = 90) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Somebody walking in side view: the legs pass each other twice a second."""
    times = np.arange(count) / FPS
    landmarks = np.zeros((count, 33, 4))
    landmarks[:, :, 0] = 200 + 60 * times[:, None]
    landmarks[:, [11, 12], 1] = 100
    landmarks[:, [23, 24], 1] = 200
    landmarks[:, LEGS_LEFT + LEGS_RIGHT, 1] = np.tile([250, 300, 305, 305], 2)
    swing = 40 * np.sin(2 * np.pi * times)[:, None]
    landmarks[:, LEGS_LEFT, 0] += swing
    landmarks[:, LEGS_RIGHT, 0] -= swing
    landmarks[:, :, 3] = np.linspace(0.5, 1, 33)
    return times, landmarks, landmarks[:, :, :3] / 100


def exchange(array: np.ndarray, rows: slice) -> np.ndarray:
    swapped = array.copy()
    swapped[rows, LEGS_LEFT], swapped[rows, LEGS_RIGHT] = array[rows, LEGS_RIGHT], array[rows, LEGS_LEFT]
    return swapped


def test_limbs_that_pass_each_other_are_left_alone() -> None:
    times, landmarks, world = walker()
    mended, mended_world = unswap(times, landmarks, world)
    assert np.array_equal(mended, landmarks)
    assert np.array_equal(mended_world, world)


@given(centre=st.integers(0, 4), length=st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_a_momentary_exchange_while_the_legs_are_apart_is_undone(centre: int, length: int) -> None:
    times, landmarks, world = walker()
    # The legs are furthest apart a quarter and three quarters into every second.
    middle = int((0.25 + 0.5 * centre) * FPS)
    rows = slice(middle - length // 2, middle - length // 2 + length)
    mended, mended_world = unswap(times, exchange(landmarks, rows), exchange(world, rows))
    assert np.array_equal(mended, landmarks)
    assert np.array_equal(mended_world, world)


def test_an_exchange_that_lasts_is_not_judged() -> None:
    times, landmarks, world = walker()
    kept = exchange(landmarks, slice(22, 52))
    assert np.array_equal(unswap(times, kept, world)[0], kept)


def test_a_real_leap_of_both_feet_is_no_exchange() -> None:
    times, landmarks, world = walker()
    landmarks[20:24, :, 1] -= 60
    assert np.array_equal(unswap(times, landmarks, world)[0], landmarks)


def test_missing_rows_do_not_disturb_the_mending() -> None:
    times, landmarks, world = walker()
    landmarks[40:60] = np.nan
    mended, _ = unswap(times, exchange(landmarks, slice(21, 24)), world)
    assert np.array_equal(mended, landmarks, equal_nan=True)


LEFT_WRIST, RIGHT_WRIST = 15, 16


def leapt(landmarks: np.ndarray, rows: slice, by: float = 60.0) -> np.ndarray:
    wrong = landmarks.copy()
    wrong[rows, LEFT_WRIST, 0] += by
    return wrong


@given(begin=st.integers(1, 86), length=st.integers(1, 3), by=st.sampled_from([-90.0, 40.0, 400.0]))
@settings(max_examples=40, deadline=None)
def test_a_joint_that_leaps_away_and_back_is_put_between(begin: int, length: int, by: float) -> None:
    times, landmarks, world = walker()
    rows = slice(begin, begin + length)
    mended, mended_world, beside = settle(times, leapt(landmarks, rows, by), leapt(world, rows, by / 100))
    assert mended == pytest.approx(landmarks)
    assert mended_world == pytest.approx(world)
    assert not beside.any()


def test_a_joint_that_stays_away_is_left_there_and_unseen_beside_both_leaps() -> None:
    times, landmarks, world = walker()
    wrong = leapt(landmarks, slice(30, 50))
    mended, mended_world, beside = settle(times, wrong, world)
    assert np.array_equal(mended[:, :, :3], wrong[:, :, :3])
    assert np.array_equal(mended_world, world)
    assert np.argwhere(beside).tolist() == [[row, LEFT_WRIST] for row in (29, 30, 49, 50)]
    assert np.array_equal(mended[:, :, 3] == 0, beside)
    assert np.array_equal(mended[:, RIGHT_WRIST], landmarks[:, RIGHT_WRIST])


@pytest.mark.parametrize(("rows", "unseen"), [(slice(0, 1), [0, 1]), (slice(89, 90), [88, 89])])
def test_a_leap_at_either_end_cannot_be_mended_but_is_found(rows: slice, unseen: list[int]) -> None:
    times, landmarks, world = walker()
    wrong = leapt(landmarks, rows)
    mended, _, beside = settle(times, wrong, world)
    assert np.array_equal(mended[:, :, :3], wrong[:, :, :3])
    assert np.flatnonzero(beside[:, LEFT_WRIST]).tolist() == unseen
    assert np.array_equal(mended[:, :, 3] == 0, beside)


@pytest.mark.parametrize("fps", [15.0, 24.0, 30.0, 60.0])
@pytest.mark.parametrize("turns", [0.5, 1.0, 2.5])
def test_a_limb_that_circles_fast_and_stops_at_once_does_not_leap(fps: float, turns: float) -> None:
    _, landmarks, world = walker()
    times = np.arange(len(landmarks)) / fps
    angle = 2 * np.pi * turns * np.clip(times, 0.3, 0.8)
    landmarks[:, LEFT_WRIST, :2] = 100 * np.stack([1 + np.cos(angle), 2 + np.sin(angle)], axis=1)
    mended, mended_world, beside = settle(times, landmarks, world)
    assert np.array_equal(mended, landmarks)
    assert np.array_equal(mended_world, world)
    assert not beside.any()


def test_where_nobody_was_found_nothing_leaps() -> None:
    times, landmarks, world = walker()
    landmarks[40:60] = np.nan
    assert np.array_equal(settle(times, landmarks, world)[0], landmarks, equal_nan=True)
    for count in range(3):
        assert np.array_equal(settle(times[:count], landmarks[:count], world[:count])[0], landmarks[:count])


def test_torso_length() -> None:
    assert torso_length(walker()[1]) == pytest.approx(100)
    assert np.isnan(torso_length(np.full((3, 33, 4), np.nan)))


@given(begin=st.integers(1, 30), length=st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_only_short_gaps_are_filled_and_on_a_straight_line(begin: int, length: int) -> None:
    times = np.arange(60) / FPS
    whole = np.stack([3 * times, 5 - times], axis=1)
    gappy = whole.copy()
    gappy[begin : begin + length] = np.nan
    mended, filled = fill_gaps(times, gappy)
    if (length + 1) / FPS <= 0.25 + 1e-9:
        assert mended == pytest.approx(whole)
        assert np.flatnonzero(filled).tolist() == list(range(begin, begin + length))
    else:
        assert np.array_equal(mended, gappy, equal_nan=True)
        assert not filled.any()


def test_nothing_is_filled_before_the_first_or_after_the_last_sample() -> None:
    values = np.array([[np.nan], [1.0], [2.0], [np.nan]])
    mended, filled = fill_gaps(np.arange(4) / FPS, values)
    assert np.array_equal(mended, values, equal_nan=True)
    assert not filled.any()


@pytest.mark.parametrize("values", [np.empty((0, 33, 4)), np.full((5, 33, 4), np.nan)])
def test_filling_where_nobody_is(values: np.ndarray) -> None:
    mended, filled = fill_gaps(np.arange(len(values)) / FPS, values)
    assert np.array_equal(mended, values, equal_nan=True)
    assert not filled.any()
