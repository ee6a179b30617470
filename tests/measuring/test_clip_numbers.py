"""Durations, pauses, counts, jumps, travel and smoothness of movements whose numbers are known."""

import numpy as np
import pytest
from clips import clip, difference, repetition, stage, timeline, window
from stick_figure import BODY, FACING_LEFT, FACING_RIGHT, FPS, figure, ramp, swings, without

from viddiff.memory.frame_index import FrameIndex
from viddiff.memory.values import Timeline
from viddiff.tools.body import Body
from viddiff.tools.clip_quantities import CLIP_QUANTITIES, covered, posture
from viddiff.tools.encoders import ClipFrames, PoseEncoder, Witness
from viddiff.tools.localize import build_timeline, stage_similarities
from viddiff.tools.measure import Measured, measure, read_clip
from viddiff.tools.pose_track import merged
from viddiff.tools.reading import Reading
from viddiff.tools.smoothness import sparc
from viddiff.tools.windows import INSTANT_S

FRAME = 1 / FPS
STAGES = [
    stage("standing", "start", "top", retrieval=["standing upright with the knees straight"]),
    stage("descent", "lowering", retrieval=["knees slightly bent with the hips half way down"]),
    stage("bottom", "bottom", "peak", retrieval=["knees deeply bent with the hips low"]),
    stage("ascent", "rising", retrieval=["knees slightly bent with the hips half way down"]),
    stage("standing again", "end", "top", retrieval=["standing upright with the knees straight"]),
]


def squat(high: float = 110, count: int = 1, **rest):
    knee = swings(high, count, **rest)
    return figure(yaw=FACING_RIGHT, knee=knee, lean=knee / 3)


def found(track) -> Timeline:
    encoder = PoseEncoder()
    encoded = encoder.encode_frames(ClipFrames((), track))
    return build_timeline(Body(track), [Witness(encoder, FrameIndex(encoded.times_s, encoded.vectors))], STAGES, "bottom")


def number(quantity: str, track, line: Timeline, windows=None) -> float:
    windows = windows or [window(r.segment.start_s, r.segment.end_s, r.peak_s, whole=True) for r in line.complete]
    read = read_clip(difference(quantity).question, windows, clip(track, line))
    assert isinstance(read, Reading), read
    return read.value


@pytest.mark.parametrize("count", [1, 2, 4])
def test_repetitions_are_counted_with_their_peaks(count):
    track = squat(count=count)
    line = found(track)
    assert number("repetitions", track, line) == count
    assert [r.peak_s for r in line.complete] == pytest.approx(
        [(15 + 29.5 + 75 * at) * FRAME for at in range(count)], abs=2 * FRAME
    )
    assert not line.still


@pytest.mark.parametrize("count", [1, 3])
def test_second_places_lie_elsewhere_in_the_same_repetition(count):
    spans = [(r, s) for r in found(squat(count=count)).repetitions for s in r.spans if s.second_s is not None]
    assert spans
    for r, s in spans:
        assert abs(s.second_s - s.key_s) > INSTANT_S
        assert r.segment.start_s <= s.second_s <= r.segment.end_s


def test_a_figure_that_stands_has_no_repetition():
    track = figure(60, yaw=FACING_RIGHT)
    assert found(track).still
    assert number("repetitions", track, found(track)) == 0


@pytest.mark.parametrize("faster", [0.5, 1.5])
def test_a_movement_of_another_length_lasts_as_much_longer(faster):
    one, other = squat(frames=60), squat(frames=round(60 * faster))
    longer = number("duration", other, found(other)) - number("duration", one, found(one))
    assert longer == pytest.approx((round(60 * faster) - 60) * FRAME, abs=5 * FRAME)


def test_the_duration_of_a_phase_is_its_window():
    track = squat()
    assert number("duration", track, found(track), [window(0.5, 1.4, moving=True)]) == pytest.approx(0.9)


@pytest.mark.parametrize("hold", [20, 45, 90])
def test_a_hold_is_a_pause_as_much_longer(hold):
    held, turned = squat(hold=hold), squat(hold=0)
    middle = [window(0.4, 3 + hold * FRAME, (15 + 30 + hold / 2) * FRAME)]
    extra = number("pause", held, found(held), middle) - number("pause", turned, found(turned), [window(0, 2.5, 1.5)])
    assert extra == pytest.approx(hold * FRAME, abs=6 * FRAME)


