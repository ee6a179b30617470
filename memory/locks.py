"""One conversation, one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import SettingsError
from .files import private_folder, why_unwritable


@contextmanager
def alone(home: Path, id_: str) -> Iterator[None]:
    """Keep a conversation or a run to this process for as long as the block lasts; a killed process keeps nothing.

    Args:
        home: The data folder.
        id_: Of the conversation or run.

    Raises:
        SettingsError: another process has it, or nothing can be written under `home`.
    """
    try:
        import fcntl
    except ImportError:
        # No such locks on this system.
        yield
        return
    place = home / "open" / id_
    while True:
        descriptor = _opened(place)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise SettingsError(f"{id_} is open in another process: wait until that one is done, or end it") from None
        except OSError:
            # Some network drives know no locks.
            break
        if _in_place(place, descriptor):
            break
        # The one who had it removed the file between our opening and locking it.
        os.close(descriptor)
    try:
        yield
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)
        os.close(descriptor)


def _in_place(place: Path, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(place.stat(), os.fstat(descriptor))
    return False


def _opened(place: Path) -> int:
    try:
        private_folder(place.parent)
        return os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        why = why_unwritable(error) or f"{error.strerror or error}, so name another folder in VIDDIFF_HOME"
        raise SettingsError(f"{place.parent} cannot be written: {why}") from None
