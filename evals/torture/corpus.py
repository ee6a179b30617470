"""The corpus of bad and odd clips: every kind with the outcome that it must have."""

from __future__ import annotations

from pathlib import Path

from .corpus_damage import CUT, MISNAMED, NOT_VIDEO
from .corpus_formats import CODECS
from .corpus_frames import SIZES, STREAMS, TURNS
from .corpus_names import NAMES, PLACES
from .corpus_plain import CannotMake, Kind, Plain
from .corpus_scenes import SCENES
from .corpus_times import JOINED, RATES, STAMPS

GROUPS: dict[str, tuple[Kind, ...]] = {
    "No video": NOT_VIDEO,
    "Cut off and damaged": CUT,
    "Misnamed": MISNAMED,
    "Codecs and containers": CODECS,
    "Rates and lengths": RATES,
    "Time stamps": STAMPS,
    "Joined": JOINED,
    "Turned and mirrored": TURNS,
    "Sizes": SIZES,
    "Other streams": STREAMS,
    "What is to be seen": SCENES,
    "Names": NAMES,
    "Places": PLACES,
}
KINDS = tuple(kind for group in GROUPS.values() for kind in group)

_ANSWERS = {
    "same": "the plain clip's letters",
    "sound": "no letter against the plain clip's",
    "other": "what is left to be seen decides",
    "unknown": "`unknown`",
}


def made(kind: Kind, plain: Plain, folder: Path) -> tuple[str, Path]:
    """Make one kind in a folder of its own.

    Returns:
        What a user types, and the folder in which.

    Raises:
        CannotMake: This machine cannot.
    """
    place = folder / kind.name
    place.mkdir(parents=True)
    return str(kind.make(plain, place)), place


def expected(kind: Kind) -> str:
    """The outcome of a kind in words, for the document."""
    if kind.refused:
        return f"refused: “… {kind.refused} …”"
    notes = [f"“… {words} …”" for words in (*kind.warnings, *kind.report)]
    unsure = [f"“{statement}” is `unknown`" for statement in kind.unsure]
    return "; ".join([_ANSWERS[kind.answers], *unsure, *notes])


def table() -> str:
    """The Markdown table of all kinds, those of one group with the same outcome in one row."""
    lines = ["| group | kinds | what comes of them |", "| --- | --- | --- |"]
    for title, kinds in GROUPS.items():
        rows: dict[str, list[str]] = {}
        for kind in kinds:
            rows.setdefault(expected(kind), []).append(kind.what)
        lines += [f"| {title} | {'; '.join(whats)} | {outcome} |" for outcome, whats in rows.items()]
    return "\n".join(lines)


__all__ = ["GROUPS", "KINDS", "CannotMake", "expected", "made", "table"]
