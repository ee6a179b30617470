"""One difference told in plain sentences: which clip shows it, the numbers, where to see it, how sure that is and why."""

from __future__ import annotations

import math

from ...memory.conversation import Citation
from ...memory.values import Answer, Measurement, Question, Side
from ..output.wording import clause
from .phrasing import CLIPS, OTHER, Names, Part, amount, figure, how_sure, listed, mark, range_of, upper
from .targets import Seen, flipped, letter, worded

_CANNOT = "cannot tell: "
_BEFORE = "found before: "
_TOO_SMALL = "smaller than the measuring error"


def told(one: Seen, names: Names, asked: Question | None = None, claimed: Side | None = None) -> list[Part]:
    """Sentences about one difference.

    Args:
        one: The difference.
        names: What the clips are called.
        asked: The question it answers; its words are used where it asks for the opposite of the statement.
        claimed: The clip of which the user asks whether it shows it more; answered with yes or no.
    """
    statement, answer = as_asked(one, asked)
    if one.measured is not None:
        return overruled(one, statement, answer, names)
    if answer == "unknown":
        return cannot_tell(one, statement, names)
    if answer == "same":
        return [Part(f"{_yes_or_no(answer, claimed)}{_no_difference(one, names)}", _first(one)), Part(how_sure(one.confidence))]
    more = letter(answer)
    assert more is not None
    first = f"{_yes_or_no(answer, claimed)}{upper(names.clip(more))}, {clause(statement)}"
    if not _measured(one.measurement):
        return [Part(f"{first}{_where(one)}.", _first(one)), Part(how_sure(one.confidence))]
    assert one.measurement is not None
    return [
        Part(f"{first}: {values(one, names, more)}.", _first(one, more)),
        Part(_by_how_much(one.measurement, names)),
        Part(how_sure(one.confidence)),
    ]


def as_asked(one: Seen, asked: Question | None) -> tuple[str, Answer]:
    """The statement and its answer, the other way round where the question asks for the opposite."""
    known = one.question
    opposite = asked and known and asked.quantity == known.quantity and asked.direction != known.direction
    if known and opposite and (text := worded(known, reverse=True)):
        return text, flipped(one.answer)
    return one.description, one.answer


def brief(one: Seen, names: Names) -> Part:
    """One difference on one line, for lists."""
    more = letter(one.answer)
    if more is None:
        return Part(f"- {clause(one.description)}")
    if not _measured(one.measurement):
        return Part(f"- {upper(names.clip(more))}, {clause(one.description)}{_where(one)}.", _first(one))
    return Part(f"- {upper(names.clip(more))}, {clause(one.description)}: {values(one, names, more)}.", _first(one, more))


def values(one: Seen, names: Names, first: Side = "a") -> str:
    """The values of both clips: "knee bend 112 degrees in A [A 2.31 s], 94 in B [B 1.90 s]"."""
    m = one.measurement
    assert m is not None
    said = [
        f"{amount(getattr(m, side), m.unit) if n == 0 else figure(getattr(m, side), m.unit)} {names.short(side)}{_cited(one, side)}"
        for n, side in enumerate((first, OTHER[first]))
    ]
    return f"{one.label} {', '.join(said)}"


def cannot_tell(one: Seen, statement: str, names: Names) -> list[Part]:
    """Why there is no answer, and what was measured all the same."""
    why = one.reason.removeprefix(_CANNOT)
    m = one.measurement
    if _measured(m) and _TOO_SMALL in why:
        assert m is not None
        more = more_in(m)
        return [
            Part(f"I cannot tell in which clip {clause(statement)}: {values(one, names, more)}.", _first(one, more)),
            Part(f"That is {_apart(m)} apart, less than my measuring error: the 95% interval is {range_of(m, more)}."),
        ]
    return [Part(f"I cannot tell in which clip {clause(statement)}: {why}.")]


