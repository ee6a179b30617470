"""A run forked at a step: only what depends on the changed settings runs again, and nothing that was answered is asked again."""

from __future__ import annotations

import asyncio
import json

import pytest
from typer.testing import CliRunner

from viddiff import SettingsError
from viddiff.agent.chat.session import Session
from viddiff.agent.cli import app
from viddiff.agent.command_compare import Outputs, resume_command
from viddiff.agent.command_fork import changes_in, forked
from viddiff.agent.fork import continued, steps_of
from viddiff.agent.settings import Settings
from viddiff.memory.databases import open_memory
from viddiff.memory.runs import Runs
from viddiff.memory.state import State
from viddiff.memory.trace_reading import read_trace
from viddiff.memory.traces import NodeEntered, RunStarted
from viddiff.memory.values import Verdict


@pytest.fixture(autouse=True)
def _home(base, monkeypatch):
    monkeypatch.setenv("VIDDIFF_HOME", str(base.home))
    monkeypatch.delenv("VIDDIFF_DATABASE", raising=False)


def sent(base) -> list[str]:
    return [str(chat.body["messages"]) for chat in base.server.recording.chats]


def steps(base, run_id: str):
    async def read():
        async with open_memory(Settings.of().home) as memory:
            return await steps_of(memory, run_id)

    return asyncio.run(read())


def events(run_id: str):
    return [line.event for line in read_trace(Settings.of().runs_folder / run_id).lines]


def test_more_attempts_after_verification_send_no_question_that_was_answered(base):
    assert all(len(d.attempts) == 1 for d in base.report.differences)
    before = sent(base)
    report = forked(base.report.id, "report", {"max_attempts": "3"})
    new = sent(base)[len(before) :]
    assert new
    assert set(new).isdisjoint(before)
    assert max(len(d.attempts) for d in report.differences) > 1
    assert report.id != base.report.id
    assert [d.id for d in report.differences] == [d.id for d in base.report.differences]


def test_a_fork_says_what_it_is_and_shows_what_it_started_from(base):
    report = forked(base.report.id, "review", {"max_attempts": "2"})
    saved = Runs(Settings.of().runs_folder).request(report.id)
    told = events(report.id)
    started = next(event for event in told if isinstance(event, RunStarted))
    assert saved.forked_from is not None
    assert started.forked_from == saved.forked_from
    assert saved.forked_from.run_id == base.report.id
    assert saved.forked_from.changed == {"max_attempts": 2}
    kinds = [event.kind for event in told]
    first = kinds.index("node_entered")
    assert {"proposed", "aligned", "localized", "decided"} <= set(kinds[:first])
    assert next(event.node for event in told if isinstance(event, NodeEntered)) == "review"


def test_an_unchanged_fork_takes_every_reply_from_the_cache(base):
    before = len(sent(base))
    for step in ("planner", "query_vlm", "start"):
        report = forked(base.report.id, step, {})
        assert [(d.answer, d.lean) for d in report.differences] == [(d.answer, d.lean) for d in base.report.differences]
        assert report.usage.vlm_calls == 0
    assert len(sent(base)) == before


def test_without_the_model_only_the_measurement_speaks(base):
    before = len(sent(base))
    report = forked(base.report.id, "review", {"vlm": "none", "planner": "embedded"})
    assert len(sent(base)) == before
    assert {vote.source for d in report.differences for vote in d.votes} == {"measurement"}
    assert report.backends.planner == "embedded"


def test_a_fork_of_a_fork_and_its_resumption(base):
    first = forked(base.report.id, "review", {"max_attempts": "2"})
    second = forked(first.id, "review", {"max_attempts": "3"})
    before = len(sent(base))
    home = Settings.of().home
    # As after a stop: the report is gone, the request and the cache are there.
    asyncio.run(_forget(second.id))
    again = resume_command(second.id, Outputs(json_path="-"))
    assert [d.answer for d in again.differences] == [d.answer for d in second.differences]
    assert len(sent(base)) == before
    kept = Runs(home / "runs").request(second.id).forked_from
    assert kept is not None
    assert (kept.run_id, kept.origin) == (first.id, base.report.id)


