"""Opens the trace of a run by its id, and makes a page of it: with its pictures inside, with addresses of them, or without."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ...memory.errors import SettingsError
from ...memory.model_traces import Picture
from ...memory.runs import RUN_ID
from ...memory.trace_reading import frame_path, read_arrays, read_trace
from ...tools.landmarks import BONES
from ..output.trace_page import render_trace_page
from .arrays import curves_of, heats_of
from .story import story_of
from .story_values import Story

Locate = Callable[[str], str]
"""The name of a kept picture to its address; empty to leave it out."""


def trace_folder(runs: Path, run_id: str) -> Path:
    """The folder of a run that has a trace.

    Raises:
        SettingsError: there is no such run, or none was recorded for it.
    """
    folder = runs / run_id
    if not RUN_ID.fullmatch(run_id) or not folder.is_dir():
        raise SettingsError(f"run {run_id[:64]!r} is not known here; viddiff trace list shows the ids of the runs that are")
    return folder


def open_trace(folder: Path) -> Story:
    """The trace in the folder of a run, told.

    Raises:
        SettingsError: there is none, or nothing of it can be read.
    """
    trace = read_trace(folder)
    if not trace.lines:
        raise SettingsError(f"run {folder.name!r}: {'; '.join(trace.notes) or 'its trace is empty'}; choose another run")
    return story_of(trace, partial(read_arrays, folder))


def trace_page(story: Story, folder: Path, locate: Locate, *, images: str = "data:", home: str = "") -> str:
    """The page of a trace.

    Args:
        story: of `open_trace`.
        folder: of the run.
        locate: where the page finds each picture.
        images: where its policy lets pictures come from.
        home: the page that leads here; empty for none.
    """
    read = partial(read_arrays, folder)
    names = {part.frame for asked in story.asked.values() for part in asked.parts if isinstance(part, Picture)}
    located = {name: address for name in sorted(names) if (address := locate(name))}
    data = {
        "story": story.model_dump(mode="json"),
        "heats": {name: heat.model_dump() for name, heat in heats_of(story, read).items()},
        "curves": {
            name: {side: [line.model_dump() for line in lines] for side, lines in sides.items()}
            for name, sides in curves_of(story, read).items()
        },
        "frames": located,
        "bones": BONES,
    }
    return render_trace_page(data, f"Trace: {story.head.action or story.head.run_id}", images=images, home=home)


def inside(folder: Path) -> Locate:
    """Pictures carried inside the page."""

    def located(name: str) -> str:
        path = frame_path(folder, name)
        return "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode("ascii") if path else ""

    return located


def left_out(name: str) -> str:
    """No pictures."""
    return ""
