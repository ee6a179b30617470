"""Evidence on a frame: right marks for each quantity, readable at any size, never outside what was asked."""

from __future__ import annotations

import numpy as np
import pytest
from fake_report import standing_pose
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.memory.values import KeyFrame
from viddiff.tools.catalog import CATALOG
from viddiff.tools.evidence_geometry import marks
from viddiff.tools.landmarks import Landmark as L
from viddiff.tools.overlay import COLOURS, cut, draw_evidence, person_crop

BLUE = COLOURS["a"]


def key(x: float = 160, top: float = 40, height: float = 150, visibility: float = 0.95) -> KeyFrame:
    return KeyFrame(time_s=1, frame=30, pose=standing_pose(x, top, height, visibility))


def pose_of(key_frame: KeyFrame) -> np.ndarray:
    return np.array(key_frame.pose)


def near_blue(picture: np.ndarray) -> int:
    return int((np.abs(picture.astype(int) - BLUE).max(axis=2) < 40).sum())


@pytest.mark.parametrize("quantity", [*CATALOG, None, "no such quantity"])
def test_every_quantity_can_be_drawn(quantity: str | None):
    frame = np.full((240, 320, 3), 120, np.uint8)
    drawn = draw_evidence(frame, key(), quantity, "both", "", BLUE)
    assert drawn.shape == frame.shape
    assert drawn.dtype == np.uint8
    assert (drawn != frame).any()
    assert (near_blue(drawn) > 0) == bool(marks(pose_of(key()), quantity))
    assert (frame == 120).all()


def test_a_bent_knee_is_measured_from_the_prolonged_thigh():
    pose = pose_of(key())
    pose[L.LEFT_HIP, :2], pose[L.LEFT_KNEE, :2], pose[L.LEFT_ANKLE, :2] = (100, 100), (150, 100), (200, 150)
    (mark,) = marks(pose, "knee_flexion", "left")
    ((vertex, reference, tip),) = mark.wedges
    u, v = reference - vertex, tip - vertex
    angle = np.degrees(np.arccos(u @ v / np.hypot(*u) / np.hypot(*v)))
    assert angle == pytest.approx(45)
    assert vertex == pytest.approx([150, 100])


def test_a_width_is_level_and_as_long_as_the_feet_are_apart():
    pose = pose_of(key())
    pose[L.LEFT_ANKLE, 1] += 12
    (mark,) = marks(pose, "stance_width")
    ((start, end),) = mark.dimensions
    assert start[1] == end[1]
    assert abs(start[0] - end[0]) == pytest.approx(abs(pose[L.LEFT_ANKLE, 0] - pose[L.RIGHT_ANKLE, 0]))


def test_lean_stands_against_a_vertical():
    (mark,) = marks(pose_of(key()), "torso_forward_lean")
    vertex, reference, _ = mark.wedges[0]
    assert reference[0] == vertex[0]
    assert reference[1] < vertex[1]


def test_sides():
    pose = pose_of(key())
    assert len(marks(pose, "elbow_flexion", "both")) == 2
    assert len(marks(pose, "elbow_flexion", "either")) == 1
    (left,), (right,) = marks(pose, "elbow_flexion", "left"), marks(pose, "elbow_flexion", "right")
    assert left.joints[1][0] == pytest.approx(pose[L.LEFT_ELBOW, 0])
    assert right.joints[1][0] == pytest.approx(pose[L.RIGHT_ELBOW, 0])


def test_a_hidden_or_covered_side_is_left_out():
    hidden = pose_of(key())
    hidden[L.RIGHT_WRIST, 2] = 0.1
    (mark,) = marks(hidden, "elbow_flexion", "both")
    assert mark.joints[1][0] == pytest.approx(hidden[L.LEFT_ELBOW, 0])
    sideways = pose_of(key())
    sideways[:, 0] = 160 + (sideways[:, 0] - 160) * 0.05
    assert len(marks(sideways, "elbow_flexion", "both")) == 1


def test_hidden_bones_are_fainter():
    frame = np.full((240, 320, 3), 60, np.uint8)
    clear = draw_evidence(frame, key(), None, "both", "", BLUE).astype(int)
    faint = draw_evidence(frame, key(visibility=0.2), None, "both", "", BLUE).astype(int)
    assert (faint - 60).clip(0).sum() < 0.5 * (clear - 60).clip(0).sum()


