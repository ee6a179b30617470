import numpy as np
import pytest
from clips import clip, difference, window
from stick_figure import (
    BACK,
    BODY,
    EARS,
    FACING_LEFT,
    FACING_RIGHT,
    FRONT,
    LEG,
    TORSO,
    figure,
    ramp,
    swings,
    unseen,
)  # fmt: skip

from viddiff.tools.body import Body
from viddiff.tools.catalog import CATALOG
from viddiff.tools.clip_quantities import CLIP_QUANTITIES
from viddiff.tools.landmarks import Landmark as L
from viddiff.tools.measure import read_clip
from viddiff.tools.quantities import CURVES, joints_of
from viddiff.tools.reading import Reading, curve_of, side_seen

SIDE_VIEWS = [FACING_RIGHT, FACING_LEFT]


def percent(metres: float) -> float:
    return 100 * metres / BODY


def read(quantity: str, **pose) -> np.ndarray:
    return CURVES[quantity](Body(figure(**pose)))


def test_every_pose_quantity_has_a_curve_and_every_curve_an_entry():
    assert {name for name, entry in CATALOG.items() if entry.source == "pose"} == set(CURVES)


def test_every_clip_quantity_has_a_function_and_every_function_an_entry():
    assert {name for name, entry in CATALOG.items() if entry.source == "clip"} == set(CLIP_QUANTITIES)


@pytest.mark.parametrize("name", CURVES)
def test_curves_have_two_columns_exactly_when_the_catalogue_says_sided(name):
    curve = read(name, frames=9)
    assert curve.shape == ((9, 2) if CATALOG[name].sided else (9,))


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_rests_on_joints_that_can_be_hidden(name):
    assert joints_of(name)
    track = figure()
    seen = side_seen(Body(track), name, 1)
    hidden = side_seen(Body(unseen(track, *(joint + 1 for joint in joints_of(name)))), name, 1)
    assert hidden < seen


def test_the_body_is_measured_in_body_lengths():
    body = Body(figure(yaw=FACING_RIGHT, pixels=200))
    assert body.length_px == pytest.approx(200 * BODY, rel=1e-3)
    assert body.torso == pytest.approx(TORSO / BODY, rel=1e-3)
    assert body.leg == pytest.approx(LEG / BODY, rel=1e-3)


@pytest.mark.parametrize(("yaw", "front"), [(FRONT, 1), (BACK, 1), (FACING_RIGHT, 0), (FACING_LEFT, 0), (30, 0.87), (60, 0.5)])
def test_frontness_is_the_cosine_of_the_turn(yaw, front):
    assert Body(figure(yaw=yaw)).frontness == pytest.approx(front, abs=0.01)


def test_facing_and_away_name_the_direction():
    assert Body(figure(yaw=FACING_RIGHT)).facing == 1
    assert Body(figure(yaw=FACING_LEFT)).facing == -1
    assert not Body(figure(yaw=FRONT)).away
    assert Body(figure(yaw=BACK)).away


@pytest.mark.parametrize("yaw", [FRONT, *SIDE_VIEWS])
def test_a_straight_figure_has_no_angles(yaw):
    for name in ("knee_flexion", "elbow_flexion", "arm_elevation", "body_bend", "torso_side_lean", "torso_forward_lean"):
        assert read(name, yaw=yaw) == pytest.approx(0, abs=3), name


@pytest.mark.parametrize(("yaw", "error"), [(FACING_RIGHT, 0.5), (FACING_LEFT, 0.5), (FRONT, 8)])
def test_open_hips_are_straight_but_for_the_shoulders_being_wider_from_the_front(yaw, error):
    assert read("hip_flexion", yaw=yaw) == pytest.approx(0, abs=error)


@pytest.mark.parametrize("yaw", SIDE_VIEWS)
@pytest.mark.parametrize("angle", [30, 90, 120])
def test_a_bent_knee_reads_its_angle_from_the_side(yaw, angle):
    assert read("knee_flexion", yaw=yaw, knee=angle) == pytest.approx(angle, abs=0.5)


@pytest.mark.parametrize("yaw", [FRONT, BACK, 40])
def test_a_bent_knee_reads_nearly_its_angle_when_it_points_at_the_camera(yaw):
    bend = np.concatenate([np.zeros(20), np.full(20, 90.0)])
    curve = read("knee_flexion", yaw=yaw, knee=bend)
    assert curve[5] == pytest.approx(0, abs=6)
    assert curve[-5] == pytest.approx(90, abs=6)


def test_one_bent_knee_is_its_own():
    curve = read("knee_flexion", yaw=FACING_RIGHT, knee_left=0, knee_right=90)
    assert curve[0] == pytest.approx([0, 90], abs=0.5)


