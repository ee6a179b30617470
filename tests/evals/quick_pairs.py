"""Drawn pairs that take a second rather than ten, and engines that do the work in this process."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console

from viddiff.agent.settings import Settings
from viddiff.evals.drawn import drawn_pair
from viddiff.evals.drawn.pairing import Drawn
from viddiff.evals.drawn.pairs import DrawnPair
from viddiff.evals.running.jobs import Outcome, Task, do
from viddiff.evals.running.systems import Assignment, System
from viddiff.memory.report import Backends, DifferenceReport, Report, Usage, Videos
from viddiff.memory.values import Evidence, VideoInfo

CLIP = VideoInfo(path="a.mp4", sha256="0", duration_s=1, fps=10, width=10, height=10, frames=10)


def quick_pair(seed: int = 3, difficulty: str = "easy") -> DrawnPair:
    """One quick squat each, in few frames."""
    drawn = drawn_pair(seed, "squat")
    quick = {"repetitions": 1, "tempo_s": 1.4, "pause_s": 0.2}
    film = {"fps": 10.0, "lead_in_s": 0.3, "lead_out_s": 0.3}
    takes = {
        side: take.model_copy(
            update={"parameters": take.parameters.model_copy(update=quick), "look": take.look.model_copy(update=film)}
        )
        for side, take in (("a", drawn.a), ("b", drawn.b))
    }
    unchanged = tuple(s for s in drawn.statements if s.parameter not in quick)
    return drawn.model_copy(update={**takes, "statements": unchanged, "difficulty": difficulty})


def quick_pairs() -> tuple[Drawn, Drawn]:
    """A pair, and the same clips the other way round."""
    one = quick_pair()
    return Drawn.of(one), Drawn.of(one.swapped().model_copy(update={"seed": 4}))


class Inline:
    """An engine without processes."""

    slots = 2

    def __init__(self, work: Callable[[Task], Outcome] = do) -> None:
        self._work = work
        self.tasks: list[Task] = []
        self._waiting: list[Task] = []

    def submit(self, task: Task) -> None:
        self.tasks.append(task)
        self._waiting.append(task)

    def wait(self) -> Sequence[Outcome]:
        return [self._work(self._waiting.pop(0))]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Saying(System):
    """A system that says the same of every statement, at a price."""

    letter: str = "a"
    cost_usd: float = 0.0
    warning: str = ""

    @property
    def identity(self) -> dict[str, Any]:
        return {"system": "saying", "letter": self.letter}

    def answer(self, assignment: Assignment) -> Report:
        spent = min(self.cost_usd, assignment.max_cost)
        return report_of(assignment, [answer(d.key, self.letter) for d in assignment.pair.asked], spent, self.warning)


def answer(id_: str, letter: str, confidence: float = 0.8, **changed: Any) -> DifferenceReport:
    """One answer; `lean` follows a letter and is `a` otherwise."""
    given = {"id": id_, "description": id_, "answer": letter, "lean": letter if letter in ("a", "b") else "a"}
    rest = {"confidence": confidence, "reason": "so", "stage": "", "evidence": Evidence(), "measurement": None}
    return DifferenceReport.model_validate({**given, **rest, "votes": (), "attempts": (), **changed})


def report_of(
    assignment: Assignment, differences: Sequence[DifferenceReport], cost_usd: float = 0.0, warning: str = ""
) -> Report:
    """A report that was made without looking."""
    return Report(
        id=assignment.run_id,
        action="squat",
        setting=assignment.setting,
        backends=Backends(planner="none", proposer="none", encoder="none", verifier=("saying",)),
        videos=Videos(a=CLIP, b=CLIP),
        stages=(),
        differences=tuple(differences),
        usage=Usage(vlm_calls=1, cost_usd=cost_usd, seconds=1.0),
        warnings=(warning,) if warning else (),
    )


def saying(home: Path, **changed: Any) -> Saying:
    """The system, with settings that read no environment but for the home."""
    return Saying(settings=Settings.of(home=home, profile="embedded", max_cost=5.0), **changed)


def silent() -> Console:
    """A console that nobody reads."""
    return Console(file=io.StringIO())
