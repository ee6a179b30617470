"""`viddiff history`: what was compared and how it changed, and making room."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from ..memory.databases import Memory, open_memory
from ..memory.errors import SettingsError
from ..memory.history import Comparison, Trend, recall, trends
from ..memory.leftovers import Leftover, cached_in, outdated, remove, runs_in
from ..memory.upkeep import Conversation
from ..memory.values import Value
from .settings import Settings

UNITS = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


class Room(Value):
    """What a pruning removes, or would remove."""

    conversations: tuple[Conversation, ...]
    runs: tuple[Leftover, ...]
    cached: tuple[Leftover, ...]
    shrunk: int
    """Conversations that were cut to their newest state."""
    shrunk_bytes: int
    """What that freed; 0 as long as it is not done."""


def list_command(person: str | None, action: str | None, console: Console) -> None:
    """The comparisons, the newest first, and how the person's measured values changed over them."""
    settings = Settings.of()

    async def read() -> tuple[Comparison, ...]:
        async with open_memory(settings.home, settings.database) as memory:
            return await recall(memory.store, person, action)

    comparisons = asyncio.run(read())
    if not comparisons:
        console.print(
            "nothing is remembered yet" if person is action is None else "nothing is remembered of that", highlight=False
        )
        return
    console.print(_table(comparisons))
    one_series = len({(comparison.person, comparison.action) for comparison in comparisons}) == 1
    if one_series and (changed := trends(comparisons)):
        console.print("\nChanges, the clearest first:")
        for trend in changed:
            console.print(said(trend), markup=False, highlight=False, soft_wrap=True)


def said(trend: Trend) -> str:
    """One line: statement, first and last value, the change and its 95% interval."""
    first, last = trend.points[0], trend.points[-1]
    days = (last.when - first.when).days
    sure = "" if trend.clear else ", not beyond the error of the measurement"
    return (
        f"  {trend.description}: {first.value:.1f} -> {last.value:.1f} {trend.unit} "
        f"({trend.change:+.1f} ± {trend.error:.1f} in {days} days{sure})"
    )


def prune_command(older_than: float | None, keep: int | None, dry_run: bool, console: Console) -> None:
    """Remove old conversations, runs and cache entries, and say what went and how large it was.

    Raises:
        SettingsError: neither an age nor a number is given, or one is below zero.
    """
    if older_than is None and keep is None:
        raise SettingsError("history prune: name what may go with --older-than DAYS, --keep N or both")
    if (older_than is not None and not 0 <= older_than < 100_000) or (keep is not None and keep < 0):
        raise SettingsError("history prune: --older-than and --keep expect a number that is not below 0")
    settings = Settings.of()
    before = None if older_than is None else datetime.now(UTC) - timedelta(days=older_than)
    room = asyncio.run(_prune(settings, before, keep or 0, dry_run))
    _tell(room, dry_run, console)


async def _prune(settings: Settings, before: datetime | None, keep: int, dry_run: bool) -> Room:
    async with open_memory(settings.home, settings.database) as memory:
        known = await memory.upkeep.conversations()
        going = outdated(known, before, keep)
        staying = [one for one in known if one not in going]
        room = Room(
            conversations=going,
            runs=outdated(runs_in(settings.runs_folder), before, keep),
            # How many runs an entry serves is not known, so only its age counts.
            cached=outdated(cached_in(settings.cache_folder), before, 0) if before is not None else (),
            shrunk=len(staying),
            shrunk_bytes=0,
        )
        return room if dry_run else await _carry_out(room, memory, staying)


async def _carry_out(room: Room, memory: Memory, staying: Sequence[Conversation]) -> Room:
    for conversation in room.conversations:
        await memory.checkpointer.adelete_thread(conversation.id)
    for leftover in (*room.runs, *room.cached):
        await asyncio.to_thread(remove, leftover)
    ids = {one.id for one in staying}
    await memory.upkeep.shrink(sorted(ids))
    left = sum(one.bytes for one in await memory.upkeep.conversations() if one.id in ids)
    await memory.upkeep.compact()
    return room.model_copy(update={"shrunk_bytes": max(0, sum(one.bytes for one in staying) - left)})


def _tell(room: Room, dry_run: bool, console: Console) -> None:
    verb = "would remove" if dry_run else "removed"
    for what, things in (("conversation", room.conversations), ("run", room.runs), ("cache entr", room.cached)):
        ending = ("y" if len(things) == 1 else "ies") if what.endswith("r") else ("" if len(things) == 1 else "s")
        size = size_of(sum(thing.bytes for thing in things))
        console.print(f"{verb} {len(things)} {what}{ending} ({size})", highlight=False)
    if not dry_run and room.shrunk_bytes:
        console.print(
            f"cut {room.shrunk} kept conversations to their newest state ({size_of(room.shrunk_bytes)})", highlight=False
        )


def size_of(count: int) -> str:
    """A number of bytes in words."""
    for size, unit in UNITS:
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"


def _table(comparisons: Sequence[Comparison]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("when", "id", "person", "action", "A", "B", "found"):
        table.add_column(title, overflow="fold")
    for one in comparisons:
        mark = {"a": (" *", ""), "b": ("", " *"), None: ("", "")}[one.who]
        found = Counter(outcome.answer for outcome in one.outcomes)
        table.add_row(
            one.when.astimezone().strftime("%Y-%m-%d %H:%M"),
            one.id,
            one.person or "-",
            one.action,
            one.a.name + mark[0],
            one.b.name + mark[1],
            f"{found['a'] + found['b']} differ, {found['same']} same, {found['unknown']} unknown",
        )
    return table
