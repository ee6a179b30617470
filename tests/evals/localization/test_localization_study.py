"""The ablation on two tiny pairs, end to end, and the verifiers read off a report."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from made_once import fewer_frames

from viddiff.evals.drawn import drawn_pair
from viddiff.evals.drawn.score import Compared
from viddiff.evals.localization.prompts import misprompted, prompted
from viddiff.evals.localization.scenes import plan_of
from viddiff.evals.localization.strategies import NAMED
from viddiff.evals.localization.study import ANY, Finding, study
from viddiff.evals.localization.tables import localization_table, steps_table
from viddiff.evals.localization.unusual import OUTSIDE, unusual_pairs
from viddiff.evals.localization.verifiers import DECIDERS, Decided, verifier_table
from viddiff.memory.report import DifferenceReport
from viddiff.memory.values import Evidence, Vote
from viddiff.tools.actions import ActionLibrary
from viddiff.tools.propose import LibraryProposer
from viddiff.tools.statement import StatementReader

PAIRS = tuple(map(fewer_frames, unusual_pairs(2, 5)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def found(folder: Path) -> list[Finding]:
    return study(PAIRS, prompted(("pose", "own_clip"), folder), "true", folder, lambda _: None)


def test_every_row_has_every_pair(found: list[Finding]) -> None:
    by_row = {(f.encoder, f.strategy): 0 for f in found}
    for f in found:
        by_row[f.encoder, f.strategy] += 1
    seeing = [name for name in NAMED if name not in ("random", "oracle")]
    assert by_row == {(ANY, "random"): 2, (ANY, "oracle"): 2} | {(e, s): 2 for e in ("pose", "own_clip") for s in seeing}


def test_viddiffs_own_way_is_nearer_the_truth_than_random_frames(found: list[Finding]) -> None:
    def worst(encoder: str, strategy: str) -> float:
        return max(error for f in found if (f.encoder, f.strategy) == (encoder, strategy) for error in f.key_errors_s)

    assert worst(ANY, "oracle") == 0
    assert worst("pose", "ours") < 0.3 < worst(ANY, "random")


def test_what_is_done_is_not_done_again(found: list[Finding], folder: Path) -> None:
    told: list[str] = []
    assert study(PAIRS, [], "true", folder, told.append) == [f for f in found if f.encoder == ANY]
    assert len(told) == 2


def test_the_tables_have_a_row_for_each_way(found: list[Finding]) -> None:
    table = localization_table(found)
    assert len(table.splitlines()) == 2 + 2 + 2 * (len(NAMED) - 2)
    assert [row for row in NAMED.values() if row not in table] == []
    assert len(steps_table(found, "pose").splitlines()) == 2 + 8


def test_wrong_prompts_are_another_actions_and_keep_the_stages() -> None:
    library = ActionLibrary.load()
    pair = unusual_pairs(1, 5)[0]
    plan = plan_of(pair, LibraryProposer(library, StatementReader()))
    wrong = misprompted(plan, pair.action, library)
    assert [s.name for s in wrong.stages] == [s.name for s in plan.stages]
    assert {r for s in wrong.stages for r in s.retrieval} & {
        r for s in plan.peak_stage and plan.stages[2:3] for r in s.retrieval
    } == set()


def test_unusual_people_have_proportions_that_no_usual_look_has() -> None:
    for pair in unusual_pairs(3, 8):
        for take, key in ((pair.a, "times_a"), (pair.b, "times_b")):
            figure = take.look.figure
            assert all(any(low <= getattr(figure, name) <= high for low, high in ends) for name, ends in OUTSIDE.items())
            assert all(take.look.lead_in_s < time for s in pair.statements for time in getattr(s, key) if s.phase != "start")


def report_of(votes: list[Vote]) -> DifferenceReport:
    return DifferenceReport(
        id="d",
        description="x",
        answer="a",
        lean="a",
        confidence=0.8,
        reason="",
        stage="",
        evidence=Evidence(),
        measurement=None,
        votes=tuple(votes),
        attempts=(),
    )


def test_deciders_read_their_own_votes() -> None:
    votes = [
        Vote(source="measurement", order="-", answer="b", confidence=0.8),
        Vote(source="openai:x", order="ab", answer="a", confidence=0.6),
        Vote(source="openai:x", order="ba", answer="same", confidence=0.6),
    ]
    said = [decide(report_of(votes)) for decide in DECIDERS.values()]
    assert said == ["b", "a", "same", "unknown", "a"]


def test_no_letter_is_worth_half() -> None:
    assert [Decided(truth="a", answer=answer).worth for answer in ("a", "b", "same", "unknown")] == [1, 0, 0.5, 0.5]


def test_every_decider_is_scored_on_the_statements_whose_truth_is_a_letter() -> None:
    pair = drawn_pair(3, "squat")
    lettered = [s for s in pair.statements if s.answer in ("a", "b")]
    right = Vote(source="openai:x", order="ab", answer=lettered[0].answer, confidence=0.6)
    said = report_of([right]).model_copy(update={"id": lettered[0].id, "answer": lettered[0].answer})
    compared = Compared.model_construct(pair=pair, report=SimpleNamespace(differences=[said]))
    rows = {row[0]: row[1:] for row in verifier_table([compared]).rows}
    assert rows["vision model only, A shown first"][0] == "100% (1/1)"
    assert rows["vision model only, A shown first"][2].startswith("100%")
    assert rows["vision model only, B shown first"][0] == "0% (0/1)"
    assert rows["vision model only, B shown first"][2].startswith("50%")


def test_findings_are_kept_as_plain_json(found: list[Finding], folder: Path) -> None:
    kept = [Finding.model_validate(each) for path in sorted(folder.glob("true-*.json")) for each in json.loads(path.read_text())]
    assert sorted(kept, key=str) == sorted(found, key=str)
