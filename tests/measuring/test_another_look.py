"""Where to look again: strategies, the windows they make, and the localizations built from them."""

from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from clips import DrawnBench, difference, repetition, span, stage, timeline, window
from hypothesis import given, settings
from hypothesis import strategies as st
from stick_figure import FACING_RIGHT, figure, swings

from viddiff.memory.state import Localization, Plan
from viddiff.memory.values import Cause, Evidence, KeyFrame, Strategy, Timeline, Verdict, Window
from viddiff.tools.pair import Pair
from viddiff.tools.relocalize import extremum, next_strategy, other_repetitions, peaks_upwards, shift, widen
from viddiff.tools.second_look import first_look, second_look

LAW = settings(max_examples=25, deadline=None)
TIMES = np.arange(0, 9.01, 0.05)
windows = st.lists(
    st.builds(
        lambda start, length, share, moving: window(start, start + length, start + share * length, moving=moving),
        st.floats(0, 8),
        st.floats(0, 2),
        st.floats(0, 1),
        st.booleans(),
    ),
    max_size=4,
).map(tuple)


@pytest.mark.parametrize("question", [None, difference("depth").question, difference("pause").question])
@pytest.mark.parametrize("cause", get_args(Cause))
def test_strategies_never_repeat_and_come_to_an_end(cause, question):
    tried: list[Strategy] = ["align"]
    while (following := next_strategy(cause, tried, question)) is not None:
        assert following not in tried
        tried.append(following)
    assert len(tried) <= len(get_args(Strategy))
    assert (len(tried) > 1) is bool(cause)


def test_more_frames_are_only_asked_for_what_is_fast():
    def asked(quantity, **rest):
        return next_strategy("near threshold", [], difference(quantity, **rest).question)

    assert asked("pause") == "dense"
    assert asked("depth", phase="landing") == "dense"
    assert asked("depth") != "dense"


@LAW
@given(windows)
def test_wider_windows_hold_the_old_ones(old):
    new = widen(old)
    assert len(new) == len(old)
    for before, after in zip(old, new, strict=True):
        assert after.segment.start_s <= before.segment.start_s <= before.segment.end_s <= after.segment.end_s
        assert after.segment.end_s - after.segment.start_s > 0.25
        assert after.key_s == before.key_s
        assert after.moving


@LAW
@given(windows, st.lists(st.floats(0, 9), min_size=1, max_size=4, unique=True))
def test_shifted_keys_come_nearer_to_the_peak_and_never_pass_it(old, peaks):
    line = timeline(*(repetition(0, 9, peak=peak) for peak in peaks))
    for before, after in zip(old, shift(old, line), strict=True):
        peak = min(peaks, key=lambda p: abs(p - before.key_s))
        assert abs(after.key_s - peak) <= abs(before.key_s - peak) + 1e-9
        assert (after.key_s - peak) * (before.key_s - peak) >= -1e-9
        assert after.segment.start_s <= after.key_s <= after.segment.end_s


@LAW
@given(st.floats(0.5, 8.5), st.booleans(), st.floats(-0.4, 0.4))
def test_the_planted_peak_is_found(peak, largest, off):
    curve = np.exp(-(((TIMES - peak) / 0.3) ** 2)) * (1 if largest else -1)
    (found,) = extremum((window(max(0, peak + off - 0.5), peak + off + 0.5),), TIMES, curve, largest=largest)
    assert found.key_s == pytest.approx(peak, abs=0.03)
    assert found.segment.start_s <= found.key_s <= found.segment.end_s


def test_a_peak_elsewhere_or_on_a_lost_frame_is_not_taken():
    curve = np.where(np.abs(TIMES - 7) < 0.1, 100.0, -np.abs(TIMES - 2))
    curve[np.abs(TIMES - 2.2) < 0.01] = np.nan
    (found,) = extremum((window(1.5, 2.5),), TIMES, curve, largest=True)
    assert found.key_s == pytest.approx(2.0)
    assert extremum((window(1.5, 2.5),), TIMES, np.full_like(TIMES, np.nan), largest=True) == ()


def test_each_window_has_its_own_peak():
    curve = np.sin(2 * np.pi * TIMES / 3)
    found = extremum(tuple(window(start, start + 3, whole=True) for start in (0, 3, 6)), TIMES, curve, largest=True)
    assert [w.key_s for w in found] == pytest.approx([0.75, 3.75, 6.75])


