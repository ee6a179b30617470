"""The drawn evaluation from end to end: pairs drawn, compared, scored and written; and what a biased model cannot do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from quick_pairs import Inline, quick_pairs, silent
from typer.testing import CliRunner

from viddiff.agent import cli_eval, command_eval
from viddiff.agent.settings import Settings
from viddiff.evals import evaluation
from viddiff.evals.drawn import pairing, task
from viddiff.evals.drawn.pairing import Drawn, drawn_set
from viddiff.evals.drawn.score import Compared, table
from viddiff.evals.drawn.testimony import conduct
from viddiff.evals.evaluation import How, Who, evaluate, system_of
from viddiff.evals.running import systems
from viddiff.memory.errors import SettingsError


@pytest.fixture(scope="module")
def pairs() -> tuple[Drawn, Drawn]:
    return quick_pairs()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Settings.model_config, "toml_file", None)
    monkeypatch.setattr(evaluation, "Processes", lambda slots: Inline())


def command(*arguments: object):
    return CliRunner().invoke(cli_eval.evaluate, ["drawn", *map(str, arguments)])


def compared(name: str, pairs: tuple[Drawn, ...], folder: Path) -> list[Compared]:
    who = Who(settings=Settings.of(home=folder, profile="embedded", encoder="pose"), server=name)
    with system_of(who, folder) as system:
        done = evaluate(pairs, "closed", system, How(folder=folder), silent())
    return [Compared(pair=pair.drawn, report=found.report) for pair, found in zip(pairs, done.outcomes, strict=True)]


def test_two_pairs_against_a_server_that_looks_and_the_page_of_it(pairs, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(task, "drawn_set", lambda *_: pairs)
    arguments = ("--folder", folder, "--server", "image_reader", "--html", folder / "r.html", "--markdown", folder / "r.md")
    done = command(*arguments)
    assert done.exit_code == 0, done.output
    said, page = ((folder / name).read_text(encoding="utf-8") for name in ("r.md", "r.html"))
    assert re.search(r"^\| easy \| 2 \| 100%", said, re.MULTILINE)
    titles = re.findall(r"^## (.*)$", said, re.MULTILINE)
    assert titles == re.findall(r"<h2>(.*)</h2>", page)
    assert {"Confidence", "Position bias", "Witnesses", "Effort per pair", "The worst cases"} <= set(titles)
    assert page.count("<svg") >= 4
    assert "#0072B2" in page
    assert not re.search(r'<script|(?:src|href)="(?!#|r-traces/)', page)
    # Nothing is compared again, drawn again or asked again, and the numbers are the same.
    for module, name in ((systems, "compare"), (pairing, "write_pair")):
        monkeypatch.setattr(module, name, None)
    assert command(*arguments).exit_code == 0
    assert (folder / "r.md").read_text(encoding="utf-8") == said


def test_a_model_that_does_not_look_is_never_sure_and_wrong_and_the_worst_cases_have_traces(
    pairs, folder: Path, monkeypatch
) -> None:
    turned = tuple(pair.model_copy(update={"row": _turned(pair)}) for pair in pairs)
    monkeypatch.setattr(task, "drawn_set", lambda *_: turned)
    done = command("--folder", folder, "--server", "always_first", "--html", folder / "w.html", "--markdown", folder / "w.md")
    assert done.exit_code == 0, done.output
    links = re.findall(r'href="(w-traces/[0-9a-f]{12}\.html)"', (folder / "w.html").read_text(encoding="utf-8"))
    assert links
    assert all((folder / link).read_text(encoding="utf-8").startswith("<!doctype html>") for link in links)
    behaved = conduct(each for pair in compared("always_first", turned, folder) for each in pair.witnessed())
    assert behaved.sure_wrong_by_model == 0
    assert 0 < behaved.void.hits == behaved.void.of


def _turned(pair: Drawn):
    """The labels exchanged, so that there is something to get wrong."""
    other = {"a": "b", "b": "a", "c": "c"}
    return pair.row.model_copy(
        update={"differences": tuple(d.model_copy(update={"truth": other[d.truth]}) for d in pair.row.differences)}
    )


def test_open_recall_without_a_model(pairs, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(task, "drawn_set", lambda *_: pairs)
    done = command("--folder", folder, "--setting", "open")
    assert done.exit_code == 0, done.output
    assert re.search(r"^\| easy \| 2 \| \d+% \(\d+/\d+\)", done.stdout, re.MULTILINE)
    assert "Recall@N" in done.stdout


def test_another_pair_in_its_place_is_drawn_anew(pairs, folder: Path, monkeypatch) -> None:
    drawn = []
    monkeypatch.setattr(pairing, "write_pair", lambda pair, place: drawn.append(place))
    pairs[0].clip("a", folder / "clips")
    assert drawn == []
    other = pairs[0].drawn.model_copy(update={"statements": pairs[0].drawn.statements[:1]})
    assert Drawn.of(other).clip("a", folder / "clips") == folder / "clips" / pairs[0].name / "a.mp4"
    assert len(drawn) == 1


def test_two_hundred_pairs_go_through_all_actions_and_difficulties() -> None:
    drawn = drawn_set(200, 7)
    assert len({pair.name for pair in drawn}) == 200
    assert len({pair.row.action for pair in drawn}) >= 12
    assert {pair.row.split for pair in drawn} == {"easy", "medium", "hard"}
    assert {d.truth for pair in drawn for d in pair.asked} == {"a", "b", "c"}
    assert drawn_set(2, 7) == drawn[:2]


def test_difficulties_have_a_row_each_and_one_for_all(pairs) -> None:
    both = [Compared(pair=p, report=None) for p in (pairs[0].drawn, pairs[0].drawn.model_copy(update={"difficulty": "hard"}))]
    assert [row[0] for row in table(both).rows] == ["easy", "hard", "all"]
    count = sum(len(each.pair.statements) for each in both)
    assert str(table(both).rows[-1][-1]) == f"100% ({count}/{count})"


def test_an_unknown_personality_and_a_place_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    assert isinstance(refused := command("--server", "oracle", "--folder", tmp_path).exception, SettingsError)
    assert "oracle" in str(refused)
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        command_eval._write(_Page(), None, tmp_path / "file" / "r.md")


class _Page:
    def markdown(self) -> str:
        return "said"
