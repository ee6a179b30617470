"""One run on a scripted server, made once: of one look only, with questions whose first pictures do not suffice."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from made_once import MadeOnce

from viddiff import Report, compare
from viddiff.agent.settings import Settings
from viddiff.evals.scripted_server import ScriptedServer
from viddiff.evals.scripted_server.named import NAMED

ASKED = ["the knees bend less at the bottom", "the performer's shirt is darker"]


class Base(NamedTuple):
    report: Report
    server: ScriptedServer
    home: Path
    clips: tuple[Path, Path]


@pytest.fixture(scope="session")
def base(made_once: MadeOnce, seen_once: None, tmp_path_factory: pytest.TempPathFactory):
    home = made_once.tracks_in(tmp_path_factory.mktemp("home"))
    pair = made_once.pair("squat", 3)
    with ScriptedServer(NAMED["needs_another_look"]()) as server:
        spec = f"openai:scripted@{server.base_url}"
        settings = Settings.of(home=home, planner=spec, vlm=spec, max_attempts=1, encoder="pose")
        report = compare(pair.a.path, pair.b.path, action=pair.pair.description, differences=ASKED, settings=settings)
        yield Base(report, server, home, (Path(pair.a.path), Path(pair.b.path)))
