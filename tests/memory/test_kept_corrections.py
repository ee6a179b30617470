"""Corrections: kept per action, the newest wins, and each is applied where it holds."""

from __future__ import annotations

import asyncio

import pytest
from kept_values import DAY, NOON

from viddiff.memory import corrections
from viddiff.memory.conversation import Correction
from viddiff.memory.corrections import KeptCorrection, apply_corrections, keep_correction, kept_corrections
from viddiff.memory.values import Difference, Question

PAIR = ("sha-a", "sha-b")


def side(description: str, meant, day: int = 0, clips=PAIR) -> KeptCorrection:
    correction = Correction(description=description, said="no", side=meant, kind="side")
    return KeptCorrection(correction=correction, when=NOON + day * DAY, clips=clips)


def answer(description: str, given, day: int = 0, clips=PAIR) -> KeptCorrection:
    return KeptCorrection(
        correction=Correction(description=description, said="no", answer=given), when=NOON + day * DAY, clips=clips
    )


def difference(description: str, id_: str = "d1") -> Difference:
    return Difference(id=id_, description=description, question=Question(quantity="knee_flexion", direction=1))


def read(description: str, *kept: KeptCorrection, clips=PAIR):
    (found,) = apply_corrections([difference(description)], kept, clips).differences
    assert found.question is not None
    return found.question.side, found.description


@pytest.mark.parametrize(
    ("description", "meant", "told"),
    [
        ("the right knee bends more", "left", "the left knee bends more"),
        ("the knees bend more", "left", "the knees bend more (left side)"),
        ("the knees bend more (right side)", "left", "the knees bend more (left side)"),
        ("the left knee bends more", "left", "the left knee bends more"),
        ("the knees bend more", "both", "the knees bend more (both sides)"),
    ],
)
def test_another_side_is_measured_and_told(description, meant, told):
    assert read(description, side(description, meant)) == (meant, told)


def test_a_reading_holds_for_every_pair_of_the_action():
    assert read("the knees bend more", side("The  knees bend MORE", "left"), clips=("x", "y"))[0] == "left"


def test_the_newest_wins_in_whatever_order_they_come():
    kept = [
        side("the knees bend more", "left", 1),
        side("the knees bend more", "right", 2),
        side("the knees bend more", "both", 0),
    ]
    assert {read("the knees bend more", *order)[0] for order in (kept, kept[::-1])} == {"right"}


def test_a_corrected_statement_can_be_corrected_again():
    first, back = side("the right knee bends more", "left", 1), side("the left knee bends more", "right", 2)
    assert read("the right knee bends more", first, back) == ("right", "the right knee bends more")
    added = side("the knees bend more (left side)", "right", 2)
    assert read("the knees bend more", side("the knees bend more", "left", 1), added)[0] == "right"


def test_an_answer_holds_for_these_clips_alone_and_turns_with_them():
    kept = [answer("the knees bend more", "a")]
    differences = [difference("the knees bend more"), difference("the squat is deeper", "d2")]
    tried = {clips: apply_corrections(differences, kept, clips).answers for clips in (PAIR, PAIR[::-1], ("sha-a", "other"))}
    assert tried == {PAIR: {"d1": "a"}, PAIR[::-1]: {"d1": "b"}, ("sha-a", "other"): {}}
    assert apply_corrections(differences, kept, PAIR).differences == tuple(differences)


def test_an_answer_survives_a_corrected_side():
    kept = [side("the knees bend more", "left", 0), answer("the knees bend more (left side)", "same", 1)]
    assert apply_corrections([difference("the knees bend more")], kept, PAIR).answers == {"d1": "same"}


def test_a_statement_that_cannot_be_measured_stays_as_it_is():
    plain = Difference(id="d1", description="the splash is larger")
    assert apply_corrections([plain], [side("the splash is larger", "left")], PAIR).differences == (plain,)


def test_they_are_kept_per_action_and_the_same_statement_once(place):
    async def both():
        async with place() as memory:
            store = memory.store
            for kept in (side("x", "left", 1), side("x", "right", 2), answer("x", "a", 3), answer("x", "b", 4, PAIR[::-1])):
                await keep_correction(store, "squat", kept)
            await keep_correction(store, "lunge", side("y", "left"))
        async with place() as memory:
            return [await kept_corrections(memory.store, action) for action in ("Squat", "lunge", "jump")]

    squat, lunge, jump = asyncio.run(both())
    assert squat == (answer("x", "b", 4, PAIR[::-1]), side("x", "right", 2))
    assert (lunge, jump) == ((side("y", "left"),), ())


def test_the_oldest_of_too_many_are_forgotten(place, monkeypatch):
    monkeypatch.setattr(corrections, "MOST_PER_ACTION", 2)

    async def both():
        async with place() as memory:
            for day in (3, 1, 2):
                await keep_correction(memory.store, "squat", side(f"statement {day}", "left", day))
            return await kept_corrections(memory.store, "squat")

    assert [kept.correction.description for kept in asyncio.run(both())] == ["statement 3", "statement 2"]
