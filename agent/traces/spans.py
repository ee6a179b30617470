"""From the trace of a run to OpenTelemetry spans, as plain values: the run, its tool calls, and every request to a model.

Names and attributes are those of the semantic conventions for generative AI in OpenTelemetry 1.38.0 (still "in development"):
`invoke_agent` for the comparison and for each question of the user, `execute_tool` for a tool call, `chat` for a request to a model.
How a reply ended is what its trace lets one conclude: one that was used had ended by itself. What the conventions have no name for is
called `viddiff.*`. Neither pictures nor the words of prompts and replies are in any span.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import singledispatchmethod
from typing import Literal
from urllib.parse import urlsplit

from ...memory.model_traces import ModelAsked, ModelReplied
from ...memory.trace_reading import Trace
from ...memory.traces import (
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
from ...memory.usage import CallUsage
from ...memory.values import Value
from ...tools.models.budget import total_of

SCHEMA_URL = "https://opentelemetry.io/schemas/1.38.0"
AGENT = "viddiff"
TOOL_THAT_ASKS = {"vlm": "query_vlm", "proposer": "propose_differences"}
FINISHES = {"cut off": "length", "content filter": "content_filter", "calls a tool": "tool_calls"}
"""Words in the error of a reply that was no use, and how the server had said that it ended."""

Attribute = str | bool | int | float | tuple[str, ...]


class Span(Value):
    """One span, ready to be encoded."""

    trace_id: str
    """32 hex digits."""
    span_id: str
    """16 hex digits."""
    parent_id: str = ""
    name: str
    kind: Literal["internal", "client"]
    start: datetime
    end: datetime
    attributes: dict[str, Attribute]
    error: str = ""
    """Why it failed; empty when it did not."""


def spans_of(trace: Trace) -> tuple[Span, ...]:
    """The spans of a whole trace: the comparison, and each turn of the conversation after it, is a trace of its own in OpenTelemetry.

    The ids follow from the run, so that a run that is sent twice is there once.
    """
    return tuple(span for part in _parts(trace.lines) for span in _Part(part).spans())


def newest_spans(trace: Trace) -> tuple[Span, ...]:
    """Those of the last part alone."""
    parts = list(_parts(trace.lines))
    return tuple(_Part(parts[-1]).spans()) if parts else ()


def _parts(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of the comparison, of each time it was taken up again, and of each turn; what run it was heads each of them."""
    head: Line | None = None
    part: list[Line] = []
    for line in lines:
        if isinstance(line.event, RunStarted | TurnStarted):
            if part:
                yield part
            head = line if isinstance(line.event, RunStarted) else head
            part = [head] if head and head is not line else []
        if part or isinstance(line.event, RunStarted):
            part.append(line)
    if part:
        yield part


class _Open(Value, frozen=False):
    """A span while it is under way."""

    line: Line
    name: str
    kind: Literal["internal", "client"] = "internal"
    end: datetime | None = None
    attributes: dict[str, Attribute]
    parent: int | None = None
    error: str = ""
    wanted: bool = True


