"""The truth of a clip follows its parameters."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from viddiff.evals.drawn.actions import ACTIONS
from viddiff.evals.drawn.camera import Camera
from viddiff.evals.drawn.look import Look
from viddiff.evals.drawn.truth import key_times, perform, quantities
from viddiff.tools.catalog import CATALOG
from viddiff.tools.landmarks import Landmark

LOOK = Look(fps=25.0, sway=0.0)
# Leaning back is forward lean with the opposite sign; the others are not one number at one instant.
FALLING = {"lean_back"}
NOT_ONE_NUMBER = {"uneven", "rocking", "valgus", "sag", "toe_out", "swing"}

CASES = [
    (action, name)
    for action, kind in ACTIONS.items()
    for name, trait in kind.traits().items()
    if name not in NOT_ONE_NUMBER and trait.quantity not in {"duration", "pause", "hip_sway"}
]


@pytest.mark.parametrize(("action", "name"), CASES)
def test_a_larger_parameter_shows_in_its_own_quantity(action: str, name: str) -> None:
    kind = ACTIONS[action]
    trait = kind.traits()[name]
    usual = float(kind.model_fields[name].default)
    low = max(trait.low, usual - trait.clear)
    high = min(trait.high, low + 2 * trait.clear)
    values = []
    for value in (low, high):
        found = quantities(perform(kind.model_validate({name: value}), LOOK), LOOK)
        values.append(found[trait.at][trait.quantity])
    change = values[1] - values[0]
    assert (-change if name in FALLING else change) > CATALOG[trait.quantity].jnd * 0.5


def test_a_deeper_squat_brings_the_hips_lower() -> None:
    heights = [
        quantities(perform(ACTIONS["squat"].model_validate({"depth": d}), LOOK), LOOK)["bottom position"]["hip_height"]
        for d in (65, 90, 120)
    ]
    assert heights[0] > heights[1] + 4 > heights[2] + 8


def test_angles_are_the_ones_asked_for() -> None:
    parameters = ACTIONS["squat"].model_validate({"depth": 95, "lean": 30, "stance": 30})
    bottom = quantities(perform(parameters, LOOK), LOOK)["bottom position"]
    assert bottom["knee_flexion"] == pytest.approx(95, abs=0.5)
    assert bottom["torso_forward_lean"] == pytest.approx(30, abs=0.5)
    assert bottom["stance_width"] == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize("action", list(ACTIONS))
def test_stages_cover_the_clip_in_order_and_last_as_long_as_asked(action: str) -> None:
    kind = ACTIONS[action]
    parameters = kind.model_validate({"tempo_s": kind.traits()["tempo_s"].low, "repetitions": 2})
    performance = perform(parameters, LOOK)
    spans = performance.stages
    assert spans[0].start_s == 0
    assert spans[-1].end_s == pytest.approx(len(performance.times_s) / LOOK.fps, abs=1 / LOOK.fps)
    assert all(first.end_s == pytest.approx(second.start_s) for first, second in pairwise(spans))
    for repetition in (1, 2):
        own = [s for s in spans if s.repetition == repetition]
        assert own[-1].end_s - own[0].start_s == pytest.approx(parameters.cycle_s())
    stage = next(iter(trait.at for trait in kind.traits().values() if trait.at not in ("", "starting position")))
    assert len(key_times(spans)[stage]) == 2


@pytest.mark.parametrize("action", list(ACTIONS))
def test_slower_and_paused_repetitions_last_longer(action: str) -> None:
    kind = ACTIONS[action]
    for name in {"tempo_s", "pause_s"} & set(kind.traits()):
        trait = kind.traits()[name]
        assert kind.model_validate({name: trait.high}).cycle_s() > kind.model_validate({name: trait.low}).cycle_s() + trait.clear


def test_every_trait_is_well_formed() -> None:
    for kind in ACTIONS.values():
        assert len(kind.traits()) >= 5
        stages = {move.stage for move in kind().cycle()} | {"starting position", ""}
        for name, trait in kind.traits().items():
            assert trait.low <= kind.model_fields[name].default <= trait.high
            assert trait.same < trait.clear < trait.high - trait.low
            assert trait.quantity in CATALOG
            assert trait.at in stages, f"{kind.action}.{name}: no stage {trait.at!r}"
            assert not set(trait.more) & set(trait.less)


@pytest.mark.parametrize("yaw", [0.0, 42.0, 88.0, -60.0])
def test_the_whole_motion_lies_in_the_frame(yaw: float) -> None:
    for kind in ACTIONS.values():
        look = LOOK.model_copy(update={"camera": Camera(yaw_deg=yaw, fill=0.9), "fps": 10.0})
        joints = perform(kind(), look).joints
        assert joints.min() > 0
        assert joints[..., 0].max() < look.width
        assert joints[..., 1].max() < look.height


def test_the_left_hand_is_on_the_right_of_a_picture_from_the_front_and_facing_left_from_the_left_side() -> None:
    front = perform(ACTIONS["lateral_raise"](), LOOK).joints
    assert (front[:, Landmark.LEFT_WRIST, 0] > front[:, Landmark.RIGHT_WRIST, 0]).all()
    side = perform(ACTIONS["squat"](), LOOK.model_copy(update={"camera": Camera(yaw_deg=90)})).joints
    assert (side[:, Landmark.NOSE, 0] < np.minimum(side[:, Landmark.LEFT_EAR, 0], side[:, Landmark.RIGHT_EAR, 0])).all()


def test_a_parameter_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="depth is 300"):
        ACTIONS["squat"].model_validate({"depth": 300})
