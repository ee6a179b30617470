"""`python -m viddiff.evals.torture`: every part within its time, the whole within twenty minutes."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Annotated

import typer

from ...memory.values import Value

GRACE_S = 60.0
"""What a part may take beyond its time to finish what it began; then it is killed, which counts as a failure."""


class Part(Value):
    """One command of this package."""

    name: str
    module: str
    seconds: float
    """How long it goes on, handed to it as `--seconds`."""


PARTS = (
    Part(name="corpus", module="corpus_run", seconds=480),
    Part(name="mutations", module="mutations", seconds=180),
    Part(name="laws", module="laws", seconds=60),
    Part(name="servers", module="faulty_servers", seconds=60),
    Part(name="killing", module="killing", seconds=120),
    Part(name="storage", module="storage", seconds=90),
    Part(name="load", module="load", seconds=60),
    Part(name="web_fuzz", module="web_fuzz", seconds=30),
)


def run_part(part: Part, seconds: float) -> str:
    """Run a part in a process of its own, which speaks for itself; what is wrong with it, empty when all is well."""
    command = [sys.executable, "-m", f"{__package__}.{part.module}", "--seconds", f"{seconds:g}"]
    try:
        status = subprocess.run(command, timeout=seconds + GRACE_S, check=False).returncode
    except subprocess.TimeoutExpired:
        return f"was killed after {seconds + GRACE_S:.0f} s"
    return f"ended with status {status}" if status else ""


def main(
    parts: Annotated[list[str] | None, typer.Argument(help=f"{', '.join(part.name for part in PARTS)}; all by default.")] = None,
    seconds: Annotated[float | None, typer.Option(help="For each part, in place of its own time.")] = None,
) -> None:
    """Bad clips, mutations, laws, kills, broken disks, many users: all that must not break it."""
    if unknown := set(parts or ()) - {part.name for part in PARTS}:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: expected {', '.join(part.name for part in PARTS)}")
    failed = []
    for part in PARTS:
        if parts and part.name not in parts:
            continue
        typer.echo(f"== {part.name}")
        begun = time.monotonic()
        if wrong := run_part(part, seconds or part.seconds):
            failed.append(f"{part.name} {wrong}")
        typer.echo(f"   {time.monotonic() - begun:.0f} s")
    for line in failed:
        typer.echo(line)
    if failed:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
