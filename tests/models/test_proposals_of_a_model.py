"""What becomes of a model's proposal: statements that can be told apart, links to stages that exist, strings that separate stages."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import numpy as np
import pytest

from viddiff.memory.state import Plan, Statement
from viddiff.memory.values import Difference, Stage
from viddiff.tools.actions import ActionLibrary
from viddiff.tools.models.asking import Answered, Ask, CallUsage
from viddiff.tools.propose import LibraryProposer
from viddiff.tools.propose_model import ModelProposer, Proposal, completed
from viddiff.tools.statement import StatementReader

T = TypeVar("T")
STAGES = [
    {"name": "down", "description": "The hips sink.", "retrieval": ["knees half bent", "standing"], "phases": ["lowering"]},
    {"name": "low", "description": "The hips are low.", "retrieval": ["deep squat", "standing"], "phases": ["bottom"]},
]


class Model:
    """Proposes what it is told."""

    name = "openai:told"

    def __init__(self, *differences: tuple[str, str, list[str]]) -> None:
        told = [{"id": id_, "description": text, "stages": stages, "frames": "one"} for id_, text, stages in differences]
        self._proposal = Proposal.model_validate({"stages": STAGES, "differences": told})

    def load(self) -> None:
        pass

    async def ask(self, question: Ask, schema: type[T]) -> Answered[Any]:
        return Answered(value=self._proposal, usage=CallUsage(calls=1))


class Words:
    """An encoder to which only equal texts are alike."""

    def encode_texts(self, texts: list[str]) -> np.ndarray:
        return np.eye(len(texts))[[texts.index(text) for text in texts]]


@pytest.fixture(scope="module")
def reader() -> StatementReader:
    return StatementReader()


@pytest.fixture(scope="module")
def library(reader: StatementReader) -> Plan:
    return LibraryProposer(ActionLibrary.load(), reader).candidates("squat")


def proposed(
    model: Model, reader: StatementReader, library: Plan, count: int = 10, statements: tuple[Statement, ...] = ()
) -> Plan:
    proposer = ModelProposer(model, reader, [Words()])  # pyright: ignore[reportArgumentType]
    return asyncio.run(proposer.propose("squat", statements, count, library))


def test_two_differences_under_one_id_are_both_decided(reader: StatementReader, library: Plan) -> None:
    model = Model(
        ("d", "the squat is deeper", ["low"]), ("d", "the feet are further apart", []), ("d-2", "the torso leans more", [])
    )
    found = proposed(model, reader, library).differences
    assert [d.description for d in found] == ["the squat is deeper", "the feet are further apart", "the torso leans more"]
    assert len({d.id for d in found}) == 3


def test_a_statement_is_taken_once_and_none_without_words(reader: StatementReader, library: Plan) -> None:
    model = Model(
        ("1", "", []), ("2", "The squat  is deeper", []), ("3", "the squat is deeper", []), ("4", "the head is lower", [])
    )
    assert [d.id for d in proposed(model, reader, library, count=2).differences] == ["2", "4"]


def test_what_the_bodies_show_gets_an_id_of_its_own(reader: StatementReader, library: Plan) -> None:
    seen = library.differences[0]
    assert seen.question is not None
    other = next(d for d in library.differences if d.question and d.question.quantity != seen.question.quantity)
    plan = library.model_copy(update={"differences": (other.model_copy(update={"id": seen.id}),)})
    found = completed(plan, [seen], 5).differences
    assert [d.description for d in found] == [other.description, seen.description]
    assert found[0].id == seen.id != found[1].id


def test_strings_that_two_neighbours_share_are_dropped(reader: StatementReader, library: Plan) -> None:
    stages = proposed(Model(("1", "the squat is deeper", ["low"])), reader, library).stages
    assert [stage.retrieval for stage in stages] == [("knees half bent",), ("deep squat",)]


def test_links_to_stages_that_do_not_exist_are_made_by_what_is_asked(reader: StatementReader, library: Plan) -> None:
    model = Model(("1", "the knees bend more at the bottom", ["nowhere"]))
    (found,) = proposed(model, reader, library).differences
    assert found.stages == ("low",)


def test_given_statements_stay_as_they_are(reader: StatementReader, library: Plan) -> None:
    own = Difference(id="mine", description="the squat is deeper", stages=("x",))
    fallback = library.model_copy(update={"differences": (own,)})
    model = Model(("mine", "something else", ["low"]), ("more", "the head is lower", []))
    (found,) = proposed(model, reader, fallback, statements=(Statement(id="mine", description=own.description),)).differences
    assert (found.description, found.stages) == (own.description, ("low",))
    assert isinstance(library.stages[0], Stage)
