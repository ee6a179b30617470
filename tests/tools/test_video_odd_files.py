"""Files that are damaged, cut off, or no video at all."""

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from video_clips import HEIGHT, WIDTH, number, picture, write_clip

from viddiff.memory.errors import VideoError
from viddiff.tools import video

B_FRAMES = {"preset": "medium", "bf": "2", "g": "12", "x264-params": "scenecut=0"}


def add_sound(out: av.container.OutputContainer, seconds: float = 0.5) -> None:
    stream = out.add_stream("aac", rate=44100)
    for _ in range(int(seconds * 43)):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        out.mux(stream.encode(frame))
    out.mux(stream.encode())


def cut(path: Path, share: float) -> Path:
    """Keep a share of the media data of a file whose index comes first."""
    data = path.read_bytes()
    start = max(data.find(b"mdat"), 0)
    path.write_bytes(data[: start + int((len(data) - start) * share)])
    return path


def read_all(path: Path) -> list[int]:
    return [index for batch in video.sample(path, None) for index in batch.frames.tolist()]


def refused(path: Path | str, words: str) -> None:
    for read in (video.probe, lambda p: video.frame_at(p, 0), lambda p: next(video.sample(p, 8))):
        with pytest.raises(VideoError, match=words) as caught:
            read(path)
        assert "\n" not in str(caught.value)
        assert str(path) in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "none.mp4", "does not exist")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    refused(tmp_path / "empty.mp4", "is empty")


@pytest.mark.parametrize("name", ["text.mp4", "text.txt", "list.m3u8", "plain"])
def test_text_is_no_video(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("#EXTM3U\nhttp://127.0.0.1:9/a.ts\n" if name == "list.m3u8" else "hello there\n" * 200)
    refused(tmp_path / name, "video")


def test_random_bytes(tmp_path: Path) -> None:
    (tmp_path / "noise.mp4").write_bytes(np.random.default_rng(0).bytes(20000))
    refused(tmp_path / "noise.mp4", "cannot be read as a video|holds")


@pytest.mark.parametrize("address", ["https://example.org/a.mp4", "rtsp://camera/1"])
def test_addresses_are_not_opened(address: str) -> None:
    refused(address, "download")


def test_a_folder_without_images(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    refused(tmp_path, "folder without images")


def test_what_is_neither_file_nor_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    refused(tmp_path / "pipe.mp4", "not a file")


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.mp4"
    path.write_bytes(b"x")

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    refused(path, "permission")


def test_sound_only(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "song.m4a"), "w") as out:
        add_sound(out)
    refused(tmp_path / "song.m4a", "only sound")


def with_cover(path: Path, moving: bool) -> Path:
    with av.open(str(path), "w") as out:
        cover = out.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 32, 32, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        film = out.add_stream("libx264", rate=24) if moving else None
        if film:
            film.width, film.height, film.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        else:
            add_sound(out)
        image = av.VideoFrame.from_ndarray(np.full((32, 32, 3), 200, np.uint8))
        image.pts, image.time_base = 0, Fraction(1)
        out.mux(cover.encode(image))
        out.mux(cover.encode())
        for index in range(12 if film else 0):
            out.mux(film.encode(av.VideoFrame.from_ndarray(picture(index))))
        if film:
            out.mux(film.encode())
    return path


def test_a_cover_picture_is_not_the_video(tmp_path: Path) -> None:
    path = with_cover(tmp_path / "covered.mp4", moving=True)
    info = video.probe(path)
    assert (info.frames, info.width, info.height, info.warnings) == (12, WIDTH, HEIGHT, ())
    assert number(video.frame_at(path, 0.25).image) == 6


def test_sound_with_a_cover_picture_is_no_video(tmp_path: Path) -> None:
    refused(with_cover(tmp_path / "song.mp4", moving=False), "only a cover picture and sound")


@pytest.mark.parametrize("share", [0.5, 0.7, 0.999])
def test_a_file_cut_off_is_read_as_far_as_it_goes(tmp_path: Path, share: float) -> None:
    path = cut(write_clip(tmp_path / "cut.mp4", list(range(96)), options=B_FRAMES), share)
    info = video.probe(path)
    assert 10 < info.frames < 96
    assert any("cannot be decoded" in warning for warning in info.warnings)
    if share < 0.9:
        assert f"the last {96 - info.frames} frames cannot be decoded: the file is cut off" in info.warnings
    assert read_all(path) == list(range(info.frames))
    frames = video.frames_at(path, [0, 0.5, 99])
    assert [number(frame.image) for frame in frames[:2]] == [0, 12]
    assert frames[2].frame == info.frames - 1


def test_a_matroska_file_cut_off_says_so(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "cut.mkv", list(range(96)), options=B_FRAMES)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    info = video.probe(path)
    assert any("says that it lasts 4.0 s" in warning for warning in info.warnings)
    assert read_all(path) == list(range(info.frames))


def test_a_file_cut_off_before_its_first_frame(tmp_path: Path) -> None:
    refused(cut(write_clip(tmp_path / "cut.mp4", list(range(24))), 0.004), "cannot be read|no frame can be decoded")


def test_a_file_cut_off_before_its_index(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "late.mp4", list(range(24)), movflags="")
    path.write_bytes(path.read_bytes()[:-600])
    refused(path, "cut off")


def test_damage_in_the_middle(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "hurt.mp4", list(range(96)), options=B_FRAMES)
    data = bytearray(path.read_bytes())
    middle = (data.find(b"mdat") + len(data)) // 2
    data[middle : middle + 300] = np.random.default_rng(1).bytes(300)
    path.write_bytes(data)
    frames = video.frames_at(path, np.arange(96) / 24 + 0.001)
    assert len(frames) == 96
    assert [number(frame.image) for frame in frames[:12]] == list(range(12))
    indices = read_all(path)
    assert indices == sorted(set(indices))
    assert {0, 1, 2, 3, 4, 5, 94, 95} <= set(indices)


def test_a_stream_without_time_stamps(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "raw.h264", list(range(50)), Fraction(1, 25), options=B_FRAMES)
    info = video.probe(path)
    assert (info.frames, info.duration_s) == (50, pytest.approx(2))
    assert info.warnings == ("the file has no usable time stamps; 25 frames per second are assumed",)
    images = [image for batch in video.sample(path, 5) for image in batch.images]
    assert [number(image) for image in images] == list(range(0, 50, 5))
    assert number(video.frame_at(path, 1.0).image) == 25


def test_a_stream_that_begins_between_key_frames(tmp_path: Path) -> None:
    """What a decoder drops before the first key frame is not counted."""
    whole = write_clip(tmp_path / "whole.ts", list(range(60)), options=B_FRAMES)
    packets = []
    with av.open(str(whole)) as source:
        packets = [bytes(packet) for packet in source.demux(video=0) if packet.size]
    path = tmp_path / "late.h264"
    path.write_bytes(b"".join(packets[5:]))
    info = video.probe(path)
    assert 40 <= info.frames < 55
    assert read_all(path) == list(range(info.frames))


def test_several_video_streams(tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as out:
        streams = [out.add_stream("libx264", rate=24) for _ in range(2)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(6):
            for stream, shift in zip(streams, (0, 100), strict=True):
                out.mux(stream.encode(av.VideoFrame.from_ndarray(picture(index + shift))))
        for stream in streams:
            out.mux(stream.encode())
    assert "the file holds 2 video streams; the first is used" in video.probe(path).warnings
    assert number(video.frame_at(path, 0.125).image) == 3
