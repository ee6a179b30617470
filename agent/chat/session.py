"""A conversation about two clips: compare, ask, correct, move a stage; it outlives the process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, cast

from langchain_core.messages import HumanMessage, RemoveMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES

from ...memory.conversation import Reply
from ...memory.corrections import keep_correction
from ...memory.databases import Memory, open_memory
from ...memory.errors import SettingsError
from ...memory.locks import alone
from ...memory.runs import Runs, SavedRequest
from ...memory.state import State, Used
from ...memory.values import Side
from ...tools.pair import SIDES
from ..event_line import Tell, events_of
from ..events import Answered, Event, Finished
from ..report import Report, report_in
from ..request import new_request
from ..run import begin, compared, driven, make_home, remember_report, saved_request, state_of
from ..settings import Settings
from ..statements import StatementLike
from .facts import ASKED
from .snapshot import Snapshot, snapshot_of
from .stage_moves import moved

LONGEST_QUESTION = 4000


class Session:
    """One conversation. Its calls must not overlap; different sessions are independent."""

    def __init__(self, saved: SavedRequest, settings: Settings) -> None:
        self._saved, self._settings = saved, settings
        self._runs = Runs(settings.runs_folder)

    @classmethod
    def start(
        cls,
        video_a: str | os.PathLike[str],
        video_b: str | os.PathLike[str],
        *,
        action: str,
        differences: Sequence[StatementLike] | None = None,
        max_differences: int = 10,
        person: str = "",
        settings: Settings | None = None,
    ) -> Session:
        """Begin a conversation: what is asked for is kept, no work is done yet.

        Args:
            video_a: A video file or a folder of images.
            video_b: Likewise.
            action: What is done in both, in plain words.
            differences: Statements to decide (the closed setting); None to find the differences (the open setting).
            max_differences: How many to find at most in the open setting.
            person: Whom the clips show; comparisons of one person are remembered together.
            settings: How to work; from the config file and the environment when None.

        Raises:
            SettingsError: the action, a statement or a number is wrong.
        """
        settings = settings or Settings.of()
        request = new_request(action, differences, max_differences)
        make_home(settings)
        session = cls(saved_request((Path(video_a), Path(video_b)), request, settings, person.strip()), settings)
        session._runs.save_request(session._saved)
        return session

    @classmethod
    def open(cls, session_id: str, *, settings: Settings | None = None) -> Session:
        """Take up a conversation of an earlier process.

        Raises:
            SettingsError: there is none with this id.
        """
        settings = settings or Settings.of()
        return cls(Runs(settings.runs_folder).request(session_id, "conversation"), settings)

    @property
    def id(self) -> str:
        """12 hex digits."""
        return self._saved.run_id

    @property
    def action(self) -> str:
        """What is done in both clips."""
        return self._saved.action

    @property
    def person(self) -> str:
        """Whom the clips show; empty when nobody said."""
        return self._saved.person

    def compare(self, on_event: Callable[[Event], None] | None = None) -> Report:
        """The comparison, made now or earlier.

        Raises:
            UserError: a file or a setting is wrong.
            ModelServerError: a server failed for good; the same call goes on from there.
        """
        last = asyncio.run(_last_of(self.stream_comparison(), on_event))
        assert isinstance(last, Finished)
        return last.report

    def ask(self, question: str, on_event: Callable[[Event], None] | None = None) -> Reply:
        """The answer to a question about the two clips; they are compared first where that is still to be done."""
        last = asyncio.run(_last_of(self.stream(question), on_event))
        assert isinstance(last, Answered)
        return last.turn.reply

    async def stream_comparison(self) -> AsyncGenerator[Event]:
        """The events of the comparison, the last one a `Finished`."""

        async def work(tell: Tell) -> None:
            async with self._alone() as memory:
                state = await compared(memory, self._saved, self._settings, tell)
            tell(Finished(report=report_in(state)))

        async with aclosing(events_of(work)) as events:
            async for event in events:
                yield event

    async def stream(self, question: str) -> AsyncGenerator[Event]:
        """The events of one answer, the last one an `Answered`.

        Raises:
            SettingsError: the question is empty or too long.
        """
        asked = question.strip()
        if not 1 <= len(asked) <= LONGEST_QUESTION:
            raise SettingsError(f"question: expected 1 to {LONGEST_QUESTION} characters, got {len(asked)}")

        async def work(tell: Tell) -> None:
            told: list[Answered] = []
            opening = [RemoveMessage(id=REMOVE_ALL_MESSAGES), HumanMessage(content=asked, name=ASKED)]
            async with self._alone() as memory:
                before = await compared(memory, self._saved, self._settings, tell)
                # The answer is the last event, whatever the graph still has to do after it.
                after = await self._continued(
                    memory,
                    cast(State, {"question": asked, "messages": opening}),
                    lambda event: told.append(event) if isinstance(event, Answered) else tell(event),
                )
                await self._keep(memory, before, after)
            tell(told[-1])

        async with aclosing(events_of(work)) as events:
            async for event in events:
                yield event

    async def move_stage(self, video: Side, repetition: int, stage: str, start_s: float, end_s: float) -> AsyncGenerator[Event]:
        """Put one stage somewhere else and decide anew what rests on it; the last event is a `Finished`.

        Args:
            video: Clip.
            repetition: Counted from 0.
            stage: Its name.
            start_s: Where it starts, seconds.
            end_s: Where it ends.

        Raises:
            SettingsError: there is no such stage, or the times are not inside the clip.
        """

        async def work(tell: Tell) -> None:
            async with self._alone() as memory:
                state = await compared(memory, self._saved, self._settings, tell)
                changes = moved(state, video, repetition, stage, start_s, end_s)
                state = await self._continued(memory, changes, tell)
            tell(Finished(report=report_in(state)))

        async with aclosing(events_of(work)) as events:
            async for event in events:
                yield event

    async def snapshot(self) -> Snapshot:
        """What the conversation has come to."""
        async with self._opened() as memory:
            return snapshot_of(self.id, self.action, await state_of(memory, self.id))

    async def delete(self) -> None:
        """Forget the conversation and its run; what was found out about the clips stays in the cache."""
        async with self._opened() as memory:
            await memory.checkpointer.adelete_thread(self.id)
        self._runs.delete(self.id)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Memory]:
        make_home(self._settings)
        async with open_memory(self._settings.home, self._settings.database) as memory:
            yield memory

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[Memory]:
        """The memory, and this conversation in it kept from other processes."""
        async with self._opened() as memory:
            with alone(self._settings.home, self.id):
                yield memory

    async def _continued(self, memory: Memory, changes: State, tell: Tell) -> State:
        """The state after the graph went on from `changes`."""
        work = await begin(memory, self._saved, self._settings, tell)
        inputs: dict[str, Any] = {"question": "", **changes, "used": Used(), "broken": ()}
        return await driven(memory, work, cast(State, inputs), self.id)

    async def _keep(self, memory: Memory, before: State, after: State) -> None:
        """What outlives the conversation: corrections, and which clip shows the person."""
        if self.person and (people := after.get("people", {})) != before.get("people", {}):
            shown: list[Side] = [side for side in SIDES if people.get(side, "").lower() in ("you", self.person.lower())]
            await remember_report(memory, self._saved, after, shown[0] if len(shown) == 1 else None)
        for correction in after.get("corrections", ())[len(before.get("corrections", ())) :]:
            await keep_correction(memory.store, self.action, correction)


async def _last_of(events: AsyncGenerator[Event], on_event: Callable[[Event], None] | None) -> Event:
    last: Event | None = None
    async with aclosing(events):
        async for event in events:
            last = event
            if on_event:
                on_event(event)
    assert last is not None
    return last
