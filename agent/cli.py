"""The command line: results on stdout, talk and progress on stderr, one line for what the user must change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from ..memory.errors import Interrupted, VidDiffError
from .cli_eval import evaluate
from .cli_group import PLAIN
from .cli_memory import history, taxonomy
from .cli_trace import trace

app = typer.Typer(
    name="viddiff",
    help="How two videos of the same action differ: in words, and with evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    **PLAIN,
)
app.add_typer(evaluate, name="eval")
app.add_typer(history, name="history")
app.add_typer(taxonomy, name="taxonomy")
app.add_typer(trace, name="trace")

Clip = Annotated[Path, typer.Argument(help="A video file, or a folder of images.")]
Profile = Literal["auto", "embedded", "openai"]


def main() -> None:
    """Run the command line and leave with the contract's exit status."""
    try:
        app()
    except VidDiffError as error:
        typer.echo(f"viddiff: {error}", err=True)
        sys.exit(error.exit_status)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C becomes an error of ours, before the command line library makes its own exit status of it."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("interrupted; finished work is kept, and the same command goes on from there") from None


def _version(value: bool) -> None:
    if value:
        from viddiff import __version__

        typer.echo(f"viddiff {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    pass


@app.command()
def compare(
    a: Clip,
    b: Clip,
    action: Annotated[str, typer.Option(help="What is done in both videos, in plain words.")],
    differences: Annotated[Path | None, typer.Option(help="JSON list of statements to decide (the closed setting).")] = None,
    difference: Annotated[list[str] | None, typer.Option(help="One statement to decide; may be repeated.")] = None,
    max_differences: Annotated[int, typer.Option(help="How many differences to find at most (the open setting).")] = 10,
    profile: Annotated[Profile | None, typer.Option(help="auto: remote models when a key or base URL is set.")] = None,
    planner: Annotated[str | None, typer.Option(help="embedded, or openai:MODEL[@BASE_URL].")] = None,
    vlm: Annotated[str | None, typer.Option(help="none, or openai:MODEL[@BASE_URL].")] = None,
    encoder: Annotated[str | None, typer.Option(help="pose, own_clip, open_clip:ARCHITECTURE/TAG, or pose+... for both.")] = None,
    fps: Annotated[float | None, typer.Option(help="Frames per second at which the body is tracked.")] = None,
    pose_model: Annotated[Path | None, typer.Option(metavar="FILE", help="A pose_landmarker .task file of your own.")] = None,
    json: Annotated[str | None, typer.Option(metavar="PATH|-", help="Write the report as JSON; - is stdout.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one self-contained page.")] = None,
    video: Annotated[Path | None, typer.Option(help="Write the aligned side-by-side film.")] = None,
    max_calls: Annotated[int | None, typer.Option(help="Stop asking models after this many calls.")] = None,
    max_cost: Annotated[float | None, typer.Option(metavar="USD", help="Stop asking models at this cost.")] = None,
    seed: Annotated[int | None, typer.Option(help="Makes remote models answer alike again, where their server can.")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep finished work.")] = False,
) -> None:
    """Compare two videos of one action."""
    from .command_compare import Outputs, compare_command, read_differences
    from .settings import Settings

    models = {"planner": planner, "vlm": vlm, "encoder": encoder, "pose_model": pose_model}
    settings = Settings.of(
        **models,
        profile=profile,
        fps=fps,
        max_calls=max_calls,
        max_cost=max_cost,
        seed=seed,
        cache=False if no_cache else None,
    )
    statements = read_differences(differences, difference)
    outputs = Outputs(json_path=json, html=html, video=video)
    with _interruptible():
        compare_command(a, b, action, statements, max_differences, settings, outputs)


@app.command()
def resume(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="The run, as its error or its report names it.")],
    json: Annotated[str | None, typer.Option(metavar="PATH|-", help="Write the report as JSON; - is stdout.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one self-contained page.")] = None,
    video: Annotated[Path | None, typer.Option(help="Write the aligned side-by-side film.")] = None,
    max_calls: Annotated[int | None, typer.Option(help="Another limit on the calls of the whole run.")] = None,
    max_cost: Annotated[float | None, typer.Option(metavar="USD", help="Another limit on the cost of the whole run.")] = None,
) -> None:
    """Take up a comparison that stopped; nothing finished is done or paid for again."""
    from .command_compare import Outputs, resume_command

    with _interruptible():
        resume_command(run_id, Outputs(json_path=json, html=html, video=video), max_calls=max_calls, max_cost=max_cost)


