"""Questions in many wordings are understood as what they ask."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phrase_files import expected, phrases, understood

from viddiff.agent.chat.intents import Scene
from viddiff.agent.chat.understanding import Understanding

ALL = [*phrases("phrases.txt"), *phrases("stranger_phrases.txt"), *phrases("second_stranger_phrases.txt")]


@pytest.mark.parametrize("name", ["phrases.txt", "stranger_phrases.txt", "second_stranger_phrases.txt"])
def test_a_wording_is_understood(name: str, understanding: Understanding, squat_stages) -> None:
    wrong = []
    for phrase in phrases(name):
        scene = Scene.model_validate({"stages": squat_stages, "people": phrase.people})
        intent = understanding.understand(phrase.question, scene, phrase.after)
        if (intent.kind, understood(intent, phrase)) != (phrase.kind, expected(phrase)):
            wrong.append((phrase, intent))
    assert wrong == []


def test_there_are_wordings_enough() -> None:
    assert len(phrases("phrases.txt")) >= 200
    assert len(phrases("stranger_phrases.txt")) >= 60


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120))
def test_any_text_is_understood_as_something(understanding: Understanding, squat_stages, text: str) -> None:
    assert understanding.understand(text, Scene(stages=squat_stages), ["who goes deeper?", text]).kind


def test_capitals_and_punctuation_at_the_end_do_not_matter(understanding: Understanding, squat_stages) -> None:
    wrong = []
    for phrase in [phrase for phrase in ALL if not phrase.after][::7]:
        scene = Scene.model_validate({"stages": squat_stages, "people": phrase.people})
        plain = understanding.understand(phrase.question, scene).kind
        if understanding.understand(phrase.question.rstrip("?.! ") + " ", scene).kind != plain:
            wrong.append(phrase)
    assert wrong == []
