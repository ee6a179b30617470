"""One clip as the measuring side sees it: what was probed, where the body is, and when the stages happen."""

from __future__ import annotations

from dataclasses import dataclass

from ..memory.values import Timeline, VideoInfo
from .body import Body
from .pose_track import PoseTrack


@dataclass(frozen=True)
class Clip:
    """Everything that measuring needs to know of one clip."""

    info: VideoInfo
    track: PoseTrack
    body: Body
    timeline: Timeline
