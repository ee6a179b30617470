"""Real runs and their traces: embedded, with a real server on 127.0.0.1, killed, taken up again, talked about, removed."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from made_once import MadeOnce
from rich.console import Console

from viddiff import ModelServerError, Session, Settings, compare
from viddiff.agent.command_history import prune_command
from viddiff.evals.drawn.pairs import WrittenPair
from viddiff.evals.scripted_server import ScriptedServer, faults
from viddiff.evals.scripted_server.combining import Sequence
from viddiff.evals.scripted_server.named import NAMED
from viddiff.evals.scripted_server.recording import redacted
from viddiff.memory.model_traces import ModelAsked, ModelReplied, Picture
from viddiff.memory.trace_reading import Trace, frame_path, read_arrays, read_trace
from viddiff.memory.trace_recorder import ARRAYS, FRAMES, REMOVED, TRACE
from viddiff.memory.traces import (
    Answered,
    Decided,
    Event,
    Localized,
    Measured,
    NodeEntered,
    NodeLeft,
    PlannerSpoke,
    Retrieved,
    RunEnded,
    RunStarted,
    ToolAnswered,
    TurnStarted,
)

KEY = "sk-recognisable-5f1e2d3c4b5a6978"
ASKED = ("the hips sink deeper", "the knees cave inward more")
KINDS = {kind.model_fields["kind"].default for kind in get_args(get_args(Event)[0])}

KILLED = """
import os, signal, sys
from viddiff import Settings, compare
from viddiff.agent.events import Step

def tell(event):
    if isinstance(event, Step) and event.node == "tools":
        os.kill(os.getpid(), signal.SIGKILL)

settings = Settings.of(home=sys.argv[4], profile="embedded")
compare(sys.argv[1], sys.argv[2], action=sys.argv[3], differences=["the hips sink deeper"], settings=settings,
        on_event=tell, run_id="00000000dead")
