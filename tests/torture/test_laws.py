"""Laws of whole comparisons, on one drawn pair whose bodies are tracked once: what must change nothing, and what must turn answers round."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.evals.torture import laws

STATEMENTS = list(laws.STATEMENTS)
EVERYTHING = (
    "-vf tpad=start=12:start_mode=clone,scale=iw*3/2:ih*3/2 -c:v libx265 -preset ultrafast -x265-params log-level=none -crf 26"
)
"""Later, larger and in another format at once."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return laws.draw_uneven_pair(tmp_path_factory.mktemp("raises"))


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> laws.Ask:
    return laws.asking(tmp_path_factory.mktemp("home"), "lateral raise")


@pytest.fixture(scope="module")
def plain(ask: laws.Ask, pair: tuple[Path, Path]) -> laws.Answers:
    return ask(*pair, STATEMENTS)


def test_the_pair_has_letters_for_both_and_for_each_side(plain: laws.Answers) -> None:
    answers = {text: told.answer for text, told in plain.items()}
    assert answers["the left arm is raised higher"] == "a"
    assert answers["the right arm is raised higher"] == "b"
    assert answers["the lateral raise is slower"] == "b"
    assert set(answers.values()) == {"a", "b", "same", "unknown"}


@settings(max_examples=5, deadline=None, derandomize=True)
@given(asked=st.permutations(STATEMENTS).flatmap(lambda order: st.integers(1, len(order)).map(lambda count: order[:count])))
def test_neither_order_nor_other_statements_change_an_answer(ask, pair, plain, asked: list[str]) -> None:
    found = ask(*pair, asked)
    assert list(found) == asked
    assert laws.unlike(plain, found) == []


@settings(max_examples=2, deadline=None, derandomize=True)
@given(asked=st.permutations(STATEMENTS))
def test_exchanging_the_clips_turns_every_answer_round(ask, pair, plain, asked: list[str]) -> None:
    turned = {text: told.flipped() for text, told in ask(pair[1], pair[0], asked).items()}
    assert laws.unlike(plain, turned) == []


def test_a_clip_against_itself_gets_no_letter(ask, pair) -> None:
    for clip in pair:
        assert {told.answer for told in ask(clip, clip, STATEMENTS).values()} <= {"same", "unknown"}


def test_a_mirror_image_exchanges_left_and_right_and_nothing_else(ask, pair) -> None:
    mirror = laws.changed(pair[0], "mirror", laws.MIRROR)
    found = {text: told.answer for text, told in ask(pair[0], mirror, STATEMENTS).items()}
    assert found["the left arm is raised higher"] == "a"
    assert found["the right arm is raised higher"] == "b"
    sided = {text for text in STATEMENTS if laws.other_side(text) != text}
    unsided = {text: answer for text, answer in found.items() if text not in sided}
    assert [text for text, answer in unsided.items() if answer in "ab"] == []


def test_later_larger_and_encoded_anew_changes_nothing_sure(ask, pair, plain) -> None:
    found = ask(laws.changed(pair[0], "everything", EVERYTHING), pair[1], STATEMENTS)
    assert laws.contradictions(plain, found) == []
    assert laws.lost_letters(plain, found) == []
    assert [text for text, told in plain.items() if told.answer not in "ab" and found[text].answer in "ab"] == []


def test_a_letter_against_another_is_noticed(plain) -> None:
    text = "the left arm is raised higher"
    turned = {**plain, text: plain[text].flipped()}
    assert laws.contradictions(plain, turned) == laws.unlike(plain, turned) == [text]
    gone = {**plain, text: plain[text].model_copy(update={"answer": "same"})}
    assert laws.lost_letters(plain, gone) == [text]
