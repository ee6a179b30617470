"""The counting of the remote side: its ratios are what they say, and every goal counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_once import MadeOnce

from viddiff.evals.drawn import drawn_pair
from viddiff.evals.remote_case import Case
from viddiff.evals.remote_costs import Counted, row
from viddiff.evals.remote_latency import question_phase

FINE = Counted(
    statements=8,
    sets=4,
    calls=10,
    images=10,
    image_tokens=5610,
    payload_bytes=600_000,
    frame_bytes=300_000,
    further_rounds=1,
    calls_again=0,
)


@pytest.fixture(scope="module")
def drawn_squats(made_once: MadeOnce) -> Case:
    return Case.drawn(made_once.pair("squat", 3))


def test_ratios_are_against_one_order_of_the_paper_with_every_second_difference_in_three_frames() -> None:
    assert FINE.peer_images == 4 * 2 + 4 * 6
    assert FINE.image_ratio == 10 / 32
    assert FINE.token_ratio == pytest.approx(5610 / 35_360)
    assert FINE.byte_ratio == pytest.approx(600_000 / (32 * 300_000))
    assert FINE.model_copy(update={"statements": 5}).peer_images == 18
    assert FINE.met()


@pytest.mark.parametrize(
    "changed",
    [{"images": 12}, {"payload_bytes": 10**6}, {"image_tokens": 12_400}, {"sets": 9}, {"calls_again": 1}],
)
def test_every_goal_counts(changed: dict[str, int]) -> None:
    assert not FINE.model_copy(update=changed).met()


def test_from_sixteen_statements_on_fewer_tokens_are_asked_for() -> None:
    many = FINE.model_copy(update={"statements": 16, "image_tokens": 10_700})
    assert not many.met()
    assert many.model_copy(update={"image_tokens": 10_600}).met()


def test_a_row_says_the_median_and_the_worst() -> None:
    said = row([FINE, FINE.model_copy(update={"images": 12}), FINE])
    assert "| 0.31 (0.38) |" in said
    assert said.endswith("| 2 of 3 |")


@pytest.mark.parametrize("count", [3, 24])
def test_a_pair_is_given_as_many_statements_as_asked_for_its_own_first(count: int) -> None:
    pair = drawn_pair(3, "squat")
    own = tuple(s.description for s in pair.statements)
    found = Case(a="a.mp4", b="b.mp4", action=pair.description, own=own).statements(count)
    assert len(found) == len(set(found)) == count
    assert found[0] == pair.statements[0].description


def test_the_critical_path_is_what_the_limit_on_requests_at_a_time_allows(
    tmp_path: Path, made_once: MadeOnce, drawn_squats: Case
) -> None:
    took = question_phase(drawn_squats, 1, made_once.tracks_in(tmp_path), latency_s=0.2)
    assert (took.questions, took.critical_s) == (2, 0.2)
    assert took.ratio >= 1
