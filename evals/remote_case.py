"""Two clips with statements about them, and comparing them with a vision model on a scripted server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..agent.api import compare
from ..agent.events import Event
from ..agent.report import Report
from ..agent.settings import Settings
from ..memory.values import Value
from ..tools.actions import ActionLibrary
from ..tools.propose import LibraryProposer
from ..tools.statement import StatementReader
from .drawn.pairs import WrittenPair


class Case(Value):
    """One pair of clips."""

    a: str
    b: str
    action: str
    own: tuple[str, ...] = ()
    """Statements that belong to it."""

    @classmethod
    def drawn(cls, made: WrittenPair) -> Case:
        """A drawn pair."""
        own = tuple(s.description for s in made.pair.statements)
        return cls(a=str(made.a.path), b=str(made.b.path), action=made.pair.description, own=own)

    def statements(self, count: int) -> list[str]:
        """Its own statements, and those of the library about its action, the most important first; at most `count`."""
        library = LibraryProposer(ActionLibrary.load(), StatementReader()).candidates(self.action).differences
        more = [d.description for d in sorted(library, key=lambda d: -d.importance)]
        return list(dict.fromkeys([*self.own, *more]))[:count]


def compared(
    case: Case, count: int, home: Path, base_url: str, note: Callable[[Event], None] = lambda _: None, **limits: Any
) -> Report:
    """Compare a pair on so many statements: planned by rule, verified by the server.

    Args:
        case: The clips.
        count: Statements.
        home: Where what is finished is kept.
        base_url: Where the vision model is.
        note: Told every event.
        limits: Settings such as `max_attempts`.
    """
    settings = Settings.of(home=home, planner="embedded", vlm=f"openai:scripted@{base_url}", encoder="pose", **limits)
    return compare(case.a, case.b, action=case.action, differences=case.statements(count), settings=settings, on_event=note)
