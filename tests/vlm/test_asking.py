"""Asking a model about many differences: calls, orders, failures and what it costs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from model_seat import Seat, answer, bodiless, difference, grey, images, place, statements, texts, video, window

from viddiff.memory.errors import BudgetExhausted, ModelReplyError, ModelServerError
from viddiff.memory.state import Localization
from viddiff.memory.values import Difference, KeyFrame, Side, Verdict
from viddiff.tools.ask_vlm import VlmOutcome, prepare, query_vlm
from viddiff.tools.models.asking import Ask
from viddiff.tools.models.budget import estimate
from viddiff.tools.models.prices import Price
from viddiff.tools.models.tokens import image_tokens
from viddiff.tools.witnesses import decide

VIDEOS: dict[Side, Any] = {"a": video("a"), "b": video("b")}
Says = Callable[[Ask], list[dict[str, Any]] | Exception]


def order_of(ask: Ask) -> str:
    """The cache key names the order; the model is not told."""
    return str(ask.cache_parts[0])


def ask_all(says: Says, differences: Sequence[Difference], places: dict[str, Localization]) -> tuple[VlmOutcome, Seat]:
    seat = Seat(says)
    asking = query_vlm(differences, places, {}, VIDEOS, seat, action="squat", key_frames=bodiless, read_frames=grey)
    return asyncio.run(asking), seat


def at(id_: str, time_s: float) -> Localization:
    return place(id_, [window(time_s, time_s + 1)], [window(time_s, time_s + 1)])


def spread(count: int, stages: int = 5) -> tuple[list[Difference], dict[str, Localization]]:
    """Differences as an action of five stages has them: half of one stage each, half of the whole repetition."""
    differences = [difference(f"d{n}", frames="many" if n % 2 else "one") for n in range(count)]
    whole = [window(0, 9, whole=True)]
    places = {
        d.id: place(d.id, whole, whole) if d.frames == "many" else at(d.id, 1.0 + n // 2 % stages)
        for n, d in enumerate(differences)
    }
    return differences, places


def choosing(choice: str) -> Says:
    return lambda ask: [answer(id_, choice) for id_ in statements(ask)]


def by_clip(letter: str) -> Says:
    """A model that recognises the clips whatever the order."""
    return lambda ask: [answer(id_, "first" if order_of(ask)[0] == letter else "second") for id_ in statements(ask)]


def test_both_orders_are_asked_and_options_are_mapped_back() -> None:
    differences, places = spread(4)
    outcome, seat = ask_all(by_clip("b"), differences, places)
    assert {opinion.answer for opinion in outcome.opinions.values()} == {"b"}
    assert {opinion.strength for opinion in outcome.opinions.values()} == {"strong"}
    assert sorted(map(order_of, seat.asked)) == ["ab"] * 3 + ["ba"] * 3
    assert (outcome.bias.rate, outcome.warnings, outcome.unanswered) == (0.5, (), 0)
    assert [(v.source, v.order, v.answer) for v in outcome.opinions["d0"].votes] == [
        ("seat:test", "ab", "b"),
        ("seat:test", "ba", "b"),
    ]


def test_a_model_that_always_says_first_decides_nothing() -> None:
    differences, places = spread(8)
    outcome, _ = ask_all(choosing("first"), differences, places)
    assert set(outcome.voids) == {d.id for d in differences}
    assert {opinion.answer for opinion in outcome.opinions.values()} == {"unknown"}
    assert outcome.bias.rate == 1
    assert "shown first in 16 of 16" in outcome.warnings[0]


def test_what_asking_takes_is_loaded_before_the_first_question() -> None:
    seat = Seat(lambda ask: choosing("same")(ask) if seat.loaded else AssertionError("asked before it was loaded"))
    differences, places = spread(2)
    asking = query_vlm(differences, places, {}, VIDEOS, seat, action="squat", key_frames=bodiless, read_frames=grey)
    assert asyncio.run(asking).unanswered == 0


def test_everything_is_asked_at_the_same_time() -> None:
    differences, places = spread(8)
    waiting = 0

    class Patient(Seat):
        async def ask(self, question: Any, schema: Any) -> Any:
            nonlocal waiting
            waiting += 1
            while waiting < 10:
                await asyncio.sleep(0)
            return await super().ask(question, schema)

    seat = Patient(choosing("same"))
    asking = query_vlm(differences, places, {}, VIDEOS, seat, action="squat", key_frames=bodiless, read_frames=grey)
    outcome = asyncio.run(asyncio.wait_for(asking, 20))
    assert outcome.questions == waiting == 10


@pytest.mark.parametrize(
    ("count", "authors_images", "authors_tokens"), [(5, 18, 19_890), (8, 32, 35_360), (16, 64, 70_720), (24, 96, 106_080)]
)
def test_calls_images_and_image_tokens_stay_within_the_goals(count: int, authors_images: int, authors_tokens: int) -> None:
    differences, places = spread(count)
    outcome, seat = ask_all(choosing("same"), differences, places)
    one_order = [ask for ask in seat.asked if order_of(ask) == "ab"]
    sets = {(p.a[0].segment, p.b[0].segment) for p in places.values()}
    assert len(one_order) == outcome.questions / 2 <= min(count, len(sets))
    shown = sum(len(images(ask)) for ask in seat.asked)
    tokens = sum(image_tokens(image.width, image.height) for ask in seat.asked for image in images(ask))
    # Goals of the whole run, both orders together, against the one order of the published program.
    assert tokens == outcome.usage.input_tokens
    assert tokens <= {5: 1.0, 8: 0.35, 16: 0.15, 24: 0.15}[count] * authors_tokens
    if count >= 8:
        assert shown <= 0.35 * authors_images
    assert sum(len(image.jpeg) for ask in seat.asked for image in images(ask)) < 0.1 * authors_images * 1228 * 1024


def test_usage_is_added_up() -> None:
    differences, places = spread(3)
    outcome, seat = ask_all(choosing("same"), differences, places)
    assert outcome.usage.calls == len(seat.asked) == 6
    assert outcome.usage.cost_usd == pytest.approx(1.5)
    assert outcome.usage.images == sum(len(images(ask)) for ask in seat.asked)


def test_rubbish_for_one_group_leaves_only_that_group_undecided() -> None:
    differences = [difference("d0"), difference("d1"), difference("d2")]
    places = {"d0": at("d0", 1), "d1": at("d1", 1), "d2": at("d2", 5)}
    fine = by_clip("a")

    def says(ask: Ask) -> Any:
        return ModelReplyError("m: no JSON") if "d0" in statements(ask) and order_of(ask) == "ba" else fine(ask)

    outcome, _ = ask_all(says, differences, places)
    assert {id_: opinion.answer for id_, opinion in outcome.opinions.items()} == {"d0": "unknown", "d1": "unknown", "d2": "a"}
    assert "no usable reply: m: no JSON" in outcome.opinions["d1"].reason
    assert [vote.order for vote in outcome.opinions["d1"].votes] == ["ab"]
    assert outcome.unanswered == 2
    assert not outcome.exhausted


def test_an_empty_purse_keeps_what_was_paid_for() -> None:
    differences = [difference("d0"), difference("d1")]
    places = {"d0": at("d0", 1), "d1": at("d1", 5)}
    fine = by_clip("a")
    outcome, _ = ask_all(
        lambda ask: BudgetExhausted("2 of 2 calls used") if "d1" in statements(ask) else fine(ask), differences, places
    )
    assert (outcome.opinions["d0"].answer, outcome.opinions["d1"].answer) == ("a", "unknown")
    assert outcome.exhausted
    assert outcome.opinions["d1"].reason == "the model was not asked: 2 of 2 calls used"


def test_a_server_that_fails_for_good_is_the_callers_business() -> None:
    differences, places = spread(2)
    with pytest.raises(ModelServerError, match="gone"):
        ask_all(lambda ask: ModelServerError("gone"), differences, places)


def test_answers_left_out_made_up_or_out_of_range_are_not_guessed() -> None:
    differences = [difference(f"d{n}") for n in range(3)]
    places = {d.id: at(d.id, 1) for d in differences}

    def says(ask: Ask) -> list[dict[str, Any]]:
        mine = "first" if order_of(ask) == "ab" else "second"
        return [answer("d0", mine), answer("d1", mine, 7.0), answer("d9", mine)]

    outcome, _ = ask_all(says, differences, places)
    assert [outcome.opinions[d.id].answer for d in differences] == ["a", "unknown", "unknown"]
    assert (outcome.unanswered, outcome.stray) == (4, 2)
    assert outcome.warnings == ("the vision model left out 4 answers that it was asked for and gave 2 that it was not",)
    assert set(outcome.opinions) == {"d0", "d1", "d2"}


def test_what_was_not_found_is_not_asked() -> None:
    outcome, seat = ask_all(choosing("same"), [difference("d0")], {"d0": place("d0", [], [window(0, 1)])})
    assert seat.asked == []
    assert outcome.questions == 0
    assert outcome.opinions["d0"].reason == "the moment that the statement is about was not found in A"


def test_nothing_to_ask() -> None:
    outcome, seat = ask_all(choosing("same"), [], {})
    assert (outcome.opinions, outcome.questions, seat.asked) == ({}, 0, [])


def test_odd_ids_come_back_to_their_differences() -> None:
    differences = [difference("my [own] id"), difference("s1")]
    outcome, seat = ask_all(by_clip("b"), differences, {d.id: at(d.id, 1) for d in differences})
    assert list(statements(seat.asked[0])) == ["s1", "s2"]
    assert {id_: opinion.answer for id_, opinion in outcome.opinions.items()} == {"my [own] id": "b", "s1": "b"}


def test_frames_are_decoded_once_for_both_orders_and_all_groups() -> None:
    differences, places = spread(8)
    reads: list[tuple[str, float]] = []

    def read(path: str, times_s: Sequence[float]) -> list[np.ndarray]:
        reads.extend((path, time_s) for time_s in times_s)
        return grey(path, times_s)

    seat = Seat(choosing("same"))
    asyncio.run(query_vlm(differences, places, {}, VIDEOS, seat, action="squat", key_frames=bodiless, read_frames=read))
    labels = [label for ask in seat.asked for label in re.findall(r"Video \d", texts(ask)[0])]
    assert len(reads) == len(set(reads)) <= len(labels) / 2


def test_a_second_identical_run_asks_the_same_questions() -> None:
    differences, places = spread(6)
    first, second = (ask_all(choosing("same"), differences, places)[1].asked for _ in range(2))
    assert [ask.cache_parts for ask in first] == [ask.cache_parts for ask in second]
    assert len({ask.cache_parts for ask in first}) == len(first)


@pytest.mark.parametrize("seed", range(2))
def test_a_model_that_guesses_is_never_sure(seed: int) -> None:
    rng = np.random.default_rng(seed)
    differences = [difference(f"d{n}") for n in range(200)]
    places = {d.id: at(d.id, n % 5) for n, d in enumerate(differences)}
    outcome, _ = ask_all(
        lambda ask: [answer(id_, str(rng.choice(["first", "second"])), rng.uniform(0.5, 1)) for id_ in statements(ask)],
        differences,
        places,
    )
    verdicts = [
        decide(Verdict(id=id_, answer="unknown", lean="a", confidence=0, reason=""), opinion)
        for id_, opinion in outcome.opinions.items()
    ]
    # The truth is A throughout: a guess that both orders share is wrong in a quarter of all cases, and never called sure.
    wrong = [verdict for verdict in verdicts if verdict.answer == "b"]
    assert 0.15 < len(wrong) / 200 < 0.35
    assert max(verdict.confidence for verdict in wrong) < 0.8
    assert 0.35 < len(outcome.voids) / 200 < 0.65
    assert sum(verdict.answer == "unknown" for verdict in verdicts) == len(outcome.voids)


def test_the_cost_can_be_told_before_anything_is_asked() -> None:
    differences, places = spread(4)
    prepared = prepare(differences, places, {}, VIDEOS, action="squat", key_frames=bodiless, read_frames=grey)
    told = estimate(prepared.asks, Price(input=1.0, output=1.0))
    _, seat = ask_all(choosing("same"), differences, places)
    assert told.calls == len(seat.asked)
    assert told.images == sum(len(images(ask)) for ask in seat.asked)
    assert told.input_tokens > 255 * told.images


def test_the_texts_of_both_orders_differ_in_nothing_but_the_pictures() -> None:
    differences, places = spread(2)
    _, seat = ask_all(choosing("same"), differences[:1], places)
    assert texts(seat.asked[0]) == texts(seat.asked[1])
    assert [image.jpeg for image in images(seat.asked[0])] != [image.jpeg for image in images(seat.asked[1])]
    assert not re.search(r"\b[AB]\b", " ".join(texts(seat.asked[0])))


def test_key_frames_are_taken_from_where_the_bodies_are() -> None:
    asked: list[tuple[Side, list[float]]] = []

    def key_frames(side: Side, times_s: Sequence[float]) -> tuple[KeyFrame, ...]:
        asked.append((side, list(times_s)))
        return bodiless(side, times_s)

    places = {"d0": place("d0", [window(1, 2, 1.3)], [window(4, 6, 4.5)])}
    seat = Seat(choosing("same"))
    asyncio.run(query_vlm([difference("d0")], places, {}, VIDEOS, seat, action="x", key_frames=key_frames, read_frames=grey))
    assert asked == [("a", [1.3]), ("b", [4.5])]
