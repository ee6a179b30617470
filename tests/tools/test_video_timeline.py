from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.memory.errors import SettingsError
from viddiff.tools.video_timeline import SHORT_GAP, Timeline, decode_spans

stamps = st.lists(st.integers(1, 400), min_size=0, max_size=40).map(lambda gaps: np.cumsum([0, *gaps]))


def timeline(ticks: np.ndarray, last: int = 40) -> Timeline:
    return Timeline.from_ticks(np.asarray(ticks, dtype=np.int64), Fraction(1, 1000), last, None)


@settings(deadline=None)
@given(stamps, st.integers(1, 120), st.integers(-500, 4000), st.integers(0, 9000))
def test_chosen_frames_are_those_on_screen_at_every_instant(ticks: np.ndarray, fps: int, start_ms: int, length_ms: int) -> None:
    line = timeline(ticks, last=1000)
    end_ms = min(start_ms + length_ms, int(ticks[-1]) + 1000)
    instants = [Fraction(k * 1000, fps) for k in range(max(end_ms, 0) * fps // 1000 + 1)]
    expected = {max(i for i, tick in enumerate(ticks) if tick <= at) for at in instants if start_ms <= at < end_ms}
    assert line.choose(fps, start_ms / 1000, (start_ms + length_ms) / 1000).tolist() == sorted(expected)


@given(stamps, st.integers(-100, 20000))
def test_the_frame_on_screen_is_the_latest_that_has_begun(ticks: np.ndarray, at_ms: int) -> None:
    expected = max((i for i, tick in enumerate(ticks) if tick <= at_ms), default=0)
    assert timeline(ticks).on_screen([at_ms / 1000]).tolist() == [expected]


@given(stamps, st.integers(0, 10000), st.integers(0, 10000))
def test_every_frame_that_begins_in_the_range(ticks: np.ndarray, start_ms: int, length_ms: int) -> None:
    end_ms = start_ms + length_ms
    chosen = timeline(ticks, last=1000).choose(None, start_ms / 1000, end_ms / 1000)
    assert chosen.tolist() == [i for i, tick in enumerate(ticks) if start_ms <= tick < end_ms]


def test_a_clip_shorter_than_one_step_still_gives_its_first_frame() -> None:
    assert timeline(np.array([0, 10, 20])).choose(1).tolist() == [0]


def test_a_rate_above_the_clip_gives_each_frame_once() -> None:
    assert timeline(np.array([0, 40, 80])).choose(1000).tolist() == [0, 1, 2]


def test_exact_multiples_are_not_missed_by_rounding() -> None:
    line = Timeline.from_ticks(np.arange(300) * 512, Fraction(1, 15360), 512, None)
    assert line.choose(10).tolist() == list(range(0, 300, 3))


@pytest.mark.parametrize("fps", [0, -8, float("nan"), float("inf")])
def test_a_rate_that_is_no_rate_is_refused(fps: float) -> None:
    with pytest.raises(SettingsError, match="fps"):
        timeline(np.array([0, 40])).choose(fps)


def test_huge_and_negative_starts_are_subtracted() -> None:
    for origin in (-(10**12), 10**15):
        line = timeline(np.array([0, 40, 80]) + origin)
        assert line.times_s.tolist() == [0, 0.04, 0.08]
        assert line.duration_s == pytest.approx(0.12)


def test_the_last_frame_may_stay_long() -> None:
    assert timeline(np.array([0, 40, 80]), last=3000).duration_s == pytest.approx(3.08)
    assert Timeline.from_durations([0.1, 0.1, 2]).times_s.tolist() == pytest.approx([0, 0.1, 0.2])


def test_one_frame_lasts_as_long_as_its_rate_says() -> None:
    line = Timeline.from_ticks(np.array([7]), Fraction(1, 1000), None, Fraction(25))
    assert (line.duration_s, line.fps) == (pytest.approx(0.04), pytest.approx(25))


def test_only_uneven_spacing_is_worth_a_warning() -> None:
    assert timeline(np.array([0, 33, 67, 100, 133])).rate_warning() == ""
    assert timeline(np.array([0, 24, 48, 81, 114])).rate_warning() == "variable frame rate: 24 to 33 ms between frames"


@given(st.integers(1, 300), st.sets(st.integers(0, 299), min_size=1, max_size=20), st.sets(st.integers(1, 299), max_size=12))
def test_spans_begin_at_a_key_frame_that_is_shown_no_later(count: int, wanted: set[int], keys: set[int]) -> None:
    wanted = {position % count for position in wanted}
    marks = np.zeros(count, dtype=bool)
    marks[[0, *(key for key in keys if key < count)]] = True
    pts = np.arange(count) + 2 * marks  # a key frame is stored before the two pictures that lead up to it
    spans = decode_spans(pts, marks, wanted)
    assert all(stop < first for (_, stop), (first, _) in pairwise(spans))
    assert all(marks[first] for first, _ in spans)
    for position in wanted:
        (span,) = [(first, stop) for first, stop in spans if first <= position < stop]
        assert pts[span[0]] <= pts[position] or span[0] == 0


def test_leading_pictures_need_the_key_frame_before() -> None:
    pts = np.array([0, 1, 2, 5, 3, 4, 6])
    keys = np.array([True, False, False, True, False, False, False])
    assert decode_spans(pts, keys, [4]) == [(0, 5)]
    assert decode_spans(pts, keys, [6]) == [(3, 7)]


def test_long_gaps_are_jumped() -> None:
    keys = np.zeros(1000, dtype=bool)
    keys[::100] = True
    assert decode_spans(np.arange(1000), keys, [3, 905]) == [(0, 4), (900, 906)]
    assert decode_spans(np.arange(1000), keys, [90, 90 + SHORT_GAP]) == [(0, 91 + SHORT_GAP)]
