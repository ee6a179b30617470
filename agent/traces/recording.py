"""Keeps the trace of a run while it goes on: its beginning and end, and what streams out of the graph in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...memory.errors import Interrupted
from ...memory.runs import SavedRequest
from ...memory.state import State
from ...memory.trace_recorder import FileRecorder
from ...memory.traces import Event, NodeEntered, NodeLeft, RunEnded, RunStarted, TurnStarted, Warned
from ...memory.usage import CallUsage
from ..context import Context
from ..settings import Settings
from .updates import Spending, events_in

KINDS = {"planner": "planner", "answer": "chat"}
"""Nodes in which somebody speaks, and how the budget calls what a model takes for it."""


def recorder_of(settings: Settings, run_id: str) -> FileRecorder:
    """The recorder of a run, which must never write the user's keys."""
    secrets = (settings.openai_api_key, settings.database, settings.otel_headers)
    return FileRecorder(settings.runs_folder / run_id, [secret.get_secret_value() for secret in secrets if secret])


def record_start(context: Context, saved: SavedRequest, inputs: State) -> None:
    """Begin the trace of a comparison, or go on with it."""
    from viddiff import __version__

    started = RunStarted(
        run_id=saved.run_id,
        version=__version__,
        action=saved.action,
        setting=saved.setting,
        statements=inputs["statements"],
        max_differences=saved.max_differences,
        videos=inputs["videos"],
        backends=context.backends,
        settings=saved.settings,
        forked_from=saved.forked_from,
    )
    context.recorder.record(started, *(Warned(text=warning) for warning in context.warnings))


@contextmanager
def ending_recorded(context: Context) -> Iterator[None]:
    """Record how the work in it ended."""
    began = context.now()
    try:
        yield
    except BaseException as error:
        _record_end(context, began, error)
        raise
    _record_end(context, began)


def _record_end(context: Context, began: float, error: BaseException | None = None) -> None:
    stopped = isinstance(error, asyncio.CancelledError | Interrupted | KeyboardInterrupt)
    ended = RunEnded(
        status="interrupted" if stopped else "failed" if error else "done",
        error=str(error) or type(error).__name__ if error else "",
        seconds=context.now() - began,
        **context.budget.used().model_dump(),
    )
    context.recorder.record(ended)


class GraphTrace:
    """Turns the stream of the graph into the events of a trace.

    Args:
        context: Of the run.
        inputs: What the graph starts from; None where it goes on from its own state.
    """

    def __init__(self, context: Context, inputs: Mapping[str, Any] | None) -> None:
        self._context, self._recorder = context, context.recorder
        self._inputs = inputs or {}
        self._before: dict[str, Any] | None = None
        self._since: dict[str, float] = {}
        """When the nodes at work began, by task."""
        self._used: dict[str, CallUsage] = {}
        """What models had taken when a node in which somebody speaks began."""
        self._changed: list[Event] = []
        """What the node that is about to be left did."""
        if inputs and "videos" not in inputs:
            self._recorder.record(TurnStarted(question=inputs.get("question", "")))

    def begun(self, state: Mapping[str, Any]) -> None:
        """The state that a fork goes on from: its trace opens with what was found before."""
        self._recorder.record(*events_in("", {**state, "messages": ()}, {}))
        self._before = dict(state)

    def state(self, state: dict[str, Any]) -> None:
        """The state as the next nodes see it; the first one comes before them all."""
        if self._before is None:
            self._recorder.record(*events_in("", self._inputs, state))
        self._before = state

    def task(self, task: dict[str, Any]) -> None:
        """A node begins, or has ended."""
        id_, node = task["id"], task["name"]
        if "input" in task:
            call = (task["input"] or {}).get("call") if node == "tools" else None
            self._since[id_] = self._context.now()
            if node in KINDS:
                self._used[node] = self._usage(KINDS[node])
            self._recorder.record(NodeEntered(node=node, task=id_, call=(call or {}).get("id") or ""))
        else:
            seconds = self._context.now() - self._since.get(id_, self._context.now())
            left = NodeLeft(node=node, task=id_, seconds=seconds, error=str(task.get("error") or ""))
            self._recorder.record(*self._changed, left)
            self._changed.clear()

    def update(self, chunk: Mapping[str, Any]) -> None:
        """What nodes changed; they are left at once after it."""
        for node, change in chunk.items():
            self._changed += events_in(node, change or {}, self._before or {}, self._spending(node))

    def _spending(self, node: str) -> Spending:
        if node == "review":
            return Spending(run=self._usage())
        if node not in KINDS or (asked := _difference(self._usage(KINDS[node]), self._used[node])) == CallUsage():
            return Spending()
        return Spending(self._context.backends.planner if node == "planner" else self._context.chatter.name, asked)

    def _usage(self, kind: str | None = None) -> CallUsage:
        """What models took so far, for one kind of question or for all."""
        return self._context.budget.used(kind)


def _difference(after: CallUsage, before: CallUsage) -> CallUsage:
    parts = {name: getattr(after, name) - getattr(before, name) for name in CallUsage.model_fields}
    return CallUsage(**{**parts, "cost_usd": round(parts["cost_usd"], 9)})
