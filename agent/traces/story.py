"""A trace told: the run's head, its time line, the clips' alignment, and the whole story of every difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from ...memory.errors import SettingsError
from ...memory.state import Plan
from ...memory.trace_reading import Trace
from ...memory.traces import Aligned, Line, Proposed, Retrieved, RunEnded, RunStarted, Spent, TurnStarted, Unread, Warned
from ...memory.usage import CallUsage
from ...memory.values import Difference, Side, Timeline
from ...tools.emissions import SHARPNESS, emissions
from .diagnoses import diagnoses_of
from .looks import stories_of
from .questions import questions_in
from .run_diagnoses import run_diagnoses
from .steps import steps_of
from .story_values import Asked, Head, Retrieval, Story

ReadArrays = Callable[[str], Mapping[str, np.ndarray]]
"""The kept arrays of a name; an empty mapping where they are gone."""


def story_of(trace: Trace, read_arrays: ReadArrays) -> Story:
    """Tell a trace.

    Args:
        trace: as it was read; a run that was killed, or that goes on, has one as well.
        read_arrays: gives the arrays of a `Retrieved`.

    Raises:
        SettingsError: nothing is in it.
    """
    lines = trace.lines
    if not lines:
        raise SettingsError(f"the trace cannot be told: {'; '.join(trace.notes) or 'nothing is in it'}")
    began = lines[0].at
    differences, plan = _differences(lines)
    asked = questions_in(lines, began, differences)
    head = _head(lines, asked)
    story = Story(
        head=head,
        notes=_notes(trace, head),
        steps=steps_of(lines, began, asked),
        plan=plan,
        timelines=_timelines(lines),
        retrievals=_retrievals(lines, read_arrays),
        asked=asked,
        differences=stories_of(lines, began, differences, asked),
        warnings=tuple(dict.fromkeys(line.event.text for line in lines if isinstance(line.event, Warned))),
    )
    told = tuple(each.model_copy(update={"diagnoses": diagnoses_of(each, story)}) for each in story.differences)
    story = story.model_copy(update={"differences": told})
    return story.model_copy(update={"diagnoses": run_diagnoses(story)})


def _differences(lines: Sequence[Line]) -> tuple[dict[str, Difference], Plan | None]:
    """Every difference that was ever proposed, as it was proposed last, and the last plan."""
    plans = [line.event.plan for line in lines if isinstance(line.event, Proposed)]
    if not plans:
        given = (each for line in lines if isinstance(line.event, RunStarted) for each in line.event.statements)
        return {each.id: Difference(id=each.id, description=each.description) for each in given}, None
    # The order of the last plan, then what only earlier ones had.
    newest = {each.id: each for each in plans[-1].differences}
    return newest | {each.id: each for plan in plans for each in plan.differences if each.id not in newest}, plans[-1]


def _timelines(lines: Sequence[Line]) -> dict[Side, Timeline]:
    found: dict[Side, Timeline] = {}
    for line in lines:
        if isinstance(line.event, Aligned):
            found |= line.event.timelines
    return found


def _retrievals(lines: Sequence[Line], read_arrays: ReadArrays) -> tuple[Retrieval, ...]:
    newest = {(line.event.video, line.event.encoder): line.event for line in lines if isinstance(line.event, Retrieved)}
    return tuple(_retrieval(event, read_arrays(event.arrays)) for event in newest.values())


def _retrieval(event: Retrieved, arrays: Mapping[str, np.ndarray]) -> Retrieval:
    lowest = highest = strength = ()
    if (seen := rows_of(arrays, "similarities")) is not None:
        lowest, highest = (tuple(np.nanpercentile(seen, share, axis=1).tolist()) for share in (1, 99))
    if (evidence := evidence_of(arrays)) is not None:
        strength = tuple((np.ptp(np.percentile(evidence, (1, 99), axis=1), axis=0) / (2 * SHARPNESS)).tolist())
    return Retrieval(
        **event.model_dump(include={"video", "encoder", "stages", "arrays"}), strength=strength, lowest=lowest, highest=highest
    )


def rows_of(arrays: Mapping[str, np.ndarray], name: str) -> np.ndarray | None:
    """(S, T) float64 kept under a name; None where there are no rows or no frames."""
    found = np.asarray(arrays.get(name, ()), dtype=np.float64)
    return found if found.ndim == 2 and found.size and np.isfinite(found).any(axis=1).all() else None


def evidence_of(arrays: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """(S, T) log-probabilities as they were kept, or as the similarities make them."""
    kept, seen = rows_of(arrays, "emissions"), rows_of(arrays, "similarities")
    return kept if kept is not None else emissions(seen) if seen is not None else None


def _head(lines: Sequence[Line], asked: Mapping[str, Asked]) -> Head:
    parts = [line for line in lines if isinstance(line.event, RunStarted | TurnStarted)]
    ends = [line for line in lines if isinstance(line.event, RunEnded)]
    over = bool(ends) and (not parts or ends[-1].n > parts[-1].n)
    end = ends[-1].event if over else None
    return Head(
        **_asked_for(lines),
        started=lines[0].at,
        status=end.status if isinstance(end, RunEnded) else "unfinished",
        error=end.error if isinstance(end, RunEnded) else "",
        seconds=round(_seconds(lines), 3),
        spent=_spent(lines, asked),
        parts=len(parts),
    )


def _asked_for(lines: Sequence[Line]) -> dict[str, Any]:
    """What the last beginning says; of one in a form that is not known, what has kept its name and its kind."""
    starts = [line.event for line in lines if isinstance(line.event, RunStarted)]
    if starts:
        return starts[-1].model_dump(include=set(Head.model_fields))
    old = next((line.event.fields for line in lines if isinstance(line.event, Unread) and line.event.was == "run_started"), {})
    texts = ("run_id", "version", "trace_schema", "action")
    return {name: str(old[name]) for name in texts if name in old}


def _seconds(lines: Sequence[Line]) -> float:
    """From each beginning to the last line before the next one: what lies between them is waiting for the user."""
    part, parts = 0, []
    for line in lines:
        part += isinstance(line.event, RunStarted | TurnStarted)
        parts.append((part, line.at))
    spans = [[at for _, at in group] for _, group in groupby(parts, key=lambda each: each[0])]
    return sum((span[-1] - span[0]).total_seconds() for span in spans)


def _spent(lines: Sequence[Line], asked: Mapping[str, Asked]) -> CallUsage:
    """By the run's own count, which goes on over all of its parts; by the replies where it was not counted up to the end."""
    names = tuple(CallUsage.model_fields)
    counted = [[getattr(line.event, name) for name in names] for line in lines if isinstance(line.event, RunEnded)]
    counted += [[getattr(line.event.used, name, 0) for name in names] for line in lines if isinstance(line.event, Spent)]
    counted.append([sum(getattr(each.spent, name) for each in asked.values()) for name in names])
    return CallUsage(**dict(zip(names, map(max, zip(*counted, strict=True)), strict=True)))


def _notes(trace: Trace, head: Head) -> tuple[str, ...]:
    unfinished = ("the trace has no end: the run was killed, or it is still going on",) if head.status == "unfinished" else ()
    return (*trace.notes, *unfinished)
