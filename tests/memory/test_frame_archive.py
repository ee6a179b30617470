"""An archive of many clips' frames: what is searched on disk is what would be found in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.memory import frame_archive
from viddiff.memory.errors import SettingsError
from viddiff.memory.frame_archive import ArchivedFrame, FrameArchive
from viddiff.memory.frame_index import FrameIndex, best


def _clips(seed: int, counts: list[int], width: int = 6) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(count, width)).astype(np.float32) for count in counts]


def _filled(folder: Path, clips: list[np.ndarray]) -> FrameArchive:
    archive = FrameArchive(folder)
    for number, vectors in enumerate(clips):
        archive.add(f"clip{number}", np.arange(len(vectors)) / 8, vectors)
    return archive


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 30), min_size=1, max_size=5), st.integers(1, 12))
def test_the_same_frames_are_found_as_in_memory(
    tmp_path_factory: pytest.TempPathFactory, seed: int, counts: list[int], k: int
) -> None:
    clips = _clips(seed, counts)
    everything = np.concatenate(clips)
    asked = np.random.default_rng(seed + 1).normal(size=(3, 6)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_archive, "CHUNK_BYTES", 7 * 6 * 4)
        scores, frames = _filled(tmp_path_factory.mktemp("archive"), clips).search(asked, k)
    expected, places = FrameIndex(np.arange(len(everything)) / 8, everything).search(asked, k)
    assert frames.tolist() == places.tolist()
    assert scores == pytest.approx(expected, abs=1e-5)


def test_a_frame_is_told_by_its_clip_and_time(tmp_path: Path) -> None:
    _filled(tmp_path, _clips(0, [3, 0, 5]))
    again = FrameArchive(tmp_path)
    assert [again.frame(number) for number in (0, 2, 3, 7)] == [
        ArchivedFrame(clip="clip0", time_s=0.0),
        ArchivedFrame(clip="clip0", time_s=0.25),
        ArchivedFrame(clip="clip2", time_s=0.0),
        ArchivedFrame(clip="clip2", time_s=0.5),
    ]
    assert ("clip1" in again, "clip3" in again, len(again)) == (True, False, 8)
    with pytest.raises(IndexError, match="no frame 8"):
        again.frame(8)


def test_a_clip_is_added_once(tmp_path: Path) -> None:
    archive = _filled(tmp_path, _clips(0, [4]))
    archive.add("clip0", np.arange(2), np.zeros((2, 6), np.float32))
    assert len(archive) == 4


def test_what_a_broken_off_clip_left_is_written_over(tmp_path: Path) -> None:
    first, second = _clips(0, [4, 3])
    _filled(tmp_path, [first])
    with (tmp_path / "vectors.f32").open("ab") as file:
        file.write(b"\x7f" * 40)
    archive = FrameArchive(tmp_path)
    archive.add("clip1", np.arange(3) / 8, second)
    assert (
        archive.search(second, 1)[1].tolist()
        == FrameIndex(np.arange(7), np.concatenate([first, second])).search(second, 1)[1].tolist()
    )
    assert (tmp_path / "vectors.f32").stat().st_size == 7 * 6 * 4


def test_an_empty_archive_finds_nothing(tmp_path: Path) -> None:
    assert FrameArchive(tmp_path / "none").search(np.ones((2, 6), np.float32), 5)[1].shape == (2, 0)


def test_vectors_of_another_encoder_are_refused(tmp_path: Path) -> None:
    archive = _filled(tmp_path, _clips(0, [4]))
    with pytest.raises(SettingsError, match=r"6 numbers.*same encoder"):
        archive.add("other", np.arange(2), np.zeros((2, 5), np.float32))
    with pytest.raises(SettingsError, match=r"6 numbers.*same encoder"):
        archive.search(np.zeros((1, 5), np.float32), 3)
    with pytest.raises(ValueError, match="do not fit"):
        archive.add("other", np.arange(3), np.zeros((2, 6), np.float32))


def test_a_file_that_was_cut_off_is_told(tmp_path: Path) -> None:
    archive = _filled(tmp_path, _clips(0, [4]))
    (tmp_path / "vectors.f32").write_bytes(b"\0" * 24)
    with pytest.raises(SettingsError, match="shorter than its list"):
        archive.search(np.zeros((1, 6), np.float32), 3)


def test_of_equals_the_earlier_comes_first() -> None:
    values, places = best(np.array([[1.0, 3.0, 3.0, 2.0, 3.0]]), 4)
    assert (values.tolist(), places.tolist()) == ([[3.0, 3.0, 3.0, 2.0]], [[1, 2, 4, 3]])
