"""A trace as OpenTelemetry spans, and the way to a collector."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from collector import Collector
from pydantic import SecretStr

from viddiff.agent.settings import Settings
from viddiff.agent.traces.spans import Span, newest_spans, spans_of
from viddiff.agent.traces.telemetry import encoded, send, send_if_asked, send_run
from viddiff.memory.errors import SettingsError, SetupError
from viddiff.memory.model_traces import ModelAsked, ModelReplied, Picture
from viddiff.memory.report import Backends
from viddiff.memory.trace_reading import Trace
from viddiff.memory.trace_recorder import FileRecorder
from viddiff.memory.traces import (
    Event,
    Line,
    NodeEntered,
    NodeLeft,
    PlannerSpoke,
    RunEnded,
    RunStarted,
    ToolAnswered,
    ToolCalled,
    TurnStarted,
)
from viddiff.memory.usage import CallUsage

MODEL = "openai:gpt-4o@http://127.0.0.1:8000/v1"
SECRET_WORDS = "which knee bends more"
STARTED = RunStarted(
    run_id="0123456789ab",
    version="1",
    action="squat",
    setting="open",
    max_differences=3,
    videos={},
    backends=Backends(planner=MODEL, proposer="library", encoder="pose", verifier=("measurement", MODEL)),
    settings={},
)
CALL = ToolCalled(id="c1", name="query_vlm", arguments={"difference_ids": ["d1"]})
ASKED = ModelAsked(
    id="q1", model=MODEL, role="vlm", prompt_version="p", system=SECRET_WORDS, order="ab", differences=("d1",),
    parts=(SECRET_WORDS, Picture(frame="f" * 32, width=4, height=4)),
)  # fmt: skip
REPLIED = ModelReplied(id="q1", reply={"answers": []}, seconds=1.0, calls=1, input_tokens=700, output_tokens=30, images=1)
RUN: tuple[Event, ...] = (
    STARTED,
    NodeEntered(node="planner", task="t1"),
    PlannerSpoke(by=MODEL, calls=(CALL,), usage=CallUsage(calls=1, input_tokens=50, output_tokens=5, cost_usd=0.25)),
    NodeLeft(node="planner", task="t1", seconds=1.0),
    NodeEntered(node="tools", task="t2", call="c1"),
    ASKED,
    REPLIED,
    ToolAnswered(call="c1", name="query_vlm", said="asked about 1 difference"),
    NodeLeft(node="tools", task="t2", seconds=3.0),
    RunEnded(status="done", seconds=9.0),
)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def trace(*events: Event) -> Trace:
    return Trace(lines=tuple(Line(n=n, at=NOON + timedelta(seconds=n), event=event) for n, event in enumerate(events)))


def named(spans: tuple[Span, ...]) -> dict[str, Span]:
    return {span.name: span for span in spans}


def test_the_run_holds_its_chats_and_tools_and_a_tool_the_questions_that_it_asks():
    spans = spans_of(trace(*RUN))
    run, planner, tool, question = spans
    assert [span.name for span in spans] == ["invoke_agent viddiff", "chat gpt-4o", "execute_tool query_vlm", "chat gpt-4o"]
    assert [span.parent_id for span in spans] == ["", run.span_id, run.span_id, tool.span_id]
    assert {span.trace_id for span in spans} == {run.trace_id}
    assert (question.start, question.end) == (NOON + timedelta(seconds=5), NOON + timedelta(seconds=6))
    assert (run.start, run.end) == (NOON, NOON + timedelta(seconds=9))
    assert planner.kind == question.kind == "client"
    assert tool.kind == run.kind == "internal"


def test_attributes_are_those_of_the_conventions():
    run, planner, tool, question = spans_of(trace(*RUN))
    assert run.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert run.attributes["gen_ai.agent.name"] == "viddiff"
    assert run.attributes["gen_ai.conversation.id"] == "0123456789ab"
    assert run.attributes["gen_ai.usage.input_tokens"] == 750
    assert run.attributes["viddiff.cost_usd"] == 0.25
    assert planner.attributes["gen_ai.response.finish_reasons"] == ("tool_calls",)
    assert tool.attributes["gen_ai.tool.call.id"] == "c1"
    assert json.loads(str(tool.attributes["gen_ai.tool.call.arguments"])) == {"difference_ids": ["d1"]}
    assert question.attributes["gen_ai.request.model"] == "gpt-4o"
    assert question.attributes["gen_ai.provider.name"] == "openai"
    assert (question.attributes["server.address"], question.attributes["server.port"]) == ("127.0.0.1", 8000)
    assert question.attributes["gen_ai.usage.output_tokens"] == 30
    assert question.attributes["gen_ai.response.finish_reasons"] == ("stop",)
    assert not any(span.error or "error.type" in span.attributes for span in (run, planner, tool, question))


def test_what_failed_says_so_and_what_was_stopped_is_marked():
    error = (
        f"model server {MODEL}: the reply cannot be used: it was cut off at the longest length allowed, twice; try another model"
    )
    failed = ModelReplied(id="q1", error=error, seconds=1.0, calls=2)
    run, *_, question = spans_of(trace(*RUN[:6], failed))
    assert question.error == error
    assert question.attributes["error.type"] == "unusable_reply"
    assert question.attributes["gen_ai.response.finish_reasons"] == ("length",)
    assert run.attributes["viddiff.unfinished"] is True
    assert run.end == NOON + timedelta(seconds=6)
    stopped = spans_of(trace(STARTED, RunEnded(status="interrupted", seconds=1.0)))[0]
    assert stopped.attributes["error.type"] == "interrupted"


def test_a_kept_reply_is_no_request():
    kept = REPLIED.model_copy(update={"calls": 0, "cache_hits": 1, "input_tokens": 0, "output_tokens": 0})
    spans = named(spans_of(trace(*RUN[:6], kept)))
    assert spans["kept reply"].kind == "internal"
    assert "gen_ai.operation.name" not in spans["kept reply"].attributes
    assert spans["kept reply"].attributes["viddiff.cache_hit"] is True


def test_each_turn_is_a_trace_of_its_own_in_one_conversation():
    whole = trace(
        *RUN,
        TurnStarted(question=SECRET_WORDS),
        NodeEntered(node="answer", task="t9"),
        NodeLeft(node="answer", task="t9", seconds=1.0),
    )
    spans = spans_of(whole)
    roots = [span for span in spans if not span.parent_id]
    assert len(roots) == len({root.trace_id for root in roots}) == 2
    assert {root.attributes["gen_ai.conversation.id"] for root in roots} == {"0123456789ab"}
    assert newest_spans(whole) == spans[4:]
    assert spans_of(trace(*RUN)) == spans[:4]
    assert roots[1].attributes["gen_ai.usage.input_tokens"] == 0


@pytest.mark.parametrize("length", range(len(RUN) + 1))
def test_a_trace_that_was_cut_off_anywhere_can_be_told(length):
    spans = spans_of(trace(*RUN[:length]))
    ids = {span.span_id for span in spans}
    assert len(ids) == len(spans)
    assert all(span.parent_id in ids | {""} for span in spans)
    assert all(span.end >= span.start for span in spans)


def decoded(body: bytes):
    service = pytest.importorskip(
        "opentelemetry.proto.collector.trace.v1.trace_service_pb2", reason="the extra otel is not installed"
    )
    return service.ExportTraceServiceRequest.FromString(body)


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    """A data folder with one run in it."""
    pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2", reason="the extra otel is not installed")
    recorder = FileRecorder(tmp_path / "runs" / STARTED.run_id)
    for event in RUN:
        recorder.record(event)
    return Settings.of(home=tmp_path)


def test_a_collector_gets_the_spans_and_neither_words_nor_pictures(kept):
    with Collector() as collector:
        assert send_run(kept, STARTED.run_id, collector.url) == 4
    (posted,) = collector.posted
    assert posted.path == "/v1/traces"
    assert posted.headers["Content-Type"] == "application/x-protobuf"
    (resource,) = decoded(posted.body).resource_spans
    assert {a.key: a.value.string_value for a in resource.resource.attributes}["service.name"] == "viddiff"
    (scope,) = resource.scope_spans
    assert scope.schema_url == "https://opentelemetry.io/schemas/1.38.0"
    assert scope.spans[0].name == "invoke_agent viddiff"
    assert [len(span.trace_id) for span in scope.spans] == [16] * 4
    tokens = {a.key: a.value.int_value for a in scope.spans[3].attributes}
    assert tokens["gen_ai.usage.input_tokens"] == 700
    differences = {a.key: [v.string_value for v in a.value.array_value.values] for a in scope.spans[3].attributes}
    assert differences["viddiff.differences"] == ["d1"]
    assert SECRET_WORDS.encode() not in posted.body
    assert b"f" * 32 not in posted.body


def test_a_busy_collector_is_asked_again_and_headers_go_along(kept):
    with Collector(503) as collector:
        send(spans_of(trace(*RUN)), f"{collector.url}/otlp/", SecretStr("api_key=a%20b,x=1"), waits_s=(0.0,))
    assert [posted.path for posted in collector.posted] == ["/otlp/v1/traces"] * 2
    assert ("api_key", "a b") in {(name.lower(), value) for name, value in collector.posted[0].headers.items()}


def test_a_collector_that_refuses_is_one_line(kept):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    with Collector(415) as collector, pytest.raises(SettingsError, match="answers 415"):
        send_run(kept, STARTED.run_id, collector.url)
    some = ExportTraceServiceResponse()
    some.partial_success.rejected_spans, some.partial_success.error_message = 3, "too old"
    with Collector(answer=some.SerializeToString()) as collector, pytest.raises(SettingsError, match="refused 3 spans: too old"):
        send_run(kept, STARTED.run_id, collector.url)
    with pytest.raises(SettingsError, match="cannot be reached"):
        send_run(kept, STARTED.run_id, collector.url)


def test_wrong_addresses_and_runs_are_one_line(kept):
    with pytest.raises(SettingsError, match="expected the base URL of a collector"):
        send_run(kept, STARTED.run_id, "127.0.0.1:4318")
    with pytest.raises(SettingsError, match="no trace was recorded"):
        send_run(kept, "ba9876543210", "http://127.0.0.1:9")


def test_nothing_is_sent_unasked_and_no_failure_harms_a_run(kept, monkeypatch, caplog):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert Settings.of(home=kept.home).otel_endpoint is None
    with Collector() as collector:
        send_if_asked(kept, STARTED.run_id)
        assert collector.posted == []
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        asked = Settings.of(home=kept.home)
        send_if_asked(asked, STARTED.run_id)
        assert len(collector.posted) == 1
    send_if_asked(asked, STARTED.run_id)
    assert "cannot be reached" in caplog.text
    assert "otel" not in str(asked.model_dump())


def test_without_the_extra_the_user_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.proto.trace.v1", None)
    with pytest.raises(SetupError, match=r"pip install 'viddiff\[otel\]'"):
        encoded(spans_of(trace(*RUN)))
