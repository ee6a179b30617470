"""How long the questions to a slow model server take, against the least that their number allows."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from math import ceil
from multiprocessing import get_context
from pathlib import Path

from ..memory.model_traces import ModelAsked, ModelReplied
from ..memory.trace_reading import read_trace
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
    """From the first question to the last answer."""
    critical_s: float
    """The same where nothing but the server takes time, and as many are asked at a time as may be."""

    @property
    def ratio(self) -> float:
        """Wall over critical path; 1 is the least."""
        return self.wall_s / self.critical_s


def question_phase(case: Case, count: int, home: Path, latency_s: float = LATENCY_S) -> Latency:
    """Compare one pair on so many statements and time its first look.

    The comparison has a new process to itself, as a user's has: no library is loaded, and the server's work is not done under its lock.

    Args:
        case: The clips.
        count: Statements.
        home: Where bodies that were tracked before are found; a server on a new port is not known there.
        latency_s: Seconds that every answer takes.
    """
    with (
        ScriptedServer(faults.slow(whole(same()), latency_s)) as server,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone,
    ):
        alone.submit(compared, case, count, home, server.base_url, max_attempts=1).result()
    newest = max((home / "runs").iterdir(), key=lambda run: run.stat().st_mtime)
    lines = read_trace(newest).lines
    asked, replied = ([line.at for line in lines if isinstance(line.event, kind)] for kind in (ModelAsked, ModelReplied))
    return Latency(
        questions=len(asked),
        wall_s=(max(replied) - min(asked)).total_seconds(),
        critical_s=ceil(len(asked) / TOGETHER) * latency_s,
    )
