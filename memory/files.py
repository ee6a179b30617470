"""Files that only their owner can read, written whole or not at all."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import uuid
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_REMEDIES = {
    errno.ENOSPC: "the disk is full, so make room",
    errno.EDQUOT: "your share of the disk is used up, so make room",
    errno.EFBIG: "no file may become that large here, so raise the limit",
    errno.EROFS: "the disk is read-only, so name another folder in VIDDIFF_HOME",
    errno.EACCES: "permission is denied, so change it or name another folder in VIDDIFF_HOME",
    errno.EPERM: "permission is denied, so change it or name another folder in VIDDIFF_HOME",
    errno.EIO: "the disk does not take it, so see whether it is full, or name a folder on another one in VIDDIFF_HOME",
}
_SQLITE = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_READONLY": errno.EROFS,
    "SQLITE_IOERR": errno.EIO,
    "SQLITE_CANTOPEN": errno.EACCES,
}


def private_folder(folder: Path) -> None:
    """Make a folder that nobody else may enter, also where it exists already.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & _OTHERS:
        with suppress(PermissionError):  # Somebody else's: it is as private as they want it.
            folder.chmod(mode & ~_OTHERS)


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all, also when the process is killed meanwhile.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def why_unwritable(error: OSError | sqlite3.Error) -> str | None:
    """What is wrong with the disk and what to do, in words for the user; None where the error is about something else."""
    number = error.errno if isinstance(error, OSError) else _errno_of(error)
    return _REMEDIES.get(number) if number is not None else None


def _errno_of(error: sqlite3.Error) -> int | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    return next((number for start, number in _SQLITE.items() if name.startswith(start)), None)
