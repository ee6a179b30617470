"""The pose estimators: MediaPipe Pose, whose model travels inside its wheel, and its Tasks API for a model file of your own."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from ..memory.errors import SettingsError
from .mediapipe_loading import BLANK, load_mediapipe, quiet_start
from .pose_following import Detection


class MediaPipePose:
    """BlazePose "full" (Bazarevsky et al. 2020) in its tracking mode, about 45 frames/s on one core whatever the frame size.

    Only `model_complexity=1` is inside the wheel; 0 and 2 would be downloaded. MediaPipe's own smoothing stays off: it looks back
    only, so it moves every peak later.

    Raises:
        SetupError: MediaPipe cannot be loaded.
    """

    def __init__(self) -> None:
        self.name = f"mediapipe-{version('mediapipe')}/pose-1"
        self._graph = _started(remembers=True)
        self._alone: Any = None
        self._remembers = False

    def estimate(self, frame: np.ndarray) -> Detection | None:
        """Find one body; see `PoseEstimator`."""
        self._remembers = True
        return _found(self._graph, frame)

    def estimate_alone(self, frame: np.ndarray) -> Detection | None:
        """Likewise by this frame alone, with a second graph: to start the first anew takes twice as long as a look at a frame."""
        self._alone = self._alone or _started(remembers=False)
        return _found(self._alone, frame)

    def restart(self) -> None:
        """Forget the previous frame; where there was one, the models are loaded anew, which takes about 75 ms."""
        if not self._remembers:
            return
        with quiet_start():
            self._graph.reset()
            self._graph.process(BLANK)
        self._remembers = False

    def close(self) -> None:
        """Let go of the model."""
        self._graph.close()
        if self._alone is not None:
            self._alone.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class MediaPipeTasksPose:
    """A `pose_landmarker*.task` file of your own (lite, full or heavy) through MediaPipe's Tasks API.

    Every frame is looked at by itself, at about 30 frames/s: this API's video mode smooths without asking and moves peaks later.

    Args:
        task_path: the `.task` file.

    Raises:
        SettingsError: the file is absent or is no pose model.
        SetupError: MediaPipe cannot be loaded.
    """

    def __init__(self, task_path: str | Path) -> None:
        path = Path(task_path)
        if not path.is_file():
            raise SettingsError(f"pose model {path}: no such file; expected a MediaPipe pose_landmarker .task file")
        model = path.read_bytes()
        self.name = f"mediapipe-{version('mediapipe')}/task-{hashlib.sha256(model).hexdigest()[:16]}"
        self._mediapipe = load_mediapipe()
        with quiet_start():
            self._landmarker = self._open(model, path)

    def _open(self, model: bytes, path: Path) -> Any:
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_buffer=model))
        try:
            return vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise SettingsError(f"pose model {path}: {reason}; expected a MediaPipe pose_landmarker .task file") from error

    def estimate(self, frame: np.ndarray) -> Detection | None:
        """Find one body; see `PoseEstimator`."""
        image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(frame))
        found = self._landmarker.detect(image)
        if not found.pose_landmarks:
            return None
        return _detection(found.pose_landmarks[0], found.pose_world_landmarks[0], frame)

    def estimate_alone(self, frame: np.ndarray) -> Detection | None:
        """The same."""
        return self.estimate(frame)

    def restart(self) -> None:
        """Nothing to forget: frames are looked at one by one."""

    def close(self) -> None:
        """Let go of the model."""
        self._landmarker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _started(*, remembers: bool) -> Any:
    """A graph whose models are loaded."""
    mediapipe = load_mediapipe()
    with quiet_start():
        graph = mediapipe.solutions.pose.Pose(static_image_mode=not remembers, model_complexity=1, smooth_landmarks=False)
        graph.process(BLANK)
    return graph


def _found(graph: Any, frame: np.ndarray) -> Detection | None:
    found = graph.process(frame)
    if found.pose_landmarks is None or found.pose_world_landmarks is None:
        return None
    return _detection(found.pose_landmarks.landmark, found.pose_world_landmarks.landmark, frame)


def _detection(points: Any, world: Any, frame: np.ndarray) -> Detection:
    height, width = frame.shape[:2]
    # MediaPipe gives depth in frame widths.
    landmarks = [(p.x * width, p.y * height, p.z * width, p.visibility) for p in points]
    return Detection(landmarks=np.array(landmarks), world=np.array([(p.x, p.y, p.z) for p in world]))
