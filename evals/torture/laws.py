"""Laws that every comparison must obey whatever it says: changes of the question or of the clips that must change nothing, or one thing."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from ...memory.values import Value
from .corpus_plain import ffmpeg

FLIPPED = {"a": "b", "b": "a", "same": "same", "unknown": "unknown"}
OTHER_SIDE = {"left": "right", "right": "left"}
STATEMENTS = (
    "the left arm is raised higher",
    "the right arm is raised higher",
    "the arms are raised higher",
    "the left elbow is bent more at the top",
    "the right elbow is straighter at the top",
    "the hands move faster",
    "the lateral raise is slower",
    "there is a longer pause at the top",
    "the feet are further apart",
    "the torso leans further to the left",
    "the head is turned more to the right",
    "the grip on the rope is firmer",
)
"""For a pair of lateral raises; the last one can only be `unknown`."""


class Told(Value):
    """What a report says of one statement."""

    answer: str
    lean: str
    """Empty where nothing is known: the lean is no more than a habit then."""
    confidence: float

    def flipped(self) -> Told:
        """The same with the clips exchanged."""
        return self.model_copy(update={"answer": FLIPPED[self.answer], "lean": FLIPPED.get(self.lean, "")})


Answers = dict[str, Told]
Ask = Callable[[Path, Path, Sequence[str]], Answers]
"""Compares two files on statements, in their order."""


class Tally(Value):
    """How often each law was put to the test, and where it did not hold."""

    seconds: float
    pairs: int
    checked: dict[str, int]
    """By law: statements that were compared."""
    broken: tuple[str, ...] = ()
    """Law, pair, statement, before and after."""
    lost: dict[str, int]
    """By law about pictures: letters that became `same` or `unknown`, which noise near a limit may do."""


def asking(home: Path, action: str) -> Ask:
    """Comparisons by the embedded default, with their data under one folder."""
    from ...agent.api import compare
    from ...agent.settings import Settings

    settings = Settings.of(home=home, profile="embedded")

    def ask(a: Path, b: Path, statements: Sequence[str]) -> Answers:
        report = compare(a, b, action=action, differences=list(statements), settings=settings)
        return {
            d.description: Told(answer=d.answer, lean=d.lean if d.confidence else "", confidence=round(d.confidence, 3))
            for d in report.differences
        }

    return ask


def draw_uneven_pair(folder: Path) -> tuple[Path, Path]:
    """Two lateral raises from the front: `a` lifts the left arm higher than the right one, `b` both alike and more slowly."""
    from ..drawn import Look, render_clip
    from ..drawn.camera import Camera
    from ..drawn.look import CLOTHES, SKIN, Backdrop, Wardrobe

    size = {"width": 240, "height": 320, "fps": 24, "lead_in_s": 0.2, "lead_out_s": 0.2, "backdrop": Backdrop(kind="plain")}
    camera = Camera(yaw_deg=0, height_m=1.05, distance_m=5)
    other = Wardrobe(skin=SKIN[2], top=CLOTHES[3], bottoms=CLOTHES[0])
    looks = Look(**size, camera=camera, seed=1), Look(**size, camera=camera, seed=2, wardrobe=other)
    motions = {"arms": 90, "uneven": 36, "tempo_s": 1.4}, {"arms": 90, "elbow": 40, "tempo_s": 2.0}
    a, b = (
        render_clip("lateral_raise", motion, look, folder / f"raise_{side}.mp4")
        for side, motion, look in zip("ab", motions, looks, strict=True)
    )
    return Path(a.path), Path(b.path)


def other_side(statement: str) -> str:
    """The statement about the other side of the body."""
    return re.sub(r"\b(left|right)\b", lambda found: OTHER_SIDE[found[0]], statement)


def changed(path: Path, name: str, options: str) -> Path:
    """A copy of a clip through FFmpeg, beside it; made once."""
    copy = path.with_name(f"{path.stem}_{name}.mp4")
    if not copy.exists():
        ffmpeg("-i", path, *options.split(), copy)
    return copy


PICTURES = {
    "shift": "-vf tpad=start=12:start_mode=clone -c:v libx264 -bf 0",
    "larger": "-vf scale=iw*3/2:ih*3/2:flags=bicubic -c:v libx264 -bf 0",
    "recoded": "-c:v libx264 -crf 30",
    "hevc": "-c:v libx265 -preset ultrafast -x265-params log-level=none -crf 26",
}
"""What may be done to a clip without anything sure being changed."""
MIRROR = "-vf hflip -c:v libx264 -bf 0 -crf 12"


def contradictions(before: Answers, after: Answers) -> list[str]:
    """Statements whose letter became the other one."""
    return [text for text, told in before.items() if {told.answer, after[text].answer} == {"a", "b"}]


def lost_letters(before: Answers, after: Answers) -> list[str]:
    """Statements whose letter is gone."""
    return [text for text, told in before.items() if told.answer in "ab" and after[text].answer not in "ab"]


def unlike(before: Answers, after: Answers) -> list[str]:
    """Statements of the second that the first answers otherwise in any way."""
    return [text for text, told in after.items() if before[text] != told]


def run(folder: Path, seconds: float, seed: int = 0) -> Tally:
    """Every law on drawn pairs, as many as a bounded time allows, at least one."""
    from ..drawn import labelled_pairs, write_pair

    begun, pairs, book = time.monotonic(), 0, _Book()
    for pair in labelled_pairs(1000, seed, "easy"):
        if pairs and time.monotonic() - begun > seconds:
            break
        written = write_pair(pair, folder / f"pair{pairs}")
        statements = [statement.description for statement in pair.statements]
        ask = asking(folder / "home", pair.description)
        _put_to_the_test(book, f"{pair.action} {pair.seed}", ask, Path(written.a.path), Path(written.b.path), statements)
        pairs += 1
    return Tally(
        seconds=time.monotonic() - begun,
        pairs=pairs,
        checked=dict(book.checked),
        broken=tuple(book.broken),
        lost=dict(book.lost),
    )


class _Book:
    def __init__(self) -> None:
        self.checked: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.broken: list[str] = []

    def enter(self, law: str, pair: str, before: Answers, after: Answers, broken: list[str]) -> None:
        self.checked[law] += len(after)
        self.broken += [f"{law}, {pair}: {text!r} is {after[text]} instead of {before[text]}" for text in broken]


def _put_to_the_test(book: _Book, pair: str, ask: Ask, a: Path, b: Path, statements: list[str]) -> None:
    rng = np.random.default_rng(len(statements))
    plain = ask(a, b, statements)
    shuffled = [statements[i] for i in rng.permutation(len(statements))]
    for law, after in (
        ("order", ask(a, b, shuffled)),
        ("fewer", ask(a, b, shuffled[: len(shuffled) // 2 + 1])),
        ("swap", {text: told.flipped() for text, told in ask(b, a, statements).items()}),
    ):
        book.enter(law, pair, plain, after, unlike(plain, after))
    itself = ask(a, a, statements)
    book.enter("self", pair, itself, itself, [text for text, told in itself.items() if told.answer in "ab"])
    mirrored = ask(changed(a, "mirror", MIRROR), changed(b, "mirror", MIRROR), [other_side(text) for text in statements])
    mirrored = {other_side(text): told for text, told in mirrored.items()}
    _about_pictures(book, "mirror", pair, plain, mirrored)
    for law, options in PICTURES.items():
        _about_pictures(book, law, pair, plain, ask(changed(a, law, options), b, statements))


def _about_pictures(book: _Book, law: str, pair: str, plain: Answers, after: Answers) -> None:
    book.enter(law, pair, plain, after, contradictions(plain, after))
    book.lost[law] += len(lost_letters(plain, after))


def summary(tally: Tally) -> str:
    """The counts of a run in one line."""
    checked = ", ".join(f"{law} {count}" for law, count in tally.checked.items())
    lost = ", ".join(f"{law} {count}" for law, count in tally.lost.items())
    return (
        f"{tally.pairs} drawn pairs in {tally.seconds:.0f} s; statements put to each law: {checked}; broken {len(tally.broken)}; "
        f"letters that became same or unknown: {lost}"
    )


def main(
    seconds: Annotated[float, typer.Option(help="No new pair is begun after that.")] = 120.0,
    seed: Annotated[int, typer.Option(help="Of the drawn pairs.", min=0)] = 0,
) -> None:
    """Put drawn pairs to the laws, and say which of them were broken."""
    with TemporaryDirectory(prefix="viddiff-laws-") as folder:
        tally = run(Path(folder), seconds, seed)
    for line in tally.broken:
        typer.echo(line)
    typer.echo(summary(tally))
    if tally.broken:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
