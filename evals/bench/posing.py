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
from ..drawn import render_clip
from ..drawn.pairs import labelled_pairs
from . import peers
from .contests import Contest, Figure, Peer
from .films import write_squat
from .sizes import Sizes

SEED = 7
"""Of the drawn pairs that adaptive sampling is tried on."""


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
        value=lambda: share_looked_at(folder, sizes.sampled),
        goal=0.5,
        why=f"clips of {sizes.sampled} drawn pairs, of one action each",
    )


class _Counting:
    """An estimator that counts how often it is asked."""

    def __init__(self, estimator: PoseEstimator) -> None:
        self.name, self.restart, self._estimator, self.asked = estimator.name, estimator.restart, estimator, 0

    def estimate(self, frame: np.ndarray) -> Detection | None:
        self.asked += 1
        return self._estimator.estimate(frame)

    def estimate_alone(self, frame: np.ndarray) -> Detection | None:
        self.asked += 1
        return self._estimator.estimate_alone(frame)


def share_looked_at(folder: Path, pairs: int) -> float:
    """How often the model looks while one clip of each of some drawn pairs is tracked adaptively, over the frames of all."""
    looks = frames = 0
    for number, pair in enumerate(labelled_pairs(pairs, SEED)):
        take = pair.a
        info = video.probe(render_clip(pair.action, take.parameters, take.look, folder / f"drawn-{number}.mp4").path)
        with MediaPipePose() as estimator:
            counting = _Counting(estimator)
            batches = video.sample(info.path, None, short_side=SHORT_SIDE)
            track_pose(batches, counting, width=info.width, height=info.height, sparse=True)
        looks, frames = looks + counting.asked, frames + info.frames
    return looks / frames


def tracked(infos: list[VideoInfo], folder: Path) -> None:
    """Decode and track some clips at once, in every frame, as a comparison does, with nothing in the cache."""
    Workbench(Cache(folder, enabled=False), [PoseEncoder()], MediaPipePose, fps=240.0).prepare(infos)
