"""Go on from a step of an earlier run with other settings: which steps there are, what may change, and the state to begin with."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot

from ..memory.databases import Memory
from ..memory.errors import SettingsError
from ..memory.runs import ForkedFrom, SavedRequest
from ..memory.state import State
from ..memory.values import Value
from .graph import build_graph
from .settings import Settings

START, COMPARISON = "start", "comparison"
ANYWHERE = ("max_attempts", "max_calls", "max_cost", "max_steps", "model", "planner", "prices", "seed", "timeout", "vlm")
AT_THE_START = ("encoder", "fps", "pose_model", "profile")
"""What everything rests on that a run has found out by its second step."""
NEEDS_REVIEW = ("planner", "report")
"""Nodes that carry out what the review before them decided by the old settings."""
BEFORE = {"review": "tools", "tools": "planner"}
"""For each node that a fork begins with, one whose edges lead there."""


class Step(Value):
    """One step of a comparison: a node, or the parallel tool calls of one planner turn."""

    number: int
    """Counted from 1, as LangGraph counts them."""
    node: str
    calls: tuple[str, ...] = ()
    """The tools that it runs."""


FROM_START = Step(number=0, node=START)


class _Moment(NamedTuple):
    """A step with the state that it saw."""

    step: Step
    state: State


async def steps_of(memory: Memory, run_id: str) -> tuple[Step, ...]:
    """The steps of a comparison that a fork may begin with, in order; none where its states are not kept."""
    return tuple(moment.step for moment in await _moments(memory, run_id))


async def fork_of(memory: Memory, saved: SavedRequest, step: str, changes: Mapping[str, str]) -> tuple[SavedRequest, Settings]:
    """The request of a new run that goes on from a step of an earlier one.

    Args:
        memory: Where the states of the earlier run are.
        saved: The request of the earlier run.
        step: Number of the first step that runs again, the name of a node or tool (its last time), or "start".
        changes: Settings that are not to be as they were, as the user writes them; an empty value means the default.

    Raises:
        SettingsError: there is no such step, or a setting cannot be changed there.
    """
    before = Settings.of(**saved.settings)
    named = {name: value for name, value in changes.items() if value}
    settings = Settings.of(**{**{k: v for k, v in saved.settings.items() if k not in changes}, **named})
    old, new = (each.model_dump(mode="json") for each in (before, settings))
    place = FROM_START if step in (START, "0") else _chosen(await steps_of(memory, saved.run_id), step, saved)
    _check(changes, place)
    changed = {name: new[name] for name in changes if new[name] != old[name]}
    origin = saved.forked_from.origin if saved.forked_from else saved.run_id
    from_ = ForkedFrom(run_id=saved.run_id, step=place.number, node=place.node, changed=changed, origin=origin)
    request = saved.model_copy(
        # What a person's clips showed is remembered once, of the run itself.
        update={
            "run_id": uuid.uuid4().hex[:12],
            "settings": {**saved.settings, **changed},
            "forked_from": from_,
            "person": "",
        }
    )
    return request, settings


async def begun(memory: Memory, saved: SavedRequest) -> State | None:
    """The state that a run begins with when it goes on from a step of another one; it is laid out under its own id.

    Raises:
        SettingsError: the state of that step is not kept any more.
    """
    if (from_ := saved.forked_from) is None or from_.step == 0:
        return None
    moments = await _moments(memory, from_.run_id)
    moment = next((moment for moment in moments if moment.step.number == from_.step), None)
    if moment is None:
        raise SettingsError(_no_history(from_.run_id))
    state = continued(moment.state, from_.changed, saved.run_id)
    graph = build_graph(memory.checkpointer)
    await graph.aupdate_state(_thread(saved.run_id), dict(state), as_node=BEFORE[moment.step.node])
    return state


async def end_of_comparison(memory: Memory, run_id: str) -> str:
    """Id of the newest state that belongs to the comparison; empty where none says so, as older versions left them."""
    config = RunnableConfig(configurable={"thread_id": run_id})
    found = [each async for each in memory.checkpointer.alist(config, filter={"part": COMPARISON}, limit=1)]
    return found[0].checkpoint["id"] if found else ""


def continued(state: State, changed: Iterable[str], run_id: str) -> State:
    """The state without what rests on settings that have changed: another planner takes over, another model is asked anew."""
    changed = set(changed)
    kept: dict[str, Any] = {**state, "run_id": run_id}
    if changed & {"planner", "model"}:
        kept.pop("planner", None)
    if changed & {"vlm", "model"} and "verdicts" in kept:
        kept["asked"] = {}
        kept["verdicts"] = {id_: state.get("measured", {}).get(id_, verdict) for id_, verdict in kept["verdicts"].items()}
    return cast(State, kept)


async def _moments(memory: Memory, run_id: str) -> Sequence[_Moment]:
    history = build_graph(memory.checkpointer).aget_state_history(_thread(run_id))
    # Only the comparison: what the user asked came later.
    found = [_moment(each) async for each in history if each.next not in ((), ("__start__",)) and _part(each) != "turn"]
    return found[::-1]


def _part(snapshot: StateSnapshot) -> str:
    return cast("dict[str, Any]", snapshot.metadata or {}).get("part", "")


def _moment(snapshot: StateSnapshot) -> _Moment:
    node, messages = snapshot.next[0], snapshot.values.get("messages", ())
    last = messages[-1] if messages else None
    calls = tuple(call["name"] for call in last.tool_calls) if node == "tools" and isinstance(last, AIMessage) else ()
    number = (snapshot.metadata or {}).get("step", 0) + 1
    return _Moment(Step(number=number, node=node, calls=calls), cast(State, snapshot.values))


def _chosen(steps: Sequence[Step], step: str, saved: SavedRequest) -> Step:
    """The step that is meant; for one that only carries out a review, the review."""
    run_id = saved.run_id
    if not steps:
        raise SettingsError(_no_history(run_id))
    found = [n for n, each in enumerate(steps) if step in (str(each.number), each.node, *each.calls)]
    if not found:
        names = sorted({name for each in steps for name in (each.node, *each.calls)})
        raise SettingsError(
            f"run {run_id!r} has no step {step!r}; expected {steps[0].number} to {steps[-1].number}, {', '.join(names)} or {START}"
        )
    at = found[-1]
    while steps[at].node in NEEDS_REVIEW and at > 0:
        at -= 1
    whole = saved.forked_from is None or saved.forked_from.step == 0
    return FROM_START if whole and at == 0 else steps[at]


def _check(changes: Mapping[str, str], place: Step) -> None:
    allowed = (*ANYWHERE, *AT_THE_START)
    if strange := sorted(set(changes) - set(allowed)):
        raise SettingsError(f"--set {strange[0]}: cannot be changed in a fork; expected one of {', '.join(sorted(allowed))}")
    if place.node != START and (late := sorted(set(changes) & set(AT_THE_START))):
        raise SettingsError(f"--set {late[0]}: everything after the start rests on it; fork from the start (--from {START})")


def _no_history(run_id: str) -> str:
    return (
        f"run {run_id!r}: the states of its steps are not kept (`viddiff history prune` drops them, and older versions kept none); "
        f"fork it from the start (--from {START})"
    )


def _thread(run_id: str) -> RunnableConfig:
    return RunnableConfig(configurable={"thread_id": run_id}, metadata={"part": COMPARISON})