def test_two_holds_differ_by_their_difference():
    long, short = squat(hold=60), squat(hold=30)
    windows = [[window(0.4, 3 + hold * FRAME, (45 + hold / 2) * FRAME)] for hold in (60, 30)]
    extra = number("pause", long, found(long), windows[0]) - number("pause", short, found(short), windows[1])
    assert extra == pytest.approx(30 * FRAME, abs=2 * FRAME)


@pytest.mark.parametrize("hold", [0, 30])
def test_a_slower_movement_has_no_longer_pause(hold):
    slow, fast = squat(frames=150, hold=hold), squat(frames=60, hold=hold)
    pauses = [number("pause", track, line, [window(r.segment.start_s, r.segment.end_s, r.peak_s)]) for track in (slow, fast)
              for line in [found(track)] for r in line.complete]  # fmt: skip
    assert pauses[0] == pytest.approx(pauses[1], abs=0.25)


@pytest.mark.parametrize("frames", [60, 150])
def test_a_hold_is_as_long_however_far_a_limb_turns(frames):
    holds = []
    for high in (40, 100, 170):
        track, peak_s = figure(arm=swings(high, frames=frames, hold=24)), (15 + frames / 2 + 12) * FRAME
        line = timeline(repetition(0.5, (15 + frames + 24) * FRAME, peak=peak_s))
        holds.append(number("pause", track, line, [window(0.5, float(track.times_s[-1]) - 0.5, peak_s)]))
    assert np.ptp(holds) < FRAME


def test_movement_outside_the_repetitions_leaves_their_count_and_length_undecided():
    track = squat(count=4)
    line = found(track)
    assert covered(Body(track), line) > 0.95
    half = timeline(*line.repetitions[:2])
    assert covered(Body(track), half) == pytest.approx(0.5, abs=0.1)
    whole, cut = clip(track, line), clip(track, half, name="b")
    for quantity in ("duration", "repetitions", "depth"):
        windows = [
            [window(r.segment.start_s, r.segment.end_s, r.peak_s, whole=True) for r in each.timeline.complete]
            for each in (whole, cut)
        ]
        measured = measure(difference(quantity), (windows[0], windows[1]), whole, cut)
        assert isinstance(measured, Measured)
        assert ("belongs to no repetition" in measured.doubt) == (quantity != "depth")


def test_passing_through_is_no_pause():
    track = squat()
    assert number("pause", track, found(track), [window(0.5, 2.5, (15 + 15) * FRAME)]) < 5 * FRAME


def test_the_bottom_is_found_where_the_knees_are_bent_most():
    track = squat(hold=20)
    (one,) = found(track).complete
    assert [s.stage for s in one.spans] == [s.name for s in STAGES]
    bottom = one.spans[2]
    assert bottom.key_s == pytest.approx((45 + 10) * FRAME, abs=3 * FRAME)
    assert bottom.segment.start_s <= one.peak_s < bottom.segment.end_s
    for before, after in zip(one.spans, one.spans[1:], strict=False):
        assert before.segment.end_s <= after.segment.start_s + 1e-9


def test_lost_frames_are_no_movement():
    track = without(squat(count=2), slice(90, 96))
    assert number("repetitions", track, found(track)) == 2


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_a_clip_of_hardly_any_frames_has_a_timeline(frames):
    line = found(figure(frames, yaw=FACING_RIGHT))
    assert line.still
    assert len(line.repetitions) == 1


def test_nobody_in_the_clip_still_gives_a_timeline():
    track = figure(30, yaw=FACING_RIGHT)
    nobody = without(track, slice(None))
    empty = FrameIndex(nobody.times_s, np.zeros((30, 4), np.float32))
    encoder = PoseEncoder()
    similarities = stage_similarities(empty, encoder, [])
    assert similarities.shape == (0, 30)
    blank = FrameIndex(nobody.times_s, np.zeros_like(encoder.encode_frames(ClipFrames((), track)).vectors))
    assert build_timeline(Body(nobody), [Witness(encoder, blank)], STAGES, "bottom").still


