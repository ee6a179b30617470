"""Answers about the whole comparison: the summary, the biggest differences, what is the same, what cannot be told, advice, history."""

from __future__ import annotations

from ...memory.conversation import Reply
from ...tools.catalog import CATALOG
from ..output.wording import clause
from .answers_differences import INTRODUCE, grouped
from .facts import Facts
from .intents import Intent
from .phrasing import Names, Part, counted, how_sure, listed, reply_of, upper
from .targets import Seen, everything, letter
from .telling import brief, values
from .understanding import Understanding

MOST_SUMMARISED = 5
MOST_ADVISED = 3
LARGEST = 4.0
"""Sizes beyond this many times what people notice count alike."""


def telling(one: Seen) -> float:
    """How much a difference is worth telling: its size against what people notice, times how sure it is."""
    entry = CATALOG.get(one.measurement.quantity) if one.measurement else None
    if one.measurement is None or entry is None:
        return one.confidence
    return min(abs(one.measurement.difference) / entry.jnd, LARGEST) * one.confidence


def most_telling(facts: Facts) -> list[Seen]:
    """The decided differences, the most telling first."""
    return sorted((one for one in everything(facts) if letter(one.answer)), key=telling, reverse=True)


def summary(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """How the clips differ."""
    names, found = Names(facts.people), everything(facts)
    decided = [one for one in found if letter(one.answer)]
    same = [one for one in found if one.answer == "same"]
    open_ = [one for one in found if one.answer == "unknown"]
    parts = [Part("This is how they differ:" if decided else "I found no clear difference.")]
    parts += [brief(one, names) for one in decided[:MOST_SUMMARISED]]
    if len(decided) > MOST_SUMMARISED:
        parts.append(Part(f"- And {len(decided) - MOST_SUMMARISED} more; ask for a part of the body to hear them."))
    if same:
        parts.append(Part(f"About the same: {listed([subject(one) for one in same])}."))
    if open_:
        parts.append(Part(f"I could not decide {len(open_)} of {counted(len(found), 'statement')}; ask what I could not tell."))
    parts += [Part(f"Only repetition {facts.focus} is compared now.")] if facts.focus else []
    return reply_of(parts, [one.id for one in decided[:MOST_SUMMARISED]])


def subject(one: Seen) -> str:
    """What a difference is about, as a noun."""
    return one.label or f"“{clause(one.description)}”"


def biggest(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """The most telling differences."""
    wanted = max(1, intent.count or MOST_ADVISED)
    found = most_telling(facts)[:wanted]
    if not found:
        return reply_of([Part("No difference is clear enough to name one.")])
    lead = "The clearest difference:" if wanted == 1 else f"The {len(found)} clearest differences, the clearest first:"
    fewer = [Part("There are no more that I am sure of.")] if len(found) < wanted else []
    return reply_of([Part(lead), *(brief(one, Names(facts.people)) for one in found), *fewer], [one.id for one in found])


def same(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """What does not differ."""
    found = [one for one in everything(facts) if one.answer == "same"]
    if not found:
        return reply_of(
            [
                Part(
                    "Of what I compared, nothing came out as the same in both. Ask about something, for example “what about the feet?”"
                )
            ]
        )
    names = Names(facts.people)
    parts = [
        Part(f"- {upper(values(one, names))}." if one.measurement else f"- {upper(subject(one))}.", _keys(one)) for one in found
    ]
    return reply_of([Part("These do not differ in a way that matters:"), *parts], [one.id for one in found])


def _keys(one: Seen) -> tuple:
    return (*one.a[:1], *one.b[:1]) if one.measurement else ()


def undecided(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """What cannot be told, and why."""
    found = [one for one in everything(facts) if one.answer == "unknown"]
    if not found:
        return reply_of([Part("I could decide everything that I looked at.")])
    return reply_of(grouped(found, Names(facts.people)), [one.id for one in found])


def advice(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """The most telling differences from the user's side, without claiming to know which is right."""
    names = Names(facts.people)
    found = most_telling(facts)[:MOST_ADVISED]
    if not found:
        return reply_of([Part("I see no clear difference between the two, so I have nothing to suggest.")])
    honest = Part("I compare the two clips; I do not know which of them is right, your coach does.")
    if names.mine is None:
        start = Part("If you want to move like the other one, start with what differs most:")
        return reply_of([honest, start, *(brief(one, names) for one in found), Part(INTRODUCE)], [one.id for one in found])
    start = Part("If the other clip is what you aim for, start with what differs most:")
    first = found[0]
    return reply_of(
        [honest, start, *(brief(one, names) for one in found), Part(f"Of the first one, {_lower(how_sure(first.confidence))}")],
        [one.id for one in found],
    )


def _lower(text: str) -> str:
    return text if text.startswith("I ") else text[:1].lower() + text[1:]


def better(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """Which is better is not for a measurement to say."""
    found = most_telling(facts)[:MOST_ADVISED]
    lead = Part("Which is better, or right, I cannot say: I only measure how they differ.")
    if not found:
        return reply_of([lead, Part("And I see no clear difference.")])
    return reply_of(
        [lead, Part("What differs most:"), *(brief(one, Names(facts.people)) for one in found)], [one.id for one in found]
    )


def history(facts: Facts, intent: Intent, by: Understanding) -> Reply:
    """What changed since earlier comparisons."""
    if facts.history:
        return reply_of([Part("Compared with earlier:"), *(Part(f"- {upper(said)}") for said in facts.history)])
    return reply_of(
        [
            Part("I know of no earlier comparison that I could set beside this one."),
            Part(
                "Start each comparison with the person's name (`--person NAME`) and say which clip shows them; "
                "from the second one on I can say what changed."
            ),
        ]
    )
