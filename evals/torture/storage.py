"""Breaks what is kept on the disk in every way: `python -m viddiff.evals.torture.storage`.

Each fault must end in a right report, or in one clear line; and once it is over, the same command must give the right report.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ...memory.values import Value
from .bench_pair import BenchPair
from .processes import Before, Commands, Ended, answers_of, small_disk

PLAIN = {"VIDDIFF_PROFILE": "embedded"}
TOGETHER = 3
"""Processes that use one data folder at the same time."""


class Fault(Value):
    """One way in which the disk or what lies on it is broken."""

    name: str
    harm: Callable[[Path], object]
    """Breaks the data folder."""
    before: Before | None = None
    """What is done in the process before it starts."""
    allowed: tuple[int, ...] = (0,)
    """Exit statuses that are right: 0 with the right report, 2 with one line."""
    used: bool = False
    """Whether the data folder already holds a comparison that is done, rather than tracks alone."""
    resumed: bool = False
    """Whether the comparison that is done is taken up again, rather than made anew."""
    heal: Callable[[Path], object] | None = None
    """What a user would do as the line says; None where nothing has to be done."""


class Outcome(Value):
    """What came of one fault."""

    name: str
    status: int
    said: str
    problem: str
    """What was not as it must be; empty when all was."""


def leave(home: Path) -> None:
    """Break nothing."""


def cache_entries(damage: Callable[[bytes], bytes], home: Path) -> None:
    """Damage every entry of the cache."""
    for path in (home / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(damage(path.read_bytes()))


def other_entries(home: Path) -> None:
    """Put an entry of another kind or version in the place of each: readable, and not what is asked for."""
    import numpy as np

    for path in (home / "cache").rglob("*.npz"):
        np.savez(path, version=np.array([99]), times_s=np.zeros(3))


def half_written(home: Path) -> None:
    """What processes leave that were killed while they wrote."""
    for path in list((home / "cache").rglob("*.npz")):
        (path.parent / f".{path.stem}.0123abcd.partial.npz").write_bytes(path.read_bytes()[:100])
        path.unlink()


def file_in_place_of_folder(home: Path) -> None:
    """Nothing can be kept where a file lies in place of the folder."""
    shutil.rmtree(home / "cache" / "tracks")
    (home / "cache" / "tracks").write_text("")


def bytes_of(name: str, damage: Callable[[bytes], bytes], home: Path) -> None:
    """Damage one file of the data folder; it is made where it is missing."""
    path = home / name
    path.write_bytes(damage(path.read_bytes() if path.exists() else b""))


def rotten_states(home: Path) -> None:
    """Every state that is kept of a run becomes unreadable, in a database that is sound."""
    with sqlite3.connect(home / "sessions.sqlite") as connection:
        connection.execute("UPDATE checkpoints SET checkpoint = ?", (b"\xc1rotten",))
    connection.close()


def rotten_requests(home: Path) -> None:
    """The run's own files become unreadable."""
    for path in (home / "runs").glob("*/*.json*"):
        path.write_bytes(path.read_bytes()[:20])


def move_away(home: Path) -> None:
    """What a user does with files that are named as unusable."""
    for path in home.glob("*.sqlite*"):
        path.unlink()


