"""The tools that answer a user's questions about two compared clips: look at an instant, a stage, a repetition, a new statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ..memory.conversation import Citation, Correction, Finding, Findings
from ..memory.corrections import KeptCorrection, apply_corrections
from ..memory.state import Localization, State
from ..memory.values import Difference, Question, Repetition, Segment, Side, Timeline, Verdict, Window
from .catalog import CATALOG
from .judge import judge
from .matching import focused, matching_instant, typical
from .measure import Measured, measure
from .outcome import Outcome
from .pair import SIDES, Pair
from .propose import LibraryProposer, worth_proposing
from .second_look import first_look
from .tool_schemas import (
    ChooseRepetition,
    CompareAt,
    ConsiderStatements,
    CorrectDifference,
    MeasureMotion,
    NamePeople,
    ShowFrames,
)
from .windows import INSTANT_S
from .workbench import Workbench

MOST_ASKED = 60
"""Statements that a conversation may add to one comparison."""
MOST_FINDINGS = 8
DEPENDENT = ("localizations", "verdicts", "measured", "judged", "asked", "attempts")
"""The parts of the state that rest on where and how a difference is read."""

Places = dict[Side, tuple[Window, ...]]
ChatCall = ShowFrames | CompareAt | ConsiderStatements | ChooseRepetition | CorrectDifference | MeasureMotion | NamePeople


def forgotten(ids: Sequence[str]) -> dict[str, Any]:
    """Changes that make the run look at some differences anew."""
    return {part: dict.fromkeys(ids) for part in DEPENDENT}


class Conversing:
    """The tools of a conversation over one workbench."""

    def __init__(self, workbench: Workbench, proposer: LibraryProposer) -> None:
        self._bench = workbench
        self._proposer = proposer

    def call(self, asked: ChatCall, state: State) -> Outcome:
        """Run one tool call; what it found is said as the JSON of `Findings`."""
        if isinstance(asked, NamePeople):
            return Outcome("written down", {"people": asked.model_dump(exclude_none=True)})
        if isinstance(asked, ChooseRepetition):
            return self._choose(asked, state)
        if isinstance(asked, ConsiderStatements):
            return self._consider(asked, state)
        if isinstance(asked, CorrectDifference):
            return self._correct(asked, state)
        if isinstance(asked, ShowFrames):
            found = self._show(asked, state)
        elif isinstance(asked, CompareAt):
            found = self._compare_at(asked, state)
        else:
            found = self._measure(asked, state)
        return Outcome(found if isinstance(found, str) else found.model_dump_json(exclude_defaults=True))

    def _consider(self, asked: ConsiderStatements, state: State) -> Outcome:
        plan = state["plan"]
        known = {d.description.lower(): d.id for d in plan.differences}
        fresh = [text for text in dict.fromkeys(map(str.strip, asked.statements)) if text and text.lower() not in known]
        before = sum(d.origin == "asked" for d in plan.differences)
        if before + len(fresh) > MOST_ASKED:
            return Outcome(f"at most {MOST_ASKED} statements can be added to one comparison; start a new one")
        added = [self._proposer.given(f"asked-{before + n}", text, plan.stages, "asked") for n, text in enumerate(fresh, start=1)]
        ids = [known[text.strip().lower()] for text in asked.statements if text.strip().lower() in known] + [d.id for d in added]
        notes = [f"{d.id}: {d.unmeasurable}" for d in added if d.unmeasurable]
        said = f"considered as {', '.join(ids)}" + (f"; {'; '.join(notes)}" if notes else "")
        if not added:
            return Outcome(said)
        return Outcome(said, {"plan": plan.model_copy(update={"differences": (*plan.differences, *added)})})

    def _choose(self, asked: ChooseRepetition, state: State) -> Outcome:
        chosen = _chosen(state["timelines"], asked.repetition)
        if isinstance(chosen, str):
            return Outcome(chosen)
        if asked.repetition == state.get("focus"):
            return Outcome("that is what is compared already")
        ids = [d.id for d in state["plan"].differences]
        what = f"repetition {asked.repetition}" if asked.repetition else "all repetitions"
        return Outcome(f"from now on: {what}", {"focus": asked.repetition, **forgotten(ids)})

    def _correct(self, asked: CorrectDifference, state: State) -> Outcome:
        plan = state["plan"]
        difference = next((d for d in plan.differences if d.id == asked.difference_id), None)
        if difference is None:
            return Outcome(f"there is no difference {asked.difference_id!r}")
        kind = "answer" if asked.answer is not None else "side"
        clips = (state["videos"]["a"].sha256, state["videos"]["b"].sha256)
        said = Correction(description=difference.description, said=asked.said, answer=asked.answer, side=asked.side, kind=kind)
        kept = KeptCorrection(correction=said, when=datetime.now(UTC), clips=clips)
        changes: dict[str, Any] = {"corrections": (kept,)}
        if asked.side is not None:
            if difference.question is None or not CATALOG[difference.question.quantity].sided:
                return Outcome(f"{difference.id}: left and right are not told apart in {difference.description!r}")
            meant = apply_corrections(plan.differences, (kept,), clips).differences
            changes |= {"plan": plan.model_copy(update={"differences": meant}), **forgotten([difference.id])}
        return Outcome(f"written down for {difference.id}", changes)

    def _show(self, asked: ShowFrames, state: State) -> Findings | str:
        clip = state["videos"][asked.video]
        if asked.time_s > clip.duration_s:
            return f"{asked.video.upper()} lasts {clip.duration_s:.2f} s; there is nothing at {asked.time_s:.2f} s"
        other: Side = "b" if asked.video == "a" else "a"
        match = matching_instant(state["timelines"], asked.video, asked.time_s)
        keys = {asked.video: asked.time_s, other: min(match, state["videos"][other].duration_s)}
        places: Places = {side: (_at(keys[side]),) for side in SIDES}
        return self._found(state, f"{asked.video.upper()} at {asked.time_s:.2f} s", places)

    def _compare_at(self, asked: CompareAt, state: State) -> Findings | str:
        names = [stage.name for stage in state["plan"].stages]
        if asked.stage not in names:
            return f"there is no stage {asked.stage!r}; the stages are {', '.join(names)}"
        chosen = _chosen(state["timelines"], asked.repetition)
        if isinstance(chosen, str):
            return chosen
        places: Places = {
            side: tuple(_at(span.key_s) for span in chosen[side].spans if span.stage == asked.stage)[:1] for side in SIDES
        }
        if missing := [side.upper() for side in SIDES if not places[side]]:
            return f"the stage {asked.stage!r} was not found in {' and '.join(missing)}"
        return self._found(state, f"stage {asked.stage}", places)

    def _found(self, state: State, about: str, places: Places) -> Findings:
        """What differs most between two instants."""
        found = []
        clips = Pair(state["videos"], self._bench).clips(state["timelines"])
        for entry in CATALOG.values():
            if entry.source != "pose" or not worth_proposing(entry):
                continue
            difference = Difference(id=entry.name, description=entry.more, question=Question(quantity=entry.name, direction=1))
            measured = measure(difference, (places["a"], places["b"]), *clips)
            if isinstance(measured, Measured) and not measured.doubt:
                size = abs(measured.b.value - measured.a.value) / max(measured.jnd, 1e-9)
                found.append((size, _finding(difference, judge(difference, measured))))
        found.sort(key=lambda pair: -pair[0])
        instants = tuple(self._instant(state, side, window.key_s) for side in SIDES for window in places[side])
        note = "" if found else "no body is seen well enough at these instants to measure anything"
        return Findings(about=about, findings=tuple(f for _, f in found[:MOST_FINDINGS]), instants=instants, note=note)

    def _measure(self, asked: MeasureMotion, state: State) -> Findings | str:
        """Readings of their own: they leave the verdicts of the comparison as they are."""
        timelines: dict[Side, Timeline] = state["timelines"]
        if asked.repetition is not None and isinstance(refused := _chosen(timelines, asked.repetition), str):
            return refused
        timelines = focused(timelines, asked.repetition or state.get("focus"))
        differences = _wanted(asked, state)
        if isinstance(differences, str):
            return differences
        pair = Pair(state["videos"], self._bench)
        findings = tuple(self._read(d, state, pair, timelines) for d in differences)
        return Findings(about=_about(asked), findings=findings)

    def _read(self, difference: Difference, state: State, pair: Pair, timelines: dict[Side, Timeline]) -> Finding:
        place: Localization = first_look(difference, state["plan"], timelines)
        measured = measure(difference, (place.a, place.b), *pair.clips(timelines))
        keys = {"a": [w.key_s for w in place.a], "b": [w.key_s for w in place.b]}
        if isinstance(measured, Measured):
            keys = {"a": list(measured.a.keys_s), "b": list(measured.b.keys_s)}
        instants = tuple(self._instant(state, side, key) for side in SIDES for key in keys[side][:1])
        return _finding(difference, judge(difference, measured), instants)

    def _instant(self, state: State, side: Side, time_s: float) -> Citation:
        frame = self._bench.evidence(state["videos"][side], (time_s,))[0]
        return Citation(video=side, time_s=round(frame.time_s, 3), frame=frame.frame)


def _wanted(asked: MeasureMotion, state: State) -> Sequence[Difference] | str:
    plan = state["plan"]
    if asked.difference_ids:
        known = {d.id: d for d in plan.differences}
        missing = [id_ for id_ in asked.difference_ids if id_ not in known]
        return f"there are no differences {', '.join(missing)}" if missing else [known[id_] for id_ in asked.difference_ids]
    entry = CATALOG.get(asked.quantity or "")
    if entry is None:
        return f"there is no quantity {asked.quantity!r}; the quantities are {', '.join(CATALOG)}"
    if asked.stage and asked.stage not in [stage.name for stage in plan.stages]:
        return f"there is no stage {asked.stage!r}; the stages are {', '.join(stage.name for stage in plan.stages)}"
    question = Question(quantity=entry.name, direction=1)
    stages = (asked.stage,) if asked.stage else ()
    return [Difference(id=entry.name, description=entry.more, stages=stages, question=question)]


def _chosen(timelines: dict[Side, Timeline], number: int | None) -> dict[Side, Repetition] | str:
    if number is None:
        return {side: typical(timelines[side]) for side in SIDES}
    for side in SIDES:
        if number > len(timelines[side].repetitions):
            count = len(timelines[side].repetitions)
            return f"{side.upper()} shows {count} repetition{'s' if count != 1 else ''}; there is no repetition {number} in it"
    return {side: timelines[side].repetitions[number - 1] for side in SIDES}


def _at(time_s: float) -> Window:
    return Window(segment=Segment(start_s=max(0.0, time_s - INSTANT_S), end_s=time_s + INSTANT_S), key_s=time_s)


def _about(asked: MeasureMotion) -> str:
    where = [f"stage {asked.stage}"] if asked.stage else []
    return ", ".join([*where, f"repetition {asked.repetition}" if asked.repetition else "all repetitions"])


def _finding(difference: Difference, verdict: Verdict, instants: tuple[Citation, ...] = ()) -> Finding:
    label = CATALOG[difference.question.quantity].label if difference.question else ""
    return Finding(
        id=difference.id,
        description=difference.description,
        label=label,
        answer=verdict.answer,
        confidence=verdict.confidence,
        reason=verdict.reason,
        measurement=verdict.measurement,
        instants=instants,
    )
