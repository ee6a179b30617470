"""Personalities that answer multiple-choice questions, with or without looking: the shape of their answers, and the biased ones."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from pydantic import Field

from ...memory.values import Value
from .conforming import conforming
from .exchange import Answered, ChatRequest, said
from .proposing import LibraryFacts
from .questions import Asked, Exam, read_exam

Choice = Literal["first", "second", "same", "cannot_tell"]
CHOICES: tuple[Choice, ...] = ("first", "second", "same", "cannot_tell")
_WORDS: dict[Choice, str] = {
    "first": "the first video shows it more",
    "second": "the second video shows it more",
    "same": "both videos look alike",
    "cannot_tell": "the images do not show it",
}


class Decision(Value):
    """What is answered to one statement."""

    choice: Choice
    confidence: float = Field(default=0.9, ge=0, le=1)
    reason: str = ""

    def odds(self) -> dict[str, float]:
        """Probability of every choice: what the confidence leaves is shared by the others."""
        rest = (1.0 - self.confidence) / (len(CHOICES) - 1)
        return {choice: self.confidence if choice == self.choice else rest for choice in CHOICES}


class Decider(Protocol):
    """Decides statements."""

    def decide(self, asked: Asked, exam: Exam) -> Decision:
        """Decide one statement."""
        ...


class Answering:
    """Answers every statement of a verifying request as its decider says, in the shape that the request asks for."""

    def __init__(self, decider: Decider) -> None:
        self.decider = decider

    def reply(self, request: ChatRequest) -> Answered:
        """Answer all statements; `BadRequest` when the request is not of that kind."""
        exam = read_exam(request, self._own_statements(request))
        decisions = [self.decider.decide(asked, exam) for asked in exam.asked]
        answers = [
            {"id": asked.id, **decision.model_dump(), "reason": decision.reason or _WORDS[decision.choice]}
            for asked, decision in zip(exam.asked, decisions, strict=True)
        ]
        value = {
            "answers": answers,
            "differences": [
                {"description": asked.statement, **answer} for asked, answer in zip(exam.asked, answers, strict=True)
            ],
        }
        value = {"answers": answers} if request.json_schema is None else value
        told = said(value if request.json_schema is None else conforming(request.json_schema, value))
        return told.model_copy(update={"odds": tuple(decision.odds() for decision in decisions)})

    def _own_statements(self, request: ChatRequest) -> tuple[Asked, ...]:
        """What the library knows of the action, where statements of one's own are asked for rather than listed."""
        if "differences" not in (request.json_schema or {}).get("properties", {}):
            return ()
        action = self._library.action_of("\n".join(part.text for part in request.user_parts))
        return tuple(Asked(id=f"d{n}", statement=each.statement) for n, each in enumerate(action.differences, start=1))

    @cached_property
    def _library(self) -> LibraryFacts:
        return LibraryFacts()


class _Always:
    def __init__(self, decision: Decision) -> None:
        self._decision = decision

    def decide(self, asked: Asked, exam: Exam) -> Decision:
        return self._decision


class _Drawing:
    def __init__(self, seed: int) -> None:
        self._seed = seed

    def decide(self, asked: Asked, exam: Exam) -> Decision:
        digest = hashlib.sha256(f"{self._seed} {asked.statement}".encode())
        for image in (*exam.first.images, *exam.second.images):
            digest.update(image.data)
        rng = np.random.default_rng(list(digest.digest()))
        return Decision(choice=CHOICES[rng.integers(2)], confidence=round(float(rng.uniform(0.5, 1.0)), 3))


def always_first(confidence: float = 0.9) -> Answering:
    """Says of every statement that the first shown video shows it more: position bias at its purest."""
    return Answering(_Always(Decision(choice="first", confidence=confidence)))


def same(confidence: float = 0.9) -> Answering:
    """Sees no difference anywhere."""
    return Answering(_Always(Decision(choice="same", confidence=confidence)))


def cannot_tell(confidence: float = 0.9) -> Answering:
    """Never commits itself."""
    return Answering(_Always(Decision(choice="cannot_tell", confidence=confidence)))


def at_random(seed: int = 0) -> Answering:
    """Says first or second by lot; the same question on the same images in the same order gets the same answer."""
    return Answering(_Drawing(seed))
