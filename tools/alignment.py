"""Where each stage of the action is in one clip, which frame shows it best, and how sure that is.

The frame localizer of "Video Action Differencing" (section 5), with ordered-stage Viterbi after Kukleva et al. 2019; unlike
there, stages have a confidence, may be absent, and need not fill the clip (see `stage_model`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import ConfigDict

from ..memory.values import Segment, Stage, Value
from .emissions import emissions, flat_level, fuse
from .posteriors import posteriors, total_score
from .stage_model import Grammar
from .viterbi import Span, path_of, viterbi

MIN_STAGE_S = 0.2
"""Least duration of a stage: two frames at 8 per second, so that one odd frame makes no stage."""

LOW_MARGIN = 1.0
"""Margin in nats below which another look is worth its price: the key frame's stage is less than 73 % sure."""

MAX_MARGIN = 30.0
"""Margins are cut here: beyond it they only tell how many alike frames there were."""

FORBIDDEN = -1e3
"""Log-likelihood of a frame that an alternative may not use: no evidence outweighs it, and sums keep their digits."""


class Placement(Value):
    """One stage found in one clip."""

    stage: str
    """Name of the stage."""
    start: int
    """First frame, counted in the rows of the similarities of the whole clip."""
    end: int
    """One past the last frame."""
    segment: Segment
    """[start, end) in seconds; the last frame of the clip lasts as long as the median one."""
    key: int
    """The frame that shows the stage best."""
    key_s: float
    margin: float
    """Nats, the smaller of two: log-odds that the key frame belongs to the stage, and how much better than a guess the stage
    explains its own frames. Low when frames are alike, when neighbours alone decide, and when the stage is forced where it
    does not fit."""

    @property
    def low(self) -> bool:
        """Whether to look again."""
        return self.margin < LOW_MARGIN


class Alignment(Value):
    """All stages placed in one clip, or in one repetition of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    stages: tuple[Stage, ...]
    times_s: np.ndarray
    """(T,) seconds of all frames of the clip."""
    emissions: np.ndarray
    """(S, T) log-probabilities for the whole clip."""
    window: Span
    """Frames [start, end) of the clip that were aligned."""
    placements: tuple[Placement | None, ...]
    """Per stage, in order; None where it does not occur."""
    path: np.ndarray
    """(W,) stage of each frame of the window, -1 for background."""
    posterior: np.ndarray
    """(S + 1, W) probability of each stage for each frame of the window; the last row is the background."""
    log_probability: float
    """Of the path among all paths, at most 0."""

    def second_best(self, k: int) -> Alignment | None:
        """The best alignment that puts stage k somewhere else: not within half its length of its key frame.

        Returns:
            The alternative, or None when the stage is absent or has no other place.
        """
        chosen = self.placements[k]
        if chosen is None:
            return None
        reach = max((chosen.end - chosen.start) // 2, 1)
        forbidden = slice(max(chosen.key - reach, 0), chosen.key + reach + 1)
        changed = self.emissions.copy()
        changed[k, forbidden] = FORBIDDEN
        other = align_emissions(changed, self.times_s, self.stages, window=self.window)
        place = other.placements[k]
        if place is None or changed[k, place.start : place.end].min() <= FORBIDDEN:
            return None
        return other

    def second_s(self, k: int) -> float | None:
        """The key instant of stage k in the second-best path, seconds; None where it would fit no better than a guess."""
        other = self.second_best(k)
        place = other and other.placements[k]
        return place.key_s if place is not None and place.margin > 0 else None


def align(similarities: np.ndarray, times_s: np.ndarray, stages: Sequence[Stage], *, window: Span | None = None) -> Alignment:
    """Places the stages in a clip.

    Args:
        similarities: (S, T) similarity of each stage to each frame, or (W, S, T), one layer per witness, which are fused.
        times_s: (T,) seconds in the file as played, increasing.
        stages: the S stages in order.
        window: frames [start, end) to align; similarities are still calibrated over the whole clip. All frames if None.

    Raises:
        ValueError: the shapes do not fit together.
    """
    return align_emissions(calibrated(similarities), times_s, stages, window=window)


def calibrated(similarities: np.ndarray) -> np.ndarray:
    """(S, T) emissions of similarities given as (S, T), or as (W, S, T) with one layer per witness."""
    layers = np.asarray(similarities)
    return fuse(*(emissions(layer) for layer in (layers if layers.ndim == 3 else layers[None])))


def align_emissions(scores: np.ndarray, times_s: np.ndarray, stages: Sequence[Stage], *, window: Span | None = None) -> Alignment:
    """`align` for log-probabilities that were calibrated (and perhaps fused) before; arguments as there."""
    times = np.asarray(times_s, dtype=np.float64)
    if scores.shape != (len(stages), len(times)):
        raise ValueError(f"{len(stages)} stages and {len(times)} times given for similarities of shape {scores.shape}")
    first, last = window or (0, len(times))
    if not 0 <= first <= last <= len(times):
        raise ValueError(f"window [{first}, {last}) does not lie within the {len(times)} frames of the clip")
    part = scores[:, first:last]
    least = round(MIN_STAGE_S / step) if (step := frame_step(times)) else 1
    grammar = Grammar.fitted(part, [stage.optional for stage in stages], max(least, 1))
    best, posterior = viterbi(part, grammar), posteriors(part, grammar)
    placements = [
        _placement(stage, k, span, part, posterior, times, first) if span else None
        for k, (stage, span) in enumerate(zip(stages, best.spans, strict=True))
    ]
    return Alignment(
        stages=tuple(stages),
        times_s=times,
        emissions=scores,
        window=(first, last),
        placements=tuple(placements),
        path=path_of(best.spans, last - first),
        posterior=posterior,
        log_probability=min(best.score - total_score(part, grammar), 0.0),
    )


def frame_step(times_s: np.ndarray) -> float:
    """Median distance between frames in seconds; 0 for fewer than two."""
    return float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0


def _placement(
    stage: Stage, k: int, span: Span, scores: np.ndarray, posterior: np.ndarray, times_s: np.ndarray, offset: int
) -> Placement:
    """`span` counts in the window, which begins at frame `offset`; the result counts in the clip."""
    key = _key_frame(posterior[k], scores[k], span)
    gain = float((scores[k, span[0] : span[1]] - flat_level(len(scores))).sum())
    start, end = span[0] + offset, span[1] + offset
    return Placement(
        stage=stage.name,
        start=start,
        end=end,
        segment=Segment(start_s=times_s[start], end_s=times_s[end] if end < len(times_s) else times_s[-1] + frame_step(times_s)),
        key=key + offset,
        key_s=float(times_s[key + offset]),
        margin=float(np.clip(min(_log_odds(posterior[k, key]), gain), -MAX_MARGIN, MAX_MARGIN)),
    )


def _key_frame(posterior: np.ndarray, scores: np.ndarray, span: Span) -> int:
    """Peak of posterior times likelihood inside the span; of equals, the one nearest the middle."""
    start, end = span
    value = np.log(np.maximum(posterior[start:end], 1e-12)) + scores[start:end]
    best = np.flatnonzero(value >= value.max() - 1e-9)
    return start + int(best[np.argmin(np.abs(best - (end - start - 1) / 2))])


def _log_odds(probability: float) -> float:
    tiny = np.exp(-MAX_MARGIN)
    return float(np.log(max(probability, tiny)) - np.log(max(1.0 - probability, tiny)))
