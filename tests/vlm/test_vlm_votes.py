"""Replies turned into votes for A and B, and both orders into one opinion."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_seat import answer

from viddiff.tools.models.schemas import form_of
from viddiff.tools.obstacles import CAUSE_OF, NEXT_LOOK, worst_cause
from viddiff.tools.vlm_votes import Bias, Heard, Hearing, ModelReply, Opinion, by_clip, hear, opinion_of

TURNED = {"a": "b", "b": "a", "same": "same", "unknown": "unknown"}
HEARD = st.builds(
    Heard,
    answer=st.sampled_from(["a", "b", "same", "unknown"]),
    confidence=st.floats(0, 1),
    obstacle=st.sampled_from(["none", *CAUSE_OF, "other"]),
)


def heard(*answers: dict[str, Any], order: Any = "ab", asked: tuple[str, ...] = ("d1", "d2"), odds: Any = ()) -> Hearing:
    return hear(ModelReply.model_validate({"answers": answers}), order, asked, odds)


def said(hearing: Hearing) -> dict[str, tuple[str, float]]:
    return {id_: (each.answer, each.confidence) for id_, each in hearing.heard.items()}


def test_positions_are_mapped_back_to_clips_by_order() -> None:
    replies = [answer("d1", "first", 0.7), answer("d2", "second", 0.8)]
    assert said(heard(*replies)) == {"d1": ("a", 0.7), "d2": ("b", 0.8)}
    assert said(heard(*replies, order="ba")) == {"d1": ("b", 0.7), "d2": ("a", 0.8)}
    assert said(heard(answer("d1", "same"), answer("d2", "cannot_tell"))) == {"d1": ("same", 0.9), "d2": ("unknown", 0.9)}


def test_what_was_not_said_is_not_made_up() -> None:
    hearing = heard(answer("d1", "first"), answer("d7", "first"))
    assert set(hearing.heard) == {"d1"}
    assert (hearing.stray, hearing.unusable) == (1, 0)


@pytest.mark.parametrize("confidence", [-0.1, 1.01, 90, float("nan"), float("inf")])
def test_a_confidence_that_is_none_spoils_its_answer_alone(confidence: float) -> None:
    hearing = heard(answer("d1", "first", confidence), answer("d2", "first", 1.0))
    assert set(hearing.heard) == {"d2"}
    assert hearing.unusable == 1


def test_an_answer_given_twice_counts_once_and_not_at_all_when_it_contradicts_itself() -> None:
    hearing = heard(answer("d1", "first"), answer("d1", "second"), answer("d2", "same"), answer("d2", "same"))
    assert said(hearing) == {"d2": ("same", 0.9)}
    assert hearing.unusable == 1


def test_the_servers_own_probability_goes_before_the_stated_one() -> None:
    replies = [answer("d1", "first", 0.99), answer("d2", "same", 0.9)]
    odds = ({"first": 0.3, "second": 0.2, "same": 0.0, "cannot_tell": 0.0}, {"first": 0.5})
    assert said(heard(*replies, odds=odds)) == {"d1": ("a", pytest.approx(0.6)), "d2": ("same", 0.9)}
    assert said(heard(*replies, odds=odds[:1]))["d1"] == ("a", 0.99)


def test_first_choices_and_letters_are_counted() -> None:
    hearing = heard(
        *(answer(f"d{n}", c) for n, c in enumerate(["first", "second", "same", "first"])), asked=("d0", "d1", "d2", "d3")
    )
    assert (hearing.first, hearing.letters) == (2, 3)


@pytest.mark.parametrize(
    ("ab", "ba", "answer_", "strength"),
    [
        ("a", "a", "a", "strong"), ("b", "b", "b", "strong"), ("same", "same", "same", "strong"),
        ("a", "b", "unknown", "none"), ("b", "a", "unknown", "none"),
        ("a", "same", "a", "weak"), ("same", "b", "b", "weak"),
        ("a", "unknown", "a", "weak"), ("unknown", "b", "b", "weak"), ("unknown", "same", "same", "weak"),
        ("unknown", "unknown", "unknown", "none"),
    ],
)  # fmt: skip
def test_both_orders_make_one_opinion(ab: Any, ba: Any, answer_: str, strength: str) -> None:
    opinion = opinion_of("d", "m", Heard(answer=ab, confidence=0.9), Heard(answer=ba, confidence=0.6))
    assert (opinion.answer, opinion.strength) == (answer_, strength)
    assert opinion.void == ({ab, ba} == {"a", "b"})
    assert [(v.source, v.order, v.answer, v.confidence) for v in opinion.votes] == [("m", "ab", ab, 0.9), ("m", "ba", ba, 0.6)]
    if strength == "strong":
        assert opinion.confidence == 0.6


def test_a_flip_is_void_and_worth_another_look() -> None:
    opinion = opinion_of("d", "m", Heard(answer="a", confidence=1), Heard(answer="b", confidence=1))
    assert (opinion.cause, opinion.confidence) == ("orders disagree", 0)
    assert "flips with the order" in opinion.reason


def test_an_answer_in_one_order_only_is_no_answer() -> None:
    opinion = opinion_of("d", "m", Heard(answer="a", confidence=1), None)
    assert (opinion.answer, opinion.strength, opinion.reason) == ("unknown", "none", "the model left it out of its reply")
    assert [vote.order for vote in opinion.votes] == ["ab"]
    assert opinion_of("d", "m", None, None, "the server was down").reason == "the server was down"


@given(HEARD, HEARD)
def test_exchanging_the_clips_exchanges_the_answer_and_nothing_else(ab: Heard, ba: Heard) -> None:
    there = opinion_of("d", "m", ab, ba)
    turned = [each.model_copy(update={"answer": TURNED[each.answer]}) for each in (ba, ab)]
    back = opinion_of("d", "m", *turned)
    assert back.answer == TURNED[there.answer]
    for field in ("strength", "confidence", "void", "cause"):
        assert getattr(back, field) == getattr(there, field)


def test_why_a_model_cannot_tell_becomes_a_cause_with_something_to_try() -> None:
    for obstacle, cause in CAUSE_OF.items():
        cannot = Heard(answer="unknown", confidence=0.5, obstacle=obstacle)
        assert opinion_of("d", "m", cannot, cannot).cause == cause
        assert cause == "joint hidden" or NEXT_LOOK[cause]
    assert worst_cause(["too_small", "wrong_moment", "none"]) == "wrong moment"
    assert worst_cause(["other", "none"]) == ""


def test_an_obstacle_counts_only_where_the_model_cannot_tell() -> None:
    hearing = heard(answer("d1", "first", obstacle="too_small"), answer("d2", "cannot_tell", obstacle="none"))
    assert [each.obstacle for each in hearing.heard.values()] == ["none", "other"]


def test_reasons_speak_of_a_and_b() -> None:
    words = "Video 1 is lower, the second video\nis higher than video #1; video two too."
    assert by_clip(words, "ab") == "A is lower, B is higher than A; B too"
    assert by_clip(words, "ba") == "B is lower, A is higher than B; A too"
    assert len(by_clip("x" * 10_000, "ab")) == 240


def test_bias_is_told_when_there_is_enough_of_it() -> None:
    assert Bias().rate is None
    assert Bias(first=5, letters=10).warning == ""
    assert Bias(first=5, letters=5).warning == ""
    assert "shown first in 9 of 10" in Bias(first=9, letters=10).warning
    assert "shown second in 10 of 10" in Bias(first=0, letters=10).warning


def test_the_schema_is_strict_and_offers_the_obstacles() -> None:
    schema = form_of(ModelReply)
    assert schema.choices == ("first", "second", "same", "cannot_tell")
    offered = schema.json_schema["$defs"]["ModelAnswer"]["properties"]
    assert set(offered) == {"id", "reason", "choice", "obstacle", "confidence"}
    assert offered["obstacle"]["enum"] == ["none", "wrong_moment", "too_small", "too_fast", "out_of_view", "not_visible", "other"]


def test_an_opinion_keeps_no_more_than_it_was_told() -> None:
    assert Opinion(id="d", answer="unknown", strength="none").confidence == 0
