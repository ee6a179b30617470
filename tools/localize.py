"""The localizer: similarities, repetitions and the stage alignment of one clip put together into its timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..memory.frame_index import FrameIndex
from ..memory.values import Repetition, Segment, Stage, StageSpan, Timeline
from .activity import activity
from .alignment import Alignment
from .body import Body
from .clip_quantities import posture
from .emissions import emissions, fuse
from .encoders import FrameEncoder, Witness
from .motion import MotionTrack
from .movement import blow_similarities, from_the_other_end, movement_similarities, struck, there_and_back
from .quantities import CURVES
from .recut import Course
from .regrouping import best_cut, together
from .repetitions import Repetition as FoundRepetition
from .repetitions import align_repetitions, find_repetitions, place_repetitions
from .windows import INSTANT_S

Looked = Callable[[str, Sequence[Stage], np.ndarray, np.ndarray, np.ndarray], None]
"""Told what one encoder made of one clip: its name, the stages, (T,) seconds, (S, T) similarities and (S, T) emissions."""
MOVEMENT, TOGETHER = "movement", "together"
"""What stands in an encoder's place for the course of the movement itself, and for all of them fused."""


def unseen(name: str, stages: Sequence[Stage], times_s: np.ndarray, similarities: np.ndarray, said: np.ndarray) -> None:
    """A listener that does not listen."""


HIPS_MOVE = 5.0
"""Percent of body length that the hips must sink for "the bottom" to be theirs."""


def stage_similarities(index: FrameIndex, encoder: FrameEncoder, stages: Sequence[Stage]) -> np.ndarray:
    """(S, T) similarity of every frame to every stage: the mean over the stage's retrieval sentences that say anything."""
    rows = []
    for stage in stages:
        queries = encoder.encode_texts(stage.retrieval)
        spoken = queries[np.linalg.norm(queries, axis=1) > 0]
        rows.append(index.similarities(spoken).mean(axis=0) if len(spoken) else np.zeros(len(index)))
    return np.stack(rows) if rows else np.zeros((0, len(index)))


def testimony(witnesses: Sequence[Witness], stages: Sequence[Stage], looked: Looked) -> np.ndarray:
    """(S, T) fused emissions of all witnesses on the times of the first, each told to `looked`.

    Each is calibrated on its own frames first: a row interpolated to more frames looks free of noise, and would be believed.
    """
    said = []
    for each in (witness for witness in witnesses if len(witness.index)):
        similarities = stage_similarities(each.index, each.encoder, stages)
        scores = emissions(similarities)
        looked(each.encoder.name, stages, each.index.times_s, similarities, scores)
        said.append(_rows_on(witnesses[0].index.times_s, each.index.times_s, scores))
    return fuse(*said)


def build_timeline(
    body: Body,
    witnesses: Sequence[Witness],
    stages: Sequence[Stage],
    peak_stage: str,
    looked: Looked = unseen,
    join: tuple[int, int] = (1, 0),
) -> Timeline:
    """Find the repetitions of the action in one clip and the stages in each of them.

    Args:
        body: Its posture over the clip.
        witnesses: One or more; the first says in which posture the clip rests, and its frames are the ones that are aligned.
        stages: In order.
        peak_stage: Name of the stage at the extreme of the movement.
        looked: Told what the stages are placed by.
        join: So many repetitions, from which one on, are one (see `viddiff.tools.recut`).
    """
    index = witnesses[0].index
    if len(body.times_s) == 0 or len(index) == 0:
        return _still(0.0)
    resembled = _resembled(body, witnesses[0], stages, peak_stage)
    resting = None if resembled is None else resembled[0] - resembled[1]
    vectors = _gapless(posture(body))
    found = find_repetitions(vectors, body.times_s, rest_like=resting)
    if resembled is not None and _is_there_and_back(stages, peak_stage, found) and _reversed(resembled, found):
        stages, peak_stage = from_the_other_end(stages), stages[-1].name
    movement = _movement(body, vectors, stages, peak_stage, found, resting)
    rows = None if movement is None else _rows_on(index.times_s, body.times_s, movement)
    scores = _scores(witnesses, stages, rows, looked)
    found, alignments = best_cut(scores, index.times_s, stages, found)
    if join != (1, 0):
        found = together(found, *join)
        alignments = place_repetitions(scores, index.times_s, stages, found)
    repetitions = tuple(_with_heights(_repetition(*each, peak_stage), body) for each in zip(found, alignments, strict=True))
    return Timeline(repetitions=repetitions, still=all(r.still for r in found))


def _is_there_and_back(stages: Sequence[Stage], peak_stage: str, found: Sequence[FoundRepetition]) -> bool:
    return there_and_back(stages, peak_stage) is not None and not found[0].still


def _movement(
    body: Body,
    vectors: np.ndarray,
    stages: Sequence[Stage],
    peak_stage: str,
    found: Sequence[FoundRepetition],
    resting: np.ndarray | None,
) -> np.ndarray | None:
    """(S, T) what the course of the movement says about the stages; None for actions of which it says nothing."""
    if _is_there_and_back(stages, peak_stage, found):
        return movement_similarities(activity(vectors, body.times_s, 0.4, resting), found, len(stages))
    if (blow := struck(stages)) is not None:
        return blow_similarities(_fastest_limb(body), body.times_s, found, len(stages), blow)
    return None


