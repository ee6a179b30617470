"""Answers about differences: which clip shows more, a part of the body, where it is seen, why, how sure, and corrections."""

from __future__ import annotations

from typing import Any

from ...memory.conversation import Reply
from ...memory.values import Answer
from ...tools.catalog import CATALOG
from ..output.wording import clause
from ..tool_calls import CallTools
from .facts import Facts
from .intents import Intent
from .phrasing import Names, Part, listed, reply_of, upper
from .targets import (
    LOOK_BACK,
    Seen,
    consider,
    considered,
    everything,
    flipped,
    last_about,
    letter,
    matching,
    of_topic,
    seen,
    statement_of,
    statements_about,
)
from .telling import as_asked, brief, cannot_tell, shown, sureness, told, values
from .understanding import Understanding

MOST_TOLD = 6
WHAT_THEN = "What is it then? Say for example “A went deeper”, “they are the same” or “it is the left knee”."
WHICH_ARE_YOU = "I do not know which clip shows you. Say “I am in A” or “I am in B” first, then tell me again."
INTRODUCE = "Tell me which clip shows you (“I am in B”) and I will answer in those words."
STRATEGIES = {
    "align": "the key frames of the aligned stages",
    "extremum": "where the quantity peaks",
    "widen": "a wider window",
    "shift": "neighbouring instants",
    "dense": "every frame of the stage",
    "next_best": "other repetitions",
    "crop": "an enlarged crop around the person",
}


def target(facts: Facts, intent: Intent, by: Understanding) -> tuple[str, ...] | CallTools:
    """Ids of the differences that a question is about; or the call that adds what it asks about to the comparison."""
    if ids := considered(facts):
        return ids
    asked = any(result.name == "consider_statements" for result in facts.results)
    if intent.question is not None:
        if ids := matching(facts, intent.question)[:1]:
            return ids
        return () if asked else consider([statement_of(intent.question, intent.statement, by.reader)])
    if intent.topic:
        topic = by.words.topics[intent.topic]
        if ids := of_topic(facts, intent, topic):
            return ids
        statements = statements_about(topic, intent, by.reader)
        return consider(statements) if statements and not asked else ()
    return last_about(facts)