def overruled(one: Seen, statement: str, answer: Answer, names: Names) -> list[Part]:
    """What the user said, and what was measured."""
    more = letter(answer)
    said = (
        f"{names.clip(more)}, {clause(statement)}"
        if more
        else f"there is no difference: {clause(statement)} in neither"
        if answer == "same"
        else f"it cannot be told in which clip {clause(statement)}"
    )
    parts = [Part(f"You told me that {said}; I go by that.")]
    found = one.reason.partition(_BEFORE)[2]
    if not _measured(one.measurement):
        return [*parts, Part(f"I had found: {found}.")] if found else parts
    assert one.measurement is not None
    against = letter(one.measured or "unknown") not in (None, letter(one.answer))
    lead = "It goes against what I measured" if against else "I measured"
    first = more_in(one.measurement)
    return [*parts, Part(f"{lead}: {values(one, names, first)}.", _first(one, first))]


def sureness(one: Seen, names: Names, asked: Question | None = None) -> list[Part]:
    """How sure one difference is, and how far apart the values are."""
    statement, answer = as_asked(one, asked)
    more = letter(answer)
    if more is None or one.measured is not None or not _measured(one.measurement):
        return told(one, names, asked)
    assert one.measurement is not None
    sure = how_sure(one.confidence).rstrip(".")
    return [
        Part(f"{sure} that {names.clip(more)} {clause(statement)}: {values(one, names, more)}.", _first(one, more)),
        Part(_by_how_much(one.measurement, names)),
    ]


def shown(one: Seen, names: Names, most: int = 3) -> list[Part]:
    """The matched instants at which it can be seen."""
    pairs = list(zip(one.a, one.b, strict=False))[:most]
    # Only what a clip does show may be said to be so.
    lead = upper(clause(one.description) if letter(one.answer) or not one.label else one.label)
    if not pairs:
        alone = [*one.a[:most], *one.b[:most]]
        if not alone:
            return [Part(f"I have no instant that shows it: {clause(one.description)}.")]
        return [Part(f"- {lead}: {listed([mark(c) for c in alone])}.", tuple(alone))]
    beside = [f"{mark(a)} beside {mark(b)}" for a, b in pairs]
    m, value = one.measurement, ""
    if m is not None and _measured(m):
        label = f"{one.label} " if letter(one.answer) else ""
        value = f" ({label}{amount(m.a, m.unit)} {names.short('a')}, {figure(m.b, m.unit)} {names.short('b')})"
    return [Part(f"- {lead}{value}: {listed(beside)}.", tuple(c for pair in pairs for c in pair))]


def more_in(m: Measurement) -> Side:
    """The clip with the larger value."""
    return "b" if m.difference > 0 else "a"


def _yes_or_no(answer: Answer, claimed: Side | None) -> str:
    if claimed is None:
        return ""
    return "Yes. " if answer == claimed else "Neither. " if answer == "same" else "No, the other way round. "


def _no_difference(one: Seen, names: Names) -> str:
    if not _measured(one.measurement):
        return f"I see no difference that matters: {clause(one.description)} in neither clip{_where(one)}."
    return f"No difference that matters: {values(one, names)}."


def _by_how_much(m: Measurement, names: Names) -> str:
    more = more_in(m)
    span = range_of(m, more)
    if span.startswith("from "):
        return f"That is {_apart(m)} more {names.short(more)}; the 95% interval is {span}, so by itself it does not settle which clip."
    return f"That is {_apart(m)} more {names.short(more)}{f' (with 95% certainty {span})' if span else ''}."


def _apart(m: Measurement) -> str:
    """The difference as the two rounded values show it: nobody should have to wonder why 56 - 44 is 13."""
    return amount(abs(float(figure(m.b, m.unit).rstrip("%")) - float(figure(m.a, m.unit).rstrip("%"))), m.unit)


def _measured(m: Measurement | None) -> bool:
    return m is not None and math.isfinite(m.a) and math.isfinite(m.b)


def _cited(one: Seen, side: Side) -> str:
    keys = one.a if side == "a" else one.b
    return f" {mark(keys[0])}" if keys else ""


def _where(one: Seen) -> str:
    cited = _first(one)
    return f" ({listed([mark(c) for c in cited])})" if cited else ""


def _first(one: Seen, first: Side = "a") -> tuple[Citation, ...]:
    keys = {side: (one.a if side == "a" else one.b)[:1] for side in CLIPS}
    return (*keys[first], *keys[OTHER[first]])
