"""`python -m viddiff.evals.viddiffbench`: run and score VidDiffBench from the user's own copy of it, or draw a small one to try."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ...agent.settings import Settings
from ...memory.errors import SettingsError, VidDiffError
from .rows import Setting
from .synthetic import some_pairs, write_synthetic
from .task import Task

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


@app.command()
def score(
    data: Annotated[str, typer.Argument(help="JSONL or parquet file, a folder of them, or hub:OWNER/NAME.")],
    videos: Annotated[Path | None, typer.Option(help="Folder that the videos were unpacked into; compares the pairs.")] = None,
    predictions: Annotated[Path | None, typer.Option(help="Predictions to score instead, in the authors' form.")] = None,
    setting: Annotated[str, typer.Option(help="closed or open.")] = "closed",
    split: Annotated[list[str] | None, typer.Option(help="Only this split; may be repeated.")] = None,
    domain: Annotated[list[str] | None, typer.Option(help="Only this domain; may be repeated.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first so many pairs.", min=1)] = None,
    skip_missing: Annotated[bool, typer.Option("--skip-missing", help="Leave out pairs whose videos are not there.")] = False,
    matcher: Annotated[str, typer.Option(help="Open setting: words, or a model as openai:MODEL[@BASE_URL].")] = "words",
    folder: Annotated[Path, typer.Option(help="Reports are kept here; a later run goes on from there.")] = Path("viddiffbench"),
    write: Annotated[Path | None, typer.Option(help="Write the predictions here, in the authors' form.")] = None,
) -> None:
    """Compare the benchmark's pairs, or take predictions, and print the paper's numbers as Markdown tables.

    How to compare (planner, vlm, encoder, ...) comes from the config file and the environment, as for `viddiff compare`.
    """
    options = {
        "data": data, "videos": videos, "predictions": predictions, "splits": tuple(split or ()), "domains": tuple(domain or ()),
        "limit": limit, "skip_missing": skip_missing, "matcher": matcher, "folder": folder, "write": write,
    }  # fmt: skip
    _spoken(
        lambda: Task(setting=_setting(setting), settings=Settings.of(), **options).page(lambda line: typer.echo(line, err=True))
    )


@app.command()
def synthetic(
    folder: Annotated[Path, typer.Argument(help="Where to draw it; made if need be.")],
    pairs: Annotated[int, typer.Option(help="How many pairs.", min=1)] = 3,
    seed: Annotated[int, typer.Option(help="Decides everything about them.", min=0)] = 0,
) -> None:
    """Draw a small data set of the same form, and say where its rows are."""
    _spoken(lambda: write_synthetic(some_pairs(pairs, seed), folder))


def _setting(text: str) -> Setting:
    if text not in ("closed", "open"):
        raise SettingsError(f"setting {text!r} is not known; expected closed or open")
    return text


def _spoken(work: Callable[[], object]) -> None:
    """Print what it gives; what went wrong is one line on stderr, and the exit status is the error's."""
    try:
        typer.echo(work())
    except VidDiffError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_status)


if __name__ == "__main__":
    app()
