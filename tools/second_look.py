"""The re-localization strategies applied to one difference: where both clips are to be read this time."""

from __future__ import annotations

from collections.abc import Sequence

from ..memory.state import Localization, Plan
from ..memory.values import Difference, Evidence, Question, Segment, Side, Strategy, Timeline, Verdict, Window
from . import relocalize
from .catalog import CATALOG
from .clip import Clip
from .pair import SIDES, Pair
from .quantities import CURVES
from .reading import curve_of, span_read
from .windows import windows_of

Places = dict[Side, tuple[Window, ...]]
NEAR_S = 0.4
"""A key instant is tracked again this far to both sides, at least."""


def first_look(difference: Difference, plan: Plan, timelines: dict[Side, Timeline]) -> Localization:
    """Where the alignment puts the difference: strategy `align`."""
    places: Places = {side: windows_of(difference, plan.stages, timelines[side]) for side in SIDES}
    margin = _margin(difference, places, timelines)
    return _place(difference, "align", places, "key frames of the aligned stages").model_copy(update={"margin": margin})


def second_look(
    difference: Difference,
    strategy: Strategy,
    last: Localization,
    verdict: Verdict | None,
    pair: Pair,
    plan: Plan,
    timelines: dict[Side, Timeline],
) -> Localization:
    """Where to look next, after `last` was not decisive and led to `verdict`."""
    places: Places = {"a": last.a, "b": last.b}
    if strategy in ("dense", "crop"):
        changed = "every frame around the key instants" if strategy == "dense" else "every frame at full resolution"
        near: Places = {side: tuple(_spread(w) for w in places[side]) for side in SIDES}
        return _place(difference, strategy, near, changed).model_copy(update={"retracked": strategy})
    if strategy == "extremum":
        peaks = _extremes(difference, places, pair.clips(timelines), timelines)
        return _place(difference, strategy, peaks, _moved_to(peaks, places, difference.question))
    if strategy == "next_best":
        return _next_best(difference, places, verdict, plan, timelines)
    if strategy == "shift":
        moved: Places = {side: relocalize.shift(places[side], timelines[side]) for side in SIDES}
        return _place(difference, strategy, moved, "key instants moved towards the peak of the repetition")
    wider: Places = {side: relocalize.widen(places[side] or _whole(timelines[side])) for side in SIDES}
    return _place(difference, "widen", wider, "a longer span around the key instants")


def _moved_to(peaks: Places, places: Places, question: Question | None) -> str:
    """What became of the key instants when the quantity's own peaks were looked for."""
    if question is None or question.quantity not in CURVES:
        return "nothing: what is asked for has no curve that could peak"
    keys = [{side: [w.key_s for w in found[side]] for side in SIDES} for found in (places, peaks)]
    if moved := [side for side in SIDES if keys[0][side] != keys[1][side]]:
        return _EXTREMUM + ("" if len(moved) == len(SIDES) else f", in {moved[0].upper()} only")
    pairs = [both for side in SIDES for both in zip(places[side], peaks[side], strict=True)]
    alike = all(_read_alike(before, after, question) for before, after in pairs)
    return "nothing: the quantity itself peaks at the key instants" if alike else _ALONE


def _read_alike(before: Window, after: Window, question: Question) -> bool:
    """Whether two windows with the same key instant give the same reading."""
    spans = [span_read(window, question.statistic, CATALOG[question.quantity]) for window in (before, after)]
    return before == after or (spans[0] == spans[1] and not (before.whole or before.moving))


_EXTREMUM = "key instants moved to where the quantity itself peaks"
_ALONE = "no key instant moved, for the quantity itself peaks there; read close to them alone"


def _place(difference: Difference, strategy: Strategy, places: Places, changed: str) -> Localization:
    return Localization(id=difference.id, strategy=strategy, a=places["a"], b=places["b"], changed=changed)


def _margin(difference: Difference, places: Places, timelines: dict[Side, Timeline]) -> float | None:
    """The weakest margin of the stages that the windows came from."""
    margins = [
        span.margin
        for side in SIDES
        for window in places[side]
        if not window.whole
        for repetition in timelines[side].repetitions
        for span in repetition.spans
        if span.segment == window.segment
    ]
    return min(margins) if margins else None


def _spread(window: Window) -> Window:
    segment = Segment(
        start_s=max(0.0, min(window.segment.start_s, window.key_s - NEAR_S)),
        end_s=max(window.segment.end_s, window.key_s + NEAR_S),
    )
    return window.model_copy(update={"segment": segment})


def _whole(timeline: Timeline) -> tuple[Window, ...]:
    return tuple(Window(segment=r.segment, key_s=r.peak_s, whole=True) for r in timeline.complete)


def _extremes(difference: Difference, places: Places, clips: Sequence[Clip], timelines: dict[Side, Timeline]) -> Places:
    question = difference.question
    if question is None or question.quantity not in CURVES:
        return places
    curves = {
        side: (clip.body.times_s, curve_of(clip.body, question.quantity, question.side))
        for side, clip in zip(SIDES, clips, strict=True)
    }
    looked = {side: places[side] or _whole(timelines[side]) for side in SIDES}
    natural = CATALOG[question.quantity].natural
    # Both clips must be read at the same kind of extreme, so they vote on it together.
    upwards = sum(relocalize.peaks_upwards(looked[side], *curves[side]) for side in SIDES) >= 0
    largest = {"max": True, "min": False}.get(natural, upwards)
    return {side: relocalize.extremum(looked[side], *curves[side], largest=largest) for side in SIDES}


def _next_best(
    difference: Difference, places: Places, verdict: Verdict | None, plan: Plan, timelines: dict[Side, Timeline]
) -> Localization:
    """The repetitions that were not shown as evidence; where neither clip has another, the second-best places of the stages.

    Those only where the place is what is in doubt: numbers that are close at the best place must not be settled by a worse one.
    """
    shown = verdict.evidence if verdict else Evidence()
    keys = {"a": [k.time_s for k in shown.a[:1]], "b": [k.time_s for k in shown.b[:1]]}
    found: Places = {side: relocalize.other_repetitions(places[side], keys[side]) for side in SIDES}
    changed = "the other repetitions" if any(found.values()) else _NOTHING_ELSE
    if not any(found.values()) and verdict and verdict.uncertain in relocalize.PLACE_IN_DOUBT:
        found = {side: _second_best(difference, plan, timelines[side]) for side in SIDES}
        clips = " and ".join(side.upper() for side in SIDES if found[side])
        changed = f"no other repetition: the second-best places of the stages in {clips}" if clips else _NOTHING_ELSE
    return _place(difference, "next_best", {side: found[side] or places[side] for side in SIDES}, changed)


_NOTHING_ELSE = "nothing: there is no other repetition and no second place to believe"


def _second_best(difference: Difference, plan: Plan, timeline: Timeline) -> tuple[Window, ...]:
    """The windows of the second-best path; empty where it puts nothing elsewhere."""
    first = windows_of(difference, plan.stages, timeline)
    return tuple(w for w in windows_of(difference, plan.stages, relocalize.at_second_best(timeline)) if w not in first)
