"""One running server with its own folder, and two clips."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from running_server import Page, clip_file, running


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return clip_file(folder / "a.mp4", 40), clip_file(folder / "b.mp4", 90)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with running(tmp_path / "home") as found:
        yield found


@pytest.fixture
def pair(page: Page, clips: tuple[Path, Path]) -> tuple[str, str]:
    return page.upload(clips[0])["id"], page.upload(clips[1], "coach.mp4")["id"]
