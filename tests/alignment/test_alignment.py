import numpy as np
import pytest
from drawn_similarities import make_similarities, make_stages
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from viddiff.tools.alignment import LOW_MARGIN, Alignment, Placement, align, frame_step


def times(frames: int, fps: float = 8.0) -> np.ndarray:
    return np.arange(frames) / fps


def aligned(similarities: np.ndarray, optional: tuple[int, ...] = (), fps: float = 8.0) -> Alignment:
    return align(similarities, times(similarities.shape[1], fps), make_stages(len(similarities), optional))


def placed(result: Alignment) -> list[Placement]:
    assert all(place is not None for place in result.placements)
    return [place for place in result.placements if place is not None]


def spans(result: Alignment) -> list[tuple[int, int] | None]:
    return [(place.start, place.end) if place else None for place in result.placements]


def test_clean_stages_are_found_to_the_frame() -> None:
    result = aligned(make_similarities([10, 12, 8], [0, 1, 2], 3))
    assert spans(result) == [(0, 10), (10, 22), (22, 30)]
    first = placed(result)[0]
    assert (first.segment.start_s, first.segment.end_s) == (0.0, 1.25)
    assert placed(result)[2].segment.end_s == pytest.approx(30 / 8)
    assert all(not place.low and place.start <= place.key < place.end for place in placed(result))
    assert first.key_s == first.key / 8
    np.testing.assert_array_equal(result.path, np.repeat([0, 1, 2], [10, 12, 8]))
    np.testing.assert_allclose(result.posterior.sum(axis=0), 1.0)


def test_frames_that_fit_no_stage_are_background() -> None:
    truth = [-1, 0, -1, 1, 2, -1]
    lengths = [12, 10, 8, 10, 10, 12]
    result = aligned(make_similarities(lengths, truth, 3, noise=0.1))
    assert (result.path == np.repeat(truth, lengths)).mean() > 0.97


def test_mean_boundary_error_under_noise() -> None:
    errors = []
    for seed in range(30):
        lengths = np.random.default_rng(seed).integers(5, 25, 7)
        result = aligned(make_similarities(lengths, [-1, 0, 1, 2, 3, 4, -1], 5, noise=0.25, seed=seed))
        ends = np.cumsum(lengths)
        for k, place in enumerate(placed(result)):
            errors += [abs(place.start - ends[k]), abs(place.end - ends[k + 1])]
    assert np.mean(errors) < 0.25


def test_a_high_margin_can_be_trusted() -> None:
    right = {True: [], False: []}
    for seed in range(40):
        lengths = np.random.default_rng(seed).integers(5, 25, 7)
        result = aligned(make_similarities(lengths, [-1, 0, 1, 2, 3, 4, -1], 5, noise=0.5, seed=seed))
        ends = np.cumsum(lengths)
        for k, place in enumerate(placed(result)):
            right[place.low].append(ends[k] <= place.key < ends[k + 1])
    assert np.mean(right[False]) > 0.95
    assert np.mean(right[True]) < np.mean(right[False]) - 0.2


