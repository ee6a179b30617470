"""`viddiff trace fork`: take up an earlier run at one of its steps with other settings, as a run of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing

from rich.console import Console

from ..memory.databases import open_memory
from ..memory.errors import SettingsError
from ..memory.runs import Runs
from .command_compare import Bars, Outputs, check_outputs, write_outputs
from .event_line import Tell, events_of
from .events import Event, Finished
from .fork import Step, fork_of, steps_of
from .output.terminal import print_report
from .report import Report, report_in
from .run import compared
from .settings import Settings


def fork_command(run_id: str, step: str, given: Sequence[str], outputs: Outputs) -> Report:
    """Go on from a step with other settings; nothing that was answered is paid for again.

    Args:
        run_id: The earlier run.
        step: Where to go on: a number or name that `steps_command` lists, or "start".
        given: Settings as NAME=VALUE.
        outputs: What to write.

    Raises:
        SettingsError: there is no such run or step, or a setting cannot be changed there.
    """
    check_outputs(outputs)
    errors = Console(stderr=True)
    with Bars(errors) as bars:
        report = forked(run_id, step, changes_in(given), on_event=bars.show)
        write_outputs(report, outputs, bars)
    errors.print(f"viddiff: run {report.id}, forked from {run_id}", highlight=False, soft_wrap=True)
    if outputs.json_path == "-":
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        print_report(report, Console())
    return report


def forked(run_id: str, step: str, changes: Mapping[str, str], *, on_event: Callable[[Event], None] = lambda _: None) -> Report:
    """The report of a run that goes on from a step of an earlier one.

    Args:
        run_id: The earlier run.
        step: Number or name of the first step that runs again, or "start".
        changes: Settings that are not to be as they were.
        on_event: Told what is being done.

    Raises:
        SettingsError: there is no such run or step, or a setting cannot be changed there.
    """
    here = Settings.of()
    saved = Runs(here.runs_folder).request(run_id)

    async def work(tell: Tell) -> None:
        async with open_memory(here.home, here.database) as memory:
            request, settings = await fork_of(memory, saved, step, changes)
            state = await compared(memory, request, settings, tell)
        tell(Finished(report=report_in(state)))

    async def last() -> Report:
        async with aclosing(events_of(work)) as events:
            async for event in events:
                on_event(event)
                if isinstance(event, Finished):
                    return event.report
        raise AssertionError("a run ends with a report or with an error")

    return asyncio.run(last())


def steps_command(run_id: str, console: Console) -> None:
    """List the steps that a run can be forked at.

    Raises:
        SettingsError: there is no such run.
    """
    here = Settings.of()
    Runs(here.runs_folder).request(run_id)

    async def read() -> tuple[Step, ...]:
        async with open_memory(here.home, here.database) as memory:
            return await steps_of(memory, run_id)

    steps = asyncio.run(read())
    console.print("   0  start", highlight=False)
    for step in steps:
        console.print(f"{step.number:4}  {step.node} {', '.join(step.calls)}".rstrip(), highlight=False, markup=False)
    if not steps:
        console.print("the states of its steps are not kept; it can be forked from the start only", highlight=False)


def changes_in(given: Sequence[str]) -> dict[str, str]:
    """Settings by name, from NAME=VALUE.

    Raises:
        SettingsError: one of them has another form.
    """
    for one in given:
        if "=" not in one:
            raise SettingsError(f"--set {one}: expected NAME=VALUE, such as max_attempts=5")
    return {name.strip(): value.strip() for name, _, value in (one.partition("=") for one in given)}
