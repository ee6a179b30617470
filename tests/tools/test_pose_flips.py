"""Front taken for back: what is mirrored for a while is undone, however it comes back, and who turns round is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from viddiff.tools.pose_flips import MIRRORED, collapsed_rows, mirrored_rows, unmirror

FPS = 30.0
WIDTHS = {11: 35, 13: 60, 15: 80, 23: 20, 25: 30, 27: 50}
HEIGHTS = {11: 0, 13: 40, 15: 80, 23: 100, 25: 180, 27: 260}


def standing(count: int, turned: np.ndarray | float = 0.0) -> np.ndarray:
    """(T, 33, 4) a body that faces the camera, or is turned round by so many radians, and sways a little."""
    points = np.zeros((count, 33, 4))
    points[..., 3] = 1.0
    for left, width in WIDTHS.items():
        for side, landmark in ((1, left), (-1, left + 1)):
            points[:, landmark, 0] = 200 + side * width * np.cos(turned) + 3 * np.sin(np.arange(count) / 5)
            points[:, landmark, 1] = 100 + HEIGHTS[left]
    return points


def mirrored(points: np.ndarray, rows: slice, landmarks: np.ndarray | None = None) -> np.ndarray:
    """The same with left and right exchanged in some rows, of all landmarks or of some."""
    other, chosen = points.copy(), np.arange(33) if landmarks is None else landmarks
    other[rows, chosen] = points[rows][:, MIRRORED[chosen]]
    return other


@pytest.mark.parametrize("rows", [slice(20, 21), slice(20, 24), slice(20, 65), slice(0, 9), slice(110, 120)])
def test_a_body_mirrored_for_a_while_is_put_right(rows: slice) -> None:
    right = standing(120)
    found = mirrored(right, rows)
    landmarks, world = unmirror(np.arange(120) / FPS, found, found[:, :, :3])
    assert np.array_equal(landmarks, right)
    assert np.array_equal(world, right[:, :, :3])


@pytest.mark.parametrize("late", [[13, 14, 15, 16], [25, 26, 27, 28], [13, 14, 15, 16, 25, 26, 27, 28]])
def test_limbs_that_come_back_later_do_not_leave_the_body_mirrored(late: list[int]) -> None:
    right, times = standing(200), np.arange(200) / FPS
    found = right
    for begin in (30, 90, 150):
        found = mirrored(found, slice(begin, begin + 2))
        found = mirrored(found, slice(begin + 2, begin + 4), np.array(late))
    assert np.flatnonzero(mirrored_rows(times, found)).tolist() == [30, 31, 90, 91, 150, 151]


def test_a_person_who_turns_round_is_left_alone() -> None:
    turned = np.concatenate([np.zeros(40), np.linspace(0, np.pi, 40), np.full(40, np.pi)])
    assert not mirrored_rows(np.arange(120) / FPS, standing(120, turned)).any()


def test_where_nobody_was_found_nothing_is_mirrored() -> None:
    found = mirrored(standing(60), slice(30, 33))
    found[10:20] = np.nan
    assert np.flatnonzero(mirrored_rows(np.arange(60) / FPS, found)).tolist() == [30, 31, 32]


def narrowed(points: np.ndarray, shares: dict[int, float]) -> np.ndarray:
    """The same body with its breadth a share of what it was in some rows, as between a body and its mirror image."""
    other = points.copy()
    for row, share in shares.items():
        other[row, :, 0] = share * points[row, :, 0] + (1 - share) * points[row, :, 0].mean()
    return other


def test_half_mirrored_bodies_on_the_way_into_a_mirrored_stretch_and_out_of_it_are_nobody() -> None:
    right, times = standing(120), np.arange(120) / FPS
    rows = {30: 0.4, 31: 0.0, 44: -0.2, 45: 0.3}
    found = narrowed(mirrored(right, slice(32, 44)), rows)
    landmarks, world = unmirror(times, found, found[:, :, :3])
    lost = np.isin(np.arange(120), [*rows])
    assert np.isnan(landmarks[lost]).all()
    assert np.isnan(world[lost]).all()
    assert np.array_equal(landmarks[~lost], right[~lost])


@pytest.mark.parametrize("shares", [{40: 0.1}, {40: 0.5, 41: 0.1, 42: 0.5}, {40: 0.9, 41: 0.2, 42: 0.2, 43: 0.3}])
def test_a_torso_that_collapses_for_a_moment_is_nobody(shares: dict[int, float]) -> None:
    found = narrowed(standing(120), shares)
    assert set(np.flatnonzero(collapsed_rows(np.arange(120) / FPS, found)).tolist()) == {k for k, s in shares.items() if s < 0.6}


@pytest.mark.parametrize("seconds", [0.3, 0.5, 1.0])
def test_shoulders_that_turn_away_and_back_however_fast_are_kept(seconds: float) -> None:
    around = np.minimum(np.abs(np.arange(120) / FPS - 2.0) / (seconds / 2), 1.0)
    turned = np.pi / 3 * (1 + np.cos(np.pi * around)) / 2
    assert not collapsed_rows(np.arange(120) / FPS, standing(120, turned)).any()


def test_who_stays_turned_to_the_side_is_kept() -> None:
    turned = np.concatenate([np.zeros(60), np.full(60, np.pi / 2)])
    assert not collapsed_rows(np.arange(120) / FPS, standing(120, turned)).any()
