"""What the planner's tools do: each takes the state and its arguments, and returns what changes in the state."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from ..memory.corrections import apply_corrections
from ..memory.errors import BudgetExhausted, ModelReplyError
from ..memory.state import Localization, Plan, State
from ..memory.trace_recorder import Recorder, Silent
from ..memory.values import Attempt, Cause, Difference, Evidence, Side, Strategy, Timeline, Verdict
from .alignment import LOW_MARGIN
from .ask_vlm import Prepared, query_vlm
from .catalog import CATALOG
from .comparability import action_warnings, warnings_for
from .conversing import Conversing
from .judge import judge
from .matching import focused
from .measure import Measured, measure
from .models.asking import Asker
from .outcome import Outcome
from .pair import SIDES, Pair
from .propose import LibraryProposer, most_telling, telling
from .propose_model import FROM_POSE, ModelProposer, completed
from .second_look import first_look, second_look
from .tool_schemas import (
    CHAT_SCHEMAS,
    SCHEMAS,
    ChatArguments,
    MeasureMotion,
    ProposeDifferences,
    QueryVlm,
    RetrieveKeyframes,
    ToolArguments,
)
from .traced_arrays import record_measured
from .video import frames_at
from .witnesses import decide
from .workbench import Workbench

EVIDENCE_INSTANTS = 3
"""At most this many repetitions are shown as evidence."""


class Toolbox:
    """The planner's tools over one workbench."""

    def __init__(
        self,
        workbench: Workbench,
        proposer: LibraryProposer,
        model_proposer: ModelProposer | None = None,
        vlm: Asker | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self.workbench = workbench
        self.proposer = proposer
        self.vlm = vlm
        self.recorder = recorder or Silent()
        self._model_proposer = model_proposer
        self.announce: Callable[[Prepared], None] = lambda _: None
        """Told which questions are about to be put to the vision model."""
        self._conversing = Conversing(workbench, proposer)

    @property
    def proposed_by(self) -> str:
        """Who proposes."""
        return self._model_proposer.name if self._model_proposer else self.proposer.name

    @property
    def offered(self) -> dict[str, ToolArguments]:
        """The planner's tools in this run."""
        return {name: schema for name, schema in SCHEMAS.items() if name != "query_vlm" or self.vlm is not None}

    @property
    def offered_in_chat(self) -> dict[str, ToolArguments | ChatArguments]:
        """The tools that a user's questions are answered with."""
        return dict(CHAT_SCHEMAS)

    async def call(self, name: str, arguments: dict[str, Any], state: State) -> Outcome:
        """Run one tool call; unknown tools, wrong arguments and unknown ids are answered with what was expected."""
        offered = {**self.offered, **self.offered_in_chat} if state.get("question") else self.offered
        if name not in offered:
            return Outcome(f"there is no tool {name!r}; the tools are {', '.join(offered)}")
        try:
            asked = offered[name].model_validate(arguments)
        except ValidationError as error:
            first = error.errors()[0]
            return Outcome(f"{name}: argument {'.'.join(map(str, first['loc']))!r}: {first['msg']}")
        if isinstance(asked, ProposeDifferences):
            return await self._propose(state, asked.max_differences)
        if not isinstance(asked, RetrieveKeyframes | QueryVlm) and not _of_the_comparison(asked):
            if "plan" not in state:
                return Outcome(f"{name}: propose_differences comes first")
            return await asyncio.to_thread(self._conversing.call, asked, state)
        assert isinstance(asked, RetrieveKeyframes | MeasureMotion | QueryVlm)
        wanted = asked.difference_ids or []
        known = {d.id: d for d in state["plan"].differences} if "plan" in state else {}
        if unknown := [id_ for id_ in wanted if id_ not in known]:
            return Outcome(f"{name}: there are no differences {', '.join(unknown)}; propose_differences gives the ids")
        differences = [known[id_] for id_ in wanted]
        if isinstance(asked, QueryVlm):
            return await self.query(state, differences)
        if isinstance(asked, RetrieveKeyframes):
            return await asyncio.to_thread(self.retrieve, state, differences, asked.strategy)
        return await asyncio.to_thread(self.measure, state, differences)

    async def _propose(self, state: State, count: int) -> Outcome:
        """The model's plan where there is a model, the library's where there is none or it fails."""
        if self._model_proposer is None:
            return await asyncio.to_thread(self.propose, state, count)
        closed = state["setting"] == "closed"
        library = (
            self.proposer.closed(state["action"], state["statements"]) if closed else self.proposer.candidates(state["action"])
        )
        try:
            plan = await self._model_proposer.propose(state["action"], state["statements"] if closed else (), count, library)
        except (ModelReplyError, BudgetExhausted) as error:
            outcome = await asyncio.to_thread(self.propose, state, count)
            return Outcome(
                outcome.said, {**outcome.changes, "warnings": (*outcome.changes["warnings"], f"library proposals: {error}")}
            )
        return await asyncio.to_thread(self._laid_out, state, plan, None if closed else library, count)

    def _laid_out(self, state: State, plan: Plan, library: Plan | None, count: int) -> Outcome:
        """A model's plan found in the clips and, in the open setting, completed by what the bodies show most."""
        pair = Pair(state["videos"], self.workbench, self.recorder)
        timelines = pair.timelines(plan)
        if library is not None:
            # What comes of the library's stages is thrown away, and no part of the trace.
            by_stages = Pair(state["videos"], self.workbench).timelines(library)
            by_body = _ranked(library, pair, by_stages, FROM_POSE + count)
            plan = completed(plan, by_body, min(count, state["max_differences"]))
        return _proposed(state, plan, pair, timelines)

    async def query(self, state: State, differences: Sequence[Difference]) -> Outcome:
        """The model's opinion at the key frames that were last measured, and what it makes of the measured verdicts."""
        assert self.vlm is not None
        places, measured = state.get("localizations", {}), state.get("measured", {})
        found = [d for d in differences if d.id in places and d.id in measured]
        outcome = await query_vlm(
            found,
            places,
            {d.id: measured[d.id].evidence for d in found},
            state["videos"],
            self.vlm,
            action=state["action"],
            key_frames=lambda side, keys_s: self.workbench.evidence(state["videos"][side], keys_s),
            read_frames=lambda path, times: [frame.image for frame in frames_at(path, times)],
            announce=self.announce,
        )
        verdicts = {d.id: decide(measured[d.id], outcome.opinions[d.id]).model_copy(update={"witnesses": 2}) for d in found}
        if state["videos"]["a"].sha256 == state["videos"]["b"].sha256:
            verdicts = {id_: _identical(verdict) for id_, verdict in verdicts.items()}
        warnings = outcome.warnings + (("the limit was reached before every question was put",) if outcome.exhausted else ())
        said = f"asked about {len(found)} differences in {outcome.questions} questions, {len(outcome.voids)} void"
        return Outcome(said, {"verdicts": verdicts, "asked": {d.id: places[d.id].strategy for d in found}, "warnings": warnings})

    def propose(self, state: State, count: int) -> Outcome:
        """Stages and differences; in the open setting, those that these two clips show most."""
        pair = Pair(state["videos"], self.workbench, self.recorder)
        closed = state["setting"] == "closed"
        plan = self.proposer.closed(state["action"], state["statements"]) if closed else self.proposer.candidates(state["action"])
        timelines = pair.timelines(plan)
        if not closed:
            plan = plan.model_copy(update={"differences": _ranked(plan, pair, timelines, min(count, state["max_differences"]))})
        return _proposed(state, plan, pair, timelines)

    def retrieve(self, state: State, differences: Sequence[Difference], strategy: Strategy) -> Outcome:
        """Key frames for some differences, by one strategy."""
        pair, timelines = Pair(state["videos"], self.workbench), focused(state["timelines"], state.get("focus"))
        last, verdicts = state.get("localizations", {}), state.get("verdicts", {})
        places = {
            d.id: first_look(d, state["plan"], timelines)
            if strategy == "align" or d.id not in last
            else second_look(
                d,
                strategy,
                last[d.id],
                verdicts.get(d.id),
                pair,
                state["plan"],
                timelines,
            )
            for d in differences
        }
        attempts = {id_: (Attempt(strategy=place.strategy, changed=place.changed),) for id_, place in places.items()}
        return Outcome(f"{strategy}: key frames for {len(places)} differences", {"localizations": places, "attempts": attempts})

    def measure(self, state: State, differences: Sequence[Difference]) -> Outcome:
        """Verdicts by measurement at the key frames that were last retrieved."""
        pair, places = Pair(state["videos"], self.workbench), state.get("localizations", {})
        found = [d for d in differences if d.id in places]
        without = [d.id for d in differences if d.id not in places]
        timelines = focused(state["timelines"], state.get("focus"))
        read = {d.id: self._measured(d, places[d.id], pair, timelines) for d in found}
        verdicts = {d.id: _with_margin(judge(d, read[d.id]), places[d.id]) for d in found}
        if state["videos"]["a"].sha256 == state["videos"]["b"].sha256:
            verdicts = {id_: _identical(verdict) for id_, verdict in verdicts.items()}
        verdicts = {
            id_: v.model_copy(update={"evidence": self._evidence(state, places[id_], read[id_])}) for id_, v in verdicts.items()
        }
        judged = {d.id: places[d.id].strategy for d in found}
        undecided = sum(v.answer == "unknown" for v in verdicts.values())
        said = f"measured {len(verdicts)} differences, {undecided} undecided"
        if without:
            said += f"; retrieve_keyframes first for {', '.join(without)}"
        return Outcome(said, {"verdicts": verdicts, "measured": verdicts, "judged": judged})

    def _measured(
        self, difference: Difference, place: Localization, pair: Pair, timelines: dict[Side, Timeline]
    ) -> Measured | str:
        clips = pair.clips(timelines, place)
        read = measure(difference, (place.a, place.b), *clips)
        record_measured(self.recorder, difference, place, read, clips)
        return read

    def _evidence(self, state: State, place: Localization, measured: Measured | str) -> Evidence:
        """The instants the reading rests on; without a reading, the key instants that were looked at."""
        keys: dict[Side, tuple[float, ...]] = {
            side: tuple(w.key_s for w in (place.a if side == "a" else place.b)) for side in SIDES
        }
        if isinstance(measured, Measured):
            keys = {"a": measured.a.keys_s, "b": measured.b.keys_s}
        # Instants come in matched pairs, so the clip with fewer repetitions decides how many are shown.
        count = min(EVIDENCE_INSTANTS, *(len(keys[side]) for side in SIDES if keys[side])) if any(keys.values()) else 0
        frames = {side: self.workbench.evidence(state["videos"][side], keys[side][:count]) for side in SIDES}
        return Evidence(a=frames["a"], b=frames["b"])


def _of_the_comparison(asked: BaseModel) -> bool:
    """Whether measuring is to decide differences, rather than to tell numbers."""
    return isinstance(asked, MeasureMotion) and asked.quantity is None and asked.repetition is None


def _proposed(state: State, plan: Plan, pair: Pair, timelines: dict[Side, Timeline]) -> Outcome:
    """The plan as the user's earlier corrections mean it, and what is to be said about the clips."""
    clips = (state["videos"]["a"].sha256, state["videos"]["b"].sha256)
    meant = apply_corrections(plan.differences, state.get("corrections", ()), clips).differences
    plan = plan.model_copy(update={"differences": meant})
    mismatch = action_warnings(plan.action, pair.contrasts(plan, timelines))
    warnings = (*plan.warnings, *warnings_for(*pair.clips(timelines)), *mismatch, *pair.unseen())
    said = f"{plan.action}: {len(plan.stages)} stages, {len(plan.differences)} differences"
    return Outcome(said, {"plan": plan, "timelines": timelines, "warnings": warnings})


def _with_margin(verdict: Verdict, place: Localization) -> Verdict:
    """A decision that rests on a weakly aligned stage is worth another look."""
    weak: Cause = "weak alignment"
    if verdict.uncertain or place.margin is None or place.margin >= LOW_MARGIN or verdict.answer == "unknown":
        return verdict
    return verdict.model_copy(update={"uncertain": weak})


def _identical(verdict: Verdict) -> Verdict:
    """Two copies of one file cannot differ, whatever can be measured of it."""
    same = {"answer": "same", "confidence": 1.0, "uncertain": "", "reason": "A and B are the same file"}
    return verdict.model_copy(update=same)


def _ranked(plan: Plan, pair: Pair, timelines: dict[Side, Timeline], count: int) -> tuple[Difference, ...]:
    """The candidates that these clips show most, by a first measurement of all of them."""
    clips = pair.clips(timelines)
    worth = []
    for difference in plan.differences:
        place = first_look(difference, plan, timelines)
        measured = measure(difference, (place.a, place.b), *clips)
        jnd = (
            measured.jnd
            if isinstance(measured, Measured)
            else CATALOG[difference.question.quantity].jnd
            if difference.question
            else 1.0
        )
        worth.append((difference, telling(difference, judge(difference, measured), jnd)))
    return most_telling(worth, count)
