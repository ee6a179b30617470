"""A FAISS index of one clip's frame vectors with their times: text in, similar frames out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .errors import SettingsError


class FrameIndex:
    """Exact inner-product index over the frame vectors of one clip.

    A clip has a few hundred frames. That few are searched by one matrix product, which FAISS's own search of a flat index does
    not reach; the vectors of many clips lie in a `FrameArchive`.
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
        return self._stored().copy()

    def search(self, queries: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """(Q, k) similarities, best first, and the (Q, k) frame numbers they belong to, for (Q, D) query vectors."""
        return best(self.similarities(queries), count)

    def similarities(self, queries: np.ndarray) -> np.ndarray:
        """(Q, T) similarity of every query to every frame, in frame order."""
        if queries.ndim != 2 or queries.shape[1] != self._index.d:
            raise SettingsError(
                f"frame index: queries of shape {queries.shape} were asked of vectors with {self._index.d} numbers; "
                "texts and frames must come from the same encoder"
            )
        return np.asarray(queries, dtype=np.float32) @ self._stored().T

    def _stored(self) -> np.ndarray:
        """(T, D) the vectors where the index keeps them; not to be held longer than the index."""
        import faiss

        if not len(self):
            return np.zeros((0, self._index.d), np.float32)
        return faiss.rev_swig_ptr(self._index.get_xb(), len(self) * self._index.d).reshape(len(self), self._index.d)

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


def best(scores: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The largest of every row.

    Args:
        scores: (Q, T).
        count: how many, at most T.

    Returns:
        (Q, k) scores, largest first, and (Q, k) int64 their places; of equals that are both among them, the earlier one first.
    """
    count = min(count, scores.shape[1])
    found = (
        np.sort(np.argpartition(scores, -count, axis=1)[:, -count:], axis=1) if count else np.zeros((len(scores), 0), np.int64)
    )
    values = np.take_along_axis(scores, found, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(values, order, axis=1), np.take_along_axis(found, order, axis=1)
