"""Drawn pairs scored with every model role on a scripted server: the command from end to end, and what a biased model cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from viddiff.evals.drawn import drawn_pair, score
from viddiff.evals.drawn.pairs import DrawnPair
from viddiff.evals.drawn.score import Compared, compared
from viddiff.evals.drawn.served import Traffic, seat_of
from viddiff.evals.drawn.testimony import conduct


@pytest.fixture(scope="module")
def pairs() -> tuple[DrawnPair, DrawnPair]:
    """One quick squat each, in few frames, and the same clips the other way round."""
    drawn = drawn_pair(3, "squat")
    quick = {"repetitions": 1, "tempo_s": 1.4, "pause_s": 0.2}
    film = {"fps": 15.0, "lead_in_s": 0.3, "lead_out_s": 0.3}
    takes = {
        side: take.model_copy(
            update={"parameters": take.parameters.model_copy(update=quick), "look": take.look.model_copy(update=film)}
        )
        for side, take in (("a", drawn.a), ("b", drawn.b))
    }
    unchanged = tuple(s for s in drawn.statements if s.parameter not in quick)
    one = drawn.model_copy(update={**takes, "statements": unchanged})
    return one, one.swapped().model_copy(update={"seed": 4})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


def scored(name: str, pairs: tuple[DrawnPair, DrawnPair], folder: Path) -> list[Compared]:
    with seat_of(name) as seat:
        return [compared(pair, folder, seat=seat) for pair in pairs]


def command(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(score.main)
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_two_pairs_are_scored_against_a_server_that_looks(pairs, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(score, "labelled_pairs", lambda *_: pairs)
    arguments = ("--pairs", "2", "--folder", str(folder), "--server", "image_reader")
    said = command(*arguments)
    assert said.exit_code == 0
    wide = {line.split("|")[1].strip(): line for line in said.stdout.splitlines() if line.startswith("| ")}
    assert wide["easy"].startswith("| easy | 2 | 100%")
    assert "both orders" in said.stdout
    assert float(wide["image_reader"].split("|")[3]) > 0
    assert command(*arguments).stdout == said.stdout


@pytest.mark.parametrize("name", ["always_first", "random"])
def test_a_model_that_does_not_look_makes_no_answer_sure_and_wrong(name: str, pairs, folder: Path) -> None:
    found = scored(name, pairs, folder)
    assert [each.error for each in found] == ["", ""]
    behaved = conduct(each for pair in found for each in pair.witnessed())
    assert behaved.sure_wrong_by_model == 0
    assert behaved.void.hits > 0
    assert name == "random" or behaved.void.hits == behaved.void.of


def test_each_seat_has_its_own_report_and_count(pairs, folder: Path) -> None:
    looking, biased = (scored(name, pairs, folder)[0] for name in ("image_reader", "always_first"))
    embedded = compared(pairs[0], folder)
    assert len({each.report.backends.planner for each in (looking, biased, embedded) if each.report}) == 3
    assert embedded.traffic is None
    assert looking.traffic
    assert min(looking.traffic.model_dump().values()) > 0
    assert looking.traffic == Traffic.model_validate_json(next(folder.glob("*-3/traffic-image_reader.json")).read_bytes())


def test_a_personality_that_does_not_exist_is_named() -> None:
    refused = command("--server", "oracle")
    assert refused.exit_code == 2
    assert "oracle" in refused.output
