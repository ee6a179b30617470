"""A scripted server that fails one role, or all, as told, and remembers of every reply what was asked and whether it was good."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from ..scripted_server import (
    BadRequest,
    ChatRequest,
    Personality,
    Planner,
    Proposer,
    Reply,
    always_first,
    faults,
    image_reader,
)
from ..scripted_server.combining import Step, take
from ..scripted_server.exchange import Answered
from ..scripted_server.wire import bounded, usage_of

Role = Literal["planner", "proposer", "vlm"]
ROLES: tuple[Role, ...] = ("planner", "proposer", "vlm")


class Remembering:
    """Answers a question that it knows as it did before: the same pictures come in every test."""

    def __init__(self, inner: Personality) -> None:
        self._inner = inner
        self._known: dict[str, Answered] = {}

    def reply(self, request: ChatRequest) -> Answered:
        """The answer that it gave before, or a new one."""
        key = json.dumps([request.json_schema, request.body["messages"]], sort_keys=True)
        if key not in self._known:
            self._known[key] = self._inner.reply(request)
        return self._known[key]


def good_roles() -> dict[Role, Personality]:
    """A planner, a proposer and a vision model without faults; the last looks at the same pictures only once."""
    return {"planner": Planner(), "proposer": Proposer(), "vlm": Remembering(image_reader())}


LATE_S = 60.0


@dataclass(frozen=True)
class Fault:
    """One way to fail: what answers in place of a good personality, and the words that a user reads of it."""

    of: Callable[[Personality], Step]
    words: str
    planner_words: str = ""
    """What is said of a planner; empty where it is the same."""
    ends: bool = True
    """Whether a run whose proposer or vision model always fails so stops; else it goes on without."""
    harmless: bool = False
    """Whether the answer is a right one that was hard to get, or one that only looks right."""
    proposer_words: str = ""
    waits: bool = True
    """Whether it is worth asking again."""

    @property
    def passes(self) -> bool:
        """Whether the same request may be answered later."""
        return self.ends and self.waits

    def words_for(self, role: Role) -> str:
        """What a user reads of it when it is this role that fails."""
        return {"planner": self.planner_words, "proposer": self.proposer_words}.get(role, "") or self.words


def rubbish(of: Callable[[], Step], words: str, planner_words: str) -> Fault:
    """A reply that was paid for and is of no use."""
    return Fault(lambda good: of(), words, planner_words, ends=False)


def broken(of: Callable[[], Step], words: str, *, waits: bool = True) -> Fault:
    """No reply at all."""
    return Fault(lambda good: of(), words, waits=waits)


NO_COMPLETION = "no chat completion"
FAULTS: dict[str, Fault] = {
    "too_many_requests": broken(faults.too_many_requests, "Rate limit reached"),
    "out_of_quota": broken(faults.out_of_quota, "exceeded your current quota", waits=False),
    "server_error": broken(faults.server_error, "status 500: Internal Server Error"),
    "overloaded": broken(lambda: faults.overloaded(1), "currently overloaded"),
    "unauthorized": broken(faults.unauthorized, "check the key", waits=False),
    "unprocessable": broken(faults.unprocessable, "Unexpected field: top_k", waits=False),
    "echoing": Fault(faults.Echoing, "invalid picture [data]", "invalid picture", proposer_words="invalid picture", waits=False),
    "invalid_json": broken(faults.invalid_json, NO_COMPLETION),
    "no_choices": broken(faults.no_choices, NO_COMPLETION),
    "connection_cut": broken(faults.connection_cut, "no connection"),
    "slow": Fault(lambda good: faults.slow(good, LATE_S), "no answer in time"),
    "cut_within": Fault(faults.cut_within, "no connection"),
    "cut_within_quietly": Fault(lambda good: faults.cut_within(good, quietly=True), NO_COMPLETION),
    "cut_by_length": Fault(faults.cut_by_length, "cut off", "tool calls cannot be read", ends=False),
    "wrong_schema": rubbish(faults.wrong_schema, "does not follow the schema", "calls no tool"),
    "refusal": rubbish(faults.refusal, "refuses: I'm sorry", "refuses: I'm sorry"),
    "filtered": rubbish(faults.filtered, "content filter", "content filter"),
    "truncated": rubbish(faults.truncated, "cut off", "cut off"),
    "broken_off": rubbish(faults.broken_off, "not one JSON object", "calls no tool"),
    "prose": rubbish(faults.prose, "not one JSON object", "calls no tool"),
    "empty": rubbish(faults.empty, "empty", "empty"),
    "huge": rubbish(faults.huge, "cut off", "cut off"),
    "unknown_tool": rubbish(faults.unknown_tool, "calls a tool, and none was offered", "unknown tools: look_harder"),
    "without_tools": Fault(faults.WithoutTools, "", "--enable-auto-tool-choice", ends=False, harmless=True),
    "without_schema": Fault(faults.WithoutSchema, "", ends=False, harmless=True),
    "refuses_schema": Fault(lambda good: faults.WithoutSchema(good, refuses=True), "", ends=False, harmless=True),
    "always_first": Fault(lambda good: always_first(), "", "calls no tool", ends=False, harmless=True),
}
"""Every fault of the scripted server."""
ONLY: dict[str, Role] = {"without_tools": "planner", "always_first": "vlm"}
"""Faults that mean something to one role alone."""


@dataclass(frozen=True)
class Told:
    """One answer."""

    role: Role
    asked: str
    good: bool
    tokens: tuple[int, int] = (0, 0)
    """Of the prompt and of the completion, of a whole reply."""


@dataclass
class FaultyServer:
    """Fails whom it is told to fail, and remembers every answer.

    Args:
        good: By role, who answers when nothing fails.
        fails: By role, the next answers: None for a good one. After the last, `always` decides.
        always: By role, what answers for ever; a good personality where none is named.
    """

    good: dict[Role, Personality]
    fails: dict[Role, list[Fault | None]] = field(default_factory=dict)
    always: dict[Role, Fault] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)

    def reply(self, request: ChatRequest) -> Answered:
        """A good answer or a fault."""
        role: Role = "planner" if request.tools else "vlm" if request.images else "proposer"
        waiting = self.fails.get(role, [])
        fault = waiting.pop(0) if waiting else self.always.get(role)
        good = self.good[role]
        if role != "planner" and request.json_schema is None:
            # A good model also follows a schema that is written out.
            good = faults.WithoutSchema(good)
        step: Step = good if fault is None else fault.of(good)
        try:
            answer = take(step, request)
        except BadRequest:
            self._note(role, request, None, fault)
            raise
        self._note(role, request, answer, fault)
        return answer

    def _note(self, role: Role, request: ChatRequest, answer: Answered | None, fault: Fault | None) -> None:
        whole = isinstance(answer, Reply) and answer.delay_s < LATE_S
        tokens = (0, 0)
        if whole and isinstance(answer, Reply):
            usage = usage_of(request, bounded(answer, request.most_tokens))
            tokens = usage["prompt_tokens"], usage["completion_tokens"]
        self.told.append(Told(role, fingerprint(request), good=whole and (fault is None or fault.harmless), tokens=tokens))

    def recover(self) -> None:
        """Fail nobody from now on."""
        self.fails, self.always = {}, {}

    @property
    def paid_twice(self) -> list[str]:
        """What was answered well more than once."""
        asked = Counter((each.role, each.asked) for each in self.told if each.good)
        return [f"{role}: {text[-300:]}" for (role, text), count in asked.items() if count > 1]

    def calls(self, *roles: Role) -> int:
        """Requests to these roles."""
        return sum(each.role in roles for each in self.told)

    @property
    def tokens(self) -> tuple[int, int]:
        """Of all whole replies."""
        return sum(each.tokens[0] for each in self.told), sum(each.tokens[1] for each in self.told)


def fingerprint(request: ChatRequest) -> str:
    """What decides a reply."""
    names = [tool.name for tool in request.tools]
    return json.dumps([request.body["model"], request.json_schema, names, request.body["messages"]], sort_keys=True)


def by_lot(seed: int, length: int = 40) -> dict[Role, list[Fault | None]]:
    """For every role a sequence of faults and good answers."""
    chance = random.Random(seed)
    # Whoever waits for a slow reply holds up the test rather than the run.
    kinds = [fault for name, fault in FAULTS.items() if name != "slow" and not fault.harmless]
    share = chance.choice((0.1, 0.3, 0.6))
    return {role: [chance.choice(kinds) if chance.random() < share else None for _ in range(length)] for role in ROLES}
