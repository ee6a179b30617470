"""The engine of one machine: processes, each with one pair at a time; one that dies is replaced and its pair tried once more."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from .jobs import Outcome, Task, failed

TRIES = 2
"""A pair that takes its process with it so often is given up."""


class Processes:
    """Processes that stay for all pairs, since loading what they work with takes seconds.

    Args:
        slots: How many pairs are in work at a time.
    """

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._idle: list[_Process] = []
        self._every: list[_Process] = []
        self._done: SimpleQueue[Outcome] = SimpleQueue()

    def submit(self, task: Task) -> None:
        """Begin a task."""
        threading.Thread(target=self._work, args=(task,), name=task.job.name, daemon=True).start()

    def wait(self) -> Sequence[Outcome]:
        """The next outcome."""
        return [self._done.get()]

    def _work(self, task: Task) -> None:
        for _ in range(TRIES):
            process = self._free()
            try:
                outcome = process.do(task)
            except (EOFError, OSError, pickle.UnpicklingError):
                process.end()
            else:
                self._idle.append(process)
                self._done.put(outcome)
                return
        self._done.put(failed(task.job.name, OSError("its process was killed; look for a lack of memory"), 0.0))

    def _free(self) -> _Process:
        try:
            return self._idle.pop()
        except IndexError:
            self._every.append(_Process())
            return self._every[-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in self._every:
            process.end()


class _Process:
    """One `worker`."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "viddiff.evals.running.worker"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def do(self, task: Task) -> Outcome:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump(task, self._process.stdin)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                # What was on its way to a process that is gone is lost anyway.
                with suppress(OSError):
                    pipe.close()
