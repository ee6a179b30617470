"""The report as Markdown: a table of answers, then each difference with what supports it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...memory.report import DifferenceReport, Report
from ...memory.values import Evidence
from . import wording


def render_markdown(report: Report) -> str:
    """Render a report as GitHub-flavoured Markdown; texts from outside are escaped, so they cannot become markup."""
    blocks = [
        f"# {_text(report.action)}",
        _clips(report),
        *(f"> **Note:** {_text(warning)}" for warning in wording.warnings(report)),
        _text(wording.summary(report)),
        "## Differences",
        _overview(report),
        *(block for number, d in enumerate(report.differences, start=1) for block in _details(number, d)),
        *_stages(report),
        _footer(report),
    ]
    return "\n\n".join(blocks) + "\n"


def _text(text: str) -> str:
    """Plain text on one line in which no character means anything to Markdown or HTML."""
    flat = " ".join(text.split())
    escaped = re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", flat)
    return re.sub(r"^([-+]|\d+[.)])(?=\s)", r"\\\1", escaped)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _clips(report: Report) -> str:
    clips = (("A", report.videos.a), ("B", report.videos.b))
    rows = [(f"**{letter}**", _text(wording.file_name(info)), wording.clip_facts(info)) for letter, info in clips]
    return _table(("Clip", "File", "Facts"), rows)


def _overview(report: Report) -> str:
    rows = []
    for number, d in enumerate(report.differences, start=1):
        m = d.measurement
        values = (wording.value(m.a, m.unit), wording.value(m.b, m.unit), wording.interval(m)) if m else ("–", "–", "–")
        sure = "–" if d.answer == "unknown" else wording.percent(d.confidence)
        rows.append((str(number), _text(d.description), f"**{_answer(d)}**", *values, sure))
    if not rows:
        return "Nothing was asked about or proposed."
    return _table(("#", "Statement", "Answer", "A", "B", "B − A (95%)", "Sure"), rows)


def _answer(difference: DifferenceReport) -> str:
    return {"a": "A", "b": "B"}.get(difference.answer, difference.answer)


def _details(number: int, difference: DifferenceReport) -> Iterator[str]:
    yield f"### {number}. {_text(difference.description)}"
    yield f"**{wording.ANSWERS[difference.answer]}.** {_text(difference.reason)}"
    facts = [f"If one had to be named: {difference.lean.upper()}"] if difference.confidence else []
    if difference.stage:
        facts.append(f"Stage: {_text(difference.stage)}")
    if difference.measurement:
        facts.append(f"Measured: {_text(wording.label(difference.measurement.quantity))}")
    if instants := _instants(difference.evidence):
        facts.append(f"Matched instants: {instants}")
    facts += [f"Vote of {_text(v.source)} ({v.order}): {v.answer}, {wording.percent(v.confidence)}" for v in difference.votes]
    facts += [f"Looked by {a.strategy.replace('_', ' ')}: {_text(a.changed)}" for a in difference.attempts]
    yield "\n".join(f"- {fact}" for fact in facts)


def _instants(evidence: Evidence) -> str:
    sides = (("A", evidence.a), ("B", evidence.b))
    parts = [f"{letter} {', '.join(wording.instant(k.time_s) for k in frames)}" for letter, frames in sides if frames]
    return "; ".join(parts)


def _stages(report: Report) -> Iterator[str]:
    if report.stages:
        yield "## Stages"
        rows = [(_text(s.name), _text(s.description), wording.span(s.a), wording.span(s.b)) for s in report.stages]
        yield _table(("Stage", "Description", "A", "B"), rows)


def _footer(report: Report) -> str:
    usage, backends = report.usage, report.backends
    return "\n".join(
        (
            "## About this comparison",
            "",
            f"- Planner {_text(backends.planner)}; proposer {_text(backends.proposer)}; encoder {_text(backends.encoder)}; "
            f"verifier {_text(', '.join(backends.verifier)) or 'none'}",
            f"- {usage.llm_calls} language model calls, {usage.vlm_calls} vision model calls, {usage.images} images, "
            f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out, {usage.cache_hits} cache hits, "
            f"${usage.cost_usd:.4f}, {usage.seconds:.1f} s",
            f"- Report {_text(report.id)}" + (f", trace {_text(report.trace)}" if report.trace else ""),
        )
    )
