"""`viddiff trace`: the recorded runs, the tree of one, its page, and what changed between two."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ..memory.errors import SettingsError
from ..memory.leftovers import runs_in
from ..memory.trace_reading import read_trace
from ..memory.trace_recorder import TRACE
from .output.trace_page import render_changes
from .settings import Settings
from .traces.changes import Change, Changes, changes_between
from .traces.opening import inside, left_out, open_trace, trace_folder, trace_page
from .traces.story import story_of
from .traces.story_values import DifferenceStory, Story
from .traces.telemetry import send_run
from .traces.text import Row, print_difference, print_rows, print_story


def list_command(flags: tuple[str, ...], dearest: bool, limit: int, console: Console) -> None:
    """The recorded runs, the newest first; only those in which every one of `flags` is raised by some difference."""
    rows = (row for row in _rows(Settings.of().runs_folder) if row.flags.issuperset(flags))
    # What costs most may be old, so all of them are read before the list is cut.
    found = sorted(rows, key=lambda row: -row.cost_usd) if dearest else sorted(rows, key=lambda row: row.when, reverse=True)
    if not found:
        console.print("no such run was recorded" if flags else "no run was recorded yet", highlight=False)
        return
    print_rows(found[:limit], console)


def _rows(runs: Path) -> Iterator[Row]:
    for run in runs_in(runs):
        if (run.path / TRACE).is_file() and (trace := read_trace(run.path)).lines:
            yield Row.of(story_of(trace, lambda _: {}), run.path.name)


def show_command(run_id: str, difference: str | None, console: Console) -> None:
    """The tree of a run, or the whole story of one of its differences.

    Raises:
        SettingsError: there is no such run or difference.
    """
    story = open_trace(trace_folder(Settings.of().runs_folder, run_id))
    if difference is None:
        print_story(story, console)
    else:
        print_difference(_named(story, difference), story, console)


def _named(story: Story, id_: str) -> DifferenceStory:
    for told in story.differences:
        if told.id == id_:
            return told
    known = ", ".join(told.id for told in story.differences) or "none"
    raise SettingsError(f"--difference {id_[:64]!r}: this run has no such difference; expected one of {known}")


def export_command(run_id: str, path: Path, frames: bool, console: Console) -> None:
    """Write the page of a run as one file.

    Raises:
        SettingsError: there is no such run, or the file cannot be written.
    """
    _write(path, _page(run_id, frames))
    console.print(f"{path}: {path.stat().st_size / 2**20:.1f} MiB", highlight=False, soft_wrap=True)


def otlp_command(run_id: str, endpoint: str, console: Console) -> None:
    """Send a run to an OpenTelemetry collector.

    Raises:
        SettingsError: there is no such run, or the collector does not take it.
        SetupError: the extra `otel` is not installed.
    """
    sent = send_run(Settings.of(), run_id, endpoint)
    console.print(f"{sent} spans sent to {endpoint}", highlight=False, markup=False, soft_wrap=True)


def open_command(run_id: str, browse: bool, console: Console) -> None:
    """Open the page of a run in the browser.

    Raises:
        SettingsError: there is no such run.
    """
    # It has to outlive this process: the browser reads it when it gets round to it. Beside the run, it goes when the run does.
    path = trace_folder(Settings.of().runs_folder, run_id) / "trace.html"
    _write(path, _page(run_id, True))
    console.print(path.as_uri(), highlight=False, soft_wrap=True)
    if browse:
        webbrowser.open(path.as_uri())


def _page(run_id: str, frames: bool) -> str:
    folder = trace_folder(Settings.of().runs_folder, run_id)
    return trace_page(open_trace(folder), folder, inside(folder) if frames else left_out)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written ({error.strerror or error}); choose another place") from None


def diff_command(first: str, second: str, html: Path | None, console: Console) -> None:
    """What changed from one run to another.

    Raises:
        SettingsError: one of the runs is not known, or the file cannot be written.
    """
    runs = Settings.of().runs_folder
    before, after = (open_trace(trace_folder(runs, run_id)) for run_id in (first, second))
    changes = changes_between(before, after)
    if html is not None:
        _write(html, render_changes(changes.model_dump()))
    _print_changes(changes, console)


def _print_changes(changes: Changes, console: Console) -> None:
    console.print(Text(f"{changes.before} → {changes.after}", style="bold"))
    _print_group("settings and clips", changes.settings, console)
    for each in changes.differences:
        _print_group(f"{each.id}: {each.description}", each.changes, console)
    _print_group("cost", changes.cost, console)
    same = "1 difference is as it was" if changes.unchanged == 1 else f"{changes.unchanged} differences are as they were"
    console.print(Text(same, style="dim"))


def _print_group(title: str, changes: tuple[Change, ...], console: Console) -> None:
    if changes:
        console.print(Text(title, style="bold"))
    for each in changes:
        console.print(Text.assemble(f"  {each.what}: ", (each.before, "dim"), " → ", each.after), soft_wrap=True)
