"""What runs leave behind on the disk, and which of it may go."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from .runs import RUN_ID
from .values import Value


class Dated(Protocol):
    """Something that is as old as `when` says."""

    @property
    def when(self) -> datetime:
        """When it was last written."""
        ...


D = TypeVar("D", bound=Dated)


class Leftover(Value):
    """A file or a folder."""

    path: Path
    when: datetime
    """When anything in it was last written (UTC)."""
    bytes: int


def runs_in(folder: Path) -> tuple[Leftover, ...]:
    """The folders of runs; whatever else lies beside them is not ours to remove."""
    return _newest_first(_measured(path) for path in _inside(folder) if path.is_dir() and RUN_ID.fullmatch(path.name))


def cached_in(folder: Path) -> tuple[Leftover, ...]:
    """The entries of the cache, one folder per kind; a link is neither followed nor counted."""
    kinds = [kind for kind in _inside(folder) if kind.is_dir() and not kind.is_symlink()]
    return _newest_first(_measured(path) for kind in kinds for path in _inside(kind) if not path.is_symlink())


def outdated(things: Sequence[D], before: datetime | None, keep: int) -> tuple[D, ...]:
    """What may go: neither among the `keep` newest nor from `before` or later (any age when None)."""
    ordered = sorted(things, key=lambda thing: thing.when, reverse=True)
    return tuple(thing for thing in ordered[keep:] if before is None or thing.when < before)


def remove(leftover: Leftover) -> None:
    """Remove it; somebody else may have done so already."""
    with suppress(FileNotFoundError):
        if leftover.path.is_dir() and not leftover.path.is_symlink():
            shutil.rmtree(leftover.path)
        else:
            leftover.path.unlink()


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _measured(path: Path) -> Leftover | None:
    """None when it went away meanwhile."""
    try:
        parts = [part.lstat() for part in (path, *(path.rglob("*") if path.is_dir() else ()))]
    except FileNotFoundError:
        return None
    newest = max(part.st_mtime for part in parts)
    return Leftover(
        path=path, when=datetime.fromtimestamp(newest, UTC), bytes=sum(part.st_size for part in parts[path.is_dir() :])
    )


def _newest_first(found: Iterable[Leftover | None]) -> tuple[Leftover, ...]:
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.when, reverse=True))