@pytest.mark.parametrize("yaw", SIDE_VIEWS)
@pytest.mark.parametrize("angle", [-20, 30, 60, 90])
def test_lean_is_the_same_whichever_way_the_figure_faces(yaw, angle):
    assert read("torso_forward_lean", yaw=yaw, lean=angle) == pytest.approx(angle, abs=0.5)
    assert read("hip_flexion", yaw=yaw, lean=angle) == pytest.approx(abs(angle), abs=0.5)


@pytest.mark.parametrize("yaw", SIDE_VIEWS)
def test_leaning_back_is_the_opposite_of_leaning_forward_and_both_are_tilts(yaw):
    assert read("torso_back_lean", yaw=yaw, lean=-20) == pytest.approx(20, abs=0.5)
    for lean in (-20, 20):
        assert read("torso_tilt", yaw=yaw, lean=lean) == pytest.approx(20, abs=0.5)
        assert read("torso_tilt", yaw=FRONT, side_lean=lean) == pytest.approx(20, abs=3)


def test_lean_is_seen_from_the_front_as_foreshortening():
    lean = np.concatenate([np.zeros(20), np.full(20, 40.0)])
    curve = read("torso_forward_lean", yaw=FRONT, lean=lean)
    assert curve[5] == pytest.approx(0, abs=4)
    assert curve[-5] == pytest.approx(40, abs=3)


@pytest.mark.parametrize("angle", [-25, 25])
def test_sideways_lean_has_no_direction(angle):
    assert read("torso_side_lean", side_lean=angle) == pytest.approx(25, abs=0.5)
    assert read("torso_shift", side_lean=angle) == pytest.approx(percent(TORSO * np.sin(np.radians(25))), abs=0.5)


@pytest.mark.parametrize("angle", [0, 45, 90, 135, 180])
@pytest.mark.parametrize(("yaw", "plane"), [(FRONT, 0), (BACK, 0), (FACING_RIGHT, 90), (FACING_LEFT, 90)])
def test_a_raised_arm_reads_its_elevation(angle, yaw, plane):
    assert read("arm_elevation", yaw=yaw, plane=plane, arm=angle) == pytest.approx(angle, abs=0.5)
    assert read("upper_arm_elevation", yaw=yaw, plane=plane, arm=angle, elbow=30) == pytest.approx(angle, abs=0.5)
    assert read("upper_arm_off_level", yaw=yaw, plane=plane, arm=angle) == pytest.approx(abs(90 - angle), abs=0.5)


def test_arm_elevation_is_against_the_torso_not_the_vertical():
    assert read("arm_elevation", yaw=FACING_RIGHT, plane=90, arm=60, lean=45) == pytest.approx(60, abs=0.5)


@pytest.mark.parametrize("yaw", SIDE_VIEWS)
@pytest.mark.parametrize("angle", [45, 90, 140])
def test_a_bent_elbow_reads_its_angle(yaw, angle):
    assert read("elbow_flexion", yaw=yaw, plane=90, arm=20, elbow=angle) == pytest.approx(angle, abs=0.5)


@pytest.mark.parametrize("yaw", SIDE_VIEWS)
@pytest.mark.parametrize("angle", [-40, 0, 40])
def test_the_head_reads_its_pitch(yaw, angle):
    assert read("head_pitch", yaw=yaw, pitch=angle) == pytest.approx(angle, abs=1)


@pytest.mark.parametrize("angle", [-20, 20])
def test_the_head_reads_its_tilt(angle):
    assert EARS > 0
    assert read("head_side_tilt", tilt=angle) == pytest.approx(20, abs=1)


@pytest.mark.parametrize("yaw", [0, 30, -30, 60])
def test_turns_are_angles_out_of_the_image_plane(yaw):
    for name in ("shoulder_turn", "hip_turn", "head_turn"):
        assert read(name, yaw=yaw) == pytest.approx(abs(yaw), abs=0.5), name
    assert read("hip_shoulder_separation", yaw=yaw) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("twist", [-35, 35])
def test_a_twist_is_between_hips_and_shoulders(twist):
    assert read("hip_shoulder_separation", twist=twist) == pytest.approx(35, abs=0.5)
    assert read("shoulder_turn", twist=twist) == pytest.approx(35, abs=0.5)
    assert read("hip_turn", twist=twist) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize(("yaw", "roll"), [(FACING_RIGHT, 85), (FACING_LEFT, -85)])
