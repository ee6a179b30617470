"""An asker in whose trace every question stands with what came of it: an answer, an error, or nothing because the run was stopped."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from viddiff.memory.errors import BudgetExhausted
from viddiff.memory.model_traces import ModelAsked, ModelReplied, Picture
from viddiff.memory.trace_reading import frame_path, read_trace
from viddiff.memory.trace_recorder import FileRecorder, Silent
from viddiff.tools.models.asking import Answered, Ask, CallUsage, ImagePart, TextPart
from viddiff.tools.models.traced import TracedAsker

T = TypeVar("T", bound=BaseModel)
QUESTION = Ask(
    kind="vlm",
    system="rules",
    parts=(TextPart(text="left"), ImagePart(jpeg=b"\xff\xd8one", width=3, height=2), TextPart(text="[d] deeper")),
    prompt_version="v1",
    cache_parts=("ab",),
    differences=("d",),
    order="ba",
)


class Yes(BaseModel):
    yes: bool


class Oracle:
    """Answers, fails, or never answers."""

    name = "openai:oracle"

    def __init__(self, error: Exception | None = None, seconds: float = 0.0) -> None:
        self._error, self._seconds = error, seconds
        self.loaded = False

    def load(self) -> None:
        self.loaded = True

    async def ask(self, question: Ask, schema: type[T]) -> Answered[T]:
        await asyncio.sleep(self._seconds)
        if self._error:
            raise self._error
        usage = CallUsage(calls=2, input_tokens=10, output_tokens=3, images=1, cost_usd=0.5, repaired=1)
        return Answered(value=schema.model_validate({"yes": True}), usage=usage, unusable="it is empty")


def recorded(folder, oracle: Oracle) -> tuple[ModelAsked, ModelReplied]:
    async def ask() -> Any:
        async with asyncio.timeout(0.5):
            return await TracedAsker(oracle, FileRecorder(folder)).ask(QUESTION, Yes)

    try:
        asyncio.run(ask())
    finally:
        first, second = [line.event for line in read_trace(folder).lines]
    assert isinstance(first, ModelAsked)
    assert isinstance(second, ModelReplied)
    assert first.id == second.id
    return first, second


def test_the_question_is_kept_as_it_was_sent_and_the_answer_with_what_it_took(tmp_path):
    asked, told = recorded(tmp_path, Oracle())
    assert (asked.model, asked.role, asked.prompt_version, asked.system) == ("openai:oracle", "vlm", "v1", "rules")
    assert (asked.differences, asked.order) == (("d",), "ba")
    left, picture, right = asked.parts
    assert (left, right) == ("left", "[d] deeper")
    assert isinstance(picture, Picture)
    path = frame_path(tmp_path, picture.frame)
    assert path is not None
    assert path.read_bytes() == b"\xff\xd8one"
    assert (picture.width, picture.height) == (3, 2)
    assert (told.reply, told.error, told.unusable) == ({"yes": True}, "", "it is empty")
    assert (told.calls, told.input_tokens, told.output_tokens, told.images, told.repaired) == (2, 10, 3, 1, 1)
    assert told.cost_usd == 0.5


def test_an_error_is_kept_and_goes_on_to_the_caller(tmp_path):
    with pytest.raises(BudgetExhausted):
        recorded(tmp_path, Oracle(BudgetExhausted("the limit is reached")))
    told = read_trace(tmp_path).lines[1].event
    assert isinstance(told, ModelReplied)
    assert (told.reply, told.error) == (None, "the limit is reached")


def test_a_question_that_is_given_up_has_an_end_too(tmp_path):
    with pytest.raises(TimeoutError):
        recorded(tmp_path, Oracle(seconds=60))
    told = read_trace(tmp_path).lines[1].event
    assert isinstance(told, ModelReplied)
    assert told.error == "CancelledError"


def test_the_asker_behind_it_is_loaded():
    oracle = Oracle()
    TracedAsker(oracle, Silent()).load()
    assert oracle.loaded


def test_nothing_is_kept_by_the_silent_one():
    assert asyncio.run(TracedAsker(Oracle(), Silent()).ask(QUESTION, Yes)).value.yes
