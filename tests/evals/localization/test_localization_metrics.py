"""The metric functions against numbers worked out by hand."""

import numpy as np
import pytest

from viddiff.evals.drawn import ACTIONS, Look
from viddiff.evals.drawn.truth import perform
from viddiff.evals.localization.metrics import (
    EXTREME,
    REST,
    WAY_BACK,
    WAY_OUT,
    apart,
    drawn_keys,
    drawn_phases,
    found_phases,
    key_errors,
    over_pairs,
    stage_accuracy,
)
from viddiff.memory.values import Repetition, Segment, StageSpan, Timeline

NAMES = ["rest", "down", "low", "up", "rest again"]


def span(stage: str, start: float, end: float) -> StageSpan:
    return StageSpan(stage=stage, segment=Segment(start_s=start, end_s=end), key_s=(start + end) / 2, margin=1.0)


def timeline(*spans: StageSpan) -> Timeline:
    return Timeline(repetitions=(Repetition(segment=Segment(start_s=0, end_s=9), peak_s=4, spans=spans),))


def test_each_look_is_as_wrong_as_the_nearest_drawn_instant_is_far() -> None:
    assert key_errors([1.0, 4.75], [1.5, 4.5], 9.0) == [0.5, 0.25]
    assert key_errors([], [1.0, 5.0], 9.0) == [0.5]


def test_frames_outside_all_stages_are_at_rest() -> None:
    found = found_phases(timeline(span("down", 1, 2), span("low", 2, 4), span("up", 4, 5)), NAMES, "low", np.arange(7.0))
    assert found.tolist() == [REST, WAY_OUT, EXTREME, EXTREME, WAY_BACK, REST, REST]
    assert stage_accuracy(found, np.array([REST, WAY_OUT, EXTREME, EXTREME, EXTREME, EXTREME, REST])) == pytest.approx(5 / 7)


def test_the_drawn_phases_follow_the_posture() -> None:
    look = Look(lead_in_s=1.0, lead_out_s=1.0)
    performance = perform(ACTIONS["squat"](repetitions=2), look)
    phases, first = drawn_phases(performance), performance.stages
    assert [span.stage for span in first][1:4] == ["lowering", "bottom position", "rising"]
    at = {
        t: phases[int(np.argmin(np.abs(performance.times_s - t)))]
        for t in (0.5, *drawn_keys(performance), *(s.middle_s for s in first))
    }
    assert at[0.5] == REST
    assert [at[key] for key in drawn_keys(performance)] == [EXTREME, EXTREME]
    assert at[first[1].middle_s] == WAY_OUT
    assert at[first[3].middle_s] == WAY_BACK
    changes = phases[np.flatnonzero(np.diff(phases, prepend=-1))].tolist()
    assert changes == [*([REST, WAY_OUT, EXTREME, WAY_BACK] * 2), REST]


def test_intervals_are_drawn_over_pairs_and_are_as_wide_as_pairs_differ() -> None:
    alike = over_pairs([[0.0, 1.0]] * 30, lambda v: float(v.mean()))
    assert (alike.value, alike.low, alike.high) == (0.5, 0.5, 0.5)
    unlike = over_pairs([[0.0, 0.0], [1.0, 1.0]] * 15, lambda v: float(v.mean()))
    # 30 pairs of 0 or 1: one standard error is 0.5 / sqrt(30) = 0.091.
    assert unlike.value == 0.5
    assert unlike.low == pytest.approx(0.5 - 1.96 * 0.091, abs=0.03)
    assert unlike.high == pytest.approx(0.5 + 1.96 * 0.091, abs=0.03)


def test_a_step_is_judged_on_the_same_pairs() -> None:
    before, after = [[0.0, 1.0], [0.2, 0.4]] * 10, [[0.1, 1.1], [0.3, 0.5]] * 10
    step = apart(before, after)
    assert (step.value, step.low, step.high) == pytest.approx((0.1, 0.1, 0.1))


def test_nothing_measured_has_no_number() -> None:
    assert np.isnan(over_pairs([[], []], lambda v: float(v.mean())).value)
