"""Another site, another machine and a rebound name get nothing; our own page gets everything, with the headers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from running_server import Page, error_of, running
from starlette.datastructures import Headers

from viddiff.agent.web.security import COOKIE, LOOPBACK, host_name, same_origin, shown_token

TOKEN = "a long and secret word"


def test_only_names_of_this_machine_are_answered_to(page: Page) -> None:
    for host in ("localhost", "127.0.0.1", "[::1]", f"localhost:{page.port}", f"127.0.0.1:{page.port}", "LOCALHOST:1"):
        assert page.http.get("/api/about", headers={"Host": host}).status_code == 200, host
    for host in (
        "evil.example",
        f"evil.example:{page.port}",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
        "[",
        "a@localhost:x",
    ):
        reply = page.http.get("/api/about", headers={"Host": host})
        assert reply.status_code in (400, 403), host


def test_another_site_cannot_change_anything(page: Page, clips) -> None:
    own = f"http://127.0.0.1:{page.port}"
    data = clips[0].read_bytes()
    post = {"url": "/api/videos", "params": {"name": "x.mp4"}, "content": data}
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"https://127.0.0.1:{page.port}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": f"http://localhost:{page.port}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": own},
    ):
        reply = page.http.post(**post, headers=headers)
        assert (reply.status_code, "another site" in error_of(reply)) == (403, True), headers
        assert page.http.delete("/api/sessions/abc", headers=headers).status_code == 403
    assert page.http.post(**post, headers={"Origin": own, "Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_every_reply_carries_the_headers(page: Page) -> None:
    for path in ("/api/about", "/api/nowhere", "/static/nothing.js", "/"):
        headers = page.http.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers
    assert page.http.get("/docs").status_code == page.http.get("/openapi.json").status_code == 404


def test_static_files_do_not_leave_their_folder(page: Page) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert page.http.get(path).status_code == 404


def test_where_a_token_is_asked_for_nothing_goes_without_it(tmp_path: Path) -> None:
    with running(tmp_path, token=TOKEN) as page:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": f"{COOKIE}=wrong"}, {"Authorization": TOKEN}):
            reply = page.http.get("/api/about", headers=headers)
            assert (reply.status_code, "token" in error_of(reply)) == (401, True)
        assert page.http.get("/api/about", params={"token": TOKEN}).status_code == 401
        assert page.http.get("/", params={"token": "wrong"}).status_code == 401
        bearer = {"Authorization": f"Bearer {TOKEN}", "Host": "my-machine:1234"}
        assert page.http.get("/api/about", headers=bearer).status_code == 200
        entry = page.http.get("/", params={"token": TOKEN})
        assert (entry.status_code, entry.headers["location"]) == (303, "/")
        cookie = entry.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert page.http.get("/api/about").status_code == 200
        evil = page.http.post("/api/sessions", json={}, headers={"Origin": "http://evil.example"})
        assert evil.status_code == 403


@given(st.text(st.characters(max_codepoint=255)))
def test_any_host_and_cookie_is_read_without_failing(text: str) -> None:
    host_name(text)
    headers = Headers({"cookie": text, "host": "localhost", "origin": text})
    assert isinstance(shown_token(headers), str)
    assert same_origin(headers, "http") == (text.lower() == "http://localhost")


def test_loopback_names_are_names_of_this_machine() -> None:
    assert {"localhost", "127.0.0.1", "::1"} == LOOPBACK


@pytest.mark.parametrize("origin", ["", "null"])
def test_an_empty_origin_is_another_site(origin: str) -> None:
    assert not same_origin(Headers({"origin": origin, "host": "localhost"}), "http")


def test_a_program_that_is_no_browser_may_ask(page: Page) -> None:
    reply = httpx.post(f"http://127.0.0.1:{page.port}/api/sessions/abc/cancel", trust_env=False)
    assert reply.status_code == 404
