"""What is left to do, on an engine: kept outcomes first, then as many pairs at a time as it takes, until done or told to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from ...memory.errors import ModelServerError
from ...memory.values import Value
from .ceiling import Ceiling
from .jobs import Job, Outcome, Task
from .kept import Kept

IN_A_ROW = 3
"""So many failures of server or machine after one another, and the rest is left for another start."""


class Engine(Protocol):
    """Does tasks, several at a time."""

    @property
    def slots(self) -> int:
        """How many it does at a time."""
        ...

    def submit(self, task: Task) -> None:
        """Begin a task; at most `slots` are begun and not returned."""
        ...

    def wait(self) -> Sequence[Outcome]:
        """Outcomes of tasks that were begun, at least one, as soon as there are any."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Told(NamedTuple):
    """One more pair is done."""

    outcome: Outcome
    done: int
    of: int
    kept: bool
    """It was done by an earlier start."""
    spent_usd: float


class Evaluated(Value):
    """What came of an evaluation."""

    outcomes: tuple[Outcome, ...]
    """In the order of the jobs; jobs that were not done are not there."""
    left: int = 0
    """Jobs that were not done."""
    stopped: str = ""
    """Why not, and what to do."""
    other_code: int = 0
    """Kept outcomes that were made by other sources than these."""


class Evaluation:
    """Jobs on their way through an engine.

    Args:
        jobs: Distinct by name.
        kept: Where outcomes of earlier starts lie and those of this one go.
        max_cost: USD that all of it may cost; None for any sum.
        tell: Told of every pair that is done.
    """

    def __init__(self, jobs: Sequence[Job], kept: Kept, max_cost: float | None, tell: Callable[[Told], None]) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._kept, self._max_cost, self._tell = kept, max_cost, tell
        self._found: dict[str, Outcome] = {}
        self._bad_in_a_row = 0
        self._stopped = ""

    def on(self, engine: Engine, code: str) -> Evaluated:
        """Do what is left, and return all that is done.

        Args:
            engine: Entered only where something is left.
            code: Digest of the sources of this process.

        Raises:
            ModelServerError: Everything failed, because of server or machine.
        """
        each = max((job.system.settings.max_cost for job in self._jobs.values()), default=0.0)
        ceiling = Ceiling(self._max_cost, each, engine.slots)
        found = {name: outcome for name, job in self._jobs.items() if (outcome := self._kept.find(job))}
        for outcome in found.values():
            self._done(outcome, ceiling, kept=True)
        waiting = [job for name, job in self._jobs.items() if name not in found]
        if waiting:
            with engine:
                waiting = self._through(engine, waiting, ceiling)
        self._check_server()
        return Evaluated(
            outcomes=tuple(self._found[name] for name in self._jobs if name in self._found),
            left=len(self._jobs) - len(self._found),
            stopped=self._stopped,
            other_code=sum(outcome.code != code for outcome in found.values()),
        )

    def _through(self, engine: Engine, waiting: list[Job], ceiling: Ceiling) -> list[Job]:
        queue, running = list(waiting), 0
        while queue or running:
            while queue and running < engine.slots and not self._must_stop(ceiling):
                job = queue.pop(0)
                engine.submit(Task(job, ceiling.hand_out(job.name)))
                running += 1
            if not running:
                break
            for outcome in engine.wait():
                running -= 1
                self._kept.keep(self._jobs[outcome.name], outcome)
                self._done(outcome, ceiling, kept=False)
        return queue

    def _must_stop(self, ceiling: Ceiling) -> bool:
        if not self._stopped and ceiling.exhausted:
            self._stopped = _money(self._max_cost)
        if not self._stopped and self._bad_in_a_row >= IN_A_ROW:
            self._stopped = f"{IN_A_ROW} pairs after one another failed for the same kind of reason; mend it and start again"
        return bool(self._stopped)

    def _done(self, outcome: Outcome, ceiling: Ceiling, *, kept: bool) -> None:
        ceiling.settle(outcome.name, outcome.cost_usd)
        if outcome.short:
            self._stopped = _money(self._max_cost)
            return
        bad = outcome.failure is not None and outcome.failure.kind == "infrastructure"
        self._bad_in_a_row = self._bad_in_a_row + 1 if bad else 0
        self._found[outcome.name] = outcome
        self._tell(Told(outcome, len(self._found), len(self._jobs), kept, ceiling.spent_usd))

    def _check_server(self) -> None:
        failures = [outcome.failure for outcome in self._found.values()]
        if failures and all(failure and failure.kind == "infrastructure" for failure in failures):
            first = next(failure for failure in failures if failure)
            raise ModelServerError(f"no pair could be done: {first.text}; the same command goes on from there")


def _money(most: float | None) -> str:
    return f"the ceiling of ${most or 0.0:.2f} is reached; the same command with a higher --max-cost goes on from there"
