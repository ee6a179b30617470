"""Captions claim what they say, and what is claimed of a drawn posture is true of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viddiff.evals.drawn import ACTIONS, Look
from viddiff.evals.drawn.truth import perform
from viddiff.evals.own_clip.captions import LEAST_TRUE, MOST_PHRASES, WIDTH, Grammar, Phrase, Writer, claim_row, truth
from viddiff.evals.own_clip.facets import NAMES, facet_values
from viddiff.evals.own_clip.train import retrieval_sentences

GRAMMAR = Grammar.load()
values = st.floats(0, 1, width=32)
postures = st.lists(values, min_size=len(NAMES), max_size=len(NAMES)).map(lambda v: np.array([v], np.float32))
claims = st.dictionaries(st.sampled_from(NAMES), values, min_size=1)


def at(action: str, stage: str) -> np.ndarray:
    """(1, F) facets in the middle of a stage of a drawn action."""
    performance = perform(ACTIONS[action](), Look())
    middle = next(span.middle_s for span in performance.stages if span.stage == stage)
    row = int(np.argmin(np.abs(performance.times_s - middle)))
    return facet_values(performance.skeleton, Look().figure)[row : row + 1]


def said(sentence: str, facets: np.ndarray) -> float:
    return float(truth(facets, claim_row(GRAMMAR.read(sentence)[0])[None])[0, 0])


@pytest.mark.parametrize("sentence", retrieval_sentences())
def test_every_retrieval_sentence_of_the_drawn_actions_is_understood_to_its_last_word(sentence: str) -> None:
    read, rest = GRAMMAR.read(sentence)
    assert (bool(read), rest) == (True, "")


def test_a_word_outside_the_grammar_is_handed_back() -> None:
    assert GRAMMAR.read("knees deeply bent under water")[1] == "under water"


@given(postures, claims)
def test_a_posture_is_wholly_what_it_is_claimed_to_be_when_it_is_so(facets: np.ndarray, claim: dict[str, float]) -> None:
    so = facets.copy()
    so[0, [NAMES.index(name) for name in claim]] = list(claim.values())
    assert truth(so, claim_row(claim)[None])[0, 0] == pytest.approx(1, abs=1e-3)


@given(postures, claims, claims)
def test_claiming_more_is_never_truer(facets: np.ndarray, first: dict[str, float], second: dict[str, float]) -> None:
    one, both = (truth(facets, claim_row(claim)[None])[0, 0] for claim in (first, {**second, **first}))
    assert both <= one + 1e-3


def test_one_width_off_is_true_to_the_share_of_a_gaussian() -> None:
    facets = np.zeros((1, len(NAMES)), np.float32)
    assert truth(facets, claim_row({"lean": WIDTH})[None])[0, 0] == pytest.approx(np.exp(-0.5), abs=1e-4)
    assert truth(facets, claim_row({"lean": WIDTH, "side": WIDTH})[None])[0, 0] == pytest.approx(np.exp(-1), abs=1e-4)


@pytest.mark.parametrize(
    ("sentence", "action", "stage"),
    [
        ("knees deeply bent with the hips low", "squat", "bottom position"),
        ("torso bent forward with the hands low near the feet", "forward_bend", "bottom position"),
        ("arms overhead with the elbows straight", "overhead_press", "top position"),
        ("feet wide apart with the arms overhead", "jumping_jack", "open position"),
        ("one knee lifted to hip height with the torso upright", "knee_raise", "knee raised"),
        ("body straight in a plank with the elbows deeply bent", "push_up", "bottom position"),
    ],
)
def test_what_the_library_looks_for_is_true_at_the_drawn_extreme_and_false_at_rest(
    sentence: str, action: str, stage: str
) -> None:
    assert said(sentence, at(action, stage)) > 0.3
    assert said(sentence, at(action, "starting position")) < 0.05


def test_written_captions_are_true_of_their_postures() -> None:
    facets = np.concatenate([at(action, "starting position") for action in ACTIONS] + [at("squat", "bottom position")])
    texts, rows = Writer(GRAMMAR, retrieval_sentences()).write(facets, np.random.default_rng(0), 4)
    own = truth(facets, rows)[np.arange(len(texts)) // 4, np.arange(len(texts))]
    assert own.min() > LEAST_TRUE**MOST_PHRASES
    assert own.mean() > 0.6
    assert len(set(texts)) > len(texts) / 2


def test_a_phrase_about_an_unknown_facet_is_refused() -> None:
    with pytest.raises(ValueError, match="nose"):
        Phrase(group="legs", text="x", claims={"nose": 0.5})
