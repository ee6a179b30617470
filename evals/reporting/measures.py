"""The sections that hold for any data and that the paper does not report: confidence, order, instants, effort, failures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean, median

from ...memory.report import Report
from ..drawn.markdown import said
from ..drawn.metrics import NEAR_S, Share
from ..running.jobs import Outcome
from . import plots
from .curves import Sure, at_coverage, bins_of, calibration, coverage_curve, quantile
from .decided import LETTERS, Decided
from .sections import Plot, Section, Table

COVERAGES = (0.25, 0.5, 0.75, 0.9, 1.0)


def answers_section(decided: Sequence[Decided]) -> Section:
    """What was answered to what: A and B apart, since a liking for either shows here."""
    kinds = (("a", plots.A, "A"), ("b", plots.B, "B"), ("same", plots.SAME, "same"), ("unknown", plots.NONE, "unknown"))
    truths = [truth for truth in ("a", "b", "same") if any(d.truth == truth for d in decided)]
    strips, rows = [], []
    for truth in truths:
        group = [d for d in decided if d.truth == truth]
        counts = [sum(d.answer == answer for d in group) for answer, _, _ in kinds]
        name = "same" if truth == "same" else truth.upper()
        strips.append(
            plots.Strip(f"truth {name}", [(n, colour, what) for n, (_, colour, what) in zip(counts, kinds, strict=True)])
        )
        none = sum(d.answer == "none" for d in group)
        rows.append([name, *map(str, counts), str(none)])
    return Section(
        title="Answers by truth",
        text=("Where the truth is a letter, a system without a liking for either clip gives A and B alike.",),
        plots=(Plot(svg=plots.strips_plot(strips), caption="What was answered, by what is true."),),
        tables=(Table.of(["truth", "A", "B", "same", "unknown", "no answer"], rows),),
    )


def confidence_section(decided: Sequence[Decided]) -> Section:
    """How far stated confidence can be believed, and what is right if only the surest are kept."""
    letters = [Sure(confidence=d.confidence, right=d.correct) for d in decided if d.answer in LETTERS]
    every = [Sure(confidence=d.confidence, right=d.correct) for d in decided if d.decided]
    curve, bins = coverage_curve(every, len(decided)), bins_of(letters)
    reached = [(share, at_coverage(curve, share)) for share in COVERAGES]
    covered = [
        [f"{share:.0%}", f"{point.least:.2f}", said(point.right, True)] if point else [f"{share:.0%}", "-", "not reached"]
        for share, point in reached
    ]
    groups = [("letters", letters), ("letters and same", every)]
    errors = [[name, str(len(group)), f"{calibration(group):.3f}" if group else "-"] for name, group in groups]
    return Section(
        title="Confidence",
        text=(
            "Coverage: of all statements, those that got a letter or `same` with at least this confidence; accuracy: of those, the right "
            "ones. Calibration: the expected calibration error (ten bins) is how far stated confidence is from the share that is right.",
        ),
        plots=(
            Plot(svg=plots.coverage_plot(curve, None), caption="Accuracy against coverage, with its 95% interval (Wilson)."),
            Plot(
                svg=plots.reliability_plot(bins),
                caption="Letters: on the line, confidence means what it says; larger dots are more answers.",
            ),
        ),
        tables=(
            Table.of(["coverage", "least confidence", "right, 95%"], covered),
            Table.of(["answers", "number", "calibration error"], errors),
            Table.of(
                ["confidence of letters", "stated", "right, 95%"],
                [[f"{b.low:.1f} to {b.low + 0.1:.1f}", f"{b.stated:.2f}", said(b.right, True)] for b in bins],
            ),
        ),
    )


def order_section(decided: Sequence[Decided]) -> Section | None:
    """How much a model's answers hang on the order in which the clips are shown; None where no model was asked."""
    first, letters = sum(d.first for d in decided), sum(d.letters for d in decided)
    if not letters:
        return None
    both = [d for d in decided if d.flipped is not None]
    truths = [d for d in decided if d.truth in LETTERS]
    fair = Share(hits=sum(d.truth == "a" for d in truths), of=len(truths))
    flipped = said(Share(hits=sum(bool(d.flipped) for d in both), of=len(both)), True) if both else "asked in one order only"
    return Section(
        title="Position bias",
        text=(
            "A model without a bias names the first video half of the time if asked in both orders, and as often as A is true if asked in one.",
        ),
        tables=(
            Table.of(
                ["letters for the video shown first, 95%", "A is true", "answers that flip with the order, 95%"],
                [[said(Share(hits=first, of=letters), True), said(fair), flipped]],
            ),
        ),
    )


