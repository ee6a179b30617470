"""How far an evaluation is: a bar on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from .schedule import Told


class Shown:
    """Shows what it is told.

    Args:
        total: How many pairs there are.
        console: On stderr.
    """

    def __init__(self, total: int, console: Console) -> None:
        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
        )
        self._console, self._total = console, total
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task: TaskID | None = None
        self._kept = 0

    def __enter__(self) -> Self:
        self._bar.start()
        self._task = self._bar.add_task("", total=self._total)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()
        if self._kept:
            self._say(f"{self._kept} of {self._total} pairs were done before")

    def tell(self, told: Told) -> None:
        """Move the bar, and say what is worth a line: everything where there is no bar, failures where there is one."""
        cost = f", ${told.spent_usd:.2f}" if told.spent_usd else ""
        if self._task is not None:
            self._bar.update(self._task, completed=told.done, description=f"{told.outcome.name}{cost}")
        if told.kept:
            self._kept += 1
        elif told.outcome.failure:
            self._say(f"{told.done}/{told.of} failed ({told.outcome.failure.kind}): {told.outcome.failure.text}")
        elif not self._console.is_terminal:
            self._say(f"{told.done}/{told.of} {told.outcome.name} done in {told.outcome.seconds:.0f} s{cost}")

    def _say(self, line: str) -> None:
        self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
