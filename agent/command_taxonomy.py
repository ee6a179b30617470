"""`viddiff taxonomy`: actions of the user's own, which stand before the ones that come with viddiff."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from langgraph.store.base import BaseStore
from rich.console import Console
from rich.table import Table

from ..memory.databases import open_memory
from ..memory.errors import SettingsError
from ..memory.taxonomies import drop_taxonomy
from ..tools.actions import Action, ActionLibrary
from ..tools.statement import StatementReader
from .own_actions import as_yaml, keep_own_action, not_measurable, own_actions, read_taxonomy
from .settings import Settings

T = TypeVar("T")


def add_command(file: Path, console: Console) -> None:
    """Check the actions of a file and keep them."""
    actions = read_taxonomy(file)
    built_in = {action.key for action in ActionLibrary.load().actions}

    async def keep(store: BaseStore) -> None:
        for action in actions:
            await keep_own_action(store, action)

    _with_store(keep)
    reader = StatementReader()
    for action in actions:
        note = ", in place of the one that comes with viddiff" if action.key in built_in else ""
        _say(console, f"added {action.key}: {action.name}, {_counts(action)}{note}")
        for statement, reason in not_measurable(action, reader).items():
            _say(console, f"  cannot be measured: “{statement}” ({reason})")


def list_command(console: Console) -> None:
    """One line per action of the user's own."""
    actions = _with_store(own_actions)
    if not actions:
        _say(console, "no taxonomies of your own; add a YAML file with: viddiff taxonomy add FILE")
        return
    table = Table(box=None, pad_edge=False)
    for title in ("name", "action", "also called", "stages", "differences"):
        table.add_column(title, overflow="fold")
    for action in actions:
        table.add_row(action.key, action.name, ", ".join(action.aliases), str(len(action.stages)), str(len(action.differences)))
    console.print(table)


def show_command(name: str, console: Console) -> None:
    """One action as YAML, ready to be changed and added again; one that comes with viddiff where the user has none of that name."""
    actions = (*_with_store(own_actions), *ActionLibrary.load().actions)
    found = next((action for action in actions if action.key == name), None)
    if found is None:
        raise SettingsError(f"taxonomy {name!r}: there is none of that name; see: viddiff taxonomy list")
    console.out(as_yaml(found), end="", highlight=False)


def remove_command(name: str, console: Console) -> None:
    """Forget one of the user's own actions."""
    if not _with_store(lambda store: drop_taxonomy(store, name)):
        raise SettingsError(f"taxonomy {name!r}: you have none of that name; see: viddiff taxonomy list")
    _say(console, f"removed {name}")


def _with_store(work: Callable[[BaseStore], Awaitable[T]]) -> T:
    settings = Settings.of()

    async def run() -> T:
        async with open_memory(settings.home, settings.database) as memory:
            return await work(memory.store)

    return asyncio.run(run())


def _counts(action: Action) -> str:
    return f"{len(action.stages)} stages, {len(action.differences)} differences"


def _say(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
