"""`python -m viddiff.evals.own_clip.train --out FOLDER`: draws the pictures, writes the captions, trains our own CLIP."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
import typer

from ..drawn.actions import ACTIONS
from .captions import Grammar, Writer
from .frames import Shot
from .gallery import gallery

if TYPE_CHECKING:
    import torch

    from .learning import Lessons

    Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]

SHOTS = 4000
CAPTIONS = 3
"""Captions of each picture."""
BATCH = 128
TOLD = 64
"""Captions in a batch: with soft targets each is about many of its pictures, and text costs as much as pictures do."""
REPORT = 50


class Course(NamedTuple):
    """Everything there is to learn from; row i of `tokens` and `claims` is about picture i // CAPTIONS."""

    pictures: torch.Tensor
    facets: torch.Tensor
    tokens: torch.Tensor
    claims: torch.Tensor


def retrieval_sentences() -> list[str]:
    """The retrieval sentences of the stages of all actions that can be drawn."""
    from ...tools.actions import ActionLibrary

    library = ActionLibrary.load()
    found = [library.match(kind.description) for kind in ACTIONS.values()]
    return sorted({text for match in found if match for stage in match.action.stages for text in stage.retrieval})


def known_words() -> set[str]:
    """Words that stay whole in the vocabulary: of the grammar, of all retrieval sentences and of the encoder's templates."""
    from ...tools.actions import ActionLibrary
    from ...tools.open_clip_encoder import TEMPLATES

    sentences = [text for action in ActionLibrary.load().actions for stage in action.stages for text in stage.retrieval]
    phrases = [phrase.text for phrase in Grammar.load().phrases]
    return {word for text in (*sentences, *phrases, *TEMPLATES) for word in _words(text)}


def train(out: Path, seed: int, minutes: float, shots: int, threads: int, kept: Path | None, say: Callable[[str], None]) -> Path:
    """Trains a model into a folder and returns the path of its weights.

    Args:
        out: Folder for configuration, weights and merges file.
        seed: Decides pictures, captions, first weights and order.
        minutes: How long to learn, in minutes of two quiet cores: CPU time is counted, so a busy machine takes longer but learns as much.
        shots: People before cameras to learn from, eight postures each.
        threads: Of the arithmetic; with more than are free, they wait for each other.
        kept: Folder that keeps the pictures.
        say: Told how it goes.
    """
    import torch

    from ...tools.open_clip_weights import MERGES_FILE
    from .learning import Lessons
    from .model import WIDTH, new_model, save, tokenizer
    from .vocabulary import cut_merges, write_merges

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    tokens = write_merges(cut_merges(sorted(known_words())), out / MERGES_FILE)
    course = _course(gallery(shots, seed, kept, threads), tokenizer(out), seed)
    seen = torch.zeros(tokens, dtype=torch.bool)
    seen[course.tokens.unique()] = True
    say(f"{len(course.pictures)} pictures, {len(course.tokens)} captions, {tokens} tokens of which {int(seen.sum())} occur")
    model = new_model(tokens)
    lessons = Lessons(model.train(), WIDTH)
    _learn(lessons, _batches(course, seed), minutes, say, lambda: save(model, tokens, seen, out))
    return save(model, tokens, seen, out)


def _learn(
    lessons: Lessons, batches: Iterator[Batch], minutes: float, say: Callable[[str], None], keep: Callable[[], Path]
) -> None:
    began, wall, sums = time.process_time(), time.monotonic(), np.zeros(2)
    budget = minutes * 60 * 2
    while (used := time.process_time() - began) < budget:
        sums += lessons.step(*next(batches), done=used / budget)
        if lessons.steps % REPORT == 0:
            contrast, read = sums / REPORT
            say(
                f"step {lessons.steps}: {used / 120:.1f} of {minutes:g} min, {(time.monotonic() - wall) / 60:.1f} min by the clock, "
                f"contrast {contrast:.3f}, facets {read:.4f}, scale {float(lessons.model.logit_scale.detach().exp()):.1f}"
            )
            sums[:] = 0
        if lessons.steps % (2 * REPORT) == 0:
            keep()


def _course(drawn: Shot, tokenize: Callable[[list[str]], torch.Tensor], seed: int) -> Course:
    import torch

    from ...tools.open_clip_encoder import TEMPLATES

    rng = np.random.default_rng(seed)
    texts, claims = Writer(Grammar.load(), retrieval_sentences()).write(drawn.facets, rng, CAPTIONS)
    put = [TEMPLATES[i] for i in rng.choice(len(TEMPLATES), len(texts), p=[0.6, 0.2, 0.2])]
    return Course(
        torch.from_numpy(drawn.pictures),
        torch.from_numpy(drawn.facets),
        tokenize([template.format(text) for template, text in zip(put, texts, strict=True)]),
        torch.from_numpy(claims),
    )


def _batches(course: Course, seed: int) -> Iterator[Batch]:
    """Endless batches: pictures in random order, varied, and a caption of each of the first."""
    import torch

    from .varying import varied

    chance = torch.Generator().manual_seed(seed)
    while True:
        for rows in torch.randperm(len(course.pictures), generator=chance).split(BATCH):
            if len(rows) < BATCH:
                continue
            told = rows[:TOLD] * CAPTIONS + torch.randint(CAPTIONS, (TOLD,), generator=chance)
            yield varied(course.pictures[rows], chance), course.tokens[told], course.facets[rows], course.claims[told]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def main(
    out: Annotated[Path, typer.Option(help="Folder for the model.")],
    seed: Annotated[int, typer.Option(help="Decides everything.")] = 0,
    minutes: Annotated[float, typer.Option(help="Minutes of two quiet cores to learn for.")] = 17,
    shots: Annotated[int, typer.Option(help="People before cameras, eight postures each.")] = SHOTS,
    threads: Annotated[int, typer.Option(help="Of the arithmetic; 1 where the machine is busy.")] = 2,
    pictures: Annotated[Path | None, typer.Option(help="Folder that keeps the pictures.")] = None,
) -> None:
    """Train our own CLIP on drawn figures; its log goes to training.log beside it."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "training.log").open("w", encoding="utf-8") as log:

        def say(line: str) -> None:
            for stream in (log, sys.stderr):
                print(line, file=stream, flush=True)

        say(f"seed {seed}, {minutes:g} minutes, {shots} shots")
        weights = train(out, seed, minutes, shots, threads, pictures, say)
        say(f"{weights.name}: {weights.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    typer.run(main)
