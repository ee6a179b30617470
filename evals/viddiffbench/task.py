"""One evaluation from its options to its page of tables: choose rows, compare or read predictions, match, score."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from ...agent.settings import Settings
from ...memory.errors import SettingsError
from ...memory.values import Value
from .clips import absent
from .judging import judge_closed, judge_open
from .loading import load_rows
from .matching import Matcher, WordMatcher
from .model_matching import ModelMatcher, model_matcher
from .predictions import Predictions, read_predictions, write_predictions
from .rows import BenchRow, Setting
from .running import Bench, run_all
from .tables import beside, by_action, by_difference, summary

NAMED = 5
"""So many of the missing pairs are named; the rest is counted."""


class Task(Value):
    """What is to be evaluated."""

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
    folder: Path = Path("viddiffbench")
    write: Path | None = None
    settings: Settings

    def page(self, tell: Callable[[str], None]) -> str:
        """Do it; what was left out or failed stands above the tables.

        Args:
            tell: Told what is done, a line a pair.

        Raises:
            UserError: Data, videos, predictions or a setting are wrong.
            ModelServerError: A model server failed for good.
            BudgetExhausted: The limits are reached.
        """
        if (self.videos is None) == (self.predictions is None):
            raise SettingsError("expected either --videos (to compare) or --predictions (to score), one of them")
        rows = load_rows(self.data, self.splits, self.domains)[: self.limit]
        rows, notes = _with_videos(rows, self.videos, self.skip_missing) if self.videos else (rows, [])
        matcher = self._matcher(len(rows)) if self.setting == "open" else None
        given, failed = self._given(rows, tell)
        if self.write:
            write_predictions(self.write, rows, given, self.setting)
        judged = asyncio.run(judge_open(rows, given, matcher)) if matcher else judge_closed(rows, given)
        tables = [table(judged, self.setting) for table in (summary, beside, by_action, by_difference)]
        said = "\n".join([*notes, *failed, *_cut(rows, given, self.setting), *_about(matcher)])
        return "\n\n".join([*([said] if said else []), *tables])

    def _given(self, rows: Sequence[BenchRow], tell: Callable[[str], None]) -> tuple[list[Predictions], list[str]]:
        if self.predictions:
            return read_predictions(self.predictions, rows), []
        home = self.settings.model_copy(update={"home": (self.folder / "home").absolute()})
        ran = run_all(Bench(root=self.videos or Path(), folder=self.folder, setting=self.setting, settings=home), rows, tell)
        return [r.predictions for r in ran], [f"Failed, counted as not answered: {r.error}" for r in ran if r.error]

    def _matcher(self, pairs: int) -> Matcher:
        return WordMatcher() if self.matcher == "words" else model_matcher(self.matcher, self.settings, pairs)


def _with_videos(rows: Sequence[BenchRow], root: Path, skip: bool) -> tuple[tuple[BenchRow, ...], list[str]]:
    gone = absent(rows, root)
    if not gone:
        return tuple(rows), []
    first = next(iter(gone.values()))[0]
    said = f"{len(gone)} of {len(rows)} pairs have videos that are not under {root}: {_some(list(gone))} (the first: {first})"
    kept = tuple(row for row in rows if row.sample_key not in gone)
    if not skip or not kept:
        raise SettingsError(
            f"{said}; unpack the videos there, choose --split or --domain, or leave those pairs out with --skip-missing"
        )
    return kept, [f"Left out: {said}."]


def _cut(rows: Sequence[BenchRow], given: Sequence[Predictions], setting: Setting) -> list[str]:
    long = [row.sample_key for row, each in zip(rows, given, strict=True) if len(each) > row.n_differences]
    if setting == "closed" or not long:
        return []
    return [f"More predictions than allowed, only the first N count: {_some(long)}."]


def _about(matcher: Matcher | None) -> list[str]:
    if matcher is None:
        return []
    if isinstance(matcher, WordMatcher):
        return ["Matched by words (the paper matches with a language model: these numbers do not compare with its)."]
    mended = matcher.mended if isinstance(matcher, ModelMatcher) else []
    return [f"Matched by {matcher.name}.", *(f"Left out of a reply: {line}." for line in mended)]


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
