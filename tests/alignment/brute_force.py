"""Every path of a small model, listed one by one: the yardstick for the fast decoders."""

from collections.abc import Iterator

import numpy as np

from viddiff.tools.stage_model import Grammar

Spans = tuple[tuple[int, int] | None, ...]


def all_paths(stages: int, frames: int, grammar: Grammar, at: int = 0, k: int = 0) -> Iterator[Spans]:
    if k == stages:
        yield ()
        return
    if grammar.skip[k] > -np.inf:
        for rest in all_paths(stages, frames, grammar, at, k + 1):
            yield (None, *rest)
    for start in range(at, frames):
        for end in range(start + grammar.min_frames[k], frames + 1):
            for rest in all_paths(stages, frames, grammar, end, k + 1):
                yield ((start, end), *rest)


def score(spans: Spans, emissions: np.ndarray, grammar: Grammar) -> float:
    total, outside = 0.0, emissions.shape[1]
    for k, span in enumerate(spans):
        if span is None:
            total += grammar.skip[k]
            continue
        start, end = span
        total += emissions[k, start:end].sum()
        if grammar.share is not None:
            total += np.log((end - start - grammar.min_frames[k] + 1) / grammar.share)
        outside -= end - start
    return total + (outside * grammar.background if outside else 0.0)


def scored_paths(emissions: np.ndarray, grammar: Grammar) -> list[tuple[float, Spans]]:
    stages, frames = emissions.shape
    listed = [(score(spans, emissions, grammar), spans) for spans in all_paths(stages, frames, grammar)]
    return [(value, spans) for value, spans in listed if value > -np.inf]


def stage_chances(emissions: np.ndarray, grammar: Grammar) -> np.ndarray:
    """(S + 1, T) posteriors by summing over every path."""
    stages, frames = emissions.shape
    listed = scored_paths(emissions, grammar)
    top = max(value for value, _ in listed)
    chances, total = np.zeros((stages + 1, frames)), 0.0
    for value, spans in listed:
        weight = np.exp(value - top)
        total += weight
        outside = np.ones(frames, dtype=bool)
        for k, span in enumerate(spans):
            if span is not None:
                chances[k, span[0] : span[1]] += weight
                outside[span[0] : span[1]] = False
        chances[-1, outside] += weight
    return chances / total
