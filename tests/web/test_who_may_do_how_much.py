"""Bombs, crowds and leftovers: what one stranger may ask of the server, and what is removed again."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from running_server import Page, clip_file, error_of, running

from viddiff.agent.web import video_shelf
from viddiff.agent.web.housekeeping import sweep
from viddiff.agent.web.options import WebOptions

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def refused(page: Page, path: Path, name: str) -> str:
    reply = page.http.post("/api/videos", params={"name": name}, content=path.read_bytes())
    assert reply.status_code == 400
    return error_of(reply)


def test_what_is_small_as_a_file_and_huge_once_decoded_is_refused_before_it_is(tmp_path, clips, monkeypatch) -> None:
    Image.fromarray(np.zeros((200, 300, 3), np.uint8)).save(tmp_path / "large.png")
    with running(tmp_path / "home", max_pixels=5000, max_frames=20, max_duration_s=0.6) as page:
        monkeypatch.setattr(video_shelf, "probe", lambda path: pytest.fail("it was decoded"))
        assert "'large.png' has frames of 300 x 200 pixels, more than" in refused(page, tmp_path / "large.png", "large.png")
        assert "'many.mp4' has more than 20 frames" in refused(page, clip_file(tmp_path / "many.mp4", frames=21), "many.mp4")
        assert "'long.mp4' lasts 1 s, more than the 0.6 s" in refused(
            page, clip_file(tmp_path / "long.mp4", frames=15), "long.mp4"
        )
        monkeypatch.undo()
        page.upload(clips[0])
    left = [path for path in (tmp_path / "home" / "web" / "videos").rglob("*") if path.is_file()]
    assert sorted(path.suffix for path in left) == [".json", ".mp4"]


def test_a_clip_that_takes_too_long_to_read_is_given_up(tmp_path, clips, monkeypatch) -> None:
    import time

    monkeypatch.setattr(video_shelf, "probe", lambda path: time.sleep(0.6))
    with running(tmp_path / "home", reading_s=0.1) as page:
        assert "'slow.mp4' is not read after 0.1 s" in refused(page, clips[0], "slow.mp4")


def test_a_comparison_that_takes_too_long_ends_in_words(tmp_path, clips) -> None:
    with running(tmp_path / "home", comparison_s=0.2) as page:
        ids = [page.upload(clip)["id"] for clip in clips]
        ended = page.done(page.begin(*ids, action="wait"))
        assert (ended["status"], "longer than 0.2 s" in ended["error"]) == ("failed", True)
        assert page.done(page.begin(*ids))["status"] == "done"


def test_whoever_comes_too_late_is_told_a_position_and_when_to_come_again(tmp_path, clips) -> None:
    with running(tmp_path / "home", running=1, waiting=1) as page:
        ids = [page.upload(clip)["id"] for clip in clips]
        for _ in range(2):
            page.begin(*ids, action="wait")
        reply = page.http.post("/api/sessions", json={"a": ids[0], "b": ids[1], "action": "squat"})
        assert (reply.status_code, reply.headers["retry-after"]) == (429, "60")
        assert error_of(reply).startswith("busy: 1 comparisons are waiting already, yours would have position 2")
        page.conversations.gate.set()


def test_what_is_made_for_the_page_goes_by_age_and_by_size(tmp_path) -> None:
    ages = {"proxies/old.mp4": 31, "proxies/new.mp4": 1, "films/newer.mp4": 0.5, "pages/large.html": 2, "tracks/old.npz": 400}
    ages |= {"tracks/.x.0123abcd.partial.npz": 1, "tracks/.y.0123abcd.partial.npz": 0.1}
    for name, days in ages.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * (900 if "large" in name else 100))
        when = (NOON - timedelta(days=days)).timestamp()
        os.utime(path, (when, when))
    gone = {one.path.name for one in sweep(tmp_path, WebOptions(keep_days=30, keep_bytes=1000), NOON)}
    assert gone == {"old.mp4", "large.html", ".x.0123abcd.partial.npz"}
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {Path(name).name for name in ages} - gone


def test_only_their_owner_can_read_what_was_uploaded(page: Page, clips, tmp_path) -> None:
    page.upload(clips[0])
    for folder in ("web", "web/videos", "web/sessions"):
        assert stat.S_IMODE((tmp_path / "home" / folder).stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.mp4", '"><script>alert(1)</script>.mp4', "javascript:alert(1).mp4"]
)
def test_markup_in_names_actions_and_questions_is_text_everywhere(page: Page, clips, name: str) -> None:
    ids = [page.upload(clip, name)["id"] for clip in clips]
    id_ = page.begin(*ids, action=f"squat {name}", differences=[f"the hips {name} are lower"])
    page.done(id_)
    for path in (f"/api/sessions/{id_}", "/api/sessions", f"/api/sessions/{id_}/report.json"):
        assert page.http.get(path).headers["content-type"] == "application/json"
    shown = page.http.get(f"/api/sessions/{id_}/report.html")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "<img src=x onerror" not in shown.text
    assert "<script>alert(1)" not in shown.text
