"""What a report says beyond the paper, against cases worked by hand."""

from __future__ import annotations

import math

import pytest
from quick_pairs import answer, quick_pair, report_of

from viddiff.evals.drawn.metrics import Share
from viddiff.evals.drawn.pairing import Drawn
from viddiff.evals.reporting.curves import Sure, at_coverage, bins_of, calibration, coverage_curve
from viddiff.evals.reporting.decided import Decided, decided_of
from viddiff.evals.reporting.measures import (
    answers_section,
    confidence_section,
    effort_section,
    failures_section,
    instants_section,
    order_section,
)
from viddiff.evals.reporting.worst import worst_of
from viddiff.evals.running.jobs import Failure, Outcome
from viddiff.evals.running.systems import Assignment
from viddiff.memory.report import Usage
from viddiff.memory.values import Evidence, KeyFrame, Vote


def decided(truth: str, said: str, confidence: float = 0.5, **changed: object) -> Decided:
    lean = said if said in ("a", "b") else changed.pop("lean", "a")
    base = {"pair": "p", "group": "easy", "statement": "s", "truth": truth, "answer": said}
    return Decided.model_validate({**base, "confidence": confidence, "lean": lean, **changed})


def outcome(seconds: float, usage: Usage, **changed: object) -> Outcome:
    pair = Drawn.of(quick_pair())
    report = report_of(Assignment(pair, (None, None), "closed", "0" * 12, 1.0), [])  # type: ignore[arg-type]
    return Outcome(name="p", report=report.model_copy(update={"usage": usage, **changed}), seconds=seconds)


def test_coverage_of_four_answers_of_five_statements() -> None:
    answers = [Sure(confidence=c, right=r) for c, r in ((0.9, True), (0.8, False), (0.8, True), (0.6, True))]
    curve = coverage_curve(answers, 5)
    # The surest alone; both at 0.8 at once, since they cannot be told apart; all four.
    assert [(p.least, p.coverage, (p.right.hits, p.right.of)) for p in curve] == [
        (0.9, 0.2, (1, 1)),
        (0.8, 0.6, (2, 3)),
        (0.6, 0.8, (3, 4)),
    ]
    half = at_coverage(curve, 0.5)
    assert half is not None
    assert half.least == 0.8
    assert at_coverage(curve, 0.9) is None
    assert coverage_curve([]) == ()


def test_bins_and_calibration_by_hand() -> None:
    answers = [Sure(confidence=c, right=r) for c, r in ((0.95, True), (1.0, False), (0.62, True))]
    assert [(round(b.low, 1), b.stated, b.right) for b in bins_of(answers)] == [
        (0.6, 0.62, Share(hits=1, of=1)),
        (0.9, pytest.approx(0.975), Share(hits=1, of=2)),
    ]
    # 0.38 of one answer and |0.975 - 0.5| of two.
    assert calibration(answers) == pytest.approx((0.38 + 2 * 0.475) / 3)
    assert math.isnan(calibration([]))


def test_votes_evidence_and_truths_of_one_pair() -> None:
    pair = Drawn.of(quick_pair())
    first, *others = pair.asked
    keys = Evidence(a=(KeyFrame(time_s=1.3, frame=0),))
    votes = [
        Vote(source="measurement", order="-", answer="a", confidence=1),
        Vote(source="m", order="ab", answer="a", confidence=1),
        Vote(source="m", order="ba", answer="b", confidence=1),
        Vote(source="m", order="ba", answer="same", confidence=1),
    ]
    given = answer(first.key, "b", 0.7, evidence=keys, votes=tuple(votes))
    report = report_of(Assignment(pair, (None, None), "closed", "0" * 12, 1.0), [given])  # type: ignore[arg-type]
    found = decided_of(pair, Outcome(name="p", report=report, seconds=1), {first.key: ((0.2, 1.0), (2.0,))})
    # Both letters are for the clip that was shown first, so they contradict one another; the measurement is no model.
    assert (found[0].first, found[0].letters, found[0].flipped) == (2, 2, True)
    assert found[0].off_s == (pytest.approx(0.3), None)
    assert {(d.answer, d.failed) for d in found[1:]} == {("none", False)}
    assert len(found) == 1 + len(others)
    assert {d.truth for d in found} <= {"a", "b", "same"}
    assert all(d.failed and not d.right for d in decided_of(pair, None))