def test_peaks_upwards_has_the_sign_of_the_turn():
    curve = np.sin(2 * np.pi * TIMES / 3)
    assert peaks_upwards((window(0.5, 1),), TIMES, curve) > 0
    assert peaks_upwards((window(2, 2.5),), TIMES, curve) < 0
    assert peaks_upwards((), TIMES, curve) == 0
    assert peaks_upwards((window(0, 1),), TIMES, np.full_like(TIMES, np.nan)) == 0


@LAW
@given(windows)
def test_other_repetitions_are_the_ones_not_shown(some):
    for shown in some:
        rest = other_repetitions(some, [shown.key_s])
        assert shown not in rest
        assert set(map(id, rest)) <= set(map(id, some))
    assert other_repetitions(some, []) == some


STAGES = (stage("standing", "start"), stage("bottom", "bottom", "peak"), stage("up", "end"))
PLAN = Plan(action="squat", stages=STAGES, differences=(), peak_stage="bottom")
KNEE = swings(110, 3)
MIDDLES = [(15 + 30 + 75 * at) / 30 for at in range(3)]


def squats(margin: float = 9.0) -> Timeline:
    def one(middle):
        spans = (
            span("standing", middle - 1, middle - 0.5),
            span("bottom", middle - 0.2, middle + 0.3, margin=margin),
            span("up", middle + 0.4, middle + 1),
        )
        return repetition(middle - 1, middle + 1, *spans, peak=middle)

    return timeline(*(one(middle) for middle in MIDDLES))


LINES: dict = {"a": squats(5.0), "b": squats(2.0)}


@pytest.fixture
def pair() -> Pair:
    bench = DrawnBench(a=figure(yaw=FACING_RIGHT, knee=KNEE), b=figure(yaw=FACING_RIGHT, knee=KNEE))
    return Pair(bench.videos, bench)


BOTTOM = difference("knee_flexion", phase="bottom")
WHOLE = difference("knee_flexion")


def shift_by(found: tuple[Window, ...], by_s: float) -> tuple[Window, ...]:
    return tuple(window(w.segment.start_s + by_s, w.segment.end_s + by_s, w.key_s + by_s) if by_s else w for w in found)


def look(strategy: Strategy, pair: Pair, asked=BOTTOM, shown: Verdict | None = None) -> Localization:
    return second_look(asked, strategy, first_look(asked, PLAN, LINES), shown, pair, PLAN, LINES)


def test_the_first_look_is_the_alignment_with_its_weakest_margin():
    place = first_look(BOTTOM, PLAN, LINES)
    assert (place.id, place.strategy, place.margin, place.retracked) == ("d1", "align", 2.0, "")
    assert [w.key_s for w in place.a] == pytest.approx([middle + 0.05 for middle in MIDDLES])
    assert first_look(WHOLE, PLAN, LINES).margin is None


@pytest.mark.parametrize("strategy", ["extremum", "widen", "shift", "dense", "next_best", "crop"])
@pytest.mark.parametrize(
    "asked", [BOTTOM, WHOLE, difference("pause", phase="bottom"), BOTTOM.model_copy(update={"question": None})]
)
def test_every_strategy_gives_places_in_both_clips_and_says_what_changed(strategy, asked, pair):
    place = look(strategy, pair, asked)
    assert (place.id, place.strategy) == ("d1", strategy)
    assert place.a
    assert place.b
    assert place.changed


def test_the_extremum_is_the_deepest_bend_in_both_clips(pair):
    place = look("extremum", pair)
    for side in (place.a, place.b):
        assert [w.key_s for w in side] == pytest.approx(MIDDLES, abs=0.05)


@pytest.mark.parametrize("moved", ["a", "b", "ab", ""])
def test_the_extremum_says_in_which_clips_key_instants_moved(pair, moved):
    found = look("extremum", pair)
    at = {side: shift_by(getattr(found, side), 0.1 if side in moved else 0.0) for side in ("a", "b")}
    place = second_look(BOTTOM, "extremum", found.model_copy(update=at), None, pair, PLAN, LINES)
    assert (place.a, place.b) == (found.a, found.b)
    text = "key instants moved to where the quantity itself peaks"
    only = f"{text}, in {moved.upper()} only"
    nothing = "nothing: the quantity itself peaks at the key instants"
    assert place.changed == {"ab": text, "": nothing}.get(moved, only)


