"""Kept arrays made small enough for a screen: stage x frame maps of bounded width, curves that keep their extremes and their windows."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import numpy as np

from ...memory.values import Side, Value, Window
from ...tools.emissions import SHARPNESS, flat_level
from ...tools.pair import SIDES
from .story import ReadArrays, evidence_of, rows_of
from .story_values import Story

MOST_COLUMNS = 6000
"""Of a map: 0.1 s each for a clip of ten minutes."""
MOST_POINTS = 4000
"""Of a curve."""
ROOM_S = 0.5
"""Around a window a curve keeps every point."""
LEAST_RANGE = 0.02
"""Similarities that differ by less are drawn as alike as they are, and not stretched until they look different."""


class Heat(Value):
    """A map of one clip for the screen: S rows of equally wide columns, each cell 0 to 255, row by row in base64."""

    rows: int
    columns: int
    start_s: float
    end_s: float
    similarity: str = ""
    """Empty where none were kept; 0 stands for `low` and 255 for `high`."""
    evidence: str
    """Log-probability against a guess: 0 stands for -`nats`, 128 for no evidence, 255 for +`nats`."""
    low: float = 0.0
    high: float = 0.0
    nats: float


class Line(Value):
    """One curve for the screen: little-endian float32 in base64; NaN where nothing was seen."""

    times: str
    values: str


def heats_of(story: Story, read_arrays: ReadArrays) -> dict[str, Heat]:
    """The maps of a story, by the name of their arrays."""
    found = ((each.arrays, heat_of(read_arrays(each.arrays))) for each in story.retrievals)
    return {name: heat for name, heat in found if heat is not None}


def heat_of(arrays: Mapping[str, np.ndarray]) -> Heat | None:
    """One map; None where too little was kept."""
    evidence, seen = evidence_of(arrays), rows_of(arrays, "similarities")
    times = np.asarray(arrays.get("times_s", ()), dtype=np.float64)
    if evidence is None or evidence.shape[1] != len(times):
        return None
    rows, columns = len(evidence), min(len(times), MOST_COLUMNS)
    nats = max(2 * SHARPNESS, float(np.abs(evidence - flat_level(rows)).max()))
    against = (evidence - flat_level(rows)) / (2 * nats) + 0.5
    low, high = _range(seen) if seen is not None else (0.0, 0.0)
    return Heat(
        rows=rows,
        columns=columns,
        start_s=float(times[0]),
        end_s=float(times[-1]),
        evidence=_cells(against, times, columns),
        similarity=_cells((seen - low) / (high - low), times, columns) if seen is not None else "",
        low=low,
        high=high,
        nats=nats,
    )


def _range(seen: np.ndarray) -> tuple[float, float]:
    low, high = (float(edge) for edge in np.nanpercentile(seen, (1, 99)))
    room = max(0.0, LEAST_RANGE - (high - low)) / 2
    return low - room, high + room


def _cells(shares: np.ndarray, times_s: np.ndarray, columns: int) -> str:
    """(S, T) shares as `columns` cells a row; where several frames fall into one cell, their mean."""
    edges = np.linspace(0, len(times_s), columns + 1).astype(int)
    means = np.add.reduceat(np.nan_to_num(shares), edges[:-1], axis=1) / np.diff(edges)
    return _text(np.round(np.clip(means, 0, 1) * 255).astype(np.uint8))


def curves_of(story: Story, read_arrays: ReadArrays) -> dict[str, dict[Side, tuple[Line, ...]]]:
    """The measured curves of both clips (left and right apart where they were kept apart), by the name of their arrays."""
    windows: dict[str, dict[Side, list[Window]]] = {}
    for look in (look for told in story.differences for look in told.looks):
        for name in (read.arrays for read in look.read if read.arrays):
            wanted = windows.setdefault(name, {"a": [], "b": []})
            for side in SIDES:
                wanted[side] += look.windows.get(side, ())
    return {name: _curves(read_arrays(name), wanted) for name, wanted in windows.items()}


def _curves(arrays: Mapping[str, np.ndarray], windows: Mapping[Side, Sequence[Window]]) -> dict[Side, tuple[Line, ...]]:
    found: dict[Side, tuple[Line, ...]] = {}
    for side in SIDES:
        times, values = (np.asarray(arrays.get(f"{name}_{side}", ()), dtype=np.float64) for name in ("times", "curve"))
        if len(times) and len(values) == len(times):
            columns = values.reshape(len(times), -1).T
            found[side] = tuple(_line(times, each, windows[side]) for each in columns)
    return found


def _line(times_s: np.ndarray, values: np.ndarray, windows: Sequence[Window]) -> Line:
    kept = thinned(times_s, values, [(w.segment.start_s, w.segment.end_s) for w in windows])
    times, shown = times_s[kept].astype("<f4"), np.where(np.isfinite(values), values, np.nan)[kept].astype("<f4")
    return Line(times=_text(times), values=_text(shown))


def thinned(
    times_s: np.ndarray, values: np.ndarray, windows: Sequence[tuple[float, float]], most: int = MOST_POINTS
) -> np.ndarray:
    """Which points of a curve to draw: those in and around the windows, elsewhere the extremes of each stretch.

    Args:
        times_s: (T,) seconds.
        values: (T,); NaN where nothing was seen.
        windows: (start, end) in seconds.
        most: About how many points; where the windows alone hold more, their extremes are taken as well.

    Returns:
        Indices into the curve, ascending.
    """
    if len(times_s) <= most:
        return np.arange(len(times_s))
    near = np.zeros(len(times_s), dtype=bool)
    for start_s, end_s in windows:
        near[np.searchsorted(times_s, start_s - ROOM_S) : np.searchsorted(times_s, end_s + ROOM_S)] = True
    if near.sum() > most // 2:
        near[:] = False
    room = max(most - int(near.sum()), 2)
    blocks = np.array_split(np.arange(len(times_s)), max(room // 2, 1))
    picked = np.array([index for block in blocks for index in _extremes(block, values)], dtype=int)
    return np.union1d(np.flatnonzero(near), picked)


def _extremes(block: np.ndarray, values: np.ndarray) -> tuple[int, ...]:
    seen = block[np.isfinite(values[block])]
    if not len(seen):
        return (int(block[0]),)
    return (int(seen[np.argmin(values[seen])]), int(seen[np.argmax(values[seen])]))


def _text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")
