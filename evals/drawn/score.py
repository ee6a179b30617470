"""`python -m viddiff.evals.drawn.score`: how often viddiff is right on drawn pairs, whose truth is known (closed setting).

With `--server image_reader` (or another personality of the scripted server) every model role is played by that server.
"""

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
from ..scripted_server.named import NAMED
from .markdown import said, table_of
from .metrics import Answered, Score, answered, score
from .pairs import Difficulty, DrawnPair, labelled_pairs, write_pair
from .remote_tables import conduct_table, records_table, reliability_table, traffic_table
from .served import EMBEDDED, Seat, Traffic, seat_of, together
from .testimony import Weighed, weighed

_HEAD = (
    "difficulty", "pairs", "a/b: right by lean, 95%", "wrong letter", "same", "unknown",
    "same: answered same", "got a letter", "instants within 0.2 s", "calibration error", "failed",
)  # fmt: skip


class Compared(Value):
    """One pair with its report, or why there is none."""

    pair: DrawnPair
    report: Report | None
    traffic: Traffic | None = None
    """What the server was asked for it; None on the embedded side."""
    error: str = ""

    def answers(self) -> Iterator[Answered]:
        """Every statement of the pair beside its answer."""
        found = {d.id: d for d in self.report.differences} if self.report else {}
        return (answered(s, found.get(s.id), self.pair.difficulty) for s in self.pair.statements)

    def witnessed(self) -> Iterator[Weighed]:
        """Every statement that was compared, with what each witness said of it."""
        found = {d.id: d for d in self.report.differences} if self.report else {}
        return (weighed(s, found[s.id]) for s in self.pair.statements if s.id in found)


def compared(pair: DrawnPair, folder: Path, again: bool = False, seat: Seat | None = None) -> Compared:
    """Render and compare one pair; what is already in the folder is taken from there.

    Args:
        pair: What to draw.
        folder: Of the whole set: clips and report lie in a folder of this pair's own, what viddiff keeps in `home`.
        again: Compare even where the report is there; the clips are kept.
        seat: Who is asked; the embedded side where left out.
    """
    seat = seat or Seat()
    place = folder / f"{pair.action}-{pair.difficulty}-{pair.seed}"
    kept, counted = (place / f"{name}{seat.suffix}.json" for name in ("report", "traffic"))
    # A judge that dies of what it judges has counted nothing: every failure is named in the result.
    try:
        if not _drawn(pair, place):
            for old in place.glob("report*.json"):
                old.unlink()
            write_pair(pair, place)
        if again or not kept.is_file():
            traffic = seat.counted(lambda: _write_report(pair, place, seat.settings(folder / "home"), kept))
            if traffic:
                counted.write_text(traffic.model_dump_json(), encoding="utf-8")
        traffic = Traffic.model_validate_json(counted.read_bytes()) if counted.is_file() else None
        return Compared(pair=pair, report=Report.model_validate_json(kept.read_bytes()), traffic=traffic)
    except Exception as error:
        return Compared(pair=pair, report=None, error=f"{place.name}: {type(error).__name__}: {error}")


def _write_report(pair: DrawnPair, place: Path, settings: Settings, target: Path) -> None:
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
    failures = [f"failed: {c.error}" for c in compared_pairs if c.error]
    return "\n".join([table_of(_HEAD, rows), *([""] if failures else []), *failures])


def _row(name: str, pairs: int, found: Score) -> list[str]:
    shares = (found.wrong, found.same, found.unknown, found.kept_same, found.false_letter, found.instants)
    calibration = "-" if isnan(found.calibration) else f"{found.calibration:.3f}"
    return [name, str(pairs), said(found.right, True), *(said(share) for share in shares), calibration, said(found.failed)]


def witness_tables(compared_pairs: Sequence[Compared], name: str = EMBEDDED) -> str:
    """What the witnesses were worth, and what asking took, as Markdown tables."""
    heard = [t for c in compared_pairs for t in c.witnessed()]
    counted = [c.traffic for c in compared_pairs if c.traffic]
    asked = [traffic_table(name, together(counted), len(counted))] if counted else []
    return "\n\n".join([conduct_table(heard), *asked, reliability_table(heard), records_table(heard)])


def main(
    pairs: Annotated[int, typer.Option(help="How many pairs to draw.", min=1)] = 36,
    seed: Annotated[int, typer.Option(help="Decides everything about the pairs.", min=0)] = 7,
    difficulty: Annotated[Difficulty | None, typer.Option(help="All three in turn when left out.")] = None,
    folder: Annotated[Path, typer.Option(help="Where clips and reports are kept; a later run goes on from there.")] = Path(
        "drawn-score"
    ),
    again: Annotated[bool, typer.Option("--again", help="Compare again where a report is there; clips are kept.")] = False,
    server: Annotated[
        str | None,
        typer.Option(help=f"A personality that plays every model role, of {', '.join(NAMED)}.", show_default="no model server"),
    ] = None,
) -> None:
    """Draw pairs, compare each in the closed setting, and print the scores as Markdown tables."""
    if server not in (None, *NAMED):
        raise typer.BadParameter(f"no personality is called {server!r}; there are {', '.join(NAMED)}", param_hint="--server")
    done = []
    with seat_of(server) as seat:
        for number, pair in enumerate(labelled_pairs(pairs, seed, difficulty), 1):
            done.append(compared(pair, folder, again, seat))
            typer.echo(f"{number}/{pairs} {pair.action} ({pair.difficulty}) {done[-1].error or 'done'}", err=True)
    typer.echo(f"{table(done)}\n\n{witness_tables(done, seat.name)}")
    if any(c.error for c in done):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
