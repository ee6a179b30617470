"""`viddiff eval`: run an evaluation, print its report as Markdown, and write what was asked for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

import typer
from rich.console import Console

from ..memory.errors import Interrupted, SettingsError
from ..memory.values import Setting, Value
from .settings import Settings


class Options(Value):
    """What both evaluations take, as the command line names it."""

    setting: Setting
    server: str | None
    planner: str | None
    vlm: str | None
    encoder: str | None
    baseline: Literal["frames", "grid"] | None
    baseline_fps: float | None
    max_images: int | None
    max_tokens: int | None
    folder: Path | None
    jobs: int | None
    engine: Literal["local", "ray"]
    address: str | None
    max_cost: float | None
    again: bool
    html: Path | None
    """Where the page goes; None for nowhere."""
    markdown: Path | None
    """Where the Markdown goes; stdout when None."""

    @classmethod
    def among(cls, given: Mapping[str, Any]) -> Options:
        """Those of a command that takes others too."""
        return cls.model_validate({name: given[name] for name in cls.model_fields})


class Task(Protocol):
    """An evaluation that is ready to be done."""

    def page(self, console: Console, traces: Path | None) -> tuple[Any, Any]:
        """Do it: its report, and what came of the work."""
        ...


def drawn_command(given: Mapping[str, Any]) -> None:
    """Evaluate on drawn pairs, embedded unless a model is named, whatever the environment says; `given` is what the command takes."""
    from ..evals.drawn.task import DrawnTask

    options = Options.among(given)
    settings = Settings.of(
        profile="auto" if options.planner or options.vlm else "embedded",
        planner=options.planner or "embedded",
        vlm=options.vlm or "none",
        encoder=options.encoder or "pose",
    )
    chosen = {name: given[name] for name in ("pairs", "seed", "difficulty")}
    _done(DrawnTask.model_validate({**chosen, **_common(options, settings, "drawn")}), options)


def viddiffbench_command(given: Mapping[str, Any]) -> None:
    """Evaluate on the user's copy of VidDiffBench; models are those of the settings, as for `viddiff compare`."""
    from ..evals.viddiffbench.task import BenchTask

    options = Options.among(given)
    settings = Settings.of(planner=options.planner, vlm=options.vlm, encoder=options.encoder)
    chosen = {name: given[name] for name in ("data", "videos", "predictions", "limit", "skip_missing", "matcher", "write")}
    picked = {"splits": tuple(given["split"] or ()), "domains": tuple(given["domain"] or ())}
    _done(BenchTask.model_validate({**chosen, **picked, **_common(options, settings, "viddiffbench")}), options)


def synthetic_command(folder: Path, pairs: int, seed: int) -> None:
    """Draw a small data set of the benchmark's form."""
    from ..evals.viddiffbench.synthetic import some_pairs, write_synthetic

    typer.echo(write_synthetic(some_pairs(pairs, seed), folder))


def _common(options: Options, settings: Settings, name: str) -> dict[str, Any]:
    from ..evals.baselines.frames import Limits
    from ..evals.evaluation import How, Who

    limits = Limits(fps=options.baseline_fps, max_images=options.max_images, max_tokens=options.max_tokens)
    if options.baseline is None and limits != Limits():
        raise SettingsError("--baseline-fps, --max-images and --max-tokens are for a baseline; add --baseline frames or grid")
    who = Who(settings=settings, server=options.server, baseline=options.baseline, limits=limits)
    how = How(
        folder=options.folder or settings.home / "evals" / name,
        engine=options.engine,
        slots=options.jobs,
        address=options.address,
        max_cost=options.max_cost,
        again=options.again,
    )
    return {"setting": options.setting, "who": who, "how": how, "command": " ".join(["viddiff", *sys.argv[1:]])}


def _done(task: Task, options: Options) -> None:
    """Do it and write its report.

    Raises:
        SettingsError: A file cannot be written.
        Exit: With 1 where pairs failed or were left out by the ceiling.
    """
    traces = options.html.with_name(f"{options.html.stem}-traces") if options.html else None
    try:
        page, evaluated = task.page(Console(stderr=True), traces)
    except KeyboardInterrupt:
        raise Interrupted("interrupted; finished pairs are kept, and the same command goes on from there") from None
    _write(page, options.html, options.markdown)
    if evaluated.left or any(outcome.failure for outcome in evaluated.outcomes):
        raise typer.Exit(1)


def _write(page: Any, html: Path | None, markdown: Path | None) -> None:
    from ..evals.reporting.html import render_html

    if markdown is None:
        typer.echo(page.markdown())
    for path, text in ((markdown, page.markdown), (html, lambda: render_html(page))):
        if path is None:
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(), encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{path}: cannot be written ({error.strerror or error}); choose another place") from None


def localization_command(
    pairs: int, seed: int, bodies: Literal["true", "tracked"], encoders: list[str] | None, folder: Path
) -> None:
    """Print the tables of the localization study."""
    from ..evals.localization.__main__ import localization_tables

    typer.echo(localization_tables(pairs, seed, bodies, encoders, folder, lambda line: typer.echo(line, err=True)))
