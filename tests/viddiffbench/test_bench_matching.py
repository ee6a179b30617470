"""Matching predictions to labelled differences, by rule and by a model whose replies are checked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from bench_rows import bench_row
from pydantic import BaseModel

from viddiff.agent.settings import Settings
from viddiff.evals.viddiffbench.judging import judge_open
from viddiff.evals.viddiffbench.matching import WordMatcher, overlap
from viddiff.evals.viddiffbench.model_matching import Matches, ModelMatcher, Oppositions, model_matcher
from viddiff.evals.viddiffbench.predictions import Prediction
from viddiff.memory.errors import SettingsError
from viddiff.tools.models.asking import Answered, Ask, CallUsage, TextPart
from viddiff.tools.models.schemas import form_of

T = TypeVar("T", bound=BaseModel)
TEXTS = {
    "0": "the squat is deeper",
    "1": "the feet stance is wider",
    "2": "the guide hand is on the side of the ball",
    "3": "the arms are straighter",
}
ROW = bench_row(truths={"0": "a", "1": "b", "2": "a", "3": "c"}, texts=TEXTS)
GIVEN = {
    "0": Prediction(description="the stance is narrower", letter="a"),
    "1": Prediction(description="they squat lower", letter="a"),
    "2": Prediction(description="the guide hand is placed on the side of the ball", letter="b"),
    "3": Prediction(description="the music is louder", letter="b"),
}


@pytest.fixture(scope="module")
def words() -> WordMatcher:
    return WordMatcher()


class Scripted:
    """An asker that answers as a function of what is listed in the question."""

    name = "scripted:judge"

    def __init__(self, says: Callable[[dict[str, Any]], Any]) -> None:
        self._says = says
        self.asked: list[Ask] = []

    def load(self) -> None:
        pass

    async def ask(self, question: Ask, schema: type[T]) -> Answered[T]:
        self.asked.append(question)
        part = question.parts[0]
        assert isinstance(part, TextPart)
        return Answered(value=schema.model_validate(self._says(json.loads(part.text))), usage=CallUsage(calls=1))


def test_the_same_question_in_other_words_is_matched_and_turned_round(words: WordMatcher) -> None:
    judged = asyncio.run(judge_open([ROW], [GIVEN], words))
    # "narrower" in a is "wider" in b; the ball is matched by its words, with the wrong letter.
    assert [(j.key, j.letter, j.flipped) for j in judged] == [("0", "a", False), ("1", "b", True), ("2", "b", False)]


def test_word_matching_is_one_to_one_and_leaves_the_unlike_alone(words: WordMatcher) -> None:
    given = {
        "7": GIVEN["3"],
        "8": Prediction(description="the squat is deeper", letter="a"),
        "9": Prediction(description="the squat is deep", letter="a"),
    }
    assert asyncio.run(words.match(ROW, given)) == {"0": "8"}
    assert asyncio.run(words.match(ROW, {})) == {}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("the knees bend more", "the knees bend less", True),
        ("the squat is deeper", "the squat is much deeper", False),
        ("the thread is pulled faster", "the thread is pulled slower", True),
        ("the thread is pulled faster", "the thread is pulled quickly", False),
    ],
)
def test_opposites_by_rule(one: str, other: str, expected: bool, words: WordMatcher) -> None:
    assert asyncio.run(words.opposite([(one, other)])) == [expected]


def test_overlap_by_hand() -> None:
    # {needle, thread, pull} and {needle, thread}: 2 * 2 / 5
    assert overlap("the needle and the thread are pulled", "the thread of the needle") == pytest.approx(0.8)
    assert overlap("the is a", "needle") == 0.0


def test_a_model_is_asked_once_a_pair_about_all_labels_and_checked() -> None:
    reply = {
        "matches": [
            {"labelled": "0", "predicted": "1"},
            {"labelled": "1", "predicted": "1"},
            {"labelled": "2", "predicted": "44"},
            {"labelled": "9", "predicted": "0"},
            {"labelled": "3", "predicted": None},
        ]
    }
    asker = Scripted(lambda listed: reply)
    matcher = ModelMatcher(asker)
    assert asyncio.run(matcher.match(ROW, GIVEN)) == {"0": "1"}
    assert [line.rpartition(": ")[2] for line in matcher.mended] == [
        "matched before",
        "there is no such key",
        "there is no such key",
    ]
    part = asker.asked[0].parts[0]
    assert isinstance(part, TextPart)
    listed = json.loads(part.text)
    assert (listed["labelled"], sorted(listed["predicted"])) == (TEXTS, ["0", "1", "2", "3"])


def test_no_question_where_there_is_nothing_to_match() -> None:
    asker = Scripted(lambda listed: None)
    assert asyncio.run(ModelMatcher(asker).match(ROW, {})) == {}
    assert asyncio.run(ModelMatcher(asker).opposite([])) == []
    assert asker.asked == []


def test_opposites_are_asked_six_at_a_time_and_the_forgotten_alone() -> None:
    def says(listed: dict[str, Any]) -> dict[str, Any]:
        heard = [p for p in listed["pairs"] if p["first"] != "p3" or len(listed["pairs"]) == 1]
        return {"pairs": [{"number": p["number"], "opposite": p["first"] in ("p3", "p7")} for p in reversed(heard)]}

    asker = Scripted(says)
    found = asyncio.run(ModelMatcher(asker).opposite([(f"p{n}", "q") for n in range(8)]))
    assert found == [n in (3, 7) for n in range(8)]
    assert len(asker.asked) == 3


def test_a_pair_without_a_word_is_taken_as_not_opposite_and_named() -> None:
    matcher = ModelMatcher(Scripted(lambda listed: {"pairs": []}))
    assert asyncio.run(matcher.opposite([("p", "q")])) == [False]
    assert len(matcher.mended) == 1


def test_negligible_differences_take_their_predictions_but_count_nowhere() -> None:
    asker = Scripted(lambda listed: {"matches": [{"labelled": "3", "predicted": "0"}]} if "labelled" in listed else {"pairs": []})
    judged = asyncio.run(judge_open([ROW], [GIVEN], ModelMatcher(asker)))
    assert [j.letter for j in judged] == [None, None, None]
    assert len(asker.asked) == 1


@pytest.mark.parametrize("schema", [Matches, Oppositions])
def test_strict_servers_take_the_forms(schema: type[BaseModel]) -> None:
    assert form_of(schema).json_schema["additionalProperties"] is False


def test_a_matcher_of_a_spec_has_its_name_and_a_wrong_spec_is_refused(tmp_path: Path) -> None:
    settings = Settings.of(home=tmp_path)
    assert model_matcher("openai:m@http://127.0.0.1:9/v1", settings, 3).name == "openai:m@http://127.0.0.1:9/v1"
    with pytest.raises(SettingsError, match="'gpt' is not known"):
        model_matcher("gpt", settings, 3)
