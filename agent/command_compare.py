"""`viddiff compare`: run a comparison, show it, and write what was asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ..memory.errors import Interrupted, SettingsError
from ..memory.runs import Runs
from ..memory.values import Value
from .api import compare
from .events import Estimated, Event
from .events import Progress as Told
from .output.terminal import print_report
from .report import Report
from .request import new_run_id
from .settings import Settings
from .statements import read_statements

LARGEST_LIST = 2**20
LONGEST_FOUND = 60
"""Characters of a wrong entry that are shown."""


class Outputs(Value):
    """Where to write what; None for nowhere."""

    json_path: str | None = None
    """"-" for stdout."""
    html: Path | None = None
    video: Path | None = None


def read_differences(path: Path | None, spoken: list[str] | None) -> list[str | dict[str, str]] | None:
    """The statements of `--differences FILE` and `--difference TEXT`; None when neither is given.

    Raises:
        SettingsError: the file cannot be read or is not a JSON list.
    """
    if path is None:
        return list(spoken) if spoken else None
    try:
        if path.stat().st_size > LARGEST_LIST:
            raise SettingsError(f"--differences {path}: the file is larger than 1 MiB; expected a JSON list of statements")
        listed = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"--differences {path}: cannot be read ({error.strerror}); expected a JSON file") from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"--differences {path}: is not JSON ({error}); expected a list of statements") from None
    if not isinstance(listed, list):
        found = json.dumps(listed, ensure_ascii=False)
        raise SettingsError(
            f'--differences {path}: expected a JSON list, [...], of sentences or of {{"id": ..., "description": ...}}; found no list but '
            f"{found if len(found) <= LONGEST_FOUND else found[: LONGEST_FOUND - 3] + '...'}"
        )
    return [*listed, *(spoken or [])]


def compare_command(
    a: Path,
    b: Path,
    action: str,
    statements: list[str | dict[str, str]] | None,
    max_differences: int,
    settings: Settings,
    outputs: Outputs,
    run_id: str | None = None,
) -> Report:
    """Compare, write the files, and print the report unless JSON goes to stdout."""
    check_outputs(outputs)
    if statements is not None:
        read_statements(statements)
    run_id = run_id or new_run_id()
    errors = Console(stderr=True)
    with _interruptible(run_id, settings), Bars(errors) as bars:
        report = compare(
            a,
            b,
            action=action,
            differences=statements,
            max_differences=max_differences,
            settings=settings,
            on_event=bars.show,
            run_id=run_id,
        )
        write_outputs(report, outputs, bars)
    if outputs.json_path == "-":
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        print_report(report, Console())
    return report


@contextmanager
def _interruptible(run_id: str, settings: Settings) -> Iterator[None]:
    """Ctrl-C says how to go on with the run, once there is one."""
    try:
        yield
    except KeyboardInterrupt:
        with suppress(SettingsError):
            Runs(settings.runs_folder).request(run_id)
            raise Interrupted(f"interrupted; what was finished is kept: viddiff resume {run_id}") from None
        raise


def resume_command(run_id: str, outputs: Outputs, **limits: float | None) -> Report:
    """Take up a run that stopped: what it finished comes from the cache, and no answer is paid for twice.

    Args:
        run_id: The run.
        outputs: What to write.
        limits: Settings that are not to be as they were, such as `max_calls`; None for as it was.
    """
    saved = Runs(Settings.of().runs_folder).request(run_id)
    given: list[str | dict[str, str]] = [{"id": id_, "description": text} for id_, text in saved.statements]
    statements = given if saved.setting == "closed" else None
    settings = Settings.of(**{**saved.settings, **{name: value for name, value in limits.items() if value is not None}})
    a, b = Path(saved.video_a), Path(saved.video_b)
    return compare_command(a, b, saved.action, statements, saved.max_differences, settings, outputs, run_id)


def check_outputs(outputs: Outputs) -> None:
    """Fail before the work rather than after it when a file cannot be written.

    Raises:
        SettingsError: the folder of an output does not exist.
    """
    named = {"--json": outputs.json_path if outputs.json_path != "-" else None, "--html": outputs.html, "--video": outputs.video}
    for option, path in named.items():
        if path is not None and not _can_be_written(Path(path)):
            raise SettingsError(f"{option} {path}: cannot be written there; expected a file name in a folder that can be written")


def _can_be_written(path: Path) -> bool:
    existed = path.exists()
    try:
        path.open("ab").close()
    except OSError:
        return False
    if not existed:
        path.unlink()
    return True


def write_outputs(report: Report, outputs: Outputs, bars: Bars) -> None:
    """Write the files that were asked for.

    Raises:
        SettingsError: one of them cannot be written.
    """
    for path, write in _writers(report, outputs, bars):
        try:
            write(path)
        except OSError as error:
            raise SettingsError(f"{path}: cannot be written ({error.strerror or error}); choose another place") from None


def _writers(report: Report, outputs: Outputs, bars: Bars) -> Iterator[tuple[Path, Callable[[Path], object]]]:
    if outputs.json_path and outputs.json_path != "-":
        yield Path(outputs.json_path), lambda path: path.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if outputs.html:
        yield outputs.html, lambda path: path.write_text(report.to_html(), encoding="utf-8")
    if outputs.video:
        from ..tools.compose import write_film

        yield outputs.video, lambda path: write_film(report, path, progress=bars.film)


class Bars:
    """Progress bars on stderr, one per long step; nothing at all where stderr is not a terminal."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
        self._bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def film(self, done: int, total: int) -> None:
        """Move the bar of the film."""
        self.show(Told(what="writing the film", share=done / total))

    def show(self, event: Event) -> None:
        """Move the bar of a step, or say what the run will cost."""
        if isinstance(event, Estimated):
            for line in filter(None, (event.said, event.warning and f"warning: {event.warning}")):
                self._bars.console.print(f"viddiff: {line}", markup=False, highlight=False, soft_wrap=True)
        if not isinstance(event, Told):
            return
        if event.what not in self._tasks:
            self._tasks[event.what] = self._bars.add_task(event.what, total=1.0)
        self._bars.update(self._tasks[event.what], completed=event.share)
