"""The study as Markdown: a row for each way of finding frames, and whether each step is worth more than chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from ..drawn.markdown import table_of
from .metrics import Interval, apart, over_pairs
from .strategies import NAMED
from .study import ANY, Finding

_HEAD = (
    "encoder",
    "frames found by",
    "pairs",
    "closed: right by lean, 95%",
    "key error s, median",
    "90th percentile",
    "right stage, 95%",
)
_STEPS = (
    ("random", "ours"),
    ("argmax", "ours"),
    ("random", "argmax"),
    ("argmax", "viterbi"),
    ("viterbi", "ours"),
    ("ours", "extremum"),
    ("ours", "relocalized"),
    ("relocalized", "oracle"),
)


def localization_table(findings: Sequence[Finding]) -> str:
    """One row an encoder and strategy; rows that look at no frame come first and last."""
    encoders = [name for name in dict.fromkeys(f.encoder for f in findings) if name != ANY]
    rows = [_row(findings, ANY, "random")]
    done = {(f.encoder, f.strategy) for f in findings}
    rows += [_row(findings, encoder, strategy) for encoder in encoders for strategy in NAMED if (encoder, strategy) in done]
    return table_of(_HEAD, [*rows, _row(findings, ANY, "oracle")])


def steps_table(findings: Sequence[Finding], encoder: str) -> str:
    """What each step adds for one encoder, on the same pairs: beyond chance where the interval leaves out zero."""
    rows = []
    for before, after in _STEPS:
        first, second = (
            _chosen(findings, encoder if name not in ("random", "oracle") else ANY, name) for name in (before, after)
        )
        rows.append(
            [
                f"{NAMED[before]} → {NAMED[after]}",
                _points(apart(_values(first, "right"), _values(second, "right"))),
                _seconds(apart(_values(first, "key_errors_s"), _values(second, "key_errors_s"))),
                _points(apart(_values(first, "in_stage"), _values(second, "in_stage"))),
            ]
        )
    return table_of([f"{encoder}: step", "closed, points (95%)", "mean key error, s (95%)", "right stage, points (95%)"], rows)


def encoders_table(findings: Sequence[Finding], strategy: str, first: str, second: str) -> str:
    """One encoder against another with the same strategy, on the same pairs."""
    one, other = (_chosen(findings, name, strategy) for name in (first, second))
    row = [
        f"{first} → {second}, {NAMED[strategy]}",
        _points(apart(_values(one, "right"), _values(other, "right"))),
        _seconds(apart(_values(one, "key_errors_s"), _values(other, "key_errors_s"))),
        _points(apart(_values(one, "in_stage"), _values(other, "in_stage"))),
    ]
    return table_of(["encoders", "closed, points (95%)", "mean key error, s (95%)", "right stage, points (95%)"], [row])


def _row(findings: Sequence[Finding], encoder: str, strategy: str) -> list[str]:
    chosen = _chosen(findings, encoder, strategy)
    errors = _values(chosen, "key_errors_s")
    return [
        "-" if encoder == ANY else encoder,
        NAMED[strategy],
        str(len(chosen)),
        _percent(over_pairs(_values(chosen, "right"), _mean)),
        *(_number(over_pairs(errors, partial(_percentile, share=share))) for share in (50, 90)),
        _percent(over_pairs(_values(chosen, "in_stage"), _mean)),
    ]


def _chosen(findings: Sequence[Finding], encoder: str, strategy: str) -> list[Finding]:
    return sorted((f for f in findings if f.encoder == encoder and f.strategy == strategy), key=lambda f: f.pair)


def _values(findings: Sequence[Finding], name: str) -> list[Sequence[float]]:
    return [getattr(finding, name) for finding in findings]


_mean: Callable[[np.ndarray], float] = np.mean  # type: ignore[assignment]


def _percentile(values: np.ndarray, share: float) -> float:
    return float(np.percentile(values, share))


def _percent(found: Interval) -> str:
    return "-" if np.isnan(found.value) else f"{found.value:.0%}, {found.low:.0%} to {found.high:.0%}"


def _number(found: Interval) -> str:
    return "-" if np.isnan(found.value) else f"{found.value:.2f}, {found.low:.2f} to {found.high:.2f}"


def _points(found: Interval) -> str:
    return "-" if np.isnan(found.value) else f"{100 * found.value:+.0f} ({100 * found.low:+.0f} to {100 * found.high:+.0f})"


def _seconds(found: Interval) -> str:
    return "-" if np.isnan(found.value) else f"{found.value:+.2f} ({found.low:+.2f} to {found.high:+.2f})"
