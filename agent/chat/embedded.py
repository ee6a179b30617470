"""The embedded side of a conversation: questions understood by rule, answered from what is known or after the tools they need."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from ...memory.conversation import Reply, Turn
from ...tools.statement import StatementReader
from ..tool_calls import CallTools
from . import answers_asides, answers_differences, answers_overview, answers_repetitions, answers_times
from .chatter import Say
from .facts import Facts
from .intents import Intent, Kind, Scene
from .phrasing import joined
from .question_parts import SHOW
from .understanding import Understanding

Answering = Callable[[Facts, Intent, Understanding], Reply | CallTools]
ANSWERS: dict[Kind, Answering] = {
    "which": answers_differences.which,
    "topic": answers_differences.topic,
    "show": answers_differences.show,
    "why": answers_differences.why,
    "sure": answers_differences.why,
    "measured": answers_differences.why,
    "correct": answers_differences.correct,
    "instant": answers_times.instant,
    "stage": answers_times.stage,
    "when": answers_times.when,
    "length": answers_times.length,
    "stages": answers_times.stages,
    "count": answers_repetitions.count,
    "repeat": answers_repetitions.repeat,
    "choose": answers_repetitions.choose,
    "best_repetition": answers_repetitions.best_repetition,
    "summary": answers_overview.summary,
    "biggest": answers_overview.biggest,
    "same": answers_overview.same,
    "undecided": answers_overview.undecided,
    "advice": answers_overview.advice,
    "better": answers_overview.better,
    "history": answers_overview.history,
    "people": answers_asides.people,
    "people_side": answers_asides.people_side,
    "who": answers_asides.who,
    "help": answers_asides.help_,
    "thanks": answers_asides.plain,
    "hello": answers_asides.plain,
    "bye": answers_asides.plain,
    "maker": answers_asides.plain,
    "cost": answers_asides.cost,
    "model": answers_asides.model,
    "clip": answers_asides.clip,
    "unmeasurable": answers_asides.unmeasurable,
    "unknown": answers_asides.unknown,
}
NOT_ANSWERED: frozenset[Kind] = frozenset({"unknown", "unmeasurable"})


class EmbeddedChatter:
    """Answers what the measured quantities, stages, times, evidence and verdicts can answer.

    Args:
        reader: Reads statements; one is loaded when first needed where none is given.
    """

    name = "embedded"

    def __init__(self, reader: StatementReader | None = None) -> None:
        self._understanding = Understanding(reader)

    async def respond(self, facts: Facts, say: Say) -> Reply | CallTools:
        """The next move: tool calls, or the answer, told sentence by sentence."""
        move = self.answer(facts)
        if isinstance(move, Reply):
            for n, piece in enumerate(_sentences(move.text)):
                say(piece, n == 0)
        return move

    def answer(self, facts: Facts) -> Reply | CallTools:
        """The next move, a function of the facts alone."""
        scene = Scene(stages=facts.plan.stages, people=facts.people)
        asked = self._understanding.each(facts.question, scene, [turn.question for turn in facts.turns])
        if len(asked) == 1:
            return self._one(facts, asked[0].intent)
        turns: list[Turn] = []
        for n, (text, intent) in enumerate(asked):
            if text == SHOW and (asked[n - 1].intent.kind in NOT_ANSWERED or not turns[-1].reply.about):
                move = _nothing_to_show(turns[-1].reply)
            elif n and intent.kind == "correct":
                move = Reply(text=f"If “{text.strip(' ,.?!')}” is a correction, please say it on its own.")
            elif intent.kind == "unknown":
                move = Reply(text=f"I did not understand “{text.strip(' ,.?!')}”.")
            else:
                move = self._by_itself(replace(facts, turns=(*facts.turns, *turns)), intent)
            if isinstance(move, CallTools):
                return move
            turns.append(Turn(question=text, reply=move))
        return joined([turn.reply for turn in turns])

    def _by_itself(self, facts: Facts, intent: Intent) -> Reply | CallTools:
        """The next move for one question of several: it sees the results of those calls alone that it makes itself."""
        called = {_call(result.name, result.arguments) for result in facts.results}
        own: set[str] = set()
        while True:
            move = self._one(replace(facts, exchange=_only(facts.exchange, own)), intent)
            calls = {_call(*call) for call in move.calls} if isinstance(move, CallTools) else set[str]()
            if not calls or not calls <= called - own:
                return move
            own |= calls

    def _one(self, facts: Facts, intent: Intent) -> Reply | CallTools:
        if intent.kind == "people" and not facts.results:
            named = {side: name for side, name in (("a", intent.a), ("b", intent.b)) if name}
            return CallTools(calls=(("name_people", named),))
        return ANSWERS[intent.kind](facts, intent, self._understanding)


def _call(name: str, arguments: Mapping[str, Any]) -> str:
    """One tool call as a name for itself; a correction is made once, whatever the answer was before it."""
    kept = {"difference_id": arguments.get("difference_id")} if name == "correct_difference" else arguments
    return json.dumps([name, kept], sort_keys=True)


def _only(exchange: tuple[AnyMessage, ...], own: set[str]) -> tuple[AnyMessage, ...]:
    """The exchange with some calls alone."""
    made = (c for m in exchange if isinstance(m, AIMessage) for c in m.tool_calls)
    ids = {c["id"] for c in made if _call(c["name"], c["args"]) in own}
    return tuple(m for m in exchange if not isinstance(m, ToolMessage) or m.tool_call_id in ids)


def _nothing_to_show(before: Reply) -> Reply:
    """What is said to "show me" after an answer about no difference: its own instants, where it has any, are shown already."""
    return Reply(text="" if before.citations else "There are no frames to show for that.")


def _sentences(text: str) -> list[str]:
    """The text in pieces that end where a sentence or a line does."""
    pieces: list[str] = []
    for line in text.splitlines(keepends=True):
        start = 0
        for at in range(1, len(line)):
            if line[at - 1] == " " and line[at - 2 : at - 1] in (".", "?", "!") and line[at].isupper():
                pieces.append(line[start:at])
                start = at
        pieces.append(line[start:])
    return pieces
