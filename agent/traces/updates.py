"""From what the nodes of the graph change to the events of a trace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from ...memory.state import Used, keep_better
from ...memory.traces import (
    Aligned,
    Answered,
    Decided,
    Event,
    Localized,
    PlannerSpoke,
    Proposed,
    Spent,
    StatusGiven,
    ToolAnswered,
    ToolCalled,
    Warned,
)
from ...memory.usage import CallUsage
from ...memory.values import Verdict
from ..status import STATUS

EMBEDDED = "embedded"
SPEAKERS = ("planner", "answer")
"""The nodes in which somebody decides what to do next."""


class Spending(NamedTuple):
    """What models took."""

    by: str = EMBEDDED
    """Who speaks in this node: the model's name, where one was asked."""
    node: CallUsage | None = None
    """For this node; None where no model was asked."""
    run: CallUsage = CallUsage()
    """For the run so far."""


def events_in(node: str, change: Mapping[str, Any], before: Mapping[str, Any], spending: Spending | None = None) -> list[Event]:
    """What one node did, in the order in which it matters.

    Args:
        node: Its name; empty for what a run starts from.
        change: What it returned.
        before: The state that it saw.
        spending: What models took, for the nodes in which somebody speaks and for the budget that `review` looks at.
    """
    spending = spending or Spending()
    return [
        *_warnings(change, before),
        *_said(node, change, spending),
        *_found(change, before),
        *_decided(change, before),
        *(Answered(turn=turn) for turn in change.get("turns", ())),
        *_spent(node, change, spending),
    ]


def _warnings(change: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Event]:
    known = before.get("warnings", ())
    return (Warned(text=text) for text in change.get("warnings", ()) if text not in known)


def _said(node: str, change: Mapping[str, Any], spending: Spending) -> Iterator[Event]:
    messages: Sequence[AnyMessage] = change.get("messages", ())
    if node in SPEAKERS:
        yield _spoken(node, messages, change, spending)
    for message in messages:
        if isinstance(message, ToolMessage):
            yield ToolAnswered(call=message.tool_call_id, name=message.name or "", said=str(message.content))
        elif message.name == STATUS:
            yield StatusGiven(status=json.loads(str(message.content)))


def _spoken(node: str, messages: Sequence[AnyMessage], change: Mapping[str, Any], spending: Spending) -> PlannerSpoke:
    turn = next((message for message in messages if isinstance(message, AIMessage)), AIMessage(content=""))
    remarks = [str(message.content) for message in messages if isinstance(message, HumanMessage)]
    reply = next((turn.reply for turn in change.get("turns", ())), None)
    replaced = change.get("planner") == EMBEDDED
    return PlannerSpoke(
        node=node,
        by=reply.by if reply else EMBEDDED if replaced else spending.by,
        text=reply.text if reply else turn.text,
        calls=tuple(ToolCalled(id=call["id"] or "", name=call["name"], arguments=call["args"]) for call in turn.tool_calls),
        remark=" ".join(remarks),
        usage=spending.node,
    )


def _found(change: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Event]:
    if "plan" in change:
        yield Proposed(plan=change["plan"])
    if change.get("timelines"):
        yield Aligned(timelines={**before.get("timelines", {}), **change["timelines"]})
    looked, verdicts = before.get("localizations", {}), before.get("verdicts", {})
    for id_, place in change.get("localizations", {}).items():
        if place is not None:
            verdict: Verdict | None = verdicts.get(id_) if id_ in looked else None
            yield Localized(place=place, cause=verdict.uncertain if verdict else "")


def _decided(change: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Event]:
    old = before.get("verdicts", {})
    for id_, verdict in change.get("verdicts", {}).items():
        if verdict is not None:
            stands = keep_better({id_: old[id_]}, {id_: verdict})[id_] if id_ in old else verdict
            # The votes of both are kept, whichever stands.
            told = {"votes": verdict.votes, "uncertain": verdict.uncertain}
            yield Decided(verdict=verdict, kept=stands.model_copy(update=told) == verdict)


def _spent(node: str, change: Mapping[str, Any], spending: Spending) -> Iterator[Event]:
    if node == "review" and isinstance(used := change.get("used"), Used):
        total = spending.run
        yield Spent(used=used.model_copy(update={"calls": total.calls, "cost_usd": total.cost_usd}))
