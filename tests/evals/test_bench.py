"""The speed bench: its peers do the same work, its ratios are what they say, and all of it runs."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viddiff.evals import bench
from viddiff.evals.bench import Lap, Result, race, table
from viddiff.evals.duels import QUICK, Duel, retrieving
from viddiff.evals.peers import double_loop, ffmpeg_pipe, write_film
from viddiff.tools.stage_model import Grammar
from viddiff.tools.viterbi import viterbi


def _duel(**changed: object) -> Duel:
    given = {"ours": "x", "peer": "y", "do": lambda: None, "against": lambda: None, "wall": 0.5}
    return Duel.model_validate(given | changed)


def _result(*rounds: tuple[float, float, float, float], **duel: object) -> Result:
    laps = tuple((Lap(wall=ours, cpu=cpu), Lap(wall=peer, cpu=peer_cpu)) for ours, peer, cpu, peer_cpu in rounds)
    return Result(duel=_duel(**duel), rounds=laps)


@given(st.integers(1, 5), st.integers(0, 20), st.integers(0, 10**6))
def test_the_peer_of_the_alignment_finds_the_same_path(stages: int, more: int, seed: int) -> None:
    emissions = np.random.default_rng(seed).normal(size=(stages, stages + more))
    grammar = Grammar(min_frames=(1,) * stages, skip=(-np.inf,) * stages, background=-np.inf, share=None)
    ours = viterbi(emissions, grammar)
    score, first = double_loop(emissions.tolist())
    assert score == pytest.approx(ours.score, abs=1e-9)
    assert first == [span[0] for span in ours.spans if span]


def test_both_sides_of_retrieval_find_the_same() -> None:
    every, best = retrieving(1, vectors=40, queries=3, size=8)
    assert np.allclose(every.do(), every.against(), atol=1e-4)
    found = {frozenset(row) for row in best.do()[1].tolist()}
    assert found == {frozenset(row[-5:]) for row in best.against().tolist()}


def test_the_decoding_peer_gives_the_frames_asked_for(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", 64, 48, 1.0)
    assert len(ffmpeg_pipe(tmp_path / "film.mp4", 8, 24)) == 8 * 24 * 32 * 3


def test_ratios_are_taken_within_a_round_and_the_median_decides() -> None:
    result = _result((1.0, 4.0, 0.0, 0.0), (2.0, 2.0, 3.0, 6.0), (4.0, 10.0, 1.0, 10.0))
    assert result.wall() == (0.25, 1.0, 0.4)
    assert result.cpu() == (0.5, 0.1)
    assert result.met()
    assert not _result((3.0, 4.0, 1.0, 1.0)).met()
    assert "| 0.4 (0.25 to 1) | 0.3 (0.1 to 0.5) | ≤ 0.5 | yes |" in result.row()


def test_a_goal_on_processor_time_counts_too() -> None:
    assert not _result((1.0, 4.0, 3.0, 4.0), cpu=0.5).met()
    assert _result((1.0, 4.0, 1.0, 4.0), cpu=0.5).met()


def test_a_race_runs_the_peer_first_and_both_as_often_as_asked() -> None:
    order: list[str] = []
    duel = _duel(do=lambda: order.append("ours"), against=lambda: order.append("peer"), calls=2)
    assert len(race(duel, 2).rounds) == 2
    assert order == ["peer", "peer", "ours", "ours"] * 2


def test_processor_time_of_children_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.os, "times", lambda: (99.0, 99.0, 0.25, 0.125, 99.0))
    monkeypatch.setattr(bench.time, "process_time", lambda: 1.5)
    assert bench._cpu_s() == 1.875


def test_a_lap_measures_time_that_passes() -> None:
    (ours, peer), = race(_duel(do=lambda: time.sleep(0.02)), 1).rounds  # fmt: skip
    assert ours.wall >= 0.02
    assert peer.wall < ours.wall


def test_everything_runs_in_small() -> None:
    head, _, *rows = table(QUICK, 1)
    assert len(rows) == 9
    assert {row.count("|") for row in rows} == {head.count("|")}
    assert all(" nan" not in row for row in rows)
