"""One lexicon for all tests of the conversation, and a drawn pair that is compared once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from viddiff import Settings
from viddiff.agent.chat.session import Session
from viddiff.agent.chat.understanding import Understanding
from viddiff.evals.drawn import drawn_pair, write_pair
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
def drawn_clips(tmp_path_factory: pytest.TempPathFactory) -> WrittenPair:
    return write_pair(drawn_pair(SEED, "squat"), tmp_path_factory.mktemp("chat-clips"))


@pytest.fixture(scope="session")
def tracked(drawn_clips: WrittenPair, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which both bodies are tracked."""
    settings = Settings.of(home=tmp_path_factory.mktemp("chat-home"), profile="embedded")
    begun(drawn_clips, settings).compare()
    return settings


@pytest.fixture
def home_settings(tracked: Settings, tmp_path: Path) -> Settings:
    """A home of its own, with nothing remembered but the tracks."""
    settings = Settings.of(home=tmp_path / "home", profile="embedded")
    shutil.copytree(tracked.cache_folder, settings.cache_folder)
    return settings


@pytest.fixture
def session(drawn_clips: WrittenPair, home_settings: Settings) -> Session:
    """A new conversation about the drawn pair."""
    return begun(drawn_clips, home_settings)


def begun(clips: WrittenPair, settings: Settings) -> Session:
    return Session.start(clips.a.path, clips.b.path, action="squat", max_differences=8, settings=settings)
