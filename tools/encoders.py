"""Frame encoders: frames and texts into one space of unit vectors. The embedded one reads postures off the pose track."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..memory.frame_index import FrameIndex
from .body import Body
from .pose_track import PoseTrack
from .posture import feature_values, frame_vectors, text_vectors
from .posture_lexicon import PostureLexicon
from .video import FrameBatch


@dataclass(frozen=True)
class ClipFrames:
    """One clip as encoders may look at it: its pixels as a stream, its body as a track."""

    batches: Iterable[FrameBatch]
    track: PoseTrack


@dataclass(frozen=True)
class EncodedFrames:
    """Frame vectors (T, D) float32, unit or zero rows, at `times_s` (T,)."""

    times_s: np.ndarray
    vectors: np.ndarray


class FrameEncoder(Protocol):
    """Puts frames and texts into one space, in which an inner product says how well a text describes a frame."""

    @property
    def name(self) -> str:
        """What it is, precisely enough to be part of a cache key."""
        ...

    @property
    def fps(self) -> float | None:
        """Frames per second that it wants to look at, at most; None when it reads the body track and needs no pixels."""
        ...

    @property
    def short_side(self) -> int | None:
        """Pixels on the shorter side at which its frames should be decoded; None for full size."""
        ...

    def begin(self) -> None:
        """Start to make ready what `encode_*` needs beside other work, or raise the error that says what is missing."""
        ...

    def load(self) -> None:
        """Make it ready now, or raise the error that says what is missing or broken."""
        ...

    def encode_frames(self, clip: ClipFrames) -> EncodedFrames:
        """Unit vectors of a clip's frames; a frame that it can say nothing about is a zero vector."""
        ...

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """(Q, D) float32 unit vectors; a text that it does not understand is a zero vector."""
        ...


@dataclass(frozen=True)
class Witness:
    """One encoder and what it saw of one clip."""

    encoder: FrameEncoder
    index: FrameIndex


class PoseEncoder:
    """Interpretable posture features; texts are mapped to the same features by a lexicon."""

    fps: float | None = None
    short_side: int | None = None

    def __init__(self, lexicon: PostureLexicon | None = None) -> None:
        self._lexicon = lexicon or PostureLexicon.load()

    @property
    def name(self) -> str:
        """Changes with the features and scales, so that stored indexes never mix."""
        return "pose-1"

    def begin(self) -> None:
        """Nothing is missing: the lexicon was read with the encoder."""

    def load(self) -> None:
        """Likewise."""

    def encode_frames(self, clip: ClipFrames) -> EncodedFrames:
        """(T, 2F) vectors of the tracked body."""
        return EncodedFrames(clip.track.times_s, frame_vectors(feature_values(Body(clip.track))))

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """(Q, 2F) vectors of the postures that the texts describe."""
        return text_vectors([self._lexicon.features(text) for text in texts])
