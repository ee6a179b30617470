import numpy as np
import pytest
from brute_force import score, scored_paths, stage_chances
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from viddiff.tools.posteriors import posteriors, total_score
from viddiff.tools.stage_model import BEST, SUM, Grammar
from viddiff.tools.viterbi import path_of, viterbi


@st.composite
def models(draw: st.DrawFn) -> tuple[np.ndarray, Grammar]:
    stages, frames = draw(st.integers(0, 3)), draw(st.integers(0, 7))
    values = draw(st.lists(st.integers(-12, 4), min_size=stages * frames, max_size=stages * frames))
    emissions = np.array(values, dtype=float).reshape(stages, frames) / 4
    grammar = Grammar(
        min_frames=tuple(draw(st.lists(st.integers(1, 3), min_size=stages, max_size=stages))),
        skip=tuple(draw(st.lists(st.sampled_from([-2.0, -np.inf, -40.0]), min_size=stages, max_size=stages))),
        background=draw(st.sampled_from([-np.inf, -1.5, -0.3, 0.5])),
        share=draw(st.sampled_from([1.0, 2.5, None])),
    )
    return emissions, grammar


@given(models())
@settings(max_examples=150, deadline=None)
def test_viterbi_finds_the_best_of_all_paths(model: tuple[np.ndarray, Grammar]) -> None:
    emissions, grammar = model
    listed = scored_paths(emissions, grammar)
    if not listed:
        with pytest.raises(ValueError, match="no path"):
            viterbi(emissions, grammar)
        return
    found = viterbi(emissions, grammar)
    assert found.score == pytest.approx(max(value for value, _ in listed), abs=1e-9)
    assert score(found.spans, emissions, grammar) == pytest.approx(found.score, abs=1e-9)
    assert found.spans in {spans for _, spans in listed}


@given(models())
@settings(max_examples=100, deadline=None)
def test_posteriors_are_the_share_of_all_paths(model: tuple[np.ndarray, Grammar]) -> None:
    emissions, grammar = model
    listed = scored_paths(emissions, grammar)
    if not listed:
        return
    found = posteriors(emissions, grammar)
    np.testing.assert_allclose(found, stage_chances(emissions, grammar), atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=0), 1.0)
    assert total_score(emissions, grammar) == pytest.approx(np.logaddexp.reduce([value for value, _ in listed]), abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.sampled_from(["noise", "walk", "flat", "rising", "late"]))
@settings(max_examples=60, deadline=None)
def test_duration_prior_is_applied_exactly(seed: int, count: int, kind: str) -> None:
    noise = np.random.default_rng(seed).standard_normal(count)
    starts = {
        "noise": noise,
        "walk": noise.cumsum(),
        "flat": np.zeros(count),
        "rising": 0.01 * np.arange(count),
        "late": np.where(np.arange(count) < count // 2, -np.inf, noise),
    }[kind]
    gaps = np.arange(count)[:, None] - np.arange(count)
    weights = np.log(np.where(gaps >= 0, gaps + 1.0, 0.0), where=gaps >= 0, out=np.full(gaps.shape, -np.inf))
    np.testing.assert_allclose(BEST.durations(len(starts))(starts), (starts + weights).max(axis=1), atol=1e-9)
    np.testing.assert_allclose(SUM.durations(len(starts))(starts), np.logaddexp.reduce(starts + weights, axis=1), atol=1e-9)


def test_hundred_thousand_frames_of_twenty_stages() -> None:
    stages, frames = 20, 100_000
    truth = np.arange(frames) * stages // frames
    emissions = np.where(truth == np.arange(stages)[:, None], 0.0, -1.0)
    emissions += 0.3 * np.random.default_rng(0).standard_normal(emissions.shape)
    grammar = Grammar.fitted(emissions, [False] * stages, 2)
    path = path_of(viterbi(emissions, grammar).spans, frames)
    assert (path == truth).mean() > 0.9999
    chances = posteriors(emissions, grammar)
    np.testing.assert_allclose(chances.sum(axis=0), 1.0)
    assert (chances.argmax(axis=0) == truth).mean() > 0.9999


@pytest.mark.parametrize("frames", range(6))
def test_as_many_stages_as_fit_into_few_frames(frames: int) -> None:
    emissions = np.random.default_rng(frames).standard_normal((4, frames))
    grammar = Grammar.fitted(emissions, [False] * 4, 2)
    spans = viterbi(emissions, grammar).spans
    assert sum(span is not None for span in spans) == min(frames, 4)
    assert np.isfinite(posteriors(emissions, grammar)).all()


def test_without_background_every_frame_belongs_to_a_stage() -> None:
    emissions = np.full((2, 10), -9.0)
    grammar = Grammar(min_frames=(1, 1), skip=(-np.inf, -np.inf), background=-np.inf)
    assert (path_of(viterbi(emissions, grammar).spans, 10) >= 0).all()
    np.testing.assert_allclose(posteriors(emissions, grammar)[-1], 0.0, atol=1e-9)


def test_a_grammar_must_fit_together() -> None:
    with pytest.raises(ValidationError, match="2 least durations for 1 skip"):
        Grammar(min_frames=(1, 1), skip=(0.0,), background=0.0)
    with pytest.raises(ValidationError, match="1 frame or more"):
        Grammar(min_frames=(0,), skip=(0.0,), background=0.0)
    with pytest.raises(ValueError, match="1 stages given for 2 rows"):
        Grammar.fitted(np.zeros((2, 3)), [False])
