"""Looking at fewer frames: where the body goes straight on few are looked at, where it turns all are, and nobody is lost by it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pose_figures import GREEN, HEIGHT, RED, WIDTH, BlockEstimator, frame

from viddiff.tools.pose import track_pose
from viddiff.tools.pose_following import Detection
from viddiff.tools.sparse_following import ANCHOR_S, follow_sparsely
from viddiff.tools.video import FrameBatch

FPS = 30.0
TORSO = 100.0


def _body(x: float, y: float) -> Detection:
    points = np.zeros((33, 4))
    points[:, :2] = (x, y)
    points[[23, 24], 1] += TORSO
    points[:, 3] = 1.0
    return Detection(landmarks=points, world=np.zeros((33, 3)))


def _followed(heights: np.ndarray, fps: float = FPS) -> tuple[list[Detection | None], np.ndarray]:
    """Each picture is the number of its frame; a NaN height is a frame without anybody."""
    frames = [(np.full((1, 1, 3), index), index / fps) for index in range(len(heights))]

    def look(image: np.ndarray, time_s: float) -> Detection | None:
        index = int(image[0, 0, 0])
        assert time_s == index / fps
        return None if np.isnan(heights[index]) else _body(0.0, float(heights[index]))

    return follow_sparsely(look, frames)


def test_a_body_at_rest_or_in_steady_motion_is_looked_at_every_tenth_of_a_second() -> None:
    for heights in (np.zeros(91), np.linspace(0, 900, 91)):
        found, looked = _followed(heights)
        assert looked[::3].all()
        assert looked.sum() == 31
        assert [one is not None for one in found] == looked.tolist()


def test_every_frame_around_a_sharp_turn_is_looked_at() -> None:
    heights = 300 - 8.0 * np.abs(np.arange(61) - 31)
    _, looked = _followed(heights)
    assert looked[27:34].all()
    assert looked.sum() < 0.5 * len(looked)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 80), st.sampled_from([8.0, 24.0, 30.0, 60.0]))
def test_a_line_between_neighbours_errs_little_where_nobody_looked(seed: int, count: int, fps: float) -> None:
    rng = np.random.default_rng(seed)
    times = np.arange(count) / fps
    heights = 40 * np.sin(2 * np.pi * times * rng.uniform(0.2, 1.5) + rng.uniform(0, 6)) + rng.uniform(-50, 50) * times
    _, looked = _followed(heights, fps)
    seen = np.flatnonzero(looked)
    assert looked[0]
    assert looked[-1]
    assert np.diff(times[seen]).max(initial=0.0) <= max(ANCHOR_S, 1 / fps) + 1 / fps
    assert np.abs(np.interp(times, times[seen], heights[seen]) - heights).max() < 0.06 * TORSO


def test_a_slow_clip_is_looked_at_in_every_frame() -> None:
    assert _followed(np.zeros(20), fps=10.0)[1].all()


def test_where_the_person_goes_and_comes_back_every_frame_is_looked_at() -> None:
    heights = np.zeros(90)
    heights[40:60] = np.nan
    found, looked = _followed(heights)
    assert looked[37:43].all()
    assert looked[57:63].all()
    assert [one is None for one in found[39:61]] == [False, *[True] * 20, False]


def test_a_track_of_few_looks_is_the_track_of_all_of_them() -> None:
    middles = [100 + index for index in range(30)] + [130 - 2 * index for index in range(30)]
    images = np.stack([frame((RED, x, 170, 150), (GREEN, 300, 170, 60)) for x in middles])
    batches = [FrameBatch(images=images, times_s=np.arange(60) / FPS, frames=np.arange(60))]
    estimators = BlockEstimator(), BlockEstimator()
    every, few = (
        track_pose(batches, estimator, width=WIDTH, height=HEIGHT, sparse=sparse).track
        for estimator, sparse in zip(estimators, (False, True), strict=True)
    )
    assert estimators[1].calls < 0.7 * estimators[0].calls
    assert few.present.all()
    assert not few.filled.any()
    assert few.landmarks[:, :, :2] == pytest.approx(every.landmarks[:, :, :2], abs=2.5)
