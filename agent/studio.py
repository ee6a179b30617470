"""The graph for LangGraph's own tools (`langgraph.json`): it starts from two paths and brings its models and tools itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from pathlib import Path
from typing import Any, cast

from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from ..memory.state import State
from .build import build_context
from .chat.answering import answer
from .context import Context
from .graph import add_edges
from .nodes import BranchState, planner, report, review, tools
from .report import Report
from .request import new_request
from .run import clips_of, make_home
from .settings import Settings

Node = Callable[[Any, Runtime[Context]], dict[str, Any] | Awaitable[dict[str, Any]]]


class StudioInput(TypedDict, total=False):
    """What is asked for in the form of the tool."""

    video_a: str
    """Path of a video file or a folder of images."""
    video_b: str
    action: str
    """What is done in both videos, in plain words."""
    differences: list[str]
    """Statements to decide; left out, the differences are found."""
    max_differences: int


class StudioOutput(TypedDict, total=False):
    """What comes of it."""

    report: Report


class StudioState(State, total=False):
    """What the nodes read and write."""

    video_a: str
    video_b: str
    differences: list[str]


def studio_graph() -> CompiledStateGraph[StudioState, None, StudioInput, StudioOutput]:
    """The state machine with a node before it that opens the clips; settings come from the config file and the environment."""
    contexts: dict[str, Context] = {}
    graph = StateGraph(StudioState, input_schema=StudioInput, output_schema=StudioOutput)
    graph.add_node("begin", _begin)
    for name, node in (("review", review), ("planner", planner), ("report", report), ("answer", answer)):
        graph.add_node(name, _with_context(cast(Node, node), contexts))
    graph.add_node("tools", _with_context(cast(Node, tools), contexts), input_schema=BranchState)
    graph.add_edge(START, "begin")
    graph.add_edge("begin", "review")
    add_edges(graph)
    return graph.compile()


async def _begin(state: StudioInput) -> dict[str, Any]:
    request = new_request(state.get("action", ""), state.get("differences"), state.get("max_differences", 10))
    make_home(Settings.of())
    return {**request, "videos": await clips_of((Path(state.get("video_a", "")), Path(state.get("video_b", ""))))}


def _with_context(node: Node, contexts: dict[str, Context]) -> Callable[..., Awaitable[dict[str, Any]]]:
    """The node with the run's own models and tools, which these tools cannot hand in."""

    async def run(state: StudioState, runtime: Runtime[Any]) -> dict[str, Any]:
        if (id_ := state["run_id"]) not in contexts:
            contexts.clear()
            contexts[id_] = await asyncio.to_thread(build_context, Settings.of(), lambda what, share: None)
        changes = node(state, runtime.override(context=contexts[id_]))
        return await changes if isawaitable(changes) else changes

    return run
