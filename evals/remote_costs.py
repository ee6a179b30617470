"""`python -m viddiff.evals.remote_costs`: calls, images, tokens and bytes of the remote side, counted by a server that looks at the pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from ..agent.api import compare
from ..agent.events import Estimated, Event
from ..agent.settings import Settings
from ..memory.values import Value
from ..tools.actions import ActionLibrary
from ..tools.propose import LibraryProposer
from ..tools.statement import StatementReader
from .drawn.pairs import DrawnPair, WrittenPair, labelled_pairs, write_pair
from .scripted_server import Call, Personality, ScriptedServer, faults, image_reader, same
from .scripted_server.named import whole

FRAMES_ONE, FRAMES_MANY = 2, 6
"""Images that the paper's code sends about a difference that one frame shows, and about one that needs several."""
TOKENS_AN_IMAGE = 1105
"""Its images are whole frames, by the tile rule at 720p and 1080p."""
LATENCY_S = 0.5
_HEAD = (
    "K", "pairs", "sets of pictures", "calls, both orders", "with further looks", "images / paper's", "image tokens / paper's",
    "bytes / paper's", "rounds of questions", "calls of the same run again", "goals met",
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
    rounds: int
    """Questions of one round are put at the same time."""
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


def statements_of(pair: DrawnPair, count: int) -> list[str]:
    """The statements of a drawn pair, and those of the library about its action, the most important first."""
    library = LibraryProposer(ActionLibrary.load(), StatementReader()).candidates(pair.description).differences
    own = [s.description for s in pair.statements]
    more = [d.description for d in sorted(library, key=lambda d: -d.importance)]
    return list(dict.fromkeys([*own, *more]))[:count]


def counted(made: WrittenPair, count: int, home: Path) -> Counted:
    """Compare one pair on so many statements, and once more, with a vision model that reads the pictures."""
    rounds: list[Estimated] = []

    def note(event: Event) -> None:
        if isinstance(event, Estimated) and event.about == "questions":
            rounds.append(event)

    with ScriptedServer(whole(image_reader())) as server:
        _compared(made, count, home, server, note)
        done = server.recording.chats
        images, tokens, sent = len(server.recording.images), server.recording.image_tokens, server.recording.payload_bytes
        _compared(made, count, home, server, lambda _: None)
        again = len(server.recording.chats) - len(done)
    return Counted(
        statements=count,
        sets=rounds[0].high.calls // 2,
        calls=len(done),
        images=images,
        image_tokens=tokens,
        payload_bytes=sent,
        frame_bytes=_png_bytes(made),
        rounds=len(rounds),
        calls_again=again,
    )


def question_phase(made: WrittenPair, count: int, home: Path) -> tuple[int, float]:
    """How many questions the first look puts when every answer takes `LATENCY_S`, and seconds from the first question to the last answer."""
    rounds: list[Estimated] = []

    def note(event: Event) -> None:
        if isinstance(event, Estimated) and event.about == "questions":
            rounds.append(event)

    slow: Personality = faults.slow(whole(same()), LATENCY_S)
    with ScriptedServer(slow) as server:
        _compared(made, count, home, server, note)
        asked = rounds[0].high.calls
        return asked, _span_s(server.recording.chats[:asked])


def table(counts: Sequence[int], pairs: Sequence[DrawnPair], folder: Path) -> Iterator[str]:
    """The lines of a Markdown table, each as soon as it is counted."""
    made = [write_pair(pair, folder / f"pair-{number}") for number, pair in enumerate(pairs)]
    yield _line(*_HEAD)
    yield _line(*["---"] * len(_HEAD))
    for count in counts:
        yield row([counted(each, count, folder / "home") for each in made])


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
        _said(found, lambda c: c.rounds),
        str(max(c.calls_again for c in found)),
        f"{sum(c.met() for c in found)} of {len(found)}",
    )


def _compared(made: WrittenPair, count: int, home: Path, server: ScriptedServer, note: Callable[[Event], None]) -> None:
    settings = Settings.of(home=home, planner="embedded", vlm=f"openai:scripted@{server.base_url}", encoder="pose")
    asked = statements_of(made.pair, count)
    compare(made.a.path, made.b.path, action=made.pair.description, differences=asked, settings=settings, on_event=note)


def _png_bytes(made: WrittenPair) -> float:
    from PIL import Image

    from ..tools.video import frames_at

    sizes: list[int] = []
    for clip in (made.a, made.b):
        file = io.BytesIO()
        (frame,) = frames_at(clip.path, [1.0])
        Image.fromarray(frame.image).save(file, "PNG")
        sizes.append(len(file.getvalue()) * 4 // 3)
    return sum(sizes) / len(sizes)


def _span_s(chats: Sequence[Call]) -> float:
    return max(call.finished_s or 0.0 for call in chats) - min(call.arrived_s for call in chats)


def _said(found: Sequence[Counted], value: Callable[[Counted], float]) -> str:
    values = [value(each) for each in found]
    return f"{median(values):.2g} ({max(values):.2g})"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def main(
    counts: Annotated[str, typer.Option(help="Numbers of statements.")] = "5,8,12,16,24",
    pairs: Annotated[int, typer.Option(help="Drawn pairs.", min=1)] = 4,
    seed: Annotated[int, typer.Option(help="Decides the pairs.", min=0)] = 7,
) -> None:
    """Count what the vision model is asked in the closed setting, further looks included, against what the paper's code sends."""
    chosen = labelled_pairs(pairs, seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for line in table([int(count) for count in counts.split(",")], chosen, folder):
            typer.echo(line)
        made = write_pair(chosen[0], folder / "pair-0")
        asked, seconds = question_phase(made, 12, folder / "home")
        typer.echo(
            f"\n{asked} questions with {LATENCY_S} s to each answer took {seconds:.2f} s from the first to the last answer."
        )


if __name__ == "__main__":
    typer.run(main)
