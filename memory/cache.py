"""A content-addressed cache of finished work: a key made of everything that decides the result, a file with the result."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from zipfile import BadZipFile

T = TypeVar("T")


def content_key(*parts: object) -> str:
    """A name for the result of some work, from everything that decides it (JSON values, in order)."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


class Cache:
    """Files under one folder, written whole or not at all; a damaged entry is made again."""

    def __init__(self, folder: Path, *, enabled: bool = True) -> None:
        self.folder = folder
        self.enabled = enabled
        self.hits = 0

    def get(
        self, kind: str, key: str, suffix: str, load: Callable[[Path], T], make: Callable[[], T], save: Callable[[T, Path], None]
    ) -> T:
        """The stored result of `kind` under `key`, or a newly made and stored one."""
        path = self.folder / kind / f"{key}{suffix}"
        if self.enabled and path.is_file():
            try:
                found = load(path)
            except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile):
                path.unlink(missing_ok=True)
            else:
                self.hits += 1
                return found
        made = make()
        if self.enabled:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}.partial{suffix}")
            save(made, partial)
            partial.replace(path)
        return made
