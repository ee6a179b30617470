"""A FAISS index of one clip's frame vectors with their times: text in, similar frames out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .errors import SettingsError


class FrameIndex:
    """Exact inner-product index over the frame vectors of one clip.

    A pair has a few hundred frames, where an exact flat index neither pays nor costs; it is used throughout so that an
    archive of clips can be searched by the same code.
    """

    def __init__(self, times_s: np.ndarray, vectors: np.ndarray) -> None:
        """Index `vectors` (T, D) float32, unit or zero rows, seen at `times_s` (T,) seconds."""
        import faiss

        if vectors.ndim != 2 or len(vectors) != len(times_s):
            raise ValueError(f"frame index: {vectors.shape} vectors do not fit {len(times_s)} times")
        self.times_s = np.asarray(times_s, dtype=np.float64)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def vectors(self) -> np.ndarray:
        """(T, D) float32, as they were added."""
        return self._index.reconstruct_n(0, len(self)) if len(self) else np.zeros((0, self._index.d), np.float32)

    def search(self, queries: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """(Q, k) similarities, best first, and the (Q, k) frame numbers they belong to, for (Q, D) query vectors."""
        self._check(queries)
        return self._index.search(np.ascontiguousarray(queries, dtype=np.float32), min(count, max(len(self), 1)))

    def similarities(self, queries: np.ndarray) -> np.ndarray:
        """(Q, T) similarity of every query to every frame, in frame order."""
        ordered = np.zeros((len(queries), len(self)), dtype=np.float32)
        if ordered.size:
            scores, frames = self.search(queries, len(self))
            np.put_along_axis(ordered, frames, scores, axis=1)
        return ordered

    def save(self, path: Path) -> None:
        """Write the index and its times; a reader never sees a half-written file."""
        import faiss

        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            np.savez(file, times_s=self.times_s, index=faiss.serialize_index(self._index))
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> FrameIndex:
        """Read what `save` wrote."""
        import faiss

        with path.open("rb") as file, np.load(file) as stored:
            index = cls.__new__(cls)
            index.times_s = stored["times_s"]
            index._index = faiss.deserialize_index(stored["index"])
        return index

    def _check(self, queries: np.ndarray) -> None:
        if queries.ndim != 2 or queries.shape[1] != self._index.d:
            raise SettingsError(
                f"frame index: queries of shape {queries.shape} were asked of vectors with {self._index.d} numbers; "
                "texts and frames must come from the same encoder"
            )
