"""The compact state that a planner sees: what is proposed, retrieved, decided, uncertain, and left of the budget."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import BaseMessage, HumanMessage
from pydantic import Field

from ..memory.state import State
from ..memory.values import Strategy, Value
from ..tools.relocalize import next_strategy

STATUS = "status"
"""Name of the messages that carry a status."""


class Status(Value):
    """What `review` tells the planner, as JSON in a message."""

    step: int
    steps_left: int
    max_differences: int
    proposed: bool
    to_retrieve: tuple[str, ...] = ()
    """Differences without key frames."""
    to_decide: tuple[str, ...] = ()
    """Differences whose key frames were not measured yet."""
    to_ask: tuple[str, ...] = ()
    """Differences that a vision-language model was not asked about at their key frames; empty without such a model."""
    look_again: dict[Strategy, tuple[str, ...]] = Field(default_factory=dict)
    """Uncertain differences by the strategy that review suggests for them."""
    decided: tuple[str, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.proposed and not (self.to_retrieve or self.to_decide or self.to_ask or self.look_again)

    def as_message(self) -> HumanMessage:
        """The message that the planner reads."""
        return HumanMessage(content=self.model_dump_json(), name=STATUS)


def latest_status(messages: Sequence[BaseMessage]) -> Status:
    """The newest status among `messages`.

    Raises:
        ValueError: there is none.
    """
    for message in reversed(messages):
        if message.name == STATUS and isinstance(message.content, str):
            return Status.model_validate_json(message.content)
    raise ValueError("no status message: review has to run before the planner")


def status_of(state: State, *, max_steps: int, max_attempts: int, with_vlm: bool = False) -> Status:
    """What is left to do, from the state alone."""
    step = state["used"].steps
    plan = state.get("plan")
    if plan is None:
        return Status(step=step, steps_left=max_steps - step, max_differences=state["max_differences"], proposed=False)
    ids = [d.id for d in plan.differences]
    places, judged = state.get("localizations", {}), state.get("judged", {})
    missing = tuple(i for i in ids if i not in places)
    stale = tuple(i for i in ids if i in places and judged.get(i) != places[i].strategy)
    asked = state.get("asked", {})
    unasked = tuple(i for i in ids if with_vlm and i not in missing and i not in stale and asked.get(i) != places[i].strategy)
    settled = [i for i in ids if i not in missing and i not in stale and i not in unasked]
    again = _look_again(state, settled, max_attempts)
    unsure = {i for group in again.values() for i in group}
    return Status(
        step=step,
        steps_left=max_steps - step,
        max_differences=state["max_differences"],
        proposed=True,
        to_retrieve=missing,
        to_decide=stale,
        to_ask=unasked,
        look_again=again,
        decided=tuple(i for i in settled if i not in unsure),
    )


def _look_again(state: State, ids: Sequence[str], max_attempts: int) -> dict[Strategy, tuple[str, ...]]:
    groups: dict[Strategy, tuple[str, ...]] = {}
    questions = {d.id: d.question for d in state["plan"].differences}
    for id_ in ids:
        tried: list[Strategy] = [attempt.strategy for attempt in state.get("attempts", {}).get(id_, ())]
        verdict = state.get("verdicts", {}).get(id_)
        if verdict is None or len(tried) >= max_attempts:
            continue
        if (strategy := next_strategy(verdict.uncertain, tried, questions[id_])) is not None:
            groups[strategy] = (*groups.get(strategy, ()), id_)
    return groups
