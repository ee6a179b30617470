"""The numbers of a score, against cases worked by hand."""

from __future__ import annotations

import math

import pytest

from viddiff.evals.drawn.metrics import Answered, Share, answered, calibration_error, near, score
from viddiff.evals.drawn.statements import DrawnStatement
from viddiff.memory.report import DifferenceReport
from viddiff.memory.values import Evidence, KeyFrame


def _answered(truth: str, answer: str, lean: str | None = None, confidence: float = 0.5, instants=()) -> Answered:
    lean = lean or (answer if answer in ("a", "b") else "a")
    return Answered(difficulty="easy", truth=truth, answer=answer, lean=lean, confidence=confidence, instants=instants)


def _statement(**changed: object) -> DrawnStatement:
    given = {"id": "depth", "description": "the squat is deeper", "answer": "a", "parameter": "depth"}
    known = {"quantity": "knee_flexion", "difference": -30.0, "phase": "bottom", "times_a": (2.0, 5.0), "times_b": (3.0,)}
    return DrawnStatement.model_validate(given | known | changed)


def _found(a_s: tuple[float, ...], b_s: tuple[float, ...]) -> DifferenceReport:
    keys = [tuple(KeyFrame(time_s=time_s, frame=0) for time_s in side) for side in (a_s, b_s)]
    return DifferenceReport(
        id="depth", description="the squat is deeper", answer="a", lean="a", confidence=0.9, reason="", stage="",
        evidence=Evidence(a=keys[0], b=keys[1]), measurement=None, votes=(), attempts=(),
    )  # fmt: skip


def test_statements_whose_truth_is_a_letter() -> None:
    found = score(
        [
            _answered("a", "a"),
            _answered("b", "a"),
            _answered("b", "same", lean="b"),
            _answered("a", "unknown", lean="b"),
            _answered("a", "unknown", lean="a"),
        ]
    )
    counts = {name: (share.hits, share.of) for name in ("right", "wrong", "same", "unknown") if (share := getattr(found, name))}
    assert counts == {"right": (3, 5), "wrong": (1, 5), "same": (1, 5), "unknown": (2, 5)}
    assert found.kept_same == found.false_letter == Share(hits=0, of=0)


def test_statements_whose_truth_is_same() -> None:
    found = score([_answered("same", "same"), _answered("same", "a"), _answered("same", "unknown"), _answered("same", "b")])
    assert found.kept_same == Share(hits=1, of=4)
    assert found.false_letter == Share(hits=2, of=4)
    assert found.right.of == 0


def test_a_failed_comparison_counts_as_not_right_and_not_found() -> None:
    failed = answered(_statement(), None, "hard")
    found = score([failed, _answered("a", "a", instants=(True, True))])
    assert found.right == Share(hits=1, of=2)
    assert found.failed == Share(hits=1, of=2)
    assert found.instants == Share(hits=2, of=4)
    assert found.wrong.hits == found.same.hits == found.unknown.hits == 0


def test_the_interval_is_wilsons() -> None:
    # Wilson 1927 for 8 of 10 at z = 1.96: centre (0.8 + 0.19207) / 1.38415, half width 1.96 * sqrt(0.016 + 0.009604) / 1.38415.
    assert Share(hits=8, of=10).interval() == pytest.approx((0.4902, 0.9433), abs=2e-4)
    assert Share(hits=0, of=10).interval() == pytest.approx((0.0, 0.2775), abs=2e-4)
    assert Share(hits=0, of=0).interval() == (0.0, 1.0)
    assert math.isnan(Share(hits=0, of=0).value)


def test_calibration_of_three_bins() -> None:
    # 0.9 and 0.95 share a bin: |0.925 - 0.5| of 2; 0.62 is right: 0.38 of 1; 1.0 goes to the last bin too.
    assert calibration_error([0.95, 0.9, 0.62], [True, False, True]) == pytest.approx((0.85 + 0.38) / 3)
    assert calibration_error([0.95, 1.0], [True, True]) == pytest.approx(0.05 / 2)
    assert calibration_error([0.3, 0.7], [True, True]) == pytest.approx((0.7 + 0.3) / 2)
    assert math.isnan(calibration_error([], []))


def test_confidence_counts_for_letters_only_and_a_letter_for_equals_is_wrong() -> None:
    found = score(
        [_answered("same", "b", confidence=0.8), _answered("a", "unknown", confidence=0.1), _answered("b", "b", "b", 1.0)]
    )
    assert found.calibration == pytest.approx((0.8 + 0.0) / 2)


@pytest.mark.parametrize(
    ("a_s", "b_s", "expected"),
    [
        ((2.2,), (2.79,), (True, False)),
        ((5.1, 9.0), (3.0,), (True, True)),
        ((9.0, 2.0), (), (False, False)),
    ],
)
def test_an_instant_is_near_any_repetition_and_the_first_key_frame_counts(a_s, b_s, expected) -> None:
    assert answered(_statement(), _found(a_s, b_s), "easy").instants == expected


def test_spans_have_no_instants() -> None:
    for phase in ("whole", "lowering", "start"):
        assert answered(_statement(phase=phase), _found((2.0,), (3.0,)), "easy").instants == ()


def test_without_true_instants_nothing_is_near() -> None:
    assert not near([KeyFrame(time_s=1.0, frame=30)], [])
