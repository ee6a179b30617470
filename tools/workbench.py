"""The workbench of one run: clips probed, bodies tracked, indexes built; each made once and kept in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from copy import copy
from pathlib import Path
from typing import Literal, Self

import numpy as np

from ..memory.cache import Cache, content_key
from ..memory.frame_index import FrameIndex
from ..memory.values import KeyFrame, Segment, VideoInfo
from . import video
from .encoder_choice import Encoders
from .encoders import ClipFrames, FrameEncoder, Witness
from .hands import HandTrack, track_hands
from .motion import MotionTrack, track_motion
from .motion_file import load_hands, load_motion, save_hands, save_motion
from .pose import TrackedPose, track_pose
from .pose_file import load_track, save_track
from .pose_following import PoseEstimator
from .pose_track import PoseTrack, merged
from .video import FrameBatch

SHORT_SIDE = 480
"""Pixels on the shorter side at which the body is tracked: the model costs the same at any size."""
TRACK_VERSION = "mediapipe-0.10.14/4"
"""Changes whenever the same pixels would give another track."""

Progress = Callable[[str, float], None]
"""Told what is being done and the share of it that is finished, 0 to 1."""


def silent(what: str, share: float) -> None:
    """A progress listener that does not listen."""


class Workbench:
    """Does the slow things to clips, each once: results are kept in memory for the run and in the cache for the next."""

    def __init__(
        self,
        cache: Cache,
        encoders: Encoders | Sequence[FrameEncoder],
        new_estimator: Callable[[], AbstractContextManager[PoseEstimator]],
        *,
        fps: float,
        progress: Progress = silent,
        track_version: str = TRACK_VERSION,
        sparse: bool = False,
    ) -> None:
        self.cache = cache
        self.encoders = encoders if isinstance(encoders, Encoders) else Encoders(encoders)
        self._progress = progress
        self._new_estimator = new_estimator
        self._fps = fps
        self._sparse = sparse
        self._track_version = f"{track_version}/sparse" if sparse else track_version
        self._tracks: dict[str, PoseTrack] = {}

    def seen_by(self, encoders: Sequence[FrameEncoder]) -> Self:
        """The same workbench with other encoders; what was tracked is shared."""
        other = copy(self)
        other.encoders = Encoders(encoders)
        return other

    def prepare(self, clips: Sequence[VideoInfo]) -> None:
        """Track the bodies of all clips side by side: decoding and the pose model leave Python's lock alone."""
        with ThreadPoolExecutor(max_workers=max(len(clips), 1)) as pool:
            list(pool.map(self.track, {clip.sha256: clip for clip in clips}.values()))

    def track(self, clip: VideoInfo) -> PoseTrack:
        """The body in one clip at the run's sampling rate."""
        if clip.sha256 not in self._tracks:
            self._tracks[clip.sha256] = self._tracked(clip, self._fps, None, SHORT_SIDE)
        return self._tracks[clip.sha256]

    def retracked(self, clip: VideoInfo, segments: Sequence[Segment], how: Literal["dense", "crop"]) -> PoseTrack:
        """The same body with every frame of some spans tracked again; `crop` does so at the clip's full size.

        Where every frame was tracked already, `dense` would track the same ones once more, and does nothing.
        """
        track = self.track(clip)
        if how == "dense" and not self._sparse and bool((np.diff(track.frames) == 1).all()):
            return track
        for segment in _whole_seconds(segments, clip.duration_s):
            track = merged(track, self._tracked(clip, None, segment, None if how == "crop" else SHORT_SIDE))
        return track

    def witnesses(self, clip: VideoInfo) -> tuple[Witness, ...]:
        """What each encoder sees in one clip, searchable."""
        return tuple(Witness(encoder, self._index(clip, encoder)) for encoder in self.encoders)

    def motion(self, clip: VideoInfo) -> MotionTrack:
        """How the picture of one clip moves."""
        key = content_key("motion", clip.sha256, self._fps)
        return self.cache.get("motion", key, ".npz", load_motion, lambda: track_motion(self._small(clip)), save_motion)

    def hands(self, clip: VideoInfo) -> HandTrack:
        """Where both hands are in one clip."""
        key = content_key("hands", clip.sha256, TRACK_VERSION, self._fps)
        return self.cache.get(
            "hands",
            key,
            ".npz",
            load_hands,
            lambda: track_hands(self._small(clip), width=clip.width, height=clip.height),
            save_hands,
        )

    def _small(self, clip: VideoInfo) -> Iterator[FrameBatch]:
        batches = video.sample(clip.path, self._fps, short_side=SHORT_SIDE)
        return self._told(batches, clip, 0.0, None, "looking at the movement in")

    def _index(self, clip: VideoInfo, encoder: FrameEncoder) -> FrameIndex:
        fps = min(encoder.fps or self._fps, self._fps)
        key = content_key("index", clip.sha256, encoder.name, self._track_version, fps)
        return self.cache.get("indexes", key, ".npz", FrameIndex.load, lambda: self._indexed(clip, encoder, fps), FrameIndex.save)

    def _indexed(self, clip: VideoInfo, encoder: FrameEncoder, fps: float) -> FrameIndex:
        batches: Iterable[FrameBatch] = ()
        if encoder.fps:
            batches = self._told(
                video.sample(clip.path, fps, short_side=encoder.short_side), clip, 0.0, None, "encoding the frames of"
            )
        encoded = encoder.encode_frames(ClipFrames(batches, self.track(clip)))
        return FrameIndex(encoded.times_s, encoded.vectors)

    def _tracked(self, clip: VideoInfo, fps: float | None, segment: Segment | None, short_side: int | None) -> PoseTrack:
        start_s, end_s = (segment.start_s, segment.end_s) if segment else (0.0, None)

        def make() -> TrackedPose:
            batches = video.sample(clip.path, fps, short_side=short_side, start_s=start_s, end_s=end_s)
            with self._new_estimator() as estimator:
                told = self._told(batches, clip, start_s, end_s)
                return track_pose(told, estimator, width=clip.width, height=clip.height, sparse=self._sparse and segment is None)

        key = content_key("track", clip.sha256, self._track_version, fps, start_s, end_s, short_side)
        return self.cache.get("tracks", key, ".npz", load_track, make, save_track).track

    def _told(
        self,
        batches: Iterator[FrameBatch],
        clip: VideoInfo,
        start_s: float,
        end_s: float | None,
        what: str = "tracking the body in",
    ) -> Iterator[FrameBatch]:
        length = max((end_s or clip.duration_s) - start_s, 1e-6)
        for batch in batches:
            yield batch
            self._progress(f"{what} {Path(clip.path).name}", min((float(batch.times_s[-1]) - start_s) / length, 1.0))

    def evidence(self, clip: VideoInfo, keys_s: Sequence[float]) -> tuple[KeyFrame, ...]:
        """Key frames with the body in them, for some instants of one clip."""
        track = self.track(clip)
        return tuple(_key_frame(track, time_s) for time_s in keys_s)


def _whole_seconds(segments: Sequence[Segment], end_s: float) -> list[Segment]:
    """The seconds that the segments touch, neighbours joined: differences that look at the same moment share the work."""
    touched = sorted(
        {second for s in segments for second in range(int(s.start_s), max(int(np.ceil(s.end_s)), int(s.start_s) + 1))}
    )
    joined: list[list[int]] = []
    for second in touched:
        if joined and joined[-1][1] == second:
            joined[-1][1] = second + 1
        else:
            joined.append([second, second + 1])
    return [Segment(start_s=float(start), end_s=float(end)) for start, end in joined if start < end_s]


def _key_frame(track: PoseTrack, time_s: float) -> KeyFrame:
    if not len(track.times_s):
        return KeyFrame(time_s=max(time_s, 0.0), frame=0)
    row = int(np.argmin(np.abs(track.times_s - time_s)))
    pose = None
    if track.present[row]:
        pose = tuple((round(float(x), 1), round(float(y), 1), round(float(v), 2)) for x, y, _, v in track.landmarks[row])
    # Not rounded: a little before its own time, the frame before is still on screen.
    return KeyFrame(time_s=float(track.times_s[row]), frame=int(track.frames[row]), pose=pose)
