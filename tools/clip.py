"""One clip as the measuring side sees it: what was probed, where the body is, and when the stages happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..memory.values import Timeline, VideoInfo
from .body import Body
from .hands import HandTrack
from .motion import MotionTrack
from .pose_track import PoseTrack


@dataclass(frozen=True)
class Clip:
    """Everything that measuring needs to know of one clip."""

    info: VideoInfo
    track: PoseTrack
    body: Body
    timeline: Timeline
    motion: Callable[[], MotionTrack]
    """How the picture moves; made when it is asked for."""
    hands: Callable[[], HandTrack]
    """Likewise the landmarks of both hands."""
    embodied: bool = True
    """Whether a whole body is in view often enough to be measured."""
