"""The working memory of one run: what flows between the nodes of the graph, and how parallel branches are merged."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict, TypeVar

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages

from .report import Report
from .values import Attempt, Difference, Setting, Side, Stage, Strategy, Timeline, Value, Verdict, VideoInfo, Window

T = TypeVar("T")


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


def merge_by_key(old: dict[str, T] | None, new: dict[str, T] | None) -> dict[str, T]:
    """Later values win, key by key; keys that a branch does not name stay."""
    return {**(old or {}), **(new or {})}


def extend_by_key(old: dict[str, tuple[T, ...]] | None, new: dict[str, tuple[T, ...]] | None) -> dict[str, tuple[T, ...]]:
    """Tuples of the same key are joined, the older first."""
    merged = dict(old or {})
    for key, values in (new or {}).items():
        merged[key] = merged.get(key, ()) + values
    return merged


def union(old: tuple[str, ...] | None, new: tuple[str, ...] | None) -> tuple[str, ...]:
    """Sentences in the order in which they first came, each once."""
    return tuple(dict.fromkeys((*(old or ()), *(new or ()))))


def keep_better(old: dict[str, Verdict] | None, new: dict[str, Verdict] | None) -> dict[str, Verdict]:
    """The better supported verdict per difference: more witnesses first, then a decision, then the surer one; all votes are kept."""
    merged = dict(old or {})
    for key, verdict in (new or {}).items():
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
    used: Used
    planner: str
    """Name of the planner now in charge."""
    report: Report