def half(data: bytes) -> bytes:
    """The first half."""
    return data[: len(data) // 2]


def nothing(data: bytes) -> bytes:
    """No byte."""
    return b""


def garbage(data: bytes) -> bytes:
    """As long, and random."""
    return random.Random(7).randbytes(max(len(data), 5000))


def flipped(data: bytes) -> bytes:
    """Some bits turned over, by lot."""
    chance, changed = random.Random(8), bytearray(data)
    for _ in range(20):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


FAULTS = (
    *(
        Fault(name=f"cache entries: {how.__name__}", harm=partial(cache_entries, how))
        for how in (nothing, half, garbage, flipped)
    ),
    Fault(name="cache entries of another version", harm=other_entries),
    Fault(name="cache entries half written by killed processes", harm=half_written),
    Fault(name="cache folder that cannot hold anything", harm=file_in_place_of_folder),
    Fault(name="disk with room for small files only", harm=leave, before=partial(small_disk, 40_000), allowed=(0, 2)),
    Fault(name="disk with no room", harm=leave, before=partial(small_disk, 0), allowed=(2,)),
    Fault(name="sessions.sqlite: garbage", harm=partial(bytes_of, "sessions.sqlite", garbage), allowed=(2,), heal=move_away),
    Fault(name="memory.sqlite: garbage", harm=partial(bytes_of, "memory.sqlite", garbage), allowed=(2,), heal=move_away),
    Fault(
        name="sessions.sqlite: cut in half",
        harm=partial(bytes_of, "sessions.sqlite", half),
        allowed=(0, 2),
        used=True,
        heal=move_away,
    ),
    Fault(name="sessions.sqlite-wal: garbage", harm=partial(bytes_of, "sessions.sqlite-wal", garbage), allowed=(0,), used=True),
    Fault(name="states that cannot be read, taken up again", harm=rotten_states, used=True, resumed=True),
    Fault(name="files of a run that cannot be read, taken up again", harm=rotten_requests, used=True, resumed=True, allowed=(2,)),
)
"""Every fault that is tried."""


class Storage:
    """One pair, and one fault after the other.

    Args:
        bench: The pair; its template is filled here.
    """

    def __init__(self, bench: BenchPair) -> None:
        self._bench = bench
        self._commands = Commands(PLAIN)
        bench.track(self._commands)
        self._wanted = answers_of(bench.report.read_text(encoding="utf-8"))

    def outcome(self, fault: Fault) -> Outcome:
        """Compare with the fault, then without."""
        home = self._bench.used_home() if fault.used else self._bench.new_home()
        fault.harm(home)
        ended = self._resume(home) if fault.resumed else self._compare(home, fault.before)
        problem = self._problem(ended, fault.allowed)
        if not problem and ended.status != 0:
            (fault.heal or leave)(home)
            problem = f"afterwards: {found}" if (found := self._problem(self._compare(home), (0,))) else ""
        shutil.rmtree(home)
        return Outcome(name=fault.name, status=ended.status, said=ended.err.strip(), problem=problem)

    def together(self) -> Outcome:
        """Several processes on one data folder at the same time."""
        home = self._bench.new_home()
        runs = [self._commands.start([*self._bench.arguments, "--json", "-"], home) for _ in range(TOGETHER)]
        problems = [self._problem(run.wait(), (0,)) for run in runs]
        shutil.rmtree(home)
        return Outcome(
            name=f"{TOGETHER} processes on one data folder", status=0, said="", problem="; ".join(filter(None, problems))
        )

    def _compare(self, home: Path, before: Before | None = None) -> Ended:
        # A pipe cannot be full, so the report goes there rather than to a file.
        return self._commands.run([*self._bench.arguments, "--json", "-"], home, before)

    def _resume(self, home: Path) -> Ended:
        run = next((home / "runs").iterdir())
        return self._commands.run(["resume", run.name, "--json", "-"], home)

    def _problem(self, ended: Ended, allowed: tuple[int, ...]) -> str:
        if "Traceback" in ended.err or ended.status not in allowed:
            return f"status {ended.status}: {ended.err[-500:]}"
        if ended.status == 0:
            return "" if (answers := answers_of(ended.out)) == self._wanted else f"other answers: {answers}"
        said = [line for line in ended.err.splitlines() if line.startswith("viddiff:")]
        return "" if len(said) == 1 else f"expected one line, got {ended.err!r}"


def break_storage(seconds: float, folder: Path) -> tuple[Outcome, ...]:
    """Try every fault, for so long at most.

    Args:
        seconds: Nothing is begun after this long.
        folder: Where everything is made.
    """
    began = time.monotonic()
    storage = Storage(BenchPair(folder))
    tries = [storage.together, *(partial(storage.outcome, fault) for fault in FAULTS)]
    found = []
    for attempt in tries:
        if time.monotonic() - began > seconds:
            break
        found.append(attempt())
    return tuple(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every fault, and say what came of it; the exit status is 1 when anything was not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m viddiff.evals.torture.storage", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="viddiff-storage-") as folder:
        outcomes = break_storage(chosen.seconds, Path(folder))
    for outcome in outcomes:
        said = f" ({outcome.said.splitlines()[-1][-160:]})" if outcome.said else ""
        sys.stdout.write(f"{'BAD ' if outcome.problem else 'fine'}  {outcome.name}: status {outcome.status}{said}\n")
        if outcome.problem:
            sys.stdout.write(f"      {outcome.problem}\n")
    sys.stdout.write(f"{len(outcomes)} of {len(FAULTS) + 1} faults tried\n")
    return int(any(outcome.problem for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
