"""Which encoders a run works with: those that it was to have or, where one of these cannot be used, others in their stead."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..memory.errors import VidDiffError
from .encoders import FrameEncoder


class Encoders:
    """The encoders of one run, settled by the first look at them, which waits until all are loaded.

    With nothing in their stead it waits for none, and whoever uses one that is broken is told.
    """

    def __init__(self, wanted: Sequence[FrameEncoder], instead: Sequence[FrameEncoder] = ()) -> None:
        self._used = tuple(wanted)
        self._instead = tuple(instead)
        self._settling = threading.Lock()
        self.problem = ""
        """Why they are others than were wanted; empty until that is settled, and where they are not."""

    @property
    def begun(self) -> tuple[FrameEncoder, ...]:
        """Those being loaded, without waiting for them."""
        return self._used

    def begin(self) -> None:
        """Start to make them ready beside other work.

        Raises:
            SettingsError, SetupError: what is missing, where nothing is in their stead.
        """
        with self._settling:
            self._or_instead(lambda encoder: encoder.begin())

    def __iter__(self) -> Iterator[FrameEncoder]:
        with self._settling:
            if self._instead:
                self._or_instead(lambda encoder: encoder.load())
                self._instead = ()
        return iter(self._used)

    def _or_instead(self, ready: Callable[[FrameEncoder], None]) -> None:
        try:
            for encoder in self._used:
                ready(encoder)
        except VidDiffError as error:
            if not self._instead:
                raise
            self._used, self._instead, self.problem = self._instead, (), str(error)


def names_of(encoders: Iterable[FrameEncoder]) -> str:
    """As a report names them."""
    return " + ".join(encoder.name for encoder in encoders)
