"""`python -m viddiff.evals.torture.faulty_servers`: comparisons whose model server fails in random sequences; nothing may be lost or made up."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from unittest.mock import patch

import typer

from ...agent.api import compare
from ...agent.report import Report
from ...agent.settings import Settings
from ...memory.errors import ModelServerError
from ...memory.values import Value
from ...tools.models import sending
from ...tools.models.retrying import Clock, RetryPolicy
from ..drawn.pairs import WrittenPair, drawn_pair, write_pair
from ..scripted_server import ScriptedServer
from .failing_server import FaultyServer, by_lot, good_roles

STOPS = 6
"""After so many stops the server recovers."""
ATTEMPTS = 3
"""Requests before a failing one stops the run."""
PATIENT_S = 900.0
"""Nothing here is slow but a busy machine: a good reply that comes too late would be asked for, and paid for, again."""
SAVED = 3
"""Exit status of a run that its server broke off."""
CLAIMS_NOTHING = ("same", "unknown")
_RESUME = re.compile(r"viddiff resume ([0-9a-f]{12})$")


class Survived(Value):
    """One comparison through a sequence of faults."""

    seed: int
    faults: int
    """Replies that were none, or were rubbish."""
    stops: int
    """Times that the run was broken off and resumed."""
    changed: int = 0
    """Answers that claim less than without faults."""
    problems: tuple[str, ...] = ()
    """What must not happen and did, a sentence each."""


@dataclass(frozen=True)
class Bench:
    """One pair of clips, whose bodies are tracked once, and one server."""

    server: ScriptedServer
    made: WrittenPair
    home: Path

    def run(self, model: str, run_id: str | None = None) -> Report:
        """A comparison, or the rest of one."""
        spec = f"openai:{model}@{self.server.base_url}"
        settings = Settings.of(home=self.home, planner=spec, vlm=spec, encoder="pose", max_attempts=2, timeout=PATIENT_S)
        pair = self.made.pair
        statements = [{"id": s.id, "description": s.description} for s in pair.statements]
        a, b = self.made.a.path, self.made.b.path
        return compare(a, b, action=pair.description, differences=statements, settings=settings, run_id=run_id)


def survived(bench: Bench, seed: int, right: dict[str, str], good: FaultyServer) -> Survived:
    """One comparison through a random sequence of faults, resumed until it is done.

    Args:
        bench: What is compared.
        seed: Decides the faults.
        right: By difference, the answer without faults.
        good: The server without faults, whose memory of the pictures is used again.
    """
    bench.server.personality = server = FaultyServer(good.good, fails=by_lot(seed))
    problems: list[str] = []
    report, stops, run_id = None, 0, None
    while report is None:
        try:
            report = bench.run(f"m{seed}", run_id)
        except ModelServerError as error:
            stops += 1
            found = _RESUME.search(str(error))
            if error.exit_status != SAVED or found is None or stops > STOPS + 1:
                return Survived(seed=seed, faults=_bad(server), stops=stops, problems=(f"it cannot be resumed: {error}",))
            if run_id not in (None, found[1]):
                problems.append("it went on under another id")
            run_id = found[1]
        except Exception as error:
            return Survived(seed=seed, faults=_bad(server), stops=stops, problems=(f"{type(error).__name__}: {error}",))
        if stops == STOPS:
            server.recover()
    problems += wrong(report, right, server)
    changed = sum(d.answer != right[d.id] for d in report.differences)
    return Survived(seed=seed, faults=_bad(server), stops=stops, changed=changed, problems=tuple(problems))


def wrong(report: Report, right: dict[str, str], server: FaultyServer) -> Iterator[str]:
    """What must not be in a report, or not be asked of a server, a sentence each.

    Args:
        report: After faults.
        right: By difference, the answer without faults.
        server: What was asked of it.
    """
    if set(right) != {d.id for d in report.differences}:
        yield "statements are missing from the report"
    for found in report.differences:
        if found.answer not in (right[found.id], *CLAIMS_NOTHING):
            yield f"{found.id} is {found.answer}, and {right[found.id]} without faults"
        if found.answer != right[found.id] and not found.reason:
            yield f"{found.id} is {found.answer} for no reason"
    if server.paid_twice:
        yield f"{len(server.paid_twice)} answers were paid for twice"
    if (report.usage.input_tokens, report.usage.output_tokens) != server.tokens:
        yield "the report counts other tokens than the server"


def _bad(server: FaultyServer) -> int:
    return sum(not each.good for each in server.told)


def tortured(made: WrittenPair, runs: int, home: Path, first_seed: int = 0) -> Iterator[Survived]:
    """So many comparisons of one drawn pair, each through faults of its own, as they end.

    Args:
        made: The pair.
        runs: How many comparisons.
        home: Where finished work is kept.
        first_seed: Of the first sequence of faults.
    """
    good = FaultyServer(good_roles())
    with ScriptedServer(good) as server, _nobody_waits():
        bench = Bench(server, made, home)
        right = {d.id: d.answer for d in bench.run("good").differences}
        for seed in range(first_seed, first_seed + runs):
            yield survived(bench, seed, right, good)


@contextmanager
def _nobody_waits() -> Iterator[None]:
    """Waiting before another try is over at once, and tries are few: what is waited for is tested elsewhere."""
    clock = patch.object(sending, "Clock", lambda: Clock(sleep=lambda _: asyncio.sleep(0)))
    with clock, patch.object(sending, "RetryPolicy", lambda: RetryPolicy(attempts=ATTEMPTS)):
        yield


def summary(found: list[Survived]) -> str:
    """One line about all of them."""
    stopped = [each for each in found if each.stops]
    bad = [each for each in found if each.problems]
    return (
        f"{len(found)} runs, {sum(each.faults for each in found)} faults, {len(stopped)} broken off and resumed "
        f"{sum(each.stops for each in stopped)} times, {sum(each.changed for each in found)} answers that claim less than "
        f"without faults, {len(bad)} runs with problems"
    )


def main(
    runs: Annotated[int, typer.Option(help="Comparisons at most.", min=1)] = 200,
    seconds: Annotated[float, typer.Option(help="No new comparison is begun after that.")] = math.inf,
    seed: Annotated[int, typer.Option(help="Of the first sequence of faults.", min=0)] = 0,
) -> None:
    """Compare a drawn pair again and again while its model server fails at random, and say what was lost, paid twice or made up."""
    found: list[Survived] = []
    until_s = time.monotonic() + seconds
    with TemporaryDirectory() as name:
        folder = Path(name)
        for each in tortured(write_pair(drawn_pair(3, "squat"), folder), runs, folder / "home", seed):
            found.append(each)
            for problem in each.problems:
                typer.echo(f"seed {each.seed}: {problem}")
            if time.monotonic() > until_s:
                break
    typer.echo(summary(found))
    if any(each.problems for each in found):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