@app.command()
def chat(
    a: Annotated[Path | None, typer.Argument(help="A video file, or a folder of images.")] = None,
    b: Annotated[Path | None, typer.Argument(help="Likewise.")] = None,
    action: Annotated[str | None, typer.Option(help="What is done in both videos, in plain words.")] = None,
    person: Annotated[
        str, typer.Option(metavar="NAME", help="Whom the clips show; their comparisons are remembered together.")
    ] = "",
    resume: Annotated[str | None, typer.Option(metavar="ID", help="Go on with an earlier conversation.")] = None,
    profile: Annotated[Profile | None, typer.Option(help="auto: remote models when a key or base URL is set.")] = None,
    planner: Annotated[str | None, typer.Option(help="embedded, or openai:MODEL[@BASE_URL].")] = None,
    vlm: Annotated[str | None, typer.Option(help="none, or openai:MODEL[@BASE_URL].")] = None,
) -> None:
    """Compare two videos, then ask about them; one question per line of stdin where it is no terminal."""
    from .command_chat import chat_command
    from .settings import Settings

    with _interruptible():
        chat_command(a, b, action, person, resume, Settings.of(profile=profile, planner=planner, vlm=vlm))


@trace.command("fork")
def trace_fork(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="The earlier run.")],
    step: Annotated[
        str, typer.Option("--from", metavar="STEP", help="The first step that runs again: its number, a node, a tool, or start.")
    ] = "review",
    changed: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting; may be repeated.")] = None,
    list_steps: Annotated[bool, typer.Option("--list", help="Only list the steps.")] = False,
    json: Annotated[str | None, typer.Option(metavar="PATH|-", help="Write the report as JSON; - is stdout.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one self-contained page.")] = None,
    video: Annotated[Path | None, typer.Option(help="Write the aligned side-by-side film.")] = None,
) -> None:
    """Go on from a step of an earlier run with other settings, as a new run; nothing that was answered is asked again."""
    from rich.console import Console

    from .command_compare import Outputs
    from .command_fork import fork_command, steps_command

    with _interruptible():
        if list_steps:
            steps_command(run_id, Console())
        else:
            fork_command(run_id, step, changed or (), Outputs(json_path=json, html=html, video=video))


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 finds a free one.")] = 8760,
    host: Annotated[str, typer.Option(help="Another address than this machine's own needs a token.")] = "127.0.0.1",
    folder: Annotated[Path | None, typer.Option(metavar="DIR", help="Clips in here may be opened without uploading.")] = None,
    token: Annotated[str | None, typer.Option(help="What a browser must show; made up where one is needed.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Compare in the browser: two players, the differences, questions and answers."""
    from .command_serve import serve_command
    from .settings import Settings

    with _interruptible():
        serve_command(host, port, folder, token, Settings.of(), open_browser=not no_browser)


@app.command()
def mcp() -> None:
    """Serve comparing, asking and looking to other agents, over stdio (Model Context Protocol)."""
    from .command_mcp import mcp_command
    from .settings import Settings

    with _interruptible():
        mcp_command(Settings.of())


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the clips, the report and the film.")] = Path("viddiff-demo"),
) -> None:
    """Draw a pair of clips, compare them, and write the report and the film."""
    from .command_demo import demo_command

    with _interruptible():
        demo_command(out)


@app.command()
def doctor() -> None:
    """Say what is installed, which back-ends are usable, and what to do about what is missing."""
    from .doctor import doctor_command

    if not doctor_command():
        raise typer.Exit(2)
