"""The command that lets model servers fail at random, in short: nothing is lost, paid twice or made up, and it would say so."""

from __future__ import annotations

from viddiff.evals.torture.failing_server import FaultyServer
from viddiff.evals.torture.faulty_servers import Survived, summary, tortured, wrong


def test_sequences_of_faults_are_survived(drawn, settings) -> None:
    found: list[Survived] = []
    for each in tortured(drawn("squat", 3), 15, settings.home):
        found.append(each)
        # Which request meets which fault is chance, as is whether one of them ends a run.
        if len(found) >= 5 and any(survived.stops for survived in found):
            break
    assert [each.problems for each in found] == [()] * len(found)
    assert sum(each.faults for each in found) > 5
    assert any(each.stops for each in found)


def test_what_must_not_happen_is_named(closed, drawn) -> None:
    pair = drawn("squat", 3)
    report = closed(pair.a.path, pair.b.path, "squat", ["the squat is deeper", "the feet are further apart"])
    answers = {d.id: d.answer for d in report.differences}
    assert "a" in answers.values() or "b" in answers.values()
    assert list(wrong(report, answers, FaultyServer({}))) == []
    flipped = {id_: {"a": "b", "b": "a"}.get(answer, answer) for id_, answer in answers.items()}
    assert any("without faults" in problem for problem in wrong(report, flipped, FaultyServer({})))
    assert "statements are missing" in next(wrong(report, {**answers, "more": "a"}, FaultyServer({})))


def test_the_summary_counts() -> None:
    found = [Survived(seed=1, faults=3, stops=2, changed=1), Survived(seed=2, faults=1, stops=0, problems=("bad",))]
    assert summary(found) == (
        "2 runs, 4 faults, 1 broken off and resumed 2 times, 1 answers that claim less than without faults, 1 runs with problems"
    )
