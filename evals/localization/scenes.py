"""A drawn pair as the tools see it: its clips on a workbench, the plan for its statements, and what is true of its moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from ...memory.cache import Cache
from ...memory.frame_index import FrameIndex
from ...memory.state import Plan, Statement
from ...memory.values import Segment, Side, VideoInfo
from ...tools.encoders import ClipFrames, FrameEncoder, Witness
from ...tools.pair import SIDES
from ...tools.pose_track import PoseTrack
from ...tools.propose import LibraryProposer
from ...tools.video import FrameBatch, probe
from ...tools.workbench import Workbench
from ..drawn.camera import Lens
from ..drawn.clip import frames_of
from ..drawn.kinematics import Skeleton
from ..drawn.look import Look
from ..drawn.pairs import DrawnPair, write_pair
from ..drawn.statements import Take
from ..drawn.truth import Performance, perform

SMALL_SIDE = 128
"""Pixels on the shorter side of clips that are drawn for encoders only."""
SMALL_FPS = 15.0
LOOKED_EVERY = 2
"""Encoders look at every second frame of these: 7.5 a second, about the paper's rate."""
JITTER = 0.003
"""Error of the joints of true bodies, as a share of their standing height; a tracker's is about three times that."""


@dataclass(frozen=True)
class Scene:
    """One pair, ready to be looked at."""

    pair: DrawnPair
    plan: Plan
    videos: dict[Side, VideoInfo]
    bench: Workbench
    performed: dict[Side, Performance]


def small(take: Take) -> Take:
    """The same take filmed small and with few frames, as much as encoders look at."""
    look, scale = take.look, SMALL_SIDE / min(take.look.width, take.look.height)
    size = {name: 2 * round(getattr(look, name) * scale / 2) for name in ("width", "height")}
    return take.model_copy(
        update={"look": look.model_copy(update={**size, "fps": SMALL_FPS, "noise": look.noise / 2, "blur": 0.0})}
    )


def true_scene(pair: DrawnPair, encoders: Sequence[FrameEncoder], plan: Plan) -> Scene:
    """A pair with its true bodies: nothing is tracked and no file is written, so what is lost is lost by the localizer."""
    takes: dict[Side, Take] = {"a": small(pair.a), "b": small(pair.b)}
    performed: dict[Side, Performance] = {side: perform(take.parameters, take.look) for side, take in takes.items()}
    videos: dict[Side, VideoInfo] = {side: _info(side, performed[side], takes[side].look) for side in SIDES}
    return Scene(pair, plan, videos, TrueBench(takes, performed, encoders), performed)


def tracked_scene(pair: DrawnPair, encoders: Sequence[FrameEncoder], folder: Path, plan: Plan) -> Scene:
    """A pair as a user would have it: drawn to files, decoded, tracked; what is slow is kept in the folder."""
    from ...tools.pose_mediapipe import MediaPipePose

    place = folder / f"{pair.action}-{pair.difficulty}-{pair.seed}"
    if not (place / "truth.json").is_file():
        write_pair(pair, place)
    videos: dict[Side, VideoInfo] = {side: probe(place / f"{side}.mp4") for side in SIDES}
    bench = Workbench(Cache(folder / "home" / "cache"), encoders, MediaPipePose, fps=30.0)
    takes: dict[Side, Take] = {"a": pair.a, "b": pair.b}
    performed: dict[Side, Performance] = {side: perform(take.parameters, take.look) for side, take in takes.items()}
    return Scene(pair, plan, videos, bench, performed)


def plan_of(pair: DrawnPair, proposer: LibraryProposer) -> Plan:
    """The library's stages for the pair's action, and its statements read as questions."""
    asked = [Statement(id=s.id, description=s.description) for s in pair.statements]
    return proposer.closed(pair.description, asked)


