"""Laws of the jointed figure: bones keep their length, planted feet stay, nobody sinks into the floor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.evals.drawn.actions import ACTIONS
from viddiff.evals.drawn.figure import Figure
from viddiff.evals.drawn.kinematics import rotation, two_bone
from viddiff.evals.drawn.look import Look
from viddiff.evals.drawn.motion import ActionParameters
from viddiff.evals.drawn.truth import perform
from viddiff.tools.landmarks import Landmark

BONES = [
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("ankle", "foot_index"),
]
BOTH_FEET_PLANTED = (
    "squat",
    "deadlift",
    "lateral_raise",
    "arm_circles",
    "overhead_press",
    "lucky_cat",
    "side_bend",
    "forward_bend",
    "hip_circle",
)
LOOK = Look(fps=10.0)


@st.composite
def performances(draw: st.DrawFn, actions: tuple[str, ...] = tuple(ACTIONS)) -> ActionParameters:
    kind = ACTIONS[draw(st.sampled_from(actions))]
    return kind.model_validate({name: draw(st.floats(trait.low, trait.high)) for name, trait in kind.traits().items()})


def joint(points: np.ndarray, side: str, name: str) -> np.ndarray:
    return points[:, Landmark[f"{side}_{name}".upper()]]


@given(performances(), st.floats(1.5, 1.95), st.floats(0.95, 1.05))
@settings(max_examples=60, deadline=None)
def test_bones_keep_their_length_and_nobody_sinks_into_the_floor(
    parameters: ActionParameters, height: float, legs: float
) -> None:
    figure = Figure(height_m=height, legs=legs)
    points = perform(parameters, LOOK.model_copy(update={"figure": figure})).skeleton.points
    assert np.isfinite(points).all()
    for side in ("left", "right"):
        for start, end in BONES:
            assert np.ptp(np.linalg.norm(joint(points, side, start) - joint(points, side, end), axis=-1)) < 1e-9
        assert np.allclose(np.linalg.norm(joint(points, side, "hip") - joint(points, side, "knee"), axis=-1), figure.thigh)
        for low in ("heel", "foot_index", "ankle", "knee", "wrist"):
            assert joint(points, side, low)[:, 1].min() > -0.03 * height, low


@given(performances(BOTH_FEET_PLANTED))
@settings(max_examples=40, deadline=None)
def test_planted_feet_never_slide(parameters: ActionParameters) -> None:
    points = perform(parameters, LOOK).skeleton.points
    for side in ("left", "right"):
        assert np.ptp(joint(points, side, "ankle"), axis=0).max() < 1e-6


@given(performances(("push_up",)))
@settings(max_examples=20, deadline=None)
def test_hands_and_toes_of_a_push_up_stay_put(parameters: ActionParameters) -> None:
    points = perform(parameters, LOOK).skeleton.points
    for side in ("left", "right"):
        assert np.ptp(joint(points, side, "wrist"), axis=0).max() < 1e-6
        assert np.ptp(joint(points, side, "ankle"), axis=0).max() < 1e-6


@pytest.mark.parametrize("action", ["knee_raise", "kick", "squat_knee_raise"])
def test_the_standing_foot_stays_while_the_other_leg_moves(action: str) -> None:
    parameters = ACTIONS[action].model_validate({"side": "left"})
    points = perform(parameters, LOOK).skeleton.points
    assert np.ptp(joint(points, "right", "ankle"), axis=0).max() < 1e-6
    assert np.ptp(joint(points, "left", "ankle"), axis=0).max() > 0.15


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.2, 3))
def test_a_limb_of_two_bones_keeps_both_lengths_even_out_of_reach(x: float, z: float, away: float) -> None:
    root, tip, pole = np.zeros((1, 3)), np.array([[x, -away, z]]), np.array([[0.1, 0.2, 1.0]])
    middle, end = two_bone(root, tip, 0.4, 0.45, pole)
    assert np.linalg.norm(middle) == pytest.approx(0.4)
    assert np.linalg.norm(end - middle) == pytest.approx(0.45, abs=1e-6)


@given(st.integers(0, 2), st.floats(-720, 720))
def test_rotations_keep_lengths_and_hands(axis: int, degrees: float) -> None:
    matrix = rotation(axis, np.array([degrees]))[0]
    assert np.allclose(matrix @ matrix.T, np.eye(3))
    assert np.linalg.det(matrix) == pytest.approx(1)


def test_motion_has_no_jumps() -> None:
    for kind in ACTIONS.values():
        points = perform(kind(), Look(fps=60.0)).skeleton.points
        step = np.linalg.norm(np.diff(points, axis=0), axis=-1).max() * 60
        assert step < 9, f"{kind.action}: a joint moves at {step:.1f} m/s"
