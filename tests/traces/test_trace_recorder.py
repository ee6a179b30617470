"""Keeping a trace: whole lines from many threads and processes, nothing secret, and never a word that could stop the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from viddiff.memory.trace_reading import frame_path, read_arrays, read_trace
from viddiff.memory.trace_recorder import ARRAYS, FRAMES, REMOVED, TRACE, FileRecorder, Silent
from viddiff.memory.traces import Warned

KEY = "sk-recognisable-0123456789abcdef"
WRITER = """
import sys
from pathlib import Path
from viddiff.memory.trace_recorder import FileRecorder
from viddiff.memory.traces import Warned
recorder = FileRecorder(Path(sys.argv[1]))
for n in range(150):
    recorder.record(*[Warned(text=f"{sys.argv[2]} {n} " + "x" * 3000)] * 2)
assert not recorder.problem, recorder.problem
"""


def warned(folder: Path) -> list[str]:
    return [line.event.text for line in read_trace(folder).lines if isinstance(line.event, Warned)]


def test_events_are_there_as_soon_as_they_are_recorded(tmp_path):
    recorder = FileRecorder(tmp_path / "runs" / "one")
    for n in range(3):
        recorder.record(Warned(text=str(n)))
        assert warned(tmp_path / "runs" / "one")[-1] == str(n)
    recorder.record(Warned(text="3"), Warned(text="4"))
    assert [line.n for line in read_trace(tmp_path / "runs" / "one").lines] == [0, 1, 2, 3, 4]


def test_nothing_is_written_before_the_first_event(tmp_path):
    FileRecorder(tmp_path / "one")
    assert not (tmp_path / "one").exists()


def test_threads_write_whole_lines_numbered_in_order(tmp_path):
    recorder = FileRecorder(tmp_path)

    def write(name: int) -> None:
        for n in range(100):
            recorder.record(Warned(text=f"{name} {n} {'y' * 500}"))
            recorder.keep_frame(b"\xff\xd8" + bytes(n))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trace = read_trace(tmp_path)
    assert [line.n for line in trace.lines] == list(range(600))
    assert trace.broken == 0
    assert len(list((tmp_path / FRAMES).iterdir())) == 100
    by_thread = {name: [text.split()[1] for text in warned(tmp_path) if text.startswith(f"{name} ")] for name in range(6)}
    assert all(numbers == [str(n) for n in range(100)] for numbers in by_thread.values())


def test_two_processes_never_tear_each_others_lines(tmp_path):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in ("one", "two")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    trace = read_trace(tmp_path)
    assert (len(trace.lines), trace.broken) == (600, 0)
    assert [line.n for line in trace.lines] == list(range(600))


def test_a_line_that_another_process_left_unfinished_spoils_no_line_of_ours(tmp_path):
    FileRecorder(tmp_path).record(Warned(text="before"))
    with (tmp_path / TRACE).open("ab") as file:
        file.write(b'{"n":1,"at":"2026-01-01T00:00:00Z","ev')
    again = FileRecorder(tmp_path)
    again.record(Warned(text="after"))
    trace = read_trace(tmp_path)
    assert warned(tmp_path) == ["before", "after"]
    assert [line.n for line in trace.lines] == [0, 2]
    assert trace.broken == 1


def test_pictures_and_arrays_are_kept_once_under_their_content(tmp_path):
    recorder = FileRecorder(tmp_path)
    curve = np.array([[1.5, np.nan], [2.0, 3.0]])
    names = {recorder.keep_arrays(curve=curve, times_s=np.arange(2)) for _ in range(2)}
    frames = {recorder.keep_frame(b"\xff\xd8jpeg") for _ in range(2)}
    assert len(names) == len(frames) == 1
    stored = read_arrays(tmp_path, names.pop())
    assert stored["curve"].dtype == np.float32
    np.testing.assert_array_equal(stored["curve"], curve)
    path = frame_path(tmp_path, frames.pop())
    assert path is not None
    assert path.read_bytes() == b"\xff\xd8jpeg"
    assert len(list((tmp_path / ARRAYS).iterdir())) == len(list((tmp_path / FRAMES).iterdir())) == 1


def test_a_file_that_was_left_unfinished_is_written_again(tmp_path):
    name = FileRecorder(tmp_path).keep_arrays(a=np.arange(100))
    path = tmp_path / ARRAYS / f"{name}.npz"
    path.write_bytes(path.read_bytes()[:50])
    assert read_arrays(tmp_path, name) == {}
    FileRecorder(tmp_path).keep_arrays(a=np.arange(100))
    assert len(read_arrays(tmp_path, name)["a"]) == 100


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_said_once_and_stops_nothing(tmp_path):
    (tmp_path / TRACE).symlink_to("/dev/full")
    recorder = FileRecorder(tmp_path)
    for _ in range(3):
        recorder.record(Warned(text="x"))
        assert recorder.keep_frame(b"\xff\xd8") == ""
    assert recorder.problem.startswith("the trace of this run is not complete: ")
    assert not recorder.active
    assert not (tmp_path / FRAMES).exists()


def test_a_disk_that_fills_up_leaves_no_half_of_a_picture(tmp_path, monkeypatch):
    recorder = FileRecorder(tmp_path)
    recorder.record(Warned(text="x"))
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: real(descriptor, content[: len(content) // 2]))
    assert recorder.keep_frame(bytes(1000)) == ""
    assert list((tmp_path / FRAMES).iterdir()) == []
    assert recorder.problem


def test_a_folder_that_is_removed_meanwhile_is_not_made_again(tmp_path):
    folder = tmp_path / "run"
    recorder = FileRecorder(folder)
    recorder.record(Warned(text="x"))
    (folder / TRACE).unlink()
    folder.rmdir()
    recorder.record(Warned(text="y"))
    assert not folder.exists()
    assert recorder.problem


@pytest.mark.parametrize(
    "text",
    [
        f"the server said {KEY} is wrong",
        'a key with "quotes" and \\ in it: qu"o\\te',
        "Authorization: Bearer abcdefgh12345678",
        "another of mine: sk-abcdefghijklmnop1234",
        "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD==",
        "postgresql://me:hidden-password@localhost/db",
        "A" * 2000,
    ],
)
def test_what_is_secret_or_coded_is_taken_out_of_every_line(tmp_path, text):
    recorder = FileRecorder(tmp_path, [KEY, 'qu"o\\te'])
    recorder.record(Warned(text=text))
    (line,) = (tmp_path / TRACE).read_text(encoding="utf-8").splitlines()
    said = json.loads(line)["event"]["text"]
    assert REMOVED in said
    for secret in (KEY, 'qu"o\\te', "abcdefgh12345678", "sk-abc", "9j/4AAQ", "hidden-password", "A" * 400):
        assert secret not in said


def test_half_a_character_from_a_models_reply_is_no_reason_to_stop(tmp_path):
    recorder = FileRecorder(tmp_path)
    recorder.record(Warned(text="broken \ud83d here"), Warned(text="next"))
    assert warned(tmp_path) == ["broken ? here", "next"]
    assert not recorder.problem


def test_the_silent_one_keeps_nothing():
    silent = Silent()
    silent.record(Warned(text="x"))
    assert (silent.keep_frame(b"x"), silent.keep_arrays(a=np.arange(3)), silent.active, silent.problem) == ("", "", False, "")
