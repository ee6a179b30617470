import numpy as np
import pytest
from drawn_similarities import make_similarities, make_stages
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from viddiff.tools.alignment import align
from viddiff.tools.time_map import MIN_GAP_S, TimeMap


@st.composite
def time_maps(draw: st.DrawFn) -> TimeMap:
    gaps = st.floats(MIN_GAP_S, 5.0)
    count = draw(st.integers(0, 8))
    a, b = (np.cumsum(draw(st.lists(gaps, min_size=count, max_size=count))) for _ in "ab")
    return TimeMap(a_s=tuple(a.tolist()), b_s=tuple(b.tolist()))


moments = st.floats(-20, 60)


@given(time_maps(), moments)
def test_the_way_back_is_the_inverse(mapping: TimeMap, moment: float) -> None:
    assert mapping.b_to_a(mapping.a_to_b(moment)) == pytest.approx(moment, abs=1e-6)
    assert mapping.a_to_b(mapping.b_to_a(moment)) == pytest.approx(moment, abs=1e-6)


@given(time_maps(), moments, st.floats(0.001, 10))
def test_later_stays_later(mapping: TimeMap, moment: float, later: float) -> None:
    assert mapping.a_to_b(moment + later) > mapping.a_to_b(moment)


@given(time_maps(), st.floats(0.001, 10))
def test_beyond_the_ends_both_clips_run_alike(mapping: TimeMap, beyond: float) -> None:
    first, last = (mapping.a_s[0], mapping.a_s[-1]) if mapping.a_s else (0.0, 0.0)
    assert mapping.a_to_b(first - beyond) == pytest.approx(mapping.a_to_b(first) - beyond)
    assert mapping.a_to_b(last + beyond) == pytest.approx(mapping.a_to_b(last) + beyond)


def test_matched_stages_meet() -> None:
    fast = make_similarities([6, 10, 10, 10], [-1, 0, 1, 2], 3)
    slow = make_similarities([14, 20, 20, 20], [-1, 0, 1, 2], 3)
    a, b = (align(each, np.arange(each.shape[1]) / 8, make_stages(3)) for each in (fast, slow))
    mapping = TimeMap.between(a, b)
    for x, y in zip(a.placements, b.placements, strict=True):
        assert x is not None
        assert y is not None
        assert mapping.a_to_b(x.key_s) == pytest.approx(y.key_s)
        assert mapping.a_to_b(x.segment.start_s) == pytest.approx(y.segment.start_s, abs=0.01)
    assert mapping.a_to_b(0.0) == pytest.approx(14 / 8 - 6 / 8)


def test_stages_absent_in_one_clip_make_no_knots() -> None:
    whole = make_similarities([10, 10, 10], [0, 1, 2], 3)
    without = make_similarities([10, 10], [0, 2], 3)
    a, b = (align(each, np.arange(each.shape[1]) / 8, make_stages(3, (1,))) for each in (whole, without))
    mapping = TimeMap.between(a, b)
    assert mapping.a_to_b(a.placements[0].key_s) == b.placements[0].key_s  # type: ignore[union-attr]
    assert mapping.a_to_b(25 / 8) == pytest.approx(15 / 8, abs=0.3)
    nothing = align(np.empty((3, 0)), np.empty(0), make_stages(3))
    assert TimeMap.between(a, nothing).a_to_b(1.5) == 1.5


def test_knots_must_rise() -> None:
    with pytest.raises(ValidationError, match="must rise strictly"):
        TimeMap(a_s=(0.0, 0.0), b_s=(0.0, 1.0))
    with pytest.raises(ValidationError, match="2 knots in A but 1"):
        TimeMap(a_s=(0.0, 1.0), b_s=(0.0,))
