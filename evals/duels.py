"""The pieces of work that the speed bench measures, each beside its peer and with its goal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from ..agent.api import compare
from ..agent.settings import Settings
from ..memory.cache import Cache
from ..memory.frame_index import FrameIndex
from ..memory.values import Value
from ..tools import video
from ..tools.encoders import PoseEncoder
from ..tools.mediapipe_loading import load_mediapipe
from ..tools.pose import track_pose
from ..tools.pose_mediapipe import MediaPipePose
from ..tools.stage_model import Grammar
from ..tools.viterbi import viterbi
from ..tools.workbench import SHORT_SIDE, Workbench
from . import peers
from .drawn import demo_pair, render_clip


class Duel(Value):
    """One piece of work, ours against a peer's."""

    ours: str
    """What is timed, in words."""
    peer: str
    do: Callable[[], object]
    against: Callable[[], object]
    """Runs before `do` in every round."""
    wall: float
    """Goal: at most this many times the peer's time."""
    cpu: float | None = None
    """Likewise for processor time, children included."""
    calls: int = 1
    """How often each is done in one round."""
    frames: int = 0
    """Frames that one call works through, to tell a speed; 0 where that says nothing."""


class Sizes(Value):
    """How much work there is."""

    film: tuple[int, int, float] = (1920, 1080, 10.0)
    """Width, height and seconds of the film that is decoded."""
    fps: float = 30.0
    """Of the drawn clips."""
    stages: tuple[tuple[int, int, int], ...] = ((5, 80, 200), (8, 1000, 20), (10, 10_000, 5))
    """Stages, frames, calls."""
    calls: int = 50
    """Searches of an index in one round."""
    statements: int = 6
    """Asked of the drawn clips."""


QUICK = Sizes(film=(320, 180, 1.0), fps=6.0, stages=((5, 80, 2),), calls=2, statements=1)


def duels(folder: Path, sizes: Sizes) -> Iterator[Duel]:
    """Everything that is measured; what a duel needs is made in the folder when it is its turn."""
    yield from decoding(folder, sizes)
    clips = tuple(_drawn(folder, side, sizes.fps) for side in "ab")
    yield from posing(clips, folder)
    for stages, frames, calls in sizes.stages:
        yield from aligning(stages, frames, calls)
    yield from retrieving(sizes.calls)
    yield from comparing(clips, folder, sizes.statements)
    yield Duel(
        ours="viddiff --help",
        peer="python -c pass",
        do=lambda: peers.run_python("-m", "viddiff", "--help"),
        against=lambda: peers.run_python("-c", "pass"),
        wall=4.0,
    )


def decoding(folder: Path, sizes: Sizes) -> Iterator[Duel]:
    """From a film to small frames at a low rate."""
    width, height, seconds = sizes.film
    film = folder / "film.mp4"
    peers.write_film(film, width, height, seconds)
    yield Duel(
        ours=f"decode {height}p {seconds:g} s, sample 8 fps, 224 px",
        peer="ffmpeg pipe (fps, scale)",
        do=lambda: sum(len(batch.images) for batch in video.sample(film, 8, short_side=224)),
        against=lambda: peers.ffmpeg_pipe(film, 8, 224),
        wall=0.90,
        cpu=0.90,
        frames=round(8 * seconds),
    )


def posing(clips: tuple[Path, ...], folder: Path) -> Iterator[Duel]:
    """From a clip to the track of a body, and two clips side by side."""
    load_mediapipe()
    infos = [video.probe(clip) for clip in clips]
    first = infos[0]
    images = [image for batch in video.sample(first.path, None, short_side=SHORT_SIDE) for image in batch.images]

    def pipeline() -> object:
        with MediaPipePose() as estimator:
            batches = video.sample(first.path, None, short_side=SHORT_SIDE)
            return track_pose(batches, estimator, width=first.width, height=first.height)

    def bench() -> Workbench:
        return Workbench(Cache(folder, enabled=False), [PoseEncoder()], MediaPipePose, fps=240.0)

    yield Duel(
        ours="decode, pose, track",
        peer="bare MediaPipe loop, frames in memory",
        do=pipeline,
        against=lambda: peers.bare_pose(images),
        wall=1.15,
        cpu=1.15,
        frames=len(images),
    )
    yield Duel(
        ours="two clips tracked at once",
        peer="one after the other",
        do=lambda: bench().prepare(infos),
        against=lambda: [bench().track(info) for info in infos],
        wall=0.92,
        frames=sum(info.frames for info in infos),
    )


def aligning(stages: int, frames: int, calls: int) -> Iterator[Duel]:
    """The best path of ordered stages, without and with the duration prior, which the peer does not have."""
    emissions = np.log(np.random.default_rng(stages).dirichlet(np.ones(stages), frames).T)
    rows = emissions.tolist()
    # 50 and 400 times the reference implementation's loops, which take 53 to 75 times as long as this peer.
    bare = 1.0 if frames < 1000 else 0.18
    for share, said, goal in ((None, "no duration prior", bare), (frames / stages, "with duration prior", 1.0)):
        grammar = Grammar(min_frames=(1,) * stages, skip=(-np.inf,) * stages, background=-np.inf, share=share)
        yield Duel(
            ours=f"stages {stages} × {frames}, {said}",
            peer="double loop in Python, no prior",
            do=lambda grammar=grammar: viterbi(emissions, grammar),
            against=lambda: peers.double_loop(rows),
            wall=goal,
            calls=calls,
        )


def retrieving(calls: int, vectors: int = 1000, queries: int = 25, size: int = 512) -> Iterator[Duel]:
    """Similarities of sentences to frames."""
    rng = np.random.default_rng(0)
    stored, asked = (rng.normal(size=(n, size)).astype(np.float32) for n in (vectors, queries))
    index = FrameIndex(np.arange(vectors) / 30, stored)
    yield Duel(
        ours=f"FAISS, all similarities, {queries} × {vectors}",
        peer="numpy matmul",
        do=lambda: index.similarities(asked),
        against=lambda: asked @ stored.T,
        wall=1.10,
        calls=calls,
    )
    yield Duel(
        ours=f"FAISS, best 5, {queries} × {vectors}",
        peer="numpy matmul, argpartition",
        do=lambda: index.search(asked, 5),
        against=lambda: np.argpartition(asked @ stored.T, -5, axis=1),
        wall=1.10,
        calls=calls,
    )


def comparing(clips: tuple[Path, ...], folder: Path, count: int) -> Iterator[Duel]:
    """The same question twice: the second run finds its work in the cache."""
    from ..agent.graph import build_graph

    build_graph()
    pair = demo_pair()
    statements = [s.description for s in pair.statements[:count]]
    homes: list[Path] = []

    def run() -> object:
        return compare(*clips, action=pair.description, differences=statements, settings=Settings.of(
            home=homes[-1], profile="embedded", planner="auto", vlm="auto", encoder="pose"
        ))  # fmt: skip

    def run_anew() -> object:
        homes.append(Path(mkdtemp(dir=folder)))
        return run()

    yield Duel(ours="compare, second run (cache)", peer="compare, first run", do=run, against=run_anew, wall=0.20)


def _drawn(folder: Path, side: str, fps: float) -> Path:
    """A clip of one quick squat."""
    pair = demo_pair()
    take = pair.a if side == "a" else pair.b
    moves = take.parameters.model_copy(update={"repetitions": 1, "tempo_s": 1.6, "pause_s": 0.3})
    look = take.look.model_copy(update={"fps": fps, "lead_in_s": 0.3, "lead_out_s": 0.3})
    return Path(render_clip(pair.action, moves, look, folder / f"{side}.mp4").path)
