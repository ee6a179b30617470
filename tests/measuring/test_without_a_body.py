"""Views without a whole body: what movement and hands can answer, and what they cannot."""

import numpy as np
import pytest
from clips import clip
from stick_figure import figure, without

from viddiff.memory.values import Difference, Question, Segment, Window
from viddiff.tools.hands import HandTrack
from viddiff.tools.judge import judge
from viddiff.tools.measure import Measured, measure
from viddiff.tools.motion import MotionTrack
from viddiff.tools.motion_quantities import finger_curl, finger_lift, forearm_travel, read_hands, read_motion, without_body

TIMES = np.arange(150) / 30
WHOLE = (Window(segment=Segment(start_s=0, end_s=5), key_s=2.5, whole=True),)


def moving(speed, times=TIMES) -> MotionTrack:
    amount = np.broadcast_to(np.asarray(speed, float), times.shape).copy()
    return MotionTrack(times_s=times, amount=amount, centroid=np.full((len(times), 2), 0.5))


def hands(bend_deg=0.0, sway=0.0) -> HandTrack:
    """Both hands with four fingers of three joints, bent at the middle one, the wrist swaying sideways."""
    points = np.zeros((len(TIMES), 2, 21, 3), np.float32)
    points[:, :, :, 0] += (sway * np.sin(2 * np.pi * TIMES))[:, None, None]
    for number, first in enumerate((5, 9, 13, 17)):
        knuckle = np.array([10.0 * number, -50.0, 0])
        joint = knuckle + np.array([0, -30, 0])
        tip = joint + 30 * np.array([0, -np.cos(np.radians(bend_deg)), np.sin(np.radians(bend_deg))])
        for place, point in ((first, knuckle), (first + 1, joint), (first + 3, tip)):
            points[:, :, place] += point.astype(np.float32)
    score = np.ones((len(TIMES), 2), np.float32)
    return HandTrack(times_s=TIMES, frames=np.arange(150), landmarks=points, score=score, width=640, height=480)


def bodiless(motion: MotionTrack, found: HandTrack | None = None):
    empty = clip(without(figure(knee=np.zeros(150)), slice(None)))
    return type(empty)(**{**vars(empty), "motion": lambda: motion, "hands": lambda: found or hands()})


def asked(quantity, direction=1) -> Difference:
    return Difference(id="d", description=quantity, question=Question(quantity=quantity, direction=direction))


def test_faster_movements_are_told_from_slower_ones():
    verdict = judge(
        asked("duration", -1), measure(asked("duration", -1), (WHOLE, WHOLE), bodiless(moving(2.0)), bodiless(moving(5.0)))
    )
    assert (verdict.answer, verdict.lean) == ("b", "b")
    assert verdict.measurement is not None
    assert verdict.measurement.quantity == "motion_speed"


def test_a_question_about_joints_is_not_answered_by_movement():
    said = measure(asked("knee_flexion"), (WHOLE, WHOLE), bodiless(moving(2.0)), bodiless(moving(5.0)))
    assert isinstance(said, str)
    assert said == "no person was found in A"


def test_a_body_in_one_clip_only_is_not_compared_with_movement_in_the_other():
    body = clip(figure(knee=np.zeros(150)))
    for quantity in ("knee_flexion", "duration", "hand_speed"):
        assert measure(asked(quantity), (WHOLE, WHOLE), body, bodiless(moving(2.0))) == "no person was found in B"


def test_stops_are_counted_per_minute():
    speed = np.where((TIMES % 1.25) < 0.5, 0.0, 4.0)
    read = read_motion(moving(speed), "stops")
    assert read is not None
    assert 20 < read[0] < 60
    assert read_motion(moving(4.0), "stops") == (0.0, 0.0)


def test_a_steady_movement_is_smoother_than_a_jerky_one():
    steady, jerky = (
        read_motion(moving(speed), "smoothness") for speed in (np.hanning(150), np.hanning(150) * (1 + np.sin(40 * TIMES)))
    )
    assert steady is not None
    assert jerky is not None
    assert steady[0] > jerky[0]


@pytest.mark.parametrize("phase", ["bottom", "start"])
def test_movement_has_no_phases(phase):
    assert without_body(Question(quantity="duration", direction=1, phase=phase)) is None


def test_bent_fingers_are_more_curled():
    assert finger_curl(hands(0)).max() == pytest.approx(0, abs=0.1)
    assert finger_curl(hands(60)).mean() == pytest.approx(60, abs=0.1)
    assert finger_lift(hands(0)).max() == pytest.approx(0, abs=0.1)


def test_a_swaying_wrist_travels_further():
    still, swaying = (read_hands(hands(sway=s), Question(quantity="forearm_travel", direction=1)) for s in (0.0, 40.0))
    assert still is not None
    assert swaying is not None
    assert swaying[0] > still[0] + 10
    assert forearm_travel(hands()).max() == pytest.approx(0, abs=1e-6)


def test_hands_that_are_never_found_are_not_read():
    lost = hands().model_copy(update={"landmarks": np.full((150, 2, 21, 3), np.nan, np.float32)})
    said = measure(asked("finger_curl"), (WHOLE, WHOLE), bodiless(moving(1.0), lost), bodiless(moving(1.0)))
    assert not isinstance(said, Measured)
    assert "hands" in said
