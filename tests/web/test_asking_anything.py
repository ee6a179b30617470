"""Whatever is asked of the server, it answers as its OpenAPI description says, and never with a 5xx."""

from __future__ import annotations

import pytest
from running_server import running

from viddiff import Settings
from viddiff.agent.web.app import create_app
from viddiff.agent.web.options import WebOptions
from viddiff.evals.torture.web_fuzz import fuzz


def test_anything_may_be_asked(tmp_path, clips) -> None:
    pytest.importorskip("schemathesis", reason="schemathesis is not installed; it comes with the extra dev")
    with running(tmp_path / "home") as page:
        ids = [page.upload(clip)["id"] for clip in clips]
        session = page.begin(*ids)
        page.done(session)
        openapi = create_app(Settings.of(home=tmp_path / "home"), WebOptions(), page.conversations).openapi()
        known = {"videos": ids, "sessions": [session]}
        result = fuzz(openapi, f"http://127.0.0.1:{page.port}", known, seconds=200, examples=4, seed=1)
    assert result.problems == ()
    assert result.operations >= 17
    assert result.requests > 30
    assert {200, 400, 404} <= result.statuses.keys()
