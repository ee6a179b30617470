"""The commands of the command line that look at recorded runs: `trace`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..memory.errors import SettingsError
from .cli_group import PLAIN

trace = typer.Typer(
    help="Look into recorded runs: what was looked at, asked and decided, and why.", no_args_is_help=True, **PLAIN
)

RunId = Annotated[str, typer.Argument(metavar="ID", help="The run, as its report or `trace list` names it.")]


@trace.command("list")
def trace_list(
    uncertain: Annotated[bool, typer.Option("--uncertain", help="Only runs with an answer in doubt.")] = False,
    relocalized: Annotated[bool, typer.Option("--relocalized", help="Only runs that looked at something again.")] = False,
    disagreeing: Annotated[bool, typer.Option("--disagreeing", help="Only runs in which witnesses or orders disagreed.")] = False,
    errors: Annotated[bool, typer.Option("--errors", help="Only runs with errors.")] = False,
    dearest: Annotated[bool, typer.Option("--dearest", help="The dearest first, rather than the newest.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 20,
) -> None:
    """List the recorded runs, the newest first."""
    from rich.console import Console

    from .command_trace import list_command

    asked = {"uncertain": uncertain, "relocalized": relocalized, "disagreeing": disagreeing, "errors": errors}
    list_command(tuple(flag for flag, up in asked.items() if up), dearest, limit, Console())


@trace.command("show")
def trace_show(
    run_id: RunId,
    difference: Annotated[str | None, typer.Option(metavar="ID", help="The whole story of this difference.")] = None,
) -> None:
    """Show a run as a tree of steps with their durations and costs."""
    from rich.console import Console

    from .command_trace import show_command

    show_command(run_id, difference, Console())


@trace.command("open")
def trace_open(
    run_id: RunId,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only write the page and print its address.")] = False,
) -> None:
    """Open a run's page in the browser: time line, pictures, questions, votes, curves, alignment."""
    from rich.console import Console

    from .command_trace import open_command

    open_command(run_id, not no_browser, Console())


@trace.command("export")
def trace_export(
    run_id: RunId,
    path: Annotated[Path | None, typer.Argument(metavar="PATH", help="The HTML file to write.")] = None,
    no_frames: Annotated[bool, typer.Option("--no-frames", help="Leave the pictures out.")] = False,
    otlp: Annotated[
        str | None, typer.Option(metavar="URL", help="Send it to an OpenTelemetry collector, such as http://127.0.0.1:4318.")
    ] = None,
) -> None:
    """Write a run's page as one file that can be sent to somebody, or send the run to an OpenTelemetry collector."""
    from rich.console import Console

    from .command_trace import export_command, otlp_command

    if path is None and otlp is None:
        raise SettingsError("trace export: name an HTML file to write, or a collector with --otlp URL")
    if path is not None:
        export_command(run_id, path, not no_frames, Console())
    if otlp is not None:
        otlp_command(run_id, otlp, Console())


@trace.command("diff")
def trace_diff(
    first: Annotated[str, typer.Argument(metavar="ID1")],
    second: Annotated[str, typer.Argument(metavar="ID2")],
    html: Annotated[Path | None, typer.Option(help="Write what changed as a page as well.")] = None,
) -> None:
    """Say what changed from one run to another: settings, instants, votes, answers, cost."""
    from rich.console import Console

    from .command_trace import diff_command

    diff_command(first, second, html, Console())
