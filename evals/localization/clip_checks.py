"""`python -m viddiff.evals.localization.clip_checks`: what a CLIP finds by itself, without a body: the named action, and five stages in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from ...memory.frame_index import FrameIndex
from ...memory.state import Plan
from ...tools.actions import ActionLibrary
from ...tools.alignment import align_emissions
from ...tools.encoders import ClipFrames, FrameEncoder, Witness
from ...tools.localize import stage_similarities
from ...tools.propose import LibraryProposer
from ...tools.statement import StatementReader
from ..drawn.actions import ACTIONS
from ..drawn.look import random_look
from ..drawn.markdown import said, table_of
from ..drawn.metrics import Share
from ..drawn.statements import Take
from ..drawn.truth import Performance, perform
from ..own_clip.captions import Grammar, claim_row, truth
from ..own_clip.facets import facet_values
from ..own_clip.postures import some_parameters
from .metrics import EXTREME, REST, WAY_BACK, WAY_OUT, drawn_keys, drawn_phases, over_pairs
from .prompts import UNTRAINED, WRONG, Prompted, prompted
from .scenes import looked_at, small, true_track
from .strategies import scored
from .study import THERE_AND_BACK
from .unusual import unusual_take

STANDING = tuple(action for action in ACTIONS if action in THERE_AND_BACK and action != "push_up")
"""Actions that may follow one another in a clip."""
ALSO_TRUE = 0.5
"""A prompt that is this true of a frame of the other action is no question."""
ENCODERS = ("own_clip", UNTRAINED, WRONG, "pose")
PARTS = {REST: 0, WAY_OUT: 1, EXTREME: 2, WAY_BACK: 3}


@dataclass(frozen=True)
class Shown:
    """One clip with its truth, and how an encoder looks at it."""

    plan: Plan
    take: Take
    performance: Performance

    @property
    def action(self) -> str:
        """What is done."""
        return self.take.parameters.action

    @cached_property
    def frames(self) -> ClipFrames:
        """Its frames, drawn when they are first looked at."""
        look = self.take.look
        return ClipFrames((looked_at(self.performance, look),), true_track(self.performance, look))

    def witness(self, encoder: FrameEncoder) -> Witness:
        """What an encoder sees of it."""
        encoded = encoder.encode_frames(self.frames)
        return Witness(encoder, FrameIndex(encoded.times_s, encoded.vectors))


def shown(seed: Sequence[int], action: str, proposer: LibraryProposer) -> Shown:
    """A clip of one repetition with people, colours and timing that training never showed."""
    rng = np.random.default_rng(list(seed))
    kind = ACTIONS[action]
    look = random_look(rng, kind.views[rng.integers(len(kind.views))], kind.landscape, float(rng.uniform(0, 1)))
    take = small(unusual_take(rng, Take(parameters=some_parameters(rng, action), look=look)))
    return Shown(proposer.closed(kind.description, ()), take, perform(take.parameters, take.look))


def five_parts(performance: Performance) -> np.ndarray:
    """(T,) 0 to 4: rest, way out, extreme, way back, rest again, by the truth."""
    phases = drawn_phases(performance)
    parts = np.array([PARTS[int(phase)] for phase in phases])
    parts[(phases == REST) & (performance.times_s > drawn_keys(performance)[0])] = 4
    return parts


def stage_shares(clips: Sequence[Shown], each: Prompted, library: ActionLibrary) -> dict[str, list[float]]:
    """Share of frames in the right one of five stages, per clip: frame by frame and in order."""
    found: dict[str, list[float]] = {"argmax": [], "viterbi": []}
    for clip in clips:
        stages = each.asked(clip.plan, clip.action, library).stages
        times_s, scores = scored([clip.witness(encoder) for encoder in each.encoders], stages)
        drawn = five_parts(clip.performance)[np.searchsorted(clip.performance.times_s, times_s)]
        aligned = align_emissions(scores, times_s, stages)
        peak = aligned.placements[len(stages) // 2]
        path = np.where(aligned.path < 0, np.where(np.arange(len(times_s)) < (peak.key if peak else 0), 0, 4), aligned.path)
        found["argmax"].append(float((scores.argmax(axis=0) == drawn).mean()))
        found["viterbi"].append(float((path == drawn).mean()))
    return found


def named_halves(pairs: Sequence[tuple[Shown, Shown]], each: Prompted, library: ActionLibrary) -> tuple[list[bool], list[float]]:
    """Clips of two actions, asked for either: whether the best frame lies in the named one, and how far from its extreme if so."""
    halves, errors = list[bool](), list[float]()
    for first, second in pairs:
        witnesses = [(clip.witness(encoder), clip) for encoder in each.encoders for clip in (first, second)]
        for asked in (first, second):
            stage = next(s for s in each.asked(asked.plan, asked.action, library).stages if s.name == asked.plan.peak_stage)
            rows = [stage_similarities(witness.index, witness.encoder, [stage])[0] for witness, _ in witnesses]
            best = int(np.argmax([row.max() for row in rows]))
            halves.append(witnesses[best][1] is asked)
            if halves[-1]:
                at = witnesses[best][0].index.times_s[int(rows[best].argmax())]
                errors.append(min(abs(at - key) for key in drawn_keys(asked.performance)))
    return halves, errors


def two_actions(count: int, seed: int, proposer: LibraryProposer) -> Iterator[tuple[Shown, Shown]]:
    """Pairs of clips to be taken as one, whose peak prompts are each untrue of the other's frames."""
    rng, grammar, made = np.random.default_rng(seed), Grammar.load(), 0
    for number in range(20 * count):
        actions = rng.choice(STANDING, 2, replace=False).tolist()
        clips = [shown((seed, number, i), action, proposer) for i, action in enumerate(actions)]
        if all(_asks(grammar, clips[i], clips[1 - i]) for i in (0, 1)):
            made += 1
            yield clips[0], clips[1]
        if made == count:
            return


