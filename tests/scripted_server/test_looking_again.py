"""A verifier that is served only by the look that deals with what stands in its way, whatever the order of the videos."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from asking import content_of, post, verifying

from viddiff.evals.scripted_server import ScriptedServer, always_first, needs_another_look
from viddiff.evals.scripted_server.looking_again import HELPED_BY
from viddiff.evals.scripted_server.named import NAMED
from viddiff.tools.obstacles import CAUSE_OF, Obstacle

ASKED = {"d1": "the squat is deeper"}
LABEL = 26


def frame(seed: int, size: int = 256) -> np.ndarray:
    """A picture whose upper strip changes with every call, as labels do."""
    blocks = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    picture = np.kron(blocks, np.ones((size // 8, size // 8, 1), np.uint8))
    picture[:LABEL] = np.random.default_rng().integers(0, 255, (LABEL, size, 3), dtype=np.uint8)
    return picture


def choice(server: ScriptedServer, first: list[np.ndarray], second: list[np.ndarray], asked: dict[str, str] | None = None) -> str:
    (answer,) = json.loads(content_of(post(server, verifying(first, second, asked or ASKED))))["answers"]
    assert answer.get("obstacle", "none") == "none" or answer["choice"] == "cannot_tell"
    return answer["choice"]


LOOKS: dict[str, dict[str, Any]] = {
    "other": {"first": [frame(3)], "second": [frame(2)]},
    "larger": {"first": [frame(1, 512)], "second": [frame(2, 512)]},
    "more": {"first": [frame(1), frame(1)], "second": [frame(2), frame(2)]},
}
HELPS = {"wrong_moment": "other larger", "out_of_view": "other larger", "too_small": "larger", "too_fast": "more"}
"""Larger pictures are cut otherwise, so they count as others as well."""


@pytest.mark.parametrize("obstacle", HELPED_BY)
@pytest.mark.parametrize("look", LOOKS)
def test_only_the_look_that_helps_helps(obstacle: Obstacle, look: str) -> None:
    with ScriptedServer(needs_another_look(obstacle, always_first().decider)) as server:
        assert choice(server, [frame(1)], [frame(2)]) == "cannot_tell"
        assert choice(server, [frame(2)], [frame(1)]) == "cannot_tell"
        assert choice(server, **LOOKS[look]) == ("first" if look in HELPS[obstacle] else "cannot_tell")
        assert choice(server, [frame(1)], [frame(2)]) == "cannot_tell"
        assert choice(server, [frame(8)], [frame(9)], {"d2": "the feet stand wider"}) == "cannot_tell"


def test_every_obstacle_it_knows_is_one_that_another_look_answers_and_it_has_a_name() -> None:
    assert set(HELPED_BY) <= set(CAUSE_OF)
    assert "needs_another_look" in NAMED
