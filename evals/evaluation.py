"""One evaluation from its pairs to its outcomes: which system, which engine, where things are kept, and how much it may cost."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import SerializeAsAny
from rich.console import Console

from ..agent.settings import Settings
from ..memory.errors import SettingsError
from ..memory.values import Setting, Value
from .baselines.frames import Limits
from .baselines.one_call import baseline
from .baselines.showing import Kind
from .running.jobs import Job, code_digest
from .running.kept import Kept
from .running.local import Processes
from .running.pairs import Pair
from .running.progress import Shown
from .running.schedule import Engine, Evaluated, Evaluation
from .running.systems import Agent, System
from .scripted_server import ScriptedServer
from .scripted_server.named import NAMED

HOME, KEPT, CLIPS = "home", "outcomes", "clips"
"""Below the folder of an evaluation."""


class Who(Value):
    """Which system is evaluated."""

    settings: Settings
    server: str | None = None
    """A personality of the scripted server that plays every model role."""
    baseline: Kind | None = None
    """A single call in place of viddiff."""
    limits: Limits = Limits()
    """Of that call."""


class How(Value):
    """How the work is done."""

    folder: Path
    engine: Literal["local", "ray"] = "local"
    slots: int | None = None
    """Pairs at a time; one for every core when None."""
    address: str | None = None
    """Of a Ray cluster."""
    max_cost: float | None = None
    """USD for all of it."""
    again: bool = False
    """Do anew what was kept."""


@contextmanager
def system_of(who: Who, folder: Path) -> Iterator[System]:
    """The system, a scripted server listening for it within the block where one was named.

    Raises:
        SettingsError: No personality is called so, or a baseline was given no model.
    """
    settings = who.settings.model_copy(update={"home": (folder / HOME).absolute()})
    if who.server is None:
        yield _system(who, settings, settings.vlm, "")
        return
    if who.server not in NAMED:
        raise SettingsError(f"--server {who.server!r}: no personality is called so; expected one of {', '.join(NAMED)}")
    with ScriptedServer(NAMED[who.server]()) as server:
        spec = f"openai:{who.server}@{server.base_url}"
        served = settings.model_copy(update={"profile": "auto", "planner": spec, "vlm": spec})
        yield _system(who, served, spec, who.server)


def _system(who: Who, settings: Settings, vlm: str, server: str) -> System:
    if who.baseline is None:
        return Agent(settings=settings, server=server)
    model = f"openai:{settings.model}" if vlm == "auto" and settings.remote else vlm
    if model in ("auto", "none"):
        raise SettingsError("--baseline asks a model: name it with --vlm openai:MODEL[@BASE_URL], or a personality with --server")
    return baseline(who.baseline, model, settings, who.limits, server and f"scripted:{server}")


def evaluate(pairs: Sequence[Pair], setting: Setting, system: System, how: How, console: Console) -> Evaluated:
    """Every pair for one system; what an earlier start finished is taken from the folder.

    Raises:
        SettingsError: Two pairs have one name, or there is nothing to do.
        ModelServerError: Everything failed because of server or machine.
        SetupError: Ray is not installed.
    """
    names = [pair.name for pair in pairs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SettingsError(f"two pairs are called {twice!r} as files; every pair needs a name of its own")
    if not pairs:
        raise SettingsError("there is no pair to compare; choose others with --split, --domain or --limit")
    jobs = [Job(pair=pair, system=system, setting=setting, folder=(how.folder / CLIPS).absolute()) for pair in pairs]
    kept = Kept(how.folder / KEPT)
    if how.again:
        kept.forget(jobs)
    with Shown(len(jobs), console) as shown:
        return Evaluation(jobs, kept, how.max_cost, shown.tell).on(_engine(how), code_digest())


def _engine(how: How) -> Engine:
    if how.engine == "local":
        return Processes(how.slots or os.cpu_count() or 1)
    from .running.on_ray import RayCluster

    return RayCluster(how.slots, how.address)


class Described(Value):
    """What a report says of an evaluation before any number."""

    pairs: tuple[SerializeAsAny[Pair], ...]
    setting: Setting
    system: SerializeAsAny[System]
    command: str


def facts_of(described: Described, evaluated: Evaluated) -> tuple[tuple[str, str], ...]:
    """Names and values for the head of a report."""
    reports = [outcome.report for outcome in evaluated.outcomes if outcome.report]
    backends = reports[0].backends if reports else None
    used = (
        f"planner {backends.planner}, proposer {backends.proposer}, encoder {backends.encoder}, verifier {' + '.join(backends.verifier)}"
        if backends
        else "-"
    )
    return (
        ("command", described.command),
        ("setting", described.setting),
        ("pairs", f"{len(reports)} with a report of {len(described.pairs)}"),
        ("used", used),
        ("sources", code_digest()),
    )


def notes_of(evaluated: Evaluated) -> tuple[str, ...]:
    """What must be known before any number is read."""
    notes = []
    if evaluated.left:
        notes.append(f"Not finished: {evaluated.left} pairs are not done: {evaluated.stopped}.")
    if evaluated.other_code:
        notes.append(f"{evaluated.other_code} of the reports were made by other sources than these; --again makes them anew.")
    if failed := sum(outcome.failure is not None for outcome in evaluated.outcomes):
        notes.append(f"{failed} pairs have no report (see Failures); the same command tries them again.")
    return tuple(notes)
