"""`python -m viddiff.evals.localization`: what finding the right frames is worth, row by row, on drawn pairs (tables 4 and 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..drawn.pairs import labelled_pairs
from .prompts import CONTROLS, USUAL, prompted
from .study import Bodies, study
from .tables import encoders_table, localization_table, steps_table
from .unusual import unusual_pairs


def localization_tables(
    pairs: int,
    seed: int,
    bodies: Bodies,
    encoders: Sequence[str] | None,
    folder: Path,
    tell: Callable[[str], None],
    usual: bool = False,
) -> str:
    """The tables of the study, as Markdown.

    Args:
        pairs: How many.
        seed: Decides everything about them.
        bodies: As drawn, or tracked in rendered clips.
        encoders: Specs of `--encoder` and controls; the usual ones where None.
        folder: Keeps what is done.
        tell: Told of every pair.
        usual: People and moments as in `eval drawn`, not unusual ones.
    """
    chosen = labelled_pairs(pairs, seed) if usual else unusual_pairs(pairs, seed)
    names = tuple(encoders) if encoders else USUAL
    found = study(chosen, prompted(names, folder), bodies, folder, tell)
    parts = [localization_table(found), *(steps_table(found, name) for name in names if name not in CONTROLS)]
    if {"pose", "pose+own_clip"} <= set(names):
        parts += [encoders_table(found, strategy, "pose", "pose+own_clip") for strategy in ("viterbi", "ours")]
    return "\n\n".join(parts)


def main(
    pairs: Annotated[int, typer.Option(help="How many drawn pairs.", min=1)] = 48,
    seed: Annotated[int, typer.Option(help="Decides everything about the pairs.", min=0)] = 5,
    bodies: Annotated[Bodies, typer.Option(help="Bodies as drawn (fast), or tracked in rendered clips.")] = "true",
    encoder: Annotated[
        list[str] | None, typer.Option(help="An --encoder spec or a control; may be given again.", show_default=", ".join(USUAL))
    ] = None,
    usual: Annotated[bool, typer.Option("--usual", help="People and moments as in `eval drawn`, not unusual ones.")] = False,
    folder: Annotated[Path, typer.Option(help="Where what is done is kept.")] = Path("localization"),
) -> None:
    """Print how well moments are found and statements decided, by encoder and by way of finding frames."""
    typer.echo(localization_tables(pairs, seed, bodies, encoder, folder, lambda line: typer.echo(line, err=True), usual))


if __name__ == "__main__":
    typer.run(main)
