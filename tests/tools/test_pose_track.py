"""From batches to a track, its summary, and its file."""

import io
from pathlib import Path

import numpy as np
import pytest
from pose_figures import HEIGHT, RED, WIDTH, BlockEstimator, clip, frame

from viddiff.tools.pose import TrackedPose, person_in_view, refine, track_pose
from viddiff.tools.pose_file import load_track, save_track
from viddiff.tools.pose_track import PoseTrack


def tracked(xs: list[float | None]) -> TrackedPose:
    images = [frame() if x is None else frame((RED, x, 170, 140)) for x in xs]
    return track_pose(clip(images), BlockEstimator(), width=2 * WIDTH, height=3 * HEIGHT)


def raw_track(landmarks: np.ndarray, fps: float = 30.0) -> PoseTrack:
    count = len(landmarks)
    return PoseTrack(
        times_s=np.arange(count) / fps,
        frames=np.arange(count),
        landmarks=landmarks.astype(np.float32),
        world=landmarks[:, :, :3].astype(np.float32) / 100,
        filled=np.zeros(count, bool),
        width=WIDTH,
        height=HEIGHT,
    )


def test_landmarks_come_out_in_pixels_of_the_full_frame() -> None:
    track = tracked([100] * 12).track
    assert (track.width, track.height) == (2 * WIDTH, 3 * HEIGHT)
    assert track.frames.tolist() == list(range(12))
    assert track.times_s == pytest.approx(np.arange(12) / 30)
    assert track.landmarks[:, [27, 28], 0].mean() == pytest.approx(200, abs=1)
    assert track.landmarks[:, 31, 1] == pytest.approx(np.full(12, 3 * 170), abs=0.5)
    assert track.landmarks[:, 0, 2] == pytest.approx(np.full(12, 2.0), abs=1e-4)
    assert track.landmarks[:, :, 3] == pytest.approx(np.ones((12, 33)))


def test_short_gaps_are_filled_and_marked_and_long_ones_are_not() -> None:
    xs: list[float | None] = [100.0] * 50
    xs[10:13] = [None] * 3
    xs[25:40] = [None] * 15
    track = tracked(xs).track
    assert np.flatnonzero(track.filled).tolist() == [10, 11, 12]
    assert np.flatnonzero(~track.present).tolist() == list(range(25, 40))
    assert np.isnan(track.world[25:40]).all()


def test_a_clip_without_frames_or_without_a_person() -> None:
    empty = track_pose([], BlockEstimator(), width=10, height=10)
    assert len(empty.track.times_s) == 0
    nobody = tracked([None] * 10)
    assert not nobody.track.present.any()
    assert np.isnan(nobody.noise_px).all()
    assert person_in_view(nobody.track).fraction == person_in_view(empty.track).fraction == 0


def test_two_clips_through_one_estimator_do_not_mix() -> None:
    estimator = BlockEstimator()
    restarts = []
    for _ in range(2):
        track_pose(clip([frame((RED, 100, 170, 140))] * 3), estimator, width=WIDTH, height=HEIGHT)
        restarts.append(estimator.restarts)
    assert restarts[0] >= 1
    assert restarts[1] == 2 * restarts[0]


def test_noise_is_reported_in_pixels_and_the_landmarks_are_calmer_than_it() -> None:
    rng = np.random.default_rng(0)
    landmarks = np.tile(np.linspace(10, 150, 33)[:, None], (400, 1, 4))
    landmarks[:, :, :2] += rng.normal(size=(400, 33, 2)) * 2
    pose = refine(raw_track(landmarks), "test/1")
    assert pose.estimator == "test/1"
    assert pose.noise_px == pytest.approx(np.full(33, 2.0), rel=0.25)
    assert pose.track.landmarks[:, :, :2].std(axis=0).mean() < 1.7


def test_a_lasting_leap_is_marked_on_the_track_and_counts_as_unseen() -> None:
    landmarks = np.random.default_rng(0).uniform(100, 120, (40, 33, 4))
    landmarks[:, :, 3], landmarks[:, 11:13, 1], landmarks[:, 23:25, 1] = 0.5, 100, 300
    landmarks[20:, 15, 0] += 200
    track = refine(raw_track(landmarks)).track
    assert np.argwhere(track.leapt).tolist() == [[19, 15], [20, 15]]
    assert np.array_equal(track.landmarks[:, :, 3] == 0, track.leapt)


def test_visibility_is_not_smoothed() -> None:
    landmarks = np.ones((40, 33, 4))
    landmarks[:, :, 3] = np.random.default_rng(0).uniform(size=(40, 33))
    assert np.array_equal(refine(raw_track(landmarks)).track.landmarks[:, :, 3], landmarks[:, :, 3].astype(np.float32))


def test_the_person_in_view_is_summed_up() -> None:
    view = person_in_view(tracked([100.0] * 30 + [None] * 30).track)
    assert view.fraction == pytest.approx(0.5)
    assert view.height_share == pytest.approx(140 / HEIGHT, abs=0.01)
    assert view.visibility["knees"] == pytest.approx(1.0)


@pytest.mark.parametrize("where", ["file", "memory"])
def test_a_saved_track_comes_back_to_the_last_bit(where: str, tmp_path: Path) -> None:
    pose = tracked([100.0 + index for index in range(20)] + [None] * 10)
    pose.track.leapt[7, 15] = True
    target = tmp_path / "track.npz" if where == "file" else io.BytesIO()
    save_track(pose, target)
    if isinstance(target, io.BytesIO):
        target.seek(0)
    back = load_track(target)
    assert back.estimator == pose.estimator
    assert (back.track.width, back.track.height) == (pose.track.width, pose.track.height)
    for one, other in [(back.noise_px, pose.noise_px)] + [
        (getattr(back.track, name), getattr(pose.track, name))
        for name in ("times_s", "frames", "landmarks", "world", "filled", "leapt")
    ]:
        assert one.dtype == other.dtype
        assert np.array_equal(one, other, equal_nan=True)
    assert back.track.landmarks.dtype == np.float32
