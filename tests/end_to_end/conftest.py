"""Drawn clips, and one settings object with a data folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from made_once import MadeOnce

from viddiff import Report, Settings, compare
from viddiff.evals.drawn.pairs import WrittenPair


@pytest.fixture(scope="session", autouse=True)
def _looked_at_once(seen_once: None) -> None: ...


@pytest.fixture(scope="session")
def settings(made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.of(home=made_once.tracks_in(tmp_path_factory.mktemp("home")), profile="embedded")


@pytest.fixture(scope="session")
def drawn(made_once: MadeOnce) -> Callable[[str, int], WrittenPair]:
    """Pairs that are drawn and tracked once."""
    return made_once.pair


@pytest.fixture(scope="session")
def closed(settings: Settings):
    """Compare two files on given statements."""

    def ask(a: str | Path, b: str | Path, action: str, statements: Sequence[str]) -> Report:
        return compare(a, b, action=action, differences=list(statements), settings=settings)

    return ask
