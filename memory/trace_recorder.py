"""Keeps the trace of a run: one line per event as it happens, pictures and curves beside it by their content, never a key."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from zipfile import ZipFile, ZipInfo

import numpy as np

from .traces import Event

TRACE, FRAMES, ARRAYS = "trace.jsonl", "frames", "arrays"
REMOVED = "[removed]"
_SIGNS = ("earer", "EARER", "sk-", "base64,", "@")
_SECRET = re.compile(
    r"\b(?i:bearer)\s+[^\s\"\\]{8,}|\bsk-[\w-]{16,}|data:[\w/+.-]+;base64,[\w+/=-]+|(?<=://)[^\s/@:\"\\]+:[^\s/@\"\\]+(?=@)",
    re.ASCII,
)
"""Looked for where there is a sign of it."""
LONGEST_WORD = 400
"""Characters beyond which a run without a break is no word of anybody's, but base64 without a name."""
_CODED = re.compile(rf"[\w+/]{{{LONGEST_WORD},}}={{0,2}}", re.ASCII)


class Recorder(Protocol):
    """Takes what happens in a run, from any thread; never raises."""

    @property
    def active(self) -> bool:
        """Whether it keeps anything: what costs effort to prepare need not be prepared otherwise."""
        ...

    @property
    def problem(self) -> str:
        """Why nothing more is kept, in words for the user; empty while all is well."""
        ...

    def record(self, *events: Event) -> None:
        """Keep events, one after the other."""
        ...

    def keep_frame(self, jpeg: bytes) -> str:
        """Keep one picture; the name that it is kept under."""
        ...

    def keep_arrays(self, **arrays: np.ndarray) -> str:
        """Keep some arrays together as float32; the name that they are kept under."""
        ...


class Silent:
    """Keeps nothing."""

    active = False
    problem = ""

    def record(self, *events: Event) -> None:
        """Nothing."""

    def keep_frame(self, jpeg: bytes) -> str:
        """No name."""
        return ""

    def keep_arrays(self, **arrays: np.ndarray) -> str:
        """No name."""
        return ""


class FileRecorder:
    """A trace in the folder of its run. Safe to share among threads; several processes may append to the same trace.

    Args:
        folder: Of the run; made when the first thing is kept, and not again when it is removed meanwhile.
        secrets: What must never be written, such as keys.
    """

    def __init__(self, folder: Path, secrets: Sequence[str] = ()) -> None:
        self._folder = folder
        self._secrets = tuple(json.dumps(secret, ensure_ascii=False)[1:-1] for secret in secrets if secret)
        self._lock = threading.Lock()
        self._made = set[Path]()
        self._read_to = self._lines = 0
        self._problem = ""

    @property
    def active(self) -> bool:
        """Until something could not be kept."""
        return not self._problem

    @property
    def problem(self) -> str:
        """Why nothing more is kept; empty while all is well."""
        return self._problem

    def record(self, *events: Event) -> None:
        """Append a line for each, at once."""
        if events and self.active:
            self._safely(lambda: self._append([self._without_secrets(_json_of(event)) for event in events]))

    def keep_frame(self, jpeg: bytes) -> str:
        """Keep a JPEG as it was sent."""
        return self._kept(FRAMES, ".jpg", jpeg)

    def keep_arrays(self, **arrays: np.ndarray) -> str:
        """Keep arrays as `.npz`."""
        return self._kept(ARRAYS, ".npz", _npz(arrays)) if self.active else ""

    def _append(self, events: Sequence[str]) -> str:
        descriptor = os.open(self._folder / TRACE, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            with _alone(descriptor):
                opening = self._catch_up(descriptor)
                at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
                lines = [f'{{"n":{n},"at":"{at}","event":{event}}}\n' for n, event in enumerate(events, self._lines)]
                written = _written(descriptor, (opening + "".join(lines)).encode())
                self._read_to, self._lines = self._read_to + written, self._lines + len(lines)
                return TRACE
        finally:
            os.close(descriptor)

    def _catch_up(self, descriptor: int) -> str:
        """Count what others appended; a line break where one of them was stopped within a line."""
        size, opening = os.fstat(descriptor).st_size, ""
        if size > self._read_to:
            os.lseek(descriptor, self._read_to, os.SEEK_SET)
            with os.fdopen(os.dup(descriptor), "rb") as file:
                added = file.read(size - self._read_to)
            self._lines += added.count(b"\n")
            if not added.endswith(b"\n"):
                opening, self._lines = "\n", self._lines + 1
        self._read_to = size
        return opening

    def _kept(self, kind: str, suffix: str, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()[:32]

        def keep() -> str:
            folder = self._folder / kind
            if folder not in self._made:
                folder.mkdir(exist_ok=True)
                self._made.add(folder)
            _write(os.path.join(folder, f"{name}{suffix}"), content)
            return name

        return self._safely(keep)

    def _safely(self, work: Callable[[], str]) -> str:
        """What `work` gives; nothing in it may stop the run, and after the first failure nothing is tried any more."""
        with self._lock:
            if self._problem:
                return ""
            try:
                if not self._made:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    self._made.add(self._folder)
                return work()
            except (OSError, ValueError) as error:
                reason = (isinstance(error, OSError) and error.strerror) or str(error)
                self._problem = f"the trace of this run is not complete: {reason}"
                return ""

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REMOVED)
        if any(sign in text for sign in _SIGNS):
            text = _SECRET.sub(REMOVED, text)
        # Base64 holds no comma, and most lines are full of them.
        return _CODED.sub(REMOVED, text) if max(map(len, text.split(","))) >= LONGEST_WORD else text


@contextmanager
def _alone(descriptor: int) -> Iterator[None]:
    """Let no other process append meanwhile, where the system can; elsewhere a line is still one write."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with suppress(OSError):  # Some network drives know no locks.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    # Closing the file gives it up.
    yield


def _json_of(event: Event) -> str:
    try:
        return event.model_dump_json()
    except ValueError:
        # Half of a character, as a model's broken reply may hold, is no Unicode text.
        return json.dumps(event.model_dump(mode="python"), ensure_ascii=False, default=str).encode("utf-8", "replace").decode()


def _written(descriptor: int, content: bytes) -> int:
    """The number of bytes, all written at once.

    Raises:
        OSError: there is no room for all of them.
    """
    if os.write(descriptor, content) != len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return len(content)


def _npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """The same arrays give the same bytes: unlike `numpy.savez`, no time of day is in them."""
    whole = io.BytesIO()
    with ZipFile(whole, "w") as file:
        for name, values in arrays.items():
            plain = np.ascontiguousarray(values, dtype="<f4")
            file.writestr(ZipInfo(f"{name}.npy"), _header(plain.shape) + plain.tobytes())
    return whole.getvalue()


@lru_cache(maxsize=64)
def _header(shape: tuple[int, ...]) -> bytes:
    """What stands before the numbers of a float32 array of this shape in the `.npy` form."""
    start = io.BytesIO()
    np.lib.format.write_array_header_1_0(start, {"shape": shape, "fortran_order": False, "descr": "<f4"})
    return start.getvalue()


def _write(path: str, content: bytes) -> None:
    """Write a file that has its content's name: whoever else writes it writes the same, so it is never cut to nothing first."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        if os.fstat(descriptor).st_size != len(content):
            _written(descriptor, content)
    except OSError:
        Path(path).unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
