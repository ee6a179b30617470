"""`python -m viddiff.evals.drawn.score`: how often viddiff is right on drawn pairs, whose truth is known (closed setting)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from math import isnan
from pathlib import Path
from typing import Annotated

import typer

from ...agent.api import compare
from ...agent.report import Report
from ...agent.settings import Settings
from ...memory.values import Value
from .metrics import Answered, Score, Share, answered, score
from .pairs import Difficulty, DrawnPair, labelled_pairs, write_pair

_HEAD = (
    "difficulty", "pairs", "a/b: right by lean, 95%", "wrong letter", "same", "unknown",
    "same: answered same", "got a letter", "instants within 0.2 s", "calibration error", "failed",
)  # fmt: skip


class Compared(Value):
    """One pair with its report, or why there is none."""

    pair: DrawnPair
    report: Report | None
    error: str = ""

    def answers(self) -> Iterator[Answered]:
        """Every statement of the pair beside its answer."""
        found = {d.id: d for d in self.report.differences} if self.report else {}
        return (answered(s, found.get(s.id), self.pair.difficulty) for s in self.pair.statements)


def compared(pair: DrawnPair, folder: Path, again: bool = False) -> Compared:
    """Render and compare one pair; what is already in the folder is taken from there.

    Args:
        pair: What to draw.
        folder: Of the whole set: clips and report lie in a folder of this pair's own, what viddiff keeps in `home`.
        again: Compare even where the report is there; the clips are kept.
    """
    place = folder / f"{pair.action}-{pair.difficulty}-{pair.seed}"
    kept = place / "report.json"
    # A judge that dies of what it judges has counted nothing: every failure is named in the result.
    try:
        if not _drawn(pair, place):
            kept.unlink(missing_ok=True)
            write_pair(pair, place)
        if again or not kept.is_file():
            _write_report(pair, place, folder / "home", kept)
        return Compared(pair=pair, report=Report.model_validate_json(kept.read_bytes()))
    except Exception as error:
        return Compared(pair=pair, report=None, error=f"{place.name}: {type(error).__name__}: {error}")


def _write_report(pair: DrawnPair, place: Path, home: Path, target: Path) -> None:
    settings = Settings.of(home=home, profile="embedded", planner="auto", vlm="auto", encoder="pose")
    asked = [{"id": s.id, "description": s.description} for s in pair.statements]
    report = compare(place / "a.mp4", place / "b.mp4", action=pair.description, differences=asked, settings=settings)
    partial = target.with_suffix(".partial")
    partial.write_text(report.model_dump_json(), encoding="utf-8")
    partial.replace(target)


def _drawn(pair: DrawnPair, place: Path) -> bool:
    """Whether the folder holds this very pair: the truth is written after the clips, and says what they were made from."""
    if not (place / "truth.json").is_file():
        return False
    truth = json.loads((place / "truth.json").read_text(encoding="utf-8"))
    wanted = pair.model_dump(mode="json")
    looks = all(truth["clips"][side][part] == wanted[side][part] for side in "ab" for part in ("parameters", "look"))
    return looks and truth["statements"] == wanted["statements"]


def table(compared_pairs: Sequence[Compared]) -> str:
    """The scores by difficulty and over all, as a Markdown table, with the failures below it."""
    levels = dict.fromkeys(c.pair.difficulty for c in compared_pairs)
    groups = {level: [c for c in compared_pairs if c.pair.difficulty == level] for level in levels}
    if len(groups) > 1:
        groups |= {"all": list(compared_pairs)}
    rows = [_row(name, len(group), score(a for c in group for a in c.answers())) for name, group in groups.items()]
    lines = [_line(_HEAD), _line(["---"] * len(_HEAD)), *(_line(row) for row in rows)]
    failures = [f"failed: {c.error}" for c in compared_pairs if c.error]
    return "\n".join([*lines, *([""] if failures else []), *failures])


def _row(name: str, pairs: int, found: Score) -> list[str]:
    low, high = found.right.interval()
    shares = (found.wrong, found.same, found.unknown, found.kept_same, found.false_letter, found.instants)
    right = f"{_said(found.right)}, {low:.0%} to {high:.0%}"
    calibration = "-" if isnan(found.calibration) else f"{found.calibration:.3f}"
    return [name, str(pairs), right, *(_said(share) for share in shares), calibration, _said(found.failed)]


def _said(share: Share) -> str:
    return f"{share.value:.0%} ({share.hits}/{share.of})" if share.of else "-"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def main(
    pairs: Annotated[int, typer.Option(help="How many pairs to draw.", min=1)] = 36,
    seed: Annotated[int, typer.Option(help="Decides everything about the pairs.", min=0)] = 7,
    difficulty: Annotated[Difficulty | None, typer.Option(help="All three in turn when left out.")] = None,
    folder: Annotated[Path, typer.Option(help="Where clips and reports are kept; a later run goes on from there.")] = Path(
        "drawn-score"
    ),
    again: Annotated[bool, typer.Option("--again", help="Compare again where a report is there; clips are kept.")] = False,
) -> None:
    """Draw pairs, compare each in the closed setting on the embedded default, and print the scores as a Markdown table."""
    done = []
    for number, pair in enumerate(labelled_pairs(pairs, seed, difficulty), 1):
        done.append(compared(pair, folder, again))
        typer.echo(f"{number}/{pairs} {pair.action} ({pair.difficulty}) {done[-1].error or 'done'}", err=True)
    typer.echo(table(done))
    if any(c.error for c in done):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
