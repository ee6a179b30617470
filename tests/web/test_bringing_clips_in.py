"""Uploads and clips of the allowed folder: what comes in, under which name, and what stays out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from running_server import Page, clip_file, error_of, running

from viddiff.agent.web.contract import Folder, Video
from viddiff.agent.web.video_shelf import VideoShelf, label


def kept(home: Path) -> set[str]:
    """What lies in the folder of the uploads."""
    folder = home / "web" / "videos"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_upload_is_kept_under_a_name_made_of_its_content(page: Page, clips, tmp_path: Path) -> None:
    found = Video.model_validate(page.upload(clips[0], "My squat.MP4"))
    assert found.id == hashlib.sha256(clips[0].read_bytes()).hexdigest()[:16]
    assert (found.name, found.frames, found.width, found.height) == ("My squat.MP4", 8, 64, 48)
    assert found.duration_s == pytest.approx(0.4)
    assert kept(tmp_path / "home") == {f"{found.id}.json", f"{found.id}.mp4"}


NAMES = {
    "../../x.mp4": "x.mp4",
    "C:\\clips\\x.mp4": "x.mp4",
    "/etc/passwd": "passwd",
    "Kniebeuge Übung №1 スクワット.mp4": "Kniebeuge Übung №1 スクワット.mp4",
    "..": "video",
    "": "video",
    "a\x00b\n.mp4": "ab.mp4",
    "x.mp4/": "video",
    "<img src=x>.mp4": "<img src=x>.mp4",
}


def test_names_are_labels_and_never_paths(page: Page, clips, tmp_path: Path) -> None:
    for name, shown in NAMES.items():
        assert page.upload(clips[0], name)["name"] == shown
        assert len(kept(tmp_path / "home")) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


@given(st.text(max_size=300))
def test_a_label_can_be_shown_and_gives_a_place_inside(name: str) -> None:
    shown = label(name)
    assert shown
    assert len(shown) <= 120
    assert shown.isprintable()
    assert not set(shown) & set("/\\")
    shelf = VideoShelf(Path("/home/videos"))
    assert shelf.place_for(name).parent == shelf.incoming_folder


def test_a_file_that_is_no_video_is_refused_and_not_kept(page: Page, tmp_path: Path) -> None:
    reply = page.http.post("/api/videos", params={"name": "notes.mp4"}, content=b"this is no video" * 100)
    assert reply.status_code == 400
    assert error_of(reply).startswith("'notes.mp4' cannot be read as a video")
    assert str(tmp_path) not in reply.text
    assert kept(tmp_path / "home") == set()


def test_an_empty_upload_is_refused(page: Page, tmp_path: Path) -> None:
    reply = page.http.post("/api/videos", params={"name": "x.mp4"}, content=b"")
    assert (reply.status_code, error_of(reply)) == (400, "the upload is empty: choose a video file")
    assert kept(tmp_path / "home") == set()


def test_an_upload_that_is_too_large_is_refused(clips, tmp_path: Path) -> None:
    data = clips[0].read_bytes()
    with running(tmp_path, max_upload_bytes=len(data)) as page:
        assert page.http.get("/api/about").json()["max_upload_bytes"] == len(data)
        for chunked in (False, True):
            larger = data + b"x"
            reply = page.http.post("/api/videos", params={"name": "x.mp4"}, content=iter([larger]) if chunked else larger)
            assert reply.status_code == 413
            assert "limit" in error_of(reply)
            assert kept(tmp_path) == set()
        page.upload(clips[0])


def test_an_upload_that_breaks_off_leaves_nothing(page: Page, clips, tmp_path: Path) -> None:
    def half():
        yield clips[0].read_bytes()[:500]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        page.http.post("/api/videos", params={"name": "x.mp4"}, content=half())
    assert page.http.get("/api/about").status_code == 200
    assert kept(tmp_path / "home") == set()


def test_one_file_under_two_names_is_one_clip(page: Page, clips, tmp_path: Path) -> None:
    first, second = page.upload(clips[0], "one.mp4"), page.upload(clips[0], "two.mov")
    assert first["id"] == second["id"]
    assert second["name"] == "two.mov"
    assert kept(tmp_path / "home") == {f"{first['id']}.json", f"{first['id']}.mp4"}
    assert page.http.get(f"/api/videos/{first['id']}/frames/0.jpg").status_code == 200


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    folder = tmp_path / "allowed"
    (folder / "deep" / "images").mkdir(parents=True)
    clip_file(folder / "in.mp4")
    clip_file(folder / "deep" / "down.mov", 70)
    for index in range(3):
        Image.new("RGB", (40, 30), (index, 9, 9)).save(folder / "deep" / "images" / f"{index}.png")
    (folder / "notes.txt").write_text("text", encoding="utf-8")
    outside = clip_file(tmp_path / "outside.mp4", 120)
    (folder / "link.mp4").symlink_to(outside)
    (folder / "linked").symlink_to(tmp_path)
    (folder / "loop.mp4").symlink_to(folder / "loop.mp4")
    leak = folder / "leak"
    leak.mkdir()
    Image.new("RGB", (40, 30)).save(tmp_path / "secret.png")
    (leak / "0.png").symlink_to(tmp_path / "secret.png")
    return folder


def open_path(page: Page, path: str) -> httpx.Response:
    return page.http.post("/api/videos", json={"path": path})


def test_clips_of_the_allowed_folder_are_listed_and_opened(allowed: Path, tmp_path: Path) -> None:
    with running(tmp_path / "home", folder=allowed) as page:
        listed = Folder.model_validate(page.http.get("/api/folder").json())
        assert listed.folder == "allowed"
        assert {file.path for file in listed.files} >= {"in.mp4", "deep/down.mov", "deep/images"}
        assert {file.path for file in listed.files} & {"link.mp4", "loop.mp4", "notes.txt"} == set()
        for path, name in (("in.mp4", "in.mp4"), ("deep/down.mov", "down.mov"), ("deep/images", "images")):
            assert open_path(page, path).json()["name"] == name
        assert not list((tmp_path / "home" / "web" / "videos").glob("*.m*"))


OUTSIDE = [
    "../outside.mp4",
    "link.mp4",
    "linked/outside.mp4",
    "loop.mp4",
    "absent.mp4",
    ".",
    "deep/..",
    "leak",
    "a\x00b",
    "x" * 3000,
]


def test_nothing_outside_the_allowed_folder_is_opened(allowed: Path, tmp_path: Path) -> None:
    with running(tmp_path / "home", folder=allowed) as page:
        for path in [*OUTSIDE, str(tmp_path / "outside.mp4")]:
            reply = open_path(page, path)
            assert reply.status_code == 400, path
            assert "is not a clip in the folder 'allowed'" in error_of(reply)
        text = open_path(page, "notes.txt")
        assert (text.status_code, "notes.txt" in error_of(text)) == (400, True)


def test_without_a_folder_nothing_is_opened_by_path(page: Page) -> None:
    assert page.http.get("/api/folder").json() == {"folder": None, "files": []}
    assert "--folder" in error_of(open_path(page, "x.mp4"))


def test_other_bodies_are_refused_in_one_line(page: Page) -> None:
    for body in (b"", b"{", b"[]", b'{"path": 3}', b'{"path": "x", "more": 1}'):
        reply = page.http.post("/api/videos", content=body)
        assert reply.status_code == 400
        assert error_of(reply)
    large = page.http.post("/api/sessions", content=json.dumps({"a": "x" * 2**20}))
    assert large.status_code == 413


def test_a_clip_that_changed_since_is_not_taken_for_the_old_one(allowed: Path, tmp_path: Path) -> None:
    with running(tmp_path / "home", folder=allowed) as page:
        id_ = open_path(page, "in.mp4").json()["id"]
        assert page.http.get(f"/api/videos/{id_}/proxy.mp4").status_code == 200
        clip_file(allowed / "in.mp4", 200, frames=3)
        changed = page.http.get(f"/api/videos/{id_}/frames/0.jpg")
        assert (changed.status_code, "changed" in error_of(changed)) == (400, True)
        assert page.http.get(f"/api/videos/{id_}/proxy.mp4").status_code == 200
