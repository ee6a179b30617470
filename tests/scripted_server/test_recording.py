"""What was asked is kept: bodies, images, bytes, tokens, arrival and company, and no secret."""

from __future__ import annotations

import json
import threading

import httpx
import openai
import pytest
from asking import GREY, HELLO, picture, post, text, verifying

from viddiff.evals.scripted_server import Reply, Scripted, ScriptedServer, always_first, faults, redacted

HI = Scripted(then=Reply(content="hi"))


def test_calls_images_bytes_and_tokens_are_counted() -> None:
    body = verifying([GREY, GREY], [GREY[:100, :100]], {"d1": "the squat is deeper"})
    with ScriptedServer(always_first()) as server:
        httpx.get(f"{server.base_url}/models")
        post(server, body)
        post(server, HELLO)
        seen = server.recording
    assert [(call.number, call.method, call.path) for call in seen.calls] == [
        (0, "GET", "/v1/models"),
        (1, "POST", "/v1/chat/completions"),
        (2, "POST", "/v1/chat/completions"),
    ]
    assert [(image.width, image.height, image.mime) for image in seen.images] == [
        (512, 288, "image/png"),
        (512, 288, "image/png"),
        (100, 100, "image/png"),
    ]
    assert seen.images[0].data.startswith(b"\x89PNG")
    assert seen.image_tokens == 3 * 255
    assert seen.payload_bytes == sum(call.payload_bytes for call in seen.chats) >= len(json.dumps(body, separators=(",", ":")))
    assert seen.chats[0].body == body
    assert [call.status for call in seen.chats] == [200, 400]
    assert seen.calls[0].arrived_s <= seen.calls[1].arrived_s <= seen.calls[2].arrived_s
    seen.clear()
    assert seen.calls == ()


def test_keys_are_told_apart_and_never_kept() -> None:
    with ScriptedServer(HI) as server:
        for key in ("sk-one", "sk-two", "sk-one"):
            with openai.OpenAI(base_url=server.base_url, api_key=key, max_retries=0) as client:
                client.chat.completions.create(**HELLO)
        kept = [call.headers["authorization"] for call in server.recording.chats]
        everything = repr(server.recording.calls)
    assert kept == [redacted("Bearer sk-one"), redacted("Bearer sk-two"), redacted("Bearer sk-one")]
    assert kept[0] != kept[1]
    assert kept[0].startswith("Bearer sha256:")
    assert "sk-" not in everything


def test_calls_at_the_same_time_are_seen_as_such() -> None:
    with ScriptedServer(faults.slow(HI, 0.3)) as server:
        threads = [threading.Thread(target=post, args=(server, HELLO)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen = server.recording
    assert 2 <= seen.most_together <= 6
    assert sorted(call.number for call in seen.calls) == list(range(6))
    with ScriptedServer(HI) as server:
        for _ in range(3):
            post(server, HELLO)
        assert server.recording.most_together == 1


def test_a_call_that_is_cut_has_no_status_and_a_refused_one_its_body() -> None:
    with ScriptedServer(Scripted(faults.connection_cut())) as server:
        with pytest.raises(httpx.RemoteProtocolError):
            post(server, HELLO)
        bad = HELLO | {"messages": [{"role": "user", "content": [text("no label"), picture(GREY)]}], "stream_options": {}}
        post(server, bad)
        first, second = server.recording.chats
    assert (first.status, first.body) == (None, HELLO)
    assert (second.status, second.body, second.request) == (400, bad, None)