def test_position_bias_by_hand() -> None:
    both = [decided("a", "a", first=2, letters=2, flipped=True), decided("b", "b", first=1, letters=2, flipped=False)]
    section = order_section([*both, decided("b", "same")])
    assert section is not None
    row = section.tables[0].rows[0]
    assert [str(cell).split(",")[0] for cell in row] == ["75% (3/4)", "33% (1/3)", "50% (1/2)"]
    assert order_section([decided("a", "a")]) is None


def test_instants_by_hand_and_no_section_without_any() -> None:
    section = instants_section([decided("a", "a", off_s=(0.1, 0.5)), decided("a", "a", off_s=(0.2, None), group="hard")])
    assert section is not None
    assert [tuple(map(str, row)) for row in section.tables[0].rows] == [
        ("easy", "2", "50% (1/2), 9% to 91%", "0.30", "0.46", "0"),
        ("hard", "2", "50% (1/2), 9% to 91%", "0.20", "0.20", "1"),
        ("all", "4", "50% (2/4), 15% to 85%", "0.20", "0.44", "1"),
    ]
    assert instants_section([decided("a", "a")]) is None
    assert instants_section([decided("a", "a", off_s=(None, None))]) is None


def test_effort_by_hand() -> None:
    done = [
        outcome(10.0, Usage(llm_calls=1, vlm_calls=2, images=4, input_tokens=900, cost_usd=0.01, seconds=4.0)),
        outcome(20.0, Usage(llm_calls=1, vlm_calls=4, images=8, input_tokens=100, cost_usd=0.03, seconds=6.0)),
    ]
    rows = {str(row[0]): row[1:] for row in effort_section(done).tables[0].rows}
    assert rows["model calls"] == ("4.0", "4.0", "5.0", "8.0")
    assert rows["input tokens"] == ("500", "500", "900", "1000")
    assert rows["cost, USD"] == ("0.0200", "0.0200", "0.0300", "0.0400")
    assert rows["seconds in all"] == ("15.0", "15.0", "20.0", "30.0")


def test_failures_are_counted_apart_from_wrong_answers() -> None:
    lost = Outcome(name="q", report=None, failure=Failure(kind="infrastructure", text="q: down"), seconds=1)
    warned = outcome(1, Usage(), warnings=("A: the embedded planner took over: down",))
    section = failures_section(
        [lost, warned], [decided("a", "a"), decided("b", "a"), decided("a", "none", failed=True, lean=None)]
    )
    assert section.tables[0].rows[0] == ("server or machine", "1")
    assert section.tables[1].rows == (("q: down",),)
    assert section.tables[2].rows == (("the embedded planner took over", "1"),)
    assert "33% (1/3) of all, 50% (1/2) of those with a report" in section.text[1]


def test_answers_by_truth_and_confidence_tables() -> None:
    group = [decided("a", "a", 0.9), decided("a", "b", 0.9), decided("a", "unknown"), decided("same", "same", 0.6)]
    assert answers_section(group).tables[0].rows == (("A", "1", "1", "0", "1", "0"), ("same", "0", "0", "1", "0", "0"))
    covered, errors, bins = confidence_section(group).tables
    assert [str(row[0]) for row in covered.rows if row[1] == "-"] == ["90%", "100%"]
    assert errors.rows == (("letters", "2", "0.400"), ("letters and same", "3", "0.400"))
    assert bins.rows[0][:2] == ("0.9 to 1.0", "0.90")


def test_the_worst_are_wrong_letters_the_surest_first() -> None:
    sure, less, missed = decided("a", "b", 0.9), decided("same", "a", 0.6), decided("b", "same", 0.99, lean="a")
    assert worst_of([decided("a", "a", 1.0), missed, less, sure, decided("same", "unknown")]) == [sure, less, missed]
    assert worst_of([less, sure], most=1) == [sure]
