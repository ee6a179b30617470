"""From the state of a finished run to its report."""

from __future__ import annotations

from ..memory.report import DifferenceReport, StageReport, Usage, Videos
from ..memory.state import State
from ..memory.values import Difference, Repetition, Segment, Timeline, Verdict
from .context import Context
from .report import Report

NOT_REACHED = "not decided: the run ended before this difference was looked at"


def assemble_report(state: State, context: Context) -> Report:
    """The public report; every difference of the plan is in it, decided or not."""
    plan, verdicts = state.get("plan"), state.get("verdicts", {})
    differences = plan.differences if plan else tuple(Difference(id=s.id, description=s.description) for s in state["statements"])
    reported = tuple(_difference(state, d, verdicts.get(d.id)) for d in differences)
    if state["setting"] == "open":
        reported = tuple(sorted(reported, key=lambda d: (d.answer not in ("a", "b"), d.answer == "unknown")))
    return Report(
        schema="viddiff.report/1",
        id=state["run_id"],
        action=state["action"],
        setting=state["setting"],
        backends=context.backends,
        videos=Videos(a=state["videos"]["a"], b=state["videos"]["b"]),
        stages=_stages(state),
        differences=reported,
        usage=_usage(context),
        warnings=(*context.warnings, *state.get("warnings", ())),
        trace=state["run_id"],
    )


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


def _stages(state: State) -> tuple[StageReport, ...]:
    plan, timelines = state.get("plan"), state.get("timelines", {})
    if plan is None or not timelines:
        return ()
    found = {side: {stage.name: _found(timeline, stage.name) for stage in plan.stages} for side, timeline in timelines.items()}
    typical = {side: _typical(timeline) for side, timeline in timelines.items()}
    return tuple(
        StageReport(
            name=stage.name,
            description=stage.description,
            a=_in(typical["a"], stage.name),
            b=_in(typical["b"], stage.name),
            repetitions_a=found["a"][stage.name],
            repetitions_b=found["b"][stage.name],
        )
        for stage in plan.stages
    )


def _typical(timeline: Timeline) -> Repetition:
    """The whole repetition of median length."""
    by_length = sorted(timeline.complete, key=lambda r: r.segment.end_s - r.segment.start_s)
    return by_length[(len(by_length) - 1) // 2]


def _in(repetition: Repetition, stage: str) -> Segment | None:
    return next((span.segment for span in repetition.spans if span.stage == stage), None)


def _found(timeline: Timeline, stage: str) -> tuple[Segment, ...]:
    return tuple(segment for r in timeline.repetitions if (segment := _in(r, stage)) is not None)