@pytest.mark.parametrize(
    ("before", "changed"),
    [({}, "nothing"), ({"moving": True}, "no key instant moved"), ({"whole": True}, "no key instant moved")],
)
@pytest.mark.parametrize("wider_s", [0.0, 0.3])
def test_an_extremum_that_moves_no_key_instant_says_whether_it_is_read_differently(pair, before, changed, wider_s):
    """What is read at its instant is read alike in a longer window, what is read over a span is not."""
    found = look("extremum", pair)
    old = tuple(window(w.segment.start_s - wider_s, w.segment.end_s + wider_s, w.key_s, **before) for w in found.a)
    place = second_look(BOTTOM, "extremum", found.model_copy(update={"a": old}), None, pair, PLAN, LINES)
    assert place.a == found.a
    assert place.changed.startswith(changed)


def test_what_has_no_curve_has_no_extremum_and_says_so(pair):
    for asked in (difference("pause", phase="bottom"), BOTTOM.model_copy(update={"question": None})):
        place = look("extremum", pair, asked)
        assert (place.a, place.b) == (first_look(asked, PLAN, LINES).a, first_look(asked, PLAN, LINES).b)
        assert place.changed.startswith("nothing: ")


@pytest.mark.parametrize("strategy", ["dense", "crop"])
def test_tracking_again_covers_the_old_windows(strategy, pair):
    place, before = look(strategy, pair), first_look(BOTTOM, PLAN, LINES)
    assert place.retracked == strategy
    for old, new in zip(before.a, place.a, strict=True):
        assert new.key_s == old.key_s
        assert new.segment.start_s < old.segment.start_s
        assert new.segment.end_s > old.segment.end_s


def test_clips_are_tracked_again_only_where_a_place_asks_for_it(pair):
    place = look("dense", pair)
    pair.clips(LINES)
    pair.clips(LINES, look("widen", pair))
    pair.clips(LINES, place)
    bench = pair._bench
    assert isinstance(bench, DrawnBench)
    assert [(name, how, segments) for name, how, segments in bench.retracking] == [
        (side, "dense", tuple(w.segment for w in found)) for side, found in (("a", place.a), ("b", place.b))
    ]


def key_frames(*times: float) -> tuple[KeyFrame, ...]:
    return tuple(KeyFrame(time_s=time, frame=0) for time in times)


def seen(a: tuple[KeyFrame, ...] = (), b: tuple[KeyFrame, ...] = (), cause: Cause = "weak alignment") -> Verdict:
    """What was decided at these instants, and why it is in doubt."""
    shown = Evidence(a=a, b=b)
    return Verdict(id="d1", answer="unknown", lean="a", confidence=0.5, reason="", evidence=shown, uncertain=cause)


def test_the_next_best_places_leave_out_the_repetition_that_was_shown(pair):
    shown = seen(a=key_frames(MIDDLES[1] + 0.05, MIDDLES[0]), b=key_frames(MIDDLES[2] + 0.05))
    place = look("next_best", pair, shown=shown)
    assert [w.key_s for w in place.a] == pytest.approx([MIDDLES[0] + 0.05, MIDDLES[2] + 0.05])
    assert [w.key_s for w in place.b] == pytest.approx([MIDDLES[0] + 0.05, MIDDLES[1] + 0.05])


def test_the_next_best_place_of_a_whole_repetition_is_another_one(pair):
    """The instant that was shown is where the quantity peaked, which need not be the peak of the repetition."""
    shown = seen(a=key_frames(MIDDLES[1] + 0.5), b=key_frames(MIDDLES[1] - 0.5))
    place = look("next_best", pair, WHOLE, shown)
    assert [w.key_s for w in place.a] == pytest.approx([MIDDLES[0], MIDDLES[2]])
    assert [w.key_s for w in place.b] == pytest.approx([MIDDLES[0], MIDDLES[2]])


def test_a_clip_with_one_repetition_keeps_it(pair):
    lines = {"a": LINES["a"], "b": timeline(squats().repetitions[0])}
    first = first_look(BOTTOM, PLAN, lines)
    place = second_look(BOTTOM, "next_best", first, seen(b=key_frames(first.b[0].key_s)), pair, PLAN, lines)
    assert place.b == first.b
    assert place.changed == "the other repetitions"


def once(second_s: float | None) -> Timeline:
    """One squat, whose bottom fits at another instant too, or nowhere else."""
    spans = (span("standing", 0, 1), span("bottom", 1.5, 2.5).model_copy(update={"second_s": second_s}), span("up", 3, 4))
    return timeline(repetition(0, 4, *spans, peak=2.0))


