"""Drive the state machine once, from an input to its end, telling every event as it happens and keeping its trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from langchain_core.runnables import RunnableConfig

from ..memory.state import State
from .context import Context
from .events import Answered, Event, Said, Step
from .graph import CompiledGraph
from .traces.langsmith_tracer import callbacks
from .traces.recording import GraphTrace

NODES_PER_STEP = 3
"""Review, planner, tools."""


async def drive(
    graph: CompiledGraph,
    inputs: State,
    context: Context,
    tell: Callable[[Event], None],
    thread: str = "",
    *,
    part: str = "comparison",
    begun: bool = False,
) -> State:
    """Run the graph to its end; the state there.

    Args:
        graph: With a checkpointer where `thread` names a conversation.
        inputs: What is new; the rest of the state comes from the conversation.
        context: Models, tools and limits.
        tell: Told every event.
        thread: The conversation that it belongs to; empty for a run of its own.
        part: What is written beside every state that is kept: "comparison" or "turn".
        begun: `inputs` are what the conversation holds already, and the graph goes on from there.
    """
    final: dict[str, Any] = {}
    trace = GraphTrace(context, inputs)
    if begun:
        trace.begun(inputs)
    config, start = _config(context, thread, part), None if begun else inputs
    modes = graph.astream(start, config, context=context, stream_mode=["updates", "values", "custom", "tasks"])
    async for mode, chunk in modes:
        if mode == "values":
            final = cast(dict[str, Any], chunk)
            trace.state(final)
        elif mode == "tasks":
            trace.task(cast(dict[str, Any], chunk))
        elif isinstance(chunk, Said):
            tell(chunk)
        elif isinstance(chunk, dict):
            trace.update(chunk)
            _tell_updates(chunk, tell)
    return cast(State, final)


def _config(context: Context, thread: str, part: str) -> RunnableConfig:
    config = RunnableConfig(recursion_limit=2 * NODES_PER_STEP * context.settings.max_steps + 10)
    if thread:
        config["configurable"], config["metadata"] = {"thread_id": thread}, {"part": part}
    if told := callbacks():
        config["callbacks"] = told
    return config


def _tell_updates(chunk: dict[str, Any], tell: Callable[[Event], None]) -> None:
    for node, change in chunk.items():
        messages = (change or {}).get("messages", [])
        tell(Step(node=node, said=str(messages[-1].content)[:300] if messages else ""))
        for turn in (change or {}).get("turns", ()):
            tell(Answered(turn=turn))