def test_a_plank_that_sags_and_one_that_pikes(yaw, roll):
    straight, sagging, piked = (read("hip_sag", yaw=yaw, roll=roll, lean=lean) for lean in (0, -20, 20))
    half = np.sqrt(TORSO**2 + LEG**2 + 2 * TORSO * LEG * np.cos(np.radians(20))) / 2
    assert straight == pytest.approx(0, abs=1)
    assert sagging == pytest.approx(percent(half * np.sin(np.radians(10))), abs=0.5)
    assert piked == pytest.approx(-sagging, abs=0.5)
    assert read("body_bend", yaw=yaw, roll=roll, lean=20) == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize("side", [1, -1])
def test_sway_is_the_distance_from_the_usual_place_to_either_side(side):
    sway = np.concatenate([np.zeros(9), np.full(3, 0.1 * side)])
    moved = read("hip_sway", sway=sway)
    assert moved[:9] == pytest.approx(0, abs=0.3)
    assert moved[9:] == pytest.approx(percent(0.1), abs=0.3)


def test_speeds_are_body_lengths_per_second():
    across = np.arange(30) / 30 * 0.6
    for name in ("hip_speed", "hand_speed", "foot_speed"):
        assert read(name, across=across) == pytest.approx(percent(0.6), rel=0.01), name
    assert read("rotation_speed", roll=np.arange(30) / 30 * 120.0) == pytest.approx(120, rel=0.01)


@pytest.mark.parametrize("frames", [1, 2])
def test_a_clip_of_hardly_any_frames_shows_no_speed(frames):
    for name in ("hip_speed", "hand_speed", "foot_speed", "rotation_speed"):
        assert (read(name, frames=frames) == 0).all()


def test_both_sides_are_averaged_unless_one_alone_is_seen_or_moves():
    track = figure(yaw=FACING_RIGHT, knee_left=0, knee_right=60)
    assert curve_of(Body(track), "knee_flexion", "both") == pytest.approx(30, abs=0.5)
    assert curve_of(Body(track), "knee_flexion", "left") == pytest.approx(0, abs=0.5)
    assert curve_of(Body(track), "knee_flexion", "right") == pytest.approx(60, abs=0.5)
    hidden = unseen(track, L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)
    assert curve_of(Body(hidden), "knee_flexion", "both") == pytest.approx(60, abs=0.5)


@pytest.mark.parametrize("side", ["either", "both"])
def test_the_side_that_moves_is_the_one_the_action_is_about(side):
    track = figure(arm_left=0, arm_right=ramp(0, 150, 30))
    assert curve_of(Body(track), "arm_elevation", side)[-1] == pytest.approx(150, abs=0.5)


def test_the_higher_foot_counts_at_each_instant():
    track = figure(yaw=FACING_RIGHT, knee_left=np.repeat([80.0, 0.0], 10), knee_right=np.repeat([0.0, 80.0], 10))
    curve = curve_of(Body(track), "foot_height", "both")
    assert curve == pytest.approx(curve[0], abs=0.2)
    assert curve[0] > 10


def test_where_the_witnesses_of_a_knee_seen_from_the_front_differ_its_error_is_as_large():
    track, where = figure(yaw=FRONT, knee=swings(80, hold=30)), [window(0, 3.9, whole=True)]
    sure = read_clip(difference("knee_flexion").question, where, clip(track))
    flatter = track.world.copy()
    flatter[:, [L.LEFT_KNEE, L.RIGHT_KNEE]] = (
        flatter[:, [L.LEFT_HIP, L.RIGHT_HIP]] + flatter[:, [L.LEFT_ANKLE, L.RIGHT_ANKLE]]
    ) / 2
    unsure = read_clip(
        difference("knee_flexion").question, [window(0, 1.9, whole=True)], clip(track.model_copy(update={"world": flatter}))
    )
    assert isinstance(sure, Reading)
    assert isinstance(unsure, Reading)
    assert unsure.value == pytest.approx(sure.value - 40, abs=6)
    assert unsure.sigma == pytest.approx(40, abs=6)
    assert sure.sigma < 8


def sigma(quantity: str, **pose) -> float:
    track = figure(60, **pose)
    found = read_clip(difference(quantity).question, [window(0, 1.9, whole=True)], clip(track))
    assert isinstance(found, Reading)
    return found.sigma


def test_the_head_of_a_body_that_is_bent_over_is_less_certain():
    assert sigma("head_pitch", yaw=FACING_RIGHT, lean=70) == pytest.approx(1.5 * sigma("head_pitch", yaw=FACING_RIGHT, lean=20))


def test_a_forward_lean_seen_diagonally_makes_a_sideways_one_less_certain():
    lean = np.concatenate([np.zeros(20), np.full(40, 40.0)])
    assert sigma("torso_side_lean", yaw=45, lean=lean) > 2 * sigma("torso_side_lean", yaw=45)
    assert sigma("torso_side_lean", lean=lean) < 1.2 * sigma("torso_side_lean")