"""


@pytest.fixture(scope="module")
def drawn_squats(made_once: MadeOnce) -> WrittenPair:
    return made_once.pair("squat", 3)


@pytest.fixture(scope="module")
def embedded(drawn_squats, made_once: MadeOnce, tmp_path_factory) -> Session:
    """A comparison that was talked about."""
    settings = Settings.of(home=made_once.tracks_in(tmp_path_factory.mktemp("home")), profile="embedded")
    session = begin(drawn_squats, settings)
    session.compare()
    session.ask("Who went deeper?")
    session.ask("Does the torso lean further forward?")
    return session


@pytest.fixture(scope="module")
def remote(drawn_squats, embedded, seen_once: None) -> Session:
    """The same with every seam remote, on a server that reads the pictures; one question."""
    with ScriptedServer(NAMED["image_reader"]()) as server:
        spec = f"openai:scripted@{server.base_url}"
        session = begin(drawn_squats, Settings.of(home=embedded._settings.home, planner=spec, vlm=spec))
        session.ask("Who went deeper?")
    return session


def begin(made: WrittenPair, settings: Settings) -> Session:
    return Session.start(made.a.path, made.b.path, action=made.pair.description, differences=list(ASKED), settings=settings)


def folder_of(session: Session) -> Path:
    return session._settings.runs_folder / session.id


def trace_of(session: Session) -> Trace:
    return read_trace(folder_of(session))


def events(session: Session, *kinds) -> list:
    return [line.event for line in trace_of(session).lines if isinstance(line.event, kinds)]


def test_every_kind_of_event_occurs_in_an_embedded_and_a_remote_run(embedded, remote):
    seen = {line.event.kind for session in (embedded, remote) for line in trace_of(session).lines}
    assert seen == KINDS - {"unread"}
    assert [(trace_of(s).broken, trace_of(s).notes) for s in (embedded, remote)] == [(0, ())] * 2


def test_the_report_names_its_trace(embedded):
    assert embedded.compare().trace == embedded.id
    started = events(embedded, RunStarted)[0]
    assert (started.run_id, started.setting, [s.description for s in started.statements]) == (embedded.id, "closed", [*ASKED])
    assert not [name for name in started.settings if "key" in name or name == "database"]


def test_every_node_is_left_and_every_call_is_answered_by_the_branch_that_ran_it(embedded, remote):
    for session in (embedded, remote):
        entered, left = ({e.task: e for e in events(session, kind)} for kind in (NodeEntered, NodeLeft))
        assert entered.keys() == left.keys()
        assert all(entered[task].node == left[task].node and not left[task].error for task in entered)
        called = [call.id for e in events(session, PlannerSpoke) for call in e.calls]
        assert sorted(called) == sorted(e.call for e in events(session, ToolAnswered))
        assert sorted(called) == sorted(e.call for e in entered.values() if e.node == "tools")


def test_every_turn_appends_to_the_trace_of_the_conversation(embedded):
    kinds = [e.kind for e in events(embedded, RunStarted, TurnStarted, Answered, RunEnded)]
    assert kinds == ["run_started", "run_ended", *["turn_started", "answered", "run_ended"] * 2]
    assert [line.n for line in trace_of(embedded).lines] == list(range(len(trace_of(embedded).lines)))
    assert {e.id for e in events(embedded, Measured)} > {"asked-1"}


def test_what_the_stages_were_placed_by_and_what_was_measured_is_kept(embedded):
    retrieved = events(embedded, Retrieved)
    assert {(e.video, e.encoder) for e in retrieved} == {(v, e) for v in "ab" for e in ("pose-1", "movement", "together")}
    for event in retrieved:
        arrays = read_arrays(folder_of(embedded), event.arrays)
        shape = (len(event.stages), len(arrays["times_s"]))
        assert arrays["emissions"].shape == shape
        assert arrays["similarities"].shape == (shape if event.encoder != "together" else (0, shape[1]))
    for event in events(embedded, Measured):
        curves = read_arrays(folder_of(embedded), event.arrays)
        assert set(curves) == {"times_a", "curve_a", "times_b", "curve_b"}
        assert event.keys_s["a"]
        assert curves["times_a"].min() <= event.keys_s["a"][0] <= curves["times_a"].max()


def test_both_orders_are_joined_with_their_pictures_replies_and_votes(remote):
    asked = [e for e in events(remote, ModelAsked) if e.role == "vlm"]
    replies = {e.id: e for e in events(remote, ModelReplied)}
    assert {e.order for e in asked} == {"ab", "ba"}
    for event in asked:
        frames = [part.frame for part in event.parts if isinstance(part, Picture)]
        paths = [frame_path(folder_of(remote), frame) for frame in frames]
        assert paths
        assert all(path is not None and path.read_bytes().startswith(b"\xff\xd8") for path in paths)
        told = replies[event.id]
        assert told.reply
        assert told.calls + told.cache_hits == 1
        assert {answer["id"] for answer in told.reply["answers"]} == set(event.differences)
    voted = {vote.order for e in events(remote, Decided) if e.verdict.witnesses == 2 for vote in e.verdict.votes}
    assert voted == {"ab", "ba", "-"}


def test_what_every_turn_of_a_model_took_adds_up_to_what_the_run_took(remote):
    turns = [e.usage for e in events(remote, PlannerSpoke) if e.usage]
    asked = events(remote, ModelReplied)
    total = events(remote, RunEnded)[-1]
    assert {e.node for e in events(remote, PlannerSpoke) if e.usage} == {"planner", "answer"}
    for part in ("calls", "input_tokens", "output_tokens", "images"):
        assert sum(getattr(each, part) for each in (*turns, *asked)) == getattr(total, part) > 0


def test_a_run_that_was_killed_leaves_a_trace_up_to_there_and_goes_on_in_it(drawn_squats, embedded):
    made, home = drawn_squats, embedded._settings.home
    folder = home / "runs" / "00000000dead"
    command = [sys.executable, "-c", KILLED, made.a.path, made.b.path, made.pair.description, str(home)]
    assert subprocess.run(command, timeout=120, check=False).returncode == -signal.SIGKILL
    before = read_trace(folder)
    assert before.broken == 0
    kinds = [line.event.kind for line in before.lines]
    assert kinds[0] == "run_started"
    assert {"retrieved", "aligned", "tool_answered"} <= set(kinds)
    assert "run_ended" not in kinds
    compare(
        made.a.path,
        made.b.path,
        action=made.pair.description,
        differences=["the hips sink deeper"],
        settings=embedded._settings,
        run_id="00000000dead",
    )
    after = read_trace(folder)
    assert after.lines[: len(before.lines)] == before.lines
    assert [line.event.kind for line in after.lines].count("run_started") == 2
    assert after.lines[-1].event.kind == "run_ended"
    names = {f"{line.event.arrays}.npz" for line in after.lines if isinstance(line.event, Retrieved | Measured)}
    assert {path.name for path in (folder / ARRAYS).iterdir()} == names


def test_a_run_that_a_server_broke_off_says_so_and_no_file_holds_the_key(drawn_squats, embedded):
    broken = Sequence((NAMED["same"](), 2), then=faults.unauthorized())
    with ScriptedServer(broken) as server:
        settings = Settings.of(
            home=embedded._settings.home,
            profile="openai",
            model="scripted",
            encoder="pose",
            max_attempts=1,
            OPENAI_API_KEY=KEY,
            OPENAI_BASE_URL=server.base_url,
        )
        session = begin(drawn_squats, settings)
        with pytest.raises(ModelServerError):
            session.compare()
        ended = events(session, RunEnded)[-1]
        assert ended.status == "failed"
        assert [(e.node, e.error) for e in events(session, NodeLeft) if e.error] == [("review", ended.error)]
        assert "401" in ended.error or "key" in ended.error.lower()
        assert [e for e in events(session, ModelReplied) if e.error and e.reply is None]
        server.personality = NAMED["same"]()
        session.ask(f"Who went deeper? My key is {KEY}")
        assert server.recording.chats[0].headers["authorization"] == redacted(f"Bearer {KEY}")
    assert {e.question for e in events(session, TurnStarted)} == {f"Who went deeper? My key is {REMOVED}"}
    files = [path for path in folder_of(session).rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} >= {FRAMES, ARRAYS}
    for path in files:
        content = path.read_bytes()
        assert KEY.encode() not in content, path
        assert b"base64," not in content, path
        assert b"Bearer" not in content, path


def test_a_trace_that_cannot_be_written_is_one_warning_in_the_report(drawn_squats, embedded):
    settings, run_id = embedded._settings, "00000000feed"
    (settings.runs_folder / run_id / TRACE).mkdir(parents=True)
    made = drawn_squats
    report = compare(
        made.a.path,
        made.b.path,
        action=made.pair.description,
        differences=list(ASKED),
        settings=settings,
        run_id=run_id,
    )
    assert [d.answer for d in report.differences] == [d.answer for d in embedded.compare().differences][: len(ASKED)]
    assert len([warning for warning in report.warnings if "trace of this run is not complete" in warning]) == 1


def test_a_run_that_is_stopped_is_called_interrupted(drawn_squats, embedded):
    session = begin(drawn_squats, embedded._settings)

    async def leave_early() -> None:
        stream = session.stream_comparison()
        async for event in stream:
            if event.kind == "step":
                break
        await stream.aclose()
        # The work is told to stop, and does so in its own time.
        for _ in range(200):
            if events(session, RunEnded):
                return
            await asyncio.sleep(0.05)

    asyncio.run(leave_early())
    assert [e.status for e in events(session, RunEnded)] == ["interrupted"]


def test_a_stage_that_is_moved_by_hand_is_a_turn_of_its_own_with_other_looks(drawn_squats, embedded):
    session = begin(drawn_squats, embedded._settings)
    session.compare()
    looks = len(events(session, Localized))

    stages = session.compare().stages
    assert stages[1].a is not None
    span = stages[1].a

    async def moved() -> None:
        async for _ in session.move_stage("a", 0, stages[1].name, span.start_s, span.end_s - 0.05):
            pass

    asyncio.run(moved())
    assert [e.question for e in events(session, TurnStarted)] == [""]
    assert len(events(session, Localized)) > looks


def test_a_trace_goes_with_its_run(drawn_squats, embedded, tmp_path, monkeypatch):
    shutil.copytree(embedded._settings.cache_folder, tmp_path / "cache")
    monkeypatch.setenv("VIDDIFF_HOME", str(tmp_path))
    session, other = (begin(drawn_squats, Settings.of(home=tmp_path, profile="embedded")) for _ in range(2))
    for each in (session, other):
        each.compare()
        assert (folder_of(each) / TRACE).is_file()
    asyncio.run(session.delete())
    assert not folder_of(session).exists()
    prune_command(older_than=None, keep=0, dry_run=False, console=Console(quiet=True))
    assert not folder_of(other).exists()
