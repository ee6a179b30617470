"""A whole comparison: against its slow parts alone, against itself when all is in the cache, and how it grows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from ...agent.api import compare
from ...agent.report import Report
from ...agent.settings import Settings
from ...tools import video
from ..drawn import demo_pair
from .child import measured
from .contests import Contest, Figure, Peer
from .films import write_squat
from .posing import tracked
from .sizes import Sizes


def comparing(folder: Path, sizes: Sizes) -> Iterator[Contest | Figure]:
    """Everything about the embedded side from end to end."""
    from ...agent.graph import build_graph

    build_graph()
    height, seconds = sizes.compared
    a, b = (write_squat(folder / f"large-{side}.mp4", side, sizes.fps, seconds, height) for side in "ab")
    infos = [video.probe(clip) for clip in (a, b)]
    homes: list[Path] = []

    def first() -> object:
        homes.append(Path(mkdtemp(dir=folder)))
        return compare_pair((a, b), homes[-1], sizes.statements)

    yield Contest(
        ours=f"compare two clips of {seconds:g} s, {height}p",
        do=first,
        peers=(Peer(name="decode and pose alone, both at once", do=lambda: tracked(infos, folder), wall=1.25),),
        frames=sum(info.frames for info in infos),
        rounds=2,
    )
    yield Contest(
        ours="compare, second run (cache)",
        do=lambda: compare_pair((a, b), homes[-1], sizes.statements),
        peers=(Peer(name="compare, first run", do=first, wall=0.15),),
        rounds=2,
    )
    if sizes.lengths_s:
        yield from growing(folder, sizes)


def growing(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """How time and memory of a comparison grow with the length of the clips, each length in a process of its own."""

    @cache
    def run(seconds: float) -> dict[str, float]:
        a, b = (write_squat(folder / f"{seconds:g}-{side}.mp4", side, sizes.long_fps, seconds) for side in "ab")
        return measured("compare", a, b, Path(mkdtemp(dir=folder)))

    def exponent() -> float:
        times = [run(seconds)["wall"] for seconds in sizes.lengths_s]
        return float(np.polyfit(np.log(sizes.lengths_s), np.log(times), 1)[0])

    spoken = " and ".join(f"{seconds:g}" for seconds in (sizes.lengths_s[0], sizes.lengths_s[-1]))
    yield Figure(what=f"growth of the time of a comparison, clips of {spoken} s, exponent", value=exponent, goal=1.05)
    yield Figure(
        what=f"peak memory of a comparison, clips of {spoken} s, MiB more for each minute",
        value=lambda: 60 * float(np.polyfit(sizes.lengths_s, [run(s)["mib"] for s in sizes.lengths_s], 1)[0]),
        goal=10,
    )


def compare_pair(clips: tuple[Path, Path], home: Path, count: int) -> Report:
    """Some of the demo pair's statements asked of two clips, embedded."""
    pair = demo_pair()
    settings = Settings.of(home=home, profile="embedded", planner="auto", vlm="auto", encoder="pose")
    return compare(
        *clips, action=pair.description, differences=[s.description for s in pair.statements[:count]], settings=settings
    )