@pytest.mark.parametrize("moving", [False, True])
def test_without_another_repetition_the_second_best_places_are_next(pair, moving):
    lines = {"a": once(3.2), "b": once(None)}
    asked = difference("knee_flexion", phase="whole", stages=["bottom"]) if moving else BOTTOM
    first = first_look(asked, PLAN, lines)
    shown = seen(a=key_frames(2.0), b=key_frames(2.0))
    place = second_look(asked, "next_best", first, shown, pair, PLAN, lines)
    (moved,) = place.a
    assert moved == window(2.7, 3.7, 3.2, moving=moving)
    assert place.b == first.b
    assert place.changed == "no other repetition: the second-best places of the stages in A"


def test_after_another_strategy_the_second_best_place_is_still_that_of_the_stage(pair):
    lines = {"a": once(3.2), "b": once(0.4)}
    moved = first_look(BOTTOM, PLAN, lines).model_copy(update={"a": (window(1.3, 1.54, 1.42),), "b": (window(2.4, 2.64, 2.52),)})
    place = second_look(BOTTOM, "next_best", moved, seen(a=key_frames(1.42), b=key_frames(2.52)), pair, PLAN, lines)
    assert [w.key_s for w in (*place.a, *place.b)] == pytest.approx([3.2, 0.4])
    assert place.b[0].segment.start_s == 0
    assert place.changed.endswith("in A and B")


@pytest.mark.parametrize("cause", ["small difference", "near threshold", "orders disagree", "witnesses disagree", "too small"])
def test_close_numbers_are_not_settled_at_a_worse_place(pair, cause):
    lines = {"a": once(3.2), "b": once(0.4)}
    first = first_look(BOTTOM, PLAN, lines)
    place = second_look(BOTTOM, "next_best", first, seen(key_frames(2.0), key_frames(2.0), cause), pair, PLAN, lines)
    assert (place.a, place.b) == (first.a, first.b)
    assert place.changed.startswith("nothing")


@pytest.mark.parametrize("asked", [BOTTOM, WHOLE])
def test_a_look_with_nothing_else_to_look_at_says_so(pair, asked):
    lines = {"a": once(None), "b": once(None)}
    first = first_look(asked, PLAN, lines)
    place = second_look(asked, "next_best", first, seen(a=key_frames(2.0), b=key_frames(2.0)), pair, PLAN, lines)
    assert (place.a, place.b) == (first.a, first.b)
    assert place.changed.startswith("nothing: there is no other repetition")


def test_only_what_has_a_curve_is_looked_for_at_its_extremum():
    assert next_strategy("wrong moment", ["align"], BOTTOM.question) == "extremum"
    assert next_strategy("wrong moment", ["align"], None) == "next_best"
    assert next_strategy("wrong moment", ["align"], difference("pause").question) == "next_best"


def test_a_moment_that_was_not_found_is_looked_for_in_the_whole(pair):
    lines = {"a": timeline(repetition(0, 3)), "b": LINES["b"]}
    first = first_look(BOTTOM, PLAN, lines)
    assert first.a == ()
    for strategy in ("widen", "extremum"):
        place = second_look(BOTTOM, strategy, first, None, pair, PLAN, lines)
        assert place.a
        assert place.b


def test_both_clips_are_read_at_the_same_kind_of_extreme():
    """One clip dips a little where the other peaks by far: the larger of the two decides for both."""
    rising, dipping = 60 + swings(60, 3), 60 - swings(10, 3)
    bench = DrawnBench(
        a=figure(yaw=FACING_RIGHT, plane=90, arm=50, elbow=rising), b=figure(yaw=FACING_RIGHT, plane=90, arm=50, elbow=dipping)
    )
    both = Pair(bench.videos, bench)
    asked = difference("elbow_flexion", phase="bottom")
    place = second_look(asked, "extremum", first_look(asked, PLAN, LINES), None, both, PLAN, LINES)
    assert [w.key_s for w in place.a] == pytest.approx(MIDDLES, abs=0.05)
    curve = dipping[[round(w.key_s * 30) for w in place.b]]
    assert (curve >= 51).all()


def test_places_stay_in_order(pair):
    for strategy in ("extremum", "widen", "shift", "dense", "next_best", "crop"):
        found: tuple[Window, ...] = look(strategy, pair).a
        assert all(before.key_s < after.key_s for before, after in pairwise(found))


def test_what_is_read_over_a_span_is_not_looked_for_at_its_extreme():
    for statistic in ("range", "variability"):
        assert next_strategy("small difference", ["align"], difference("hand_height", statistic=statistic).question) != "extremum"
