"""Smoothing: what it must leave alone, and the noise it reports."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.tools.smoothing import noise, smooth

CLOCKS = st.sampled_from([24.0, 30.0, 59.94, 120.0])


def irregular_clock(seed: int, count: int = 60) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).uniform(0.01, 0.06, count))


@given(seed=st.integers(0, 10_000), factors=st.tuples(*[st.floats(-50, 50)] * 3))
@settings(max_examples=40, deadline=None)
def test_constant_linear_and_quadratic_motion_pass_unchanged_on_any_clock(seed: int, factors: tuple[float, float, float]) -> None:
    times = irregular_clock(seed)
    motion = np.polyval(factors, times)
    assert smooth(times, motion[:, None])[:, 0] == pytest.approx(motion, abs=1e-6)


@given(fps=CLOCKS, width_s=st.floats(0.05, 0.6))
@settings(max_examples=30, deadline=None)
def test_a_symmetric_peak_stays_symmetric_and_where_it_is(fps: float, width_s: float) -> None:
    times = np.arange(-60, 61) / fps
    peak = np.exp(-((times / width_s) ** 2))
    smoothed = smooth(times, peak[:, None])[:, 0]
    assert np.argmax(smoothed) == 60
    assert smoothed == pytest.approx(smoothed[::-1], abs=1e-9)


@given(seed=st.integers(0, 10_000), shift_s=st.floats(-100, 100))
@settings(max_examples=30, deadline=None)
def test_the_origin_of_time_does_not_matter(seed: int, shift_s: float) -> None:
    times = irregular_clock(seed)
    values = np.random.default_rng(seed).normal(size=(60, 2))
    assert smooth(times + shift_s, values) == pytest.approx(smooth(times, values), abs=1e-6)


def test_missing_rows_stay_missing_and_do_not_spread() -> None:
    times = np.arange(40) / 30
    values = np.stack([times, times**2], axis=1)
    values[10:20] = np.nan
    values[25, 1] = np.nan
    smoothed = smooth(times, values)
    missing = np.isnan(smoothed).all(axis=1)
    assert np.flatnonzero(missing).tolist() == [*range(10, 20), 25]
    assert smoothed[~missing] == pytest.approx(values[~missing], abs=1e-9)


def test_flicker_shrinks_to_less_than_half_at_60_frames_per_second() -> None:
    times = np.arange(600) / 60
    flicker = np.random.default_rng(0).normal(size=(600, 1))
    assert smooth(times, flicker).std() < 0.5


def test_a_clock_too_slow_to_average_leaves_values_raw() -> None:
    times = np.arange(12) / 5
    values = np.random.default_rng(0).normal(size=(12, 3))
    assert np.array_equal(smooth(times, values), values)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_very_short_clips(count: int) -> None:
    values = np.ones((count, 2, 2))
    assert np.array_equal(smooth(np.arange(count) / 30, values), values)
    assert noise(np.arange(count) / 30, values).shape == (2,)


@pytest.mark.parametrize("fps", [8, 30, 120])
def test_noise_is_the_standard_deviation_of_the_flicker(fps: int) -> None:
    times = np.arange(1500) / fps
    motion = 40 * np.sin(times / 2)
    flicker = np.random.default_rng(1).normal(size=(1500, 2, 2)) * np.array([1.0, 5.0])[:, None]
    assert noise(times, motion[:, None, None] + flicker) == pytest.approx([1.0, 5.0], rel=0.15)


def test_noise_shrugs_off_a_few_wild_samples() -> None:
    times = np.arange(600) / 30
    values = np.random.default_rng(2).normal(size=(600, 1, 2))
    values[::60] += 500
    assert noise(times, values)[0] == pytest.approx(1.0, rel=0.4)


def test_noise_of_nothing_is_unknown() -> None:
    assert np.isnan(noise(np.arange(30) / 30, np.full((30, 4, 2), np.nan))).all()
