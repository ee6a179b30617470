"""Sampling, single frames and facts of sound video files: constant and variable rate, B-frames, turns, edit lists, codecs."""

import hashlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from video_clips import HEIGHT, MATRICES, MIRRORED, WIDTH, needs_encoder, number, picture, with_edit, with_matrix, write_clip

from viddiff.memory.errors import SettingsError
from viddiff.tools import video
from viddiff.tools.video_container import matched

B_FRAMES = {"preset": "medium", "bf": "3", "g": "12", "x264-params": "scenecut=0"}
VARIABLE = np.cumsum([0, *([33] * 20), *([100] * 10), 250, 7, 9, *([17] * 30)]).tolist()


def collect(path: Path, fps: float | None, **rest: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    batches = list(video.sample(path, fps, **rest))  # pyright: ignore[reportArgumentType]
    return tuple(np.concatenate([getattr(batch, name) for batch in batches]) for name in ("images", "times_s", "frames"))


def on_screen(times: list[Fraction], duration: Fraction, fps: int) -> list[int]:
    """By hand: which frame is seen at k / fps, each once."""
    seen = [
        max(i for i, t in enumerate(times) if t <= Fraction(k, fps))
        for k in range(int(duration * fps) + 1)
        if Fraction(k, fps) < duration
    ]
    return sorted(set(seen))


@pytest.fixture(scope="module")
def constant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clip") / "constant.mp4", list(range(120)), options=B_FRAMES)


@pytest.fixture(scope="module")
def variable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clip") / "variable.mp4", VARIABLE, Fraction(1, 1000), options=B_FRAMES)


@pytest.mark.parametrize("fps", [1, 7, 8, 10, 24, 60])
def test_constant_rate_samples_are_on_screen(constant: Path, fps: int) -> None:
    images, times, frames = collect(constant, fps)
    assert frames.tolist() == on_screen([Fraction(i, 24) for i in range(120)], Fraction(5), fps)
    assert [number(image) for image in images] == frames.tolist()
    assert times == pytest.approx(frames / 24)


@pytest.mark.parametrize("fps", [1, 8, 25, 200])
def test_variable_rate_samples_are_on_screen(variable: Path, fps: int) -> None:
    images, times, frames = collect(variable, fps)
    last = Fraction(17, 1000)
    assert frames.tolist() == on_screen([Fraction(t, 1000) for t in VARIABLE], Fraction(VARIABLE[-1], 1000) + last, fps)
    assert [number(image) for image in images] == frames.tolist()
    assert times == pytest.approx(np.array(VARIABLE)[frames] / 1000)


def test_every_frame_when_no_rate_is_given(constant: Path) -> None:
    images, _, frames = collect(constant, None)
    assert frames.tolist() == [number(image) for image in images] == list(range(120))


@pytest.mark.parametrize(("start_s", "end_s"), [(0, 1.0), (2.0, 3.0), (4.5, None), (4.8, 99), (1.99, 2.05)])
def test_a_range_is_the_same_part_of_the_whole(constant: Path, start_s: float, end_s: float | None) -> None:
    images, _, frames = collect(constant, 8, start_s=start_s, end_s=end_s)
    wanted = [k * 3 for k in range(40) if start_s <= k / 8 < (end_s or 99)]
    assert frames.tolist() == wanted == [number(image) for image in images]


def test_an_empty_range_gives_nothing(constant: Path) -> None:
    assert list(video.sample(constant, 8, start_s=7)) == []
    assert list(video.sample(constant, 8, start_s=2, end_s=1)) == []


def test_skipping_pictures_changes_no_pixel(constant: Path) -> None:
    every, _, _ = collect(constant, None)
    some, _, frames = collect(constant, 7)
    assert np.array_equal(some, every[frames])


def test_batches_are_bounded_and_typed(constant: Path) -> None:
    batches = list(video.sample(constant, None, short_side=32))
    assert [len(batch.frames) for batch in batches] == [32, 32, 32, 24]
    assert {batch.images.dtype for batch in batches} == {np.dtype(np.uint8)}
    assert batches[0].images.shape == (32, 32, 64, 3)
    assert (batches[0].times_s.dtype, batches[0].frames.dtype) == (np.float64, np.int64)


def test_scaling_never_enlarges(constant: Path) -> None:
    assert next(video.sample(constant, 1, short_side=4000)).images.shape[1:] == (HEIGHT, WIDTH, 3)


def test_sampling_can_be_left_early(constant: Path) -> None:
    batches = video.sample(constant, None)
    next(batches)
    batches.close()  # pyright: ignore[reportAttributeAccessIssue]


def test_a_wrong_rate_is_refused_at_once(constant: Path) -> None:
    with pytest.raises(SettingsError, match="fps"):
        video.sample(constant, 0)


def test_single_frames_in_any_order(constant: Path, variable: Path) -> None:
    frames = video.frames_at(constant, [4.0, 0.5, 99, -1, 0.5, 2.99])
    assert [frame.frame for frame in frames] == [96, 12, 119, 0, 12, 71]
    assert [number(frame.image) for frame in frames] == [96, 12, 119, 0, 12, 71]
    assert frames[0].image.shape == (HEIGHT, WIDTH, 3)
    assert frames[-1].time_s == pytest.approx(71 / 24)
    assert video.frames_at(constant, []) == ()
    for index in (0, 19, 31, 33, 40, 62):
        assert number(video.frame_at(variable, VARIABLE[index] / 1000).image) == index


def test_facts_of_a_plain_clip(constant: Path) -> None:
    info = video.probe(constant)
    assert (info.width, info.height, info.frames, info.fps, info.duration_s) == (WIDTH, HEIGHT, 120, 24, 5)
    assert info.warnings == ()
    assert info.sha256 == hashlib.sha256(constant.read_bytes()).hexdigest()
    assert info.path == str(constant)


def test_a_variable_rate_is_said(variable: Path) -> None:
    info = video.probe(variable)
    assert info.warnings == ("variable frame rate: 7 to 250 ms between frames",)
    assert info.frames == len(VARIABLE)
    assert info.fps == pytest.approx(len(VARIABLE) / (VARIABLE[-1] + 17) * 1000)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_clips_come_upright(tmp_path: Path, degrees: int) -> None:
    path = with_matrix(write_clip(tmp_path / "turned.mp4", list(range(24)), options=B_FRAMES), MATRICES[degrees])
    info = video.probe(path)
    assert info.warnings == (f"the file says it is rotated by {degrees} degrees; frames are turned upright",)
    expected = (WIDTH, HEIGHT) if degrees == 180 else (HEIGHT, WIDTH)
    assert (info.width, info.height) == expected
    images, _, frames = collect(path, 8, short_side=32)
    assert images.shape[1:3] == ((32, 64) if degrees == 180 else (64, 32))
    assert frames.tolist() == list(range(0, 24, 3))
    assert [number(np.rot90(image, degrees // 90)) for image in images] == frames.tolist()
    frame = video.frame_at(path, 0.5)
    assert frame.image.shape[:2] == expected[::-1]
    assert number(np.rot90(frame.image, degrees // 90)) == 12


def test_a_mirrored_clip_is_shown_as_players_show_it(tmp_path: Path) -> None:
    path = with_matrix(write_clip(tmp_path / "mirrored.mp4", list(range(20))), MIRRORED)
    assert "mirrored" in video.probe(path).warnings[0]
    assert number(video.frame_at(path, 0.5).image[:, ::-1]) == 12


def test_an_edit_list_counts_only_what_is_played(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "edited.mp4", list(range(48)), options=B_FRAMES)
    with_edit(path, skipped=17, kept_ms=1000, ticks_per_frame=512)
    info = video.probe(path)
    assert (info.frames, info.duration_s, info.fps) == (24, pytest.approx(1), pytest.approx(24))
    assert any("edit list" in warning for warning in info.warnings)
    images, times, frames = collect(path, None)
    assert frames.tolist() == list(range(24))
    assert [number(image) for image in images] == list(range(17, 41))
    assert times[0] == 0
    assert [number(frame.image) for frame in video.frames_at(path, [0, 0.5, 9])] == [17, 29, 40]


def test_a_late_start_is_time_zero(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "late.mkv", [1000 + i for i in range(24)])
    info = video.probe(path)
    assert (info.frames, info.duration_s) == (24, pytest.approx(1, abs=0.002))
    assert collect(path, None)[1][0] == 0


def test_pixels_that_are_not_square_are_stretched(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "wide.mp4", list(range(12)), pixel_aspect=Fraction(4, 3))
    info = video.probe(path)
    assert (info.width, info.height) == (171, HEIGHT)
    assert any("not square (4:3)" in warning for warning in info.warnings)
    assert video.frame_at(path, 0).image.shape == (HEIGHT, 171, 3)
    assert number(video.frame_at(path, 0.25).image) == 6


def test_odd_sizes(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "odd.mp4", list(range(8)), pixels="yuv444p", size=(65, 47))
    assert (video.probe(path).width, video.probe(path).height) == (65, 47)
    assert number(video.frame_at(path, 0.25).image) == 6


def test_ten_bit_and_hdr_colours_are_named(tmp_path: Path) -> None:
    needs_encoder("libx265")
    plain = {"x265-params": "log-level=none"}
    hdr = {"x265-params": "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"}
    path = write_clip(tmp_path / "ten.mp4", list(range(3)), codec="libx265", pixels="yuv420p10le", options=plain)
    assert video.probe(path).warnings == ("10-bit colours are shown with 8 bits",)
    path = write_clip(tmp_path / "hdr.mp4", list(range(3)), codec="libx265", pixels="yuv420p10le", options=hdr)
    assert video.probe(path).warnings == ("HDR colours are shown without tone mapping",)
    assert number(video.frame_at(path, 0.05).image) == 1


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        ("h264.mov", "libx264", "yuv420p"),
        ("h264.mkv", "libx264", "yuv420p"),
        ("h264.ts", "libx264", "yuv420p"),
        ("hevc.mp4", "libx265", "yuv420p"),
        ("vp8.webm", "libvpx", "yuv420p"),
        ("vp9.webm", "libvpx-vp9", "yuv420p"),
        ("av1.mp4", "libsvtav1", "yuv420p"),
        ("mpeg4.avi", "mpeg4", "yuv420p"),
        ("motion.avi", "mjpeg", "yuvj420p"),
        ("prores.mov", "prores_ks", "yuv422p10le"),
        ("small.gif", "gif", "rgb8"),
    ],
)
def test_formats(tmp_path: Path, name: str, codec: str, pixels: str) -> None:
    time_base = Fraction(1, 25) if name.endswith("gif") else Fraction(1, 24)
    path = write_clip(tmp_path / name, list(range(50)), time_base, codec, pixels=pixels)
    rate = 1 / time_base
    info = video.probe(path)
    assert (info.frames, info.width, info.height) == (50, WIDTH, HEIGHT)
    assert info.duration_s == pytest.approx(50 / rate, abs=0.01)
    images, times, frames = collect(path, None)
    assert frames.tolist() == [number(image) for image in images] == list(range(50))
    assert times == pytest.approx(frames / float(rate), abs=0.006)
    assert [number(frame.image) for frame in video.frames_at(path, [1.51, 0.01, 1.01])] == [int(1.51 * rate), 0, int(1.01 * rate)]


def test_a_frame_that_cannot_be_decoded_is_replaced_by_the_one_before() -> None:
    assert list(matched([(0, "a"), (2, "c"), (3, "d")], [0, 1, 3])) == [(0, "a"), (3, "d")]
    assert list(matched([(0, "a"), (2, "c"), (3, "d")], [1, 3])) == [(0, "a"), (3, "d")]
    assert list(matched([(0, "a"), (1, "b")], [1, 5, 6])) == [(1, "b")]
    assert list(matched([(0, "a"), (1, "b")], [5, 6])) == [(1, "b")]
    assert list(matched([], [5])) == []


def test_pictures_carry_their_numbers() -> None:
    assert [number(picture(index)) for index in range(256)] == list(range(256))
