"""The benchmark's numbers by split beside the published ones, by action, by difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..drawn.markdown import said
from ..reporting.plots import Interval
from ..reporting.sections import Table
from .rows import SPLITS, Setting
from .scoring import BenchScore, Judged, mean_over_splits, score

PUBLISHED: dict[Setting, dict[str, tuple[float, ...]]] = {
    "closed": {
        "GPT-4o": (58.8, 53.0, 50.1, 54.0),
        "Gemini-1.5-Pro": (65.8, 51.9, 49.8, 55.8),
        "Claude-3.5-Sonnet": (56.6, 53.5, 48.3, 52.8),
        "LLaVA-Video-7B": (56.6, 52.0, 48.3, 52.3),
        "Qwen2-VL-7B": (49.0, 52.6, 49.6, 50.4),
        "VidDiff (the paper's)": (65.3, 55.4, 50.4, 57.0),
        "Gemini-1.5-Pro, final release": (67.8, 53.6, 51.7),
        "VidDiff (the paper's), final release": (62.7, 56.2, 50.0),
    },
    "open": {
        "GPT-4o": (39.5, 35.8, 32.3),
        "VidDiff (the paper's)": (40.1, 34.7, 32.5),
        "GPT-4o, final release": (45.7, 41.5, 38.0),
        "VidDiff (the paper's), final release": (49.9, 37.9, 38.5),
    },
}
"""Percent on easy, medium, hard and, where given, their mean: Burgess et al. (ICLR 2025), tables 2 and 3, and their leaderboard."""
_NUMBER = {"closed": "accuracy", "open": "recall@N"}


def summary(judged: Sequence[Judged], setting: Setting) -> Table:
    """By split, with the mean over splits as the paper takes it."""
    head = ["split", "pairs", f"{_NUMBER[setting]}, 95%", "95% over pairs", *_errors_head(setting)]
    found = {split: score(j for j in judged if j.split == split) for split in _splits(judged)}
    rows = [
        [split, str(s.pairs), said(s.right, True) + _mark(s, setting), _range(s.bootstrap), *_errors(s, setting)]
        for split, s in found.items()
    ]
    mean, interval = mean_over_splits(judged)
    if len(found) > 1:
        rows.append(
            [
                "mean of splits",
                str(sum(s.pairs for s in found.values())),
                f"{mean:.1%}",
                _range(interval),
                *[""] * (len(head) - 4),
            ]
        )
    marked = any(_mark(s, setting) for s in found.values())
    return Table.of(head, rows, "* better than guessing, two-sided binomial test, p < 0.05" if marked else "")


def beside(judged: Sequence[Judged], setting: Setting) -> Table:
    """These numbers in percent beside the published ones."""
    ours = [_percent(score(j for j in judged if j.split == split)) for split in SPLITS]
    mean = f"{100 * mean_over_splits(judged)[0]:.1f}" if "-" not in ours else "-"
    published = [
        [name, *(f"{value:.1f}" for value in values), *["-"] * (4 - len(values))] for name, values in PUBLISHED[setting].items()
    ]
    return Table.of([_NUMBER[setting], *SPLITS, "mean"], [["these predictions", *ours, mean], *published])


def intervals(judged: Sequence[Judged], setting: Setting) -> list[Interval]:
    """The splits' numbers as rows of a plot, each with the best published one below it."""
    rows = []
    for split in _splits(judged):
        found = score(j for j in judged if j.split == split)
        rows.append(Interval(split, found.right.value, *found.right.interval()))
        if split in SPLITS:
            value, name = max((values[SPLITS.index(split)] / 100, name) for name, values in PUBLISHED[setting].items())
            rows.append(Interval(name.split(",")[0], value, value, value, ours=False))
    return rows


def open_intervals(judged: Sequence[Judged]) -> list[Interval]:
    """The splits' recall as rows of a plot."""
    found = {split: score(j for j in judged if j.split == split) for split in _splits(judged)}
    return [Interval(split, s.right.value, *s.right.interval()) for split, s in found.items()]


def by_action(judged: Sequence[Judged], setting: Setting) -> Table:
    """One row an action."""
    return _grouped(judged, setting, ["action", "split"], lambda j: (j.action, j.split))


def by_difference(judged: Sequence[Judged], setting: Setting) -> Table:
    """One row a difference of the taxonomy, as in the paper's appendix."""
    return _grouped(judged, setting, ["action", "difference", "name"], lambda j: (j.action, j.key, j.name))


def _grouped(judged: Iterable[Judged], setting: Setting, head: list[str], of: Callable[[Judged], tuple[str, ...]]) -> Table:
    groups: dict[tuple[str, ...], list[Judged]] = {}
    for j in judged:
        groups.setdefault(of(j), []).append(j)
    scores = {names: score(group) for names, group in groups.items()}
    rows = [[*names, str(s.pairs), said(s.right, True) + _mark(s, setting), *_errors(s, setting)] for names, s in scores.items()]
    return Table.of([*head, "pairs", f"{_NUMBER[setting]}, 95%", *_errors_head(setting)], rows)


def _splits(judged: Sequence[Judged]) -> list[str]:
    there = {j.split for j in judged}
    return [s for s in SPLITS if s in there] + sorted(there - set(SPLITS))


def _errors_head(setting: Setting) -> list[str]:
    return (
        ["not answered", "other letter", "answered c", "p"]
        if setting == "closed"
        else ["not matched", "other letter", "answered c"]
    )


def _errors(found: BenchScore, setting: Setting) -> list[str]:
    errors = [said(share) for share in (found.unmatched, found.other_letter, found.negligible)]
    return [*errors, f"{found.p_value:.3g}"] if setting == "closed" else errors


def _mark(found: BenchScore, setting: Setting) -> str:
    # Half is what guessing gets only where both letters are on offer.
    return " *" if setting == "closed" and found.significant else ""


def _range(interval: tuple[float, float]) -> str:
    return "{:.0%} to {:.0%}".format(*interval)


def _percent(found: BenchScore) -> str:
    return f"{100 * found.right.value:.1f}" if found.right.of else "-"
