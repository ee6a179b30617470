"""Kills comparisons everywhere and takes them up again: `python -m viddiff.evals.torture.killing --seconds 600`.

The same report must come out as of a run that nobody killed, and nothing that was answered and kept may be asked for again.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ...memory.trace_recorder import TRACE, Recorder
from ...memory.values import Value
from ..scripted_server import ChatRequest, Personality, ScriptedServer, always_first
from ..scripted_server.exchange import Answered, CutConnection
from ..scripted_server.named import whole
from .bench_pair import BenchPair
from .processes import Commands, answers_of

SETTINGS = {"VIDDIFF_MAX_ATTEMPTS": "2", "OPENAI_API_KEY": "sk-torture-key-that-nobody-may-see-0123456789"}
KEPT = ("replies", "turns")
"""Kinds of the cache that hold what was paid for."""


class Point(Value):
    """Where a process is killed."""

    kind: str
    """"event": after so many events of the trace; "request": when so many requests have come to the server, before the answer;
    "file": before so many files are put in their place."""
    number: int


class Killed(Value):
    """What came of one kill."""

    point: Point
    last_event: str
    """What the trace told last."""
    again: int
    """Answers that were asked for a second time, since they were on their way when the process was killed."""
    problem: str
    """What was not as it must be; empty when all was."""


class KillingResult(Value):
    """What came of all of them."""

    kills: tuple[Killed, ...]
    points: int
    """Places where the fault-free run could have been killed."""
    seconds: float

    @property
    def problems(self) -> tuple[Killed, ...]:
        """Kills that did not go as they must."""
        return tuple(kill for kill in self.kills if kill.problem)

    @property
    def line(self) -> str:
        """All in one line."""
        kinds = Counter(kill.point.kind for kill in self.kills)
        by_kind = ", ".join(f"{count} by {kind}" for kind, count in sorted(kinds.items()))
        again = sum(kill.again for kill in self.kills)
        return (
            f"killed {len(self.kills)} of {self.points} places ({by_kind}) and taken up again in {self.seconds:.0f} s: "
            f"{len(self.problems)} problems, {again} answers that were on their way asked for again, none that was kept"
        )


class Counting:
    """Counts what it answers, and kills a process when so many requests have come.

    Args:
        answering: What answers.
        fatal: The number of the request that kills; None for none.
    """

    def __init__(self, answering: Personality, fatal: int | None = None) -> None:
        self._answering, self._fatal = answering, fatal
        self.answered: Counter[str] = Counter()
        self.victim: int | None = None
        self.requests = 0

    def reply(self, request: ChatRequest) -> Answered:
        """The answer, or a cut connection to a process that is dead."""
        self.requests += 1
        if self.victim is not None and self.requests == self._fatal:
            os.kill(self.victim, signal.SIGKILL)
            return CutConnection()
        answer = self._answering.reply(request)
        self.answered[repr((request.json_schema, [tool.name for tool in request.tools], request.body["messages"]))] += 1
        return answer


class Deadly:
    """A recorder that kills its own process after so many events."""

    def __init__(self, recorder: Recorder, events: int) -> None:
        self._recorder, self._left = recorder, events

    @property
    def active(self) -> bool:
        """The recorder's."""
        return self._recorder.active

    @property
    def problem(self) -> str:
        """The recorder's."""
        return self._recorder.problem

    def record(self, *events: Any) -> None:
        """Keep the events, and die after the last one."""
        self._recorder.record(*events[: self._left])
        self._left -= len(events)
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def keep_frame(self, jpeg: bytes) -> str:
        """As the recorder does."""
        return self._recorder.keep_frame(jpeg)

    def keep_arrays(self, **arrays: np.ndarray) -> str:
        """As the recorder does."""
        return self._recorder.keep_arrays(**arrays)


def die_after_events(events: int) -> None:
    """Let this process be killed after so many events of its trace."""
    from ...agent import run

    kept = run.recorder_of
    run.recorder_of = lambda settings, run_id: Deadly(kept(settings, run_id), events)


def die_before_file(number: int) -> None:
    """Let this process be killed when it is about to put its so-manieth file in its place."""
    replace, left = os.replace, [number]

    def deadly(source: Any, target: Any, **others: Any) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target, **others)

    os.replace = deadly


