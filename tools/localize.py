"""The localizer: similarities, repetitions and the stage alignment of one clip put together into its timeline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..memory.frame_index import FrameIndex
from ..memory.values import Repetition, Segment, Stage, StageSpan, Timeline
from .alignment import Alignment
from .body import Body
from .clip_quantities import posture
from .encoders import FrameEncoder
from .repetitions import Repetition as FoundRepetition
from .repetitions import align_repetitions, find_repetitions


def stage_similarities(index: FrameIndex, encoder: FrameEncoder, stages: Sequence[Stage]) -> np.ndarray:
    """(S, T) similarity of every frame to every stage: the mean over the stage's retrieval sentences that say anything."""
    rows = []
    for stage in stages:
        queries = encoder.encode_texts(stage.retrieval)
        spoken = queries[np.linalg.norm(queries, axis=1) > 0]
        rows.append(index.similarities(spoken).mean(axis=0) if len(spoken) else np.zeros(len(index)))
    return np.stack(rows) if rows else np.zeros((0, len(index)))


def build_timeline(
    body: Body, index: FrameIndex, encoder: FrameEncoder, stages: Sequence[Stage], peak_stage: str, *, cyclic: bool = True
) -> Timeline:
    """Find the repetitions of the action in one clip and the stages in each of them."""
    if len(body.times_s) == 0:
        return _still(0.0)
    found = find_repetitions(_gapless(posture(body)), body.times_s)
    similarities = stage_similarities(index, encoder, stages)
    alignments = align_repetitions(similarities, index.times_s, stages, found)
    repetitions = tuple(_repetition(r, alignment, peak_stage) for r, alignment in zip(found, alignments, strict=True))
    return (
        Timeline(repetitions=repetitions, still=all(r.still for r in found)) if repetitions else _still(float(body.times_s[-1]))
    )


def _still(end_s: float) -> Timeline:
    return Timeline(repetitions=(Repetition(segment=Segment(start_s=0.0, end_s=end_s), peak_s=end_s / 2),), still=True)


def _gapless(vectors: np.ndarray) -> np.ndarray:
    """Rows without a body take the nearest row that has one: a gap is not a movement."""
    present = np.flatnonzero(np.isfinite(vectors).all(axis=1))
    if not present.size:
        return np.zeros_like(vectors)
    rows = np.arange(len(vectors))
    after = np.clip(np.searchsorted(present, rows), 0, len(present) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(np.abs(present[after] - rows) <= np.abs(present[before] - rows), present[after], present[before])
    return vectors[nearest]


def _repetition(found: FoundRepetition, alignment: Alignment, peak_stage: str) -> Repetition:
    spans = []
    for placed in alignment.placements:
        if placed is None:
            continue
        at_peak = placed.stage == peak_stage and placed.segment.start_s <= found.peak_s <= placed.segment.end_s
        key_s = found.peak_s if at_peak else placed.key_s
        spans.append(StageSpan(stage=placed.stage, segment=placed.segment, key_s=key_s, margin=placed.margin))
    segment = Segment(start_s=found.start_s, end_s=found.end_s)
    return Repetition(segment=segment, peak_s=found.peak_s, partial=found.partial, spans=tuple(spans))
