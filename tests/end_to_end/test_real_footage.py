"""Labels judged by eye on real clips, where they are at hand beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

CLIPS = Path(__file__).parents[3] / "shared" / "videos"
pytestmark = pytest.mark.skipif(not CLIPS.is_dir(), reason="the folder of real clips is not beside the checkout")

SURE = [
    (
        "jumpingjack_a",
        "jumpingjack_b",
        "jumping jack",
        {"the feet land wider apart": "b", "the arms are straighter on the way up": "b", "the motion is faster": "same"},
    ),
    ("squat_a", "squat_b", "air squat, side", {"the arms are stretched forward": "a", "the hands are held at the chest": "b"}),
]


@pytest.mark.parametrize(("a", "b", "action", "labels"), SURE)
def test_labels_that_are_sure_come_out(closed, a, b, action, labels):
    report = closed(CLIPS / f"{a}.mp4", CLIPS / f"{b}.mp4", action, list(labels))
    assert {d.description: d.answer for d in report.differences} == labels
