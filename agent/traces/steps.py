"""The time line of a trace: the steps of the planner with the tool calls inside them, and in those the questions to models."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatchmethod
from typing import Any, Literal

from ...memory.model_traces import ModelAsked
from ...memory.traces import (
    Answered,
    Line,
    NodeEntered,
    NodeLeft,
    PlannerSpoke,
    Proposed,
    RunEnded,
    RunStarted,
    StatusGiven,
    ToolAnswered,
    ToolCalled,
    TurnStarted,
    Warned,
)
from ...memory.values import Value
from .story_values import Asked, Step

LONGEST = 4000
"""Characters of one detail that are shown; the trace itself has all of it."""
ROLE_OF_TOOL = {"query_vlm": "vlm", "propose_differences": "proposer"}


@dataclass
class _Open:
    """A step while it is put together."""

    kind: Literal["part", "node", "tool", "model", "note"]
    name: str
    start_s: float
    said: str = ""
    seconds: float | None = None
    cost_usd: float = 0.0
    error: str = ""
    asked: str = ""
    number: int | None = None
    details: list[tuple[str, str]] = field(default_factory=list)
    differences: tuple[str, ...] = ()
    inside: list[_Open] = field(default_factory=list)

    def closed(self) -> Step:
        steps = tuple(each.closed() for each in sorted(self.inside, key=lambda each: each.start_s))
        return Step(
            kind=self.kind,
            name=self.name,
            said=self.said,
            number=self.number,
            start_s=round(self.start_s, 4),
            seconds=None if self.seconds is None else round(self.seconds, 4),
            cost_usd=self.cost_usd + sum(step.cost_usd for step in steps),
            error=self.error,
            details=tuple((name, text if len(text) <= LONGEST else f"{text[:LONGEST]} …") for name, text in self.details if text),
            differences=self.differences,
            asked=self.asked,
            steps=steps,
        )


def steps_of(lines: Sequence[Line], began: datetime, asked: Mapping[str, Asked]) -> tuple[Step, ...]:
    """The parts of a run with everything inside them, in order."""
    tree = _Tree(asked)
    for line in lines:
        tree.take(line.event, (line.at - began).total_seconds())
    return tuple(part.closed() for part in tree.parts)


class _Tree:
    """Grows with each event."""

    def __init__(self, asked: Mapping[str, Asked]) -> None:
        self.parts: list[_Open] = []
        self._asked = asked
        self._tasks: dict[str, _Open] = {}
        self._newest: dict[str, _Open] = {}
        self._calls: dict[str, tuple[ToolCalled, _Open]] = {}
        self._branches: dict[str, _Open] = {}
        self._last: tuple[str, int] | None = None
        """The node that was entered last and its number; None where steps have no numbers."""

    @singledispatchmethod
    def take(self, event: Value, at_s: float) -> None:
        """Other events are told elsewhere."""

    @take.register
    def _run(self, event: RunStarted, at_s: float) -> None:
        again = any(part.name == "comparison" for part in self.parts)
        self._begin(_Open("part", "taken up again" if again else "comparison", at_s, event.action))
        self._last = ("", max(event.forked_from.step - 1, 0) if event.forked_from else 0)

    @take.register
    def _turn(self, event: TurnStarted, at_s: float) -> None:
        self._begin(_Open("part", "question" if event.question else "stage moved", at_s, event.question))

    @take.register
    def _end(self, event: RunEnded, at_s: float) -> None:
        part = self._part(at_s)
        part.seconds, part.error = at_s - part.start_s, event.error or ("interrupted" if event.status == "interrupted" else "")

    @take.register
    def _entered(self, event: NodeEntered, at_s: float) -> None:
        step = self._branch(event, at_s) if event.node == "tools" else self._node(event, at_s)
        self._tasks[event.task] = self._newest[event.node] = step
        step.number = self._count(event.node)

    @take.register
    def _left(self, event: NodeLeft, at_s: float) -> None:
        if (step := self._tasks.get(event.task)) is not None:
            step.seconds, step.error = event.seconds, event.error

    @take.register
    def _spoke(self, event: PlannerSpoke, at_s: float) -> None:
        step = self._newest.get(event.node) or self._inside(_Open("node", event.node, at_s), at_s)
        step.said = f"{event.by.split('@')[0]}: {_called(event.calls) or event.text or 'nothing'}"
        step.details += [("by", event.by), ("said", event.text), ("was told", event.remark)]
        step.cost_usd += event.usage.cost_usd if event.usage else 0.0
        step.details += [(call.name, _pretty(call.arguments)) for call in event.calls]
        self._calls |= {call.id: (call, step) for call in event.calls}

    @take.register
    def _answered(self, event: ToolAnswered, at_s: float) -> None:
        step = self._branches.get(event.call) or self._branch(NodeEntered(node="tools", task="", call=event.call), at_s)
        step.name, step.said = event.name, event.said

    @take.register
    def _status(self, event: StatusGiven, at_s: float) -> None:
        step = self._newest.get("review") or self._inside(_Open("node", "review", at_s), at_s)
        step.said = _left_to_do(event.status)
        step.details.append(("status", _pretty(event.status)))

    @take.register
    def _proposed(self, event: Proposed, at_s: float) -> None:
        plan = event.plan
        said = f"{plan.action}, by {plan.proposer}: {len(plan.stages)} stages, {len(plan.differences)} differences"
        self._inside(_Open("note", "proposal", at_s, said), at_s)

    @take.register
    def _asks(self, event: ModelAsked, at_s: float) -> None:
        put = self._asked[event.id]
        order = {"ab": ", A shown first", "ba": ", B shown first"}.get(event.order, "")
        about = f"about {len(event.differences)} difference{'s' if len(event.differences) != 1 else ''}" if order else ""
        step = _Open(
            "model", event.model.split("@")[0], at_s, f"{event.role} {about}{order}".strip(), put.seconds, put.spent.cost_usd
        )
        step.error = put.error or ("" if put.replied else "no reply came")
        step.differences, step.asked = event.differences, event.id
        step.details = [("reply", _pretty(put.reply) if put.reply is not None else "")]
        # Branches that are open run beside each other; the one whose work it is asks.
        asking = [
            each
            for each in self._tasks.values()
            if each.seconds is None and ROLE_OF_TOOL.get(each.name, event.role) == event.role
        ]
        (asking[-1] if asking else self._part(at_s)).inside.append(step)

    @take.register
    def _warned(self, event: Warned, at_s: float) -> None:
        self._inside(_Open("note", "warning", at_s, event.text), at_s)

    @take.register
    def _told(self, event: Answered, at_s: float) -> None:
        self._inside(_Open("note", "answer", at_s, event.turn.reply.text), at_s)

    def _count(self, node: str) -> int | None:
        """The number of a step: tool calls that run beside each other are one."""
        if self._last is not None:
            before, number = self._last
            self._last = (node, number if node == before == "tools" else number + 1)
        return self._last and self._last[1]

    def _begin(self, part: _Open) -> None:
        self._tasks, self._newest, self._last = {}, {}, None
        self.parts.append(part)

    def _part(self, at_s: float) -> _Open:
        if not self.parts:
            self.parts.append(_Open("part", "comparison", at_s))
        return self.parts[-1]

    def _inside(self, step: _Open, at_s: float) -> _Open:
        self._part(at_s).inside.append(step)
        return step

    def _node(self, event: NodeEntered, at_s: float) -> _Open:
        return self._inside(_Open("node", event.node, at_s), at_s)

    def _branch(self, event: NodeEntered, at_s: float) -> _Open:
        """A tool call as it begins, inside the planner's turn that asked for it."""
        waiting = (id_ for id_ in self._calls if id_ not in self._branches)
        id_ = event.call or next(waiting, "")
        call, planner = self._calls.get(id_, (None, self._newest.get("planner")))
        step = _Open("tool", call.name if call else event.node, at_s)
        if call:
            step.details.append(("arguments", _pretty(call.arguments)))
            step.differences = tuple(call.arguments.get("difference_ids") or ())
        (planner or self._part(at_s)).inside.append(step)
        self._branches[id_] = step
        return step


def _called(calls: Sequence[ToolCalled]) -> str:
    return ", ".join(call.name + (f" ({call.arguments['strategy']})" if "strategy" in call.arguments else "") for call in calls)


def _left_to_do(status: Mapping[str, Any]) -> str:
    if not status.get("proposed", True):
        return "nothing is proposed yet"
    again = status.get("look_again") or {}
    counts = {
        "to retrieve": len(status.get("to_retrieve") or ()),
        "to decide": len(status.get("to_decide") or ()),
        "to ask": len(status.get("to_ask") or ()),
        "to look at again": sum(len(ids) for ids in again.values()),
        "decided": len(status.get("decided") or ()),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing left"


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
