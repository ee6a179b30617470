"""The frame vectors of many clips in one folder, searched where they lie: memory stays the same however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .errors import SettingsError
from .frame_index import best
from .values import Value

CHUNK_BYTES = 32 * 2**20
"""So much of the vectors is in memory at a time: long enough for the disk and the matrix product, short enough for memory."""


class ArchivedClip(Value):
    """One clip of an archive."""

    clip: str
    """SHA-256 of the file."""
    first: int
    """Number of its first frame in the archive."""
    count: int
    width: int
    """Numbers in a vector."""


class ArchivedFrame(Value):
    """One frame of an archive."""

    clip: str
    time_s: float


class FrameArchive:
    """Exact inner-product search over the frames of all clips that were ever added.

    Vectors are appended to one file and times to another; a clip counts from when its line stands in the list, so that one whose
    writing was broken off is not there, and is overwritten by the next. One process writes at a time.

    Args:
        folder: where it lies; made when the first clip is added.
    """

    def __init__(self, folder: Path) -> None:
        self._vectors, self._times, self._list = (folder / name for name in ("vectors.f32", "times.f64", "clips.jsonl"))
        self._clips = _listed(self._list)
        self._first = [clip.first for clip in self._clips]

    def __len__(self) -> int:
        return self._clips[-1].first + self._clips[-1].count if self._clips else 0

    def __contains__(self, clip: str) -> bool:
        return any(known.clip == clip for known in self._clips)

    def add(self, clip: str, times_s: np.ndarray, vectors: np.ndarray) -> None:
        """Append the frames of one clip; one that is there already is left as it is.

        Args:
            clip: SHA-256 of its file.
            times_s: (T,) seconds in the file as played.
            vectors: (T, D) float32, unit or zero rows; D is the same for all clips.

        Raises:
            SettingsError: D is another than that of the clips before.
        """
        if vectors.ndim != 2 or len(vectors) != len(times_s):
            raise ValueError(f"frame archive: {vectors.shape} vectors do not fit {len(times_s)} times")
        if clip in self:
            return
        self._check(vectors)
        self._list.parent.mkdir(parents=True, exist_ok=True)
        _append(self._vectors, len(self) * vectors.shape[1] * 4, np.ascontiguousarray(vectors, np.float32))
        _append(self._times, len(self) * 8, np.ascontiguousarray(times_s, np.float64))
        self._clips.append(ArchivedClip(clip=clip, first=len(self), count=len(vectors), width=vectors.shape[1]))
        self._first.append(self._clips[-1].first)
        partial = self._list.with_suffix(".partial")
        partial.write_text("".join(known.model_dump_json() + "\n" for known in self._clips), encoding="utf-8")
        partial.replace(self._list)

    def search(self, queries: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """(Q, k) similarities, best first, and the (Q, k) numbers of their frames, for (Q, D) query vectors."""
        scores, frames = np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        if not len(self):
            return scores, frames
        self._check(queries)
        asked = np.asarray(queries, dtype=np.float32)
        for first, part in self._chunks(asked.shape[1]):
            values, places = best(asked @ part.T, count)
            together = np.concatenate([scores, values], axis=1)
            scores, chosen = best(together, count)
            frames = np.take_along_axis(np.concatenate([frames, places + first], axis=1), chosen, axis=1)
        return scores, frames

    def frame(self, number: int) -> ArchivedFrame:
        """Which clip a frame is of, and when it is shown."""
        if not 0 <= number < len(self):
            raise IndexError(f"frame archive: there is no frame {number} among {len(self)}")
        clip = self._clips[int(np.searchsorted(self._first, number, side="right")) - 1]
        time_s = np.fromfile(self._times, np.float64, count=1, offset=number * 8)
        return ArchivedFrame(clip=clip.clip, time_s=float(time_s[0]))

    def _chunks(self, width: int) -> Iterator[tuple[int, np.ndarray]]:
        """Number of the first frame and (N, D) vectors of one part after the other, each mapped from the file while it is looked at."""
        if self._vectors.stat().st_size < len(self) * width * 4:
            raise SettingsError(f"frame archive {self._vectors}: shorter than its list of clips says; make it anew")
        rows = max(CHUNK_BYTES // (4 * width), 1)
        for first in range(0, len(self), rows):
            shape = (min(rows, len(self) - first), width)
            yield first, np.asarray(np.memmap(self._vectors, np.float32, "r", offset=4 * width * first, shape=shape))

    def _check(self, vectors: np.ndarray) -> None:
        width = self._clips[0].width if self._clips else vectors.shape[-1]
        if vectors.ndim != 2 or vectors.shape[1] != width:
            raise SettingsError(
                f"frame archive: vectors of shape {vectors.shape} came to vectors with {width} numbers; "
                "all must come from the same encoder"
            )


def _listed(path: Path) -> list[ArchivedClip]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [ArchivedClip.model_validate_json(line) for line in lines]


def _append(path: Path, at: int, rows: np.ndarray) -> None:
    """Write behind what counts, over anything that was left there."""
    with path.open("r+b" if path.exists() else "wb") as file:
        file.seek(at)
        file.truncate()
        file.write(rows.data)
