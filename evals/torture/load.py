"""Many users of one server at once: `python -m viddiff.evals.torture.load --users 20 --seconds 600`.

A real `viddiff serve` in a process of its own; each user brings in clips, compares, waits or cancels, asks, looks, and deletes.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ...memory.values import Value
from .bench_pair import FPS, BenchPair
from .load_user import Told, User
from .processes import Commands, environment_of

STARTS_WITHIN_S = 120.0
SAMPLE_EVERY_S = 2.0


class Latency(Value):
    """How long requests of one kind took, seconds."""

    kind: str
    count: int
    p50: float
    p95: float
    longest: float


class LoadResult(Value):
    """What the users saw, and what the server took."""

    users: int
    seconds: float
    latencies: tuple[Latency, ...]
    errors: tuple[str, ...]
    done: int
    cancelled: int
    answered: int
    refused: int
    """Comparisons that were refused since too many waited."""
    longest_queue: int
    rss_mib: tuple[float, float, float]
    """Of the server: medians of the second and of the last quarter of the time, and the most."""
    left: tuple[str, ...]
    """What it kept although everything was deleted."""

    @property
    def lines(self) -> list[str]:
        """For people."""
        early, late, most = self.rss_mib
        head = (
            f"{self.users} users, {self.seconds:.0f} s: {sum(one.count for one in self.latencies)} requests, {len(self.errors)} errors; "
            f"{self.done} comparisons done, {self.cancelled} cancelled, {self.refused} refused as busy, {self.answered} questions "
            f"answered; longest queue {self.longest_queue}"
        )
        memory = (
            f"memory of the server: {early:.0f} MiB in the second quarter, {late:.0f} MiB in the last, {most:.0f} MiB at most"
        )
        rows = [f"{'request':<10} {'count':>6} {'p50 s':>7} {'p95 s':>7} {'most s':>7}"]
        rows += [f"{one.kind:<10} {one.count:>6} {one.p50:>7.3f} {one.p95:>7.3f} {one.longest:>7.3f}" for one in self.latencies]
        left = [f"left behind: {what}" for what in self.left]
        return [head, memory, *rows, *left, *self.errors[:20]]


def serve_many(users: int, seconds: float, folder: Path) -> LoadResult:
    """Let users at a server for so long.

    Args:
        users: How many at once.
        seconds: How long they go on; what they then do is finished.
        folder: Where everything is made.
    """
    bench = BenchPair(folder)
    bench.track(Commands({}))
    home = bench.new_home()
    with server_on(home, folder / "server.log") as (pid, address):
        told, rss = asyncio.run(_used(address, pid, bench, users, seconds))
        left = _left(home)
        log = (folder / "server.log").read_text(encoding="utf-8").splitlines()[1:]
    told.errors += [f"the server's log: {line}" for line in log]
    return _result(users, seconds, told, rss, left)


async def _used(address: str, pid: int, bench: BenchPair, users: int, seconds: float) -> tuple[Told, list[float]]:
    told, rss = Told(), list[float]()
    end = time.monotonic() + seconds
    clips = [Path(bench.made.a.path).read_bytes(), Path(bench.made.b.path).read_bytes()]
    watching = asyncio.create_task(_watch(pid, rss))
    people = [User(number, address, clips, told, end) for number in range(users)]
    await asyncio.gather(*(person.live() for person in people))
    watching.cancel()
    return told, rss


async def _watch(pid: int, rss: list[float]) -> None:
    while True:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        rss.append(int(found[1]) / 1024 if found else 0.0)
        await asyncio.sleep(SAMPLE_EVERY_S)


@contextmanager
def server_on(home: Path, log: Path) -> Iterator[tuple[int, str]]:
    """The process and the address of a `viddiff serve` with its data under `home`; what it says goes into `log`.

    Raises:
        RuntimeError: it does not start.
    """
    environment = environment_of({"VIDDIFF_HOME": str(home), "VIDDIFF_FPS": f"{FPS:g}", "VIDDIFF_PROFILE": "embedded"})
    command = [sys.executable, "-m", "viddiff", "serve", "--port", "0", "--no-browser"]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        end = time.monotonic() + STARTS_WITHIN_S
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8"))):
            if time.monotonic() > end or server.poll() is not None:
                raise RuntimeError(f"the server does not start: {log.read_text(encoding='utf-8')}")
            time.sleep(0.1)
        yield server.pid, found[0]
    finally:
        server.terminate()
        server.wait(60)


def _left(home: Path) -> tuple[str, ...]:
    kept = [home / "web" / "videos" / "incoming", home / "web" / "sessions", home / "runs", home / "open"]
    return tuple(f"{path.relative_to(home)}" for folder in kept if folder.exists() for path in folder.iterdir())


def _result(users: int, seconds: float, told: Told, rss: Sequence[float], left: tuple[str, ...]) -> LoadResult:
    rows = [
        Latency(
            kind=kind,
            count=len(times),
            p50=statistics.median(times),
            p95=sorted(times)[min(len(times) - 1, int(0.95 * len(times)))],
            longest=max(times),
        )
        for kind, times in sorted(told.latencies.items())
    ]
    quarter = max(1, len(rss) // 4)
    memory = (statistics.median(rss[quarter : 2 * quarter] or rss), statistics.median(rss[-quarter:]), max(rss))
    counts = {name: getattr(told, name) for name in ("done", "cancelled", "answered", "refused", "longest_queue")}
    return LoadResult(
        users=users, seconds=seconds, latencies=tuple(rows), errors=tuple(told.errors), rss_mib=memory, left=left, **counts
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve, and say what came of it; the exit status is 1 when there was an error."""
    parser = argparse.ArgumentParser(prog="python -m viddiff.evals.torture.load", description=__doc__)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=600.0)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="viddiff-load-") as folder:
        result = serve_many(chosen.users, chosen.seconds, Path(folder))
    sys.stdout.write("\n".join(result.lines) + "\n")
    return int(bool(result.errors or result.left))


if __name__ == "__main__":
    sys.exit(main())
