"""Rendered files: they open, hold what was promised, come out the same twice, and show a person."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from viddiff.evals.drawn import Look, describe_clip, drawn_pair, render_clip, write_pair
from viddiff.evals.drawn.camera import Camera
from viddiff.evals.drawn.clip import frames_of
from viddiff.evals.drawn.look import Backdrop
from viddiff.evals.drawn.truth import perform
from viddiff.tools.landmarks import Landmark

SMALL = Look(width=240, height=320, fps=12.0, lead_in_s=0.2, lead_out_s=0.2, noise=2.0, camera=Camera(yaw_deg=40))
QUICK = {"tempo_s": 1.4, "pause_s": 0.1}


def test_the_file_holds_the_promised_frames(tmp_path: Path) -> None:
    clip = render_clip("squat", QUICK, SMALL, tmp_path / "new" / "squat.mp4")
    with av.open(clip.path) as container:
        stream = container.streams.video[0]
        frames = [(frame.width, frame.height, frame.time) for frame in container.decode(stream)]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
    assert len(frames) == clip.frames == len(clip.joints) == round(1.9 * 12)
    assert frames[0] == (240, 320, 0.0)
    assert frames[-1][2] == pytest.approx((clip.frames - 1) / 12)
    assert clip.duration_s == pytest.approx(clip.frames / 12, abs=1e-3)
    assert clip.key_times["bottom position"] == (pytest.approx(0.2 + 0.7 + 0.05),)


def test_the_same_look_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (render_clip("lateral_raise", QUICK, SMALL, tmp_path / f"{n}.mp4") for n in "12")
    assert Path(first.path).read_bytes() == Path(second.path).read_bytes()
    assert np.array_equal(first.joints, second.joints)


def test_describing_needs_no_rendering(tmp_path: Path) -> None:
    described = describe_clip("squat", QUICK, SMALL, tmp_path / "none.mp4")
    assert not (tmp_path / "none.mp4").exists()
    assert described.frames == round(1.9 * 12)


@pytest.mark.parametrize("kind", ["plain", "gradient", "room", "textured"])
def test_the_person_stands_out_from_every_place(kind: str) -> None:
    look = SMALL.model_copy(update={"backdrop": Backdrop(kind=kind, seed=3), "noise": 0.0, "blur": 0.8})
    from viddiff.evals.drawn.actions import parameters_of

    performance = perform(parameters_of("squat", QUICK), look)
    first, *_, last = (frame for _, frame in zip(range(12), frames_of(performance, look), strict=False))
    assert first.shape == (320, 240, 3)
    assert first.dtype == np.uint8
    moved = np.abs(first.astype(int) - last.astype(int)).sum(axis=2) > 40
    assert 0.01 < moved.mean() < 0.4


def test_a_written_pair_can_be_read_back(tmp_path: Path) -> None:
    pair = drawn_pair(11, "knee_raise")
    small = {side: getattr(pair, side).model_copy(update={"look": SMALL}) for side in "ab"}
    written = write_pair(pair.model_copy(update=small), tmp_path)
    truth = json.loads(Path(written.truth).read_text())
    assert truth["schema"] == "viddiff.drawn/1"
    assert [s["answer"] for s in truth["statements"]] == [s.answer for s in pair.statements]
    assert truth["clips"]["b"]["parameters"]["raised"] == pair.b.parameters.model_dump()["raised"]
    assert len(truth["clips"]["a"]["joints"]) == written.a.frames
    assert [d["id"] for d in json.loads(Path(written.differences).read_text())] == [s.id for s in pair.statements]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4", "differences.json", "truth.json"]


def test_the_pose_model_finds_the_person_where_they_are() -> None:
    mediapipe = pytest.importorskip("mediapipe")
    from viddiff.evals.drawn.actions import parameters_of

    look = Look(fps=6.0, lead_in_s=0.2, lead_out_s=0.2, camera=Camera(yaw_deg=40), backdrop=Backdrop(kind="gradient"))
    performance = perform(parameters_of("squat", QUICK), look)
    hips = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    off, count = [], 0
    with mediapipe.solutions.pose.Pose(model_complexity=1) as pose:
        for truth, frame in zip(performance.joints, frames_of(performance, look), strict=True):
            found, count = pose.process(frame).pose_landmarks, count + 1
            if found is not None:
                off.append(np.mean([found.landmark[i].y for i in hips]) * look.height - truth[hips, 1].mean())
    body = np.ptp(performance.joints[0, [Landmark.LEFT_SHOULDER, Landmark.LEFT_ANKLE], 1])
    assert len(off) == count
    assert np.abs(off).mean() < 0.03 * body
