"""Pairs: the same for a seed, true to their parameters, and symmetric."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.evals.drawn import ACTIONS, demo_pair, drawn_pair, labelled_pairs
from viddiff.evals.drawn.statements import statement
from viddiff.memory.errors import SettingsError

DIFFICULTIES = ("easy", "medium", "hard")
pairs = st.builds(drawn_pair, st.integers(0, 10**6), st.sampled_from([None, *ACTIONS]), st.sampled_from(DIFFICULTIES))


@given(pairs)
@settings(max_examples=60, deadline=None)
def test_answers_follow_the_parameters(pair: object) -> None:
    assert pair.statements
    assert len({s.id for s in pair.statements}) == len(pair.statements)
    for s in pair.statements:
        a, b = (getattr(take.parameters, s.parameter) for take in (pair.a, pair.b))
        assert s.difference == pytest.approx(b - a, abs=1e-3)
        if s.parameter == "repetitions":
            continue
        trait = pair.a.parameters.traits()[s.parameter]
        more = s.description in trait.more
        assert more or s.description in trait.less
        if s.answer == "same":
            assert abs(b - a) <= trait.same
        else:
            assert ((b > a) == (s.answer == "b")) == more


@given(pairs)
@settings(max_examples=40, deadline=None)
def test_key_times_lie_inside_their_clips(pair: object) -> None:
    for s in pair.statements:
        for times, take in ((s.times_a, pair.a), (s.times_b, pair.b)):
            assert bool(times) == bool(s.stage)
            if s.stage and s.stage != "starting position":
                assert len(times) == take.parameters.repetitions
            assert all(
                0 <= t <= take.look.lead_in_s + take.parameters.repetitions * (take.parameters.cycle_s() + 0.3) for t in times
            )


@given(pairs)
@settings(max_examples=30, deadline=None)
def test_swapping_a_pair_swaps_its_answers(pair: object) -> None:
    swapped = pair.swapped()
    flip = {"a": "b", "b": "a", "same": "same"}
    assert [s.answer for s in swapped.statements] == [flip[s.answer] for s in pair.statements]
    assert (swapped.a, swapped.b) == (pair.b, pair.a)
    assert swapped.swapped() == pair


@given(st.integers(0, 10**6), st.sampled_from(DIFFICULTIES))
@settings(max_examples=20, deadline=None)
def test_the_same_seed_gives_the_same_pair(seed: int, difficulty: str) -> None:
    assert drawn_pair(seed, difficulty=difficulty) == drawn_pair(seed, difficulty=difficulty)
    assert drawn_pair(seed, difficulty=difficulty) != drawn_pair(seed + 1, difficulty=difficulty)


def test_harder_pairs_differ_less() -> None:
    size = {}
    for difficulty in DIFFICULTIES:
        sizes = []
        for pair in labelled_pairs(32, 4, difficulty):
            traits = pair.a.parameters.traits()
            sizes += [
                abs(s.difference) / traits[s.parameter].clear
                for s in pair.statements
                if s.answer != "same" and s.parameter in traits
            ]
        size[difficulty] = sum(sizes) / len(sizes)
    assert size["easy"] > size["medium"] > size["hard"] >= 1


def test_a_set_of_pairs_goes_through_actions_answers_and_difficulties() -> None:
    found = labelled_pairs(48, 7)
    assert {pair.action for pair in found} == set(ACTIONS)
    assert {pair.difficulty for pair in found} == set(DIFFICULTIES)
    answers = [s.answer for pair in found for s in pair.statements]
    for answer in ("a", "b", "same"):
        assert 0.15 < answers.count(answer) / len(answers) < 0.6
    assert found == labelled_pairs(48, 7)


def test_two_people_unless_one_place_is_asked_for() -> None:
    assert drawn_pair(3).a.look.figure != drawn_pair(3).b.look.figure
    same = drawn_pair(3, same_place=True)
    assert same.a.look.figure == same.b.look.figure
    assert same.a.look.camera == same.b.look.camera


def test_the_demo_shows_clear_differences_and_one_that_is_none() -> None:
    pair = demo_pair()
    answers = {s.id: s.answer for s in pair.statements}
    assert answers == {"depth": "a", "lean": "b", "tempo_s": "b", "pause_s": "a", "arms": "a", "stance": "same"}
    assert (pair.a.parameters.repetitions, pair.b.parameters.repetitions) == (1, 2)


def test_a_clip_that_starts_at_once_has_no_instant_of_its_starting_position() -> None:
    take = demo_pair().a
    sudden = take.model_copy(update={"look": take.look.model_copy(update={"lead_in_s": 0.0})})
    found = statement("stance", sudden, take, "the feet stance is wider", opposite=False)
    assert found is not None
    assert (found.phase, found.answer, found.times_a, found.times_b) == ("start", "same", (), (0.25,))


def test_an_unknown_action_is_named() -> None:
    with pytest.raises(SettingsError, match="no drawn action 'cartwheel'"):
        drawn_pair(1, "cartwheel")


def test_importing_is_light() -> None:
    code = (
        "import sys, viddiff.evals.drawn as d, viddiff.evals.drawn.pairs, viddiff.evals.drawn.demo;"
        "bad = {'av', 'PIL', 'cv2', 'torch', 'mediapipe', 'faiss', 'moviepy'} & set(sys.modules);"
        "assert not bad, bad; assert all(getattr(d, n) is not None for n in d.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
