"""Statements are left out where the joints say something else than the parameter."""

from __future__ import annotations

import pytest

from viddiff.evals.drawn.actions import ACTIONS
from viddiff.evals.drawn.argued import Shown, arguable
from viddiff.evals.drawn.look import Look

LOOK = Look(fps=25.0, sway=0.0)


def verdict(action: str, name: str, a: dict[str, float], b: dict[str, float]) -> bool:
    kind = ACTIONS[action]
    first, second = (kind.model_validate(values) for values in (a, b))
    difference = getattr(second, name) - getattr(first, name)
    return arguable(kind.traits()[name], difference, *(Shown(each, LOOK) for each in (first, second)))


@pytest.mark.parametrize(
    ("action", "name", "a", "b"),
    [
        # The elbows raise the hands of arms that are raised alike.
        ("lateral_raise", "arms", {"elbow": 5}, {"elbow": 75}),
        # A longer step brings the hips lower at the same bend of the knees.
        ("lunge", "depth", {"step": 42}, {"step": 78}),
        # The middle of the circles is as high, their highest point is not.
        ("arm_circles", "arms", {"radius": 10}, {"radius": 40}),
    ],
)
def test_equal_parameters_that_show_a_difference_are_left_out(action, name, a, b):
    assert verdict(action, name, a, b)
    assert verdict(action, name, b, a)


@pytest.mark.parametrize(
    ("action", "name", "low", "high"),
    [("lateral_raise", "arms", 70, 110), ("lunge", "depth", 65, 95), ("kick", "lean_back", 2, 30), ("squat", "depth", 70, 110)],
)
def test_what_the_joints_bear_out_is_asked(action, name, low, high):
    assert not verdict(action, name, {name: low}, {name: high})
    assert not verdict(action, name, {name: high}, {name: low})
    assert not verdict(action, name, {name: low}, {name: low})


def test_unequal_parameters_that_show_none_are_left_out():
    assert verdict("lateral_raise", "arms", {"arms": 100, "elbow": 75}, {"arms": 108, "elbow": 0})
