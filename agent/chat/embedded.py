"""The embedded side of a conversation: questions understood by rule, answered from what is known or after the tools they need."""

from __future__ import annotations

from collections.abc import Callable

from ...memory.conversation import Reply
from ...tools.statement import StatementReader
from ..tool_calls import CallTools
from . import answers_asides, answers_differences, answers_overview, answers_repetitions, answers_times
from .chatter import Say
from .facts import Facts
from .intents import Intent, Kind, Scene
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
        intent = self._understanding.understand(facts.question, scene, [turn.question for turn in facts.turns])
        if intent.kind == "people" and not facts.results:
            named = {side: name for side, name in (("a", intent.a), ("b", intent.b)) if name}
            return CallTools(calls=(("name_people", named),))
        return ANSWERS[intent.kind](facts, intent, self._understanding)


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