class _Part:
    """One part of a run."""

    def __init__(self, lines: Sequence[Line]) -> None:
        head = lines[0].event
        assert isinstance(head, RunStarted)
        self._head, self._lines = head, lines
        turn = len(lines) > 1 and isinstance(lines[1].event, TurnStarted)
        self._first = lines[1] if turn else lines[0]
        self._trace_id = _id(head.run_id, str(self._first.n), self._first.at.isoformat(), digits=32)
        self._tasks: dict[str, _Open] = {}
        self._calls: dict[str, ToolCalled] = {}
        self._asked: dict[str, _Open] = {}
        self._newest: dict[str, _Open] = {}
        self._spent = CallUsage()
        self._root = _Open(line=self._first, name=f"invoke_agent {AGENT}", attributes=self._about_run())
        self._opened = [self._root]

    def spans(self) -> Iterator[Span]:
        """The spans, the whole part first."""
        for line in self._lines:
            self.take(line.event, line)
        self._root.attributes |= _usage(self._spent) | {
            "viddiff.cost_usd": self._spent.cost_usd,
            "viddiff.calls": self._spent.calls,
        }
        for each in self._opened:
            if each.wanted:
                yield self._closed(each)

    @singledispatchmethod
    def take(self, event: Value, line: Line) -> None:
        """Other events are no spans."""

    @take.register
    def _entered(self, event: NodeEntered, line: Line) -> None:
        call = self._calls.get(event.call)
        name = f"execute_tool {call.name}" if call else event.node
        attributes: dict[str, Attribute] = {"viddiff.node": event.node}
        if call:
            attributes |= {
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": call.name,
                "gen_ai.tool.call.id": call.id,
                "gen_ai.tool.type": "function",
                "gen_ai.tool.call.arguments": json.dumps(call.arguments),
            }
        self._tasks[event.task] = self._newest[event.call or event.node] = self._open(line, name, attributes)

    @take.register
    def _left(self, event: NodeLeft, line: Line) -> None:
        if (span := self._tasks.get(event.task)) is not None:
            span.end, span.error = line.at, event.error or span.error

    @take.register
    def _spoke(self, event: PlannerSpoke, line: Line) -> None:
        self._calls |= {call.id: call for call in event.calls}
        span = self._newest.get(event.node)
        if span is None or event.usage is None:
            return
        span.name, span.kind = f"chat {_model(event.by)}", "client"
        span.attributes |= _chat(event.by) | _usage(event.usage)
        if event.calls and not event.remark:
            span.attributes["gen_ai.response.finish_reasons"] = ("tool_calls",)
        self._spend(event.usage)

    @take.register
    def _answered(self, event: ToolAnswered, line: Line) -> None:
        if (span := self._newest.get(event.call)) is not None:
            span.attributes["gen_ai.tool.call.result"] = event.said

    @take.register
    def _asks(self, event: ModelAsked, line: Line) -> None:
        tool = TOOL_THAT_ASKS.get(event.role, "")
        asking = [s for s in self._opened if s.end is None and s.attributes.get("gen_ai.tool.name") == tool]
        span = self._open(line, f"chat {_model(event.model)}", _chat(event.model), asking[-1] if asking else None)
        span.kind = "client"
        span.attributes |= {
            "gen_ai.output.type": "json",
            "viddiff.role": event.role,
            "viddiff.prompt_version": event.prompt_version,
            "viddiff.order": event.order,
            "viddiff.differences": event.differences,
        }
        self._asked[event.id] = span

    @take.register
    def _replied(self, event: ModelReplied, line: Line) -> None:
        if (span := self._asked.get(event.id)) is None:
            return
        usage = CallUsage(**{name: getattr(event, name) for name in CallUsage.model_fields})
        span.end, span.error = line.at, event.error
        span.attributes |= _usage(usage) | {"viddiff.cache_hit": usage.cache_hits > 0, "viddiff.repaired": usage.repaired}
        finish = "stop" if event.reply is not None else next((f for word, f in FINISHES.items() if word in event.error), "")
        if usage.cache_hits:
            # No request was sent: what counts requests must not count it.
            span.name, span.kind = "kept reply", "internal"
            del span.attributes["gen_ai.operation.name"]
        elif finish:
            span.attributes["gen_ai.response.finish_reasons"] = (finish,)
        self._spend(usage)

    @take.register
    def _ended(self, event: RunEnded, line: Line) -> None:
        self._root.end, self._root.error = line.at, event.error or (event.status if event.status != "done" else "")
        self._root.attributes["viddiff.status"] = event.status

    def _open(self, line: Line, name: str, attributes: dict[str, Attribute], parent: _Open | None = None) -> _Open:
        span = _Open(line=line, name=name, attributes=attributes, parent=(parent or self._root).line.n)
        self._opened.append(span)
        return span

    def _closed(self, span: _Open) -> Span:
        unfinished: dict[str, Attribute] = {"viddiff.unfinished": True} if span.end is None else {}
        failed: dict[str, Attribute] = {"error.type": _error_type(span.error)} if span.error else {}
        return Span(
            trace_id=self._trace_id,
            span_id=self._span_id(span.line.n),
            parent_id="" if span.parent is None else self._span_id(span.parent),
            name=span.name,
            kind=span.kind,
            start=span.line.at,
            # What was stopped lasted at least as long as anything is known.
            end=span.end or self._lines[-1].at,
            attributes={**span.attributes, **unfinished, **failed},
            error=span.error,
        )

    def _span_id(self, line: int) -> str:
        return _id(self._trace_id, str(line), digits=16)

    def _spend(self, usage: CallUsage) -> None:
        self._spent = total_of((self._spent, usage))

    def _about_run(self) -> dict[str, Attribute]:
        planner = self._head.backends.planner
        about: dict[str, Attribute] = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.provider.name": _provider(planner),
            "gen_ai.agent.name": AGENT,
            "gen_ai.conversation.id": self._head.run_id,
            "viddiff.action": self._head.action,
            "viddiff.setting": self._head.setting,
            "viddiff.encoder": self._head.backends.encoder,
            "viddiff.part": "turn" if isinstance(self._first.event, TurnStarted) else "comparison",
        }
        if from_ := self._head.forked_from:
            about["viddiff.forked_from"] = f"{from_.run_id} at step {from_.step}"
        return about | ({"gen_ai.request.model": _model(planner)} if ":" in planner else {})


def _chat(model: str) -> dict[str, Attribute]:
    about: dict[str, Attribute] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": _provider(model),
        "gen_ai.request.model": _model(model),
    }
    server = urlsplit(model.partition("@")[2])
    if server.hostname:
        about["server.address"] = server.hostname
        about["server.port"] = server.port or (443 if server.scheme == "https" else 80)
    return about


def _usage(usage: CallUsage) -> dict[str, Attribute]:
    return {"gen_ai.usage.input_tokens": usage.input_tokens, "gen_ai.usage.output_tokens": usage.output_tokens}


def _model(name: str) -> str:
    """The model of a name such as "openai:gpt-4o@http://127.0.0.1:8000/v1"."""
    return name.partition("@")[0].partition(":")[2] or name


def _provider(name: str) -> str:
    return "openai" if name.startswith("openai:") else AGENT


def _error_type(error: str) -> str:
    """A word of few kinds, as the conventions want it."""
    known = {
        "interrupted": "interrupted",
        "limit": "budget_exhausted",
        "cannot be used": "unusable_reply",
        "model server": "model_server",
    }
    return next((type_ for word, type_ in known.items() if word in error), "_OTHER")


def _id(*parts: str, digits: int) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:digits]
