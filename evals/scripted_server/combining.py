"""Personalities made of others: a fixed script, one after the other, a fault every so often, one for each kind of request."""

from __future__ import annotations

from .exchange import Answered, ChatRequest, CutConnection, Personality, RawAnswer, Reply
from .talking import CHAT_TOOL
from .wire import error_body

Step = Answered | Personality
"""An answer as it stands, or whoever gives one."""


def take(step: Step, request: ChatRequest) -> Answered:
    """The answer of one step."""
    return step if isinstance(step, Reply | RawAnswer | CutConnection) else step.reply(request)


class Scripted:
    """A list of steps, one a request; what comes after the last is a 500 that says so, unless `then` is given.

    Args:
        steps: What is answered, in order of arrival.
        then: What is answered afterwards, for ever.
    """

    def __init__(self, *steps: Step, then: Step | None = None) -> None:
        self._steps = list(steps)
        over = RawAnswer(status=500, body=error_body(f"the script of {len(steps)} replies is over", "server_error"))
        self._then = then or over

    def reply(self, request: ChatRequest) -> Answered:
        """The next step."""
        return take(self._steps.pop(0) if self._steps else self._then, request)


class Sequence:
    """Personalities one after the other, each for a number of requests; the last one stays.

    Args:
        turns: (who answers, how many requests).
        then: Who answers afterwards.
    """

    def __init__(self, *turns: tuple[Step, int], then: Step) -> None:
        self._turns = list(turns)
        self._then = then

    def reply(self, request: ChatRequest) -> Answered:
        """The answer of whoever's turn it is."""
        while self._turns:
            step, left = self._turns[0]
            if left > 0:
                self._turns[0] = (step, left - 1)
                return take(step, request)
            self._turns.pop(0)
        return take(self._then, request)


class EveryNth:
    """A fault in place of every `n`th answer: the `n`th, the `2n`th and so on."""

    def __init__(self, fault: Step, n: int, inner: Step) -> None:
        self._fault, self._n, self._inner = fault, n, inner
        self._count = 0

    def reply(self, request: ChatRequest) -> Answered:
        """The fault or the answer."""
        self._count += 1
        return take(self._fault if self._count % self._n == 0 else self._inner, request)


class ByKind:
    """Routes by what a request holds: tools to the planner or the talker, images to the verifier, all else to the proposer."""

    def __init__(self, *, planner: Step, proposer: Step, vlm: Step, talker: Step | None = None) -> None:
        self._planner, self._proposer, self._vlm = planner, proposer, vlm
        self._talker = talker or planner

    def reply(self, request: ChatRequest) -> Answered:
        """The answer of the one it is for."""
        if request.tools:
            talks = any(tool.name == CHAT_TOOL for tool in request.tools)
            return take(self._talker if talks else self._planner, request)
        return take(self._vlm if request.images else self._proposer, request)
