"""How long the questions to a slow model server take, against the least that their number allows."""

from __future__ import annotations

import time
from math import ceil
from pathlib import Path

from ..agent.events import Estimated, Event
from ..memory.values import Value
from ..tools.models.limits import TOGETHER
from .remote_case import Case, compared
from .scripted_server import ScriptedServer, faults, same
from .scripted_server.named import whole

LATENCY_S = 0.5


class Latency(Value):
    """The first look at one pair, on a server that takes its time over every answer."""

    questions: int
    wall_s: float
    """From the moment the questions are ready to the last answer."""
    critical_s: float
    """The same where nothing but the server takes time, and as many are asked at a time as may be."""

    @property
    def ratio(self) -> float:
        """Wall over critical path; 1 is the least."""
        return self.wall_s / self.critical_s


def question_phase(case: Case, count: int, home: Path, latency_s: float = LATENCY_S) -> Latency:
    """Compare one pair on so many statements and time its first look.

    Args:
        case: The clips.
        count: Statements.
        home: Where bodies that were tracked before are found; a server on a new port is not known there.
        latency_s: Seconds that every answer takes.
    """
    ready: list[tuple[float, int]] = []

    def note(event: Event) -> None:
        if isinstance(event, Estimated) and event.about == "questions":
            ready.append((time.monotonic(), event.high.calls))

    with ScriptedServer(faults.slow(whole(same()), latency_s)) as server:
        compared(case, count, home, server, note, max_attempts=1)
        recording, (began_s, asked) = server.recording, ready[0]
        last_s = recording.started_s + max(call.finished_s or 0.0 for call in recording.chats[:asked])
    return Latency(questions=asked, wall_s=last_s - began_s, critical_s=ceil(asked / TOGETHER) * latency_s)
