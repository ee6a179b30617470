"""Laws that hold for every pose curve, whatever the figure does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stick_figure import figure, mirrored, moved, ramp, without

from viddiff.tools.body import Body
from viddiff.tools.catalog import CATALOG
from viddiff.tools.posture import FEATURE_NAMES, FEATURES, feature_values, frame_vectors
from viddiff.tools.quantities import CURVES

FLIPS = {"hip_sway"}
"""Quantities that tell the image's left from its right."""
FRAMES = 8


@st.composite
def movements(draw):
    """A figure that goes from one random posture to another; the camera stands neither square in front nor behind it."""

    def between(low, high):
        return ramp(draw(st.floats(low, high)), draw(st.floats(low, high)), FRAMES)

    pose = {name: between(5, 110) for name in ("knee_left", "knee_right", "elbow_left", "elbow_right")}
    pose |= {name: between(5, 170) for name in ("arm_left", "arm_right")}
    pose |= {"lean": between(-15, 60), "side_lean": between(-20, 20), "twist": between(-30, 30), "toe_out": between(-10, 30)}
    pose |= {"stance": between(0.15, 0.5), "stride": between(-0.3, 0.3), "pitch": between(-30, 30), "plane": between(10, 80)}
    return figure(**pose, yaw=draw(st.sampled_from([-140, -90, -60, -25, 20, 45, 90, 150])), across=between(-0.5, 0.5))


def curves(track):
    body = Body(track)
    return {name: curve(body) for name, curve in CURVES.items()}


def same(found, expected, name):
    assert found == pytest.approx(expected, abs=max(0.15, 2e-3 * np.abs(expected).max())), name


@settings(max_examples=12, deadline=None)
@given(movements(), st.floats(-300, 300), st.floats(-300, 300), st.floats(0.4, 2.5))
def test_place_and_size_in_the_picture_do_not_matter(track, right, down, scale):
    before, after = curves(track), curves(moved(track, by=(right, down), scale=scale))
    for name in CURVES:
        same(after[name], before[name], name)


@settings(max_examples=12, deadline=None)
@given(movements())
def test_a_mirror_image_exchanges_left_and_right_and_nothing_else(track):
    before, after = curves(track), curves(mirrored(track))
    for name in CURVES:
        expected = before[name][:, ::-1] if CATALOG[name].sided else before[name]
        same(after[name], -expected if name in FLIPS else expected, name)


@settings(max_examples=10, deadline=None)
@given(movements(), st.integers(1, FRAMES - 3))
def test_frames_without_a_person_are_nan_and_leave_the_rest_finite(track, row):
    for name, curve in curves(without(track, row)).items():
        if not name.endswith("_speed"):
            assert not np.isfinite(curve[row]).any(), name
            assert np.isfinite(np.delete(curve, row, axis=0)).all(), name
    values = feature_values(Body(without(track, row)))
    assert np.isfinite(values).all(axis=1).tolist() == [at != row for at in range(FRAMES)]


def test_speeds_next_to_a_gap_are_not_invented():
    """A body that lies still does not rotate or run because one frame was lost."""
    track = without(figure(40, yaw=90, roll=80), slice(18, 22))
    for name, curve in curves(track).items():
        if name.endswith("_speed"):
            assert np.nanmax(curve) == pytest.approx(0, abs=1), name


@pytest.mark.parametrize("rows", [
    slice(None),
    slice(1, None),
])  # fmt: skip
def test_a_clip_with_hardly_anybody_in_it_breaks_nothing(rows):
    track = without(figure(FRAMES), rows)
    assert all(len(curve) == FRAMES for curve in curves(track).values())
    vectors = frame_vectors(feature_values(Body(track)))
    assert not vectors[1:].any()


@settings(max_examples=15, deadline=None)
@given(movements())
def test_features_stay_on_their_scales_and_frames_are_unit_vectors(track):
    values = feature_values(Body(track))
    assert values.shape == (FRAMES, len(FEATURES))
    assert ((values >= 0) & (values <= 1)).all()
    assert np.linalg.norm(frame_vectors(values), axis=1) == pytest.approx(1, abs=1e-5)


@settings(max_examples=10, deadline=None)
@given(movements())
def test_features_do_not_tell_left_from_right(track):
    # The leading leg of a symmetric stride is a toss-up.
    tested = [at for at, name in enumerate(FEATURE_NAMES) if name != "leg_forward"]
    mirror = feature_values(Body(mirrored(track)))[:, tested]
    assert mirror == pytest.approx(feature_values(Body(track))[:, tested], abs=5e-3)
