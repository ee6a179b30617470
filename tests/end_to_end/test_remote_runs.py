"""The same graph on remote models: a real OpenAI-compatible server on 127.0.0.1, scripted, that reads the images it is sent."""

from __future__ import annotations

import pytest

from viddiff import Report, Settings, compare
from viddiff.evals.scripted_server import ScriptedServer
from viddiff.evals.scripted_server.named import NAMED


@pytest.fixture
def remote(drawn, settings):
    """Compare the drawn pair with every seam remote, on a server of one personality; the report and what the server saw.

    Bodies are tracked once for all; replies are not shared, since every server has a port of its own.
    """
    made = drawn("squat", 3)
    statements = [{"id": s.id, "description": s.description} for s in made.pair.statements]

    def run(personality: str, *, closed: bool = True, **more) -> tuple[Report, list]:
        with ScriptedServer(NAMED[personality]()) as server:
            spec = f"openai:scripted@{server.base_url}"
            report = compare(
                made.a.path,
                made.b.path,
                action=made.pair.description,
                differences=statements if closed else None,
                max_differences=6,
                settings=Settings.of(home=settings.home, **{"planner": spec, "vlm": spec, **more}),
            )
            return report, list(server.recording.chats)

    run.truth = {s.id: s.answer for s in made.pair.statements}  # pyright: ignore[reportFunctionMemberAccess]
    return run


def wrong_letters(report: Report, truth: dict[str, str]) -> list[str]:
    return [d.description for d in report.differences if d.answer in "ab" and truth[d.id] in "ab" and d.answer != truth[d.id]]


def test_a_model_that_reads_the_pictures_is_a_second_witness(remote):
    report, calls = remote("image_reader")
    assert report.backends.planner.startswith("openai:scripted@")
    assert report.backends.verifier[0] == "measurement"
    assert [d.id for d in report.differences if remote.truth[d.id] in "ab" and d.lean != remote.truth[d.id]] == []
    orders = {vote.order for d in report.differences for vote in d.votes if vote.source != "measurement"}
    assert orders == {"ab", "ba"}
    assert report.usage.vlm_calls + report.usage.llm_calls == len(calls)
    assert report.usage.vlm_calls > 0


def test_a_model_that_always_says_the_first_changes_no_letter(remote):
    report, _ = remote("always_first")
    assert wrong_letters(report, remote.truth) == []
    assert any("first" in warning for warning in report.warnings)


def test_a_second_run_pays_for_no_picture_again(settings, drawn):
    made = drawn("squat", 3)
    with ScriptedServer(NAMED["image_reader"]()) as server:
        own = Settings.of(home=settings.home, vlm=f"openai:scripted@{server.base_url}")
        asked = [s.description for s in made.pair.statements]
        first = compare(made.a.path, made.b.path, action=made.pair.description, differences=asked, settings=own)
        before = len(server.recording.chats)
        second = compare(made.a.path, made.b.path, action=made.pair.description, differences=asked, settings=own)
        assert before > 0
        assert len(server.recording.chats) == before
    assert [(d.answer, d.lean) for d in second.differences] == [(d.answer, d.lean) for d in first.differences]
    assert second.usage.vlm_calls == 0


def test_the_open_setting_compares_what_the_model_proposes_and_what_the_bodies_show(remote):
    report, _ = remote("image_reader", closed=False)
    assert 1 <= len(report.differences) <= 6
    assert report.differences[0].answer in "ab"


@pytest.mark.parametrize(
    "personality", ["planner_stalls", "planner_unknown_tool", "planner_malformed_arguments", "planner_cut_off"]
)
def test_a_planner_that_gets_nowhere_is_replaced(remote, personality):
    report, _ = remote(personality, vlm="none")
    assert any("embedded planner" in warning for warning in report.warnings)
    assert wrong_letters(report, remote.truth) == []


def test_rubbish_replies_become_no_letters(remote):
    report, _ = remote("wrong_schema")
    assert wrong_letters(report, remote.truth) == []
    assert all(vote.answer == "unknown" for d in report.differences for vote in d.votes if vote.source != "measurement")


def test_the_limit_on_calls_holds(remote):
    report, calls = remote("image_reader", max_calls=3)
    assert len(calls) <= 3
    assert wrong_letters(report, remote.truth) == []
    assert any("limit" in warning for warning in report.warnings)
