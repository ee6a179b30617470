"""Drawn clips: shaded figures performing actions with known parameters, so that the truth is known.

figure, kinematics      proportions; joint angles and planted feet to joints in space
motion, standing        parameters, moves and channels over time; the posture of a standing person
squats arms legs trunk  the actions; actions lists them, traits holds what they share
camera, look            where it is filmed from; person, clothes, place and film
body, draw, backdrop    solid parts, their painting, the place behind them
truth, clip             what is true of a clip; rendering it
statements, pairs       labelled statements; pairs for a seed and in sets; demo is the pair shown first
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .actions import ACTIONS
    from .clip import DrawnClip, describe_clip, render_clip
    from .demo import demo_pair
    from .look import Look, random_look
    from .motion import ActionParameters
    from .pairs import Difficulty, DrawnPair, WrittenPair, drawn_pair, labelled_pairs, write_pair
    from .statements import DrawnStatement, Take

_HOMES = {
    "ACTIONS": "actions",
    "ActionParameters": "motion",
    "Difficulty": "pairs",
    "DrawnClip": "clip",
    "DrawnPair": "pairs",
    "DrawnStatement": "statements",
    "Look": "look",
    "Take": "statements",
    "WrittenPair": "pairs",
    "demo_pair": "demo",
    "describe_clip": "clip",
    "drawn_pair": "pairs",
    "labelled_pairs": "pairs",
    "random_look": "look",
    "render_clip": "clip",
    "write_pair": "pairs",
}

__all__ = [
    "ACTIONS",
    "ActionParameters",
    "Difficulty",
    "DrawnClip",
    "DrawnPair",
    "DrawnStatement",
    "Look",
    "Take",
    "WrittenPair",
    "demo_pair",
    "describe_clip",
    "drawn_pair",
    "labelled_pairs",
    "random_look",
    "render_clip",
    "write_pair",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
