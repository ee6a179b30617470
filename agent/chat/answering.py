"""The node that answers the user's question: from what is known, or after the tools that it needs."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime

from ...memory.conversation import Reply, Turn
from ...memory.state import State
from ..context import Context
from ..events import Said
from ..tool_calls import CallTools
from .facts import ANSWERING, facts_of

MOST_ROUNDS = 12
"""Rounds of tool calls for one question, whoever makes them."""


async def answer(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Let whoever answers make the next move: tool calls, or the reply that ends the turn."""
    facts = facts_of(state, runtime.context.history)

    def say(text: str, anew: bool) -> None:
        runtime.stream_writer(Said(text=text, anew=anew))

    move = await runtime.context.chatter.respond(facts, say)
    rounds = sum(message.name == ANSWERING for message in state["messages"])
    if isinstance(move, CallTools) and rounds >= MOST_ROUNDS:
        move = Reply(text="I looked again and again and came to no answer; please ask in other words.")
    if isinstance(move, CallTools):
        turn = f"turn-{len(facts.turns)}-{len(facts.exchange)}"
        return {"messages": [AIMessage(content="", name=ANSWERING, tool_calls=move.as_messages(turn))]}
    return {"turns": (Turn(question=facts.question, reply=move),), "question": ""}
