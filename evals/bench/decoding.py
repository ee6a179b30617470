"""From a film to small frames at a low rate: speed, memory, and whether they are the right frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from ...tools import video
from . import peers
from .child import peak_mib
from .contests import Contest, Figure, Peer
from .films import QUARTER_TURNS, number_on, shown_ms, write_film, write_numbered
from .sizes import Sizes

FPS, SHORT_SIDE = 8.0, 224
NUMBERED = 200


def decoding(folder: Path, sizes: Sizes) -> Iterator[Contest | Figure]:
    """Everything about decoding and sampling."""
    film = write_film(folder / "film.mp4", *sizes.film)
    plain = write_film(folder / "plain.mp4", *sizes.film, b_frames=False)
    long = write_film(folder / "long.mp4", *sizes.long_film)
    yield _sampled("decode", film, sizes.film, (_pipe(film, 0.90, 0.90), *_others(film)))
    yield _sampled("decode, no B-frames,", plain, sizes.film, (_pipe(plain, 1.0, 1.0),))
    yield _sampled("decode", long, sizes.long_film, (_pipe(long, 1.0, 0.80),))
    yield Contest(
        ours="two films decoded at once",
        do=lambda: _at_once([film, plain]),
        peers=(Peer(name="one after the other", do=lambda: [sample(film), sample(plain)], wall=0.92),),
        rounds=3,
    )
    width, height, seconds = sizes.film
    full = round(30 * seconds) * width * height * 3 / 2**20
    yield Figure(what=f"peak memory, decoding {sizes.long_film[2]:g} s, MiB", value=lambda: peak_mib("decode", long), goal=200)
    yield Figure(
        what="peak memory, decoding, over the film at full size in memory",
        value=lambda: peak_mib("decode", film) / full,
        goal=0.12,
        why="published code takes twice that array, and 0.06 of it was the goal",
    )
    yield from _right_frames(folder)


def sample(film: Path) -> int:
    """Stream the small frames of a film and let go of them; how many there were."""
    return sum(len(batch.images) for batch in video.sample(film, FPS, short_side=SHORT_SIDE))


def _sampled(what: str, film: Path, size: tuple[int, int, float], against: tuple[Peer, ...]) -> Contest:
    return Contest(
        ours=f"{what} {size[1]}p {size[2]:g} s, sample 8 fps, 224 px",
        do=lambda: sample(film),
        peers=against,
        frames=round(FPS * size[2]),
        rounds=3,
    )


def _pipe(film: Path, wall: float, cpu: float) -> Peer:
    return Peer(name="ffmpeg pipe (fps, scale)", do=lambda: peers.ffmpeg_pipe(film, FPS, SHORT_SIDE), wall=wall, cpu=cpu)


def _others(film: Path) -> tuple[Peer, ...]:
    return (
        Peer(name="ffmpeg -f null", do=lambda: peers.ffmpeg_null(film), wall=1.10, cpu=1.10),
        Peer(name="moviepy, full size", do=lambda: peers.moviepy_frames(film, FPS, SHORT_SIDE), cpu=0.60),
        Peer(name="moviepy, target_resolution", do=lambda: peers.moviepy_small(film, FPS, SHORT_SIDE), wall=0.85, cpu=0.85),
    )


def _at_once(films: Sequence[Path]) -> list[int]:
    with ThreadPoolExecutor(max_workers=len(films)) as pool:
        return list(pool.map(sample, films))


def _right_frames(folder: Path) -> Iterator[Figure]:
    kinds = {"constant rate": (False, 0), "variable rate": (True, 0)} | {
        f"stored turned by {turn}°": (False, turn) for turn in QUARTER_TURNS if turn
    }
    for name, (uneven, turn) in kinds.items():
        clip = write_numbered(folder / f"numbered-{uneven}-{turn}.mp4", NUMBERED, uneven=uneven, turn=turn)
        yield Figure(
            what=f"samples that are the frame on screen, {name}",
            value=lambda clip=clip, uneven=uneven, turn=turn: right_share(clip, uneven=uneven, turn=turn),
            goal=1.0,
            at_least=True,
        )


def right_share(clip: Path, *, uneven: bool, turn: int) -> float:
    """Share of the instants k / 8 s at which the sample is the numbered frame that is on screen then."""
    ends = np.cumsum(shown_ms(NUMBERED, uneven=uneven))
    instants = np.arange(0, float(ends[-1]), 1000 / FPS)
    wanted = np.unique(np.searchsorted(ends, instants + 1e-6, side="right"))
    found = [number_on(image, turn) for batch in video.sample(clip, FPS) for image in batch.images]
    right = sum(one == other for one, other in zip(found, wanted.tolist(), strict=False))
    return right / max(len(found), len(wanted))
