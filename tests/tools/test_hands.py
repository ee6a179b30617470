"""Which hand is which."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from viddiff.tools.hands import LEFT, RIGHT, FoundHand, assign_sides, track_hands
from viddiff.tools.pose import track_pose
from viddiff.tools.pose_mediapipe import MediaPipePose

VIDEOS = Path(__file__).parents[2].parent / "shared" / "videos"


def hand(x: float, left: float) -> FoundHand:
    landmarks = np.zeros((21, 3))
    landmarks[:, 0] = x
    landmarks[:, 1] = np.linspace(0, 80, 21)
    return FoundHand(landmarks=landmarks, left=left)


def places(rows: np.ndarray, side: int) -> list[float]:
    return rows[:, side, 0, 0].tolist()


def test_each_hand_goes_to_its_side() -> None:
    rows = assign_sides([(hand(300, 0.9), hand(100, 0.2))] * 3)
    assert places(rows, LEFT) == [300] * 3
    assert places(rows, RIGHT) == [100] * 3
    assert rows[0, :, 0, 3] == pytest.approx([0.9, 0.8])


def test_a_few_wrong_names_do_not_exchange_the_hands() -> None:
    right_way, wrong_way = (hand(300, 0.9), hand(100, 0.1)), (hand(300, 0.1), hand(100, 0.9))
    rows = assign_sides([right_way if index % 4 else wrong_way for index in range(20)])
    assert places(rows, LEFT) == [300] * 20
    assert places(rows, RIGHT) == [100] * 20


def test_hands_that_cross_keep_their_sides() -> None:
    path = np.linspace(0, 400, 41)
    rows = assign_sides([(hand(x, 0.6), hand(400 - x, 0.45)) for x in path])
    assert places(rows, LEFT) == pytest.approx(path)


def test_a_hand_alone_leaves_the_other_side_empty() -> None:
    rows = assign_sides([(hand(100, 0.1),), ()])
    assert places(rows, RIGHT)[0] == 100
    assert np.isnan(rows[0, LEFT]).all()
    assert np.isnan(rows[1]).all()


def test_one_hand_found_twice_counts_once() -> None:
    rows = assign_sides([(hand(100, 0.1), hand(102, 0.8))])
    assert np.isfinite(rows[0, RIGHT]).all()
    assert np.isnan(rows[0, LEFT]).all()


def test_two_hands_are_never_put_on_one_side() -> None:
    rows = assign_sides([(hand(300, 0.9), hand(100, 0.7))])
    assert places(rows, LEFT) == [300]
    assert places(rows, RIGHT) == [100]


def test_a_clip_without_hands_is_quiet_and_all_missing(capfd: pytest.CaptureFixture[str]) -> None:
    batch = SimpleNamespace(images=np.zeros((3, 90, 120, 3), np.uint8), times_s=np.arange(3) / 30, frames=np.arange(3))
    track = track_hands([batch], width=240, height=180)
    assert track.landmarks.shape == (3, 2, 21, 3)
    assert track.score.shape == (3, 2)
    assert not track.present.any()
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(not VIDEOS.is_dir(), reason="real footage is not beside this checkout (../shared/videos)")
def test_on_real_footage_the_hands_are_where_the_wrists_are() -> None:
    import av

    with av.open(str(VIDEOS / "squat_a.mp4")) as container:
        frames = [frame for frame, _ in zip(container.decode(video=0), range(12), strict=False)]
    images, times_s = np.stack([frame.to_ndarray(format="rgb24") for frame in frames]), np.array([frame.time for frame in frames])
    batch = SimpleNamespace(images=images, times_s=times_s, frames=np.arange(len(times_s)))
    with MediaPipePose() as estimator:
        body = track_pose([batch], estimator, width=images.shape[2], height=images.shape[1]).track
    hands = track_hands([batch], width=images.shape[2], height=images.shape[1])
    seen = hands.present[:, RIGHT]
    assert seen.mean() > 0.5
    apart = np.linalg.norm(hands.landmarks[seen, RIGHT, 0, :2] - body.landmarks[seen, 16, :2], axis=1)
    assert np.median(apart) < 12
