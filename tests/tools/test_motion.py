"""Motion without a body: optical flow, pauses, smoothness."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.tools.motion import MotionTrack, mean_speed, pauses, stops_per_minute, total_amount, track_motion
from viddiff.tools.smoothness import sparc

FPS = 30.0


def cloth(height: int, width: int, seed: int = 0) -> np.ndarray:
    """A soft random texture, (height, width, 3)."""
    import cv2

    noise = np.random.default_rng(seed).uniform(0, 255, (height, width, 3))
    return np.clip((cv2.GaussianBlur(noise, (0, 0), 3) - 127) * 6 + 127, 0, 255).astype(np.uint8)


def film(count: int, *, camera: float = 0, moving: float = 0, still: slice = slice(0, 0)) -> list[SimpleNamespace]:
    """A textured square before a textured wall; both may move to the right, pixels per frame."""
    wall, square = cloth(120, 400), cloth(40, 40, seed=1)
    x, images = 30.0, []
    for index in range(count):
        image = wall[:, round(150 - camera * index) :][:, :160].copy()
        image[40:80, round(x) : round(x) + 40] = square
        images.append(image)
        x += 0 if still.start <= index < still.stop else moving
    times = np.arange(count) / FPS
    half = count // 2
    return [SimpleNamespace(images=np.stack(images[cut]), times_s=times[cut]) for cut in (slice(0, half), slice(half, count))]


def test_a_moving_square_moves_by_its_share_of_the_picture() -> None:
    track = track_motion(film(20, moving=2))
    assert track.times_s == pytest.approx((np.arange(19) + 0.5) / FPS)
    expected = 100 * 2 * FPS / np.hypot(160, 120) * (40 * 40) / (160 * 120)
    assert np.median(track.amount) == pytest.approx(expected, rel=0.35)
    assert track.centroid[9] == pytest.approx([(30 + 19 + 20) / 160, 0.5], abs=0.06)


@pytest.mark.parametrize("shape", [(2, 2048), (1, 1), (900, 3), (16, 16)])
def test_very_narrow_and_very_small_pictures_can_be_looked_at(shape: tuple[int, int]) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (4, *shape, 3), dtype=np.uint8)
    track = track_motion([SimpleNamespace(images=pictures, times_s=np.arange(4) / FPS)])
    assert np.isfinite(track.amount).all()


def test_faster_is_more() -> None:
    assert mean_speed(track_motion(film(16, moving=3))) > 2 * mean_speed(track_motion(film(16, moving=1)))


def test_the_cameras_own_motion_is_taken_out() -> None:
    panned, held = track_motion(film(16, camera=2)), track_motion(film(16))
    assert mean_speed(held) < 0.01
    # The square stands still in the picture, so it is what moves against the wall.
    expected = 100 * 2 * FPS / np.hypot(160, 120) * (40 * 40) / (160 * 120)
    assert mean_speed(panned) == pytest.approx(expected, rel=0.5)


def test_a_stop_is_found_when_the_square_rests() -> None:
    track = track_motion(film(45, moving=1, still=slice(15, 30)))
    (pause,) = pauses(track.times_s, track.amount)
    assert (pause.start_s, pause.end_s) == pytest.approx((0.5, 1.0), abs=0.07)
    assert stops_per_minute(track.times_s, track.amount) == pytest.approx(60 / (43 / FPS), rel=0.01)


@pytest.mark.parametrize("count", [0, 1])
def test_clips_too_short_to_move(count: int) -> None:
    track = track_motion([SimpleNamespace(images=np.zeros((count, 20, 20, 3), np.uint8), times_s=np.zeros(count))])
    assert len(track.times_s) == 0
    assert track.centroid.shape == (0, 2)
    assert total_amount(track) == 0
    assert np.isnan(mean_speed(track))
    assert np.isnan(stops_per_minute(track.times_s, track.amount))
    assert pauses(track.times_s, track.amount) == ()


def test_pauses_are_long_slow_spans_only() -> None:
    times = np.arange(100) / 10
    speed = np.full(100, 4.0)
    speed[20:30] = 0.5
    speed[50:53] = 0.5
    speed[70:80] = 2.0
    speed[95:] = 0.0
    found = [time_s for pause in pauses(times, speed) for time_s in (pause.start_s, pause.end_s)]
    assert found == pytest.approx([2.0, 3.0, 9.5, 9.9])
    assert stops_per_minute(times, speed) == pytest.approx(60 / 9.9)


def test_amount_adds_up_over_irregular_times() -> None:
    times = np.array([0.0, 0.5, 2.0, 2.1])
    track = MotionTrack(times_s=times, amount=np.full(4, 3.0), centroid=np.zeros((4, 2)))
    assert total_amount(track) == pytest.approx(6.3)
    assert mean_speed(track) == pytest.approx(3.0)


def strokes(count: int, samples: int = 200) -> np.ndarray:
    """One movement made of `count` strokes with stops between them."""
    return np.abs(np.sin(np.pi * count * np.linspace(0, 1, samples)))


def test_more_stops_are_less_smooth() -> None:
    lengths = [sparc(strokes(count), 100.0) for count in (1, 2, 3, 5)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] - lengths[-1] > 1
    assert all(length < 0 for length in lengths)


def test_a_single_smooth_stroke_is_near_the_published_value() -> None:
    phase = np.linspace(0, 1, 200)
    minimum_jerk = phase**2 * (1 - phase) ** 2
    assert sparc(minimum_jerk, 200.0) == pytest.approx(-1.41, abs=0.05)


@given(gain=st.floats(1e-3, 1e3), seed=st.integers(0, 999))
@settings(max_examples=25, deadline=None)
def test_smoothness_does_not_depend_on_the_size_of_the_movement(gain: float, seed: int) -> None:
    speed = strokes(2) + np.random.default_rng(seed).uniform(0, 0.3, 200)
    assert sparc(gain * speed, 100.0) == pytest.approx(sparc(speed, 100.0), rel=1e-6)


@given(count=st.integers(1, 3), stretch=st.floats(0.5, 2.0))
@settings(max_examples=25, deadline=None)
def test_smoothness_does_not_depend_on_the_duration(count: int, stretch: float) -> None:
    assert sparc(strokes(count, 256), 100.0) == pytest.approx(sparc(strokes(count, 256), 100.0 / stretch), rel=0.05)
    assert sparc(strokes(count, 256), 100.0) == pytest.approx(sparc(strokes(count, round(256 * stretch)), 100.0), rel=0.05)


@pytest.mark.parametrize("speed", [np.zeros(50), np.ones(3), np.array([])])
def test_smoothness_of_nothing_is_unknown(speed: np.ndarray) -> None:
    assert np.isnan(sparc(speed, 30.0))
