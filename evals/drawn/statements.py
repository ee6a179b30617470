"""Statements about two drawn clips, with their truth: which clip shows it more, and when."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import SerializeAsAny

from ...memory.values import Phase, Value
from .look import Look
from .motion import ActionParameters, Span, Trait, schedule
from .truth import key_times

Truth = Literal["a", "b", "same"]

_OTHER: dict[Truth, Truth] = {"a": "b", "b": "a", "same": "same"}


class Take(Value):
    """One clip before it is rendered: what is performed, and how it looks."""

    parameters: SerializeAsAny[ActionParameters]
    look: Look


class DrawnStatement(Value):
    """One statement and its truth."""

    id: str
    description: str
    """Which clip shows this more?"""
    answer: Truth
    parameter: str
    """Name of the parameter that it speaks of."""
    quantity: str
    """Name in `viddiff.tools.catalog` of what measures it."""
    difference: float
    """The parameter in b minus the parameter in a."""
    stage: str = ""
    """Stage in which it shows; empty for the whole motion."""
    phase: Phase = "whole"
    times_a: tuple[float, ...] = ()
    """Instants of clip a that show it, one per repetition, seconds; empty for the whole motion."""
    times_b: tuple[float, ...] = ()

    def swapped(self) -> DrawnStatement:
        """The same statement when a and b change places."""
        return self.model_copy(
            update={
                "answer": _OTHER[self.answer],
                "difference": -self.difference,
                "times_a": self.times_b,
                "times_b": self.times_a,
            }
        )


def statement(name: str, a: Take, b: Take, description: str, opposite: bool) -> DrawnStatement | None:
    """The statement `description` about one parameter, or None when its truth could be argued about.

    Args:
        name: The parameter; of the same action in both takes.
        a: First clip.
        b: Second clip.
        description: The sentence.
        opposite: It is true of the clip with the smaller value.
    """
    trait = a.parameters.traits()[name]
    difference = getattr(b.parameters, name) - getattr(a.parameters, name)
    larger = _larger(trait, difference)
    if larger is None or (trait.quantity == "duration" and larger != _longer(trait, a, b)):
        return None
    return DrawnStatement(
        id=name,
        description=description,
        answer=_OTHER[larger] if opposite else larger,
        parameter=name,
        quantity=trait.quantity,
        difference=round(difference, 4),
        stage=trait.at,
        phase=_phase(a, trait.at) if trait.at else "whole",
        times_a=_times(a, trait.at),
        times_b=_times(b, trait.at),
    )


def phrased(rng: np.random.Generator, name: str, a: Take, b: Take) -> DrawnStatement | None:
    """A statement about one parameter in one of its phrasings, as likely as not the opposite one."""
    trait = a.parameters.traits()[name]
    opposite = bool(rng.random() < 0.5)
    words = trait.less if opposite else trait.more
    return statement(name, a, b, words[rng.integers(len(words))], opposite)


def repetitions_statement(rng: np.random.Generator, a: Take, b: Take) -> DrawnStatement:
    """Which clip shows more repetitions."""
    opposite = bool(rng.random() < 0.5)
    difference = b.parameters.repetitions - a.parameters.repetitions
    larger: Truth = "same" if difference == 0 else ("b" if difference > 0 else "a")
    return DrawnStatement(
        id="repetitions",
        description="fewer repetitions are done" if opposite else "more repetitions are done",
        answer=_OTHER[larger] if opposite else larger,
        parameter="repetitions",
        quantity="repetitions",
        difference=difference,
    )


def _larger(trait: Trait, difference: float) -> Truth | None:
    if abs(difference) <= trait.same:
        return "same"
    if abs(difference) < trait.clear * 0.999:
        return None
    return "b" if difference > 0 else "a"


def _longer(trait: Trait, a: Take, b: Take) -> Truth | None:
    """Which clip's repetition takes longer with its pauses: a statement on speed must not depend on whether they count."""
    return _larger(trait, b.parameters.cycle_s() - a.parameters.cycle_s())


def _stages(take: Take) -> tuple[Span, ...]:
    return tuple(
        span for span, _ in schedule(take.parameters, take.look.lead_in_s, take.look.lead_out_s) if span.end_s > span.start_s
    )


def _times(take: Take, stage: str) -> tuple[float, ...]:
    return key_times(_stages(take)).get(stage, ())


def _phase(take: Take, stage: str) -> Phase:
    return next(span.phase for span, _ in schedule(take.parameters, 0.0, 0.0) if span.stage == stage)
