"""From the state of a finished run to its report."""

from __future__ import annotations

from ..memory.corrections import apply_corrections
from ..memory.report import DifferenceReport, StageReport, Usage, Videos
from ..memory.state import State
from ..memory.values import Answer, Difference, Repetition, Segment, Side, Timeline, Verdict, Vote
from ..tools.encoder_choice import names_of
from ..tools.matching import focused, typical
from .context import Context
from .report import Report

NOT_REACHED = "not decided: the run ended before this difference was looked at"


def assemble_report(state: State, context: Context) -> Report:
    """The public report; every difference of the plan is in it, decided or not."""
    plan, verdicts = state.get("plan"), state.get("verdicts", {})
    differences = plan.differences if plan else tuple(Difference(id=s.id, description=s.description) for s in state["statements"])
    reported = tuple(_difference(state, d, verdicts.get(d.id)) for d in differences)
    reported = _as_corrected(reported, differences, state)
    if state["setting"] == "open":
        reported = tuple(sorted(reported, key=lambda d: (d.answer not in ("a", "b"), d.answer == "unknown")))
    return Report(
        schema="viddiff.report/1",
        id=state["run_id"],
        action=state["action"],
        setting=state["setting"],
        backends=context.backends.model_copy(update={"encoder": names_of(context.toolbox.workbench.encoders)}),
        videos=Videos(a=state["videos"]["a"], b=state["videos"]["b"]),
        stages=_stages(state),
        differences=reported,
        usage=_usage(context),
        warnings=(*context.warnings, *state.get("warnings", ()), *filter(None, _unkept(context))),
        trace=state["run_id"],
    )


def _unkept(context: Context) -> tuple[str, str]:
    return context.recorder.problem, context.toolbox.workbench.cache.problem


def _usage(context: Context) -> Usage:
    """By the model servers' own numbers."""
    every, vlm = context.budget.used(), context.budget.used("vlm")
    return Usage(
        llm_calls=every.calls - vlm.calls,
        vlm_calls=vlm.calls,
        input_tokens=every.input_tokens,
        output_tokens=every.output_tokens,
        images=every.images,
        cost_usd=round(every.cost_usd, 6),
        seconds=round(context.now() - context.started, 3),
        cache_hits=context.toolbox.workbench.cache.hits,
    )


def _difference(state: State, difference: Difference, verdict: Verdict | None) -> DifferenceReport:
    verdict = verdict or Verdict(id=difference.id, answer="unknown", lean="a", confidence=0.0, reason=NOT_REACHED)
    return DifferenceReport(
        id=difference.id,
        description=difference.description,
        answer=verdict.answer,
        lean=verdict.lean,
        confidence=verdict.confidence,
        reason=verdict.reason,
        stage=", ".join(difference.stages) or "whole action",
        evidence=verdict.evidence,
        measurement=verdict.measurement,
        votes=verdict.votes,
        attempts=state.get("attempts", {}).get(difference.id, ()),
    )


def _as_corrected(
    reported: tuple[DifferenceReport, ...], differences: tuple[Difference, ...], state: State
) -> tuple[DifferenceReport, ...]:
    """The user's own answers in place of ours; what we found stays in the reason and in the votes."""
    clips = (state["videos"]["a"].sha256, state["videos"]["b"].sha256)
    answers = apply_corrections(differences, state.get("corrections", ()), clips).answers
    return tuple(_overruled(d, answers[d.id]) if d.id in answers else d for d in reported)


def _overruled(found: DifferenceReport, answer: Answer) -> DifferenceReport:
    vote = Vote(source="user", order="-", answer=answer, confidence=1.0)
    lean: Side = answer if answer in ("a", "b") else found.lean
    reason = f"you said so; found before: {found.reason}"
    changed = {"answer": answer, "lean": lean, "confidence": 1.0, "reason": reason, "votes": (*found.votes, vote)}
    return found.model_copy(update=changed)


def _stages(state: State) -> tuple[StageReport, ...]:
    plan, timelines = state.get("plan"), focused(state.get("timelines", {}), state.get("focus"))
    if plan is None or not timelines:
        return ()
    found = {side: {stage.name: _found(timeline, stage.name) for stage in plan.stages} for side, timeline in timelines.items()}
    chosen = {side: typical(timeline) for side, timeline in timelines.items()}
    return tuple(
        StageReport(
            name=stage.name,
            description=stage.description,
            a=_in(chosen["a"], stage.name),
            b=_in(chosen["b"], stage.name),
            repetitions_a=found["a"][stage.name],
            repetitions_b=found["b"][stage.name],
        )
        for stage in plan.stages
    )


def _in(repetition: Repetition, stage: str) -> Segment | None:
    return next((span.segment for span in repetition.spans if span.stage == stage), None)


def _found(timeline: Timeline, stage: str) -> tuple[Segment, ...]:
    return tuple(segment for r in timeline.repetitions if (segment := _in(r, stage)) is not None)
