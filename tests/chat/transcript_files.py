"""Whole conversations as text files: the questions after ">", the answers under them, "~" where the program is started again."""

from __future__ import annotations

import re
from pathlib import Path

from viddiff import Settings
from viddiff.agent.chat.session import Session

FOLDER = Path(__file__).parent / "transcripts"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def held(session: Session, settings: Settings, written: str) -> str:
    """The conversation with a file's questions as it is held now."""
    lines: list[str] = []
    for line in written.splitlines():
        if line.startswith("~"):
            session = Session.open(session.id, settings=settings)
            lines.append(line)
        elif line.startswith("> "):
            lines += [line, session.ask(line.removeprefix("> ")).text, ""]
    return "\n".join(lines) + "\n"


def words_of(text: str) -> str:
    """The text without its numbers: another machine tracks a body a little differently."""
    return _NUMBER.sub("#", text)


def numbers_of(text: str) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text)]
