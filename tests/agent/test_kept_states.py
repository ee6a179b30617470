"""What is kept of a conversation: the newest state whatever the clock does, and words when it cannot be read."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import id as ids

from viddiff.agent.graph import build_graph
from viddiff.agent.run import state_of
from viddiff.memory.databases import open_memory
from viddiff.memory.errors import SettingsError

ID = "0123456789ab"
THREAD = RunnableConfig(configurable={"thread_id": ID})


async def keep(home: Path, action: str) -> str:
    """Keep a state in what could be another process, after a look at the one before; the newest one's action."""
    async with open_memory(home) as memory:
        ids._last_v6_timestamp = None
        await state_of(memory, ID)
        await build_graph(memory.checkpointer).aupdate_state(THREAD, {"action": action}, as_node="report")
        return (await state_of(memory, ID))["action"]


def test_the_newest_state_counts_although_the_clock_went_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asyncio.run(keep(tmp_path, "before")) == "before"
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() - 86_400 * 10**9)
    assert asyncio.run(keep(tmp_path, "after")) == "after"


def test_a_state_that_cannot_be_read_is_told_in_a_line(tmp_path: Path) -> None:
    asyncio.run(keep(tmp_path, "squat"))
    with sqlite3.connect(tmp_path / "sessions.sqlite") as connection:
        connection.execute("UPDATE checkpoints SET checkpoint = ?", (b"\xc1rotten",))
    connection.close()
    with pytest.raises(
        SettingsError, match=rf"{ID}: what was kept of it cannot be read any more .*: viddiff resume {ID}"
    ) as raised:
        asyncio.run(keep(tmp_path, "squat"))
    assert "\n" not in str(raised.value)
