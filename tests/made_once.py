"""A folder that the processes of one test run share: pairs drawn and tracked once, pictures looked at once."""

from __future__ import annotations

import fcntl
import hashlib
import pickle
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from viddiff.evals.drawn.pairs import DrawnPair, WrittenPair

T = TypeVar("T")
FPS = 15.0
"""Frames per second of the drawn clips: drawing and tracking cost by the frame."""
KEPT = ("tracks", "indexes")
"""Kinds of finished work that depend on nothing but the clip, the models and the rate, which are in their keys."""


class MadeOnce:
    """What one process made, the others find.

    Args:
        folder: The same for all processes of the run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, object] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def pair(self, action: str, seed: int, *, slow_film: bool = True) -> WrittenPair:
        """An easy drawn pair, its bodies tracked at the usual rate; with fewer frames than usual unless told otherwise."""
        from viddiff.evals.drawn import drawn_pair

        name, pair = f"{action}-{seed}", drawn_pair(seed, action)
        if slow_film:
            name, pair = f"{name}-slow", fewer_frames(pair)
        return self._kept(name, lambda: self._drawn_and_tracked(pair, name))

    def seen(self, picture: bytes, look: Callable[[], T]) -> T:
        """What was found in a picture."""
        return self._kept(f"seen-{hashlib.sha256(picture).hexdigest()}", look, wait=False)

    def tracks_in(self, home: Path) -> Path:
        """A data folder, made if need be, that shares its tracks with all that were handed out here."""
        (home / "cache").mkdir(parents=True, exist_ok=True)
        for kind in KEPT:
            shared = self._folder / "home" / "cache" / kind
            shared.mkdir(parents=True, exist_ok=True)
            (home / "cache" / kind).symlink_to(shared, target_is_directory=True)
        return home

    def _drawn_and_tracked(self, pair: DrawnPair, name: str) -> WrittenPair:
        from viddiff import Settings, compare
        from viddiff.evals.drawn import write_pair

        made = write_pair(pair, self._folder / name)
        settings = Settings.of(home=self._folder / "home", profile="embedded")
        compare(made.a.path, made.b.path, action=pair.description, differences=["the motion is faster"], settings=settings)
        return made

    def _kept(self, name: str, make: Callable[[], T], *, wait: bool = True) -> T:
        if name not in self._known:
            self._known[name] = self._found(self._folder / f"{name}.pickle", make, wait)
        return self._known[name]  # type: ignore[return-value]

    def _found(self, path: Path, make: Callable[[], T], wait: bool) -> T:
        if path.is_file():
            return pickle.loads(path.read_bytes())
        if wait:
            with _alone(path.with_suffix(".lock")):
                return self._found(path, make, False)
        made = make()
        partial = path.with_suffix(f".{uuid.uuid4().hex[:8]}")
        partial.write_bytes(pickle.dumps(made))
        partial.replace(path)
        return made


def fewer_frames(pair: DrawnPair) -> DrawnPair:
    """The same pair filmed at a lower rate."""
    takes = {"a": pair.a, "b": pair.b}
    return pair.model_copy(
        update={side: take.model_copy(update={"look": take.look.model_copy(update={"fps": FPS})}) for side, take in takes.items()}
    )


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time; the others wait."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
