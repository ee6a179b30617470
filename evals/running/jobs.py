"""One pair for one system: the key of its content, and doing it."""

from __future__ import annotations

import hashlib
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from time import perf_counter
from typing import Literal, NamedTuple

from pydantic import ConfigDict, SerializeAsAny

from ...memory.cache import content_key
from ...memory.errors import BudgetExhausted, Interrupted, ModelServerError, UserError
from ...memory.report import Report
from ...memory.values import Setting, Value
from .pairs import Pair
from .systems import Assignment, System

FORM = 1
"""Changes whenever outcomes that were kept before mean something else."""
_CUT = ("the limit was reached", "allow more with --max-cost")
"""How a report says that its limits cut it short."""
_DECIDE = ("agent", "tools", "memory", "prompts")


class Failure(Value):
    """Why there is no report."""

    kind: Literal["infrastructure", "input", "own"]
    """Server, machine or money; the clips or the settings; a fault of the system itself."""
    text: str


class Outcome(Value):
    """What came of one pair."""

    model_config = ConfigDict(serialize_by_alias=True)

    name: str
    report: Report | None
    failure: Failure | None = None
    seconds: float
    """From the first clip to the report, by the clock of whoever did it."""
    short: bool = False
    """Cut short by what the whole evaluation may cost: not to be kept."""
    code: str = ""
    """Digest of the sources that made it."""

    @property
    def cost_usd(self) -> float:
        """What its models cost."""
        return self.report.usage.cost_usd if self.report else 0.0


class Job(Value):
    """One pair that one system is to answer about."""

    model_config = ConfigDict(ignored_types=(cached_property,))

    pair: SerializeAsAny[Pair]
    system: SerializeAsAny[System]
    setting: Setting
    folder: Path
    """Clips lie here; what viddiff keeps lies under the system's own home."""

    @property
    def name(self) -> str:
        """That of the pair."""
        return self.pair.name

    @cached_property
    def key(self) -> str:
        """A name for everything that decides the outcome but the code."""
        return content_key("eval", FORM, self.pair.model_dump(mode="json"), self.system.identity, self.setting)

    @property
    def run_id(self) -> str:
        """Of the run that it leaves behind."""
        return self.key[:12]


class Task(NamedTuple):
    """A job with what it may cost."""

    job: Job
    max_cost: float
    """USD."""


def do(task: Task) -> Outcome:
    """The outcome of one job; whatever fails is named in it, since a judge that dies of what it judges has counted nothing.

    Raises:
        Interrupted: The user stopped it.
    """
    job, began = task.job, perf_counter()
    try:
        clips = job.pair.clip("a", job.folder), job.pair.clip("b", job.folder)
        report = job.system.answer(Assignment(job.pair, clips, job.setting, job.run_id, task.max_cost))
    except Interrupted:
        raise
    except Exception as error:
        return failed(job.name, error, perf_counter() - began)
    seconds = perf_counter() - began
    return Outcome(name=job.name, report=report, seconds=seconds, short=_short(report, task), code=code_digest())


def _short(report: Report, task: Task) -> bool:
    """Whether a report would be another if the whole evaluation might cost more: its own limits are part of how it is made."""
    usual, used = task.job.system.settings, report.usage
    own = task.max_cost >= usual.max_cost or used.llm_calls + used.vlm_calls >= usual.max_calls
    return not own and any(said in warning for warning in report.warnings for said in _CUT)


def failed(name: str, error: BaseException, seconds: float) -> Outcome:
    """The outcome of a job that raised."""
    infrastructure = ModelServerError | BudgetExhausted | OSError | MemoryError
    kind = "infrastructure" if isinstance(error, infrastructure) else "input" if isinstance(error, UserError) else "own"
    text = f"{name}: {type(error).__name__}: {error}"
    return Outcome(name=name, report=None, failure=Failure(kind=kind, text=text), seconds=seconds, code=code_digest())


def code_digest() -> str:
    """A digest of the sources that decide answers: prompts, memory, tools and agent."""
    digest = hashlib.sha256()
    for room in _DECIDE:
        for path in _sources(files(f"viddiff.{room}")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _sources(folder: Traversable) -> list[Traversable]:
    found = sorted(folder.iterdir(), key=lambda path: path.name)
    inside = [path for each in found if each.is_dir() and each.name != "static" for path in _sources(each)]
    return [path for path in found if path.name.endswith((".py", ".yaml", ".md"))] + inside
