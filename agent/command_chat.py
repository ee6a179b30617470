"""`viddiff chat`: compare two clips, then answer questions about them at a prompt."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ..memory.errors import Interrupted, SettingsError, VidDiffError
from .chat.session import Session
from .chat.slash_commands import SlashCommands, coloured
from .command_compare import Bars
from .events import Answered, Event, Progress, Said
from .output import wording
from .output.terminal import STYLES
from .report import Report
from .settings import Settings

PROMPT = "? "
ANSWERING = "answering; Ctrl-C stops, a line typed now is asked next"
LEAVING = frozenset({"/quit", "/exit", "/q", "/bye"})
REMEMBERED_LINES = 500
LAST_TURNS = 2
"""Turns that are shown again when a conversation is taken up."""


def chat_command(a: Path | None, b: Path | None, action: str | None, person: str, resume: str | None, settings: Settings) -> None:
    """Compare, or take a conversation up, and answer questions until the user leaves.

    Raises:
        SettingsError: neither two clips with an action nor a conversation are named.
        Interrupted: the user stopped the comparison.
    """
    session = _session(a, b, action, person, resume, settings)
    chat = _Chat(session, settings)
    try:
        chat.begin()
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; finished work is kept: viddiff chat --resume {session.id}") from None
    chat.talk()


def _session(a: Path | None, b: Path | None, action: str | None, person: str, resume: str | None, settings: Settings) -> Session:
    if resume is not None:
        if a is not None or b is not None or action:
            raise SettingsError("--resume goes on with the clips and the action of that conversation; leave them out")
        return Session.open(resume, settings=settings)
    if a is None or b is None or not action:
        raise SettingsError("viddiff chat: expected two clips and --action TEXT, or --resume ID")
    return Session.start(a, b, action=action, person=person, settings=settings)


class _Chat:
    """One conversation at a prompt, or with one question per line of stdin."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session = session
        self._console, self._errors = Console(), Console(stderr=True)
        self._typed = sys.stdin.isatty()
        self._lines = settings.home / "chat_lines"
        pictures = settings.runs_folder / session.id / "pictures"
        self._slash = SlashCommands(self._console, pictures, self._film_bar)

    def begin(self) -> None:
        """Compare, and say what came of it; show the last turns of a conversation that is taken up."""
        with Bars(self._errors) as bars:
            report = self._session.compare(on_event=bars.show)
        self._summary(report)
        turns = asyncio.run(self._session.snapshot()).turns
        for turn in turns[-LAST_TURNS:]:
            self._print(Text(f"\n{PROMPT}{turn.question}", style="bold"))
            self._print(coloured(turn.reply.text))
        self._print(
            Text(f"\nAsk a question; /help says what else there is. This is conversation {self._session.id}.", style="dim")
        )

    def talk(self) -> None:
        """Answer until the user leaves, then say how to come back."""
        with suppress(KeyboardInterrupt):
            for line in self._asked():
                if line.lower() in LEAVING:
                    break
                if line:
                    self._answer(line)
        self._print(Text(f"\nkept: viddiff chat --resume {self._session.id}", style="dim"))

    def _asked(self) -> Iterator[str]:
        if not self._typed:
            for line in sys.stdin:
                self._print(f"\n{PROMPT}{line.strip()}")
                yield line.strip()
            return
        with _line_history(self._lines):
            while True:
                try:
                    yield input(f"\n{PROMPT}").strip()
                except EOFError:
                    return

    def _answer(self, line: str) -> None:
        """Answer one line; what goes wrong is said, and Ctrl-C ends this answer only."""
        try:
            if line.startswith("/"):
                self._slash.run(line, asyncio.run(self._session.snapshot()))
            else:
                self._stream(line)
        except KeyboardInterrupt:
            self._print("\nstopped; what was finished is kept")
        except VidDiffError as error:
            self._errors.print(f"viddiff: {error}", markup=False, highlight=False, soft_wrap=True)

    def _stream(self, question: str) -> None:
        with Bars(self._errors) as bars:
            if self._typed:
                bars.show(Progress(what=ANSWERING, share=0.0))
            told = _Told(self._console, bars)
            self._session.ask(question, told.show)
        told.finish()

    def _summary(self, report: Report) -> None:
        self._print(Text(report.action, style="bold"))
        for side in ("a", "b"):
            facts = f"  {wording.file_name(report.of(side))}  {wording.clip_facts(report.of(side))}"
            self._print(Text.assemble((side.upper(), STYLES[side]), facts))
        for warning in wording.warnings(report):
            self._print(Text.assemble(("! ", "bold yellow"), warning))
        self._print(f"\n{wording.summary(report)}\n")
        self._slash.print_differences(report)

    def _film_bar(self, done: int, total: int) -> None:
        if self._errors.is_terminal:
            self._errors.print(f"writing the film {100 * done // max(total, 1)}%", end="\n" if done >= total else "\r")

    def _print(self, text: Text | str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class _Told:
    """Prints an answer as it is written; the bars give way to its first words."""

    def __init__(self, console: Console, bars: Bars) -> None:
        self._console, self._bars = console, bars
        self._said = ""

    def show(self, event: Event) -> None:
        """Print a piece of the answer, or move a bar."""
        if isinstance(event, Said):
            self._bars.__exit__()
            self._piece(("\n\n" if event.anew and self._said else "") + event.text)
            self._said = event.text if event.anew else self._said + event.text
        elif isinstance(event, Answered):
            whole = event.turn.reply.text
            if whole != self._said:
                self._piece(whole.removeprefix(self._said) if whole.startswith(self._said) else f"\n\n{whole}")
                self._said = whole
        else:
            self._bars.show(event)

    def finish(self) -> None:
        """End the last line."""
        self._console.print()

    def _piece(self, text: str) -> None:
        self._console.print(coloured(text), end="", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _line_history(path: Path) -> Iterator[None]:
    """The lines of earlier conversations under the arrow keys."""
    try:
        import readline
    except ImportError:
        yield
        return
    readline.set_history_length(REMEMBERED_LINES)
    with suppress(OSError):
        readline.read_history_file(path)
    try:
        yield
    finally:
        with suppress(OSError):
            readline.write_history_file(path)
