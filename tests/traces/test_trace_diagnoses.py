"""What made an answer bad is named: one fault is planted in each trace, and nothing is said against a sound one."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted_faults import FAULTS, sound

from viddiff.agent.traces.opening import open_trace
from viddiff.agent.traces.story_values import Story


def codes(story: Story) -> set[str]:
    return {each.code for each in (*story.diagnoses, *(d for told in story.differences for d in told.diagnoses))}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named(name: str, tmp_path: Path) -> None:
    plant, code = FAULTS[name]
    story = open_trace(plant(tmp_path))
    assert code in codes(story)
    said = [each.text for told in story.differences for each in told.diagnoses] + [each.text for each in story.diagnoses]
    assert all(text.endswith(".") and "\n" not in text for text in said)


def test_nothing_is_said_against_a_sound_answer(tmp_path: Path) -> None:
    story = open_trace(sound(tmp_path))
    assert codes(story) == {"sound"}
    assert story.differences[0].flags == ()
    assert story.differences[0].diagnoses[0].text == (
        "Nothing in the trace speaks against this answer: the difference is beyond its error and every vote says so."
    )


def test_causes_come_before_doubts_and_notes(tmp_path: Path) -> None:
    for name, (plant, _) in FAULTS.items():
        for told in open_trace(plant(tmp_path / name)).differences:
            weights = [each.weight for each in told.diagnoses]
            assert weights == sorted(weights, key=["cause", "doubt", "note"].index)


def test_an_answer_that_rests_on_measurement_is_not_blamed_on_the_model(tmp_path: Path) -> None:
    plant, _ = FAULTS["biased model"]
    [bad] = [each for each in open_trace(plant(tmp_path)).differences[0].diagnoses if each.code == "biased model"]
    assert bad.weight == "cause"
    assert "both times the video shown first" in bad.text
