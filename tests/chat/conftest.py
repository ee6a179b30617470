"""One lexicon for all tests of the conversation, and a drawn pair that is tracked once."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_once import MadeOnce

from viddiff import Settings
from viddiff.agent.chat.session import Session
from viddiff.agent.chat.understanding import Understanding
from viddiff.evals.drawn.pairs import WrittenPair
from viddiff.tools.actions import ActionLibrary
from viddiff.tools.statement import StatementReader

SEED = 11
"""A pair of two repetitions each, whose depth and pause differ."""


@pytest.fixture(scope="session")
def understanding() -> Understanding:
    return Understanding(StatementReader())


@pytest.fixture(scope="session")
def squat_stages():
    found = ActionLibrary.load().match("squat")
    assert found is not None
    return found.action.stages


@pytest.fixture(scope="session")
def drawn_clips(made_once: MadeOnce) -> WrittenPair:
    return made_once.pair("squat", SEED, slow_film=False)


@pytest.fixture
def home_settings(made_once: MadeOnce, tmp_path: Path) -> Settings:
    """A home of its own, with nothing remembered but the tracks."""
    return Settings.of(home=made_once.tracks_in(tmp_path / "home"), profile="embedded")


@pytest.fixture
def session(drawn_clips: WrittenPair, home_settings: Settings) -> Session:
    """A new conversation about the drawn pair."""
    return begun(drawn_clips, home_settings)


def begun(clips: WrittenPair, settings: Settings) -> Session:
    return Session.start(clips.a.path, clips.b.path, action="squat", max_differences=8, settings=settings)
