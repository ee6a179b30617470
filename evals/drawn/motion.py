"""What a motion is made of: parameters with traits, moves from one posture to the next, and channels over time."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ...memory.values import Phase, Value
from .figure import Figure
from .kinematics import SIDES, Skeleton

View = Literal["front", "diagonal", "side"]
Channels = dict[str, np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Trait:
    """What one parameter means: its range, how large a difference shows, and how people say it.

    Not a Pydantic value: it stands in `Annotated[float, Trait(...)]`, where Pydantic would take a model for the field's own schema.
    """

    low: float
    high: float
    clear: float
    """Smallest difference that counts as one."""
    same: float
    """Largest difference that still counts as none."""
    more: tuple[str, ...]
    """Statements that are true of the clip with the larger value."""
    less: tuple[str, ...]
    at: str = ""
    """Name of the stage in which it shows; empty for the whole motion."""
    quantity: str
    """Name in `viddiff.tools.catalog` of what measures it."""
    view: Literal["any", "front", "side"] = "any"
    """The view that shows it; a diagonal view shows everything."""
    falls: bool = False
    """The quantity falls as the parameter rises: leaning back is less forward lean."""
    also: tuple[str, ...] = ()
    """Quantities that its sentences may be read as as well, with a minus where they fall as the parameter rises."""
    one_number: bool = True
    """The quantity's value, both sides taken together, shows it; false where it is unevenness or a movement."""


class Move(Value):
    """One stage of a motion: the channels go to new values in this time."""

    stage: str
    phase: Phase
    duration_s: float = Field(ge=0)
    to: dict[str, float] = Field(default_factory=dict)
    """Channel to its value at the end; a channel that both sides have may be named without a side."""
    steady: bool = False
    """Constant speed instead of starting and stopping gently."""


class Span(Value):
    """When one stage happens: [start_s, end_s)."""

    stage: str
    phase: Phase
    start_s: float
    end_s: float
    repetition: int

    @property
    def middle_s(self) -> float:
        """The instant that shows the stage best."""
        return (self.start_s + self.end_s) / 2


class ActionParameters(Value):
    """Base of all actions: each subclass is one action, its fields are what varies in it."""

    action: ClassVar[str]
    description: ClassVar[str]
    views: ClassVar[tuple[View, ...]] = ("diagonal", "front", "side")
    """Views it can be filmed from, the most telling first."""
    landscape: ClassVar[bool] = False

    repetitions: int = Field(default=1, ge=1, le=20)

    @model_validator(mode="after")
    def _in_range(self) -> ActionParameters:
        for name, trait in self.traits().items():
            if not trait.low <= (value := getattr(self, name)) <= trait.high:
                raise ValueError(f"{self.action}: {name} is {value}, expected {trait.low} to {trait.high}")
        return self

    @classmethod
    def traits(cls) -> dict[str, Trait]:
        """Name of each parameter that varies -> its trait."""
        found = {name: next((m for m in info.metadata if isinstance(m, Trait)), None) for name, info in cls.model_fields.items()}
        return {name: trait for name, trait in found.items() if trait is not None}

    def rest(self) -> dict[str, float]:
        """Channels in the starting posture, where they differ from standing."""
        return {}

    @abstractmethod
    def cycle(self) -> tuple[Move, ...]:
        """One repetition, from the starting posture back to it."""

    @abstractmethod
    def pose(self, figure: Figure, channels: Channels) -> Skeleton:
        """The skeleton of this person in every frame."""

    def cycle_s(self) -> float:
        """Seconds that one repetition takes, pauses included."""
        return sum(move.duration_s for move in self.cycle())


BETWEEN_S = 0.3
"""Seconds of standing between two repetitions."""


def schedule(parameters: ActionParameters, lead_in_s: float, lead_out_s: float) -> tuple[tuple[Span, Move], ...]:
    """Every stage of a clip with its time, standing before, between and after included (repetition 0)."""
    moves = [(0, Move(stage="starting position", phase="start", duration_s=lead_in_s))]
    for repetition in range(1, parameters.repetitions + 1):
        if repetition > 1:
            moves.append((0, Move(stage="between repetitions", phase="end", duration_s=BETWEEN_S)))
        moves += [(repetition, move) for move in parameters.cycle()]
    moves.append((0, Move(stage="end position", phase="end", duration_s=lead_out_s)))
    ends = np.cumsum([move.duration_s for _, move in moves])
    return tuple(
        (Span(stage=m.stage, phase=m.phase, start_s=float(end) - m.duration_s, end_s=float(end), repetition=n), m)
        for (n, m), end in zip(moves, ends, strict=True)
    )


STANDING: dict[str, float] = {
    "lean": 2, "side_lean": 0, "twist": 0, "head": 0, "head_tilt": 0, "air": 0, "back": 0, "shift": 0, "elbow": 12, "arm": 9, "plane": 15,
    "foot_x": 7, "foot_z": 0, "toe_out": 8, "valgus": 0, "knee": 4, "lift": 0, "hip": 0, "bend": 0, "up": 0, "tiptoe": 0,
    "turn": 0, "sag": 0,
}  # fmt: skip
"""Every channel and its value when standing: degrees, or percent of body length for places, or 0..1 for `lift`."""
SIDED = ("elbow", "arm", "plane", "foot_x", "foot_z", "toe_out", "valgus", "knee", "lift", "hip", "bend", "up", "tiptoe")
"""Channels that exist once per side, as `arm_left` and `arm_right`."""


def each_side(values: dict[str, float]) -> dict[str, float]:
    """The same values with `arm` written as `arm_left` and `arm_right`."""
    spread = {f"{name}_{side}": value for name, value in values.items() if name in SIDED for side in SIDES}
    return spread | {name: value for name, value in values.items() if name not in SIDED}


def channels_at(parameters: ActionParameters, timed: tuple[tuple[Span, Move], ...], times_s: np.ndarray) -> Channels:
    """Every channel (T,) at these times, moving with least jerk between the ends of the moves (Flash and Hogan 1985)."""
    now = each_side(STANDING) | each_side(parameters.rest())
    channels = {name: np.full(len(times_s), value, dtype=float) for name, value in now.items()}
    for span, move in timed:
        later = times_s >= span.start_s
        done = np.clip((times_s[later] - span.start_s) / max(span.end_s - span.start_s, 1e-9), 0, 1)
        eased = done if move.steady else done**3 * (10 - 15 * done + 6 * done**2)
        for name, value in each_side(move.to).items():
            channels[name][later] = now[name] + (value - now[name]) * eased
            now[name] = value
    return channels
