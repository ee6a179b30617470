"""The command line in processes of its own that start fast: they are forked from one that has everything loaded."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from ...memory.values import Value

LOADED = (
    *("faiss", "langgraph.graph", "langgraph.checkpoint.sqlite.aio", "langgraph.store.sqlite.aio", "langchain_openai", "openai"),
    *("scipy.signal", "scipy.optimize", "scipy.ndimage", "uvicorn", "fastapi", "av"),
    *("viddiff.agent.cli", "viddiff.agent.run", "viddiff.agent.command_compare", "viddiff.tools.toolbox"),
)
"""What takes a second or more to import, and starts no thread."""

Before = Callable[[], object]
"""Called in the new process before its command; must be importable by name, as `functools.partial` of such is."""


class Ended(Value):
    """How a command ended."""

    status: int
    """Exit status; minus the number of the signal that killed it."""
    out: str
    err: str


class Running:
    """A command that was started.

    Args:
        process: Its process.
        streams: The reading ends of its output and its errors; pipes, since files may be what it cannot write.
    """

    def __init__(self, process: BaseProcess, streams: Sequence[Connection]) -> None:
        self.process = process
        self._pool = ThreadPoolExecutor(len(streams))
        self._said = [self._pool.submit(_all_of, stream) for stream in streams]

    def wait(self, seconds: float = 600.0) -> Ended:
        """How it ended; it is killed when it takes longer."""
        self.process.join(seconds)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        out, err = (said.result() for said in self._said)
        self._pool.shutdown()
        return Ended(status=self.process.exitcode or 0, out=out, err=err)


class Commands:
    """Starts `viddiff` commands.

    Args:
        environment: What every command finds in its environment, and nothing else that is about viddiff.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(LOADED))

    def start(self, arguments: Sequence[str], home: Path, before: Before | None = None) -> Running:
        """Start one with its data under `home`."""
        environment = {**self._environment, "VIDDIFF_HOME": str(home)}
        pipes = [self._context.Pipe(duplex=False) for _ in range(2)]
        writers = tuple(writer for _, writer in pipes)
        process = self._context.Process(target=_command, args=(tuple(arguments), writers, environment, before))
        process.start()
        for writer in writers:
            writer.close()
        return Running(process, [reader for reader, _ in pipes])

    def run(self, arguments: Sequence[str], home: Path, before: Before | None = None) -> Ended:
        """Start one and wait for it."""
        return self.start(arguments, home, before).wait()


def answers_of(report: str) -> list[tuple[str, str, str, float]]:
    """(id, answer, lean, confidence) of every difference of a report as JSON."""
    found = json.loads(report)
    return [(d["id"], d["answer"], d["lean"], round(d["confidence"], 6)) for d in found["differences"]]


def environment_of(ours: Mapping[str, str]) -> dict[str, str]:
    """The environment of a new process: this one's, with nothing that is about viddiff but `ours`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("VIDDIFF_", "OPENAI_"))} | dict(ours)


def small_disk(most_bytes: int) -> None:
    """Let this process write no file beyond a size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))


def clock_back(seconds: float) -> None:
    """Let the clock of this process be late."""
    now, now_ns = time.time, time.time_ns
    time.time = lambda: now() - seconds
    time.time_ns = lambda: now_ns() - int(seconds * 1e9)


def _all_of(stream: Connection) -> str:
    with stream, os.fdopen(os.dup(stream.fileno()), "rb") as file:
        return file.read().decode(errors="replace")


def _command(
    arguments: tuple[str, ...], streams: tuple[Connection, ...], environment: dict[str, str], before: Before | None
) -> None:
    for number, stream in enumerate(streams, 1):
        os.dup2(stream.fileno(), number)
        stream.close()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    whole = environment_of(environment)
    os.environ.clear()
    os.environ.update(whole)
    if before is not None:
        before()
    from ...agent.cli import main

    sys.argv = ["viddiff", *arguments]
    main()
