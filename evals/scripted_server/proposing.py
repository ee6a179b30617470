"""A personality that proposes stages and differences from viddiff's own library of actions, in whatever shape is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from ...memory.state import Statement
from ...tools.actions import Action, ActionLibrary
from ...tools.propose import LibraryProposer
from ...tools.statement import StatementReader
from .conforming import Names, conforming
from .exchange import Answered, ChatRequest, said
from .questions import Asked, statements_of

Facts = dict[str, Any]
_ACTION = re.compile(r"^\W*action\W+(.+)$", re.IGNORECASE | re.MULTILINE)

NAMES: Names = {
    "retrieval_strings": ("retrieval",),
    "strings": ("retrieval",),
    "stage_ids": ("stages",),
    "stage_names": ("stages",),
    "stage": ("stages",),
    "title": ("name",),
    "text": ("description",),
    "statement": ("description",),
    "num_frames": ("frames",),
    "rank": ("importance",),
}
"""Properties a schema may ask for, and the facts that answer them; adapt here to another schema."""


class Proposer:
    """Fills the schema that it is asked to follow with facts; replies to a request without a schema with the facts themselves.

    Args:
        facts: What is known for a request; by default what the library knows of the action that it names.
        names: Other names of properties.
    """

    def __init__(self, facts: Callable[[ChatRequest], Facts] | None = None, names: Names = NAMES) -> None:
        self._facts = facts or LibraryFacts()
        self._names = names

    def reply(self, request: ChatRequest) -> Answered:
        """One proposal."""
        facts = self._facts(request)
        return said(facts if request.json_schema is None else conforming(request.json_schema, facts, self._names))


class LibraryFacts:
    """Stages and differences of the action that a request names; statements listed as `[id] statement` are only linked."""

    @cached_property
    def _library(self) -> ActionLibrary:
        return ActionLibrary.load()

    @cached_property
    def _statements(self) -> StatementReader:
        return StatementReader()

    def __call__(self, request: ChatRequest) -> Facts:
        """The facts for one request."""
        action = self.action_of("\n".join(part.text for part in request.user_parts))
        stages = [_without(stage.model_dump(), "optional") | {"id": stage.name} for stage in action.stages]
        listed = statements_of("\n".join(part.text for part in request.user_parts))
        given = self._linked(action, listed) if listed else _differences(action)
        return {"action": action.name, "stages": stages, "differences": given}

    def action_of(self, text: str) -> Action:
        """The action that a line "Action: ..." names, else the one that any line names, else the general one."""
        for line in [*_ACTION.findall(text), *text.splitlines()]:
            if (match := self._library.match(line)) is not None:
                return match.action
        return self._library.general()

    def _linked(self, action: Action, listed: Sequence[Asked]) -> list[Facts]:
        """As the embedded proposer links them: other links show other frames."""
        statements = [Statement(id=each.id, description=each.statement) for each in listed]
        plan = LibraryProposer(self._library, self._statements).closed(action.name, statements)
        return [
            {"id": d.id, "description": d.description, "name": d.id, "stages": d.stages, "frames": d.frames, "importance": 1.0}
            for d in plan.differences
        ]


def _differences(action: Action) -> list[Facts]:
    ranked = sorted(action.differences, key=lambda difference: -difference.importance)
    return [
        {**_without(difference.model_dump(), "statement"), "id": f"d{number}", "description": difference.statement}
        for number, difference in enumerate(ranked, start=1)
    ]


def _without(value: Facts, *names: str) -> Facts:
    return {name: each for name, each in value.items() if name not in names}