def _resembled(body: Body, witness: Witness, stages: Sequence[Stage], peak_stage: str) -> np.ndarray | None:
    """(2, T) how much each frame looks like the first stage, and like the peak; None where there is one stage only."""
    if len(stages) < 2:
        return None
    names = [stage.name for stage in stages]
    peak = names.index(peak_stage) if peak_stage in names else len(names) // 2
    rows = stage_similarities(witness.index, witness.encoder, stages)
    return _rows_on(body.times_s, witness.index.times_s, rows[[0, peak]])


def _scores(witnesses: Sequence[Witness], stages: Sequence[Stage], movement: np.ndarray | None, looked: Looked) -> np.ndarray:
    """(S, T) log-probabilities of all witnesses and of the course of the movement, (S, T) similarities where it says something."""
    scores, index = testimony(witnesses, stages, looked), witnesses[0].index
    if movement is not None:
        looked(MOVEMENT, stages, index.times_s, movement, moving := emissions(movement))
        scores = fuse(scores, moving)
    if movement is not None or len(witnesses) > 1:
        looked(TOGETHER, stages, index.times_s, np.zeros((0, len(index))), scores)
    return scores


def course_of(body: Body) -> Course:
    """How the posture goes through a clip, gaps bridged."""
    return Course(body.times_s, _gapless(posture(body)))


def _with_heights(repetition: Repetition, body: Body) -> Repetition:
    """When the limb that swings most is highest, and when the hips (or else that limb) are lowest."""
    inside = np.flatnonzero((body.times_s >= repetition.segment.start_s) & (body.times_s <= repetition.segment.end_s))
    limbs = np.concatenate([CURVES["hand_height"](body), CURVES["foot_height"](body)], axis=1)[inside]
    hips = CURVES["hip_height"](body)[inside]
    seen = np.isfinite(limbs).all(axis=1) & np.isfinite(hips)
    if not seen.any():
        return repetition
    rows = inside[seen]
    limb = limbs[seen][:, int(np.argmax(np.ptp(limbs[seen], axis=0)))]
    low = hips[seen] if np.ptp(hips[seen]) > HIPS_MOVE else limb
    heights = {"highest_s": float(body.times_s[rows[np.argmax(limb)]]), "lowest_s": float(body.times_s[rows[np.argmin(low)]])}
    return repetition.model_copy(update=heights)


def _rows_on(times_s: np.ndarray, from_s: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.stack([_on(times_s, from_s, row) for row in rows]) if len(rows) else np.zeros((0, len(times_s)))


def _fastest_limb(body: Body) -> np.ndarray:
    """(T,) speed of whichever hand or foot reaches the highest speed in the clip."""
    speeds = np.concatenate([CURVES["hand_speed"](body), CURVES["foot_speed"](body)], axis=1)
    return speeds[:, int(np.argmax(np.nan_to_num(np.nanpercentile(speeds, 98, axis=0))))]


def _on(times_s: np.ndarray, from_s: np.ndarray, row: np.ndarray) -> np.ndarray:
    """A row of values at `from_s` read at `times_s`: encoders may look at other frames than the tracker."""
    return row if len(times_s) == len(from_s) and np.array_equal(times_s, from_s) else np.interp(times_s, from_s, row)


def _reversed(resembled: np.ndarray, found: Sequence[FoundRepetition]) -> bool:
    """Whether the clip rests in the posture that the library calls the peak, and has its extreme where the library rests.

    Both must be so: a kick without fists looks little like a guard, at rest as at its extreme.
    """
    last = resembled.shape[1] - 1
    at_rest = resembled[:, [row for r in found for row in (r.start, min(r.end, last))]].mean(axis=1)
    at_peak = resembled[:, [r.peak for r in found]].mean(axis=1)
    return bool(at_rest[0] < at_peak[0] and at_rest[1] > at_peak[1])


def motion_timeline(motion: MotionTrack, stages: Sequence[Stage]) -> Timeline:
    """The same for a clip without a body: repetitions by how much moves and where, stages by their order alone."""
    if len(motion.times_s) < 2:
        return _still(float(motion.times_s[-1]) if len(motion.times_s) else 0.0)
    vectors = _gapless(np.column_stack([motion.amount / max(float(motion.amount.max()), 1e-9), motion.centroid]))
    found = find_repetitions(vectors, motion.times_s)
    alignments = align_repetitions(np.zeros((len(stages), len(motion.times_s))), motion.times_s, stages, found)
    repetitions = tuple(_repetition(r, alignment, "") for r, alignment in zip(found, alignments, strict=True))
    return Timeline(repetitions=repetitions, still=all(r.still for r in found))


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
    for k, placed in enumerate(alignment.placements):
        if placed is None:
            continue
        at_peak = placed.stage == peak_stage and placed.segment.start_s <= found.peak_s <= placed.segment.end_s
        key_s, second_s = found.peak_s if at_peak else placed.key_s, alignment.second_s(k)
        if second_s is not None and abs(second_s - key_s) <= INSTANT_S:
            second_s = None
        spans.append(StageSpan(stage=placed.stage, segment=placed.segment, key_s=key_s, margin=placed.margin, second_s=second_s))
    segment = Segment(start_s=found.start_s, end_s=found.end_s)
    return Repetition(segment=segment, peak_s=found.peak_s, partial=found.partial, spans=tuple(spans))