def instants_section(decided: Sequence[Decided]) -> Section | None:
    """How far the first key frames are from the true instants; None where none are known, or the system names no key frames."""
    every = [off for d in decided for off in d.off_s]
    found = [off for off in every if off is not None]
    if not found:
        return None
    rows = []
    for group in [*dict.fromkeys(d.group for d in decided), "all"]:
        offs = [off for d in decided if group in (d.group, "all") for off in d.off_s]
        there = [off for off in offs if off is not None]
        near = Share(hits=sum(off <= NEAR_S + 1e-9 for off in there), of=len(offs))
        rows.append(
            [
                group,
                str(len(offs)),
                said(near, True),
                *(f"{quantile(there, q):.2f}" for q in (0.5, 0.9)),
                str(len(offs) - len(there)),
            ]
        )
    return Section(
        title="Where it looked: errors of the key instants",
        text=(
            "Seconds from the first key frame of a clip to the nearest true instant of any repetition; a missing key frame is never near.",
        ),
        plots=(
            Plot(
                svg=plots.cumulative_plot(found, len(every), "error of the instant, seconds", NEAR_S),
                caption=f"Share of the instants that are at most so far off; the line marks {NEAR_S} s.",
            ),
        ),
        tables=(Table.of(["group", "instants", f"within {NEAR_S} s, 95%", "median, s", "nine in ten, s", "missing"], rows),),
    )


def effort_section(outcomes: Sequence[Outcome]) -> Section:
    """What a pair takes: model calls, images, tokens, money and seconds."""
    done = [(outcome.report, outcome) for outcome in outcomes if outcome.report]
    reads: list[tuple[str, str, Callable[[Report, Outcome], float]]] = [
        ("model calls", ".1f", lambda r, o: r.usage.llm_calls + r.usage.vlm_calls),
        ("images", ".1f", lambda r, o: r.usage.images),
        ("input tokens", ".0f", lambda r, o: r.usage.input_tokens),
        ("output tokens", ".0f", lambda r, o: r.usage.output_tokens),
        ("cost, USD", ".4f", lambda r, o: r.usage.cost_usd),
        ("answers from the cache", ".1f", lambda r, o: r.usage.cache_hits),
        ("seconds to compare", ".1f", lambda r, o: r.usage.seconds),
        ("seconds in all", ".1f", lambda r, o: o.seconds),
    ]
    rows = []
    for name, form, read in reads:
        values = [read(*each) for each in done] or [0.0]
        rows.append([name, *(format(value, form) for value in (fmean(values), median(values), max(values), sum(values)))])
    return Section(
        title="Effort per pair",
        text=(
            f"Of {len(done)} pairs with a report. Money counts only where the price of a model is known. Seconds are by the clock, with as many "
            "pairs at a time as the evaluation was given: with two, it took half their sum. Drawing and trimming clips count in all only.",
        ),
        tables=(Table.of(["of a pair", "mean", "median", "most", "sum"], rows),),
    )


def failures_section(outcomes: Sequence[Outcome], decided: Sequence[Decided]) -> Section:
    """What has no report and why, apart from what was answered wrongly."""
    kinds = ("infrastructure", "input", "own")
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    names = {"infrastructure": "server or machine", "input": "clips or settings", "own": "the system itself"}
    rows = [[names[kind], str(sum(f.kind == kind for f in failures))] for kind in kinds]
    tables = [Table.of(["pairs without a report, because of", "number"], rows)]
    if failures:
        tables.append(Table.of(["failure"], [[failure.text] for failure in failures]))
    if warned := _warned(outcomes):
        tables.append(Table.of(["warning in reports", "pairs"], [[text, str(count)] for text, count in warned]))
    text = ["A pair without a report counts as not right everywhere else; it says nothing about the answers."]
    if letters := [d for d in decided if d.truth in LETTERS]:
        tried = [d for d in letters if not d.failed]
        shares = (Share(hits=sum(d.right for d in group), of=len(group)) for group in (letters, tried))
        text.append("Right by lean where the truth is a letter: {} of all, {} of those with a report.".format(*map(said, shares)))
    return Section(title="Failures apart from wrong answers", text=tuple(text), tables=tuple(tables))


def _warned(outcomes: Iterable[Outcome], most: int = 8) -> list[tuple[str, int]]:
    """The most frequent warnings of the reports, without what differs from pair to pair."""
    counts: dict[str, int] = {}
    for outcome in outcomes:
        said_of = [re.sub(r"^[AB]: ", "", warning) for warning in (outcome.report.warnings if outcome.report else ())]
        heads = {warning.split(":")[0].split(" (")[0][:120] for warning in said_of}
        for head in heads:
            counts[head] = counts.get(head, 0) + 1
    return sorted(counts.items(), key=lambda each: -each[1])[:most]
