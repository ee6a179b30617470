"""Runs the corpus: makes every kind, lets it through the command line and the upload, and says what is not as stated."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from ...memory.values import Value, VideoInfo
from .confined import Confined, Ran
from .corpus import KINDS, made
from .corpus_checks import Said, arguments_of, probed, report_of, sent, typed_here
from .corpus_plain import CannotMake, Kind, Plain, draw_plain

CLIP_LIMIT_S = 240.0
"""For one comparison: decoding, tracking and judging together."""
MEMORY_LIMIT = 3 * 2**30
"""Private memory of the process that compares, its libraries and models included."""


class Outcome(Value):
    """What came of one kind."""

    name: str
    wrong: tuple[str, ...] = ()
    """What is not as stated, one sentence each."""
    skipped: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0


def checked(kinds: Sequence[Kind], folder: Path, until: float = float("inf")) -> Iterator[Outcome]:
    """Every kind through the command line and, where it is a file, through the upload.

    Args:
        kinds: Which.
        folder: An empty folder for clips and data; every clip is removed after its turn.
        until: `time.monotonic()` after which the remaining kinds are skipped.
    """
    plain = draw_plain(folder)
    with Confined(MEMORY_LIMIT) as child:
        letters = _plain_letters(child, plain, folder) if any(not kind.refused for kind in kinds) else {}
        for kind in kinds:
            if time.monotonic() > until:
                yield Outcome(name=kind.name, skipped="the time was over")
                continue
            yield _outcome(child, kind, plain, letters, folder)
            shutil.rmtree(folder / kind.name, ignore_errors=True)


def probed_only(kinds: Sequence[Kind], folder: Path) -> Iterator[Outcome]:
    """Every kind as far as it can be judged without the pose model: its refusal or its warnings, all of it decoded."""
    plain = draw_plain(folder)
    with Confined(MEMORY_LIMIT) as child:
        for kind in kinds:
            try:
                clip, place = made(kind, plain, folder)
            except CannotMake as reason:
                yield Outcome(name=kind.name, skipped=str(reason))
                continue
            ran = child.call(probed, clip, place, limit_s=CLIP_LIMIT_S)
            yield Outcome(name=kind.name, wrong=tuple(_probe_faults(kind, ran)), peak_bytes=ran.peak_bytes)
            shutil.rmtree(place, ignore_errors=True)


def _plain_letters(child: Confined, plain: Plain, folder: Path) -> dict[str, str]:
    first = child.call(typed_here, arguments_of(str(plain.a), plain.b), folder, folder / "home", limit_s=2 * CLIP_LIMIT_S)
    return letters_of(report_of(first.value))


def _outcome(child: Confined, kind: Kind, plain: Plain, letters: dict[str, str], folder: Path) -> Outcome:
    begun = time.monotonic()
    try:
        clip, place = made(kind, plain, folder)
    except CannotMake as reason:
        return Outcome(name=kind.name, skipped=str(reason))
    ran = child.call(typed_here, arguments_of(clip, plain.b), place, folder / "home", limit_s=CLIP_LIMIT_S)
    wrong = _ended(ran) or _faults(kind, ran.value, letters)
    if kind.uploads:
        upload = child.call(sent, place / clip, folder / "page", limit_s=CLIP_LIMIT_S)
        wrong += [f"upload: {fault}" for fault in _ended(upload) or _upload_faults(kind, *upload.value)]
    return Outcome(name=kind.name, wrong=tuple(wrong), seconds=time.monotonic() - begun, peak_bytes=ran.peak_bytes)


def _ended(ran: Ran) -> list[str]:
    return [] if ran.end == "done" else [f"{ran.end}: {ran.value}"]


def _faults(kind: Kind, said: Said, letters: dict[str, str]) -> list[str]:
    if kind.refused:
        return refusal_faults(kind, said)
    if (said.status, said.err) != (0, ""):
        return [f"status {said.status}, on stderr: {said.err[-300:]}"]
    report = report_of(said)
    return [*_warning_faults(kind, report), *_answer_faults(kind, letters_of(report), letters)]


def refusal_faults(kind: Kind, said: Said) -> list[str]:
    """What is not one line of refusal with status 2."""
    wrong = []
    if (said.status, said.out) != (2, ""):
        wrong.append(f"status {said.status} instead of 2, on stdout: {said.out[:100]}")
    if not said.err.startswith("viddiff: ") or said.err.count("\n") != 1:
        wrong.append(f"more or less than one line on stderr: {said.err[-300:]}")
    if kind.refused not in said.err:
        wrong.append(f"it does not say {kind.refused!r} but: {said.err}")
    return wrong


def _probe_faults(kind: Kind, ran: Ran) -> list[str]:
    if wrong := _ended(ran):
        return wrong
    found: VideoInfo | str = ran.value
    if isinstance(found, str):
        return [] if kind.refused and kind.refused in found and "\n" not in found else [f"refused: {found}"]
    return _said_of_the_file(kind, found.warnings) if not kind.refused else [f"not refused: {found}"]


def _said_of_the_file(kind: Kind, warnings: Sequence[str]) -> list[str]:
    unsaid = [f"no warning {words!r}" for words in kind.warnings if not any(words in line for line in warnings)]
    more = [f"unasked-for warning: {line}" for line in warnings if not any(words in line for words in kind.warnings)]
    return unsaid + more


def _warning_faults(kind: Kind, report: dict[str, Any]) -> list[str]:
    unsaid = [f"no warning {words!r}" for words in kind.report if not any(words in line for line in report["warnings"])]
    return _said_of_the_file(kind, report["videos"]["a"]["warnings"]) + unsaid


def _answer_faults(kind: Kind, found: dict[str, str], plain: dict[str, str]) -> list[str]:
    wrong = []
    for statement, answer in found.items():
        usual = plain[statement]
        if kind.answers == "unknown" or statement in kind.unsure:
            bad = answer != "unknown"
        elif kind.answers == "same":
            bad = answer != usual if usual in "ab" else answer in "ab"
        else:
            bad = kind.answers == "sound" and {answer, usual} == {"a", "b"}
        if bad:
            wrong.append(f"{statement!r} is {answer} instead of {usual}")
    return wrong


def _upload_faults(kind: Kind, status: int, line: str) -> list[str]:
    if not kind.refused:
        return [] if status == 200 else [f"status {status}: {line}"]
    if status != 400 or kind.refused not in line or "\n" in line:
        return [f"status {status} instead of 400, or not {kind.refused!r}: {line}"]
    return []


def letters_of(report: dict[str, Any]) -> dict[str, str]:
    """Statement and answer."""
    return {difference["description"]: difference["answer"] for difference in report["differences"]}


def summary(outcomes: Sequence[Outcome]) -> str:
    """The counts of a run in one line."""
    tried = [outcome for outcome in outcomes if not outcome.skipped]
    wrong, skipped = sum(bool(outcome.wrong) for outcome in tried), len(outcomes) - len(tried)
    longest, most = max(outcome.seconds for outcome in tried), max(outcome.peak_bytes for outcome in tried)
    return (
        f"{len(tried)} kinds of clips, {len(tried) - wrong} as stated, {wrong} not, {skipped} skipped; "
        f"longest {longest:.0f} s, most memory {most / 2**20:.0f} MiB"
    )


def main(
    kinds: Annotated[list[str] | None, typer.Argument(help="Names of kinds; all when none is given.")] = None,
    seconds: Annotated[float, typer.Option(help="Kinds that are not reached by then are skipped.")] = 600.0,
) -> None:
    """Compare and upload every kind of bad and odd clip, and say where what comes of it is not as stated."""
    chosen, outcomes = [kind for kind in KINDS if not kinds or kind.name in kinds], list[Outcome]()
    with TemporaryDirectory(prefix="viddiff-corpus-") as folder:
        for outcome in checked(chosen, Path(folder), time.monotonic() + seconds):
            outcomes.append(outcome)
            for line in [f"skipped, {outcome.skipped}"] if outcome.skipped else outcome.wrong:
                typer.echo(f"{outcome.name}: {line}")
    typer.echo(summary(outcomes))
    if any(outcome.wrong for outcome in outcomes):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
