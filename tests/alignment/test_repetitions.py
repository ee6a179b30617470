from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from drawn_similarities import make_similarities, make_stages
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.tools.repetitions import Repetition, align_repetitions, find_repetitions

FPS = 8.0


def hump(frames: int, hold: int = 0) -> np.ndarray:
    """From rest (0) to the extreme (1) and back, with a hold at the top."""
    rise = (1 - np.cos(np.pi * np.arange(frames // 2) / (frames // 2))) / 2
    return np.concatenate([rise, np.ones(hold), rise[::-1]])


def rest(frames: int) -> np.ndarray:
    return np.zeros(frames)


def found(
    parts: Sequence[np.ndarray], noise: float = 0.0, drift: float = 0.0, seed: int = 0, fps: float = FPS, **options: float
) -> tuple[Repetition, ...]:
    """Repetitions of a movement along one random direction of six, with drift along another and noise in all."""
    rng = np.random.default_rng(seed)
    curve = np.concatenate(parts)
    along, across = (direction / np.linalg.norm(direction) for direction in rng.standard_normal((2, 6)))
    vectors = 3.0 + curve[:, None] * along + drift * np.linspace(0, 1, len(curve))[:, None] * across
    vectors = vectors + noise * rng.standard_normal(vectors.shape)
    return find_repetitions(vectors, np.arange(len(curve)) / fps, **options)  # type: ignore[arg-type]


def near(repetition: Repetition, start: int, peak: int, end: int, frames: int = 3) -> bool:
    return max(abs(repetition.start - start), abs(repetition.peak - peak), abs(repetition.end - end)) <= frames


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_one_repetition_is_the_active_part(noise: float) -> None:
    (only,) = found([rest(12), hump(16), rest(20)], noise)
    assert near(only, 12, 20, 28, 2)
    assert not only.partial
    assert not only.still
    assert (only.start_s, only.peak_s, only.end_s) == (only.start / FPS, only.peak / FPS, only.end / FPS)


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_unequal_tempi_and_heights(noise: float) -> None:
    three = found([rest(10), hump(16), 0.6 * hump(26), 0.8 * hump(12), rest(8)], noise)
    assert len(three) == 3
    assert all(near(each, *truth) for each, truth in zip(three, [(10, 18, 26), (26, 39, 52), (52, 58, 64)], strict=True))
    assert not any(each.partial for each in three)


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_pauses_between_repetitions_belong_to_none(noise: float) -> None:
    one, two = found([rest(10), hump(16), rest(14), hump(20), rest(10)], noise)
    assert near(one, 10, 18, 26)
    assert near(two, 40, 50, 60)


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_a_hold_is_one_repetition_with_its_peak_in_the_middle(noise: float) -> None:
    (held,) = found([rest(10), hump(16, hold=24), rest(10)], noise)
    assert near(held, 10, 30, 50)


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_a_movement_that_does_not_return(noise: float) -> None:
    (only,) = found([rest(14), hump(32)[:16], np.ones(14)], noise)
    assert near(only, 14, 29, 30)
    assert not only.partial


def test_a_movement_cut_off_by_the_clip() -> None:
    (only,) = found([rest(14), hump(32)[:12]])
    assert only.end == 26
    assert only.partial


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_repetitions_cut_off_at_both_ends_are_partial(noise: float) -> None:
    four = found([hump(20)[4:], hump(20), hump(20), hump(20)[:16]], noise)
    assert [each.partial for each in four] == [True, False, False, True]
    assert (four[0].start, four[-1].end) == (0, 72)


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_drift_neither_hides_nor_makes_repetitions(noise: float) -> None:
    three = found([rest(10), hump(16), hump(16), hump(16), rest(10)], noise, drift=1.0)
    assert [abs(each.peak - truth) <= 1 for each, truth in zip(three, (18, 34, 50), strict=True)] == [True] * 3


@pytest.mark.parametrize("noise", [0.0, 0.03])
def test_swinging_back_first_belongs_to_the_repetition(noise: float) -> None:
    (jump,) = found([rest(10), -0.5 * hump(8), hump(8), -0.5 * hump(8), rest(10)], noise)
    assert near(jump, 10, 22, 34)


def test_back_swing_and_follow_through_are_one_repetition() -> None:
    back = (1 - np.cos(np.pi * np.arange(16) / 16)) / 2
    down = np.cos(np.linspace(0, np.pi / 2, 7))
    onward = np.sin(np.linspace(0, np.pi / 2, 9))[1:]
    swing = np.column_stack([np.r_[back, down, onward], np.r_[0.3 * back, 0.3 * down, -0.9 * onward]])
    vectors = np.concatenate([np.zeros((12, 2)), swing, np.repeat(swing[-1:], 12, axis=0)])
    (only,) = find_repetitions(vectors, np.arange(len(vectors)) / FPS)
    assert near(only, 12, 42, 43)
    assert not only.partial


@pytest.mark.parametrize("count", [1, 3])
def test_alternating_sides_with_a_stop_between_are_repetitions_of_their_own(count: int) -> None:
    left, right = (np.outer(hump(16), side) for side in ([1.0, 0.6], [1.0, -0.6]))
    vectors = np.concatenate([np.zeros((10, 2)), *[left, right] * count, np.zeros((10, 2))])
    assert len(find_repetitions(vectors, np.arange(len(vectors)) / FPS)) == 2 * count


def test_a_circle_turned_three_times_is_three_repetitions() -> None:
    angle = np.linspace(0, 6 * np.pi, 72)
    circle = np.column_stack([1 - np.cos(angle), np.sin(angle)])
    vectors = np.concatenate([np.zeros((10, 2)), circle, np.zeros((10, 2))])
    assert len(find_repetitions(vectors, np.arange(len(vectors)) / FPS)) == 3


@given(st.integers(1, 50), st.integers(0, 10_000), st.sampled_from([0.0, 0.02]))
@settings(max_examples=25, deadline=None)
def test_one_to_fifty_repetitions(count: int, seed: int, noise: float) -> None:
    lengths = np.random.default_rng(seed).integers(4, 12, count) * 2
    repetitions = found([rest(8), *(hump(int(length)) for length in lengths), rest(8)], noise, seed=seed)
    assert len(repetitions) == count
    ends = 8 + np.cumsum(lengths)
    assert all(abs(each.peak - (end - length / 2)) <= 2 for each, end, length in zip(repetitions, ends, lengths, strict=True))
    assert all(one.end <= two.start for one, two in pairwise(repetitions))
    assert all(each.start <= each.peak < each.end for each in repetitions)


@given(st.integers(0, 10_000), st.floats(0.1, 50), st.floats(-100, 100))
@settings(max_examples=20, deadline=None)
def test_the_unit_of_the_vectors_does_not_matter(seed: int, scale: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    curve = np.concatenate([rest(10), hump(16), hump(20), rest(10)])
    vectors = curve[:, None] * rng.standard_normal(4) + 0.01 * rng.standard_normal((len(curve), 4))
    times = np.arange(len(curve)) / FPS
    assert find_repetitions(vectors * scale + shift, times) == find_repetitions(vectors, times)


@pytest.mark.parametrize("noise", [0.0, 0.05, 3.0])
@pytest.mark.parametrize("frames", [20, 60, 500])
def test_no_movement_is_one_still_repetition(frames: int, noise: float) -> None:
    (still,) = found([rest(frames)], noise)
    assert still.still
    assert not still.partial
    assert (still.start, still.end, still.end_s) == (0, frames, frames / FPS)


@pytest.mark.parametrize("vectors", [np.zeros((1, 3)), np.full((20, 3), np.nan), np.zeros((2, 2))])
def test_nothing_to_see_is_still(vectors: np.ndarray) -> None:
    (still,) = find_repetitions(vectors, np.arange(len(vectors)) / FPS)
    assert still.still


def test_a_clip_of_no_frames_has_no_repetitions() -> None:
    assert find_repetitions(np.empty((0, 3)), np.empty(0)) == ()


@pytest.mark.parametrize("frames", range(1, 8))
def test_a_few_frames_give_something_whole(frames: int) -> None:
    repetitions = find_repetitions(np.random.default_rng(frames).random((frames, 3)), np.arange(frames) / FPS)
    assert repetitions
    assert all(0 <= each.start <= each.peak < each.end <= frames for each in repetitions)


def test_movement_below_the_asked_range_is_none() -> None:
    assert not found([rest(10), hump(16), rest(10)], min_range=0.5)[0].still
    assert found([rest(10), hump(16), rest(10)], min_range=2.0)[0].still


def test_of_too_many_the_largest_are_kept() -> None:
    two = found([rest(10), 0.5 * hump(16), hump(16), 0.9 * hump(16), rest(10)], max_repetitions=2)
    assert [abs(each.peak - truth) <= 2 for each, truth in zip(two, (34, 50), strict=True)] == [True] * 2


def test_lost_frames_are_bridged() -> None:
    curve = np.concatenate([rest(10), hump(16), hump(16), rest(10)])
    vectors = np.outer(curve, [1.0, 2.0, 0.5])
    vectors[[0, 1, 14, 15, 51]] = np.nan
    assert [each.peak for each in find_repetitions(vectors, np.arange(52) / FPS)] == pytest.approx([18, 34], abs=1.5)


def test_a_higher_frame_rate_finds_the_same() -> None:
    (at_eight,) = found([rest(10), hump(16), rest(10)])
    (at_thirty,) = found([rest(40), hump(64), rest(40)], fps=32)
    assert at_thirty.start_s == pytest.approx(at_eight.start_s, abs=0.2)
    assert at_thirty.end_s == pytest.approx(at_eight.end_s, abs=0.2)


def test_one_time_per_vector() -> None:
    with pytest.raises(ValueError, match="3 vectors given for 2 times"):
        find_repetitions(np.zeros((3, 2)), np.zeros(2))


@pytest.mark.parametrize("rate", [1, 3])
def test_stages_are_found_in_every_repetition(rate: int) -> None:
    similarities = make_similarities([10, 8, 8, 4, 8, 8, 10], [-1, 0, 1, -1, 0, 1, -1], 2, noise=0.05)
    windows = found([np.repeat(part, rate) for part in (rest(10), hump(16), rest(4), hump(16), rest(10))], fps=rate * FPS)
    alignments = align_repetitions(similarities, np.arange(56) / FPS, make_stages(2), windows)
    for alignment, begin in zip(alignments, (10, 30), strict=True):
        first, second = alignment.placements
        assert first is not None
        assert second is not None
        assert abs(first.start - begin) <= 1
        assert abs(second.start - begin - 8) <= 1
        assert first.key_s == first.key / FPS
        assert alignment.window[0] <= first.key < second.key < alignment.window[1]


@given(
    st.integers(0, 100_000),
    st.integers(1, 80),
    st.sampled_from(["walk", "steps", "held", "lost"]),
    st.sampled_from([1.0, 8.0, 30.0]),
)
@settings(max_examples=80, deadline=None)
def test_any_movement_is_cut_into_whole_spans(seed: int, frames: int, kind: str, fps: float) -> None:
    rng = np.random.default_rng(seed)
    walk = rng.standard_normal((frames, 3)).cumsum(axis=0)
    vectors = {"walk": walk, "steps": np.sign(walk), "held": np.repeat(walk, 5, axis=0)[:frames], "lost": walk.copy()}[kind]
    if kind == "lost":
        vectors[rng.random(frames) < 0.3] = np.nan
    repetitions = find_repetitions(vectors, np.arange(frames) / fps)
    assert repetitions
    assert all(0 <= each.start <= each.peak < each.end <= frames for each in repetitions)
    assert all(one.end <= two.start for one, two in pairwise(repetitions))


def both_sides(frames: int) -> np.ndarray:
    """To one side, through rest at speed, to the other side, and back."""
    turn = 2 * np.pi * np.arange(frames) / frames
    return -np.sin(turn)


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_a_movement_to_both_sides_goes_from_rest_to_rest(noise: float) -> None:
    (only,) = found([rest(14), both_sides(32), rest(14)], noise)
    assert abs(only.start - 14) <= 3
    assert abs(only.end - 46) <= 3


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_the_first_side_again_begins_the_next_repetition(noise: float) -> None:
    one, two = found([rest(14), both_sides(32), both_sides(32), rest(14)], noise)
    assert abs(one.start - 14) <= 3
    assert abs(one.end - two.start) <= 1
    assert abs(two.start - 46) <= 3
    assert abs(two.end - 78) <= 3


def test_a_smaller_movement_first_with_a_hold_is_no_rest() -> None:
    course = np.interp(np.arange(46), [0, 8, 12, 18, 30, 45], [0, 0.29, 0.29, 0.05, 1, 0])
    (only,) = found([rest(14), course, rest(14)])
    assert abs(only.start - 14) <= 3
