"""Drawn clips, one settings object with its own data folder, and comparisons made once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from viddiff import Report, Settings, compare
from viddiff.evals.drawn import drawn_pair, write_pair
from viddiff.evals.drawn.pairs import DrawnPair, WrittenPair


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.of(home=tmp_path_factory.mktemp("home"), profile="embedded")


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory):
    """Render a pair once per session."""
    made: dict[tuple[str, int], WrittenPair] = {}

    def draw(action: str, seed: int) -> WrittenPair:
        if (action, seed) not in made:
            pair: DrawnPair = drawn_pair(seed, action)
            made[action, seed] = write_pair(pair, tmp_path_factory.mktemp(f"{action}-{seed}"))
        return made[action, seed]

    return draw


@pytest.fixture(scope="session")
def closed(settings: Settings):
    """Compare two files on given statements."""

    def ask(a: str | Path, b: str | Path, action: str, statements: Sequence[str]) -> Report:
        return compare(a, b, action=action, differences=list(statements), settings=settings)

    return ask
