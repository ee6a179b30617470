"""One conversation as this server holds it: at most one thing is done at a time, and every page is told."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from functools import partial
from pathlib import Path
from typing import Any

from ...memory.errors import SettingsError, VidDiffError
from ..settings import Settings
from .contract import Doing, Pair, SessionView, StageMove, Timelines
from .conversation import Conversation, Conversations, State, Told
from .event_log import EventLog, Payload
from .replies import Refusal
from .session_records import SessionRecord

PROGRESS_EVERY_S = 0.1


class LiveSession:
    """One conversation with its events, and what is being done in it.

    Args:
        record: What is remembered of it; replaced whenever something changes.
        conversations: Opens the conversation when it is first needed.
        settings: How it works.
        files: The file of either clip, for what tells of files.
        keep: How many events are kept.
    """

    def __init__(
        self, record: SessionRecord, conversations: Conversations, settings: Settings, files: dict[str, str], keep: int
    ) -> None:
        self.record = record
        self.log = EventLog(keep, self._caught_up)
        self.work: asyncio.Task[None] | None = None
        self.position: int | None = None
        self._conversations, self._settings = conversations, settings
        self._labels = {**files, **{Path(path).name: name for path, name in files.items()}}
        self._conversation: Conversation | None = None
        self._state: State | None = None
        self._opening = asyncio.Lock()
        self._doing: Doing | None = None
        self._told: dict[str, float] = {}
        self._asking: str | None = None
        self._said = ""

    @property
    def idle(self) -> bool:
        """Whether nothing is done in it and nobody looks at it."""
        return self.work is None and self.position is None and not self.log.readers and not self._opening.locked()

    def attach(self, conversation: Conversation) -> None:
        """Use a conversation that was just begun."""
        self._conversation = conversation

    def open(self) -> Conversation:
        """The conversation, read from disk at first.

        Raises:
            SettingsError: It is not known any more.
        """
        if self._conversation is None:
            self._conversation = self._conversations.open(self.record.conversation, settings=self._settings)
        return self._conversation

    async def compare(self) -> None:
        """Compare, telling all along; what is known then is kept for the snapshot."""
        conversation = self.open()
        await self._follow(conversation.stream_comparison())
        self._state = await conversation.snapshot()

    def ask(self, question: str) -> None:
        """Begin to answer a question.

        Raises:
            Refusal: Something else is being done.
        """
        self._must_be_free()
        self._asking, self._said = question, ""
        self._begin(lambda: self.open().stream(question), answer=True)

    def move(self, move: StageMove) -> None:
        """Begin to compute again what depends on a stage that was moved.

        Raises:
            Refusal: Something else is being done.
        """
        self._must_be_free()
        arguments = (move.video, move.repetition, move.stage, move.start_s, move.end_s)
        self._begin(lambda: self.open().move_stage(*arguments), answer=False)

    async def stop(self) -> None:
        """Stop what is being done, and wait until it has stopped."""
        if self.work is not None and self.work is not asyncio.current_task():
            self.work.cancel()
            await asyncio.wait({self.work})

    async def delete(self) -> None:
        """Stop, and forget everything that was said."""
        await self.stop()
        with suppress(SettingsError):
            await self.open().delete()
        self.log.close()

    async def view(self) -> SessionView:
        """The snapshot for the page."""
        if self._state is None and self.work is None and self.record.status == "done":
            await self._read()
        record, state = self.record, self._state
        timelines = state.timelines if state else None
        return SessionView(
            id=record.id,
            action=record.request.action,
            status=record.status,
            position=self.position,
            error=record.error,
            progress=self._doing,
            videos=Pair(a=record.a, b=record.b),
            report=state.report if state else None,
            timelines=Timelines(a=timelines["a"], b=timelines["b"]) if timelines else None,
            time_map=state.time_map if state else None,
            pairs=tuple(state.pairs) if state else (),
            turns=tuple(state.turns) if state else (),
            asking=self._asking,
        )

    def told_error(self, error: BaseException) -> str:
        """One line for the user; what nobody foresaw goes to the log as well."""
        if isinstance(error, VidDiffError):
            return " ".join(self._named(str(error)).split())
        logging.getLogger(__name__).error("session %s", self.record.id, exc_info=error)
        line = f"unexpected error ({type(error).__name__}: {error}); what was finished is kept, and the server's log says more"
        return " ".join(line.split())

    def tell(self, event: Told) -> None:
        """Pass on what a conversation tells."""
        payload = self._readable(event.model_dump(mode="json"))
        if event.kind == "progress":
            self._doing = Doing(what=payload["what"], share=payload["share"])
            now, before = time.monotonic(), self._told.get(payload["what"], 0.0)
            if payload["share"] < 1 and now - before < PROGRESS_EVERY_S:
                return
            self._told[payload["what"]] = now
        elif event.kind == "said":
            self._said = payload["text"] if payload.get("anew") else self._said + payload["text"]
        elif event.kind in ("finished", "answered"):
            # Told once it is in the snapshot, which readers fetch then.
            return
        self.log.add(payload)

    def _begin(self, begin: Callable[[], AsyncGenerator[Any]], *, answer: bool) -> None:
        async def work() -> None:
            await self._follow(begin())
            self._state = await self.open().snapshot()

        self.work = asyncio.create_task(work())
        self.work.add_done_callback(partial(self._ended, answer))

    def _ended(self, answer: bool, task: asyncio.Task[None]) -> None:
        self.work, self._asking, self._said = None, None, ""
        if not task.cancelled() and (error := task.exception()) is not None:
            self.log.add({"kind": "failed", "error": self.told_error(error)})
        elif answer and not task.cancelled() and self._state and self._state.turns:
            self.log.add({"kind": "answered", "turn": self._state.turns[-1].model_dump(mode="json")})
        else:
            self.log.add({"kind": "changed"})

    async def _follow(self, events: AsyncGenerator[Any]) -> None:
        try:
            async with aclosing(events):
                async for event in events:
                    self.tell(event)
        finally:
            self._doing = None
            self._told.clear()

    async def _read(self) -> None:
        async with self._opening:
            if self._state is None and self.work is None:
                self._state = await self.open().snapshot()

    def _must_be_free(self) -> None:
        if self._asking is not None:
            raise Refusal(409, "another question is being answered: wait for it, or cancel it")
        if self.work is not None or self._opening.locked():
            raise Refusal(409, "something is still being computed in this conversation: wait for it, or cancel it")
        if self.record.status != "done":
            raise Refusal(409, f"the comparison is {self.record.status}: questions can be asked once it is done")

    def _caught_up(self) -> list[Payload]:
        return [{"kind": "said", "text": self._said}] if self._said else []

    def _readable(self, payload: Payload) -> Payload:
        """The user's names in place of those of the files, which are made of their content."""
        return {key: self._named(value) if isinstance(value, str) else value for key, value in payload.items()}

    def _named(self, text: str) -> str:
        for file, name in self._labels.items():
            text = text.replace(file, name)
        return text