def test_a_stage_without_a_posture_is_similar_to_nothing():
    track, encoder = squat(), PoseEncoder()
    encoded = encoder.encode_frames(ClipFrames((), track))
    index = FrameIndex(encoded.times_s, encoded.vectors)
    mute = stage("thinking", retrieval=["an idea", "another idea"])
    rows = stage_similarities(index, encoder, [STAGES[2], mute, stage("half", retrieval=["an idea", *STAGES[2].retrieval])])
    assert not rows[1].any()
    assert rows[2] == pytest.approx(rows[0], abs=1e-6)
    assert abs(int(rows[0].argmax()) - 45) < 10


def airtime(height: float):
    up = np.concatenate([np.zeros(30), height * np.sin(np.linspace(0, np.pi, 15)), np.zeros(30)])
    return figure(yaw=FACING_RIGHT, up=up)


@pytest.mark.parametrize("height", [0.0, 0.2, 0.5])
def test_a_jump_is_as_high_as_the_feet_rise(height):
    track = airtime(height)
    line = timeline(repetition(0, 2.4))
    assert number("jump_height", track, line) == pytest.approx(100 * height / BODY, abs=0.5)


def test_lifting_one_foot_is_no_jump():
    track = figure(yaw=FACING_RIGHT, knee_left=np.concatenate([np.zeros(30), np.full(30, 90.0)]))
    assert number("jump_height", track, timeline(repetition(0, 1.9))) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize(("yaw", "distance"), [(FACING_RIGHT, 1.0), (FACING_LEFT, -1.0)])
def test_travel_is_the_way_along_the_ground_in_either_direction(yaw, distance):
    track = figure(yaw=yaw, across=np.linspace(0, distance, 61))
    assert number("travel", track, timeline(repetition(0, 2))) == pytest.approx(100 / BODY, abs=0.5)
    assert number("travel", track, timeline(repetition(0, 2)), [window(0, 1)]) == pytest.approx(50 / BODY, abs=0.5)


def test_a_jerky_movement_is_less_smooth():
    smooth = ramp(0, 110, 90)
    jerky = smooth + 6 * np.sin(np.arange(90) * 0.9) * np.hanning(90)
    line = timeline(repetition(0, 2.9))
    values = [number("smoothness", figure(yaw=FACING_RIGHT, knee=knee), line) for knee in (smooth, jerky)]
    assert values[1] < values[0] < 0


def test_smoothness_is_the_spectral_arc_length_of_the_posture():
    track = figure(yaw=FACING_RIGHT, knee=ramp(0, 110, 90))
    speed = np.linalg.norm(np.gradient(posture(Body(track)), track.times_s, axis=0), axis=1)
    assert number("smoothness", track, timeline(repetition(0, 3))) == pytest.approx(sparc(speed, FPS), rel=1e-2)


def rows(track, kept):
    names = ("times_s", "frames", "landmarks", "world", "filled", "leapt")
    return track.model_copy(update={name: getattr(track, name)[kept] for name in names})


@pytest.mark.parametrize(("quantity", "error"), [
    ("duration", 0.0),
    ("pause", 2.5 * FRAME),
    ("hip_speed", 6.0),
    ("hand_speed", 6.0),
    ("smoothness", 0.6),
])  # fmt: skip
def test_tracking_a_part_again_at_full_rate_changes_no_number(quantity, error):
    every = squat(hold=24)
    partly = merged(rows(every, slice(0, None, 3)), rows(every, slice(38, 76)))
    line = timeline(repetition(0.5, 3.1, peak=1.9))
    assert 0 != number(quantity, partly, line) == pytest.approx(number(quantity, every, line), abs=error)


@pytest.mark.parametrize("name", CLIP_QUANTITIES)
def test_windows_outside_the_clip_and_lost_frames_give_no_false_numbers(name):
    track = without(squat(), slice(0, 40))
    line = timeline(repetition(0, 2.9))
    numbers = CLIP_QUANTITIES[name](Body(track), [window(0, 0.5), window(50, 51)], line)
    assert len(numbers) <= 2
    assert np.isfinite(numbers).all()


def test_posture_ignores_where_the_figure_stands():
    here, there = squat(), figure(yaw=FACING_RIGHT, knee=swings(110), lean=swings(110) / 3, across=0.7, up=0.2)
    assert posture(Body(here)) == pytest.approx(posture(Body(there)), abs=1e-3)
