"""One evaluation on VidDiffBench from its options to its report: choose rows, compare or read predictions, match, score."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from ...memory.errors import SettingsError
from ...memory.values import Value
from ..evaluation import HOME, Described, How, Who, evaluate, facts_of, notes_of, system_of
from ..reporting import measures, plots
from ..reporting.decided import decided_of
from ..reporting.sections import Page, Plot, Section
from ..reporting.worst import worst_section
from ..running.jobs import Outcome
from ..running.schedule import Evaluated
from .judging import judge_closed, judge_open
from .loading import load_rows
from .matching import Matcher, WordMatcher
from .model_matching import ModelMatcher, model_matcher
from .pairing import published, some
from .predictions import Predictions, predictions_of, read_predictions, write_predictions
from .rows import BenchRow, Setting
from .scoring import Judged
from .tables import beside, by_action, by_difference, intervals, summary


class BenchTask(Value):
    """What is to be evaluated, and how."""

    data: str
    """As for `load_rows`."""
    setting: Setting
    videos: Path | None = None
    """Where the videos were unpacked: the pairs are compared."""
    predictions: Path | None = None
    """What is scored instead."""
    splits: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    limit: int | None = None
    skip_missing: bool = False
    matcher: str = "words"
    """`words`, or a model's spec."""
    write: Path | None = None
    who: Who
    how: How
    command: str
    """For the report."""

    def page(self, console: Console, traces: Path | None) -> tuple[Page, Evaluated]:
        """Do it; what was left out or failed stands above the tables.

        Args:
            console: On stderr, for progress.
            traces: Folder beside the report for the pages of the worst cases' traces; None for none.

        Raises:
            SettingsError: Data, videos, predictions or an option are wrong.
            ModelServerError: A model server failed for good.
            BudgetExhausted: Matching reached its limits.
        """
        if (self.videos is None) == (self.predictions is None):
            raise SettingsError("expected either --videos (to compare) or --predictions (to score), one of them")
        rows = load_rows(self.data, self.splits, self.domains)[: self.limit]
        matcher = self._matcher(len(rows)) if self.setting == "open" else None
        rows, given, facts, notes, evaluated, own = self._compared(rows, console, traces) if self.videos else self._read(rows)
        if self.write:
            write_predictions(self.write, rows, given, self.setting)
        judged = asyncio.run(judge_open(rows, given, matcher)) if matcher else judge_closed(rows, given)
        notes = (*notes, *_cut(rows, given, self.setting), *_about(matcher))
        page = Page(title="VidDiffBench", facts=facts, notes=notes, sections=(*_paper(judged, self.setting), *own))
        return page, evaluated

    def _read(self, rows: Sequence[BenchRow]) -> _Compared:
        assert self.predictions is not None
        given = read_predictions(self.predictions, rows)
        facts = (("command", self.command), ("setting", self.setting), ("predictions", self.predictions.name))
        return rows, given, facts, (), Evaluated(outcomes=()), []

    def _compared(self, rows: Sequence[BenchRow], console: Console, traces: Path | None) -> _Compared:
        assert self.videos is not None
        pairs, notes = published(rows, self.videos, self.setting, skip_missing=self.skip_missing)
        with system_of(self.who, self.how.folder) as system:
            evaluated = evaluate(pairs, self.setting, system, self.how, console)
        found = {outcome.name: outcome for outcome in evaluated.outcomes}
        done = [pair for pair in pairs if pair.name in found]
        given = [_given(found[pair.name], self.setting) for pair in done]
        described = Described(pairs=pairs, setting=self.setting, system=system, command=self.command)
        decided = [d for pair in done for d in decided_of(pair, found[pair.name])] if self.setting == "closed" else []
        own = [measures.effort_section(evaluated.outcomes), measures.failures_section(evaluated.outcomes, decided)]
        if decided:
            ordered = measures.order_section(decided)
            confidence = [
                measures.answers_section(decided),
                measures.confidence_section(decided),
                *([ordered] if ordered else []),
            ]
            own = [*confidence, *own, worst_section(decided, self.how.folder / HOME, traces)]
        notes = (*notes, *notes_of(evaluated))
        return [pair.row for pair in done], given, facts_of(described, evaluated), notes, evaluated, own

    def _matcher(self, pairs: int) -> Matcher:
        if self.matcher == "words":
            return WordMatcher()
        home = (self.how.folder / HOME).absolute()
        return model_matcher(self.matcher, self.who.settings.model_copy(update={"home": home}), pairs)


_Compared = tuple[Sequence[BenchRow], list[Predictions], tuple[tuple[str, str], ...], tuple[str, ...], Evaluated, list[Section]]
"""Rows, predictions for them, facts, notes, what came of the work, and sections beyond the paper's."""


def _paper(judged: Sequence[Judged], setting: Setting) -> list[Section]:
    name = "Accuracy" if setting == "closed" else "Recall@N"
    plot = plots.intervals_plot(intervals(judged, setting), 0.5 if setting == "closed" else None)
    head = Section(
        title=name,
        text=("As the paper counts: only labels A and B; an interval over statements (Wilson), and one over pairs (bootstrap).",),
        plots=(Plot(svg=plot, caption="These predictions with their 95% interval, and published ones (grey)."),),
        tables=(summary(judged, setting), beside(judged, setting)),
    )
    return [
        head,
        Section(title=f"{name} by action and difference", tables=(by_action(judged, setting), by_difference(judged, setting))),
    ]


def _given(outcome: Outcome, setting: Setting) -> Predictions:
    return predictions_of(outcome.report, setting) if outcome.report else {}


def _cut(rows: Sequence[BenchRow], given: Sequence[Predictions], setting: Setting) -> list[str]:
    long = [row.sample_key for row, each in zip(rows, given, strict=True) if len(each) > row.n_differences]
    if setting == "closed" or not long:
        return []
    return [f"More predictions than allowed, only the first N count: {some(long)}."]


def _about(matcher: Matcher | None) -> list[str]:
    if matcher is None:
        return []
    if isinstance(matcher, WordMatcher):
        return ["Matched by words (the paper matches with a language model: these numbers do not compare with its)."]
    mended = matcher.mended if isinstance(matcher, ModelMatcher) else []
    return [f"Matched by {matcher.name}.", *(f"Left out of a reply: {line}." for line in mended)]
