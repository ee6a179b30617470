"""Valid files changed at random, seeded: each opens and decodes, or is refused in one line; nothing crashes, hangs or eats memory."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from ...memory.values import Value
from .confined import Confined, Ran
from .corpus_formats import VP9
from .corpus_plain import Plain, draw_plain, ffmpeg
from .mp4_boxes import boxes

BATCH = 25
"""Mutants per call of the child; only a batch that ends badly is gone through one by one."""
LIMIT_S = 20.0
"""For one mutant: both passes of the probe and the decoding of all of it. The files play 1 second."""
MEMORY_LIMIT = 2 * 2**30
PEAK_LIMIT = 2**30
"""Resident memory above which a mutant counts as runaway."""
LARGEST_HEAD = 4096
"""Half of all damage goes where files keep their headers: the first and the last bytes."""

FORMATS: dict[str, str] = {
    "mp4": "-c:v libx264 -bf 2 -g 12 -movflags +faststart",
    "mov": "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1",
    "mkv": "-c:v libx264 -bf 2 -g 12",
    "webm": VP9,
    "avi": "-c:v mpeg4 -q 5",
    "gif": "",
    "ts": "-c:v mpeg2video -q 5",
    "webp": "-c:v libwebp_anim",
    "png": "-f apng -plays 0",
    "jpg": "-frames:v 1 -c:v mjpeg",
}


class Mutant(Value):
    """One changed file, told apart by what made it."""

    format: str
    kind: str
    number: int


class Bad(Value):
    """A mutant that did not end as it must."""

    mutant: Mutant
    how: str


class Tally(Value):
    """What came of a run."""

    seconds: float
    opened: int
    refused: int
    by_kind: dict[str, int]
    by_format: dict[str, int]
    bad: tuple[Bad, ...] = ()


def _places(rng: np.random.Generator, length: int, count: int) -> list[int]:
    """Offsets of damage, half of them in the first or the last `LARGEST_HEAD` bytes."""
    head = min(LARGEST_HEAD, length)
    near = rng.integers(0, head, count)
    return [
        int(rng.integers(length)) if rng.random() < 0.5 else int(at if rng.random() < 0.5 else length - 1 - at) for at in near
    ]


def flip_bits(rng: np.random.Generator, data: bytes) -> bytes:
    """A few bits turned."""
    changed = bytearray(data)
    for at in _places(rng, len(data), int(rng.integers(1, 9))):
        changed[at] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def extreme_numbers(rng: np.random.Generator, data: bytes) -> bytes:
    """Four bytes set to what sizes and counts go wrong with."""
    changed = bytearray(data)
    for at in _places(rng, len(data) - 4, int(rng.integers(1, 4))):
        extremes = (b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\x01", b"\0\x01\0\0")
        changed[at : at + 4] = extremes[rng.integers(len(extremes))]
    return bytes(changed)


def cut_off(rng: np.random.Generator, data: bytes) -> bytes:
    """The first part only."""
    return data[: int(rng.integers(1, len(data)))]


def repeat_chunk(rng: np.random.Generator, data: bytes) -> bytes:
    """A piece twice, the second time anywhere."""
    start, length = int(rng.integers(len(data))), int(rng.integers(1, 4097))
    at = int(rng.integers(len(data)))
    return data[:at] + data[start : start + length] + data[at:]


def drop_chunk(rng: np.random.Generator, data: bytes) -> bytes:
    """A piece less."""
    start, length = int(rng.integers(len(data))), int(rng.integers(1, 2049))
    return data[:start] + data[start + length :]


def swap_boxes(rng: np.random.Generator, data: bytes) -> bytes:
    """Two boxes of an mp4 exchanged; in other files two pieces."""
    found = [(box.start, box.stop) for box in boxes(data)]
    if len(found) < 2:
        edges = np.sort(rng.choice(len(data), 4, replace=False)).tolist()
        found = [(edges[0], edges[1]), (edges[2], edges[3])]
    (first, first_end), (second, second_end) = sorted(found[i] for i in rng.choice(len(found), 2, replace=False))
    if second < first_end:
        # One lies in the other: the inner one goes to the end.
        return data[:second] + data[second_end:] + data[second:second_end]
    return data[:first] + data[second:second_end] + data[first_end:second] + data[first:first_end] + data[second_end:]


MUTATIONS: dict[str, Callable[[np.random.Generator, bytes], bytes]] = {
    "bits": flip_bits,
    "numbers": extreme_numbers,
    "cut": cut_off,
    "twice": repeat_chunk,
    "gap": drop_chunk,
    "swap": swap_boxes,
}


def mutated(sources: dict[str, bytes], mutant: Mutant, seed: int) -> bytes:
    """The bytes of a mutant; the same for the same seed."""
    kind, form = list(MUTATIONS).index(mutant.kind), list(FORMATS).index(mutant.format)
    rng = np.random.default_rng([seed, kind, form, mutant.number])
    return MUTATIONS[mutant.kind](rng, sources[mutant.format])


def write_sources(plain: Plain, folder: Path) -> dict[str, bytes]:
    """One short valid file per format, by format."""
    found = {}
    for form, options in FORMATS.items():
        path = folder / f"source.{form}"
        ffmpeg("-i", plain.a, "-t", "1", "-vf", "fps=12,scale=96:128", *options.split(), path)
        found[form] = path.read_bytes()
    return found


def mutants() -> Iterator[Mutant]:
    """Every kind on every format in turn, without end."""
    number = 0
    while True:
        for form in FORMATS:
            for kind in MUTATIONS:
                yield Mutant(format=form, kind=kind, number=number)
        number += 1


def run(folder: Path, seconds: float, seed: int = 0, most: int | None = None) -> Tally:
    """Mutate for a bounded time.

    Args:
        folder: An empty folder.
        seconds: For the mutations, making the sources not included.
        seed: The same seed makes the same mutants in the same order.
        most: Stop after about so many.
    """
    sources = write_sources(draw_plain(folder), folder)
    begun, ends, tried, bad = time.monotonic(), Counter[str](), list[Mutant](), list[Bad]()
    line = mutants()
    with Confined(MEMORY_LIMIT) as child:
        while time.monotonic() - begun < seconds and (most is None or len(tried) < most):
            batch = [next(line) for _ in range(BATCH)]
            tried += batch
            found, worse = _batch(child, sources, batch, seed, folder)
            ends.update(found)
            bad += worse
    return Tally(
        seconds=time.monotonic() - begun,
        opened=ends["opened"],
        refused=ends["refused"],
        by_kind=dict(Counter(mutant.kind for mutant in tried)),
        by_format=dict(Counter(mutant.format for mutant in tried)),
        bad=tuple(bad),
    )


def opened(path: Path, data: bytes) -> str:
    """Probe a file, decode all of it and look at its last frame: "opened", "refused", or what is wrong with the refusal."""
    from ...memory.errors import VideoError
    from ...tools.video import frame_at, probe, sample

    path.write_bytes(data)
    try:
        found = probe(path)
        for _ in sample(path, 30, short_side=64):
            pass
        frame_at(path, found.duration_s)
    except VideoError as error:
        line = str(error)
        return "refused" if line.startswith(repr(str(path))) and "\n" not in line else f"no line for a user: {line!r}"
    return "opened"


def opened_all(paths_and_data: Sequence[tuple[Path, bytes]]) -> list[str]:
    """`opened` of each."""
    return [opened(path, data) for path, data in paths_and_data]


def _batch(
    child: Confined, sources: dict[str, bytes], batch: list[Mutant], seed: int, folder: Path
) -> tuple[list[str], list[Bad]]:
    files = [(folder / f"mutant.{mutant.format}", mutated(sources, mutant, seed)) for mutant in batch]
    ran = child.call(opened_all, files, limit_s=LIMIT_S * 2)
    if not _fault(ran):
        return ran.value, []
    ends, bad = [], []
    for mutant, (path, data) in zip(batch, files, strict=True):
        alone = child.call(opened, path, data, limit_s=LIMIT_S)
        if how := _fault(alone):
            bad.append(Bad(mutant=mutant, how=how))
        else:
            ends.append(alone.value)
    return ends, bad


def _fault(ran: Ran) -> str:
    """What went wrong in a call; empty when every file was opened or refused."""
    if ran.end != "done":
        return f"{ran.end}: {ran.value}"
    values = ran.value if isinstance(ran.value, list) else [ran.value]
    strange = [value for value in values if value not in ("opened", "refused")]
    if strange:
        return strange[0]
    return f"{ran.peak_bytes / 2**20:.0f} MiB of memory" if ran.peak_bytes > PEAK_LIMIT else ""


def summary(tally: Tally) -> str:
    """The counts of a run in one line."""
    tried = tally.opened + tally.refused + len(tally.bad)
    return (
        f"{tried} mutants of {len(tally.by_format)} formats in {tally.seconds:.0f} s: {tally.opened} opened, "
        f"{tally.refused} refused in one line, {len(tally.bad)} otherwise"
    )


def main(
    seconds: Annotated[float, typer.Option(help="How long to go on.")] = 300.0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same mutants.", min=0)] = 0,
) -> None:
    """Change valid files at random, and say which of them crash, hang, eat memory or are refused in more than a line."""
    with TemporaryDirectory(prefix="viddiff-mutations-") as folder:
        tally = run(Path(folder), seconds, seed)
    for bad in tally.bad:
        typer.echo(f"{bad.mutant.format}, {bad.mutant.kind} {bad.mutant.number}: {bad.how}")
    typer.echo(summary(tally))
    if tally.bad:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
