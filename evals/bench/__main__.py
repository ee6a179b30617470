"""`python -m viddiff.evals.bench [AREA...]`: every piece of work against its peers, as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from .aligning import aligning
from .asking import asking
from .comparing import comparing
from .contests import Contest, Figure
from .decoding import decoding
from .embedding import embedding
from .posing import posing
from .retrieving import retrieving
from .sizes import QUICK, Sizes
from .starting import starting
from .table import table

AREAS: dict[str, Callable[[Path, Sizes], Iterator[Contest | Figure]]] = {
    "starting": lambda folder, sizes: starting(),
    "decoding": decoding,
    "posing": posing,
    "embedding": embedding,
    "aligning": aligning,
    "retrieving": retrieving,
    "comparing": comparing,
    "asking": asking,
}


def items(areas: Sequence[str], folder: Path, sizes: Sizes) -> Iterator[Contest | Figure]:
    """What is measured, area by area; what an item needs is made in the folder when it is its turn."""
    for name in areas or AREAS:
        place = folder / name
        place.mkdir()
        yield from AREAS[name](place, sizes)


def main(
    areas: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(AREAS)}; all when left out.")] = None,
    rounds: Annotated[int, typer.Option(help="How often each is measured, at most; the median counts.", min=1)] = 5,
    quick: Annotated[bool, typer.Option("--quick", help="Tiny work, one round: whether it runs, not how fast.")] = False,
) -> None:
    """Measure every piece of work against its peers; below 1 we take less time than the peer."""
    if unknown := [name for name in areas or () if name not in AREAS]:
        raise typer.BadParameter(f"there is no area {unknown[0]!r}; there are {', '.join(AREAS)}", param_hint="AREA")
    with TemporaryDirectory() as folder:
        for line in table(items(areas or (), Path(folder), QUICK if quick else Sizes()), 1 if quick else rounds):
            typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
