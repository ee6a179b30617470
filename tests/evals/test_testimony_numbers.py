"""What the witnesses were worth, against cases worked by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from viddiff.evals.drawn.metrics import Share
from viddiff.evals.drawn.remote_tables import conduct_table, records_table, reliability_table
from viddiff.evals.drawn.statements import DrawnStatement
from viddiff.evals.drawn.testimony import LETTERS, Weighed, conduct, records, reliability, weighed
from viddiff.memory.report import DifferenceReport
from viddiff.memory.values import Evidence, Vote

SILENT = ("unknown", "unknown")


def vote(order: str, answer: str, confidence: float = 0.9) -> Vote:
    source = "measurement" if order == "-" else "openai:scripted@http://127.0.0.1:1/v1"
    return Vote.model_validate({"source": source, "order": order, "answer": answer, "confidence": confidence})


def heard(
    truth: str, answer: str, measured: str, orders: tuple[str, str] = SILENT, confidence: float = 0.9, lean: str = "a"
) -> Weighed:
    """A statement after one look; `orders` is what the model said with A and with B shown first."""
    votes = (vote("-", measured), *(vote(order, said) for order, said in zip(("ab", "ba"), orders, strict=True)))
    return weighed(stated(truth), reported(answer, votes, confidence, answer if answer in LETTERS else lean))


def stated(truth: str) -> DrawnStatement:
    fields: dict[str, Any] = {"id": "depth", "description": "the squat is deeper", "answer": truth, "parameter": "depth"}
    return DrawnStatement(**fields, quantity="knee_flexion", difference=-30.0, phase="bottom", times_a=(2.0,), times_b=(3.0,))


def reported(answer: str, votes: tuple[Vote, ...], confidence: float, lean: str) -> DifferenceReport:
    return DifferenceReport.model_validate(
        {
            "id": "depth", "description": "the squat is deeper", "answer": answer, "lean": lean, "confidence": confidence, "reason": "",
            "stage": "", "evidence": Evidence(), "measurement": None, "votes": votes, "attempts": (),
        }
    )  # fmt: skip


def test_the_last_look_counts_and_every_vote_tells_of_the_bias() -> None:
    votes = (vote("-", "unknown"), vote("ab", "a"), vote("ba", "b"), vote("-", "b"), vote("ab", "b"), vote("ba", "b", 0.7))
    found = weighed(stated("b"), reported("b", votes, 0.9, "b"))
    assert (found.measured, found.opinion.answer, found.opinion.strength, found.opinion.confidence) == ("b", "b", "strong", 0.7)
    assert (found.bias.first, found.bias.letters) == (3, 4)
    assert (found.model, found.agreement, found.right) == ("both orders", "agrees", True)


def test_without_a_model_there_is_only_the_measurement() -> None:
    found = weighed(stated("b"), reported("same", (vote("-", "same"),), 0.8, "b"))
    assert (found.measured, found.model, found.opinion.strength, found.bias.letters) == ("same", "says nothing", "none", 0)


def test_how_a_model_behaves() -> None:
    found = conduct(
        [
            heard("a", "a", "a", ("a", "a")),
            heard("a", "b", "unknown", ("b", "b"), confidence=0.75),
            heard("b", "a", "a", ("a", "b"), confidence=0.95),
            heard("same", "a", "unknown", ("a", "same"), confidence=0.69),
            heard("b", "unknown", "unknown", ("a", "b"), lean="b"),
        ]
    )
    assert found.right == Share(hits=2, of=4)
    assert found.model_right == Share(hits=1, of=2)
    assert (found.sure_wrong, found.sure_wrong_by_model) == (2, 1)
    assert found.void == Share(hits=2, of=4)
    # First shown: ab a, ba b. In turn: (a, -), (-, b), (a, b), (a), (a, b).
    assert found.first == Share(hits=7, of=9)
    # 0.9 and 0.95 share a bin with one right of two, 0.75 and 0.69 have one each with none.
    assert found.calibration == pytest.approx((2 * (0.925 - 0.5) + 0.75 + 0.69) / 4)


def test_stated_confidence_beside_the_share_that_is_right() -> None:
    every = [
        heard("a", "a", "a", confidence=0.95),
        heard("same", "b", "b", confidence=1.0),
        heard("b", "b", "b", confidence=0.62),
        heard("same", "same", "same", confidence=0.7),
        heard("a", "unknown", "unknown", confidence=0.4),
    ]
    found = [(each.low, round(each.stated, 3), each.right.hits, each.right.of) for each in reliability(every, LETTERS)]
    assert found == [(0.6, 0.62, 1, 1), (0.9, 0.975, 1, 2)]
    assert [(each.low, each.right) for each in reliability(every, ("same",))] == [(0.7, Share(hits=1, of=1))]


def test_who_was_right_by_what_the_others_said() -> None:
    found = {
        (record.case.model, record.case.says, record.case.measurement): (record.model, record.measurement, record.answered)
        for record in records(
            [
                heard("a", "a", "a", ("a", "a")),
                heard("same", "a", "a", ("a", "a")),
                heard("b", "a", "a", ("b", "b")),
                heard("a", "unknown", "unknown", ("a", "unknown")),
                heard("b", "b", "b", ("a", "b")),
                heard("same", "unknown", "unknown"),
            ]
        )
    }
    one, two, none = (lambda hits, of=1: Share(hits=hits, of=of)), Share(hits=1, of=2), Share(hits=0, of=0)
    assert found == {
        ("both orders", "a letter", "agrees"): (two, two, two),
        ("both orders", "a letter", "differs"): (one(1), one(0), one(0)),
        ("one order", "a letter", "undecided"): (one(1), none, none),
        ("void", "a letter", "decides"): (none, one(1), one(1)),
    }


def test_the_tables_say_nothing_where_nothing_was_said() -> None:
    every = [heard("a", "unknown", "unknown")]
    assert math.isnan(conduct(every).calibration)
    assert conduct_table(every).markdown().splitlines()[2].endswith("| - | 0 | 0 | - | - | - |")
    assert len(reliability_table(every).markdown().splitlines()) == len(records_table(every).markdown().splitlines()) == 2
