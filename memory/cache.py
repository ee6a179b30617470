"""A content-addressed cache of finished work: a key made of everything that decides the result, a file with the result."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from .files import why_unwritable

T = TypeVar("T")


def content_key(*parts: object) -> str:
    """A name for the result of some work, from everything that decides it (JSON values, in order)."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


class Cache:
    """Files under one folder, written whole or not at all; a damaged entry is made again, and a full disk costs only the keeping."""

    def __init__(self, folder: Path, *, enabled: bool = True) -> None:
        self.folder = folder
        self.enabled = enabled
        self.hits = 0
        self.problem = ""
        """Why something could not be kept, in words for the user; empty while all is well."""

    def get(
        self, kind: str, key: str, suffix: str, load: Callable[[Path], T], make: Callable[[], T], save: Callable[[T, Path], None]
    ) -> T:
        """The stored result of `kind` under `key`, or a newly made one, stored where there is room for it."""
        path = self.folder / kind / f"{key}{suffix}"
        if self.enabled and path.is_file():
            try:
                found = load(path)
            except Exception:
                # What a damaged file does to the libraries that read it is anybody's guess; what it held can be made again.
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            else:
                self.hits += 1
                return found
        made = make()
        if self.enabled:
            try:
                _keep(path, lambda partial: save(made, partial))
            except OSError as error:
                why = why_unwritable(error) or error.strerror or str(error)
                self.problem = f"finished work could not be kept in {self.folder} and is done again next time: {why}"
        return made


def _keep(path: Path, save: Callable[[Path], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}.partial{path.suffix}")
    try:
        save(partial)
        partial.replace(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
