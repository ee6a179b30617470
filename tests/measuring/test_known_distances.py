import numpy as np
import pytest
from stick_figure import (
    ARM,
    BACK,
    BODY,
    FACING_LEFT,
    FACING_RIGHT,
    FOOT,
    FOREARM,
    FRONT,
    HEEL_BACK,
    HEEL_DROP,
    HIPS,
    LEG,
    NECK,
    SHANK,
    SHOULDERS,
    TORSO,
    UPPER_ARM,
    figure,
)  # fmt: skip

from viddiff.tools.angles import FOOT as FOOT_SHARE
from viddiff.tools.body import Body
from viddiff.tools.positions import WORLD_BODY
from viddiff.tools.quantities import CURVES

SIDE_VIEWS = [FACING_RIGHT, FACING_LEFT]


def percent(metres: float) -> float:
    return 100 * metres / BODY


def read(quantity: str, **pose) -> np.ndarray:
    return CURVES[quantity](Body(figure(**pose)))


@pytest.mark.parametrize("bend", [0, 60, 90])
@pytest.mark.parametrize("yaw", [FRONT, FACING_RIGHT])
def test_depth_is_how_far_the_hips_have_sunk(bend, yaw):
    curve = read("depth", yaw=yaw, knee=np.concatenate([np.zeros(20), np.full(20, float(bend))]))
    assert curve[0] == pytest.approx(0, abs=0.5)
    assert curve[-1] == pytest.approx(100 * (1 - np.cos(np.radians(bend / 2))), abs=0.5)


def test_heights_are_above_the_lowest_foot():
    ground = HEEL_DROP
    assert read("hip_height") == pytest.approx(percent(LEG + ground), abs=0.3)
    assert read("shoulder_height") == pytest.approx(percent(LEG + TORSO + ground), abs=0.3)
    assert read("head_height") == pytest.approx(percent(LEG + TORSO + NECK + ground), abs=0.3)
    assert read("hand_height", arm=0) == pytest.approx(percent(LEG + TORSO - ARM + ground), abs=0.3)
    assert read("hand_height", arm=180) == pytest.approx(percent(LEG + TORSO + ARM + ground), abs=0.3)
    assert read("hand_height_on_body", arm=90) == pytest.approx(percent(TORSO), abs=0.3)
    assert read("elbow_height", arm=180) == pytest.approx(percent(UPPER_ARM), abs=0.3)
    assert read("knee_height") == pytest.approx(percent(SHANK + ground), abs=0.3)


def test_a_lifted_foot_is_high_and_the_other_is_not():
    curve = read("foot_height", yaw=FACING_RIGHT, knee_left=90, knee_right=0)
    lifted = LEG * (1 - np.cos(np.radians(45)))
    assert curve[0] == pytest.approx([percent(lifted + HEEL_DROP), percent(HEEL_DROP)], abs=0.3)


def test_the_lower_knee_has_the_clearance():
    curve = read("knee_height", yaw=FACING_RIGHT, knee_left=90, knee_right=0)
    assert read("knee_clearance", yaw=FACING_RIGHT, knee_left=90, knee_right=0) == pytest.approx(curve.min(axis=1))


def test_jumping_changes_no_height_above_the_own_feet():
    assert read("hip_height", up=0.3) == pytest.approx(read("hip_height"), abs=0.1)


@pytest.mark.parametrize("yaw", [FRONT, BACK])
def test_a_stance_twice_as_wide_reads_twice_as_wide(yaw):
    narrow, wide = read("stance_width", yaw=yaw, stance=0.25), read("stance_width", yaw=yaw, stance=0.5)
    assert wide == pytest.approx(2 * narrow, rel=0.03)
    assert read("stance_width", yaw=yaw, stance=HIPS) == pytest.approx(percent(HIPS), abs=0.3)


def test_a_stance_hidden_by_the_view_is_guessed_from_depth():
    assert read("stance_width", yaw=FACING_RIGHT, stance=0.4) == pytest.approx(100 * 0.4 / WORLD_BODY, abs=0.5)


