"""What is costly is made once per test run and shared by all its files and processes: drawn clips, their tracks, and bodies found in pictures."""

from __future__ import annotations

import ssl
from pathlib import Path

import hypothesis
import pytest
from made_once import MadeOnce
from word_lists import lexicon, library, posture_lexicon

# How long an example takes says something of the machine, and nothing of what is tested.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

HERE = Path(__file__).parent

COSTLY = ("torture", "end_to_end", "evals", "traces")
"""Folders that go first, so that no process is left alone with a long file while the others have nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        folder = _folder(item.path)
        return COSTLY.index(folder) if folder in COSTLY else len(COSTLY)

    items.sort(key=place)


COMPARING = {*COSTLY, "chat", "models", "viddiffbench", "vlm", "web"}
"""Folders in whose tests whole comparisons run."""


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    own: Path = tmp_path_factory.getbasetemp()
    # Each process of pytest-xdist has a folder of its own in the one of the run.
    return MadeOnce((own.parent if own.name.startswith("popen-") else own) / "made-once")


@pytest.fixture(scope="session")
def seen_once(made_once: MadeOnce):
    """Servers that read pictures remember, whichever of them it was, what they saw in the same picture before."""
    from viddiff.evals.scripted_server.image_reading import ImageReader

    look = ImageReader._detection
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImageReader, "_detection", lambda self, image: made_once.seen(image.data, lambda: look(self, image)))
        yield


@pytest.fixture(scope="module")
def quick_start():
    """What every comparison reads anew and is tested elsewhere: word lists, and certificates that nothing is encrypted with."""
    from viddiff.agent.chat import understanding
    from viddiff.tools.actions import ActionLibrary
    from viddiff.tools.posture_lexicon import PostureLexicon
    from viddiff.tools.statement import reader

    load, actions, words, postures = ActionLibrary.load, library(), lexicon(), posture_lexicon()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl.SSLContext, "load_verify_locations", lambda *args, **kwargs: None)
        patch.setattr(ActionLibrary, "load", lambda own=(): load(own) if own else actions)
        for module in (reader, understanding):
            patch.setattr(module, "load_lexicon", lambda: words)
        patch.setattr(PostureLexicon, "load", lambda: postures)
        yield


@pytest.fixture(scope="module", autouse=True)
def _comparisons_start_quickly(request: pytest.FixtureRequest) -> None:
    if _folder(request.path) in COMPARING:
        request.getfixturevalue("quick_start")


def _folder(path: Path) -> str:
    return path.relative_to(HERE).parts[0]
