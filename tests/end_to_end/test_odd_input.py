"""Input that cannot be compared: one clear line, or a warning in the report, never a traceback and never a guess."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from remade import write

from viddiff import VideoError


def noise(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    still = rng.integers(90, 160, (120, 160, 3), dtype=np.uint8)
    return [still + rng.integers(0, 3, still.shape, dtype=np.uint8) for _ in range(count)]


def test_nobody_in_view_is_unknown_with_a_warning(drawn, closed, tmp_path):
    empty = write(tmp_path / "empty.mp4", noise(40), 20)
    report = closed(drawn("squat", 3).a.path, empty, "squat", ["the squat is deeper"])
    assert report.differences[0].answer == "unknown"
    assert "no person was found in B" in report.differences[0].reason
    assert any("B: no person" in warning for warning in report.warnings)


def test_one_frame_is_unknown_not_a_crash(drawn, closed, tmp_path):
    one = write(tmp_path / "one.mp4", noise(1), 20)
    report = closed(one, drawn("squat", 3).b.path, "squat", ["the squat is deeper", "the motion is faster"])
    assert {d.answer for d in report.differences} == {"unknown"}


@pytest.mark.parametrize("content", [b"", b"just some text\n" * 50])
def test_what_is_no_video_is_refused_in_one_line(drawn, closed, tmp_path, content):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(VideoError) as caught:
        closed(drawn("squat", 3).a.path, path, "squat", ["the squat is deeper"])
    assert "clip.mp4" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sound_only_is_refused(drawn, closed, tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(VideoError, match=r"sound\.mp4"):
        closed(path, drawn("squat", 3).a.path, "squat", ["the squat is deeper"])


def test_a_clip_cut_off_in_the_middle_is_read_as_far_as_it_goes(drawn, closed, tmp_path):
    whole = Path(drawn("squat", 3).a.path).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: int(len(whole) * 0.7)])
    report = closed(cut, drawn("squat", 3).b.path, "squat", ["the squat is deeper"])
    assert any(warning.startswith("A:") and "cut off" in warning for warning in report.warnings), report.warnings
