"""The real pose model: its errors, its silence, and what it does on real footage."""

import os
import sys
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from viddiff.memory.errors import SettingsError, SetupError
from viddiff.tools.mediapipe_loading import load_mediapipe, quiet_start
from viddiff.tools.pose import TrackedPose, track_pose
from viddiff.tools.pose_mediapipe import MediaPipePose, MediaPipeTasksPose

VIDEOS = Path(__file__).parents[2].parent / "shared" / "videos"
needs_videos = pytest.mark.skipif(not VIDEOS.is_dir(), reason="real footage is not beside this checkout (../shared/videos)")


def read(name: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    import av

    with av.open(str(VIDEOS / name)) as container:
        frames = [frame for frame, _ in zip(container.decode(video=0), range(count), strict=False)]
    return np.array([frame.time for frame in frames]), np.stack([frame.to_ndarray(format="rgb24") for frame in frames])


def follow(times_s: np.ndarray, images: np.ndarray) -> TrackedPose:
    batch = SimpleNamespace(times_s=times_s, frames=np.arange(len(times_s)), images=images)
    with MediaPipePose() as estimator:
        return track_pose([batch], estimator, width=images.shape[2], height=images.shape[1])


class Broken:
    """An import finder for which a system library is missing."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name == "mediapipe":
            raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")


def test_a_missing_system_library_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "mediapipe", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(SetupError, match=r"libGL\.so\.1.*apt-get install libgl1 libglib2\.0-0") as caught:
        load_mediapipe()
    assert "\n" not in str(caught.value)


def test_a_missing_or_wrong_mediapipe_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(SetupError, match=r"not installed.*mediapipe==0\.10\.14"):
        load_mediapipe()
    monkeypatch.setitem(sys.modules, "mediapipe", ModuleType("mediapipe"))
    with pytest.raises(SetupError, match=r"no models inside.*mediapipe==0\.10\.14"):
        load_mediapipe()


def test_stderr_works_again_after_a_quiet_start_even_when_it_fails(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), quiet_start():
        os.write(2, b"kept quiet\n" * (1 // 0))
    with quiet_start():
        os.write(2, b"kept quiet\n")
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"


def test_starting_looking_and_restarting_write_nothing_and_see_nobody_in_a_blank_frame(capfd: pytest.CaptureFixture[str]) -> None:
    with MediaPipePose() as estimator:
        assert estimator.estimate(np.zeros((120, 160, 3), np.uint8)) is None
        estimator.restart()
        assert estimator.estimate(np.zeros((120, 160, 3), np.uint8)) is None
        assert estimator.name == "mediapipe-0.10.14/pose-1"
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""


@needs_videos
def test_among_two_people_side_by_side_one_is_followed_throughout_and_every_time_alike() -> None:
    times_s, left = read("jumpingjack_a.mp4", 24)
    _, right = read("jumpingjack_b.mp4", 24)
    both = np.concatenate([left, right], axis=2)
    pose = follow(times_s, both)
    assert pose.track.present.all()
    hips = pose.track.landmarks[:, [23, 24], 0].mean(axis=1)
    assert np.ptp(hips) < 30
    again = follow(times_s, both)
    assert np.array_equal(again.track.landmarks, pose.track.landmarks)


@needs_videos
def test_a_look_at_one_frame_alone_remembers_nothing_and_leaves_what_is_remembered() -> None:
    _, images = read("squat_c.mp4", 3)
    with MediaPipePose() as plain, MediaPipePose() as other:
        expected = [plain.estimate(image) for image in images]
        first = other.estimate(images[0])
        alone = [other.estimate_alone(image) for image in (images[2], images[0])]
        found = [first, other.estimate(images[1]), other.estimate(images[2])]
        plain.restart()
        again = plain.estimate(images[2])
    assert all(one is not None for one in (*expected, *found, *alone, again))
    assert [one.landmarks.tolist() for one in found if one] == [one.landmarks.tolist() for one in expected if one]
    assert [one.landmarks.tolist() for one in alone if one] == [one.landmarks.tolist() for one in (again, expected[0]) if one]


@needs_videos
def test_a_person_too_small_for_one_look_is_found_through_windows() -> None:
    import cv2

    times_s, images = read("squat_c.mp4", 12)
    wide = np.full((12, 360, 640, 3), 128, np.uint8)
    for canvas, image in zip(wide, images, strict=True):
        canvas[260:350, 460:620] = cv2.resize(image, (160, 90), interpolation=cv2.INTER_AREA)
    alone, small = follow(times_s, images), follow(times_s, wide)
    assert small.track.present.all()
    shrunk = alone.track.landmarks[:, 11:, :2] * [160 / 854, 90 / 480] + [460, 260]
    assert np.median(np.linalg.norm(small.track.landmarks[:, 11:, :2] - shrunk, axis=2)) < 2


@pytest.mark.parametrize("content", [None, b"not a model"])
def test_a_task_file_that_is_none_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "my.task"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"my\.task.*expected a MediaPipe pose_landmarker \.task file"):
        MediaPipeTasksPose(path)


@needs_videos
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # MediaPipe's own metadata writer leaves one open.
def test_a_task_file_gives_the_same_body(tmp_path: Path) -> None:
    path = tmp_path / "pose.task"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as task:
        task.writestr("pose_detector.tflite", described("pose_detection/pose_detection.tflite", 127.5, 127.5))
        task.writestr("pose_landmarks_detector.tflite", described("pose_landmark/pose_landmark_full.tflite", 0.0, 255.0))
    _, images = read("squat_c.mp4", 1)
    with MediaPipeTasksPose(path) as tasks, MediaPipePose() as bundled:
        assert tasks.name.startswith("mediapipe-0.10.14/task-")
        one, other = tasks.estimate(images[0]), bundled.estimate(images[0])
    assert one is not None
    assert other is not None
    assert one.landmarks[11:, :2] == pytest.approx(other.landmarks[11:, :2], abs=10)


def described(model: str, mean: float, deviation: float) -> bytes:
    """A model out of the wheel with the note on its input that the Tasks API asks for."""
    from mediapipe.tasks.python.metadata.metadata_writers.metadata_writer import MetadataWriter

    path = Path(load_mediapipe().__file__).parent / "modules" / model
    writer = MetadataWriter.create(bytearray(path.read_bytes()))
    writer.add_image_input(norm_mean=[mean], norm_std=[deviation])
    return bytes(writer.populate()[0])