def _asks(grammar: Grammar, asked: Shown, other: Shown) -> bool:
    stage = next(s for s in asked.plan.stages if s.name == asked.plan.peak_stage)
    claims = np.stack([claim_row(grammar.read(text)[0]) for text in stage.retrieval])
    facets = facet_values(other.performance.skeleton, other.take.look.figure)
    return bool(truth(facets, claims).mean(axis=1).max() < ALSO_TRUE)


def table(clips: Sequence[Shown], pairs: Sequence[tuple[Shown, Shown]], each: Sequence[Prompted], library: ActionLibrary) -> str:
    """One row an encoder."""
    rows = []
    for one in each:
        halves, errors = named_halves(pairs, one, library)
        shares = stage_shares(clips, one, library)
        rows.append(
            [
                one.name,
                said(Share(hits=sum(halves), of=len(halves)), True),
                f"{np.median(errors):.2f}, {np.percentile(errors, 90):.2f}" if errors else "-",
                *(_percent(shares[name]) for name in ("argmax", "viterbi")),
            ]
        )
    parts = [float((np.arange(len(d := five_parts(c.performance))) * 5 // len(d) == d).mean()) for c in clips]
    rows.append(["five equal parts", "-", "-", "-", _percent(parts)])
    head = (
        "encoder",
        "named action's half, 95%",
        "its key error s, median, 90%",
        "five stages, frame by frame",
        "five stages, Viterbi",
    )
    return table_of(head, rows)


def _percent(shares: Sequence[float]) -> str:
    found = over_pairs([[share] for share in shares], lambda values: float(values.mean()))
    return f"{found.value:.0%}, {found.low:.0%} to {found.high:.0%}"


def main(
    clips: Annotated[int, typer.Option(help="Clips of one action, and clips of two.", min=1)] = 44,
    seed: Annotated[int, typer.Option(help="Decides everything; training draws from other seeds.", min=0)] = 1001,
    encoder: Annotated[list[str] | None, typer.Option(help="As of viddiff.evals.localization.")] = None,
    folder: Annotated[Path, typer.Option(help="Where the untrained model is written.")] = Path("localization"),
) -> None:
    """Print whether the named action is found among two and how many frames of five stages are told right."""
    library = ActionLibrary.load()
    proposer = LibraryProposer(library, StatementReader())
    actions = sorted(THERE_AND_BACK)
    single = [shown((seed + 1, i), actions[i % len(actions)], proposer) for i in range(clips)]
    typer.echo(
        table(
            single, list(two_actions(clips, seed, proposer)), prompted(tuple(encoder) if encoder else ENCODERS, folder), library
        )
    )


if __name__ == "__main__":
    typer.run(main)
