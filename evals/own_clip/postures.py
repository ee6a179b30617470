"""Postures to learn from: moments of the drawn actions, and free combinations of what legs, trunk and arms can do."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..drawn.actions import ACTIONS
from ..drawn.figure import Figure
from ..drawn.kinematics import SIDES, Skeleton
from ..drawn.motion import STANDING, ActionParameters, Channels, Move, channels_at, each_side, schedule
from ..drawn.standing import StandingAction

TAKEN = 8
"""Postures of one person that share a camera and a place."""


class FreePosture(StandingAction):
    """Any posture on the feet; the way that the forearms bend is a channel of its own."""

    action: ClassVar[str] = "free_posture"
    description: ClassVar[str] = "a posture"
    arms_follow_trunk: ClassVar[bool] = True

    def cycle(self) -> tuple[Move, ...]:
        """A posture is held: nothing of it is repeated."""
        return ()

    def forearm_fold(self, channels: Channels) -> np.ndarray:
        """(T, 3) outwards, up, forward."""
        return np.stack([channels["fold_out"], channels["fold_up"], channels["fold_forward"]], axis=-1)


class FreeHandsOnHips(FreePosture):
    """Any posture with the hands on the hips."""

    hands_on_hips: ClassVar[bool] = True


def some_parameters(rng: np.random.Generator, action: str) -> ActionParameters:
    """An action with every parameter anywhere in its range."""
    kind = ACTIONS[action]
    values: dict[str, object] = {name: float(rng.uniform(t.low, t.high)) for name, t in kind.traits().items()}
    if "side" in kind.model_fields:
        values["side"] = str(rng.choice(list(SIDES)))
    return kind.model_validate(values)


def moments(rng: np.random.Generator, parameters: ActionParameters, figure: Figure) -> Skeleton:
    """`TAKEN` moments of an action: the standing before it, and one or more of every stage."""
    timed = schedule(parameters, 0.3, 0.1)
    spans = [span for span, _ in timed if span.end_s > span.start_s][1:-1]
    picked = [spans[i % len(spans)] for i in range(TAKEN - 1)]
    times = np.sort([0.1, *(rng.uniform(span.start_s, span.end_s) for span in picked)])
    return parameters.pose(figure, channels_at(parameters, timed, times))


def free_postures(rng: np.random.Generator, figure: Figure) -> Skeleton:
    """`TAKEN` unrelated postures, the first of them standing."""
    lifted = str(rng.choice(list(SIDES)))
    rows = [each_side(STANDING) | {"fold_out": -0.3, "fold_up": 0.4, "fold_forward": 1.0}] + [
        _free(rng, lifted) for _ in range(TAKEN - 1)
    ]
    channels = {name: np.array([row[name] for row in rows], float) for name in rows[0]}
    kind = FreeHandsOnHips if rng.random() < 0.12 else FreePosture
    return kind().pose(figure, channels)


def _free(rng: np.random.Generator, lifted: str) -> dict[str, float]:
    return each_side(STANDING) | _trunk(rng) | _arms(rng) | _legs(rng, lifted)


def _trunk(rng: np.random.Generator) -> dict[str, float]:
    lean = rng.choice(
        [rng.uniform(-5, 8), rng.uniform(-25, 0), rng.uniform(10, 50), rng.uniform(45, 105)], p=[0.45, 0.1, 0.3, 0.15]
    )
    side = rng.uniform(8, 42) * rng.choice([-1, 1]) if rng.random() < 0.2 else rng.uniform(-3, 3)
    sway = {"shift": rng.normal(0, 6), "back": rng.normal(0, 5)} if rng.random() < 0.25 else {}
    return {
        "lean": float(lean),
        "side_lean": float(side),
        "head": float(rng.normal(-lean * 0.4, 12)),
        "twist": float(rng.normal(0, 4)),
        **sway,
    }


def _arms(rng: np.random.Generator) -> dict[str, float]:
    alike = rng.random() < 0.75
    left = _arm(rng)
    right = left if alike else _arm(rng)
    fold = dict(zip(("fold_out", "fold_up", "fold_forward"), rng.normal((-0.4, 0.5, 0.6), (0.5, 0.7, 0.6)).tolist(), strict=True))
    return {f"{name}_{side}": value for side, arm in (("left", left), ("right", right)) for name, value in arm.items()} | fold


def _arm(rng: np.random.Generator) -> dict[str, float]:
    rise = rng.choice([rng.uniform(2, 20), rng.uniform(20, 75), rng.uniform(70, 110), rng.uniform(110, 175)], p=[0.25] * 4)
    bend = rng.choice([rng.uniform(0, 25), rng.uniform(25, 90), rng.uniform(90, 140)], p=[0.5, 0.3, 0.2])
    plane = rng.choice([rng.uniform(-5, 20), rng.uniform(20, 70), rng.uniform(70, 95)], p=[0.45, 0.15, 0.4])
    return {"arm": float(rise), "elbow": float(bend), "plane": float(plane)}


def _legs(rng: np.random.Generator, lifted: str) -> dict[str, float]:
    way = rng.random()
    return _both_legs(rng) if way < 0.6 else (_split_legs(rng) if way < 0.77 else _one_leg(rng, lifted))


def _both_legs(rng: np.random.Generator) -> dict[str, float]:
    knee = rng.choice([rng.uniform(0, 12), rng.uniform(12, 60), rng.uniform(60, 125)], p=[0.5, 0.2, 0.3])
    wide = rng.choice([rng.uniform(4, 9), rng.uniform(8, 18), rng.uniform(17, 33)], p=[0.35, 0.35, 0.3])
    air = rng.uniform(2, 9) if rng.random() < 0.12 else 0.0
    return each_side({"knee": float(knee), "foot_x": float(wide), "toe_out": float(rng.uniform(0, 35))}) | {"air": float(air)}


def _split_legs(rng: np.random.Generator) -> dict[str, float]:
    front, back = rng.permutation(list(SIDES))
    step, knee = rng.uniform(20, 78), rng.uniform(5, 100)
    return each_side({"foot_x": 8}) | {
        f"foot_z_{front}": float(step), f"knee_{front}": float(knee), f"tiptoe_{back}": float(rng.uniform(0, 55)),
        f"knee_{back}": float(rng.uniform(2, 20)),
    }  # fmt: skip


def _one_leg(rng: np.random.Generator, side: str) -> dict[str, float]:
    hip = rng.uniform(-25, 118)
    bend = rng.uniform(2, 30) if rng.random() < 0.4 else rng.uniform(30, 125)
    return each_side({"foot_x": 6.5}) | {
        f"lift_{side}": float(rng.choice([1.0, rng.uniform(0.1, 1)])), f"hip_{side}": float(hip), f"bend_{side}": float(bend),
        "shift": -2.5 if side == "left" else 2.5,
    }  # fmt: skip
