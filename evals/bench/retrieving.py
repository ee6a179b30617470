"""Similarities of sentences to frames: of one clip in memory, and of an archive on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...memory.frame_archive import FrameArchive
from ...memory.frame_index import FrameIndex
from .child import peak_mib
from .contests import Contest, Figure, Peer
from .sizes import Sizes

WIDTH, QUERIES, BEST = 512, 25, 5
CLIP = 10_000
"""Frames that are added to the archive at a time."""


def retrieving(folder: Path, sizes: Sizes) -> Iterator[Contest | Figure]:
    """Everything about searching."""
    yield from in_memory(sizes.calls)
    yield from on_disk(folder / "archive", sizes.archive)


def in_memory(calls: int, vectors: int = 1000, queries: int = QUERIES, width: int = WIDTH) -> Iterator[Contest | Figure]:
    """One clip's index against plain numpy."""
    stored, asked = vectors_of(0, vectors, width), vectors_of(1, queries, width)
    index = FrameIndex(np.arange(vectors) / 30, stored)
    yield Contest(
        ours=f"all similarities, {queries} × {vectors}",
        do=lambda: index.similarities(asked),
        peers=(Peer(name="numpy matmul", do=lambda: asked @ stored.T, wall=1.10),),
        calls=calls,
    )
    yield Contest(
        ours=f"best {BEST}, {queries} × {vectors}",
        do=lambda: index.search(asked, BEST),
        peers=(Peer(name="numpy matmul, argpartition, sort", do=lambda: plain_best(asked, stored), wall=1.10),),
        calls=calls,
    )
    yield Figure(
        what=f"best {BEST} that are numpy's, {queries} × {vectors}",
        value=lambda: float((index.search(asked, BEST)[1] == plain_best(asked, stored)).mean()),
        goal=1.0,
        at_least=True,
    )


def on_disk(folder: Path, count: int) -> Iterator[Contest | Figure]:
    """An archive against numpy over a memory map of the same file."""
    archive = FrameArchive(folder)
    for number in range(0, count, CLIP):
        size = min(CLIP, count - number)
        archive.add(f"clip {number}", np.arange(size) / 30, vectors_of(number, size))
    asked = vectors_of(-1, QUERIES)
    mapped = np.memmap(folder / "vectors.f32", np.float32, "r", shape=(count, WIDTH))
    yield Contest(
        ours=f"archive on disk, best {BEST} of {count:,} vectors",
        do=lambda: archive.search(asked, BEST),
        peers=(Peer(name="numpy over a memory map of all of it", do=lambda: plain_best(asked, mapped), wall=1.10),),
        rounds=3,
    )
    yield Figure(
        what=f"best {BEST} that are numpy's, archive",
        value=lambda: float((archive.search(asked, BEST)[1] == plain_best(asked, mapped)).mean()),
        goal=1.0,
        at_least=True,
    )
    yield Figure(
        what="peak memory beyond an empty process, searching the archive, MiB",
        value=lambda: peak_mib("search", folder) - peak_mib("nothing"),
        goal=200,
        why=f"its vectors take {count * WIDTH * 4 / 2**20:.0f} MiB",
    )


def search_archive(folder: Path) -> None:
    """One search, in a process of its own."""
    FrameArchive(folder).search(vectors_of(-1, QUERIES), BEST)


def plain_best(asked: np.ndarray, stored: np.ndarray) -> np.ndarray:
    """(Q, 5) numbers of the nearest vectors, the nearest first."""
    scores = asked @ stored.T
    found = np.argpartition(scores, -BEST, axis=1)[:, -BEST:]
    order = np.argsort(-np.take_along_axis(scores, found, axis=1), axis=1)
    return np.take_along_axis(found, order, axis=1)


def vectors_of(seed: int, count: int, width: int = WIDTH) -> np.ndarray:
    """(N, width) float32 of no meaning."""
    return np.random.default_rng(seed + 10).standard_normal((count, width), dtype=np.float32)