def which(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """Which clip shows something more."""
    ids = target(facts, intent, by)
    if isinstance(ids, CallTools):
        return ids
    found = seen(facts, ids[:1])
    if not found:
        return refused(facts)
    parts = told(found[0], Names(facts.people), intent.question, intent.video)
    return reply_of([*parts, Part(INTRODUCE)] if intent.someone and letter(found[0].answer) else parts, ids[:1])


def topic(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """Everything that is known about a part of the body or another matter."""
    ids = target(facts, intent, by)
    if isinstance(ids, CallTools):
        return ids
    found = seen(facts, ids)[:MOST_TOLD]
    if not found:
        return refused(facts)
    names = Names(facts.people)
    if len(found) == 1:
        return reply_of(told(found[0], names), ids[:1])
    return reply_of([Part(f"About the {intent.topic}:"), *grouped(found, names)], [one.id for one in found])


def grouped(found: list[Seen], names: Names) -> list[Part]:
    """Several differences: those that are decided on a line each, then what is the same, then what cannot be told."""
    parts = [brief(one, names) for one in found if letter(one.answer)]
    for one in found:
        if one.answer == "same":
            said = values(one, names) if one.measurement else clause(one.description)
            keys = (*one.a[:1], *one.b[:1]) if one.measurement else ()
            parts.append(Part(f"- No difference that matters: {said}.", keys))
    for one in found:
        if one.answer == "unknown":
            said = cannot_tell(one, one.description, names)
            parts.append(Part(f"- {' '.join(part.text for part in said)}", tuple(c for part in said for c in part.citations)))
    return parts


def show(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """Where it is seen."""
    ids = target(facts, intent, by)
    if isinstance(ids, CallTools):
        return ids
    ids = ids or tuple(d.id for d in facts.report.differences if d.evidence.a)[:1]
    found = seen(facts, ids[:3])
    if not found:
        return refused(facts)
    names = Names(facts.people)
    lead = "Put these instants side by side:" if len(found) > 1 or found[0].a else "Look here:"
    return reply_of([Part(lead), *(part for one in found for part in shown(one, names))], ids[:3])


def why(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """Why, how sure, or what was measured."""
    ids = target(facts, intent, by)
    if isinstance(ids, CallTools):
        return ids
    found = seen(facts, (ids or tuple(d.id for d in facts.report.differences)[:1])[: 1 if intent.kind == "sure" else 2])
    if not found:
        return refused(facts)
    names = Names(facts.people)
    parts = [part for one in found for part in _reasons(one, facts, names, intent)]
    return reply_of(parts, [one.id for one in found])


def _reasons(one: Seen, facts: Facts, names: Names, intent: Intent) -> list[Part]:
    if intent.kind == "sure":
        return [*sureness(one, names, intent.question), *_would_change(one)]
    parts = told(one, names, intent.question)
    if intent.kind == "measured":
        return [*parts, *_how_read(one)]
    report = next(d for d in facts.report.differences if d.id == one.id)
    votes = [
        f"{vote.source}{' (' + vote.order.upper() + ')' if vote.order != '-' else ''} said {_said(vote.answer)}"
        for vote in report.votes
    ]
    by_models = [Part(f"The witnesses: {listed(votes)}.")] if len({vote.source for vote in report.votes}) > 1 else []
    looks = [STRATEGIES.get(attempt.strategy, attempt.strategy) for attempt in report.attempts]
    tried = [Part(f"I looked {len(looks)} times: {listed(list(dict.fromkeys(looks)))}.")] if len(looks) > 1 else []
    return [*_how_read(one), *parts, *by_models, *tried]


def _said(answer: Answer) -> str:
    return answer.upper() if letter(answer) else answer


def _how_read(one: Seen) -> list[Part]:
    if one.measurement is None:
        return []
    entry = CATALOG.get(one.measurement.quantity)
    source = {"clip": "over the whole repetition", "motion": "from the motion in the picture", "hands": "from the tracked hands"}
    how = source.get(entry.source if entry else "", "from the tracked body at matching instants")
    unit = {"% of leg length": "leg length", "% of body length": "the length of the body"}.get(one.measurement.unit)
    scaled = f", as a share of {unit} so that size and distance to the camera do not matter" if unit else ""
    return [Part(f"I measure {one.label} {how}{scaled}.")]


def _would_change(one: Seen) -> list[Part]:
    entry = CATALOG.get(one.measurement.quantity) if one.measurement else None
    better = {"side": "filmed from the side", "front": "filmed from the front"}.get(
        entry.views if entry else "", "in which the body is seen better"
    )
    told_so = "Clips" if one.measured is None else "You overruled me; clips"
    return [Part(f"{told_so} {better}, or more repetitions, could change it; if you see it otherwise, tell me.")]


def correct(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """Write down what the user says is otherwise, then say what that changes."""
    if intent.answer is None and intent.body_side is None:
        return reply_of([Part(WHICH_ARE_YOU if intent.someone else WHAT_THEN)], last_about(facts))
    ids = _corrected(facts, intent, by)
    if isinstance(ids, CallTools):
        return ids
    found = seen(facts, ids)
    if len(found) != 1:
        return reply_of([Part(_which_of(found, intent.topic))], last_about(facts))
    done = next((result for result in facts.results if result.name == "correct_difference"), None)
    if done is None:
        return CallTools(calls=(("correct_difference", _correction(facts, intent, found[0])),))
    if not done.said.startswith("written down"):
        return reply_of([Part(f"{upper(done.said)}.")], ids[:1])
    if intent.answer is not None:
        return reply_of([Part("Noted."), *told(found[0], Names(facts.people))], ids[:1])
    lead = Part(f"Noted: I now look at the {intent.body_side} side, and read it again.")
    return reply_of([lead, *told(found[0], Names(facts.people))], ids[:1])


def _corrected(facts: Facts, intent: Intent, by: Understanding) -> tuple[str, ...] | CallTools:
    """What a correction is about: what was talked about last that fits it, or what fits in the report; several where that is open."""
    if intent.question is None and not intent.topic:
        return last_about(facts)[:1]
    fitting = [one.id for one in everything(facts) if _fits(one, intent, by)]
    talked = [id_ for turn in reversed(facts.turns[-LOOK_BACK:]) for id_ in turn.reply.about if id_ in fitting]
    if talked:
        return (talked[0],)
    if intent.question is not None and intent.answer is not None:
        ids = target(facts, intent, by)
        return ids if isinstance(ids, CallTools) else ids[:1]
    return tuple(fitting)


def _fits(one: Seen, intent: Intent, by: Understanding) -> bool:
    """Whether a correction may mean a difference, by what it names."""
    if one.question is None:
        return False
    entry = CATALOG[one.question.quantity]
    if intent.answer is None and not entry.sided:
        return False
    if intent.question is not None:
        return intent.question.quantity == one.question.quantity
    named = by.words.topics[intent.topic]
    return one.question.quantity in named.quantities or named.words.search(one.description) is not None


def _which_of(found: list[Seen], topic: str) -> str:
    if not found:
        about = f"Nothing that I found is about the {topic}" if topic else "I do not know what that is about"
        return f"{about}. What do you mean? Say for example “A went deeper” or “the left knee bends more in B”."
    return f"Which do you mean: {listed([f'“{clause(one.description)}”' for one in found], 'or')}? Say it in these words."


def _correction(facts: Facts, intent: Intent, one: Seen) -> dict[str, Any]:
    arguments: dict[str, Any] = {"difference_id": one.id, "said": facts.question[:500]}
    if intent.answer is None:
        return {**arguments, "side": intent.body_side}
    answer: Answer = one.answer if intent.answer == "other" else intent.answer
    opposite = as_asked(one.model_copy(update={"answer": "a"}), intent.question)[1] == "b"
    if intent.answer == "other" or (opposite and intent.answer in ("a", "b")):
        answer = flipped(answer)
    return {**arguments, "answer": answer}


def refused(facts: Facts) -> Reply:
    """What stood in the way, in the words of the tool."""
    said = next((result.said for result in reversed(facts.results)), "I have nothing on that")
    return reply_of([Part(f"{upper(said)}.")])
