"""The best path of ordered stages through the frames, without and with the duration prior, which no peer has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...tools.stage_model import Grammar
from ...tools.viterbi import viterbi
from . import peers
from .contests import Contest, Figure, Peer, lap
from .sizes import Sizes

AS_PUBLISHED = "loops over frames, stages, stages before"
"""The plain dynamic programme as the paper's code is described; that code itself does not run with today's numpy."""


def aligning(folder: Path, sizes: Sizes) -> Iterator[Contest | Figure]:
    """Everything about placing stages."""
    for stages, frames, calls in sizes.stages:
        scores = some_scores(stages, frames)
        rows = scores.tolist()
        times = 50 if frames < 1000 else 400
        for share, said in ((None, "no duration prior"), (frames / stages, "with duration prior")):
            grammar = plainest(stages, share)
            yield Contest(
                ours=f"stages {stages} × {frames}, {said}",
                do=lambda scores=scores, grammar=grammar: viterbi(scores, grammar),
                peers=(
                    Peer(
                        name=AS_PUBLISHED,
                        do=lambda scores=scores: peers.full_table(scores),
                        wall=1 / times if share is None else 1 / 20,
                    ),
                    Peer(name="double loop over lists", do=lambda rows=rows: peers.double_loop(rows)),
                ),
                calls=calls,
                rounds=3,
            )
    yield from _long(folder, *sizes.long_path)
    if len(sizes.stages) > 1:
        yield Figure(what="growth of the time with stages × frames, exponent", value=lambda: exponent(sizes), goal=1.15)


def plainest(stages: int, share: float | None = None) -> Grammar:
    """What the peers know: ordered stages, none left out, nothing else."""
    return Grammar(min_frames=(1,) * stages, skip=(-np.inf,) * stages, background=-np.inf, share=share)


def some_scores(stages: int, frames: int) -> np.ndarray:
    """(S, T) log-probabilities."""
    return np.ascontiguousarray(np.log(np.random.default_rng(stages).dirichlet(np.ones(stages), frames).T))


def exponent(sizes: Sizes) -> float:
    """Slope of log time against log (stages × frames), over the three largest sizes."""
    largest = [*((stages, frames) for stages, frames, _ in sizes.stages), sizes.long_path][-3:]
    times = []
    for stages, frames in largest:
        scores, grammar = some_scores(stages, frames), plainest(stages)
        times.append(min(lap(lambda scores=scores, grammar=grammar: viterbi(scores, grammar)).wall for _ in range(5)))
    return float(np.polyfit(np.log([stages * frames for stages, frames in largest]), np.log(times), 1)[0])


def _long(folder: Path, stages: int, frames: int) -> Iterator[Contest]:
    compiled = peers.compiled_loop(folder)
    if compiled is None:
        return
    scores, grammar = some_scores(stages, frames), plainest(stages)
    yield Contest(
        ours=f"stages {stages} × {frames}, no duration prior",
        do=lambda: viterbi(scores, grammar),
        peers=(Peer(name="compiled loop (C, -O2)", do=lambda: compiled(scores), wall=8.0),),
        calls=3,
    )
