"""The speed bench: its peers do the same work, its ratios are what they say, and all of it runs."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viddiff.evals.bench import contests
from viddiff.evals.bench.__main__ import items
from viddiff.evals.bench.aligning import plainest, some_scores
from viddiff.evals.bench.child import measured
from viddiff.evals.bench.contests import Contest, Figure, Lap, Peer, Result, race
from viddiff.evals.bench.films import write_film
from viddiff.evals.bench.peers import compiled_loop, double_loop, ffmpeg_pipe, full_table
from viddiff.evals.bench.retrieving import in_memory, on_disk, plain_best
from viddiff.evals.bench.sizes import QUICK
from viddiff.evals.bench.table import figure_row, ratio_row, table
from viddiff.tools.viterbi import path_of, viterbi


def _result(*rounds: tuple[float, float, float, float], **goals: float) -> Result:
    laps = tuple((Lap(wall=ours, cpu=cpu), Lap(wall=peer, cpu=peer_cpu)) for ours, peer, cpu, peer_cpu in rounds)
    peer = Peer(name="y", do=lambda: None, **{"wall": 0.5, **goals})
    return Result(contest=Contest(ours="x", do=lambda: None, peers=(peer,)), peer=peer, rounds=laps)


@given(st.integers(1, 5), st.integers(0, 20), st.integers(0, 10**6))
def test_all_peers_of_the_alignment_find_the_same_path(stages: int, more: int, seed: int) -> None:
    emissions = np.random.default_rng(seed).normal(size=(stages, stages + more))
    ours = viterbi(emissions, plainest(stages))
    score, first = double_loop(emissions.tolist())
    assert score == pytest.approx(ours.score, abs=1e-9)
    assert first == [span[0] for span in ours.spans if span]
    assert full_table(emissions) == path_of(ours.spans, stages + more).tolist()


def test_the_compiled_peer_finds_the_same_path(tmp_path: Path) -> None:
    compiled = compiled_loop(tmp_path)
    if compiled is None:
        pytest.skip("no C compiler on this machine")
    scores = some_scores(6, 300)
    score, first = compiled(scores)
    ours = viterbi(scores, plainest(6))
    assert score == pytest.approx(ours.score, abs=1e-9)
    assert first == [span[0] for span in ours.spans if span]


def test_both_sides_of_retrieval_find_the_same(tmp_path: Path) -> None:
    every, best, share = in_memory(1, vectors=40, queries=3, width=8)
    assert np.allclose(every.do(), every.peers[0].do(), atol=1e-4)
    assert np.array_equal(best.do()[1], best.peers[0].do())
    archived, on_disk_share, _ = on_disk(tmp_path, 70)
    assert np.array_equal(archived.do()[1], archived.peers[0].do())
    assert share.value() == on_disk_share.value() == 1.0


def test_plain_search_gives_the_nearest_first() -> None:
    stored = np.diag(np.arange(1.0, 8.0))
    assert plain_best(np.ones((1, 7)), stored).tolist() == [[6, 5, 4, 3, 2]]


def test_the_decoding_peer_gives_the_frames_asked_for(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", 64, 48, 1.0)
    assert len(ffmpeg_pipe(tmp_path / "film.mp4", 8, 24)) == 8 * 24 * 32 * 3


def test_ratios_are_taken_within_a_round_and_the_median_decides() -> None:
    result = _result((1.0, 4.0, 0.0, 0.0), (2.0, 2.0, 3.0, 6.0), (4.0, 10.0, 1.0, 10.0))
    assert result.wall() == (0.25, 1.0, 0.4)
    assert result.cpu() == (0.5, 0.1)
    assert result.met()
    assert not _result((3.0, 4.0, 1.0, 1.0)).met()
    assert "| 0.4 (0.25 to 1) | 0.3 (0.1 to 0.5) | wall ≤ 0.5 | yes |" in ratio_row(result)


def test_a_goal_on_processor_time_counts_too() -> None:
    assert not _result((1.0, 4.0, 3.0, 4.0), cpu=0.5).met()
    assert _result((1.0, 4.0, 1.0, 4.0), cpu=0.5).met()


def test_a_race_runs_the_peers_first_and_all_as_often_as_asked() -> None:
    order: list[str] = []
    peers = tuple(Peer(name=name, do=lambda name=name: order.append(name)) for name in ("one", "two"))
    contest = Contest(ours="x", do=lambda: order.append("ours"), peers=peers, calls=2, rounds=2)
    results = race(contest, 5)
    assert [(result.peer.name, len(result.rounds)) for result in results] == [("one", 2), ("two", 2)]
    assert order == ["one", "one", "two", "two", "ours", "ours"] * 2


def test_processor_time_of_children_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contests.os, "times", lambda: (99.0, 99.0, 0.25, 0.125, 99.0))
    monkeypatch.setattr(contests.time, "process_time", lambda: 1.5)
    assert contests._cpu_s() == 1.875


def test_a_lap_measures_time_that_passes() -> None:
    assert contests.lap(lambda: time.sleep(0.02)).wall >= 0.02


def test_a_figure_has_its_bound_above_or_below() -> None:
    low = Figure(what="x", value=lambda: 3.0, goal=2.0)
    assert figure_row(low) == "| x | 3 | ≤ 2 | no |"
    assert figure_row(low.model_copy(update={"at_least": True, "why": "so"})) == "| x (so) | 3 | ≥ 2 | yes |"


def test_a_child_tells_its_own_memory_and_not_its_parents() -> None:
    ballast = np.ones(40 * 2**20, np.float64)
    assert 5 < measured("nothing")["mib"] < ballast.nbytes / 2**20


def test_everything_runs_in_small(tmp_path: Path) -> None:
    areas = ("starting", "decoding", "aligning", "retrieving")
    lines = list(table(items(areas, tmp_path, QUICK), 1))
    split = lines.index("")
    assert (split - 2, len(lines) - split - 3) == (18, 10)
    assert {line.count("|") for line in lines[:split]} == {9}
    assert all(" nan" not in line for line in lines)


def test_comparing_runs_in_small(tmp_path: Path) -> None:
    rows = list(table(items(("comparing",), tmp_path, QUICK), 1))[2:]
    assert [row.split("|")[2].strip() for row in rows] == ["decode and pose alone, both at once", "compare, first run"]
