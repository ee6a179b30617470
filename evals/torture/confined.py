"""A child process that does one thing at a time under limits of time and memory, and whose end is a result like any other."""

from __future__ import annotations

import contextlib
import multiprocessing
import resource
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from pydantic import ConfigDict

from ...memory.values import Value

GIB = 2**30
CLEAR_REFS = Path("/proc/self/clear_refs")
STATUS = Path("/proc/self/status")
End = Literal["done", "raised", "crashed", "hung"]


class Ran(Value):
    """How one call ended."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    end: End
    value: Any = None
    """What the function returned; what it raised, in words; how the process died."""
    peak_bytes: int = 0
    """The most memory that the process held meanwhile; 0 when it did not come back."""


class Confined:
    """A child process, started when needed and again after it died or was killed; use it with `with`.

    Args:
        memory_bytes: More private memory than this is refused to the child, which ends as a `MemoryError` or a crash.
    """

    def __init__(self, memory_bytes: int = 4 * GIB) -> None:
        self._memory_bytes = memory_bytes
        self._context = multiprocessing.get_context("spawn")
        self._process: Any = None
        self._pipe: Any = None

    def __enter__(self) -> Confined:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._kill()

    def call(self, function: Callable[..., Any], *arguments: Any, limit_s: float) -> Ran:
        """Call a function of a module in the child.

        Args:
            function: Anything that can be pickled by name.
            arguments: Likewise picklable.
            limit_s: Seconds after which the child is killed; the first call includes its start.
        """
        self._start()
        self._pipe.send((function, arguments))
        if not self._pipe.poll(limit_s):
            self._kill()
            return Ran(end="hung", value=f"not done after {limit_s:g} s")
        try:
            return self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(10)
            status = self._process.exitcode
            self._kill()
            return Ran(end="crashed", value=f"the process ended with {status}")

    def _start(self) -> None:
        if self._process is not None:
            return
        self._pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(theirs, self._memory_bytes), daemon=True)
        self._process.start()
        theirs.close()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None


def _serve(pipe: Connection, memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(_ran(function, arguments))


def _ran(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Ran:
    with contextlib.suppress(OSError):
        CLEAR_REFS.write_text("5", encoding="ascii")
    try:
        return Ran(end="done", value=function(*arguments), peak_bytes=_peak_bytes())
    except Exception as error:
        return Ran(end="raised", value=f"{type(error).__name__}: {error}", peak_bytes=_peak_bytes())


def _peak_bytes() -> int:
    """The most resident memory since the last call began where Linux tells, else since the process began."""
    with contextlib.suppress(OSError):
        for line in STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024
