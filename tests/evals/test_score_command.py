"""The score of one drawn pair from end to end, what is taken from the folder, and what a failure leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from viddiff.evals.drawn import drawn_pair, score
from viddiff.evals.drawn.pairs import DrawnPair
from viddiff.evals.drawn.score import Compared, compared, table
from viddiff.memory.errors import VideoError


@pytest.fixture(scope="module")
def pair() -> DrawnPair:
    """One quick squat each, in few frames."""
    drawn = drawn_pair(3, "squat")
    quick = {"repetitions": 1, "tempo_s": 1.4, "pause_s": 0.2}
    film = {"fps": 15.0, "lead_in_s": 0.3, "lead_out_s": 0.3}
    takes = {
        side: take.model_copy(
            update={"parameters": take.parameters.model_copy(update=quick), "look": take.look.model_copy(update=film)}
        )
        for side, take in (("a", drawn.a), ("b", drawn.b))
    }
    return drawn.model_copy(update=takes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("score")


@pytest.fixture(scope="module")
def first(pair: DrawnPair, folder: Path) -> Compared:
    return compared(pair, folder)


def test_a_pair_is_drawn_compared_and_scored(first: Compared, pair: DrawnPair, folder: Path) -> None:
    assert first.error == ""
    answers = list(first.answers())
    assert len(answers) == len(pair.statements)
    assert all(a.answer != "error" and a.lean for a in answers)
    assert (folder / "home" / "cache").is_dir()
    head, _, row = table([first]).splitlines()
    assert head.count("|") == row.count("|")
    assert row.startswith("| easy | 1 |")


def test_what_is_in_the_folder_is_not_made_again(first: Compared, pair: DrawnPair, folder: Path, monkeypatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(score, "write_pair", never)
    monkeypatch.setattr(score, "compare", never)
    assert compared(pair, folder) == first
    assert "made again" in compared(pair, folder, again=True).error


def test_another_pair_in_its_place_is_drawn_anew(first: Compared, pair: DrawnPair, folder: Path, monkeypatch) -> None:
    drawn = []
    monkeypatch.setattr(score, "write_pair", lambda pair, place: drawn.append(place))
    monkeypatch.setattr(score, "_write_report", lambda pair, place, settings, target: target.write_text("{}"))
    assert first.report
    compared(pair.model_copy(update={"statements": pair.statements[:1]}), folder)
    assert len(drawn) == 1


def test_a_failure_is_named_and_its_statements_stay_in_the_count(pair: DrawnPair, tmp_path: Path, monkeypatch) -> None:
    def fail(pair: DrawnPair, place: Path) -> None:
        raise VideoError("the disk is full")

    monkeypatch.setattr(score, "write_pair", fail)
    broken = compared(pair, tmp_path)
    assert "VideoError: the disk is full" in broken.error
    count = len(pair.statements)
    said = table([broken])
    assert f"100% ({count}/{count}) |" in said
    assert said.endswith(f"failed: {broken.error}")


def test_difficulties_have_a_row_each_and_one_for_all(pair: DrawnPair) -> None:
    both = [Compared(pair=p, report=None) for p in (pair, pair.model_copy(update={"difficulty": "hard"}))]
    assert [row.split("|")[1].strip() for row in table(both).splitlines()[2:]] == ["easy", "hard", "all"]
