"""What an answer is about: the differences that a question names, or that were last talked about; or the statements to consider first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...memory.conversation import Citation, Finding
from ...memory.report import DifferenceReport
from ...memory.values import Answer, Difference, Measurement, Phase, Question, Side, Value
from ...tools.catalog import CATALOG
from ...tools.propose import worth_proposing
from ...tools.statement import StatementReader
from ..tool_calls import CallTools
from .facts import Facts
from .intents import Intent
from .phrasing import citation, label_of
from .question_words import Topic

MOST_CONSIDERED = 4
LOOK_BACK = 6
"""Turns in which "show me" looks for what it is about."""
_CONSIDERED = re.compile(r"^considered as ([^;]+)")
_LEVELS = frozenset({"level", "maximum", "minimum"})
_WHEN: dict[Phase, str] = {
    "start": "at the start", "end": "at the end", "peak": "at the peak", "bottom": "at the bottom", "top": "at the top",
    "lowering": "on the way down", "rising": "on the way up", "takeoff": "at takeoff", "flight": "in the air",
    "landing": "at the landing", "strike": "at impact", "release": "at the release",
}  # fmt: skip


class Seen(Value):
    """One difference or finding, in the form in which it is told."""

    id: str
    description: str
    answer: Answer
    confidence: float
    reason: str
    measurement: Measurement | None = None
    question: Question | None = None
    label: str = ""
    a: tuple[Citation, ...] = ()
    b: tuple[Citation, ...] = ()
    measured: Answer | None = None
    """What was measured, where the user overruled it."""


def seen(facts: Facts, ids: Sequence[str]) -> list[Seen]:
    """The differences of the report with these ids, in their order."""
    known = {d.id: d for d in facts.report.differences}
    return [_of_report(known[id_], _planned(facts).get(id_)) for id_ in ids if id_ in known]


def everything(facts: Facts) -> list[Seen]:
    """All differences of the report, in its order."""
    return seen(facts, [d.id for d in facts.report.differences])


def of_finding(found: Finding, facts: Facts) -> Seen:
    """What a tool found."""
    planned = _planned(facts).get(found.id)
    quantity = found.measurement.quantity if found.measurement else ""
    return Seen(
        **found.model_dump(include={"id", "description", "answer", "confidence", "reason"}),
        measurement=found.measurement,
        question=planned.question if planned else Question(quantity=quantity, direction=1) if quantity else None,
        label=label_of(quantity, planned.question) if planned and quantity else found.label,
        a=tuple(c for c in found.instants if c.video == "a"),
        b=tuple(c for c in found.instants if c.video == "b"),
    )


def _planned(facts: Facts) -> dict[str, Difference]:
    return {d.id: d for d in facts.plan.differences}


def _of_report(told: DifferenceReport, planned: Difference | None) -> Seen:
    question = planned.question if planned else None
    quantity = told.measurement.quantity if told.measurement else question.quantity if question else ""
    overruled = any(vote.source == "user" for vote in told.votes)
    found: list[Answer] = [vote.answer for vote in told.votes if vote.source != "user"]
    return Seen(
        id=told.id,
        description=told.description,
        answer=told.answer,
        confidence=told.confidence,
        reason=told.reason,
        measurement=told.measurement,
        question=question,
        label=label_of(quantity, question) if quantity else "",
        a=tuple(citation("a", key, told.id) for key in told.evidence.a),
        b=tuple(citation("b", key, told.id) for key in told.evidence.b),
        measured=(found or ["unknown"])[0] if overruled else None,
    )


def last_about(facts: Facts) -> tuple[str, ...]:
    """Ids of what was last talked about, those that still exist."""
    known = {d.id for d in facts.report.differences}
    for turn in reversed(facts.turns[-LOOK_BACK:]):
        if ids := tuple(id_ for id_ in turn.reply.about if id_ in known):
            return ids
    return ()


def considered(facts: Facts) -> tuple[str, ...]:
    """Ids that this turn's call to consider statements gave."""
    said = [result.said for result in facts.results if result.name == "consider_statements"]
    return tuple(id_.strip() for text in said if (match := _CONSIDERED.match(text)) for id_ in match[1].split(","))


