"""Proxies, frames, skeletons, report and film over HTTP: right content, ranges, and names in place of paths."""

from __future__ import annotations

import io
import json
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from running_server import Page, clip_file, error_of, running

from viddiff.agent.web.contract import Skeleton
from viddiff.memory.cache import Cache, content_key
from viddiff.tools.pose import TrackedPose
from viddiff.tools.pose_file import save_track
from viddiff.tools.pose_track import PoseTrack
from viddiff.tools.video import frame_numbered, probe
from viddiff.tools.workbench import SHORT_SIDE, TRACK_VERSION


def test_a_proxy_is_served_in_ranges(page: Page, pair, clips) -> None:
    where = f"/api/videos/{pair[0]}/proxy.mp4"
    whole = page.http.get(where)
    assert (whole.status_code, whole.headers["content-type"], whole.headers["accept-ranges"]) == (200, "video/mp4", "bytes")
    size = len(whole.content)
    part = page.http.get(where, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.headers["content-range"]) == (206, f"bytes 100-199/{size}")
    assert part.content == whole.content[100:200]
    tail = page.http.get(where, headers={"Range": "bytes=-10", "If-Range": whole.headers["etag"]})
    assert (tail.status_code, tail.content) == (206, whole.content[-10:])
    assert page.http.get(where, headers={"Range": f"bytes={size}-"}).status_code == 416
    assert page.http.get(where, headers={"Range": "bytes=0-9", "If-Range": '"another"'}).status_code == 200
    head = page.http.head(where)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(size), b"")
    with av.open(io.BytesIO(whole.content)) as container:
        times = [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]
    assert times == pytest.approx([k / 20 for k in range(8)], abs=0.001)


def test_a_proxy_that_was_pruned_is_made_again(page: Page, pair, tmp_path: Path) -> None:
    where = f"/api/videos/{pair[0]}/proxy.mp4"
    before = page.http.get(where)
    for kept in (tmp_path / "home" / "cache" / "proxies").glob("*.mp4"):
        kept.unlink()
    again = page.http.get(where)
    assert (again.status_code, again.headers["etag"]) == (200, before.headers["etag"])


def test_single_frames_are_those_of_the_original(page: Page, pair, clips) -> None:
    for number in (0, 7):
        reply = page.http.get(f"/api/videos/{pair[0]}/frames/{number}.jpg")
        assert reply.headers["content-type"] == "image/jpeg"
        shown = np.asarray(Image.open(io.BytesIO(reply.content)).convert("RGB")).astype(int)
        assert np.abs(shown - frame_numbered(clips[0], number).image).mean() < 6
    for number in ("8", "-1", "x", "9" * 30):
        reply = page.http.get(f"/api/videos/{pair[0]}/frames/{number}.jpg")
        assert (reply.status_code, "frame" in error_of(reply)) == (404, True)
    assert page.http.get("/api/videos/0123/frames/0.jpg").status_code == 404


def test_large_frames_are_made_smaller(tmp_path: Path) -> None:
    Image.new("RGB", (2400, 1200), (10, 90, 30)).save(tmp_path / "wide.png")
    with running(tmp_path / "home") as page:
        id_ = page.upload(tmp_path / "wide.png", "wide.png")["id"]
        reply = page.http.get(f"/api/videos/{id_}/frames/0.jpg")
        assert Image.open(io.BytesIO(reply.content)).size == (1920, 960)


def test_a_skeleton_is_there_once_the_body_was_tracked(page: Page, pair, clips, tmp_path: Path) -> None:
    where = f"/api/videos/{pair[0]}/skeleton"
    before = page.http.get(where)
    assert (before.status_code, "not tracked" in error_of(before)) == (404, True)
    landmarks = np.full((2, 33, 4), np.nan, np.float32)
    landmarks[0] = (32.0, 12.0, 0.0, 0.9)
    track = PoseTrack(
        times_s=np.array([0.0, 0.05]),
        frames=np.array([0, 1]),
        landmarks=landmarks,
        world=np.full((2, 33, 3), np.nan, np.float32),
        filled=np.zeros(2, bool),
        width=64,
        height=48,
    )
    key = content_key("track", probe(clips[0]).sha256, TRACK_VERSION, 30.0, 0.0, None, SHORT_SIDE)
    tracked = TrackedPose(track=track, noise_px=np.zeros(33, np.float32), estimator="drawn")
    Cache(tmp_path / "home" / "cache").get("tracks", key, ".npz", lambda path: tracked, lambda: tracked, save_track)
    found = Skeleton.model_validate(page.http.get(where).json())
    assert (found.times_s, found.points[1]) == ((0.0, 0.05), None)
    assert found.points[0] == ((0.5, 0.25, 0.9),) * 33
    assert (11, 12) in found.edges


def test_the_report_is_taken_home_under_the_users_names(page: Page, pair, tmp_path: Path) -> None:
    id_ = page.begin(*pair)
    page.done(id_)
    text = page.http.get(f"/api/sessions/{id_}/report.json")
    assert json.loads(text.text) == page.snapshot(id_)["report"]
    html = page.http.get(f"/api/sessions/{id_}/report.html")
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert "squat.mp4" in html.text
    assert "coach.mp4" in html.text
    assert pair[0] not in html.text
    assert str(tmp_path) not in html.text
    assert "sandbox" in html.headers["content-security-policy"]
    assert "allow-same-origin" not in html.headers["content-security-policy"]
    assert page.http.get(f"/api/sessions/{id_}/report.html").text == html.text


def test_the_film_is_made_on_request(page: Page, clips, tmp_path: Path) -> None:
    # Both clips may be called the same.
    pair = page.upload(clips[0])["id"], page.upload(clip_file(tmp_path / "c.mp4", 150))["id"]
    id_ = page.begin(*pair)
    page.done(id_)
    film = page.http.get(f"/api/sessions/{id_}/film.mp4")
    assert (film.status_code, film.headers["content-type"]) == (200, "video/mp4")
    with av.open(io.BytesIO(film.content)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
    assert page.http.get(f"/api/sessions/{id_}/film.mp4", headers={"Range": "bytes=0-9"}).status_code == 206
    assert [path.name[0] for path in (tmp_path / "home" / "cache" / "films").iterdir()] != ["."]
