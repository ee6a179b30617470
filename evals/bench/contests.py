"""What the speed bench measures: work against peers in the same rounds, and figures with a bound."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from statistics import median

from pydantic import Field

from ...memory.values import Value


class Peer(Value):
    """Another way of doing the same work."""

    name: str
    do: Callable[[], object]
    wall: float | None = None
    """Goal: we take at most this many times its time; None where nothing is promised."""
    cpu: float | None = None
    """Likewise for processor time, children included."""


class Contest(Value):
    """One piece of work, ours, and its peers."""

    ours: str
    """What is timed, in words."""
    do: Callable[[], object]
    peers: tuple[Peer, ...] = Field(min_length=1)
    """Each runs before `do` in every round."""
    calls: int = 1
    """How often each is done in one round."""
    frames: int = 0
    """Frames that one call works through, to tell a speed; 0 where that says nothing."""
    rounds: int | None = None
    """At most so many rounds, where one takes long."""


class Figure(Value):
    """A number that is no time."""

    what: str
    value: Callable[[], float]
    goal: float
    at_least: bool = False
    """Whether the goal is the least that will do; else it is the most."""
    why: str = ""
    """What it is to be held against."""

    def met(self, value: float) -> bool:
        """Whether the goal is reached."""
        return value >= self.goal if self.at_least else value <= self.goal


class Lap(Value):
    """What one piece of work took, seconds."""

    wall: float
    cpu: float
    """User and system time, of children too."""


class Result(Value):
    """A contest against one of its peers, with its rounds: (ours, peer) each."""

    contest: Contest
    peer: Peer
    rounds: tuple[tuple[Lap, Lap], ...]

    def wall(self) -> tuple[float, ...]:
        """Ours over the peer's, round by round."""
        return tuple(ours.wall / peer.wall for ours, peer in self.rounds)

    def cpu(self) -> tuple[float, ...]:
        """Likewise for processor time; empty where the clock is too coarse for it."""
        return tuple(ours.cpu / peer.cpu for ours, peer in self.rounds if peer.cpu > 0)

    def met(self) -> bool:
        """Whether the medians reach every goal."""
        goals = ((self.peer.wall, self.wall()), (self.peer.cpu, self.cpu()))
        return all(goal is None or (bool(ratios) and median(ratios) <= goal) for goal, ratios in goals)


def race(contest: Contest, rounds: int) -> tuple[Result, ...]:
    """Time the peers and ours in turn; a ratio is taken within a round, so a busy machine slows both.

    Returns:
        One result for each peer.
    """
    timed: list[list[tuple[Lap, Lap]]] = [[] for _ in contest.peers]
    for _ in range(min(rounds, contest.rounds or rounds)):
        theirs = [lap(peer.do, contest.calls) for peer in contest.peers]
        ours = lap(contest.do, contest.calls)
        for laps, peer in zip(timed, theirs, strict=True):
            laps.append((ours, peer))
    return tuple(Result(contest=contest, peer=peer, rounds=tuple(laps)) for peer, laps in zip(contest.peers, timed, strict=True))


def lap(work: Callable[[], object], calls: int = 1) -> Lap:
    """Time some work."""
    wall, cpu = time.perf_counter(), _cpu_s()
    for _ in range(calls):
        work()
    return Lap(wall=time.perf_counter() - wall, cpu=_cpu_s() - cpu)


def _cpu_s() -> float:
    """The clock of this process is finer than that of its children."""
    return time.process_time() + sum(os.times()[2:4])
