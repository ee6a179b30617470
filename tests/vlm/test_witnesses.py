"""Measurement and model made into one verdict: the laws of weighing, and what the user reads."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viddiff.memory.values import Measurement, Verdict, Vote
from viddiff.tools.vlm_votes import Opinion
from viddiff.tools.witnesses import (
    BOTH_ORDERS,
    COIN,
    LEAST_AGAINST_OTHERS,
    MOST_SURE,
    ONE_ORDER,
    Witness,
    combine,
    decide,
    model_witness,
)

TURNED: Any = {"a": "b", "b": "a", "same": "same", "unknown": "unknown"}
WITNESS = st.builds(
    Witness,
    answer=st.sampled_from(["a", "b", "same", "unknown"]),
    reliability=st.floats(0.5, 0.95),
    confidence=st.floats(0, 1),
    decisive=st.booleans(),
)
WITNESSES = st.lists(WITNESS, max_size=4)


def measured(answer: str, confidence: float = 0.97, lean: str = "a", uncertain: str = "", difference: float = 0.0) -> Verdict:
    """A verdict by measurement, whose difference has a standard deviation of 1."""
    return Verdict.model_validate(
        {
            "id": "d", "answer": answer, "lean": lean, "confidence": confidence, "reason": "by numbers", "uncertain": uncertain,
            "measurement": Measurement(
                quantity="depth", unit="%", a=0, b=difference, difference=difference, interval=(difference - 1.96, difference + 1.96)
            ),
            "votes": (Vote(source="measurement", order="-", answer=answer, confidence=confidence),),
        }
    )  # fmt: skip


def unmeasured() -> Verdict:
    return Verdict(id="d", answer="unknown", lean="a", confidence=0, reason="cannot tell: nothing to measure")


def opinion(answer: str, strength: str = "strong", confidence: float = 0.9, **rest: Any) -> Opinion:
    return Opinion.model_validate(
        {"id": "d", "answer": answer, "strength": strength, "confidence": confidence, "reason": "A is lower", **rest}
    )


VOID = opinion("unknown", "none", 0.0, void=True, cause="orders disagree", reason="it flips")
OPINIONS = st.one_of(
    st.builds(
        opinion,
        st.sampled_from(["a", "b", "same"]),
        st.sampled_from(["strong", "weak"]),
        st.floats(0.01, 1),
        cause=st.sampled_from(["", "too small"]),
    ),
    st.just(VOID),
)
VERDICTS = st.builds(
    measured,
    st.sampled_from(["a", "b", "same", "unknown"]),
    st.floats(0.6, 1).map(lambda x: round(x, 3)),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["", "small difference", "weak alignment", "near threshold"]),
    st.floats(0.1, 3),
)


@given(WITNESSES)
def test_exchanging_the_clips_exchanges_the_answer(witnesses: list[Witness]) -> None:
    there = combine(witnesses)
    back = combine([w.model_copy(update={"answer": TURNED[w.answer]}) for w in witnesses])
    assert back.answer == TURNED[there.answer]
    assert back.confidence == pytest.approx(there.confidence)
    assert back.b_over_a == pytest.approx(-there.b_over_a)


@given(st.lists(WITNESS, max_size=3))
def test_the_order_of_the_witnesses_does_not_matter(witnesses: list[Witness]) -> None:
    assert len({combine(some) for some in map(tuple, permutations(witnesses))}) == 1


@given(WITNESSES, st.integers(0, 4))
def test_a_witness_that_says_nothing_changes_nothing(witnesses: list[Witness], at: int) -> None:
    for silent in (
        Witness(answer="unknown", reliability=0.9, confidence=0.9, decisive=True),
        Witness(answer="a", reliability=0.5),
    ):
        assert combine([*witnesses[:at], silent, *witnesses[at:]]) == combine(witnesses)


@given(st.lists(WITNESS.map(lambda w: w.model_copy(update={"answer": "a"})), min_size=1, max_size=4))
def test_agreement_never_lowers_confidence(witnesses: list[Witness]) -> None:
    together, before = combine(witnesses), combine(witnesses[:-1])
    assert together.confidence >= before.confidence
    assert together.confidence >= max((w.confidence for w in witnesses if w.support), default=0)
    assert together.answer == "a" or before.answer == "unknown"


@given(WITNESSES, WITNESS)
def test_disagreement_never_raises_confidence(witnesses: list[Witness], other: Witness) -> None:
    agreed = [w.model_copy(update={"answer": "a"}) for w in witnesses]
    other = other.model_copy(update={"answer": "b"})
    against = combine([*agreed, other])
    if against.answer == "a":
        assert against.confidence <= combine(agreed).confidence
    assert against.contradicted == (any(w.support for w in agreed) and other.support > 0)


@given(VERDICTS, OPINIONS)
def test_the_whole_verdict_turns_with_the_clips(verdict: Verdict, said: Opinion) -> None:
    there = decide(verdict, said)
    back = decide(
        verdict.model_copy(update={"answer": TURNED[verdict.answer], "lean": TURNED[verdict.lean]}),
        said.model_copy(update={"answer": TURNED[said.answer]}),
    )
    assert (back.answer, back.lean) == (TURNED[there.answer], TURNED[there.lean])
    assert (back.confidence, back.uncertain) == (there.confidence, there.uncertain)


@given(VERDICTS)
def test_a_void_vote_changes_nothing_that_is_decided(verdict: Verdict) -> None:
    after = decide(verdict, VOID)
    for field in ("answer", "lean", "confidence"):
        assert getattr(after, field) == getattr(verdict, field)
    if verdict.answer != "unknown":
        assert (after.reason, after.uncertain) == (verdict.reason, verdict.uncertain)


@given(VERDICTS, OPINIONS)
def test_a_contradicted_verdict_is_uncertain_and_an_unknown_one_not_sure(verdict: Verdict, said: Opinion) -> None:
    after = decide(verdict, said)
    if "unknown" not in (verdict.answer, said.answer) and verdict.answer != said.answer:
        assert after.uncertain == "witnesses disagree"
        assert after.confidence <= verdict.confidence or after.answer != verdict.answer
    if after.answer == "unknown" and said.strength != "none":
        assert after.confidence <= 0.5


def test_how_far_a_model_is_believed() -> None:
    assert model_witness(opinion("a", confidence=1)).reliability == pytest.approx(BOTH_ORDERS)
    assert model_witness(opinion("a", "weak", 1)).reliability == pytest.approx(ONE_ORDER)
    assert model_witness(opinion("a", confidence=0)).support == 0
    assert model_witness(VOID).support == 0
    assert COIN < model_witness(opinion("a", confidence=0.5)).reliability < BOTH_ORDERS


def test_agreement_raises_confidence_and_settles_doubts_about_the_numbers() -> None:
    after = decide(measured("same", 0.7, uncertain="near threshold"), opinion("same"))
    assert after.answer == "same"
    assert after.confidence > 0.75
    assert after.uncertain == ""
    assert after.reason == "by numbers; the model agrees"


def test_two_who_agree_are_no_surer_than_one_may_be() -> None:
    assert decide(measured("a", MOST_SURE), opinion("a", confidence=1)).confidence == MOST_SURE


def test_a_letter_of_the_model_alone_is_never_taken_for_certain() -> None:
    after = decide(unmeasured(), opinion("a", confidence=1))
    assert after.answer == "a"
    assert after.confidence < LEAST_AGAINST_OTHERS


def test_where_numbers_cannot_tell_the_model_only_leans() -> None:
    after = decide(measured("unknown", 0.5, uncertain="small difference", difference=0.1), opinion("b", confidence=1))
    assert (after.answer, after.lean, after.uncertain) == ("unknown", "b", "small difference")
    assert after.reason.endswith("to the model B shows it more (A is lower)")


def test_agreement_on_a_doubtful_moment_leaves_the_moment_doubtful() -> None:
    assert decide(measured("a", uncertain="weak alignment"), opinion("a")).uncertain == "weak alignment"


def test_a_clear_measurement_stands_against_the_model_but_is_looked_at_again() -> None:
    after = decide(measured("a", 0.99), opinion("b"))
    assert (after.answer, after.uncertain, after.lean) == ("a", "witnesses disagree", "a")
    assert 0.7 <= after.confidence < 0.95
    assert after.reason == "by numbers; to the model B shows it more (A is lower)"


def test_an_unclear_measurement_against_the_model_is_unknown() -> None:
    after = decide(measured("same", 0.65), opinion("b"))
    assert (after.answer, after.lean, after.uncertain) == ("unknown", "b", "witnesses disagree")
    assert after.reason.startswith("cannot tell, the witnesses disagree: by numbers")


def test_without_a_measurement_both_orders_decide_with_less_confidence() -> None:
    after = decide(unmeasured(), opinion("b"))
    assert (after.answer, after.lean, after.uncertain) == ("b", "b", "")
    assert 0.6 < after.confidence < BOTH_ORDERS
    assert (
        after.reason
        == "to the model B shows it more (A is lower), in both orders; by measurement: cannot tell: nothing to measure"
    )


def test_without_a_measurement_one_order_only_leans() -> None:
    after = decide(unmeasured(), opinion("b", "weak", cause="too small"))
    assert (after.answer, after.lean, after.uncertain) == ("unknown", "b", "too small")
    assert "not in both orders" in after.reason


def test_without_a_measurement_a_void_vote_says_why() -> None:
    after = decide(unmeasured(), VOID)
    assert (after.answer, after.uncertain) == ("unknown", "orders disagree")
    assert after.reason.endswith("; it flips")


def test_one_reason_is_not_told_twice() -> None:
    found = unmeasured().model_copy(update={"reason": "cannot tell: it flips", "uncertain": "moment not found"})
    assert decide(found, VOID).reason == "cannot tell: it flips"


def test_a_lean_by_clear_numbers_outweighs_half_a_word_of_the_model() -> None:
    small = measured("unknown", 0.5, lean="a", uncertain="small difference", difference=0.5)
    assert decide(small, opinion("b", "weak", 0.9)).lean == "a"
    assert decide(small.model_copy(update={"measurement": None}), opinion("b", "weak", 0.9)).lean == "b"
    smaller = measured("unknown", 0.5, lean="a", uncertain="small difference", difference=0.1)
    assert decide(smaller, opinion("b", "strong", 1.0)).lean == "b"
    hidden = small.model_copy(update={"uncertain": "joint hidden"})
    assert decide(hidden, opinion("b", "weak", 0.9)).lean == "b"


def test_all_votes_stay() -> None:
    votes = (Vote(source="m", order="ab", answer="a", confidence=0.9), Vote(source="m", order="ba", answer="b", confidence=0.9))
    after = decide(measured("a"), VOID.model_copy(update={"votes": votes}))
    assert [(v.source, v.order) for v in after.votes] == [("measurement", "-"), ("m", "ab"), ("m", "ba")]
