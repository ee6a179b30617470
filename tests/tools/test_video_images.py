"""Folders of images, single images and animated ones."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from video_clips import HEIGHT, WIDTH, number, picture

from viddiff.memory.errors import SettingsError, VideoError
from viddiff.tools import video
from viddiff.tools.image_folder import natural_key

STILL = "the clip is one still picture: no movement can be measured in it"


def save(path: Path, index: int, **rest: object) -> Path:
    Image.fromarray(picture(index)).save(path, **rest)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for index, suffix in enumerate(["jpg", "PNG", "webp", "bmp", "jpeg"] * 3):
        save(tmp_path / f"frame{index}.{suffix}", index)
    (tmp_path / "notes.txt").write_text("ignored")
    (tmp_path / ".frame99.png").write_text("ignored")
    return tmp_path


def test_a_folder_is_a_clip_in_natural_order(folder: Path) -> None:
    info = video.probe(folder)
    assert (info.frames, info.fps, info.duration_s, info.width, info.height) == (15, 30, 0.5, WIDTH, HEIGHT)
    assert info.warnings == ()
    (batch,) = video.sample(folder, None)
    assert [number(image) for image in batch.images] == batch.frames.tolist() == list(range(15))
    assert batch.times_s == pytest.approx(np.arange(15) / 30)


def test_the_rate_of_a_folder_is_given(folder: Path) -> None:
    assert video.probe(folder, folder_fps=5).duration_s == 3
    (batch,) = video.sample(folder, 2, folder_fps=5, short_side=32)
    assert batch.frames.tolist() == [0, 2, 5, 7, 10, 12]
    assert batch.images.shape == (6, 32, 64, 3)
    assert number(video.frame_at(folder, 99, folder_fps=5).image) == 14
    with pytest.raises(SettingsError, match="folder"):
        video.probe(folder, folder_fps=0)


def test_the_digest_of_a_folder_covers_names_and_contents(folder: Path) -> None:
    before = video.probe(folder).sha256
    (folder / "notes.txt").write_text("still ignored")
    assert video.probe(folder).sha256 == before
    (folder / "frame0.jpg").rename(folder / "frame0a.jpg")
    renamed = video.probe(folder).sha256
    save(folder / "frame1.PNG", 200)
    assert len({before, renamed, video.probe(folder).sha256}) == 3


def test_images_of_another_size_are_scaled(folder: Path) -> None:
    Image.fromarray(picture(20, 60, 40)).save(folder / "frame20.png")
    assert video.probe(folder).warnings == (f"1 images have another size than the first; they are scaled to {WIDTH} x {HEIGHT}",)
    assert number(video.frame_at(folder, 99).image) == 20


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo.webp", "photo.bmp"])
def test_one_image_is_a_clip_of_one_frame(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / name, 37)
    info = video.probe(path)
    assert (info.frames, info.warnings) == (1, (STILL,))
    (batch,) = video.sample(path, 8)
    assert number(batch.images[0]) == number(video.frame_at(path, 5).image) == 37


def test_a_turned_photo_comes_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = save(tmp_path / "phone.jpg", 37, exif=exif)
    info = video.probe(path)
    assert (info.width, info.height) == (HEIGHT, WIDTH)
    assert number(np.rot90(video.frame_at(path, 0).image)) == 37


@pytest.mark.parametrize("name", ["moving.webp", "moving.png"])
def test_animated_pictures_keep_their_times(tmp_path: Path, name: str) -> None:
    images = [Image.fromarray(picture(index)) for index in range(6)]
    durations = [100, 100, 500, 100, 100, 1000]
    images[0].save(tmp_path / name, save_all=True, append_images=images[1:], duration=durations, lossless=True)
    info = video.probe(tmp_path / name)
    assert (info.frames, info.duration_s) == (6, pytest.approx(1.9))
    (batch,) = video.sample(tmp_path / name, 4)
    assert batch.times_s == pytest.approx([0, 0.2, 0.7, 0.9])
    assert [number(image) for image in batch.images] == batch.frames.tolist() == [0, 2, 3, 5]
    assert [number(frame.image) for frame in video.frames_at(tmp_path / name, [1.8, 0.15])] == [5, 1]


def test_an_image_that_asks_for_all_memory_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image.Image, "convert", greedy)
    with pytest.raises(VideoError, match=r"frame0\.jpg' cannot be read as an image \(it asks for more memory than there is\)"):
        list(video.sample(folder, None))


def test_broken_images_are_named(folder: Path) -> None:
    (folder / "frame3.bmp").write_bytes(b"no image")
    with pytest.raises(VideoError, match=r"frame3\.bmp.*cannot be read as an image"):
        video.probe(folder)


def test_an_image_cut_off_is_named(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 128, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(VideoError, match=r"a\.png.*cannot be read as an image"):
        next(video.sample(tmp_path, None))


def test_gigantic_images_are_refused(tmp_path: Path) -> None:
    Image.new("1", (20000, 10)).save(tmp_path / "long.png")
    with pytest.raises(VideoError, match="20000 x 10"):
        video.probe(tmp_path / "long.png")


@given(st.lists(st.integers(0, 10**6), unique=True, max_size=8))
def test_numbers_in_names_sort_by_value(numbers: list[int]) -> None:
    names = [f"Take {value} b" for value in numbers]
    assert sorted(names, key=natural_key) == [f"Take {value} b" for value in sorted(numbers)]


@given(st.lists(st.text(max_size=8), max_size=8))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert sorted(sorted(names, key=natural_key)) == sorted(names)
