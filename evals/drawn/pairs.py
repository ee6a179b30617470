"""Pairs of drawn clips with labelled statements, for a seed and in sets, and writing them to a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import numpy as np

from ...memory.values import Value
from .actions import ACTIONS, parameters_of
from .argued import Shown, arguable
from .clip import DrawnClip, render_clip
from .look import Look, random_look
from .motion import ActionParameters, Trait, View
from .statements import DrawnStatement, Take, phrased, repetitions_statement

Difficulty = Literal["easy", "medium", "hard"]

_SIZE: dict[Difficulty, tuple[float, float]] = {"easy": (2.2, 3.2), "medium": (1.4, 2.0), "hard": (1.0, 1.4)}
"""How many times the smallest clear difference the differing parameters are apart."""
_ROUGH: dict[Difficulty, float] = {"easy": 0.1, "medium": 0.4, "hard": 1.0}


class DrawnPair(Value):
    """Two clips to be drawn and the statements about them; nothing is rendered yet."""

    seed: int
    difficulty: Difficulty
    action: str
    description: str
    """What to tell viddiff that the action is."""
    view: View
    a: Take
    b: Take
    statements: tuple[DrawnStatement, ...]

    def swapped(self) -> DrawnPair:
        """The same pair with a and b exchanged, answers included."""
        return self.model_copy(update={"a": self.b, "b": self.a, "statements": tuple(s.swapped() for s in self.statements)})


class WrittenPair(Value):
    """A rendered pair: the description and the truth of both files."""

    pair: DrawnPair
    a: DrawnClip
    b: DrawnClip
    truth: str
    """Path of truth.json."""
    differences: str
    """Path of differences.json, for `viddiff compare --differences`."""


def drawn_pair(seed: int, action: str | None = None, difficulty: Difficulty = "easy", same_place: bool = False) -> DrawnPair:
    """Describes a pair of clips and what is true of them; the same seed gives the same pair.

    Args:
        seed: Decides everything that is not given.
        action: Name in `ACTIONS`; drawn by the seed when left out.
        difficulty: Size of the differences, view and film quality.
        same_place: One person, camera and place in both clips.

    Raises:
        SettingsError: No such action.
    """
    rng = np.random.default_rng([seed, tuple(_SIZE).index(difficulty)])
    chosen = action or list(ACTIONS)[rng.integers(len(ACTIONS))]
    parameters_of(chosen, {})
    kind = ACTIONS[chosen]
    view = kind.views[0] if difficulty == "easy" else kind.views[rng.integers(len(kind.views))]
    names = _telling(kind, view)
    differing = rng.choice(names, min(int(rng.integers(3, 5)), len(names)), replace=False).tolist()
    values = _values(rng, kind, differing, difficulty)
    looks = [random_look(rng, view, kind.landscape, _ROUGH[difficulty]) for _ in "ab"]
    looks[1] = _placed(rng, looks, same_place)
    a, b = (Take(parameters=kind.model_validate(v), look=look) for v, look in zip(values, looks, strict=True))
    asked = list(kind.traits()) if difficulty == "hard" else names
    return DrawnPair(
        seed=seed,
        difficulty=difficulty,
        action=chosen,
        description=kind.description,
        view=view,
        a=a,
        b=b,
        statements=_statements(rng, asked, a, b),
    )


def labelled_pairs(count: int, seed: int, difficulty: Difficulty | None = None) -> tuple[DrawnPair, ...]:
    """`count` pairs that go through the actions evenly, and through the difficulties where none is given."""
    order = np.random.default_rng(seed).permutation(len(ACTIONS))
    names, levels = list(ACTIONS), tuple(_SIZE)
    return tuple(
        drawn_pair(seed * 100_003 + i, names[order[i % len(names)]], difficulty or levels[(i + i // len(names)) % len(levels)])
        for i in range(count)
    )


def write_pair(pair: DrawnPair, folder: str | Path) -> WrittenPair:
    """Renders a pair into a folder: a.mp4, b.mp4, truth.json (`viddiff.drawn/1`) and differences.json."""
    place = Path(folder)
    clips = {
        side: render_clip(pair.action, take.parameters, take.look, place / f"{side}.mp4")
        for side, take in (("a", pair.a), ("b", pair.b))
    }
    truth = {
        "schema": "viddiff.drawn/1",
        "action": pair.action,
        "description": pair.description,
        "seed": pair.seed,
        "difficulty": pair.difficulty,
        "view": pair.view,
        "statements": [s.model_dump() for s in pair.statements],
        "clips": {side: clip.model_dump() | {"path": f"{side}.mp4"} for side, clip in clips.items()},
    }
    (place / "truth.json").write_text(json.dumps(truth, separators=(",", ":")), encoding="utf-8")
    asked = [{"id": s.id, "description": s.description} for s in pair.statements]
    (place / "differences.json").write_text(json.dumps(asked, indent=1) + "\n", encoding="utf-8")
    return WrittenPair(pair=pair, **clips, truth=str(place / "truth.json"), differences=str(place / "differences.json"))


def _telling(kind: type[ActionParameters], view: View) -> list[str]:
    """Parameters that this view shows."""
    return [name for name, trait in kind.traits().items() if view == "diagonal" or trait.view in ("any", view)]


def _values(
    rng: np.random.Generator, kind: type[ActionParameters], differing: list[str], difficulty: Difficulty
) -> tuple[dict[str, object], dict[str, object]]:
    a: dict[str, object] = {}
    b: dict[str, object] = {}
    for name, trait in kind.traits().items():
        usual = float(kind.model_fields[name].default)
        a[name], b[name] = _apart(rng, trait, difficulty) if name in differing else _alike(rng, trait, usual)
    if "side" in kind.model_fields:
        a["side"] = b["side"] = str(rng.choice(["left", "right"]))
    a["repetitions"] = b["repetitions"] = int(rng.choice([1, 1, 1, 2, 3]))
    if rng.random() < 0.2:
        (a if rng.random() < 0.5 else b)["repetitions"] = int(rng.integers(1, 4))
    return a, b


def _apart(rng: np.random.Generator, trait: Trait, difficulty: Difficulty) -> tuple[float, float]:
    """Two values that clearly differ."""
    size = min(trait.clear * rng.uniform(*_SIZE[difficulty]), trait.high - trait.low)
    low = rng.uniform(trait.low, trait.high - size)
    small, large = round(float(low), 3), round(float(min(low + size, trait.high)), 3)
    return (small, large) if rng.random() < 0.5 else (large, small)


def _alike(rng: np.random.Generator, trait: Trait, usual: float) -> tuple[float, float]:
    """Two values around the usual one that nobody could tell apart."""
    middle = usual + rng.uniform(-0.2, 0.2) * (trait.high - trait.low)
    near = np.clip(middle + rng.uniform(-0.45, 0.45, 2) * trait.same, trait.low, trait.high)
    return round(float(near[0]), 3), round(float(near[1]), 3)


def _placed(rng: np.random.Generator, looks: list[Look], same_place: bool) -> Look:
    """The second look: the camera stands much as for the first; the person and the place too if asked."""
    first, second = looks
    camera = second.camera.model_copy(update={"yaw_deg": first.camera.yaw_deg + float(rng.normal(0, 4))})
    if same_place:
        return first.model_copy(update={"seed": second.seed, "lead_in_s": second.lead_in_s, "lead_out_s": second.lead_out_s})
    return second.model_copy(update={"camera": camera})


def _statements(rng: np.random.Generator, names: list[str], a: Take, b: Take) -> tuple[DrawnStatement, ...]:
    traits, shown = a.parameters.traits(), [Shown(take.parameters, take.look) for take in (a, b)]
    said = [s for name in names if (s := phrased(rng, name, a, b)) is not None]
    found = [s for s in said if not arguable(traits[s.parameter], s.difference, *shown)]
    if a.parameters.repetitions != b.parameters.repetitions:
        # With unlike counts "the motion takes longer" could mean the clip or the repetition.
        found = [s for s in found if s.quantity != "duration"] + [repetitions_statement(rng, a, b)]
    return tuple(found[i] for i in rng.permutation(len(found)))
