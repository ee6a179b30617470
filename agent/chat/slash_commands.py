"""What a line that starts with "/" does in the terminal: pictures, stages, differences, files; everything else is a question."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ...memory.errors import SettingsError
from ...memory.report import DifferenceReport
from ..output import wording
from ..output.stills import Still, collect_stills, read_clip
from ..output.terminal import STYLES, WORDS
from ..report import Report
from .snapshot import Snapshot

HELP = """\
Ask anything about the two clips, for example "who goes deeper?", "show me", "why?", "compare the bottom", "no, A did", "I am in B".
/differences       all differences, numbered
/show N            pictures of what shows difference N; without N, of what was talked about last
/stages            where the stages are in both clips
/report PATH       write the report (.html, .json)
/film PATH         write the aligned side-by-side film
/history           this conversation so far
/quit              leave; the conversation is kept"""
FilmBar = Callable[[int, int], None]


class SlashCommands:
    """The commands of one conversation.

    Args:
        console: Where results are printed.
        pictures: Folder for pictures; made when needed.
        film_bar: Told how far the film is.
    """

    def __init__(self, console: Console, pictures: Path, film_bar: FilmBar) -> None:
        self._console, self._pictures, self._film_bar = console, pictures, film_bar
        self._commands: dict[str, Callable[[str, Snapshot], None]] = {
            "help": self._help,
            "show": self._show,
            "stages": self._stages,
            "differences": self._differences,
            "report": self._report,
            "film": self._film,
            "history": self._history,
        }

    def run(self, line: str, snapshot: Snapshot) -> None:
        """Do what a line such as "/show 2" says.

        Raises:
            SettingsError: there is no such command, or its argument is wrong.
        """
        name, _, argument = line.removeprefix("/").strip().partition(" ")
        command = self._commands.get(name.lower())
        if command is None:
            known = ", ".join(f"/{known}" for known in (*self._commands, "quit"))
            raise SettingsError(f"/{name}: there is no such command; expected one of {known}, or a question")
        command(argument.strip(), snapshot)

    def print_differences(self, report: Report) -> None:
        """The differences with the numbers that /show takes."""
        for number, difference in enumerate(report.differences, start=1):
            sure = f"  {wording.percent(difference.confidence)}" if difference.answer != "unknown" else ""
            answer = (f"{WORDS[difference.answer]:>7}", STYLES[difference.answer])
            self._print(Text.assemble(f"{number:>3} ", answer, "  ", difference.description, (sure, "dim")))

    def _print(self, text: Text | str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _help(self, _: str, __: Snapshot) -> None:
        self._print(HELP)

    def _differences(self, _: str, snapshot: Snapshot) -> None:
        self.print_differences(_report_of(snapshot))

    def _stages(self, _: str, snapshot: Snapshot) -> None:
        for stage in _report_of(snapshot).stages:
            places = [(f"A {wording.span(stage.a)}", STYLES["a"]), "  ", (f"B {wording.span(stage.b)}", STYLES["b"])]
            self._print(Text.assemble(f"{stage.name:<20} ", *places))

    def _history(self, _: str, snapshot: Snapshot) -> None:
        for turn in snapshot.turns:
            self._print(Text.assemble(("> ", "bold"), (turn.question, "bold")))
            self._print(coloured(turn.reply.text))
        if not snapshot.turns:
            self._print("nothing was asked yet")

    def _report(self, argument: str, snapshot: Snapshot) -> None:
        path, report = _path(argument, "/report", "comparison.html"), _report_of(snapshot)
        if path.suffix not in (".html", ".json"):
            raise SettingsError(f"/report {argument}: expected a file name that ends in .html or .json")
        text = report.to_html() if path.suffix == ".html" else report.model_dump_json(indent=2) + "\n"
        self._written(path, lambda: path.write_text(text, encoding="utf-8"))

    def _film(self, argument: str, snapshot: Snapshot) -> None:
        from ...tools.compose import write_film

        path, report = _path(argument, "/film", "comparison.mp4"), _report_of(snapshot)
        self._written(path, lambda: write_film(report, path, progress=self._film_bar))

    def _written(self, path: Path, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            raise SettingsError(f"{path}: cannot be written ({error.strerror or error}); choose another place") from None
        self._print(_link(path))

    def _show(self, argument: str, snapshot: Snapshot) -> None:
        report = _report_of(snapshot)
        for difference in _named(argument, report, snapshot):
            self._print(difference.description)
            stills = collect_stills(report.model_copy(update={"differences": (difference,)}), read_clip)
            for problem in stills.problems:
                self._print(problem)
            pairs = stills.pairs[difference.id]
            if not pairs:
                self._print("  there is no instant that shows it")
            for number, pair in enumerate(pairs, start=1):
                for side, still in (("a", pair.a), ("b", pair.b)):
                    if still is not None:
                        path = self._pictures / f"{difference.id}-{number}-{side}.jpg"
                        _save(still, path)
                        self._print(Text.assemble(f"  {still.alt}  ", _link(path)))


def coloured(text: str) -> Text:
    """An answer with its instants in the colours of their clips."""
    found = Text(text)
    for side in ("a", "b"):
        found.highlight_regex(rf"\[{side.upper()} [\d.]+ s\]", STYLES[side].removeprefix("bold "))
    return found


def _report_of(snapshot: Snapshot) -> Report:
    if snapshot.report is None:
        raise SettingsError("the clips are not compared yet; ask something first")
    return snapshot.report


def _named(argument: str, report: Report, snapshot: Snapshot) -> list[DifferenceReport]:
    """The difference with a number or an id; those of the last answer where neither is given."""
    if not argument:
        about = next((turn.reply.about for turn in reversed(snapshot.turns) if turn.reply.about), ())
        last = [d for d in report.differences if d.id in about]
        return last[:1] or list(report.differences[:1])
    chosen = [d for n, d in enumerate(report.differences, start=1) if argument in (str(n), d.id)]
    if not chosen:
        raise SettingsError(f"/show {argument}: expected a number from 1 to {len(report.differences)}; /differences lists them")
    return chosen


def _path(argument: str, command: str, example: str) -> Path:
    if not argument:
        raise SettingsError(f"{command}: expected a file name, such as {command} {example}")
    return Path(argument).expanduser().absolute()


def _save(still: Still, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(still.source.partition(",")[2]))


def _link(path: Path) -> Text:
    return Text(str(path), style=f"link {path.as_uri()}")
