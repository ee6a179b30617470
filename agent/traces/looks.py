"""The story of each difference out of a trace: its looks one after the other, with what each read, asked and decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise, zip_longest
from typing import Literal

from ...memory.model_traces import ModelAsked
from ...memory.traces import Decided, Line, Localized, Measured, RunStarted, TurnStarted
from ...memory.values import Difference, Side, Verdict, Window
from ...tools.catalog import CATALOG
from ...tools.pair import SIDES
from ..output.wording import label
from .story_values import Asked, Came, DifferenceStory, Look, Read

UNSURE = 0.6
"""A letter that is less sure than this is filed as uncertain."""
MOVED_S = 0.01
NAMED = 3
"""Instants of one clip that are spelled out."""
_DISAGREEING = frozenset({"orders disagree", "witnesses disagree"})


def stories_of(
    lines: Sequence[Line], began: datetime, differences: Mapping[str, Difference], asked: Mapping[str, Asked]
) -> tuple[DifferenceStory, ...]:
    """One story per difference, in the order of the plan; those that only turned up later come last."""
    about: dict[str, list[Line]] = {id_: [] for id_ in differences}
    parts: dict[int, int] = {}
    part = -1
    for line in lines:
        part += isinstance(line.event, RunStarted | TurnStarted)
        parts[line.n] = max(part, 0)
        for id_ in _ids_of(line):
            about.setdefault(id_, []).append(line)
    return tuple(_story(id_, differences.get(id_), own, parts, began, asked) for id_, own in about.items())


def _ids_of(line: Line) -> tuple[str, ...]:
    event = line.event
    if isinstance(event, Localized):
        return (event.place.id,)
    if isinstance(event, Measured):
        return (event.id,)
    if isinstance(event, Decided):
        return (event.verdict.id,)
    return event.differences if isinstance(event, ModelAsked) and event.role == "vlm" else ()


def _story(
    id_: str,
    difference: Difference | None,
    lines: Sequence[Line],
    parts: Mapping[int, int],
    began: datetime,
    asked: Mapping[str, Asked],
) -> DifferenceStory:
    looks: list[Look] = []
    for line in lines:
        at_s = (line.at - began).total_seconds()
        if isinstance(line.event, Localized) or not looks:
            looks.append(_opened(line, parts[line.n], at_s))
        looks[-1] = _with(looks[-1], line, at_s)
    looks = _with_moves(looks)
    final = _final(came for look in looks for came in look.came)
    known = difference or Difference(id=id_, description=id_)
    story = DifferenceStory(
        id=id_,
        description=known.description,
        stages=known.stages,
        question=known.question,
        unmeasurable=known.unmeasurable,
        origin=known.origin if difference else "",
        final=final,
        looks=tuple(looks),
        cost_usd=sum(asked[i].spent.cost_usd / len(asked[i].differences) for look in looks for i in look.asked),
    )
    return story.model_copy(update={"flags": _flags(story, asked)})


def _opened(line: Line, part: int, at_s: float) -> Look:
    """A look as it begins; one that no place was noted for begins empty."""
    if not isinstance(line.event, Localized):
        return Look(part=part, at_s=at_s, strategy="align", windows={}, instants={})
    place = line.event.place
    windows: dict[Side, tuple[Window, ...]] = {"a": place.a, "b": place.b}
    return Look(
        part=part,
        at_s=at_s,
        strategy=place.strategy,
        cause=line.event.cause,
        changed=place.changed,
        margin=place.margin,
        retracked=place.retracked,
        windows=windows,
        instants={side: tuple(window.key_s for window in windows[side]) for side in SIDES},
    )


def _with(look: Look, line: Line, at_s: float) -> Look:
    """The look with one more thing that happened in it."""
    event = line.event
    if isinstance(event, Measured):
        instants = {side: event.keys_s.get(side) or look.instants.get(side, ()) for side in SIDES}
        return look.model_copy(update={"read": (*look.read, _read(event)), "instants": instants})
    if isinstance(event, ModelAsked):
        return look.model_copy(update={"asked": (*look.asked, event.id)})
    if isinstance(event, Decided):
        came = Came(at_s=at_s, verdict=event.verdict, kept=event.kept, by=_by(event.verdict))
        return look.model_copy(update={"came": (*look.came, came)})
    return look


def _read(event: Measured) -> Read:
    entry = CATALOG.get(event.question.quantity) if event.question else None
    return Read(
        question=event.question,
        label=label(event.question.quantity) if event.question else "",
        unit=entry.unit if entry else "",
        keys_s=event.keys_s,
        arrays=event.arrays,
        problem=event.problem,
    )


def _by(verdict: Verdict) -> Literal["measurement", "model", "measurement and model"]:
    if verdict.witnesses == 1:
        return "measurement"
    return "measurement and model" if verdict.measurement else "model"


def _with_moves(looks: Sequence[Look]) -> list[Look]:
    """Each look with how its instants differ from those of the one before it in the same part."""
    told = list(looks[:1])
    for before, look in pairwise(looks):
        moved = moves(before.instants, look.instants) if before.part == look.part else ""
        told.append(look.model_copy(update={"moved": moved}))
    return told


def moves(before: Mapping[Side, Sequence[float]], after: Mapping[Side, Sequence[float]]) -> str:
    """How instants changed, in words: "A 2.31 → 2.45 s; B as before"."""
    said = [_moved(side, before.get(side, ()), after.get(side, ())) for side in SIDES]
    return "the same instants in both clips" if all(each.endswith("as before") for each in said) else "; ".join(said)


def _moved(side: Side, before: Sequence[float], after: Sequence[float]) -> str:
    name = side.upper()
    pairs = list(zip_longest(before, after))
    if all(None not in (x, y) and abs(x - y) < MOVED_S for x, y in pairs):
        return f"{name} as before"
    return f"{name} {_listed(before)} → {_listed(after)} s"


def _listed(instants: Sequence[float]) -> str:
    shown = ", ".join(f"{time_s:.2f}" for time_s in instants[:NAMED])
    return (f"{shown} and {len(instants) - NAMED} more" if len(instants) > NAMED else shown) or "nothing"


def _final(came: Iterable[Came]) -> Verdict | None:
    """The verdict that stands: the last that was kept, or else the last."""
    verdicts = list(came)
    return next((each.verdict for each in reversed(verdicts) if each.kept), verdicts[-1].verdict if verdicts else None)


def _flags(story: DifferenceStory, asked: Mapping[str, Asked]) -> tuple[str, ...]:
    final = story.final
    causes = {look.cause for look in story.looks} | {came.verdict.uncertain for look in story.looks for came in look.came}
    put = [asked[id_] for look in story.looks for id_ in look.asked]
    last = max((look.part for look in story.looks), default=0)
    raised = {
        "uncertain": final is None or final.answer == "unknown" or final.confidence < UNSURE or bool(final.uncertain),
        "relocalized": sum(look.part == last for look in story.looks) > 1,
        "disagreeing": bool(causes & _DISAGREEING),
        "errors": any(each.error or each.spent.repaired or not each.replied for each in put)
        or any(read.problem for look in story.looks[-1:] for read in look.read),
    }
    return tuple(flag for flag, up in raised.items() if up)
