"""The study: every pair, every encoder, every strategy; what is done is kept, so that a stopped study goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

from ...memory.state import Plan
from ...memory.values import Side, Timeline, Value
from ...tools.actions import ActionLibrary
from ...tools.encoders import FrameEncoder
from ...tools.pair import SIDES
from ...tools.propose import LibraryProposer
from ...tools.statement import StatementReader
from ..drawn.metrics import INSTANTS
from ..drawn.pairs import DrawnPair
from .metrics import drawn_phases, found_phases, key_errors, stage_accuracy
from .prompts import CONTROLS, Prompted
from .reading import Read, read_at, read_by_truth
from .scenes import Scene, plan_of, tracked_scene, true_scene
from .strategies import STRATEGIES, labels_of, timelines_of

Bodies = Literal["true", "tracked"]
THERE_AND_BACK = frozenset(
    {
        "squat", "lunge", "deadlift", "jumping_jack", "lateral_raise", "overhead_press",
        "lucky_cat", "knee_raise", "side_bend", "forward_bend", "push_up",
    }
)  # fmt: skip
"""Actions that go from rest to one extreme posture and back: those whose frames have one of four phases by the truth."""
ANY = "any"
"""Encoder of rows that look at no frame."""


class Finding(Value):
    """One pair, one encoder, one strategy."""

    pair: str
    action: str
    difficulty: str
    encoder: str
    strategy: str
    right: tuple[bool, ...]
    """Whether the lean is the truth, per statement whose truth is a letter."""
    key_errors_s: tuple[float, ...] = ()
    """Per instant that was looked at in either clip, for statements about the bottom, the top or the peak."""
    in_stage: tuple[float, ...] = ()
    """Share of frames in the right phase, per clip; only of there-and-back actions."""


class Asking(NamedTuple):
    """What a pair is asked: the library that prompts come from, and the plan for its statements."""

    library: ActionLibrary
    plan: Plan


def study(
    pairs: Sequence[DrawnPair], prompted: Sequence[Prompted], bodies: Bodies, folder: Path, tell: Callable[[str], None]
) -> list[Finding]:
    """All findings of these pairs; those of a pair are kept in a file of the folder as soon as it is done."""
    library, found = ActionLibrary.load(), list[Finding]()
    proposer = LibraryProposer(library, StatementReader())
    for number, pair in enumerate(pairs, 1):
        kept = folder / f"{bodies}-{pair.action}-{pair.difficulty}-{pair.seed}.json"
        done = [Finding.model_validate(each) for each in json.loads(kept.read_text())] if kept.is_file() else []
        missing = [each for each in prompted if each.name not in {finding.encoder for finding in done}]
        if missing:
            done += _findings(pair, missing, Asking(library, plan_of(pair, proposer)), bodies, folder, with_any=not done)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps([finding.model_dump() for finding in done]), encoding="utf-8")
        found += done
        tell(f"{number}/{len(pairs)} {pair.action} ({pair.difficulty})")
    names = {ANY, *(each.name for each in prompted)}
    return [finding for finding in found if finding.encoder in names]


def _findings(
    pair: DrawnPair, prompted: Sequence[Prompted], asking: Asking, bodies: Bodies, folder: Path, with_any: bool
) -> list[Finding]:
    library, plan = asking
    first: Sequence[FrameEncoder] = prompted[0].encoders
    scene = true_scene(pair, first, plan) if bodies == "true" else tracked_scene(pair, first, folder, plan)
    found = list[Finding]()
    if with_any:
        random = timelines_of(scene, "random")
        found.append(_finding(scene, ANY, "random", read_at(scene, random), random))
        found.append(_finding(scene, ANY, "oracle", read_by_truth(scene), None))
    for each in prompted:
        seen = replace(scene, bench=scene.bench.seen_by(each.encoders), plan=each.asked(plan, pair.action, library))
        found += _by_encoder(seen, each.name, control=each.name in CONTROLS)
    return found


def _by_encoder(scene: Scene, name: str, control: bool) -> Iterator[Finding]:
    for strategy in STRATEGIES[1:]:
        timelines = timelines_of(scene, strategy)
        yield _finding(scene, name, strategy, read_at(scene, timelines), labels_of(scene, strategy, timelines))
        if strategy == "ours" and not control:
            yield _finding(scene, name, "extremum", read_at(scene, timelines, extremum=True), timelines)
            yield _finding(scene, name, "relocalized", read_at(scene, timelines, again=True), timelines)


def _finding(scene: Scene, encoder: str, strategy: str, read: dict[str, Read], timelines: dict[Side, Timeline] | None) -> Finding:
    letters = [s for s in scene.pair.statements if s.answer != "same"]
    return Finding(
        pair=f"{scene.pair.action}-{scene.pair.difficulty}-{scene.pair.seed}",
        action=scene.pair.action,
        difficulty=scene.pair.difficulty,
        encoder=encoder,
        strategy=strategy,
        right=tuple(read[s.id].verdict.lean == s.answer for s in letters),
        key_errors_s=tuple(_key_errors(scene, read)),
        in_stage=tuple(_in_stage(scene, timelines)) if scene.pair.action in THERE_AND_BACK else (),
    )


def _key_errors(scene: Scene, read: dict[str, Read]) -> Iterator[float]:
    """Statements about circling are left out: the middle of a span of circling is no instant that shows it best."""
    for statement in (s for s in scene.pair.statements if s.phase in INSTANTS and s.stage != "circling"):
        place, ends = read[statement.id].place, {side: scene.videos[side].duration_s for side in SIDES}
        yield from key_errors([w.key_s for w in place.a], statement.times_a, ends["a"])
        yield from key_errors([w.key_s for w in place.b], statement.times_b, ends["b"])


def _in_stage(scene: Scene, timelines: dict[Side, Timeline] | None) -> Iterator[float]:
    names = [stage.name for stage in scene.plan.stages]
    for side in SIDES:
        performance = scene.performed[side]
        drawn, times = drawn_phases(performance), performance.times_s
        yield stage_accuracy(found_phases(timelines[side], names, scene.plan.peak_stage, times), drawn) if timelines else 1.0