@pytest.mark.parametrize("yaw", SIDE_VIEWS)
def test_a_stride_is_a_step_and_a_stagger_from_the_side(yaw):
    assert read("step_length", yaw=yaw, stride=0.5) == pytest.approx(percent(0.5), abs=0.5)
    assert read("foot_stagger", yaw=yaw, stride=0.5) == pytest.approx(percent(0.5), abs=0.5)
    assert (read("stance_width", yaw=yaw, stride=0.5) < percent(0.25)).all()


def test_a_stride_towards_the_camera_is_a_stagger_and_no_stance():
    assert read("foot_stagger", yaw=FRONT, stride=0.5) == pytest.approx(100 * 0.5 / WORLD_BODY, abs=0.5)
    assert read("stance_width", yaw=FRONT, stride=0.5) == pytest.approx(percent(HIPS), abs=0.5)


@pytest.mark.parametrize("yaw", [FRONT, BACK])
@pytest.mark.parametrize("angle", [-15, 0, 30])
def test_toes_read_how_far_they_point_out(yaw, angle):
    assert pytest.approx(FOOT) == FOOT_SHARE * BODY
    assert read("toe_out", yaw=yaw, toe_out=angle) == pytest.approx(angle, abs=1)


def test_knees_over_the_ankles_do_not_cave_in():
    assert read("knee_valgus", stance=HIPS) == pytest.approx(0, abs=0.5)
    assert read("knee_separation", stance=HIPS) == pytest.approx(percent(HIPS), abs=0.3)
    assert read("knee_valgus", stance=2 * HIPS)[0] > 10


@pytest.mark.parametrize("yaw", SIDE_VIEWS)
def test_knees_pass_the_toes_whichever_way_the_figure_faces(yaw):
    ahead = SHANK * np.sin(np.radians(50)) - (FOOT - HEEL_BACK)
    assert read("knee_over_toes", yaw=yaw, knee=100) == pytest.approx(percent(ahead), abs=0.5)
    assert read("knee_over_toes", yaw=yaw, knee=0) == pytest.approx(-percent(FOOT - HEEL_BACK), abs=0.5)


def test_spread_arms_read_their_distances():
    assert read("hand_separation", arm=90) == pytest.approx(percent(2 * ARM + SHOULDERS), abs=0.5)
    assert read("hand_to_body", arm=90) == pytest.approx(percent(ARM + SHOULDERS / 2), abs=0.5)
    assert read("elbow_flare", arm=90) == pytest.approx(percent(UPPER_ARM + SHOULDERS / 2), abs=0.5)
    assert read("elbow_flare", arm=0) == pytest.approx(percent(SHOULDERS / 2), abs=0.5)


@pytest.mark.parametrize("yaw", SIDE_VIEWS)
def test_reach_in_front_is_positive_whichever_way_the_figure_faces(yaw):
    assert read("hand_forward", yaw=yaw, plane=90, arm=90) == pytest.approx(percent(ARM), abs=0.5)
    assert read("hand_forward", yaw=yaw, plane=90, arm=-30) == pytest.approx(-percent(ARM / 2), abs=0.5)


@pytest.mark.parametrize("yaw", [FRONT, BACK])
def test_reach_in_front_is_guessed_from_depth_when_it_points_along_the_view(yaw):
    assert read("hand_forward", yaw=yaw, plane=90, arm=90) == pytest.approx(100 * ARM / WORLD_BODY, abs=0.5)


def test_a_forearm_held_forward_reaches_its_length():
    assert read("hand_forward", yaw=FACING_RIGHT, plane=90, arm=0, elbow=90) == pytest.approx(percent(FOREARM), abs=0.5)


@pytest.mark.parametrize("yaw", [FRONT, 30, 50, FACING_RIGHT])
def test_the_stance_is_the_same_from_every_side(yaw):
    assert read("stance_width", yaw=yaw, stance=0.4) == pytest.approx(percent(0.4), rel=0.2)
    assert read("foot_stagger", yaw=yaw, stance=0.2) == pytest.approx(0, abs=3)
