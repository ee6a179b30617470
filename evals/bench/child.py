"""Work in a process of its own: `python -m viddiff.evals.bench.child WORK ARGUMENT...` prints what it took as JSON."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .contests import lap


def measured(work: str, *arguments: object) -> dict[str, float]:
    """Seconds (`wall`, `cpu`) and the most memory (`mib`) of one of `WORK` in a fresh process."""
    command = [sys.executable, "-m", "viddiff.evals.bench.child", work, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, "GLOG_minloglevel": "3"})
    return json.loads(done.stdout.splitlines()[-1])


def peak_mib(work: str, *arguments: object) -> float:
    """The most memory that one of `WORK` takes in a fresh process, MiB."""
    return measured(work, *arguments)["mib"]


def _decode(film: str) -> None:
    from .decoding import sample

    sample(Path(film))


def _compare(a: str, b: str, home: str) -> None:
    from .comparing import compare_pair

    compare_pair((Path(a), Path(b)), Path(home), 6)


def _search(folder: str) -> None:
    from .retrieving import search_archive

    search_archive(Path(folder))


WORK: dict[str, Callable[..., None]] = {"decode": _decode, "compare": _compare, "search": _search, "nothing": lambda: None}


def main(name: str, *arguments: str) -> None:
    """Do the work and say what it took."""
    took = lap(lambda: WORK[name](*arguments))
    print(json.dumps({"wall": took.wall, "cpu": took.cpu, "mib": _peak_mib()}))  # noqa: T201


def _peak_mib() -> float:
    """Of this process. What Linux calls its maximum resident size counts the parent too, of which it was a copy for a moment."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main(*sys.argv[1:])
