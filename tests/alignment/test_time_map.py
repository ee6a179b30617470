import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from viddiff.memory.values import Repetition, Segment, StageSpan
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


def repetition(**stages: tuple[float, float, float]) -> Repetition:
    """A repetition with stages given as (start, key, end) in seconds."""
    spans = [
        StageSpan(stage=name, segment=Segment(start_s=start, end_s=end), key_s=key, margin=9.0)
        for name, (start, key, end) in stages.items()
    ]
    return Repetition(segment=Segment(start_s=0.0, end_s=30.0), peak_s=1.0, spans=tuple(spans))


def test_matched_stages_meet() -> None:
    fast = repetition(down=(0.5, 1.0, 1.5), bottom=(1.5, 1.7, 2.0), up=(2.0, 2.6, 3.0))
    slow = repetition(down=(1.5, 2.0, 4.0), bottom=(4.0, 4.5, 5.0), up=(5.0, 6.0, 7.0))
    mapping = TimeMap.of(fast, slow)
    for x, y in zip(fast.spans, slow.spans, strict=True):
        assert mapping.a_to_b(x.key_s) == pytest.approx(y.key_s)
        assert mapping.a_to_b(x.segment.start_s) == pytest.approx(y.segment.start_s)
        assert mapping.a_to_b(x.segment.end_s) == pytest.approx(y.segment.end_s)
    assert mapping.a_to_b(0.0) == pytest.approx(1.0)


def test_stages_absent_in_one_clip_make_no_knots() -> None:
    whole = repetition(down=(0.0, 0.5, 1.0), bottom=(1.0, 1.5, 2.0), up=(2.0, 2.5, 3.0))
    without = repetition(down=(0.0, 0.6, 1.0), up=(1.0, 1.6, 2.0))
    mapping = TimeMap.of(whole, without)
    assert mapping.a_to_b(0.5) == pytest.approx(0.6)
    assert mapping.a_to_b(2.5) == pytest.approx(1.6)
    assert TimeMap.of(whole, repetition()).a_to_b(1.5) == 1.5


spans_in_any_order = st.lists(
    st.tuples(st.sampled_from("abcd"), st.lists(st.floats(0, 30), min_size=3, max_size=3).map(sorted)), unique_by=lambda s: s[0]
).map(lambda stages: repetition(**{name: tuple(times) for name, times in stages}))


@given(spans_in_any_order, spans_in_any_order)
def test_stages_in_any_order_make_a_map_and_the_swapped_one_runs_back(a: Repetition, b: Repetition) -> None:
    there, back = TimeMap.of(a, b), TimeMap.of(b, a)
    assert all(gap >= MIN_GAP_S for knots in (there.a_s, there.b_s) for gap in np.diff(knots))
    keys = {span.stage: span.key_s for span in b.spans}
    first = next((span for span in a.spans if span.stage in keys), None)
    if first is not None:
        assert there.a_to_b(first.key_s) == pytest.approx(keys[first.stage])
    if [s.stage for s in a.spans if s.stage in keys] == [s.stage for s in b.spans if s.stage in {x.stage for x in a.spans}]:
        assert (back.a_s, back.b_s) == (there.b_s, there.a_s)


def test_knots_must_rise() -> None:
    with pytest.raises(ValidationError, match="must rise strictly"):
        TimeMap(a_s=(0.0, 0.0), b_s=(0.0, 1.0))
    with pytest.raises(ValidationError, match="2 knots in A but 1"):
        TimeMap(a_s=(0.0, 1.0), b_s=(0.0,))
