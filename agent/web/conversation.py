"""What the server needs of a conversation: the face of `agent.chat.session.Session`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Protocol

from ...memory.conversation import Turn
from ...memory.values import Side, Timeline
from ...tools.time_map import TimeMap
from ..report import Report
from ..settings import Settings


class Told(Protocol):
    """An event: a frozen value that says of what kind it is."""

    @property
    def kind(self) -> str:
        """What happened."""
        ...

    def model_dump(self, *, mode: str) -> dict[str, Any]:
        """Its JSON."""
        ...


class State(Protocol):
    """What is known in a conversation so far."""

    @property
    def report(self) -> Report | None: ...  # noqa: D102
    @property
    def timelines(self) -> Mapping[Side, Timeline] | None: ...  # noqa: D102
    @property
    def time_map(self) -> TimeMap | None: ...  # noqa: D102
    @property
    def pairs(self) -> Sequence[tuple[int, int]]: ...  # noqa: D102
    @property
    def turns(self) -> Sequence[Turn]: ...  # noqa: D102


class Conversation(Protocol):
    """One conversation; its calls must not overlap."""

    @property
    def id(self) -> str:
        """12 hex digits."""
        ...

    def stream_comparison(self) -> AsyncGenerator[Any]:
        """The events of the comparison."""
        ...

    def stream(self, question: str) -> AsyncGenerator[Any]:
        """The events of one answer."""
        ...

    def move_stage(self, video: Side, repetition: int, stage: str, start_s: float, end_s: float) -> AsyncGenerator[Any]:
        """The events of what is computed again."""
        ...

    async def snapshot(self) -> Any:
        """A `State`."""
        ...

    async def delete(self) -> None:
        """Forget everything."""
        ...


class Conversations(Protocol):
    """Where conversations come from: the class `Session`."""

    def start(
        self,
        video_a: str,
        video_b: str,
        *,
        action: str,
        differences: Sequence[str] | None,
        max_differences: int,
        person: str,
        settings: Settings,
    ) -> Conversation:
        """A new one; nothing is done yet."""
        ...

    def open(self, session_id: str, *, settings: Settings) -> Conversation:
        """One of an earlier process; SettingsError when it is not known."""
        ...
