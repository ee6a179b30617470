"""The paper's metrics against numbers worked out by hand."""

from __future__ import annotations

import pytest
from bench_rows import bench_row, letters

from viddiff.evals.viddiffbench.judging import judge_closed
from viddiff.evals.viddiffbench.scoring import Judged, first_n, judged_open, mean_over_splits, score
from viddiff.evals.viddiffbench.tables import beside, by_action, by_difference, summary

ROWS = [
    bench_row("e1", {"0": "a", "1": "b", "2": "c", "3": None}),
    bench_row("e2", {"0": "a", "1": "b"}),
    bench_row("h1", {"0": "b"}, split="hard", action="music_0"),
]
GIVEN = [letters(k0="a", k1="a", k2="b"), letters(k0="a"), letters(k0="c")]
# easy: e1/0 right, e1/1 other letter, e2/0 right, e2/1 not answered; hard: c where it is b. c and null count nowhere.


def _guesses(right: int, of: int) -> list[Judged]:
    rows = [bench_row(str(n), {"0": "a"}) for n in range(of)]
    return judge_closed(rows, [letters(k0="a" if n < right else "b") for n in range(of)])


def test_closed_accuracy_and_its_errors() -> None:
    judged = judge_closed(ROWS, GIVEN)
    easy, hard = (score(j for j in judged if j.split == split) for split in ("easy", "hard"))
    assert (easy.pairs, easy.right.hits, easy.right.of) == (2, 2, 4)
    assert (easy.unmatched.hits, easy.other_letter.hits, easy.negligible.hits) == (1, 1, 0)
    assert (hard.right.hits, hard.right.of, hard.negligible.hits) == (0, 1, 1)
    assert mean_over_splits(judged)[0] == pytest.approx((0.5 + 0.0) / 2)
    assert score(judged).right.value == pytest.approx(2 / 5)


def test_wilson_interval_of_two_of_four() -> None:
    # (0.5 + z²/8 ± z √(0.25/4 + z²/64)) / (1 + z²/4) with z = 1.96
    assert score(j for j in judge_closed(ROWS, GIVEN) if j.split == "easy").right.interval() == pytest.approx(
        (0.150, 0.850), abs=1e-3
    )


@pytest.mark.parametrize(
    ("right", "p", "significant"),
    [(9, 22 / 1024, True), (8, 112 / 1024, False), (5, 1.0, False), (1, 22 / 1024, False)],
)
def test_two_sided_binomial_test_of_ten(right: int, p: float, significant: bool) -> None:
    # 9 of 10: 2 (C(10,9) + C(10,10)) / 2^10; 8 of 10: 2 (45 + 10 + 1) / 2^10
    found = score(_guesses(right, 10))
    assert found.p_value == pytest.approx(p)
    assert found.significant is significant


def test_bootstrap_redraws_pairs_not_statements() -> None:
    one_pair = judge_closed([bench_row(truths={"0": "a", "1": "a", "2": "b"})], [letters(k0="a", k1="b", k2="b")])
    assert score(one_pair).bootstrap == pytest.approx((2 / 3, 2 / 3))
    # Of two pairs, one all right and one all wrong: shares 0, 1/2 and 1 with chances 1/4, 1/2 and 1/4.
    assert score(_guesses(1, 2)).bootstrap == (0.0, 1.0)
    low, high = score(_guesses(50, 100)).bootstrap
    assert (low, high) == pytest.approx((0.40, 0.60), abs=0.02)


def test_open_recall_with_a_flipped_and_an_unmatched_one() -> None:
    row = bench_row(truths={"0": "a", "1": "b", "2": "c", "3": "a", "4": "b"})
    given = letters(k0="a", k1="a", k2="b", k3="a", k4="b")
    # 0: prediction 1 says a, right. 1: prediction 0 says a of the opposite, so b, right. 2 is c and counts nowhere.
    # 3: nothing matched. 4: prediction 3 says a, wrong.
    judged = judged_open(row, given, {"0": "1", "1": "0", "2": "2", "4": "3"}, {"1": True, "0": False})
    found = score(judged)
    assert (found.right.hits, found.right.of) == (2, 4)
    assert (found.unmatched.hits, found.other_letter.hits) == (1, 1)
    assert [j.key for j in judged if j.flipped] == ["1"]


@pytest.mark.parametrize("letter", ["c", None])
def test_only_letters_are_flipped(letter: str | None) -> None:
    judged = judged_open(bench_row(truths={"0": "a"}), letters(k0=letter), {"0": "0"}, {"0": True})
    assert (judged[0].letter, judged[0].flipped) == (letter, False)


def test_beyond_n_nothing_counts() -> None:
    row = bench_row(n_differences_open_prediction=2)
    assert list(first_n(row, letters(k5="a", k1="b", k0="a"))) == ["5", "1"]


def test_tables_by_split_action_and_difference() -> None:
    judged = judge_closed(ROWS, GIVEN)
    assert "| easy | 2 | 50% (2/4), 15% to 85% |" in summary(judged, "closed").markdown()
    assert "| mean of splits | 3 | 25.0% |" in summary(judged, "closed").markdown()
    table = beside(judged, "closed").markdown()
    assert "| these predictions | 50.0 | - | 0.0 | - |" in table
    assert "| VidDiff (the paper's) | 65.3 | 55.4 | 50.4 | 57.0 |" in table
    assert "| music_0 | hard | 1 | 0% (0/1)" in by_action(judged, "closed").markdown()
    assert "| fitness_4 | 0 | name 0 | 2 | 100% (2/2)" in by_difference(judged, "closed").markdown()
    widths = {line.count(" | ") for line in summary(judged, "open").markdown().splitlines()}
    assert len(widths) == 1


def test_nothing_that_counts_gives_empty_tables() -> None:
    judged = judge_closed([bench_row(truths={"0": "c"})], [letters(k0="a")])
    assert judged == []
    assert score(judged).p_value == 1.0
    assert "| these predictions | - | - | - | - |" in beside(judged, "open").markdown()
    assert summary(judged, "closed").markdown().count("\n") == 1
