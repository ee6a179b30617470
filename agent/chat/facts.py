"""What is known when a question about two clips is answered: the report, the stages, the talk so far, and what tools just found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from ...memory.conversation import Turn
from ...memory.corrections import KeptCorrection
from ...memory.report import Report
from ...memory.state import Plan, State
from ...memory.values import Side, Timeline

ASKED = "question"
"""Name of the message that opens a turn of the conversation."""
ANSWERING = "answering"
"""Name of the messages in which whoever answers calls tools."""


@dataclass(frozen=True)
class Result:
    """One tool call of this turn with what it gave."""

    name: str
    arguments: dict[str, Any]
    said: str


@dataclass(frozen=True)
class Facts:
    """Everything that an answer may rest on."""

    question: str
    report: Report
    plan: Plan
    timelines: dict[Side, Timeline]
    turns: tuple[Turn, ...] = ()
    corrections: tuple[KeptCorrection, ...] = ()
    focus: int | None = None
    """The repetition, counted from 1, that is compared; None for all."""
    people: dict[Side, str] = field(default_factory=dict)
    """Who is seen in each clip, as the user calls them; "you" for the user."""
    history: tuple[str, ...] = ()
    """One sentence per earlier comparison of this person and action, the oldest first."""
    exchange: tuple[AnyMessage, ...] = ()
    """This turn's tool calls and their results, as messages."""

    @property
    def results(self) -> tuple[Result, ...]:
        """The tool results of this turn, in order."""
        calls = {c["id"]: c for m in self.exchange if isinstance(m, AIMessage) for c in m.tool_calls}
        found = [(calls[m.tool_call_id], m) for m in self.exchange if isinstance(m, ToolMessage) and m.tool_call_id in calls]
        return tuple(Result(call["name"], call["args"], str(m.content)) for call, m in found)


def facts_of(state: State, history: tuple[str, ...] = ()) -> Facts:
    """What the state says about the question that is being answered."""
    return Facts(
        question=state["question"],
        report=state["report"],
        plan=state["plan"],
        timelines=state["timelines"],
        turns=tuple(state.get("turns", ())),
        corrections=tuple(state.get("corrections", ())),
        focus=state.get("focus"),
        people=state.get("people", {}),
        history=history,
        exchange=exchange_of(state["messages"]),
    )


def exchange_of(messages: Sequence[AnyMessage]) -> tuple[AnyMessage, ...]:
    """The conversation's own tool calls since the question, with their results; what the planner did in between is left out."""
    start = next((n for n in range(len(messages) - 1, -1, -1) if messages[n].name == ASKED), len(messages))
    turn = messages[start + 1 :]
    own = {c["id"] for m in turn if isinstance(m, AIMessage) and m.name == ANSWERING for c in m.tool_calls}
    answered = {m.tool_call_id for m in turn if isinstance(m, ToolMessage)}
    return tuple(
        m
        for m in turn
        if (isinstance(m, AIMessage) and m.name == ANSWERING and all(c["id"] in answered for c in m.tool_calls))
        or (isinstance(m, ToolMessage) and m.tool_call_id in own)
    )
