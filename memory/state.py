"""The working memory of one run: what flows between the nodes of the graph, and how parallel branches are merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypedDict, TypeVar

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages

from .conversation import Turn
from .corrections import KeptCorrection
from .report import Report
from .values import Attempt, Difference, Setting, Side, Stage, Strategy, Timeline, Value, Verdict, VideoInfo, Window

T = TypeVar("T")
MOST_TURNS = 200
"""Of one conversation; older ones are forgotten, so that what is saved at every step stays bounded."""


class Statement(Value):
    """One statement the user asks about, in the closed setting."""

    id: str
    description: str


class Plan(Value):
    """The action as the proposer understands it: its stages and what can be compared."""

    action: str
    """Name of the matched action, or "general" when it is not known."""
    stages: tuple[Stage, ...]
    differences: tuple[Difference, ...]
    peak_stage: str = ""
    """The stage that holds the action's key instant."""
    proposer: str = "library"
    warnings: tuple[str, ...] = ()


class Localization(Value):
    """Where one difference is looked for in both clips, and how that place was found."""

    id: str
    strategy: Strategy
    a: tuple[Window, ...]
    b: tuple[Window, ...]
    margin: float | None = None
    """The weakest margin among the stages it rests on, in nats; None when it rests on no stage."""
    retracked: Literal["", "dense", "crop"] = ""
    """Whether the body was tracked again in these windows: at full rate, or in an enlarged crop around the person."""
    changed: str = ""
    """What this look did differently from the last one."""


class Used(Value):
    """What a run has used of its budget."""

    steps: int = 0
    calls: int = 0
    cost_usd: float = 0.0


def newest(old: T, new: T) -> T:
    """The last branch wins: of two proposals in one turn, one plan stays."""
    return new


def merge_by_key(old: dict[str, T] | None, new: Mapping[str, T | None] | None) -> dict[str, T]:
    """Later values win, key by key; keys that a branch does not name stay, and None takes a key out."""
    merged = {**(old or {}), **(new or {})}
    return {key: value for key, value in merged.items() if value is not None}


def extend_by_key(
    old: dict[str, tuple[T, ...]] | None, new: Mapping[str, tuple[T, ...] | None] | None
) -> dict[str, tuple[T, ...]]:
    """Tuples of the same key are joined, the older first; None takes a key out."""
    merged = dict(old or {})
    for key, values in (new or {}).items():
        if values is None:
            merged.pop(key, None)
        else:
            # What comes back from a database is a list.
            merged[key] = (*merged.get(key, ()), *values)
    return merged


def latest_turns(old: tuple[Turn, ...] | None, new: tuple[Turn, ...] | None) -> tuple[Turn, ...]:
    """All turns, the newest last; beyond `MOST_TURNS` the oldest go."""
    return (*(old or ()), *(new or ()))[-MOST_TURNS:]


def union(old: tuple[T, ...] | None, new: tuple[T, ...] | None) -> tuple[T, ...]:
    """Values in the order in which they first came, each once."""
    return tuple(dict.fromkeys((*(old or ()), *(new or ()))))


def until_cleared(old: tuple[str, ...] | None, new: tuple[str, ...] | None) -> tuple[str, ...]:
    """Like `union`, but nothing new clears what there was."""
    return union(old, new) if new else ()


def keep_better(old: dict[str, Verdict] | None, new: Mapping[str, Verdict | None] | None) -> dict[str, Verdict]:
    """The better supported verdict per difference: more witnesses first, then a decision, then the surer one; all votes are kept.

    None takes a verdict out: what it rested on has changed.
    """
    merged = dict(old or {})
    for key, verdict in (new or {}).items():
        if verdict is None:
            merged.pop(key, None)
        else:
            merged[key] = _better(merged[key], verdict) if key in merged else verdict
    return merged


def _better(old: Verdict, new: Verdict) -> Verdict:
    surer = max(old, new, key=lambda v: (v.witnesses, v.answer != "unknown", v.confidence))
    votes = old.votes + tuple(vote for vote in new.votes if vote not in old.votes)
    return surer.model_copy(update={"votes": votes, "uncertain": new.uncertain if surer is new else old.uncertain})


class RunInput(TypedDict):
    """What a run starts from."""

    run_id: str
    action: str
    setting: Setting
    max_differences: int
    statements: tuple[Statement, ...]
    videos: dict[Side, VideoInfo]


class State(RunInput, total=False):
    """What the nodes read and write."""

    messages: Annotated[list[AnyMessage], add_messages]
    plan: Annotated[Plan, newest]
    timelines: Annotated[dict[Side, Timeline], merge_by_key]
    localizations: Annotated[dict[str, Localization], merge_by_key]
    verdicts: Annotated[dict[str, Verdict], keep_better]
    measured: Annotated[dict[str, Verdict], merge_by_key]
    """Per difference, the newest verdict of measurement alone."""
    asked: Annotated[dict[str, Strategy], merge_by_key]
    """Per difference, the strategy of the key frames that a model was last asked about."""
    judged: Annotated[dict[str, Strategy], merge_by_key]
    """Per difference, the strategy of the key frames that its last verdict rests on."""
    attempts: Annotated[dict[str, tuple[Attempt, ...]], extend_by_key]
    warnings: Annotated[tuple[str, ...], union]
    broken: Annotated[tuple[str, ...], until_cleared]
    """How the model server failed for good in a tool; the next review ends the run with it."""
    used: Used
    planner: str
    """Name of the planner now in charge."""
    report: Report
    question: str
    """What the user wants to know now; empty when nothing is asked."""
    turns: Annotated[tuple[Turn, ...], latest_turns]
    corrections: Annotated[tuple[KeptCorrection, ...], union]
    people: Annotated[dict[Side, str], merge_by_key]
    """Who is seen in each clip, as the user calls them; "you" for the user."""
    focus: int | None
    """The repetition, counted from 1, that the user wants compared; None for all."""
