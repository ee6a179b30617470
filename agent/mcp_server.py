"""Comparing, asking and looking as tools for other agents, by the Model Context Protocol and its official SDK."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from weakref import WeakValueDictionary

from mcp.server.mcpserver import Context, Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from ..memory.databases import open_memory
from ..memory.errors import SettingsError, UserError, VidDiffError
from ..memory.runs import Runs
from ..memory.values import Side
from .chat.session import Session
from .chat.snapshot import Snapshot
from .events import Answered, Event, Finished, Progress, Step
from .mcp_texts import answer_text, jpeg, report_json, trace_text
from .request import MOST_DIFFERENCES
from .run import make_home
from .settings import Settings
from .traces.opening import open_trace, trace_folder

INSTRUCTIONS = (
    "viddiff compares two videos, A and B, of the same action and says how they differ, with evidence. Call compare with two paths "
    "first; its session_id is what the other tools take. Times are seconds in the file as played."
)
LISTED = 50
"""Conversations that are listed at most, the newest first."""
READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)

SessionId = Annotated[str, Field(description="As compare or list_sessions give it.")]
Clip = Annotated[str, Field(description="Path of a video file, or of a folder of images, on this machine.", min_length=1)]
Question = Annotated[str, Field(description="In plain words, of one thing at a time.", min_length=1, max_length=4000)]
Action = Annotated[str, Field(description="What is done in both videos: 'a bodyweight squat'.", min_length=1, max_length=1000)]
Statements = Annotated[list[str] | None, Field(description="Statements to decide; leave out to have the differences found.")]
Most = Annotated[int, Field(description="How many differences to find at most.", ge=1, le=MOST_DIFFERENCES)]
Instant = Annotated[float, Field(description="Seconds in that video.", ge=0, allow_inf_nan=False)]


def new_server(settings: Settings) -> MCPServer[Any]:
    """A server whose tools work with these settings; run it with `run("stdio")`."""
    from viddiff import __version__

    tools = Tools(settings)
    server = MCPServer("viddiff", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    for tool, hints in (
        (tools.compare, None),
        (tools.ask, None),
        (tools.show_frames, READS),
        (tools.list_sessions, READS),
        (tools.open_trace, READS),
    ):
        description = " ".join((tool.__doc__ or "").split())
        server.add_tool(tool, description=description, annotations=hints, structured_output=False)
    return server


class Tools:
    """The tools; calls about one conversation wait for one another, and so do comparisons, which take the whole machine.

    What is said below each is what other agents read of it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._comparing = asyncio.Semaphore(1)

    async def compare(
        self,
        video_a: Clip,
        video_b: Clip,
        action: Action,
        context: Context[Any, Any],
        differences: Statements = None,
        max_differences: Most = 10,
    ) -> str:
        """Compare two videos of one action.

        Gives a report as JSON: which video shows each difference more (a, b, same or unknown), how sure, what was measured, and the
        instants that show it. Takes seconds to minutes.
        """
        async with _one_line(), self._comparing:
            paths = [Path(path).expanduser() for path in (video_a, video_b)]
            session = Session.start(
                *paths, action=action, differences=differences, max_differences=max_differences, settings=self._settings
            )
            try:
                last = await _followed(session.stream_comparison(), context)
            except UserError:
                # Nothing was found out, so nothing is worth listing.
                await session.delete()
                raise
            assert isinstance(last, Finished)
            return report_json(session.id, last.report)

    async def ask(self, session_id: SessionId, question: Question, context: Context[Any, Any]) -> str:
        """Ask about two videos that were compared.

        Why, when, how much, the other repetitions, what to work on, or a new statement to decide. The answer cites instants as
        [A 2.31 s]; corrections are remembered.
        """
        async with self._opened(session_id) as session:
            last = await _followed(session.stream(question), context)
            assert isinstance(last, Answered)
            return answer_text(last.turn.reply)

    async def show_frames(self, session_id: SessionId, video: Side, time_s: Instant) -> list[str | Image]:
        """Look at both videos: the frame of one at an instant, and the frame of the other at the matching instant."""
        async with self._opened(session_id) as session:
            found = await session.snapshot()
            return await asyncio.to_thread(_pictures, found, video, time_s)

    async def list_sessions(self) -> str:
        """The comparisons and conversations that can be gone on with, the newest first: id, action, and both files."""
        async with _one_line():
            make_home(self._settings)
            async with open_memory(self._settings.home, self._settings.database) as memory:
                kept = await memory.upkeep.conversations()
            rows = [row for row in (self._row(entry.id) for entry in kept) if row is not None][:LISTED]
            return "\n".join(rows) or "nothing has been compared yet"

    async def open_trace(self, session_id: SessionId) -> str:
        """What a comparison did and how every difference was decided: what probably went wrong, looks, questions, votes, measurements."""
        async with self._opened(session_id) as session:
            return trace_text(await asyncio.to_thread(open_trace, trace_folder(self._settings.runs_folder, session.id)))

    @asynccontextmanager
    async def _opened(self, session_id: str) -> AsyncIterator[Session]:
        async with _one_line():
            session = Session.open(session_id, settings=self._settings)
            lock = self._locks.setdefault(session.id, asyncio.Lock())
            async with lock:
                yield session

    def _row(self, id_: str) -> str | None:
        try:
            request = Runs(self._settings.runs_folder).request(id_)
        except SettingsError:
            return None
        return f"{id_}: {request.action} ({request.video_a} and {request.video_b})"


@asynccontextmanager
async def _one_line() -> AsyncIterator[None]:
    """What the user or the server of a model did wrong becomes an error of the tool, in one line."""
    try:
        yield
    except VidDiffError as error:
        raise ToolError(" ".join(str(error).split())) from None


async def _followed(events: AsyncGenerator[Event], context: Context[Any, Any]) -> Event:
    """The last event; those before it are told as progress, which by the protocol only ever grows."""
    last: Event | None = None
    told, begun, what = 0.0, -1, ""
    async with aclosing(events):
        async for event in events:
            last = event
            if isinstance(event, Progress):
                begun, what = (begun, what) if event.what == what else (begun + 1, event.what)
                # A hundredth at a time is enough for anyone.
                if (share := round(begun + event.share, 2)) > told:
                    told = share
                    await context.report_progress(share, message=event.what)
            elif isinstance(event, Step) and event.said and event.node != "review":
                begun, told, what = begun + 1, begun + 1.0, ""
                await context.report_progress(told, message=event.said)
    assert last is not None
    return last


def _pictures(found: Snapshot, video: Side, time_s: float) -> list[str | Image]:
    from ..tools.video import frame_at

    if found.time_map is None:
        raise _unfinished(found)
    if time_s > (length := found.videos[video].duration_s):
        raise SettingsError(f"time_s: {video.upper()} lasts {length:.2f} s, got {time_s:g}")
    other: Side = "b" if video == "a" else "a"
    matched = found.time_map.a_to_b(time_s) if video == "a" else found.time_map.b_to_a(time_s)
    times: dict[Side, float] = {video: time_s, other: min(max(matched, 0.0), found.videos[other].duration_s)}
    told: list[str | Image] = []
    for side, when in times.items():
        frame = frame_at(found.videos[side].path, when)
        told.append(f"{side.upper()} at {frame.time_s:.2f} s (frame {frame.frame}), {Path(found.videos[side].path).name}")
        told.append(Image(data=jpeg(frame.image), format="jpeg"))
    return told


def _unfinished(found: Snapshot) -> SettingsError:
    return SettingsError(f"session {found.id!r}: its comparison has not ended; call compare with its clips again")
