"""Answers about repetitions: how many, the same on another one, which goes furthest, and comparing one only."""

from __future__ import annotations

from ...memory.conversation import Citation, Reply
from ...memory.values import Answer, Segment, Side
from ...tools.catalog import CATALOG
from ..output.wording import clause
from ..tool_calls import CallTools
from .answers_differences import refused, target
from .answers_overview import most_telling
from .answers_times import findings_of
from .facts import Facts
from .intents import Intent
from .phrasing import Names, Part, amount, clips, counted, figure, listed, mark, reply_of, upper
from .targets import Seen, letter, of_finding, seen
from .telling import brief, told
from .understanding import Understanding

MOST_READ = 6
"""Repetitions that one question reads."""
MOST_ASKED = 3
"""Differences that are read on another repetition at once."""


def count(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """How many repetitions each clip shows."""
    names = Names(facts.people)
    said = []
    for side in clips(intent.video):
        timeline = facts.timelines[side]
        whole = sum(not repetition.partial for repetition in timeline.repetitions)
        cut = len(timeline.repetitions) - whole
        more = f" (and {cut} that {'is' if cut == 1 else 'are'} cut off)" if cut else ""
        said.append(f"{counted(whole, 'whole repetition')} {names.clip(side)}{more}")
    only = [Part(f"Only repetition {facts.focus} is compared now; say “all again” for the rest.")] if facts.focus else []
    return reply_of([Part(f"I count {listed(said)}."), *only])


def repeat(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """What was last talked about, read on another repetition."""
    ids = target(facts, intent, by)
    if isinstance(ids, CallTools):
        return ids
    ids = (ids or tuple(d.id for d in facts.report.differences))[:MOST_ASKED]
    number = _number(facts, intent)
    done = next((result for result in facts.results if result.name == "measure_motion"), None)
    if done is None:
        return CallTools(calls=(("measure_motion", {"difference_ids": list(ids), "repetition": number}),))
    found = findings_of(done)
    if found is None:
        return refused(facts)
    names = Names(facts.people)
    usual: dict[str, Answer] = {one.id: one.answer for one in seen(facts, ids)}
    parts: list[Part] = []
    for one in (of_finding(each, facts) for each in found.findings):
        parts += [Part(f"On repetition {number}: {_compared(usual.get(one.id, 'unknown'), one.answer)}."), *told(one, names)]
    return reply_of(parts, ids)


def _number(facts: Facts, intent: Intent) -> int:
    """The repetition that is meant; the last is the last that both clips show."""
    last = min(len(timeline.repetitions) for timeline in facts.timelines.values())
    return last if intent.repetition in (None, -1) else intent.repetition or last


def _compared(usual: Answer, here: Answer) -> str:
    if usual == here:
        return "the same as overall"
    if letter(usual) and letter(here):
        return "the other way round than overall"
    if here == "unknown":
        return "I cannot tell"
    return "not the same as overall"


def best_repetition(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """In which repetition something is greatest."""
    if intent.question is not None and intent.question.quantity == "duration":
        return _quickest(facts, intent, slow=intent.question.direction > 0)
    ids = target(facts, intent, by)
    if isinstance(ids, CallTools):
        return ids
    ids = (ids or tuple(one.id for one in most_telling(facts)))[:1]
    about = seen(facts, ids)
    if not about:
        return refused(facts)
    last = min(MOST_READ, *(len(timeline.repetitions) for timeline in facts.timelines.values()))
    done = [result for result in facts.results if result.name == "measure_motion"]
    if not done:
        calls = tuple(("measure_motion", {"difference_ids": list(ids), "repetition": n}) for n in range(1, last + 1))
        return CallTools(calls=calls)
    read: dict[int, Seen] = {}
    for result in done:
        if (found := findings_of(result)) is not None and found.findings:
            read[int(result.arguments["repetition"])] = of_finding(found.findings[0], facts)
    lead = [] if intent.question else [Part(f"Which is best I cannot say; I can say where {clause(about[0].description)}.")]
    sides = clips(intent.video)
    return reply_of([*lead, *(_furthest(side, read, Names(facts.people)) for side in sides)], ids)


def _furthest(side: Side, read: dict[int, Seen], names: Names) -> Part:
    numbers = {n: one for n, one in sorted(read.items()) if one.measurement is not None}
    if not numbers:
        return Part(f"{upper(names.clip(side))} I could not read it on any repetition.")
    values = {n: getattr(one.measurement, side) for n, one in numbers.items()}
    one = next(iter(numbers.values()))
    assert one.measurement is not None
    unit, entry = one.measurement.unit, CATALOG.get(one.measurement.quantity)
    sign = one.question.direction if one.question else 1
    best = max(values, key=lambda n: sign * values[n])
    spoken = listed([figure(value, unit) for value in values.values()])
    if len(values) > 1 and max(values.values()) - min(values.values()) < (entry.jnd if entry else 0):
        return Part(
            f"{upper(names.clip(side))} the repetitions are alike: {one.label} {spoken} in repetitions {listed([str(n) for n in values])}."
        )
    keys: tuple[Citation, ...] = (numbers[best].a if side == "a" else numbers[best].b)[:1]
    at = f" at {mark(keys[0])}" if keys else ""
    rest = f" (repetitions {listed([str(n) for n in values])}: {spoken})" if len(values) > 1 else ""
    return Part(f"{upper(names.clip(side))} it is repetition {best}{at}: {one.label} {amount(values[best], unit)}{rest}.", keys)


def _quickest(facts: Facts, intent: Intent, slow: bool) -> Reply:
    parts = []
    for side in clips(intent.video):
        spans = {n: r.segment for n, r in enumerate(facts.timelines[side].repetitions, start=1) if not r.partial}
        lengths = {n: span.end_s - span.start_s for n, span in spans.items()}
        if lengths:
            parts.append(_extreme(side, spans, lengths, Names(facts.people), slow))
    return reply_of(parts or [Part("I found no whole repetition.")])


def _extreme(side: Side, spans: dict[int, Segment], lengths: dict[int, float], names: Names, slow: bool) -> Part:
    clip = upper(names.clip(side))
    if len(lengths) > 1 and max(lengths.values()) - min(lengths.values()) < CATALOG["duration"].jnd:
        spoken = listed([figure(value, "s") for value in lengths.values()])
        return Part(f"{clip} the repetitions take about the same time: {spoken} seconds.")
    n = (max if slow else min)(lengths, key=lambda key: lengths[key])
    start, end = (Citation(video=side, time_s=time) for time in (spans[n].start_s, spans[n].end_s))
    return Part(f"{clip} it is repetition {n}: {amount(lengths[n], 's')}, {mark(start)} to {mark(end)}.", (start, end))


def choose(facts: Facts, intent: Intent, by: Understanding) -> Reply | CallTools:
    """Compare one repetition only, or all again."""
    number = None if intent.repetition is None else _number(facts, intent)
    done = next((result for result in facts.results if result.name == "choose_repetition"), None)
    if done is None:
        return CallTools(calls=(("choose_repetition", {"repetition": number}),))
    if not done.said.startswith("from now on"):
        return reply_of([Part(f"{upper(done.said)}.")])
    names = Names(facts.people)
    found = most_telling(facts)[:3]
    lead = Part(f"From now on I compare {f'repetition {number} only' if number else 'all repetitions'}.")
    if not found:
        return reply_of([lead, Part("No difference is clear there.")])
    return reply_of([lead, Part("What differs most:"), *(brief(one, names) for one in found)], [one.id for one in found])