@pytest.mark.parametrize("count", [1, 3, 5])
def test_identical_frames_are_split_evenly_and_flagged(count: int) -> None:
    result = aligned(np.full((count, 60), 0.27))
    assert [place.end - place.start for place in placed(result)] == [60 // count] * count
    assert all(place.margin < LOW_MARGIN and place.low for place in placed(result))


def test_similarities_decide_even_with_one_frame_per_stage() -> None:
    similarities = make_similarities([4, 1], [0, 1], 2)
    assert spans(align(similarities, times(5, fps=2), make_stages(2))) == [(0, 4), (4, 5)]


@pytest.mark.parametrize("count", range(6))
@pytest.mark.parametrize("frames", range(8))
def test_any_number_of_stages_and_frames(count: int, frames: int) -> None:
    result = aligned(np.random.default_rng(7).random((count, frames)))
    assert sum(place is not None for place in result.placements) == min(count, frames)
    assert result.path.shape == (frames,)
    assert result.posterior.shape == (count + 1, frames)
    assert result.log_probability <= 0


@pytest.mark.parametrize("nothing", [0.0, np.nan])
def test_a_black_clip_is_flat(nothing: float) -> None:
    assert all(place.low for place in placed(aligned(np.full((3, 30), nothing))))


def test_a_stage_whose_row_says_nothing_gets_what_the_others_leave() -> None:
    similarities = make_similarities([10, 10, 10], [0, 1, 2], 3)
    similarities[1] = 0.3
    result = aligned(similarities)
    assert spans(result) == [(0, 10), (10, 20), (20, 30)]
    assert [place.low for place in placed(result)] == [False, True, False]


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_stage_that_does_not_occur(noise: float) -> None:
    similarities = make_similarities([15, 15], [0, 2], 3, noise=noise)
    assert spans(aligned(similarities, optional=(1,))) == [(0, 15), None, (15, 30)]
    forced = placed(aligned(similarities))[1]
    assert forced.end - forced.start <= 3
    assert forced.low


def test_an_optional_stage_that_occurs_is_kept() -> None:
    result = aligned(make_similarities([12, 6, 12], [0, 1, 2], 3, noise=0.1), optional=(1,))
    assert spans(result) == [(0, 12), (12, 18), (18, 30)]


def test_reversed_order_is_flagged() -> None:
    result = aligned(make_similarities([10, 10, 10], [2, 1, 0], 3, noise=0.05))
    assert placed(result)[0].low
    assert placed(result)[2].low
    assert not placed(aligned(make_similarities([10, 10, 10], [0, 1, 2], 3, noise=0.05)))[0].low


def test_stages_of_one_name_stay_apart() -> None:
    twins = make_stages(2)
    twins = (twins[0], twins[0])
    result = align(make_similarities([10, 10], [0, 1], 2), times(20), twins)
    assert spans(result) == [(0, 10), (10, 20)]


def test_calling_twice_gives_the_same() -> None:
    similarities = make_similarities([10, 12, 8], [0, 1, 2], 3, noise=0.2)
    before = similarities.copy()
    assert aligned(similarities).placements == aligned(similarities).placements
    np.testing.assert_array_equal(similarities, before)


lengths_of_three = st.lists(st.integers(4, 20), min_size=3, max_size=3)


@given(lengths_of_three, st.integers(0, 1000), st.floats(-0.1, 5))
@settings(max_examples=25, deadline=None)
def test_a_constant_on_all_similarities_changes_nothing(lengths: list[int], seed: int, constant: float) -> None:
    similarities = make_similarities(lengths, [0, 1, 2], 3, noise=0.2, seed=seed)
    moved, still = aligned(similarities + constant), aligned(similarities)
    assert moved.log_probability == pytest.approx(still.log_probability, abs=1e-6)
    np.testing.assert_allclose(moved.posterior, still.posterior, atol=1e-6)


@given(lengths_of_three, st.integers(1, 60), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_a_lead_in_shifts_the_stages_by_its_length(lengths: list[int], lead: int, seed: int) -> None:
    similarities = make_similarities([lead, *lengths, 5], [-1, 0, 1, 2, -1], 3, noise=0.05, seed=seed)
    alone, led = placed(aligned(similarities[:, lead:])), placed(aligned(similarities))
    assert [(place.start - lead, place.end - lead) for place in led] == [(place.start, place.end) for place in alone]


@given(lengths_of_three, st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_doubled_frames_double_the_stages(lengths: list[int], seed: int) -> None:
    similarities = make_similarities(lengths, [0, 1, 2], 3, noise=0.1, seed=seed)
    single, double = placed(aligned(similarities)), placed(aligned(np.repeat(similarities, 2, axis=1), fps=16))
    for one, two in zip(single, double, strict=True):
        assert abs(two.start - 2 * one.start) <= 2
        assert abs(two.end - 2 * one.end) <= 2
        assert two.segment.start_s == pytest.approx(one.segment.start_s, abs=0.15)


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_paths_go_forward_and_agree_with_the_placements(seed: int, count: int, frames: int) -> None:
    result = aligned(np.random.default_rng(seed).random((count, frames)), optional=(0,))
    inside = result.path[result.path >= 0]
    assert (np.diff(inside) >= 0).all()
    for k, place in enumerate(result.placements):
        taken = np.flatnonzero(result.path == k)
        assert (place is None) == (len(taken) == 0)
        if place:
            assert (taken[0], taken[-1] + 1, len(taken)) == (place.start, place.end, place.end - place.start)
            assert place.start <= place.key < place.end


def test_the_key_frame_is_the_peak_not_the_midpoint() -> None:
    similarities = make_similarities([20, 20], [0, 1], 2)
    similarities[0, :20] += 0.02 * np.exp(-((np.arange(20) - 4.0) ** 2) / 8)
    assert abs(placed(aligned(similarities))[0].key - 4) <= 1


def test_second_best_is_the_other_repetition() -> None:
    result = aligned(make_similarities([10, 10, 10, 7, 10], [0, 1, -1, 0, 1], 2, noise=0.05))
    other = result.second_best(1)
    assert placed(result)[1].start in (10, 37)
    assert other is not None
    assert abs(placed(other)[1].key - placed(result)[1].key) > 10
    assert other.log_probability <= 0


def test_second_best_of_an_absent_or_fixed_stage_is_none() -> None:
    absent = aligned(make_similarities([15, 15], [0, 2], 3), optional=(1,))
    assert absent.second_best(1) is None
    assert aligned(np.array([[0.3]])).second_best(0) is None


def test_the_second_instant_is_told_where_it_fits_better_than_a_guess() -> None:
    result = aligned(make_similarities([10, 10, 10, 7, 10], [0, 1, -1, 0, 1], 2, noise=0.05))
    other = result.second_best(1)
    assert other is not None
    assert result.second_s(1) == placed(other)[1].key_s
    assert aligned(np.array([[0.3]])).second_s(0) is None
    assert aligned(np.full((2, 20), 0.3)).second_s(0) is None


def test_a_window_counts_in_the_whole_clip() -> None:
    similarities = make_similarities([10, 10, 5, 10, 10], [0, 1, -1, 0, 1], 2, noise=0.05)
    result = align(similarities, times(45) + 3.0, make_stages(2), window=(24, 45))
    assert spans(result) == [(25, 35), (35, 45)]
    assert placed(result)[0].segment.start_s == pytest.approx(3.0 + 25 / 8)
    assert result.path.tolist() == [-1] + [0] * 10 + [1] * 10
    other = result.second_best(0)
    assert other is None or 24 <= placed(other)[0].key < 45


def test_two_witnesses_are_fused() -> None:
    one = make_similarities([10, 10], [0, 1], 2, noise=0.6, seed=1)
    two = make_similarities([10, 10], [0, 1], 2, noise=0.6, seed=2)
    layers = np.stack([one, two, np.full_like(one, 0.2)])
    both = align(layers, times(20), make_stages(2))
    assert (both.path == np.repeat([0, 1], 10)).mean() >= max(
        (aligned(each).path == np.repeat([0, 1], 10)).mean() for each in (one, two)
    )


def test_uneven_times_are_kept() -> None:
    at = np.cumsum(np.r_[0.0, np.tile([0.1, 0.2], 9), 0.1])
    result = align(make_similarities([10, 10], [0, 1], 2), at, make_stages(2))
    assert placed(result)[1].segment.start_s == at[10]
    assert placed(result)[1].segment.end_s == pytest.approx(at[-1] + frame_step(at))


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(ValueError, match=r"3 stages and 20 times given for similarities of shape \(2, 20\)"):
        align(np.zeros((2, 20)), times(20), make_stages(3))
    with pytest.raises(ValueError, match=r"window \[5, 30\)"):
        align(np.zeros((2, 20)), times(20), make_stages(2), window=(5, 30))


def test_alignments_are_frozen() -> None:
    with pytest.raises(ValidationError):
        aligned(np.full((1, 3), 0.2)).window = (0, 1)  # pyright: ignore[reportAttributeAccessIssue]
