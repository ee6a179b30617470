"""Reading a trace is total: cut off anywhere, damaged, of another version, or not there at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.memory.state import Used
from viddiff.memory.trace_reading import Trace, frame_path, read_arrays, read_trace
from viddiff.memory.trace_recorder import ARRAYS, TRACE, FileRecorder
from viddiff.memory.traces import NodeEntered, Spent, ToolAnswered, Unread, Warned

AT = "2026-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    events = [
        Warned(text='äöü\n"quoted" 漢字'),
        NodeEntered(node="review", task="t"),
        Spent(used=Used(steps=1)),
        ToolAnswered(call="c", name="n", said="{}"),
    ]
    FileRecorder(folder).record(*events)
    return (folder / TRACE).read_bytes()


def read(folder: Path, content: bytes) -> Trace:
    (folder / TRACE).write_bytes(content)
    return read_trace(folder)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_cut_at_any_byte_all_whole_lines_before_are_read(whole, tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    cut = data.draw(st.integers(0, len(whole)))
    trace = read(folder, whole[:cut])
    finished = whole[:cut].count(b"\n")
    # The last line may also be whole but for the line break.
    assert finished <= len(trace.lines) <= finished + 1
    assert trace.lines == read(folder, whole).lines[: len(trace.lines)]
    assert trace.broken == (cut > 0 and not whole[:cut].endswith(b"\n") and len(trace.lines) == finished)


@settings(max_examples=150, deadline=None)
@given(junk=st.binary(max_size=200), at=st.integers(0, 4))
def test_any_junk_between_the_lines_costs_no_line_after_it(whole, tmp_path_factory, junk, at):
    lines = whole.splitlines(keepends=True)
    spoiled = b"".join([*lines[:at], junk + b"\n", *lines[at:]])
    trace = read(tmp_path_factory.getbasetemp(), spoiled)
    assert [line.event.kind for line in trace.lines] == ["warned", "node_entered", "spent", "tool_answered"]


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b'{"n": 1e999}', b"\xff\xfe", b"null", b'{"n":0,"at":"x","event":{"kind":"warned"}}']
)
def test_a_line_that_is_none_is_counted(tmp_path, line):
    trace = read(tmp_path, line + b"\n")
    assert (trace.lines, trace.broken) == ((), 1)
    assert trace.notes == ("1 line cut off or damaged",)


def test_a_trace_of_an_older_version_is_read_as_far_as_it_is_understood_with_a_note(tmp_path):
    old = {"kind": "run_started", "trace_schema": "viddiff.trace/0", "run": "abc"}
    events = [
        old,
        {"kind": "warned", "text": "w"},
        {"kind": "heat_map", "rows": [1]},
        {"kind": "warned", "text": "w", "level": 3},
    ]
    rows = [json.dumps({"n": n, "at": AT, "event": event}) for n, event in enumerate(events)]
    trace = read(tmp_path, "\n".join(rows).encode())
    assert [line.event.kind for line in trace.lines] == ["unread", "warned", "unread", "unread"]
    assert trace.lines[2].event == Unread(was="heat_map", fields={"rows": [1]})
    assert trace.notes == (
        "written as viddiff.trace/0; this version reads viddiff.trace/1",
        "not understood, and shown as it stands: 1 heat_map, 1 run_started, 1 warned",
    )
    assert trace.broken == 0


def test_no_trace_is_a_note(tmp_path):
    assert read_trace(tmp_path / "nowhere") == Trace(lines=(), notes=("no trace was recorded for this run",))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 31, "g" * 32, "0" * 32])
def test_a_name_that_leads_elsewhere_or_nowhere_is_not_followed(tmp_path, name):
    assert frame_path(tmp_path, name) is None
    assert read_arrays(tmp_path, name) == {}


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 1))
def test_arrays_cut_at_any_byte_are_nothing_or_whole(tmp_path_factory, share):
    folder = tmp_path_factory.getbasetemp() / "cut_arrays"
    name = FileRecorder(folder).keep_arrays(a=np.arange(50), b=np.arange(4))
    path = folder / ARRAYS / f"{name}.npz"
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert set(read_arrays(folder, name)) in (set(), {"a", "b"})
    path.write_bytes(content)