class TrueBench(Workbench):
    """A workbench on which nothing has to be found out: bodies are the drawn ones, frames are drawn when an encoder looks."""

    def __init__(self, takes: dict[Side, Take], performed: dict[Side, Performance], encoders: Sequence[FrameEncoder]) -> None:
        super().__init__(Cache(Path(), enabled=False), encoders, _nobody, fps=SMALL_FPS)
        self._takes, self._performed = takes, performed
        self._bodies: dict[Side, PoseTrack] = {side: true_track(performed[side], takes[side].look) for side in SIDES}
        self._seen: dict[tuple[str, str], FrameIndex] = {}

    def prepare(self, clips: Sequence[VideoInfo]) -> None:
        """Nothing is slow."""

    def track(self, clip: VideoInfo) -> PoseTrack:
        """The true body."""
        return self._bodies[_side(clip)]

    def retracked(self, clip: VideoInfo, segments: Sequence[Segment], how: str) -> PoseTrack:
        """The true body: looking closer shows nothing new."""
        return self.track(clip)

    def witnesses(self, clip: VideoInfo) -> tuple[Witness, ...]:
        """What each encoder sees of the drawn frames."""
        return tuple(Witness(encoder, self._index_of(clip, encoder)) for encoder in self.encoders)

    def _index_of(self, clip: VideoInfo, encoder: FrameEncoder) -> FrameIndex:
        key = clip.sha256, encoder.name
        if key not in self._seen:
            side = _side(clip)
            frames = self._frames(side) if encoder.fps else ()
            encoded = encoder.encode_frames(ClipFrames(frames, self._bodies[side]))
            self._seen[key] = FrameIndex(encoded.times_s, encoded.vectors)
        return self._seen[key]

    def _frames(self, side: Side) -> tuple[FrameBatch, ...]:
        return (looked_at(self._performed[side], self._takes[side].look),)


def looked_at(performance: Performance, look: Look) -> FrameBatch:
    """The frames of a clip that encoders look at, drawn now."""
    rows = np.arange(0, len(performance.times_s), LOOKED_EVERY)
    body = performance.skeleton
    fewer = performance.model_copy(
        update={"times_s": performance.times_s[rows], "skeleton": Skeleton(*(joints[rows] for joints in body))}
    )
    return FrameBatch(images=np.stack(list(frames_of(fewer, look))), times_s=fewer.times_s, frames=rows)


def true_track(performance: Performance, look: Look) -> PoseTrack:
    """The drawn body as a tracker would hand it out, every joint seen, with a little noise."""
    points, lens = performance.skeleton.points, performance.lens
    noise = np.random.default_rng(look.seed).normal(0, JITTER * look.figure.height_m, points.shape)
    points = points + noise
    pixels, depth = lens.project(points), lens.depth(points)
    hips = (points[:, 23] + points[:, 24])[:, None] / 2
    near = (depth - lens.depth(hips)) * lens.scale / lens.depth(hips)
    seen = np.ones((*points.shape[:2], 1))
    count = len(points)
    return PoseTrack(
        times_s=performance.times_s,
        frames=np.arange(count),
        landmarks=np.concatenate([pixels, near[..., None], seen], axis=-1).astype(np.float32),
        world=_seen_from(lens, points - hips).astype(np.float32),
        filled=np.zeros(count, bool),
        width=look.width,
        height=look.height,
    )


def _seen_from(lens: Lens, vectors: np.ndarray) -> np.ndarray:
    """(..., 3) right, down, into the picture, metres."""
    return vectors @ lens.axes.T * np.array([1.0, -1.0, 1.0])


def _info(side: Side, performance: Performance, look: Look) -> VideoInfo:
    count = len(performance.times_s)
    return VideoInfo(
        path=side, sha256=side, duration_s=count / look.fps, fps=look.fps, width=look.width, height=look.height, frames=count
    )


def _side(clip: VideoInfo) -> Side:
    return "a" if clip.sha256 == "a" else "b"


def _nobody() -> NoReturn:
    raise RuntimeError("true bodies are not tracked")
