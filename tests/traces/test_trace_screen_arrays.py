"""Kept arrays made small for the screen lose neither extremes nor windows, and never look surer than they are."""

from __future__ import annotations

import base64

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from viddiff.agent.traces.arrays import LEAST_RANGE, MOST_COLUMNS, heat_of, thinned


@given(st.integers(10, 3000), st.integers(20, 400), st.integers(0, 10_000), st.floats(0, 90))
def test_a_thinned_curve_keeps_its_extremes_its_windows_and_its_bound(count: int, most: int, seed: int, start_s: float) -> None:
    times = np.arange(count) / 30
    values = np.random.default_rng(seed).normal(size=count)
    kept = thinned(times, values, [(start_s, start_s + 0.2)], most)
    assert (np.diff(kept) > 0).all()
    assert len(kept) <= most + 2
    assert values[kept].max() == values.max()
    assert values[kept].min() == values.min()
    inside = (times >= start_s) & (times <= start_s + 0.2)
    if most > 2 * 40:
        assert set(np.flatnonzero(inside)) <= set(kept)


def test_a_curve_that_was_never_seen_stays_a_gap() -> None:
    kept = thinned(np.arange(1000) / 30, np.full(1000, np.nan), [], 50)
    assert 0 < len(kept) <= 52


def cells(text: str, rows: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(rows, -1)


def kept_rows(seen: np.ndarray) -> dict[str, np.ndarray]:
    evidence = np.log(1 / len(seen)) + 20 * (seen - seen.mean())
    return {"times_s": np.arange(seen.shape[1]) / 30, "similarities": seen, "emissions": evidence}


def test_a_map_is_no_wider_than_a_screen_can_use() -> None:
    heat = heat_of(kept_rows(np.random.default_rng(0).random((4, 18_000))))
    assert heat is not None
    assert (heat.rows, heat.columns) == (4, MOST_COLUMNS)
    assert cells(heat.similarity, 4).shape == cells(heat.evidence, 4).shape == (4, MOST_COLUMNS)


def test_flat_similarities_look_flat() -> None:
    heat = heat_of(kept_rows(0.2 + np.random.default_rng(0).normal(0, 0.0005, (3, 300))))
    assert heat is not None
    assert heat.high - heat.low >= LEAST_RANGE - 1e-9
    assert np.ptp(cells(heat.similarity, 3).astype(int)) < 64


def test_no_evidence_lies_in_the_middle_and_similarities_may_be_missing() -> None:
    heat = heat_of({"times_s": np.arange(5) / 30, "emissions": np.full((2, 5), np.log(0.5)), "similarities": np.zeros((0, 5))})
    assert heat is not None
    assert heat.similarity == ""
    assert set(cells(heat.evidence, 2).ravel()) == {128}


def test_nothing_kept_is_no_map() -> None:
    assert heat_of({}) is None