class Killing:
    """A pair, a scripted server, and one kill after the other.

    Args:
        bench: The pair; its template holds the tracks.
        server: Answers whatever is asked.
    """

    def __init__(self, bench: BenchPair, server: ScriptedServer) -> None:
        self._bench, self._server = bench, server
        self._commands = Commands(SETTINGS)
        model = f"openai:scripted@{server.base_url}"
        self._compare = [*bench.arguments, "--planner", model, "--vlm", model, "--encoder", "pose"]
        self._wanted: list[tuple[str, str, str, float]] = []

    def points(self) -> list[Point]:
        """Every place where a run can be killed, from one that is not."""
        self._bench.track(self._commands)
        home, counting = self._bench.new_home(), Counting(whole(always_first()))
        self._server.personality = counting
        ended = self._commands.run([*self._compare, "--json", str(home / "report.json")], home, partial(die_before_file, 10**9))
        assert ended.status == 0, ended.err
        self._wanted = answers_of((home / "report.json").read_text(encoding="utf-8"))
        run = _run_in(home)
        assert run is not None
        files = sum(1 for kind in KEPT for _ in (home / "cache" / kind).iterdir()) + counting.requests + 2
        ends = {"event": len(_lines(run)), "request": counting.requests, "file": files}
        return [Point(kind=kind, number=number) for kind, end in ends.items() for number in range(1, end + 1)]

    def kill(self, point: Point) -> Killed:
        """Kill a new run there, take it up again, and see what comes out."""
        home = self._bench.new_home()
        counting = Counting(whole(always_first()), point.number if point.kind == "request" else None)
        self._server.personality = counting
        running = self._commands.start(self._compare, home, _before(point))
        counting.victim = running.process.pid
        ended = running.wait()
        last, kept, before = _last_event(home), _kept_in(home), Counter(counting.answered)
        counting.victim = None
        out = home / "report.json"
        run = _run_in(home)
        # One that was killed before it was written down is simply begun again.
        command = ["resume", run.name] if run else self._compare
        again = self._commands.run([*command, "--json", str(out)], home)
        repeated = [asked for asked in before if counting.answered[asked] > 1]
        problem = self._problem(ended.status, again.status, again.err, out, len(repeated), sum(before.values()) - kept)
        shutil.rmtree(home)
        return Killed(point=point, last_event=last, again=len(repeated), problem=problem)

    def _problem(self, killed: int, status: int, err: str, out: Path, repeated: int, on_their_way: int) -> str:
        if killed not in (0, -signal.SIGKILL):
            return f"ended with {killed} before it was killed"
        if status != 0:
            return f"was not taken up again: status {status}: {err[-300:]}"
        if (answers := answers_of(out.read_text(encoding="utf-8"))) != self._wanted:
            return f"other answers: {answers}"
        return f"{repeated} answers were paid for twice, {on_their_way} on their way" if repeated > on_their_way else ""


def kill_and_resume(seconds: float, folder: Path, *, seed: int = 0, most: int | None = None) -> KillingResult:
    """Kill and take up again for so long, at places drawn by lot.

    Args:
        seconds: Nothing is begun after this long.
        folder: Where everything is made.
        seed: Of the order of the places.
        most: Kills at most.
    """
    began = time.monotonic()
    with ScriptedServer(whole(always_first())) as server:
        killing = Killing(BenchPair(folder), server)
        points = killing.points()
        order = random.Random(seed).sample(points, len(points))[:most]
        kills = []
        for point in order:
            if time.monotonic() - began > seconds:
                break
            kills.append(killing.kill(point))
    return KillingResult(kills=tuple(kills), points=len(points), seconds=time.monotonic() - began)


def _before(point: Point) -> partial[None] | None:
    functions = {"event": die_after_events, "file": die_before_file}
    return partial(functions[point.kind], point.number) if point.kind in functions else None


def _run_in(home: Path) -> Path | None:
    return next((path.parent for path in (home / "runs").glob("*/request.json")), None)


def _lines(run: Path) -> list[str]:
    trace = run / TRACE
    return trace.read_text(encoding="utf-8", errors="replace").splitlines() if trace.exists() else []


def _last_event(home: Path) -> str:
    import json

    run = _run_in(home)
    lines = _lines(run) if run else []
    return str(json.loads(lines[-1])["event"].get("kind", "")) if lines else "nothing"


def _kept_in(home: Path) -> int:
    return sum(1 for kind in KEPT for path in (home / "cache" / kind).glob("*") if not path.name.startswith("."))


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, and say what came of it; the exit status is 1 when anything was not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m viddiff.evals.torture.killing", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, help="kills at most")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="viddiff-killing-") as folder:
        result = kill_and_resume(chosen.seconds, Path(folder), seed=chosen.seed, most=chosen.most)
    told = [f"{kill.point.kind} {kill.point.number} (last: {kill.last_event}): {kill.problem}" for kill in result.problems]
    sys.stdout.write("\n".join([result.line, *told]) + "\n")
    return 1 if result.problems else 0


if __name__ == "__main__":
    sys.exit(main())