def matching(facts: Facts, question: Question) -> tuple[str, ...]:
    """Ids of the differences that read what a question asks about, the best match first."""
    alike = [d for d in facts.plan.differences if d.question and _reads_the_same(d.question, question)]
    alike.sort(
        key=lambda d: (d.question.phase != question.phase, d.question.statistic != question.statistic) if d.question else ()
    )
    return tuple(d.id for d in alike)


def _reads_the_same(known: Question, asked: Question) -> bool:
    return (
        known.quantity == asked.quantity
        and known.side == asked.side
        and known.occurrence == asked.occurrence
        and (asked.phase in ("whole", known.phase))
        and (known.statistic == asked.statistic or {known.statistic, asked.statistic} <= _LEVELS)
    )


def of_topic(facts: Facts, intent: Intent, topic: Topic) -> tuple[str, ...]:
    """Ids of the known differences about a topic, as in the report."""
    uneven = intent.topic == "symmetry"
    wanted = {
        d.id
        for d in facts.plan.differences
        if (q := d.question)
        and (q.statistic in ("asymmetry", "left_over_right") if uneven else q.quantity in topic.quantities)
        and (intent.body_side is None or q.side == intent.body_side)
        and (intent.phase is None or q.phase == intent.phase)
    }
    return tuple(d.id for d in facts.report.differences if d.id in wanted)


def consider(statements: Sequence[str]) -> CallTools:
    """Add statements to the comparison."""
    return CallTools(calls=(("consider_statements", {"statements": list(statements)}),))


def statement_of(question: Question, asked: str, reader: StatementReader) -> str:
    """What a question asks about as a statement in full words, or the user's own where that would be read otherwise."""
    text = worded(question)
    return text if text and reader.read(text).question == question else asked.strip(" ,.?!")


def worded(question: Question, reverse: bool = False) -> str:
    """A question as a statement: "the left knee is more bent at the bottom"; empty where the catalogue has no words for it."""
    entry = CATALOG.get(question.quantity)
    if entry is None or question.statistic not in _LEVELS:
        return ""
    text = entry.more if (question.direction > 0) != reverse else entry.less
    if question.side in ("left", "right"):
        text = _one_sided(text, question.side)
    when = _WHEN.get(question.phase, "")
    return f"{text} {when}".strip()


def _one_sided(text: str, side: str) -> str:
    for many, one in (("feet", "foot"), ("wrists", "wrist")):
        text = text.replace(f"the {many} ", f"the {one} ")
    text = re.sub(r"\bthe ((?:upper )?\w+?)s? (are|is)\b", rf"the {side} \1 is", text, count=1)
    return re.sub(
        r"\bthe (?!left|right)((?:upper )?\w+?)s? (stay|move|flare|hang|track|lift)s?\b", rf"the {side} \1 \2s", text, count=1
    )


def statements_about(topic: Topic, intent: Intent, reader: StatementReader) -> list[str]:
    """Statements of the catalogue about a topic, each read as it is meant; at most `MOST_CONSIDERED`."""
    entries = [CATALOG[name] for name in topic.quantities]
    entries = [entry for entry in entries if worth_proposing(entry)] or entries
    if intent.body_side:
        entries = [entry for entry in entries if entry.sided] or entries
    found = list(topic.statements)
    for entry in entries:
        side = intent.body_side if entry.sided and intent.body_side else "both"
        question = Question(quantity=entry.name, direction=1, side=side, phase=intent.phase or "whole")
        text = worded(question)
        read = reader.read(text).question
        if read is not None and (read.quantity, read.side) == (entry.name, side):
            found.append(text)
    return found[:MOST_CONSIDERED]


def flipped(answer: Answer) -> Answer:
    """The answer to the opposite statement."""
    return "b" if answer == "a" else "a" if answer == "b" else answer


def letter(answer: Answer) -> Side | None:
    """The clip that an answer names."""
    return "a" if answer == "a" else "b" if answer == "b" else None
