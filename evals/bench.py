"""`python -m viddiff.evals.bench`: speed as ratios against peers measured in the same run, each with its goal beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from ..memory.values import Value
from .duels import QUICK, Duel, Sizes, duels

_HEAD = ("ours", "peer", "wall, ours / peer", "cpu, ours / peer", "goal", "met", "ours, wall", "peer, wall")


class Lap(Value):
    """What one piece of work took, seconds."""

    wall: float
    cpu: float
    """User and system time, of children too."""


class Result(Value):
    """A duel and its rounds: (ours, peer) each."""

    duel: Duel
    rounds: tuple[tuple[Lap, Lap], ...]

    def wall(self) -> tuple[float, ...]:
        """Ours over the peer's, round by round."""
        return tuple(ours.wall / peer.wall for ours, peer in self.rounds)

    def cpu(self) -> tuple[float, ...]:
        """Likewise for processor time; empty where the clock is too coarse for it."""
        return tuple(ours.cpu / peer.cpu for ours, peer in self.rounds if peer.cpu > 0)

    def met(self) -> bool:
        """Whether the medians reach every goal."""
        cpu = self.cpu()
        return median(self.wall()) <= self.duel.wall and (self.duel.cpu is None or (bool(cpu) and median(cpu) <= self.duel.cpu))

    def row(self) -> str:
        """The result as a row of the table."""
        duel = self.duel
        goal = f"≤ {duel.wall:g}" if duel.cpu is None else f"wall ≤ {duel.wall:g}, cpu ≤ {duel.cpu:g}"
        walls = (median(lap.wall for lap in laps) / duel.calls for laps in zip(*self.rounds, strict=True))
        speeds = (_duration(wall) + (f" ({duel.frames / wall:.0f} frames/s)" if duel.frames else "") for wall in walls)
        return _line(
            duel.ours, duel.peer, _spread(self.wall()), _spread(self.cpu()), goal, "yes" if self.met() else "no", *speeds
        )


def race(duel: Duel, rounds: int) -> Result:
    """Time the peer and ours in turn; a ratio is taken within a round, so a busy machine slows both."""
    timed = []
    for _ in range(rounds):
        peer = _lap(duel.against, duel.calls)
        timed.append((_lap(duel.do, duel.calls), peer))
    return Result(duel=duel, rounds=tuple(timed))


def table(sizes: Sizes, rounds: int) -> Iterator[str]:
    """The lines of a Markdown table, each as soon as it is measured."""
    yield _line(*_HEAD)
    yield _line(*["---"] * len(_HEAD))
    with TemporaryDirectory() as folder:
        for duel in duels(Path(folder), sizes):
            yield race(duel, rounds).row()


def _lap(work: Callable[[], object], calls: int) -> Lap:
    wall, cpu = time.perf_counter(), _cpu_s()
    for _ in range(calls):
        work()
    return Lap(wall=time.perf_counter() - wall, cpu=_cpu_s() - cpu)


def _cpu_s() -> float:
    """The clock of this process is finer than that of its children."""
    return time.process_time() + sum(os.times()[2:4])


def _spread(ratios: tuple[float, ...]) -> str:
    return f"{median(ratios):.3g} ({min(ratios):.3g} to {max(ratios):.3g})" if ratios else "-"


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def main(
    rounds: Annotated[int, typer.Option(help="How often each is measured; the median counts.", min=1)] = 5,
    quick: Annotated[bool, typer.Option("--quick", help="Tiny work, one round: whether it runs, not how fast.")] = False,
) -> None:
    """Measure every piece of work against its peer; below 1 we take less time than the peer."""
    for line in table(QUICK if quick else Sizes(), 1 if quick else rounds):
        typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
