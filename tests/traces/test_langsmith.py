"""LangSmith gets the run where its variables ask for it, never a picture or a key, and nothing at all without them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from collector import Collector

RUN = """
import sys
from viddiff import compare
from viddiff.agent.settings import Settings
a, b, model = sys.argv[1:]
compare(a, b, action="a bodyweight squat", differences=["the knees bend less at the bottom"], settings=Settings.of(vlm=model))
"""
KEY = "sk-not-a-real-key-0123456789"


def compared(base, home: Path, **environment: str) -> str:
    """Run a comparison with pictures in a process of its own, since LangSmith reads its variables once; what it printed."""
    shutil.copytree(base.home / "cache" / "tracks", home / "cache" / "tracks")
    code = [sys.executable, "-c", RUN, *map(str, base.clips), f"openai:scripted@{base.server.base_url}"]
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("LANGSMITH", "LANGCHAIN", "OTEL"))}
    env = {**bare, "VIDDIFF_HOME": str(home), "OPENAI_API_KEY": KEY, "VIDDIFF_ENCODER": "pose", "VIDDIFF_PLANNER": "embedded"}
    done = subprocess.run(code, env={**env, **environment}, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stderr


@pytest.mark.parametrize("hidden", [False, True])
def test_a_run_is_told_without_pictures_and_keys(base, tmp_path, hidden):
    before = len(base.server.recording.chats)
    with Collector() as endpoint:
        asked = {"LANGSMITH_TRACING": "true", "LANGSMITH_ENDPOINT": endpoint.url, "LANGSMITH_API_KEY": "lsv2_pt_not_real"}
        compared(base, tmp_path, **asked, **({"LANGSMITH_HIDE_INPUTS": "true"} if hidden else {}))
    sent = b"".join(posted.body for posted in endpoint.posted)
    asked_with_pictures = [chat for chat in base.server.recording.chats[before:] if "base64" in str(chat.body)]
    assert asked_with_pictures
    assert any("/runs" in posted.path for posted in endpoint.posted)
    assert b'"name":"review"' in sent
    assert b"ChatOpenAI" in sent
    assert (b"[picture left out]" in sent) is not hidden
    assert b"base64," not in sent
    assert b"/9j/" not in sent
    assert KEY.encode() not in sent


def test_nothing_is_told_unasked(base, tmp_path):
    with Collector() as endpoint:
        compared(base, tmp_path, LANGSMITH_ENDPOINT=endpoint.url, LANGSMITH_API_KEY="lsv2_pt_not_real")
    assert endpoint.posted == []
