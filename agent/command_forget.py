"""`viddiff history forget`: what is remembered of a person, or was corrected about an action, goes for good."""

from __future__ import annotations

import asyncio

from rich.console import Console

from ..memory.corrections import forget_corrections
from ..memory.databases import open_memory
from ..memory.errors import SettingsError
from ..memory.history import forget
from ..memory.runs import Runs
from .settings import Settings


def forget_command(person: str | None, corrections: str | None, console: Console) -> None:
    """Forget a person's comparisons, with the conversations and runs they were made in, or the corrections of an action.

    Raises:
        SettingsError: neither is named.
    """
    if not (person or "").strip() and not (corrections or "").strip():
        raise SettingsError("history forget: name whom with --person NAME, or an action with --corrections ACTION")
    settings = Settings.of()
    if person:
        comparisons, runs = asyncio.run(_forget_person(settings, person))
        console.print(f"forgot {comparisons} comparisons and {runs} runs with their conversations", highlight=False)
    if corrections:
        console.print(f"forgot {asyncio.run(_forget_corrections(settings, corrections))} corrections", highlight=False)


async def _forget_person(settings: Settings, person: str) -> tuple[int, int]:
    kept = Runs(settings.runs_folder)
    runs = kept.of_person(person)
    async with open_memory(settings.home, settings.database) as memory:
        comparisons = await forget(memory.store, person)
        for run_id in runs:
            await memory.checkpointer.adelete_thread(run_id)
            kept.delete(run_id)
        # What was deleted is still in the file until its room is used again.
        await memory.upkeep.compact()
    return comparisons, len(runs)


async def _forget_corrections(settings: Settings, action: str) -> int:
    async with open_memory(settings.home, settings.database) as memory:
        return await forget_corrections(memory.store, action)
