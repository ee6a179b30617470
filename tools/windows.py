"""Where in a clip a statement has to be read: its phase or stage turned into windows of time, one per repetition."""

from __future__ import annotations

from collections.abc import Sequence

from ..memory.values import Difference, Phase, Question, Repetition, Segment, Stage, StageSpan, Timeline, Window

MOVING: frozenset[Phase] = frozenset({"lowering", "rising", "flight"})
"""Phases that last: they are read over their whole length, the others at their key instant."""
FALLBACK: dict[Phase, tuple[Phase, ...]] = {
    "bottom": ("peak",),
    "top": ("peak", "end"),
    "strike": ("peak",),
    "release": ("strike", "peak"),
    "takeoff": ("rising", "peak"),
    "flight": ("peak",),
    "landing": ("lowering", "end"),
    "start": (),
    "end": (),
    "peak": (),
    "lowering": (),
    "rising": (),
}
INSTANT_S = 0.12
"""Half-width of the window around a key instant."""
ORDINALS = {1: ("first", "1st", "right-hand"), 2: ("second", "2nd", "left-hand")}


def windows_of(difference: Difference, stages: Sequence[Stage], timeline: Timeline) -> tuple[Window, ...]:
    """Windows, one or more per repetition, in which `difference` is to be read; empty when its stage does not occur."""
    question = difference.question
    repetitions = timeline.complete
    phase = question.phase if question else "whole"
    untagged = phase in ("top", "bottom") and not any(phase in stage.phases for stage in stages)
    if untagged and (heights := tuple(w for r in repetitions if (w := _at_height(r, phase)) is not None)):
        return heights
    names = _stage_names(difference, question, stages)
    if question and question.occurrence and not _names_ordinal(names, question.occurrence):
        repetitions = repetitions[question.occurrence - 1 : question.occurrence]
    if names is None:
        return tuple(Window(segment=r.segment, key_s=r.peak_s, whole=True) for r in repetitions)
    return tuple(_window(span, phase) for r in repetitions for span in _spans(r, names, phase))


def _at_height(repetition: Repetition, phase: Phase) -> Window | None:
    """The highest or lowest instant of a repetition, for actions whose stages do not say which that is."""
    key_s = repetition.highest_s if phase == "top" else repetition.lowest_s
    if key_s is None:
        return None
    return Window(segment=Segment(start_s=max(0.0, key_s - INSTANT_S), end_s=key_s + INSTANT_S), key_s=key_s)


def _stage_names(difference: Difference, question: Question | None, stages: Sequence[Stage]) -> tuple[str, ...] | None:
    """Names of the stages to read in; None for the whole repetition."""
    phase = question.phase if question else "whole"
    if phase == "whole":
        return difference.stages or None
    tagged = _tagged(stages, phase)
    if question and question.occurrence:
        ordinal = tuple(n for n in tagged if _names_ordinal((n,), question.occurrence))
        tagged = ordinal or tagged
    linked = tuple(n for n in difference.stages if n in tagged)
    return linked or tagged or difference.stages or None


def _tagged(stages: Sequence[Stage], phase: Phase) -> tuple[str, ...]:
    for wanted in (phase, *FALLBACK.get(phase, ())):
        names = tuple(stage.name for stage in stages if wanted in stage.phases)
        if names:
            return names
    return ()


def _names_ordinal(names: tuple[str, ...] | None, occurrence: int) -> bool:
    words = ORDINALS.get(occurrence, ())
    return bool(names) and any(word in name.lower() for name in names for word in words)


def _spans(repetition: Repetition, names: tuple[str, ...], phase: Phase) -> list[StageSpan]:
    if phase in ("start", "end"):
        return list(repetition.spans[:1] if phase == "start" else repetition.spans[-1:])
    return [span for span in repetition.spans if span.stage in names]


def _window(span: StageSpan, phase: Phase) -> Window:
    return Window(segment=span.segment, key_s=span.key_s, moving=phase in MOVING or phase == "whole")
