import numpy as np
import pytest
from drawn_similarities import make_similarities
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from viddiff.tools.emissions import SHARPNESS, emissions, flat_level, fuse
from viddiff.tools.frame_noise import frame_noise

matrices = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(1, 64).map(lambda whole: whole / 64)
)


@given(matrices, st.floats(-2, 2), st.floats(0.1, 10))
@settings(deadline=None)
def test_shift_and_scale_of_a_row_change_nothing(rows: np.ndarray, shift: float, scale: float) -> None:
    moved = rows * scale
    moved[0] += shift
    moved[0] = np.where(moved[0] == 0, 1e-12, moved[0])
    np.testing.assert_allclose(emissions(moved), emissions(rows), atol=1e-6)


@given(matrices)
@settings(deadline=None)
def test_emissions_are_finite_and_bounded(rows: np.ndarray) -> None:
    gains = emissions(rows) - flat_level(len(rows))
    assert np.isfinite(gains).all()
    assert np.abs(gains).max(initial=0) <= 1.5 * SHARPNESS + 1e-9


def test_a_constant_row_is_flat_and_leaves_the_others_alone() -> None:
    rows = make_similarities([10, 10, 10], [0, 1, 2], 3)
    with_flat = rows.copy()
    with_flat[1] = np.float32(0.31)
    found = emissions(with_flat)
    np.testing.assert_array_equal(found[1], flat_level(3))
    np.testing.assert_array_equal(found[[0, 2]], emissions(rows)[[0, 2]])


def test_rounding_is_no_information() -> None:
    rows = np.float32(0.3) + 1e-8 * np.random.default_rng(0).standard_normal((2, 50)).astype(np.float32)
    np.testing.assert_array_equal(emissions(rows), flat_level(2))


@pytest.mark.parametrize("nothing", [np.nan, np.inf, 0.0])
def test_an_unreadable_frame_is_a_flat_column(nothing: float) -> None:
    rows = make_similarities([10, 10], [0, 1], 2)
    clean = emissions(rows)
    rows[:, 4] = nothing
    found = emissions(rows)
    np.testing.assert_array_equal(found[:, 4], flat_level(2))
    np.testing.assert_allclose(np.delete(found, 4, axis=1), np.delete(clean, 4, axis=1))
    np.testing.assert_array_equal(emissions(np.full((3, 7), nothing)), flat_level(3))


def test_noise_says_almost_nothing_and_a_clear_row_everything() -> None:
    noise = np.random.default_rng(1).standard_normal((20, 200))
    assert np.abs(emissions(noise) - flat_level(20)).mean() < 0.2
    clear = emissions(make_similarities([50, 50], [0, 1], 2, noise=0.05)) - flat_level(2)
    assert np.abs(clear).mean() == pytest.approx(SHARPNESS, rel=0.05)


def test_one_odd_frame_neither_hides_a_stage_nor_counts_for_more_than_others() -> None:
    rows = make_similarities([20, 20], [0, 1], 2, noise=0.02)
    odd = rows.copy()
    odd[0, 30] += 10 * np.ptp(rows[0])
    assert emissions(odd)[0, :20].min() > flat_level(2) + 1
    assert emissions(odd)[0, 30] <= flat_level(2) + 1.5 * SHARPNESS


def test_flat_witness_changes_nothing_and_agreement_counts_twice() -> None:
    one = emissions(make_similarities([10, 10], [0, 1], 2, noise=0.1))
    flat = emissions(np.full((2, 20), 0.2))
    np.testing.assert_allclose(fuse(one, flat), one)
    np.testing.assert_allclose(fuse(flat, one), one)
    np.testing.assert_allclose(fuse(one, one) - flat_level(2), 2 * (one - flat_level(2)))
    with pytest.raises(ValueError, match="at least one"):
        fuse()


def test_shapes() -> None:
    assert emissions(np.empty((0, 5))).shape == (0, 5)
    assert emissions(np.empty((3, 0))).shape == (3, 0)
    with pytest.raises(ValueError, match=r"expected \(stages, frames\)"):
        emissions(np.zeros((1, 2, 3)))


def test_frame_noise_sees_jitter_not_movement() -> None:
    rng = np.random.default_rng(0)
    movement = np.sin(2 * np.pi * np.arange(400) / 16)
    steps = np.repeat(rng.standard_normal(20), 20)
    assert frame_noise(movement) < 0.02
    assert frame_noise(steps) == 0
    assert frame_noise(movement + 0.1 * rng.standard_normal(400)) == pytest.approx(0.1, rel=0.2)
    assert frame_noise(np.arange(7) % 2) == 0
