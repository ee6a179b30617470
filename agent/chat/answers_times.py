"""Answers about when: what the bodies do at an instant, at a stage, when a stage is reached, and how long it takes."""

from __future__ import annotations

import json

from ...memory.conversation import Citation, Findings, Reply
from ...memory.values import Repetition, Segment, Side, StageSpan
from ...tools.matching import focused, typical
from ...tools.propose import FAMILIES
from ..tool_calls import CallTools
from .answers_differences import show, which
from .facts import Facts, Result
from .intents import Intent
from .phrasing import Names, Part, amount, clips, listed, mark, reply_of, upper
from .targets import Seen, letter, of_finding
from .telling import brief
from .understanding import Understanding

MOST_DIFFERENT = 5
_POINTS = frozenset({"bottom", "top", "peak", "takeoff", "landing", "strike", "release"})
"""Phases that people think of as one instant."""


def findings_of(result: Result) -> Findings | None:
    """What a tool found; None where it said why it found nothing."""
    return Findings.model_validate(json.loads(result.said)) if result.said.startswith("{") else None


def instant(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """What the bodies do at one instant and at the matching one of the other clip."""
    names = Names(facts.people)
    side = intent.video or names.mine or "a"
    time_s = intent.time_s
    if intent.frame is not None:
        time_s = intent.frame / facts.report.of(side).fps
    done = next((result for result in facts.results if result.name == "show_frames"), None)
    if done is None:
        return CallTools(calls=(("show_frames", {"video": side, "time_s": round(time_s or 0.0, 3)}),))
    return _looked(done, facts)


def stage(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """What differs most at the key instant of a stage."""
    if not intent.stage:
        return no_such_stage(facts, intent)
    done = next((result for result in facts.results if result.name == "compare_at"), None)
    if done is None:
        return CallTools(calls=(("compare_at", {"stage": intent.stage, "repetition": facts.focus}),))
    return _looked(done, facts, f"At the {intent.stage}")


def _looked(done: Result, facts: Facts, where: str = "") -> Reply:
    found = findings_of(done)
    if found is None:
        return reply_of([Part(f"{upper(done.said)}.")])
    names = Names(facts.people)
    told = [of_finding(one, facts) for one in found.findings]
    apart = [_bare(one) for one in _one_per_family(told) if letter(one.answer)][:MOST_DIFFERENT]
    beside = listed([mark(c) for c in found.instants])
    lead = f"{where}, {beside}," if where else f"At {beside}"
    if not apart:
        return reply_of([Part(f"{lead} I see no difference that is larger than what I can measure.", found.instants)])
    return reply_of(
        [
            Part(f"{lead} these differ most:" if not where else f"{lead} they differ most in this:", found.instants),
            *[brief(one, names) for one in apart],
        ]
    )


def _one_per_family(told: list[Seen]) -> list[Seen]:
    """Of quantities that see the same movement from different sides only the first."""
    taken: dict[frozenset[str], Seen] = {}
    for one in told:
        family = next((family for family in FAMILIES if one.id in family), frozenset({one.id}))
        taken.setdefault(family, one)
    return list(taken.values())


def _bare(one: Seen) -> Seen:
    """Told without its instants: they are those of the whole list."""
    return one.model_copy(update={"a": (), "b": ()})


def no_such_stage(facts: Facts, intent: Intent) -> Reply:
    """What stages there are instead."""
    said = f"I see no {intent.phase} in this action" if intent.phase else "I do not know that stage"
    return reply_of([Part(f"{said}; its stages are {listed([one.name for one in facts.plan.stages])}.")])


def when(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """When a stage is reached, in every repetition that counts."""
    if not intent.stage:
        if intent.question is not None or intent.topic:
            return show(facts, intent, by)
        return no_such_stage(facts, intent)
    point = intent.phase in _POINTS
    parts = [_reached(facts, side, intent.stage, point) for side in clips(intent.video)]
    return reply_of(parts)


def _reached(facts: Facts, side: Side, stage: str, point: bool) -> Part:
    repetitions = focused(facts.timelines, facts.focus)[side].repetitions
    found = [(repetition, span) for repetition in repetitions if (span := span_of(repetition, stage))]
    spans = [span for _, span in found]
    who = Names(facts.people).clip(side)
    if not spans:
        return Part(f"{upper(who)} I did not find the {stage}.")
    cited = [_at(side, span.key_s if point else span.segment.start_s) for span in spans]
    rest = _in_which(repetitions, [repetition for repetition, _ in found]) if len(found) > 1 else ""
    begins = "comes" if point else "begins"
    return Part(f"{upper(who)} the {stage} {begins} at {listed([mark(c) for c in cited])}{rest}.", tuple(cited))


def _in_which(repetitions: tuple[Repetition, ...], found: list[Repetition]) -> str:
    """Only whole repetitions count as such; one that the clip cuts off is said to be."""
    whole, seen = sum(not one.partial for one in repetitions), sum(not one.partial for one in found)
    cut = len(found) - seen
    those = f"each of the {whole}" if seen == whole else f"{seen} of the {whole}"
    rest = f" and in {'one' if cut == 1 else cut} that {'is' if cut == 1 else 'are'} cut off" if cut else ""
    return f", once in {those} {'whole ' if cut else ''}repetitions{rest}"


def _at(side: Side, time_s: float) -> Citation:
    return Citation(video=side, time_s=time_s)


def span_of(repetition: Repetition, stage: str) -> StageSpan | None:
    """Where a stage was found in a repetition."""
    return next((span for span in repetition.spans if span.stage == stage), None)


def length(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """How long a stage, or a whole repetition, takes in each clip."""
    if intent.question is not None and intent.question.quantity == "pause":
        return which(facts, intent, by)
    if intent.phase and not intent.stage:
        return no_such_stage(facts, intent)
    found = [_lasting(facts, side, intent.stage) for side in clips(intent.video)]
    what = f"The {intent.stage} takes" if intent.stage else "A typical repetition takes"
    return reply_of(
        [Part(f"{what} {listed([part.text for part in found])}.", tuple(c for part in found for c in part.citations))]
    )


def _lasting(facts: Facts, side: Side, stage: str) -> Part:
    names = Names(facts.people)
    repetition = typical(focused(facts.timelines, facts.focus)[side])
    found = span_of(repetition, stage) if stage else repetition
    if found is None:
        return Part(f"{names.clip(side)} I did not find it")
    start, end = _at(side, found.segment.start_s), _at(side, found.segment.end_s)
    lasting = amount(end.time_s - start.time_s, "s")
    return Part(f"{lasting} {names.short(side)} ({mark(start)} to {mark(end)})", (start, end))


def stages(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """The stages of the action and where they are."""
    parts = [Part("I split the movement into these stages:")]
    for found in facts.report.stages:
        placed: list[tuple[Side, Segment | None]] = [("a", found.a), ("b", found.b)]
        cited = [(_at(side, span.start_s), _at(side, span.end_s)) for side, span in placed if span is not None]
        said = [f"{mark(start)} to {mark(end)}" for start, end in cited]
        parts.append(Part(f"- {found.name}: {listed(said) if said else 'not found'}.", tuple(c for pair in cited for c in pair)))
    return reply_of(parts)
