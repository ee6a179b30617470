"""Many shots as one set of pictures and facets, drawn once and kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from .frames import Shot, shot

CHUNK = 50
"""Shots that one task draws and one file keeps."""


def gallery(shots: int, seed: int, kept: Path | None = None, processes: int = 1) -> Shot:
    """All pictures and facets of `shots` shots, in order; the same seed gives the same pixels.

    Args:
        shots: How many people before cameras, `postures.TAKEN` postures each.
        seed: Shot i is drawn from (seed, i).
        kept: Folder that keeps them, `CHUNK` shots a file; what is there is not drawn again.
        processes: That draw at the same time.
    """
    make = partial(_chunk, seed=seed, shots=shots, kept=kept)
    starts = range(0, shots, CHUNK)
    if processes == 1:
        return _joined(map(make, starts))
    with ProcessPoolExecutor(processes) as pool:
        return _joined(pool.map(make, starts))


def _joined(parts: Iterator[Shot]) -> Shot:
    pictures, facets = zip(*parts, strict=True)
    return Shot(np.concatenate(pictures), np.concatenate(facets))


def _chunk(start: int, *, seed: int, shots: int, kept: Path | None) -> Shot:
    end = min(start + CHUNK, shots)
    file = kept / f"{seed}-{start}-{end}.npz" if kept else None
    if file and file.is_file():
        with np.load(file) as stored:
            return Shot(stored["pictures"], stored["facets"])
    drawn = _joined(iter([shot((seed, i)) for i in range(start, end)]))
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, pictures=drawn.pictures, facets=drawn.facets)
    return drawn
