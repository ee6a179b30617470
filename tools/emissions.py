"""Turns stage-to-frame similarities into log-probabilities that may be compared between stages and added between witnesses.

The paper ("Video Action Differencing", section 5, Frame Localizer) scores frames by CLIP similarity to a stage's retrieval
sentences. Raw cosines of two sentences are not comparable: one sentence is simply closer to every frame. Each row is
therefore put on its own scale first.
"""

from __future__ import annotations

import numpy as np

from .frame_noise import frame_noise

SHARPNESS = 1.25
"""Log-likelihood, in nats, that a frame at the top of its row gains over one that says nothing.

Top against bottom is then 2.5 nats, which is what CLIP's own trained temperature (100) makes of a cosine gap of 0.025.
Neighbouring frames repeat each other, so one frame must not settle a stage alone; a quarter of a second of them may."""

REACH = 1.5
"""Values further than this many half distances of the levels from the middle count no more: one odd frame is no proof."""

SPLIT_NOISE = 0.449 * 2 / np.pi
"""What pure noise scores as a signal: the halves of a Gaussian have their means sqrt(2 / pi) standard deviations from its middle,
and the running median of three leaves 0.449 of its variance."""

FLAT = 1e-6
"""A row whose levels are closer than this share of its largest value is rounding, not information (float32 keeps 1e-7)."""


def emissions(similarities: np.ndarray) -> np.ndarray:
    """Log-probability of each stage for each frame, up to a constant per frame.

    Per row, zero is half way between the row's low and high level (where "this stage" and "not this stage" are equally
    likely), the unit is half their distance, and the row counts less the closer that comes to its jitter from frame to frame.
    A frame that says nothing gets -log S for every stage, the log-probability of a guess (the flat level).

    The softmax over stages is left to the decoder, where its denominator cancels: applied here, a frame that fits no
    stage would look like one that fits all of them equally, and could not be told from the background.

    Args:
        similarities: (S, T) cosine similarities. NaN or infinite cells, and columns that are all zero (the similarities of an
            all-zero embedding), say nothing.

    Returns:
        (S, T) float64, finite. Adding a constant to a row or multiplying it by a positive one changes nothing.
    """
    rows = np.array(similarities, dtype=np.float64, ndmin=2)
    if rows.ndim != 2:
        raise ValueError(f"similarities have shape {rows.shape}, expected (stages, frames)")
    known = np.isfinite(rows) & (rows != 0).any(axis=0)
    result = np.full(rows.shape, flat_level(len(rows)))
    for row, seen, out in zip(rows, known, result, strict=True):
        out[seen] += SHARPNESS * _standardised(row[seen])
    return result


def fuse(*witnesses: np.ndarray) -> np.ndarray:
    """What several witnesses say together: their log-probabilities added; a flat one changes nothing.

    Args:
        witnesses: one or more (S, T) results of `emissions` for the same stages and frames.
    """
    if not witnesses:
        raise ValueError("fuse needs at least one matrix of emissions")
    flat = flat_level(len(witnesses[0]))
    return sum(witness - flat for witness in witnesses[1:]) + witnesses[0]


def flat_level(stages: int) -> float:
    """Log-probability of a guess among so many stages."""
    return -float(np.log(max(stages, 1)))


def _standardised(values: np.ndarray) -> np.ndarray:
    """(T,) values about -1 at the row's low level and 1 at its high one, drawn towards 0 as far as the two may be noise."""
    if not len(values):
        return values
    smallest = FLAT * np.abs(values).max()
    low, high = _levels(_without_spikes(values))
    if high - low <= smallest:  # at most single frames stand out
        low, high = _levels(values)
    if high - low <= smallest:
        return np.zeros_like(values)
    half = (high - low) / 2
    return np.clip((values - (low + high) / 2) / half, -REACH, REACH) * _weight(half, frame_noise(values))


def _levels(values: np.ndarray) -> tuple[float, float]:
    """Means of the two groups into which one threshold splits the values best (largest variance between groups, Otsu 1979)."""
    ordered = np.sort(values)
    below = np.arange(1, len(ordered))
    if not len(below):
        return ordered[0], ordered[0]
    ordered_sum = np.cumsum(ordered - ordered[0])
    low, high = ordered_sum[:-1] / below, (ordered_sum[-1] - ordered_sum[:-1]) / (len(ordered) - below)
    between = below * (len(ordered) - below) * (high - low) ** 2
    split = np.argmax(between >= between.max() * (1 - 1e-9))  # the first of equals, whatever the rounding
    return low[split] + ordered[0], high[split] + ordered[0]


def _without_spikes(values: np.ndarray) -> np.ndarray:
    """Running median of three; the ends keep their values."""
    before, here, after = values[:-2], values[1:-1], values[2:]
    middle = np.maximum(np.minimum(before, here), np.minimum(np.maximum(before, here), after))
    return np.concatenate([values[:1], middle, values[-1:]]) if len(values) > 2 else values


def _weight(half: float, noise: float) -> float:
    """How far a row is believed, 0..1.

    (half / noise) ** 2 is the log-likelihood that a frame at the high level gains if both levels carry Gaussian noise.
    Noise alone, split at its mean, seems to have levels too: `SPLIT_NOISE` by the same measure.
    """
    if noise == 0:
        return 1.0
    return float(np.clip(((half / noise) ** 2 - SPLIT_NOISE) / SHARPNESS, 0.0, 1.0))
