"""The state machine: planner, tools, review, report, answer, and the edges between them."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from ..memory.state import State
from .chat.answering import answer
from .context import Context
from .nodes import planner, report, review, tools
from .routing import after_answer, after_planner, after_report, after_review

CompiledGraph = CompiledStateGraph[State, Context, State, State]


def build_graph(checkpointer: BaseCheckpointSaver | None = None) -> CompiledGraph:
    """Wire the nodes; `review` runs first, so that a resumed run starts by looking at what it already has."""
    graph = StateGraph(State, context_schema=Context)
    graph.add_node("review", review)
    graph.add_node("planner", planner)
    graph.add_node("tools", tools)
    graph.add_node("report", report)
    graph.add_node("answer", answer)
    graph.add_edge(START, "review")
    add_edges(graph)
    return graph.compile(checkpointer=checkpointer)


def add_edges(graph: StateGraph[Any, Any, Any, Any]) -> None:
    """Say which node comes after which, from `review` on."""
    graph.add_conditional_edges("review", after_review, ["planner", "report"])
    graph.add_conditional_edges("planner", after_planner, ["tools", "review"])
    graph.add_edge("tools", "review")
    graph.add_conditional_edges("report", after_report, ["answer", END])
    graph.add_conditional_edges("answer", after_answer, ["tools", END])
