"""Clips, timelines, windows and a workbench around stick figures."""

from collections.abc import Sequence

import numpy as np

from viddiff.memory.frame_index import FrameIndex
from viddiff.memory.values import (
    Difference,
    KeyFrame,
    Question,
    Repetition,
    Segment,
    Stage,
    StageSpan,
    Timeline,
    VideoInfo,
    Window,
)
from viddiff.tools.body import Body
from viddiff.tools.clip import Clip
from viddiff.tools.encoder_choice import Encoders
from viddiff.tools.encoders import ClipFrames, PoseEncoder, Witness
from viddiff.tools.hands import HandTrack
from viddiff.tools.motion import MotionTrack
from viddiff.tools.pose_track import PoseTrack, embodied


def span(stage: str, start: float, end: float, key: float | None = None, margin: float = 9.0) -> StageSpan:
    key = (start + end) / 2 if key is None else key
    return StageSpan(stage=stage, segment=Segment(start_s=start, end_s=end), key_s=key, margin=margin)


def repetition(start: float, end: float, *spans: StageSpan, peak: float | None = None, partial: bool = False) -> Repetition:
    peak = (start + end) / 2 if peak is None else peak
    return Repetition(segment=Segment(start_s=start, end_s=end), peak_s=peak, partial=partial, spans=spans)


def timeline(*repetitions: Repetition, still: bool = False) -> Timeline:
    return Timeline(repetitions=repetitions, still=still)


def window(start: float, end: float, key: float | None = None, *, moving: bool = False, whole: bool = False) -> Window:
    key = (start + end) / 2 if key is None else key
    return Window(segment=Segment(start_s=start, end_s=end), key_s=key, moving=moving, whole=whole)


def stage(name: str, *phases: str, retrieval: Sequence[str] = ("standing",)) -> Stage:
    return Stage(name=name, description=name, retrieval=tuple(retrieval), phases=phases)


def difference(
    quantity: str = "depth", direction: int = 1, *, id: str = "d1", stages: Sequence[str] = (), **question: object
) -> Difference:
    asked = Question.model_validate({"quantity": quantity, "direction": direction, **question})
    return Difference(id=id, description=f"more {quantity}", stages=tuple(stages), question=asked)


def video(track: PoseTrack, name: str = "a", **rest: object) -> VideoInfo:
    times = track.times_s
    fps = (len(times) - 1) / float(times[-1] - times[0]) if len(times) > 1 else 25.0
    known = {
        "path": f"{name}.mp4",
        "sha256": name,
        "duration_s": float(times[-1]),
        "fps": fps,
        "width": track.width,
        "height": track.height,
        "frames": len(times),
    }
    return VideoInfo.model_validate({**known, **rest})


def clip(track: PoseTrack, line: Timeline | None = None, *, name: str = "a", **info: object) -> Clip:
    """A clip whose timeline, if none is given, is one repetition from start to end."""
    line = line or timeline(repetition(0.0, float(track.times_s[-1])))
    return Clip(
        info=video(track, name, **info),
        track=track,
        body=Body(track),
        timeline=line,
        motion=lambda: stillness(track),
        hands=lambda: no_hands(track),
        embodied=embodied(track),
    )


def stillness(track: PoseTrack) -> MotionTrack:
    """A picture in which nothing moves."""
    between = (track.times_s[1:] + track.times_s[:-1]) / 2
    return MotionTrack(times_s=between, amount=np.zeros(len(between)), centroid=np.full((len(between), 2), np.nan))


def no_hands(track: PoseTrack) -> HandTrack:
    count = len(track.times_s)
    landmarks, score = np.full((count, 2, 21, 3), np.nan, np.float32), np.full((count, 2), np.nan, np.float32)
    return HandTrack(
        times_s=track.times_s, frames=track.frames, landmarks=landmarks, score=score, width=track.width, height=track.height
    )


class DrawnBench:
    """A workbench whose clips are stick figures: nothing is decoded or tracked."""

    def __init__(self, **tracks: PoseTrack) -> None:
        self.encoder = PoseEncoder()
        self.encoders = Encoders([self.encoder])
        self.tracks = tracks
        self.retracking: list[tuple[str, str, tuple[Segment, ...]]] = []

    @property
    def videos(self) -> dict:
        return {side: video(track, side) for side, track in self.tracks.items()}

    def prepare(self, clips: Sequence[VideoInfo]) -> None:
        """Nothing to do."""

    def track(self, info: VideoInfo) -> PoseTrack:
        return self.tracks[info.sha256]

    def retracked(self, info: VideoInfo, segments: Sequence[Segment], how: str) -> PoseTrack:
        self.retracking.append((info.sha256, how, tuple(segments)))
        return self.track(info)

    def witnesses(self, info: VideoInfo) -> tuple[Witness, ...]:
        encoded = self.encoder.encode_frames(ClipFrames((), self.track(info)))
        return (Witness(self.encoder, FrameIndex(encoded.times_s, encoded.vectors)),)

    def motion(self, info: VideoInfo) -> MotionTrack:
        return stillness(self.track(info))

    def hands(self, info: VideoInfo) -> HandTrack:
        return no_hands(self.track(info))

    def evidence(self, info: VideoInfo, keys_s: Sequence[float]) -> tuple[KeyFrame, ...]:
        times = self.track(info).times_s
        rows = [int(np.argmin(np.abs(times - key))) for key in keys_s]
        return tuple(KeyFrame(time_s=float(times[row]), frame=row) for row in rows)
