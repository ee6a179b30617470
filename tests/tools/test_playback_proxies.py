"""A proxy shows what the decoder gives, at the very same times, whatever the clip is like."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from video_clips import MATRICES, MIRRORED, number, picture, with_edit, with_matrix, write_clip

from viddiff.memory.cache import Cache
from viddiff.memory.errors import Interrupted, VideoError
from viddiff.memory.values import VideoInfo
from viddiff.tools.proxies import LONG_SIDE, SHORT_SIDE, make_proxy, proxy_place, proxy_size, write_proxy
from viddiff.tools.video import frame_numbered, probe, sample

UNEVEN = [0, 40, 75, 130, 170, 300, 333, 367, 400, 900, 940, 1500]
"""Milliseconds."""


def steady(folder: Path) -> Path:
    return write_clip(folder / "steady.mp4", list(range(30)))


def ntsc(folder: Path) -> Path:
    return write_clip(folder / "ntsc.mp4", [1001 * k for k in range(40)], Fraction(1, 30000))


def variable(folder: Path) -> Path:
    return write_clip(folder / "variable.mkv", UNEVEN, Fraction(1, 1000))


def turned(folder: Path) -> Path:
    return with_matrix(steady(folder), MATRICES[90])


def mirrored(folder: Path) -> Path:
    return with_matrix(steady(folder), MIRRORED)


def trimmed(folder: Path) -> Path:
    clip = write_clip(folder / "trimmed.mp4", [k * 512 for k in range(40)], Fraction(1, 12288), options={"bf": "0"})
    return with_edit(clip, 7, 1000, 512)


def late(folder: Path) -> Path:
    return write_clip(folder / "late.mkv", [700 + 40 * k for k in range(25)], Fraction(1, 1000))


def b_frames(folder: Path) -> Path:
    return write_clip(folder / "b.mp4", list(range(40)), options={"preset": "medium", "bf": "3"})


def images(folder: Path) -> Path:
    place = folder / "images"
    place.mkdir()
    for index in range(12):
        Image.fromarray(picture(index)).save(place / f"{index}.png")
    return place


def odd(folder: Path) -> Path:
    place = folder / "odd.png"
    Image.fromarray(picture(5, 101, 33)).save(place)
    return place


CLIPS = (steady, ntsc, variable, turned, mirrored, trimmed, late, b_frames, images, odd)


def played(path: Path) -> tuple[np.ndarray, list[np.ndarray]]:
    """What a player shows: presentation times as they stand in the file, and the pictures."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        frames = list(container.decode(stream))
        times = [float((frame.pts or 0) * stream.time_base) for frame in frames]
        return np.array(times), [frame.to_ndarray(format="rgb24") for frame in frames]


def decoded(clip: VideoInfo) -> tuple[np.ndarray, list[np.ndarray]]:
    batches = list(sample(clip.path, None, short_side=SHORT_SIDE))
    return np.concatenate([batch.times_s for batch in batches]), [image for batch in batches for image in batch.images]


@pytest.mark.parametrize("make", CLIPS, ids=lambda make: make.__name__)
def test_a_proxy_keeps_times_and_pictures(make, tmp_path: Path) -> None:
    clip = probe(make(tmp_path))
    target = tmp_path / "proxy.mp4"
    write_proxy(clip, target)
    times, pictures = played(target)
    expected, originals = decoded(clip)
    assert times == pytest.approx(expected, abs=0.001)
    assert probe(target).duration_s == pytest.approx(clip.duration_s, abs=0.001)
    for shown, original in zip(pictures, originals, strict=True):
        height, width = min(shown.shape[0], original.shape[0]), min(shown.shape[1], original.shape[1])
        assert np.abs(shown[:height, :width].astype(int) - original[:height, :width]).mean() < 12
    if make in (steady, ntsc, variable, late, b_frames, images):
        assert [number(image) for image in pictures] == list(range(len(expected)))


def test_a_proxy_is_what_every_browser_plays(tmp_path: Path) -> None:
    target = tmp_path / "proxy.mp4"
    write_proxy(probe(write_clip(tmp_path / "long.mp4", list(range(120)))), target)
    with av.open(str(target)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert "Baseline" in str(stream.codec_context.profile)
        assert stream.time_base is not None
        assert [s.type for s in container.streams] == ["video"]
        packets = [p for p in container.demux(stream) if p.pts is not None]
        keys = [float(p.pts * stream.time_base) for p in packets if p.is_keyframe and p.pts is not None]
        assert [p.pts for p in packets] == sorted(p.pts or 0 for p in packets)
    assert keys[0] == 0
    assert max(np.diff([*keys, 5.0])) <= 0.5
    data = target.read_bytes()
    assert data.find(b"moov") < data.find(b"mdat")


def test_colours_survive(tmp_path: Path) -> None:
    colours = [(200, 30, 30), (30, 180, 60), (40, 60, 210), (128, 128, 128)]
    folder = tmp_path / "colours"
    folder.mkdir()
    for index, colour in enumerate(colours):
        Image.new("RGB", (64, 64), colour).save(folder / f"{index}.png")
    write_proxy(probe(folder), tmp_path / "proxy.mp4")
    _, pictures = decoded(probe(tmp_path / "proxy.mp4"))
    assert [np.abs(image.mean((0, 1)) - colour).max() < 4 for image, colour in zip(pictures, colours, strict=True)] == [True] * 4


@given(st.integers(1, 16384), st.integers(1, 16384))
def test_a_proxy_is_even_bounded_and_never_much_larger(width: int, height: int) -> None:
    w, h = proxy_size(width, height)
    assert w % 2 == h % 2 == 0
    assert 2 <= min(w, h) <= SHORT_SIDE
    assert max(w, h) <= LONG_SIDE
    assert w <= max(width + 1, 2)
    assert h <= max(height + 1, 2)


def test_a_proxy_is_made_once(tmp_path: Path) -> None:
    cache, clip = Cache(tmp_path / "cache"), probe(steady(tmp_path))
    told: list[float] = []
    place = make_proxy(cache, clip, told.append)
    assert place == proxy_place(cache, clip)
    assert 0 < max(told) <= 1
    Path(clip.path).unlink()
    assert make_proxy(cache, clip, lambda _: pytest.fail("made again")) == place


def test_what_stops_the_work_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    cache, clip = Cache(tmp_path / "cache"), probe(steady(tmp_path))

    def stop(share: float) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        make_proxy(cache, clip, stop)
    assert list(proxy_place(cache, clip).parent.iterdir()) == []
    Path(clip.path).unlink()
    with pytest.raises(VideoError):
        make_proxy(cache, clip)


def test_frames_by_their_number(tmp_path: Path) -> None:
    clip = variable(tmp_path)
    found = [frame_numbered(clip, index) for index in (0, 5, 11, 99)]
    assert [(frame.frame, number(frame.image)) for frame in found] == [(0, 0), (5, 5), (11, 11), (11, 11)]
    assert found[1].time_s == pytest.approx(0.3)
