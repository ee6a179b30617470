"""All conversations of one server: a bounded queue of comparisons, a few at once, and none lost when the server stops."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ...memory.errors import Interrupted, SettingsError
from ..settings import Settings
from .contract import NewSession, SessionRow
from .conversation import Conversations
from .live_session import LiveSession
from .options import WebOptions
from .replies import Refusal, busy, not_found
from .session_records import SessionRecord, SessionRecords
from .video_shelf import VideoShelf

MOST_STARTS = 3
"""A comparison that was begun this often and ended the server each time is not begun again."""

RETRY_AFTER_S = 60
"""When somebody who is refused may try again."""


class Sessions:
    """Begins, queues, runs, cancels and forgets conversations.

    Args:
        conversations: Begins and opens them.
        records: What is remembered of them.
        shelf: The clips that they are about.
        settings: How they work.
        options: How many at once.
    """

    def __init__(
        self, conversations: Conversations, records: SessionRecords, shelf: VideoShelf, settings: Settings, options: WebOptions
    ) -> None:
        self._conversations, self._store, self._shelf = conversations, records, shelf
        self._settings, self._options = settings, options
        self._records: dict[str, SessionRecord] = {}
        self._live: OrderedDict[str, LiveSession] = OrderedDict()
        self._waiting: deque[LiveSession] = deque()
        self._running: set[LiveSession] = set()
        self._closing = False

    def load(self) -> None:
        """Take up what an earlier server left: every conversation, and those comparisons that had not ended."""
        self._records = {record.id: record for record in self._store.load()}
        self._shelf.load(self._used())
        for record in list(self._records.values()):
            if record.status not in ("queued", "running"):
                continue
            if record.starts >= MOST_STARTS:
                line = f"the server stopped {record.starts} times during this comparison: try other clips, or shorter ones"
                self._keep(record, status="failed", error=line)
            else:
                self._enqueue(self.live(record.id))

    async def close(self) -> None:
        """Stop; what was running or waiting goes on when a server is started again."""
        self._closing = True
        self._waiting.clear()
        for live in list(self._live.values()):
            live.log.close()
        for live in list(self._live.values()):
            await live.stop()

    def rows(self) -> list[SessionRow]:
        """All conversations, the newest first."""
        return [record.row for record in sorted(self._records.values(), key=lambda r: (r.created, r.id), reverse=True)]

    def live(self, id_: str) -> LiveSession:
        """One conversation.

        Raises:
            Refusal: There is none of that id.
        """
        if id_ not in self._records:
            raise not_found("session", id_, "choose one of the list")
        if id_ not in self._live:
            record = self._records[id_]
            self._live[id_] = LiveSession(record, self._conversations, self._settings, self._files(record), self._options.events)
            self._drop_idle(id_)
        self._live.move_to_end(id_)
        return self._live[id_]

    def create(self, request: NewSession) -> str:
        """Begin a conversation; its comparison starts, or waits for its turn.

        Raises:
            Refusal: Too many are waiting, or a clip is not known.
            UserError: The request is wrong.
        """
        if len(self._running) >= self._options.running and len(self._waiting) >= self._options.waiting:
            waiting = len(self._waiting)
            line = f"{waiting} comparisons are waiting already, yours would have position {waiting + 1}; try again in a minute"
            raise busy(line, RETRY_AFTER_S)
        a, b = self._shelf.get(request.a), self._shelf.get(request.b)
        conversation = self._begin(request, a.info.path, b.info.path)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        record = SessionRecord(id=conversation.id, conversation=conversation.id, request=request, a=a.card, b=b.card, created=now)
        self._records[record.id] = record
        self._store.save(record)
        live = self.live(record.id)
        live.attach(conversation)
        self._enqueue(live)
        return record.id

    async def cancel(self, id_: str) -> None:
        """Stop what is being done or waits to be done in a conversation; what was finished is kept."""
        live = self.live(id_)
        if live in self._waiting:
            self._waiting.remove(live)
            self._end(live, status="cancelled")
            self._tell_positions()
        await live.stop()

    async def delete(self, id_: str) -> None:
        """Forget a conversation, and its clips where no other one needs them."""
        live = self.live(id_)
        await self.cancel(id_)
        await live.delete()
        self._live.pop(id_, None)
        record = self._records.pop(id_, live.record)
        self._store.remove(id_)
        for clip in {record.a.id, record.b.id} - self._used():
            self._shelf.remove(clip, datetime.fromisoformat(record.created).timestamp())

    def sweep(self) -> None:
        """Remove the clips that no conversation came to use."""
        self._shelf.sweep(self._used())

    def _used(self) -> set[str]:
        return {clip for record in self._records.values() for clip in (record.a.id, record.b.id)}

    def _begin(self, request: NewSession, path_a: str, path_b: str) -> Any:
        return self._conversations.start(
            path_a,
            path_b,
            action=request.action,
            differences=list(request.differences) if request.differences is not None else None,
            max_differences=request.max_differences,
            person=request.person,
            settings=self._settings,
        )

    def _enqueue(self, live: LiveSession) -> None:
        self._waiting.append(live)
        self._start_next()
        self._tell_positions()

    def _start_next(self) -> None:
        while self._waiting and len(self._running) < self._options.running and not self._closing:
            live = self._waiting.popleft()
            live.position = None
            self._running.add(live)
            self._change(live, status="running", starts=live.record.starts + 1)
            live.log.add({"kind": "changed"})
            live.work = asyncio.create_task(self._compare(live))
            live.work.add_done_callback(partial(self._compared, live))

    def _tell_positions(self) -> None:
        for position, live in enumerate(self._waiting, 1):
            if live.position != position:
                live.position = position
                live.log.add({"kind": "queued", "position": position})

    async def _compare(self, live: LiveSession) -> None:
        self._attached(live)
        most_s = self._options.comparison_s
        try:
            async with asyncio.timeout(most_s):
                await live.compare()
        except TimeoutError:
            raise Interrupted(f"it took longer than {most_s:g} s, the most allowed here: cut the clips to the action") from None

    def _compared(self, live: LiveSession, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is None and not task.cancelled():
            self._end(live, status="done", starts=0)
        elif self._closing:
            self._end(live, status="queued", starts=0)
        elif error is None:
            self._end(live, status="cancelled", starts=0)
        else:
            self._end(live, status="failed", error=live.told_error(error), starts=0)
        self._running.discard(live)
        self._start_next()
        self._tell_positions()

    def _attached(self, live: LiveSession) -> None:
        """Open the conversation of a comparison; one that an earlier server had not begun to keep is begun anew."""
        try:
            live.open()
        except SettingsError:
            record = live.record
            a, b = self._shelf.get(record.a.id), self._shelf.get(record.b.id)
            conversation = self._begin(record.request, a.info.path, b.info.path)
            self._change(live, conversation=conversation.id)
            live.attach(conversation)

    def _end(self, live: LiveSession, **changes: Any) -> None:
        live.work, live.position = None, None
        self._change(live, **changes)
        kind = live.record.status
        if kind == "done":
            live.log.add({"kind": "finished"})
        elif kind == "failed":
            live.log.add({"kind": "failed", "error": live.record.error})
        else:
            live.log.add({"kind": "changed"})

    def _change(self, live: LiveSession, **changes: Any) -> None:
        if live.record.id in self._records:
            live.record = self._keep(live.record, **changes)

    def _keep(self, record: SessionRecord, **changes: Any) -> SessionRecord:
        record = record.model_copy(update=changes)
        self._records[record.id] = record
        self._store.save(record)
        return record

    def _files(self, record: SessionRecord) -> dict[str, str]:
        """The clips' files and what the user calls them."""
        found: dict[str, str] = {}
        for card in (record.a, record.b):
            try:
                found[self._shelf.known(card.id).info.path] = card.name
            except Refusal:
                continue
        return found

    def _drop_idle(self, wanted: str) -> None:
        """Close the conversations that nobody has looked at for longest, but not the one that is wanted."""
        idle = [id_ for id_, live in self._live.items() if live.idle and id_ != wanted]
        for id_ in idle[: max(0, len(self._live) - self._options.idle)]:
            self._live.pop(id_).log.close()