async def _forget(run_id: str) -> None:
    async with open_memory(Settings.of().home) as memory:
        await memory.checkpointer.adelete_thread(run_id)


def test_the_steps_are_listed_and_numbered_as_langgraph_does(base):
    listed = steps(base, base.report.id)
    assert [step.number for step in listed] == list(range(1, len(listed) + 1))
    assert listed[0].node == "review"
    assert listed[-1].node == "report"
    assert any("query_vlm" in step.calls for step in listed)


def test_questions_after_the_comparison_add_one_state_and_leave_its_steps(base):
    id_ = forked(base.report.id, "review", {"vlm": "none", "planner": "embedded"}).id
    before, listed = asyncio.run(_kept(id_)), steps(base, id_)
    for _ in range(2):
        assert Session.open(id_).ask("how long is each clip?").text
    assert asyncio.run(_kept(id_)) == before + 1
    assert steps(base, id_) == listed
    assert forked(id_, "review", {}).differences


async def _kept(run_id: str) -> int:
    async with open_memory(Settings.of().home) as memory:
        return len([each async for each in memory.checkpointer.alist({"configurable": {"thread_id": run_id}})])


def test_the_command_forks_and_lists(base):
    listed = CliRunner().invoke(app, ["trace", "fork", base.report.id, "--list"])
    assert "0  start" in listed.stdout
    assert "tools query_vlm" in listed.stdout
    command = ["trace", "fork", base.report.id, "--set", "vlm=none", "--set", "planner=embedded", "--json", "-"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["backends"]["planner"] == "embedded"
    assert f"forked from {base.report.id}" in done.stderr


@pytest.mark.parametrize(
    ("step", "changes", "message"),
    [
        ("99", {}, r"no step '99'; expected 1 to \d+, .*query_vlm.*start"),
        ("review", {"fps": "10"}, "--set fps: .*--from start"),
        ("review", {"home": "/"}, "--set home: cannot be changed in a fork; expected one of encoder"),
        ("review", {"openai_api_key": "x"}, "--set openai_api_key: cannot be changed"),
        ("review", {"max_attempts": "many"}, "max_attempts"),
    ],
)
def test_what_cannot_be_is_one_line(base, step, changes, message):
    with pytest.raises(SettingsError, match=message) as caught:
        forked(base.report.id, step, changes)
    assert "\n" not in str(caught.value)


def test_unknown_runs_and_odd_settings_are_one_line(base):
    with pytest.raises(SettingsError, match="not known here"):
        forked("0123456789ab", "review", {})
    with pytest.raises(SettingsError, match="expected NAME=VALUE"):
        changes_in(["max_attempts"])
    assert changes_in(["a=1", "b = x=y"]) == {"a": "1", "b": "x=y"}


def test_a_run_whose_history_was_pruned_can_be_forked_from_its_start_only(base):
    gone = forked(base.report.id, "review", {}).id

    async def prune():
        async with open_memory(Settings.of().home) as memory:
            await memory.upkeep.shrink([gone])

    asyncio.run(prune())
    with pytest.raises(SettingsError, match=r"not kept.*--from start"):
        forked(gone, "review", {})
    assert forked(gone, "start", {}).differences


def test_another_model_is_asked_anew_and_another_planner_takes_over():
    kept = Verdict(id="d1", answer="a", lean="a", confidence=0.9, reason="by both")
    measured = kept.model_copy(update={"answer": "b", "lean": "b", "reason": "measured"})
    state = State(run_id="1", planner="embedded", asked={"d1": "align"}, verdicts={"d1": kept}, measured={"d1": measured})  # pyright: ignore[reportCallIssue]
    assert continued(state, [], "2") == {**state, "run_id": "2"}
    assert continued(state, ["vlm"], "2")["verdicts"] == {"d1": measured}
    assert continued(state, ["vlm"], "2")["asked"] == {}
    assert "planner" not in continued(state, ["planner"], "2")
    assert continued(state, ["planner"], "2")["verdicts"] == {"d1": kept}
