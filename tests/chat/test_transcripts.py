"""Whole conversations over a drawn pair, with the real graph, tools and memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from transcript_files import FOLDER, held, numbers_of, words_of

from viddiff import Settings
from viddiff.agent.chat.session import Session


@pytest.mark.parametrize("name", [path.stem for path in sorted(FOLDER.glob("*.txt"))])
def test_a_conversation_goes_as_it_is_written_down(name: str, session: Session, home_settings: Settings, tmp_path: Path) -> None:
    written = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    now = held(session, home_settings, written)
    (tmp_path / f"{name}.txt").write_text(now, encoding="utf-8")
    assert words_of(now) == words_of(written), f"as it goes now: {tmp_path / name}.txt"
    assert numbers_of(now) == pytest.approx(numbers_of(written), abs=1.6, rel=0.04)
