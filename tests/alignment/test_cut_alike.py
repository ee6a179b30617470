"""Both clips cut alike: half movements are joined where the other clip shows whole ones, and a faster person is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from viddiff.memory.values import Repetition, Segment, Timeline
from viddiff.tools.recut import Course, Joining, joining

FPS = 30.0


def course(period_s: float, cycles: int, start_s: float = 0.0, seed: int = 0) -> Course:
    """Right out and back, then left out and back, once a period: two directions of the posture, one after the other."""
    times = np.arange(0, start_s + period_s * cycles + 0.5, 1 / FPS)
    phase = np.clip((times - start_s) / period_s, 0, cycles)
    right, left = (np.clip(np.sin(2 * np.pi * (phase - shift)), 0, None) for shift in (0.0, 0.5))
    noise = np.random.default_rng(seed).normal(0, 0.02, (len(times), 3))
    return Course(times, np.column_stack([right, left, 0 * right]) + noise)


def timeline(*spans: tuple[float, float], still: bool = False) -> Timeline:
    made = [Repetition(segment=Segment(start_s=a, end_s=b), peak_s=(a + b) / 2) for a, b in spans]
    return Timeline(repetitions=tuple(made), still=still)


def cut(length_s: float, count: int, start_s: float = 0.0) -> Timeline:
    return timeline(*((start_s + k * length_s, start_s + (k + 1) * length_s) for k in range(count)))


WHOLE, HALVES = cut(4.0, 2), cut(2.0, 4)


@pytest.mark.parametrize(("a", "b", "side"), [(WHOLE, HALVES, "b"), (HALVES, WHOLE, "a")])
def test_halves_are_joined_to_what_the_other_clip_shows_as_one(a: Timeline, b: Timeline, side: str) -> None:
    found = joining({"a": course(4.0, 2), "b": course(4.0, 2, seed=1)}, {"a": a, "b": b})
    assert found == Joining(side, 2, 0)  # pyright: ignore[reportArgumentType]


def test_a_half_that_was_missed_moves_the_first_whole_one() -> None:
    found = joining({"a": course(4.0, 2), "b": course(4.0, 2, seed=1)}, {"a": WHOLE, "b": cut(2.0, 3, start_s=2.0)})
    assert found == Joining("b", 2, 1)


@pytest.mark.parametrize("period_s", [2.0, 1.5, 3.9])
def test_a_person_who_is_faster_is_left_alone(period_s: float) -> None:
    found = joining({"a": course(4.0, 2), "b": course(period_s, 4, seed=1)}, {"a": WHOLE, "b": cut(period_s, 4)})
    assert found is None


def test_what_is_cut_alike_or_does_not_move_is_left_alone() -> None:
    courses = {"a": course(4.0, 2), "b": course(4.0, 2, seed=1)}
    assert joining(courses, {"a": WHOLE, "b": WHOLE}) is None
    assert joining(courses, {"a": WHOLE, "b": timeline((0.0, 0.5), (0.5, 1.0), still=True)}) is None
    assert joining(courses, {"a": WHOLE, "b": timeline((0.0, 2.0))}) is None
