"""From a clip to the track of a body, and two clips side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...memory.cache import Cache
from ...memory.values import VideoInfo
from ...tools import video
from ...tools.encoders import PoseEncoder
from ...tools.mediapipe_loading import load_mediapipe
from ...tools.pose import track_pose
from ...tools.pose_following import Detection, PoseEstimator
from ...tools.pose_mediapipe import MediaPipePose
from ...tools.workbench import SHORT_SIDE, Workbench
from . import peers
from .contests import Contest, Figure, Peer
from .films import write_squat
from .sizes import Sizes


def posing(folder: Path, sizes: Sizes) -> Iterator[Contest | Figure]:
    """Everything about following a body."""
    load_mediapipe()
    infos = [video.probe(write_squat(folder / f"{side}.mp4", side, sizes.fps, sizes.clip_s)) for side in "ab"]
    images = [image for batch in video.sample(infos[0].path, None, short_side=SHORT_SIDE) for image in batch.images]
    yield Contest(
        ours="decode, pose, track",
        do=lambda: tracked(infos[:1], folder),
        # 0.9 times its frames a second.
        peers=(Peer(name="bare MediaPipe loop, frames in memory", do=lambda: peers.bare_pose(images), wall=1 / 0.9),),
        frames=len(images),
        rounds=3,
    )
    yield Contest(
        ours="two clips tracked at once",
        do=lambda: tracked(infos, folder),
        peers=(Peer(name="one after the other", do=lambda: [tracked([info], folder) for info in infos], wall=0.70),),
        frames=sum(info.frames for info in infos),
        rounds=3,
    )

    yield Figure(
        what="share of the frames that adaptive sampling looks at",
        value=lambda: looks(infos[0], sparse=True) / infos[0].frames,
        goal=0.5,
        why="a quick squat, over and over",
    )


class _Counting:
    """An estimator that counts how often it is asked."""

    def __init__(self, estimator: PoseEstimator) -> None:
        self.name, self.restart, self._estimator, self.asked = estimator.name, estimator.restart, estimator, 0

    def estimate(self, frame: np.ndarray) -> Detection | None:
        self.asked += 1
        return self._estimator.estimate(frame)


def looks(info: VideoInfo, *, sparse: bool) -> int:
    """How often the model looks while a clip is tracked."""
    with MediaPipePose() as estimator:
        counting = _Counting(estimator)
        batches = video.sample(info.path, None, short_side=SHORT_SIDE)
        track_pose(batches, counting, width=info.width, height=info.height, sparse=sparse)
    return counting.asked


def tracked(infos: list[VideoInfo], folder: Path) -> None:
    """Decode and track some clips at once, in every frame, as a comparison does, with nothing in the cache."""
    Workbench(Cache(folder, enabled=False), [PoseEncoder()], MediaPipePose, fps=240.0).prepare(infos)
