"""Following one person: who is chosen, and what happens when the estimator looks elsewhere."""

import numpy as np
import pytest
from pose_figures import GREEN, HEIGHT, RED, WIDTH, BlockEstimator, frame

from viddiff.tools.frame_window import FrameWindow, search_windows
from viddiff.tools.pose_following import Detection, Follower

FPS = 30.0


def follow(estimator: BlockEstimator, images: list[np.ndarray]) -> list[Detection | None]:
    follower = Follower(estimator)
    return [follower.follow(image, index / FPS) for index, image in enumerate(images)]


def middles(found: list[Detection | None]) -> list[float]:
    return [float("nan") if one is None else float(one.centre[0]) for one in found]


def test_one_large_person_costs_one_call_per_frame() -> None:
    estimator = BlockEstimator()
    found = follow(estimator, [frame((RED, 100 + index, 170, 150)) for index in range(30)])
    assert middles(found) == pytest.approx([100 + index for index in range(30)], abs=1)
    assert estimator.calls < 30 + 8


def test_the_larger_person_is_chosen_over_the_estimators_favourite() -> None:
    estimator = BlockEstimator()
    found = follow(estimator, [frame((RED, 60, 170, 80), (GREEN, 240, 170, 150))] * 5)
    assert middles(found) == pytest.approx([240] * 5, abs=2)


def test_the_more_central_of_two_alike_is_chosen() -> None:
    estimator = BlockEstimator()
    found = follow(estimator, [frame((RED, 40, 170, 120), (GREEN, 170, 170, 120))] * 5)
    assert middles(found) == pytest.approx([170] * 5, abs=2)


def test_a_leap_to_somebody_else_is_refused_and_the_person_found_again() -> None:
    estimator = BlockEstimator()
    follower = Follower(estimator)
    alone = [follower.follow(frame((RED, 80, 170, 140)), index / FPS) for index in range(10)]
    estimator.favourite = GREEN
    joined = [follower.follow(frame((RED, 80, 170, 140), (GREEN, 250, 170, 160)), index / FPS) for index in range(10, 30)]
    assert middles(alone + joined) == pytest.approx([80] * 30, abs=3)


def test_a_hidden_person_is_missing_rather_than_replaced_and_taken_up_again() -> None:
    estimator = BlockEstimator()
    both, other = frame((RED, 80, 170, 140), (GREEN, 260, 170, 130)), frame((GREEN, 260, 170, 130))
    found = middles(follow(estimator, [both] * 10 + [other] * 10 + [both] * 10))
    assert np.isnan(found[10:20]).all()
    assert found[:10] + found[20:] == pytest.approx([80] * 20, abs=3)


def test_after_a_second_of_absence_anybody_may_be_followed() -> None:
    estimator = BlockEstimator()
    found = middles(follow(estimator, [frame((RED, 80, 170, 140))] * 5 + [frame((GREEN, 260, 170, 130))] * 40))
    assert np.isnan(found[5:30]).all()
    assert found[-1] == pytest.approx(260, abs=3)


def test_a_small_person_is_found_and_followed_across_the_frame() -> None:
    path = [40 + 3 * index for index in range(80)]
    found = follow(BlockEstimator(), [frame((RED, x, 120, 40)) for x in path])
    assert middles(found) == pytest.approx(path, abs=1.5)


def test_an_empty_clip_is_searched_ever_more_rarely() -> None:
    estimator = BlockEstimator()
    assert follow(estimator, [frame()] * 300) == [None] * 300
    windows = sum(len(level) for level in search_windows(WIDTH, HEIGHT))
    assert estimator.calls <= 300 + 7 * windows


def test_a_sudden_change_of_size_is_not_the_same_person() -> None:
    found = follow(BlockEstimator(), [frame((RED, 160, 170, 150))] * 5 + [frame((RED, 160, 140, 62))] * 3)
    assert [one is None for one in found] == [False] * 5 + [True] * 3


def test_what_is_found_in_an_enlarged_window_comes_back_in_frame_pixels() -> None:
    window = FrameWindow.within(WIDTH, HEIGHT, (100.2, 60, 160, 120))
    assert window.scale == 4
    assert window.cut(frame()).shape == (240, 240, 3)
    landmarks = np.array([[0.0, 0.0, 8.0, 0.3], [240.0, 240.0, -4.0, 1.0]])
    assert window.back(landmarks).tolist() == [[100, 60, 2, 0.3], [160, 120, -1, 1.0]]


@pytest.mark.parametrize("box", [(-50, -50, 1000, 1000), (400, 300, 500, 400), (-9, -9, -5, -5), (5, 5, 5, 5)])
def test_windows_lie_inside_the_frame(box: tuple[float, float, float, float]) -> None:
    window = FrameWindow.within(WIDTH, HEIGHT, box)
    assert 0 <= window.left < window.right <= WIDTH
    assert 0 <= window.top < window.bottom <= HEIGHT


@pytest.mark.parametrize("size", [(320, 180), (180, 320), (100, 100), (640, 97), (2048, 2), (3, 900)])
def test_search_windows_cover_the_frame_and_are_few_however_narrow_it_is(size: tuple[int, int]) -> None:
    for level in search_windows(*size):
        assert len(level) <= 27
        covered = np.zeros(size[::-1], bool)
        for window in level:
            covered[window.top : window.bottom, window.left : window.right] = True
        assert covered.all()


def test_a_body_near_a_side_leaves_the_window_unless_the_frame_ends_there() -> None:
    window = FrameWindow.within(WIDTH, HEIGHT, (0, 20, 100, 120))
    assert not window.leaves((1, 40, 60, 100))
    assert window.leaves((1, 40, 99, 100))
    assert window.leaves((1, 21, 60, 100))
