"""What a trace keeps of the numbers: the curve that a value was read from, thinned where a clip is long."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from clips import clip
from hypothesis import given, settings
from hypothesis import strategies as st
from stick_figure import figure, without

from viddiff.memory.state import Localization
from viddiff.memory.trace_reading import read_arrays, read_trace
from viddiff.memory.trace_recorder import FileRecorder, Silent
from viddiff.memory.traces import Measured as MeasuredEvent
from viddiff.memory.values import Difference, Question, Segment, Window
from viddiff.tools.clip import Clip
from viddiff.tools.measure import Measured, measure
from viddiff.tools.motion import MotionTrack
from viddiff.tools.traced_arrays import MOST_SAMPLES, curve_read, record_measured, thinned

TIMES = np.arange(150) / 30
WHOLE = (Window(segment=Segment(start_s=0, end_s=5), key_s=2.5, whole=True),)


def bending(depth: float) -> Clip:
    return clip(figure(knee=depth * np.sin(np.pi * TIMES / 5)))


def asked(quantity: str, **rest: Any) -> Difference:
    return Difference(id="d", description=quantity, question=Question(quantity=quantity, direction=1, **rest))


def recorded(folder, difference: Difference, a: Clip, b: Clip) -> tuple[MeasuredEvent, dict[str, np.ndarray], Measured | str]:
    read = measure(difference, (WHOLE, WHOLE), a, b)
    place = Localization(id="d", strategy="align", a=WHOLE, b=WHOLE)
    record_measured(FileRecorder(folder), difference, place, read, (a, b))
    (line,) = read_trace(folder).lines
    assert isinstance(line.event, MeasuredEvent)
    return line.event, read_arrays(folder, line.event.arrays), read


@pytest.mark.parametrize("statistic", ["maximum", "range", "variability"])
def test_the_value_that_was_measured_can_be_read_off_the_kept_curve(tmp_path, statistic):
    event, arrays, read = recorded(tmp_path, asked("knee_flexion", statistic=statistic), bending(40.0), bending(90.0))
    assert isinstance(read, Measured)
    ways = {"maximum": lambda c: np.sort(c)[-15:].mean(), "range": lambda c: np.ptp(c), "variability": np.std}
    for side, reading in (("a", read.a), ("b", read.b)):
        assert ways[statistic](arrays[f"curve_{side}"]) == pytest.approx(reading.value, rel=0.1)
        assert event.keys_s[cast("Any", side)] == reading.keys_s
    assert event.windows == {"a": WHOLE, "b": WHOLE}
    assert event.problem == ""


def test_left_against_right_is_one_curve(tmp_path):
    event, arrays, read = recorded(tmp_path, asked("knee_flexion", statistic="left_over_right"), bending(40.0), bending(90.0))
    assert isinstance(read, Measured)
    assert event.question == asked("knee_flexion", statistic="left_over_right").question
    assert arrays["curve_a"].shape == arrays["times_a"].shape == (150,)


def test_where_nothing_could_be_measured_the_reason_is_kept(tmp_path):
    nobody = clip(without(figure(knee=np.zeros(150)), slice(None)))
    event, arrays, _ = recorded(tmp_path, asked("knee_flexion"), nobody, bending(40.0))
    assert event.problem == "no person was found in A"
    assert set(arrays) == {"times_b", "curve_b"}
    assert event.keys_s == {"a": (), "b": ()}


def test_a_statement_that_names_nothing_measurable_has_neither_question_nor_curve(tmp_path):
    vague = Difference(id="d", description="it looks nicer", unmeasurable="nothing to measure")
    event, arrays, _ = recorded(tmp_path, vague, bending(40.0), bending(90.0))
    assert (event.question, event.arrays, event.problem, arrays) == (None, "", "nothing to measure", {})


def test_a_number_without_a_curve_has_none_and_movement_and_hands_have_theirs():
    body = bending(40.0)
    assert curve_read(Question(quantity="duration", direction=1), body) is None
    motion = MotionTrack(times_s=TIMES, amount=np.ones(150), centroid=np.zeros((150, 2)))
    moving = Clip(**{**vars(body), "embodied": False, "motion": lambda: motion})
    told = curve_read(Question(quantity="motion_speed", direction=1), moving)
    assert told is not None
    assert told[1] is motion.amount
    curled = curve_read(Question(quantity="finger_curl", direction=1), body)
    assert curled is not None
    assert curled[0].shape == curled[1].shape
    assert curve_read(Question(quantity="knee_flexion", direction=1), moving) is None


@settings(max_examples=50, deadline=None)
@given(count=st.integers(0, 40_000), keys=st.lists(st.floats(0, 1500), max_size=5))
def test_a_long_clip_is_thinned_evenly_and_keeps_the_instants_that_were_read(count, keys):
    times = np.arange(count) / 30
    kept = times[thinned(times, keys)]
    assert len(kept) <= MOST_SAMPLES + len(keys)
    assert len(kept) == count or len(kept) >= MOST_SAMPLES / 2
    assert (np.diff(kept) > 0).all()
    if count:
        assert all(np.abs(kept - key).min() == np.abs(times - key).min() for key in keys)


def test_nothing_is_read_again_for_the_silent_one():
    body = bending(40.0)
    record_measured(Silent(), asked("knee_flexion"), Localization(id="d", strategy="align", a=(), b=()), "", (body, body))
    assert body.body.curves == {}