def test_lines_grow_with_the_frame():
    def drawn(scale: int) -> float:
        k = KeyFrame(time_s=0, frame=0, pose=standing_pose(160 * scale, 40 * scale, 150 * scale))
        picture = draw_evidence(np.full((240 * scale, 320 * scale, 3), 120, np.uint8), k, "hip_height", "both", "", BLUE)
        return near_blue(picture) / scale**2

    assert 0.6 < drawn(4) / drawn(1) < 1.7


@pytest.mark.parametrize("size", [(90, 60), (240, 320), (1080, 1920), (40, 40)])
@pytest.mark.parametrize("text", ["knee bend 94°", "reach of the hands in front of the body 36%", "W" * 200])
def test_the_legend_stays_inside_and_without_a_pose_only_it_is_drawn(size: tuple[int, int], text: str):
    frame = np.full((*size, 3), 120, np.uint8)
    drawn = draw_evidence(frame, KeyFrame(time_s=0, frame=0), "knee_flexion", "both", text, BLUE)
    changed = (drawn != frame).any(axis=2)
    assert changed.any()
    assert changed[: size[0] * 3 // 4].sum() == changed.sum() or size[0] < 100


def test_points_far_outside_or_on_one_spot_do_no_harm():
    frame = np.full((60, 80, 3), 120, np.uint8)
    for pose in (((40.0, 30.0, 1.0),) * 33, ((-1e5, 1e5, 1.0),) * 33):
        for quantity in CATALOG:
            draw_evidence(frame, KeyFrame(time_s=0, frame=0, pose=pose), quantity, "both", "", BLUE)


@settings(max_examples=60, deadline=None)
@given(st.floats(20, 200), st.floats(20, 200), st.floats(0, 320), st.floats(0, 320))
def test_crops_have_one_shape_and_hold_both_people_at_one_scale(tall_a: float, tall_b: float, x_a: float, x_b: float):
    a, b = key(x_a, 10, tall_a), key(x_b, 10, tall_b)
    boxes = person_crop(a, b, (320, 240), (320, 240))
    assert boxes is not None
    widths, heights = zip(*((right - left, bottom - top) for left, top, right, bottom in boxes), strict=True)
    assert widths[0] / heights[0] == pytest.approx(widths[1] / heights[1])
    assert heights[0] / tall_a == pytest.approx(heights[1] / tall_b)
    for k, (left, top, right, bottom) in zip((a, b), boxes, strict=True):
        xy = pose_of(k)[:, :2]
        inside = (xy >= (left - 1e-6, top - 1e-6)) & (xy <= (right + 1e-6, bottom + 1e-6))
        in_frame = ((xy >= 0) & (xy <= (320, 240))).all()
        assert inside.all() or not in_frame


def test_crops_slide_into_frames_of_different_sizes():
    sizes = ((640, 640), (150, 200))
    a, b = key(600, 60, 100), key(40, 20, 150)
    boxes = person_crop(a, b, *sizes)
    assert boxes is not None
    for (left, top, right, bottom), (width, height) in zip(boxes, sizes, strict=True):
        assert -1e-6 <= left < right <= width + 1e-6
        assert -1e-6 <= top < bottom <= height + 1e-6


def test_no_crop_without_a_body():
    assert person_crop(key(), KeyFrame(time_s=0, frame=0), (320, 240), (320, 240)) is None


def test_a_cut_moves_the_pose_with_the_picture():
    frame = np.full((240, 320, 3), 30, np.uint8)
    k = key()
    x, y = (round(v) for v in pose_of(k)[L.LEFT_KNEE, :2])
    frame[y - 3 : y + 4, x - 3 : x + 4] = 250
    for box in ((100.0, 20.0, 220.0, 220.0), (-40.0, -30.0, 260.0, 250.0), None):
        for long_side in (150, 600):
            picture, moved = cut(frame, k, box, long_side)
            assert max(picture.shape[:2]) == (long_side if box else min(long_side, 320))
            assert moved.pose is not None
            px, py, _ = moved.pose[L.LEFT_KNEE]
            assert picture[round(py), round(px)].min() > 200
