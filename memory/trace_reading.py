"""Reads the trace of a run, whatever state it is in: still growing, cut off, or written by another version."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from pydantic import ValidationError

from .trace_recorder import ARRAYS, FRAMES, TRACE
from .traces import LINE, SCHEMA, Line, RunStarted, Unread
from .values import Value

NAME = re.compile(r"[0-9a-f]{32}")


class Trace(Value):
    """What could be read."""

    lines: tuple[Line, ...]
    broken: int = 0
    """Lines that are no events: cut off when the process was stopped, or damaged."""
    notes: tuple[str, ...] = ()
    """Sentences for the reader about what is missing or from another version."""


def read_trace(folder: Path) -> Trace:
    """The trace in the folder of a run; never raises on account of what is in the file."""
    try:
        rows = (folder / TRACE).read_bytes().split(b"\n")
    except OSError:
        return Trace(lines=(), notes=("no trace was recorded for this run",))
    read = [_line(row) for row in rows if row.strip()]
    lines = tuple(line for line in read if line is not None)
    broken = len(read) - len(lines)
    cut = (f"{broken} line{'s' if broken != 1 else ''} cut off or damaged",) if broken else ()
    return Trace(lines=lines, broken=broken, notes=(*_about_versions(lines), *cut))


def frame_path(folder: Path, name: str) -> Path | None:
    """The file of a kept picture; None where there is none."""
    return _existing(folder / FRAMES, name, ".jpg")


def read_arrays(folder: Path, name: str) -> dict[str, np.ndarray]:
    """Kept arrays (float32) by name; empty where they are missing or damaged."""
    if (path := _existing(folder / ARRAYS, name, ".npz")) is None:
        return {}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}


def _existing(folder: Path, name: str, suffix: str) -> Path | None:
    path = folder / f"{name}{suffix}"
    # A trace may come from somebody else: a name that leads elsewhere is not followed.
    return path if NAME.fullmatch(name) and path.is_file() else None


def _line(row: bytes) -> Line | None:
    try:
        return LINE.validate_json(row)
    except ValidationError:
        return _unread(row)


def _unread(row: bytes) -> Line | None:
    """A line of another version with its event as it stands; None when it is no line at all."""
    try:
        match json.loads(row):
            case {"n": int(n), "at": str(at), "event": {"kind": str(kind), **fields}}:
                return LINE.validate_python({"n": n, "at": at, "event": Unread(was=kind, fields=fields)})
    except (ValueError, RecursionError):
        pass
    return None


def _about_versions(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Which other versions wrote it, and what of theirs is not understood."""
    others = sorted({schema for line in lines if (schema := _schema(line.event)) not in ("", SCHEMA)})
    unread = Counter(line.event.was for line in lines if isinstance(line.event, Unread))
    notes = [f"written as {schema}; this version reads {SCHEMA}" for schema in others]
    if unread:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(unread.items()))
        notes.append(f"not understood, and shown as it stands: {kinds}")
    return tuple(notes)


def _schema(event: Any) -> str:
    if isinstance(event, Unread):
        return str(event.fields.get("trace_schema", ""))
    return event.trace_schema if isinstance(event, RunStarted) else ""
