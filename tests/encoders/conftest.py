"""Fixtures of the encoder tests: one tiny model on disk, and a hub that nobody can reach."""

from pathlib import Path

import pytest
import tiny_clip
from huggingface_hub import constants


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_clip.make(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny_folder: Path) -> str:
    """As it follows `open_clip:`, an architecture and a file."""
    name = tiny_clip.registered(tiny_folder)
    return f"{name}/{tiny_folder / 'open_clip_pytorch_model.bin'}"


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's cache, empty, and the hub switched off: no test may download."""
    cache = tmp_path / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return cache
