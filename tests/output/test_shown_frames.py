"""The frame that is shown is the frame whose index the report states, also at rates whose times have no end of digits."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import pytest
from fake_report import numbered, read_number

from viddiff.agent.output.stills import read_clip
from viddiff.memory.cache import Cache
from viddiff.memory.values import KeyFrame, Segment
from viddiff.tools import video
from viddiff.tools.pose_following import Detection
from viddiff.tools.workbench import Workbench

COUNT, RATE, TICKS = 120, 30000, 1001


class Nobody:
    """A pose model that sees nobody."""

    name = "nobody"

    def __enter__(self) -> Nobody:
        return self

    def __exit__(self, *_: object) -> None: ...

    def estimate(self, frame: np.ndarray) -> Detection | None:
        return None

    def estimate_alone(self, frame: np.ndarray) -> Detection | None:
        return None

    def restart(self) -> None: ...


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of 30000/1001 frames per second whose frames carry their number."""
    path = tmp_path_factory.mktemp("ntsc") / "clip.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(RATE, TICKS), options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 128, 64, "yuv420p"
        stream.codec_context.time_base = Fraction(1, RATE)
        for k in range(COUNT):
            frame = av.VideoFrame.from_ndarray(numbered(k, (128, 64)), format="rgb24")
            frame.pts, frame.time_base = k * TICKS, Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def key_frames(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[KeyFrame, ...]:
    """The evidence at every frame of the clip, as it comes back out of a stored report."""
    bench = Workbench(Cache(tmp_path_factory.mktemp("cache")), (), Nobody, fps=60.0)
    found = bench.evidence(video.probe(clip), [k * TICKS / RATE for k in range(COUNT)])
    return tuple(KeyFrame.model_validate_json(key.model_dump_json()) for key in found)


def test_pictures_show_the_frame_that_the_report_states(clip: Path, key_frames: tuple[KeyFrame, ...]) -> None:
    assert [key.frame for key in key_frames] == list(range(COUNT))
    images = read_clip(str(clip), [key.time_s for key in key_frames])
    assert [read_number(image) for image in images] == list(range(COUNT))
    frames = video.frames_at(clip, [key.time_s for key in key_frames])
    assert [frame.frame for frame in frames] == list(range(COUNT))


def test_a_stated_time_is_never_before_its_frame_so_that_players_and_the_film_show_it_too(
    key_frames: tuple[KeyFrame, ...],
) -> None:
    for key in key_frames:
        assert key.time_s == pytest.approx(key.frame * TICKS / RATE, abs=1e-9)


@pytest.mark.parametrize(("fps", "how", "again"), [(60.0, "dense", False), (10.0, "dense", True), (60.0, "crop", True)])
def test_frames_are_looked_at_again_only_where_that_shows_more(
    clip: Path, tmp_path: Path, fps: float, how: Literal["dense", "crop"], again: bool
) -> None:
    looks: list[int] = []

    class Looking(Nobody):
        def estimate(self, frame: np.ndarray) -> Detection | None:
            looks.append(len(frame))
            return None

    bench, info = Workbench(Cache(tmp_path, enabled=False), (), Looking, fps=fps), video.probe(clip)
    bench.track(info)
    before = len(looks)
    track = bench.retracked(info, [Segment(start_s=1.0, end_s=1.5)], how)
    assert (len(looks) > before) == again
    inside = track.frames[(track.times_s >= 1.0) & (track.times_s < 1.5)]
    assert (np.diff(inside) == 1).all()
