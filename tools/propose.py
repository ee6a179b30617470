"""The embedded proposer: what can differ in this action, and which of it does differ most in these two clips."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from ..memory.state import Plan, Statement
from ..memory.values import Difference, Phase, Question, Stage, Verdict
from .actions import Action, ActionLibrary, LibraryDifference
from .catalog import CATALOG, OVER_A_SPAN, QuantityEntry
from .statement.reader import StatementReader

FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"depth", "hip_height", "head_height", "shoulder_height", "knee_flexion", "hip_flexion"}),
    frozenset(
        {"hand_height", "hand_height_on_body", "arm_elevation", "upper_arm_elevation", "elbow_height", "upper_arm_off_level"}
    ),
    frozenset({"hand_to_body", "hand_forward", "elbow_flare", "hand_separation"}),
    frozenset({"stance_width", "step_length", "foot_stagger", "knee_separation"}),
    frozenset({"torso_shift", "hip_sway"}),
    frozenset({"torso_forward_lean", "torso_back_lean", "torso_tilt", "torso_side_lean", "body_bend", "hip_sag"}),
    frozenset({"shoulder_turn", "hip_turn", "head_turn", "hip_shoulder_separation"}),
    frozenset({"hand_speed", "foot_speed", "hip_speed", "rotation_speed", "duration"}),
    frozenset({"foot_height", "knee_height", "knee_clearance"}),
)
"""Quantities that see the same movement from different sides; one of each is worth more than three of one."""
REPEATED = 0.5
"""What a further difference of the same family is worth."""
AFTERWARDS = re.compile(r"\bafter (?:the )?(?:kick|strik|hit|impact|contact|throw|release|swing|shot|ball is)")
GENERAL_IMPORTANCE = 0.5
NOT_PROPOSED = frozenset({"knee_valgus", "toe_out", "head_turn", "rotation_speed", "travel", "smoothness", "torso_back_lean"})
"""Read too coarsely, or too dependent on how the clip was cut, to be brought up unasked."""


class LibraryProposer:
    """Stages and differences from our own library of actions, completed by every general quantity."""

    name = "library"

    def __init__(self, library: ActionLibrary, reader: StatementReader) -> None:
        self._library = library
        self._reader = reader

    def closed(self, action: str, statements: Sequence[Statement]) -> Plan:
        """Stages for the action, and a question for each given statement."""
        matched, warnings = self._match(action)
        differences = tuple(self.given(s.id, s.description, matched.stages) for s in statements)
        return _plan(matched, differences, warnings)

    def candidates(self, action: str) -> Plan:
        """Everything that could be proposed: the library's differences first, then all general quantities."""
        matched, warnings = self._match(action)
        known = [
            d for number, entry in enumerate(matched.differences) if (d := self._from_library(number, entry, matched)) is not None
        ]
        covered = {(d.question.quantity, d.question.statistic) for d in known if d.question and d.question.phase == "whole"}
        general = [
            _general(entry) for entry in CATALOG.values() if worth_proposing(entry) and (entry.name, "level") not in covered
        ]
        return _plan(matched, (*known, *general), warnings)

    def _match(self, action: str) -> tuple[Action, tuple[str, ...]]:
        found = self._library.match(action)
        if found is not None:
            return found.action, ()
        return self._library.general(), (
            f"the action {action!r} is not in the library: general stages and quantities are compared",
        )

    def given(
        self, id_: str, description: str, stages: Sequence[Stage], origin: Literal["given", "asked"] = "given"
    ) -> Difference:
        """A question for one statement, linked to the stages that it can be seen in."""
        reading = self._reader.read(description)
        return Difference(
            id=id_,
            description=description,
            origin=origin,
            stages=stages_for(reading.question, stages) or stages_named(description, stages),
            frames=_frames(reading.question),
            question=reading.question,
            unmeasurable=reading.unmeasurable,
        )

    def _from_library(self, number: int, entry: LibraryDifference, action: Action) -> Difference | None:
        reading = self._reader.read(entry.statement)
        if reading.question is None:
            return None
        return Difference(
            id=f"{action.key}-{number + 1}",
            description=entry.wording or entry.statement,
            stages=entry.stages or stages_for(reading.question, action.stages),
            frames=entry.frames,
            question=reading.question,
            importance=entry.importance,
            origin="library",
        )


def _plan(action: Action, differences: tuple[Difference, ...], warnings: tuple[str, ...]) -> Plan:
    return Plan(
        action=action.name, stages=action.stages, differences=differences, peak_stage=action.peak_stage, warnings=warnings
    )


def stages_for(question: Question | None, stages: Sequence[Stage]) -> tuple[str, ...]:
    """Names of the stages that answer to the question's phase."""
    if question is None or question.phase == "whole":
        return ()
    phase: Phase = question.phase
    return tuple(stage.name for stage in stages if phase in stage.phases)


def stages_named(text: str, stages: Sequence[Stage]) -> tuple[str, ...]:
    """Names of the stages that a statement names itself: "in the follow-through", "after hitting the ball"."""
    plain = re.sub(r"[^a-z]+", " ", text.lower())
    named = tuple(stage.name for stage in stages if re.search(rf"\b{re.sub('[^a-z]+', ' ', stage.name.lower())}\b", plain))
    return named or (tuple(stage.name for stage in stages if "follow" in stage.name) if AFTERWARDS.search(plain) else ())


def _frames(question: Question | None) -> Literal["one", "many"]:
    lasting = question is not None and (CATALOG[question.quantity].source == "clip" or question.statistic in OVER_A_SPAN)
    return "many" if lasting else "one"


def worth_proposing(entry: QuantityEntry) -> bool:
    """Whether a quantity is read well enough to be brought up unasked."""
    return entry.source in ("pose", "clip") and entry.name not in NOT_PROPOSED


def _general(entry: QuantityEntry) -> Difference:
    direction = -1 if entry.name == "duration" else 1
    return Difference(
        id=f"pose-{entry.name.replace('_', '-')}",
        description=entry.less if entry.name == "duration" else entry.more,
        question=Question(quantity=entry.name, direction=direction),
        importance=GENERAL_IMPORTANCE,
        origin="pose",
    )


def family_of(difference: Difference) -> str:
    """The family of a difference's quantity, named by its first member in the alphabet."""
    quantity = difference.question.quantity if difference.question else ""
    return next((min(family) for family in FAMILIES if quantity in family), quantity)


def telling(difference: Difference, verdict: Verdict, jnd: float) -> float:
    """How much a difference is worth telling: how large against what people notice, how sure, how important."""
    if verdict.measurement is None:
        return 0.0
    size = min(abs(verdict.measurement.difference) / max(jnd, 1e-9), 4.0)
    sure = verdict.confidence if verdict.answer in ("a", "b") else 0.1
    return size * sure * (0.4 + 0.6 * difference.importance)


def most_telling(worth: Sequence[tuple[Difference, float]], count: int) -> tuple[Difference, ...]:
    """The `count` most telling differences, greedily: a family's second member counts half, the same quantity again half of that."""
    left, taken = list(worth), list[Difference]()
    while left and len(taken) < count:
        families, quantities = Counter(map(family_of, taken)), Counter(map(_quantity, taken))
        best = max(left, key=lambda w: w[1] * REPEATED ** (families[family_of(w[0])] + quantities[_quantity(w[0])]))
        left.remove(best)
        taken.append(best[0])
    return tuple(taken)


def _quantity(difference: Difference) -> str:
    return difference.question.quantity if difference.question else difference.id
