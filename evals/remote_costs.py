"""`python -m viddiff.evals.remote_costs`: calls, images, tokens and bytes of the remote side, counted by a server that looks at the pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from ..agent.events import Estimated, Event
from ..memory.values import Value
from .drawn.pairs import labelled_pairs, write_pair
from .remote_case import Case, compared
from .remote_latency import LATENCY_S, question_phase
from .scripted_server import ScriptedServer, image_reader
from .scripted_server.named import whole

FRAMES_ONE, FRAMES_MANY = 2, 6
"""Images that the paper's code sends about a difference that one frame shows, and about one that needs several."""
TOKENS_AN_IMAGE = 1105
"""Its images are whole frames, by the tile rule at 720p and 1080p."""
_HEAD = (
    "K", "pairs", "sets of pictures", "calls, both orders", "with further looks", "images / paper's", "image tokens / paper's",
    "bytes / paper's", "rounds of further looks", "calls of the same run again", "goals met",
)  # fmt: skip


class Counted(Value):
    """One comparison by the numbers of the server."""

    statements: int
    sets: int
    """Groups of differences that share their pictures, in the first look."""
    calls: int
    """Questions to the vision model, both orders and all looks."""
    images: int
    image_tokens: int
    payload_bytes: int
    frame_bytes: float
    """A whole frame of these clips as the paper's code sends it, PNG in base64."""
    further_rounds: int
    """Rounds of questions after the first look; questions of one round are put at the same time."""
    calls_again: int
    """Of the same run once more."""

    @property
    def peer_images(self) -> int:
        """What the paper's code sends when every second difference needs several frames, and it asks in one order only."""
        many = self.statements // 2
        return FRAMES_MANY * many + FRAMES_ONE * (self.statements - many)

    @property
    def image_ratio(self) -> float:
        """Ours over the paper's."""
        return self.images / self.peer_images

    @property
    def token_ratio(self) -> float:
        """Likewise, tokens of the images."""
        return self.image_tokens / (self.peer_images * TOKENS_AN_IMAGE)

    @property
    def byte_ratio(self) -> float:
        """Likewise, bytes of the requests."""
        return self.payload_bytes / (self.peer_images * self.frame_bytes)

    def met(self) -> bool:
        """Whether it reaches every goal that is set for so many statements."""
        k = self.statements
        fewer = k < 8 or (self.image_ratio <= 0.35 and self.byte_ratio <= 0.10)
        tokens = self.token_ratio <= (0.15 if k >= 16 else 0.35 if k >= 8 else float("inf"))
        return self.sets <= k and fewer and tokens and self.calls_again == 0


def counted(case: Case, count: int, home: Path) -> Counted:
    """Compare one pair on so many statements, and once more, with a vision model that reads the pictures."""
    rounds: list[Estimated] = []

    def note(event: Event) -> None:
        if isinstance(event, Estimated) and event.about == "questions":
            rounds.append(event)

    with ScriptedServer(whole(image_reader())) as server:
        compared(case, count, home, server.base_url, note)
        done = server.recording.chats
        images, tokens, sent = len(server.recording.images), server.recording.image_tokens, server.recording.payload_bytes
        compared(case, count, home, server.base_url)
        again = len(server.recording.chats) - len(done)
    return Counted(
        statements=count,
        sets=rounds[0].high.calls // 2,
        calls=len(done),
        images=images,
        image_tokens=tokens,
        payload_bytes=sent,
        frame_bytes=_png_bytes(case),
        further_rounds=len(rounds) - 1,
        calls_again=again,
    )


def table(counts: Sequence[int], cases: Sequence[Case], folder: Path) -> Iterator[str]:
    """The lines of a Markdown table, each as soon as it is counted."""
    yield _line(*_HEAD)
    yield _line(*["---"] * len(_HEAD))
    for count in counts:
        yield row([counted(each, count, folder / "home") for each in cases])


def row(found: Sequence[Counted]) -> str:
    """All pairs at one number of statements: median (worst)."""
    return _line(
        str(found[0].statements),
        str(len(found)),
        _said(found, lambda c: c.sets),
        _said(found, lambda c: 2 * c.sets),
        _said(found, lambda c: c.calls),
        _said(found, lambda c: c.image_ratio),
        _said(found, lambda c: c.token_ratio),
        _said(found, lambda c: c.byte_ratio),
        _said(found, lambda c: c.further_rounds),
        str(max(c.calls_again for c in found)),
        f"{sum(c.met() for c in found)} of {len(found)}",
    )


def _png_bytes(case: Case) -> float:
    from PIL import Image

    from ..tools.video import frames_at

    sizes: list[int] = []
    for path in (case.a, case.b):
        file = io.BytesIO()
        (frame,) = frames_at(path, [1.0])
        Image.fromarray(frame.image).save(file, "PNG")
        sizes.append(len(file.getvalue()) * 4 // 3)
    return sum(sizes) / len(sizes)


def _said(found: Sequence[Counted], value: Callable[[Counted], float]) -> str:
    values = [value(each) for each in found]
    return f"{median(values):.2g} ({max(values):.2g})"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def main(
    counts: Annotated[str, typer.Option(help="Numbers of statements.")] = "5,8,12,16,24",
    pairs: Annotated[int, typer.Option(help="Drawn pairs.", min=1)] = 4,
    seed: Annotated[int, typer.Option(help="Decides the pairs.", min=0)] = 7,
    clips: Annotated[tuple[Path, Path] | None, typer.Option(metavar="A B", help="Two clips instead of drawn pairs.")] = None,
    action: Annotated[str, typer.Option(help="What is done in these clips.")] = "",
) -> None:
    """Count what the vision model is asked in the closed setting, further looks included, against what the paper's code sends."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        if clips is not None:
            cases = [Case(a=str(clips[0]), b=str(clips[1]), action=action)]
        else:
            chosen = enumerate(labelled_pairs(pairs, seed))
            cases = [Case.drawn(write_pair(pair, folder / f"pair-{number}")) for number, pair in chosen]
        for line in table([int(count) for count in counts.split(",")], cases, folder):
            typer.echo(line)
        took = question_phase(cases[0], 12, folder / "home")
        typer.echo(
            f"\n{took.questions} questions with {LATENCY_S} s to each answer took {took.wall_s:.2f} s, {took.ratio:.2f} times the "
            f"{took.critical_s:.1f} s of the critical path."
        )


if __name__ == "__main__":
    typer.run(main)
