"""Conversations as the page has them: begun, watched, asked, corrected, cancelled, forgotten, and back after a restart."""

from __future__ import annotations

import json
from itertools import islice, takewhile
from pathlib import Path

import pytest
from running_server import Page, error_of, running

from viddiff.agent.web.contract import SessionRow, SessionView
from viddiff.agent.web.session_records import SessionRecord


def test_a_comparison_from_beginning_to_end(page: Page, pair, clips) -> None:
    id_ = page.begin(*pair, action="bodyweight squat")
    found = SessionView.model_validate(page.done(id_))
    assert (found.id, found.status, found.action, found.error) == (id_, "done", "bodyweight squat", "")
    assert (found.videos.a.name, found.videos.b.name) == ("squat.mp4", "coach.mp4")
    assert found.report is not None
    assert found.timelines is not None
    assert found.time_map is not None
    assert found.timelines.a.repetitions[0].spans[0].stage == "bottom"
    assert (found.time_map.a_s, found.pairs, found.turns, found.asking) == ((0.1, 0.2), ((0, 0),), (), None)
    (row,) = [SessionRow.model_validate(row) for row in page.http.get("/api/sessions").json()]
    assert (row.id, row.status, row.names.b) == (id_, "done", "coach.mp4")
    assert page.snapshot(id_)["report"]["schema"] == "viddiff.report/1"


def test_events_come_in_order_and_go_on_from_the_last_one_seen(page: Page, pair) -> None:
    id_ = page.begin(*pair, action="wait")
    with page.events(id_) as events:
        assert next(events)[1] == {"kind": "changed"}
        page.conversations.gate.set()
        seen = []
        for number, event in events:
            seen.append((number, event))
            if event["kind"] == "finished":
                break
    assert [event["kind"] for _, event in seen][-3:] == ["progress", "step", "finished"]
    assert seen[-3][1] == {"kind": "progress", "what": "tracking the body in squat.mp4", "share": 1.0}
    numbers = [number for number, _ in seen]
    assert numbers == sorted(set(numbers))
    with page.events(id_, last=numbers[-2]) as again:
        assert next(again) == seen[-1]
    for lost in (1, numbers[-1] + 10**6):
        with page.events(id_, last=lost) as late:
            assert next(late)[1] == {"kind": "changed"}


def test_a_question_is_answered_piece_by_piece(page: Page, pair) -> None:
    id_ = page.begin(*pair)
    page.done(id_)
    with page.events(id_) as events:
        next(events)
        assert page.http.post(f"/api/sessions/{id_}/questions", json={"text": "Which is deeper?"}).status_code == 202
        told = [event for _, event in islice(events, 3)]
    assert [event["kind"] for event in told] == ["said", "said", "answered"]
    assert "".join(event["text"] for event in told[:2]) == told[2]["turn"]["reply"]["text"]
    assert told[2]["turn"]["reply"]["citations"][0] == {"video": "a", "time_s": 0.2, "frame": None, "difference": ""}
    assert SessionView.model_validate(page.snapshot(id_)).turns[0].question == "Which is deeper?"


def test_an_answer_that_starts_anew_forgets_what_was_said_of_it(page: Page, pair) -> None:
    id_ = page.begin(*pair)
    page.done(id_)
    with page.events(id_) as events:
        next(events)
        assert page.http.post(f"/api/sessions/{id_}/questions", json={"text": "anew, and wait"}).status_code == 202
        assert [event["anew"] for _, event in islice(events, 2)] == [False, True]
        with page.events(id_) as late:
            assert [event.get("text") for _, event in islice(late, 2)] == [None, "At [A 0.20 s] "]
    page.conversations.gate.set()
    page.until(id_, lambda found: found["turns"])


def test_while_a_question_is_answered_another_one_has_to_wait(page: Page, pair) -> None:
    id_ = page.begin(*pair)
    page.done(id_)
    ask = f"/api/sessions/{id_}/questions"
    assert page.http.post(ask, json={"text": "wait for it"}).status_code == 202
    with page.events(id_) as events:
        assert [event["kind"] for _, event in islice(events, 2)] == ["changed", "said"]
        assert page.snapshot(id_)["asking"] == "wait for it"
        refused = page.http.post(ask, json={"text": "and now?"})
        assert (refused.status_code, error_of(refused)[:16]) == (409, "another question")
        move = {"video": "a", "repetition": 0, "stage": "bottom", "start_s": 0, "end_s": 1}
        assert page.http.post(f"/api/sessions/{id_}/stages", json=move).status_code == 409
        assert page.http.post(f"/api/sessions/{id_}/cancel").status_code == 202
        assert next(events)[1] == {"kind": "changed"}
    assert page.snapshot(id_)["asking"] is None
    assert page.http.post(ask, json={"text": "and now?"}).status_code == 202
    assert [turn["question"] for turn in page.until(id_, lambda s: s["turns"])["turns"]] == ["and now?"]


def test_what_breaks_is_said_in_one_line_and_the_conversation_goes_on(page: Page, pair, caplog, tmp_path: Path) -> None:
    id_ = page.begin(*pair)
    page.done(id_)
    for question, line in (("break", "the model server is gone, while squat.mp4 was looked at"), ("crash", "unexpected error")):
        with page.events(id_) as events:
            page.http.post(f"/api/sessions/{id_}/questions", json={"text": question})
            failed = next(event for _, event in events if event["kind"] == "failed")
        assert failed["error"].startswith(line)
        assert page.snapshot(id_)["status"] == "done"
    for action, line in (
        ("break", "the model server is gone, while squat.mp4"),
        ("crash", "unexpected error (ZeroDivisionError"),
    ):
        found = page.done(page.begin(*pair, action=action))
        assert (found["status"], found["report"]) == ("failed", None)
        assert found["error"].startswith(line)
    assert page.done(page.begin(*pair))["status"] == "done"


def test_a_stage_is_moved(page: Page, pair) -> None:
    id_ = page.begin(*pair)
    page.done(id_)
    move = {"video": "a", "repetition": 0, "stage": "bottom", "start_s": 0.15, "end_s": 0.3}
    where = f"/api/sessions/{id_}/stages"
    with page.events(id_) as events:
        next(events)
        assert page.http.post(where, json=move).status_code == 202
        assert [event["kind"] for _, event in islice(events, 2)] == ["progress", "changed"]
        assert page.snapshot(id_)["timelines"]["a"]["repetitions"][0]["spans"][0]["segment"]["start_s"] == 0.15
        page.http.post(where, json={**move, "stage": "top"})
        assert next(events)[1] == {"kind": "failed", "error": "stage 'top' is not known"}
    for wrong in ({"video": "c"}, {"end_s": 0.1}, {"start_s": -1}, {"repetition": -1}, {"start_s": "NaN"}):
        assert page.http.post(where, json={**move, **wrong}).status_code == 400


def test_requests_that_make_no_sense_are_refused(page: Page, pair) -> None:
    a, b = pair
    for wrong in ({"action": ""}, {"max_differences": 0}, {"differences": []}, {"more": 1}, {"action": "nonsense"}):
        reply = page.http.post("/api/sessions", json={"a": a, "b": b, "action": "squat", **wrong})
        assert (reply.status_code, bool(error_of(reply))) == (400, True)
    assert page.http.post("/api/sessions", json={"a": "0" * 16, "b": b, "action": "squat"}).status_code == 404
    assert page.http.get("/api/sessions").json() == []
    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/cancel"), ("DELETE", ""), ("GET", "/film.mp4")):
        reply = page.http.request(method, f"/api/sessions/abc{path}")
        assert (reply.status_code, error_of(reply)[:13]) == (404, "session 'abc'")
    assert error_of(page.http.get("/api/nowhere"))
    assert page.http.put("/api/sessions").status_code == 405


def test_before_it_is_done_there_is_nothing_to_ask_or_take_home(page: Page, pair) -> None:
    id_ = page.begin(*pair, action="wait")
    for path in ("report.json", "report.html", "film.mp4"):
        assert page.http.get(f"/api/sessions/{id_}/{path}").status_code == 409
    assert page.http.post(f"/api/sessions/{id_}/questions", json={"text": "?"}).status_code == 409


def test_only_so_many_run_and_only_so_many_wait(clips, tmp_path: Path) -> None:
    with running(tmp_path, running=1, waiting=2) as page:
        pair = page.upload(clips[0])["id"], page.upload(clips[1])["id"]
        first, second, third = (page.begin(*pair, action=f"wait {k}") for k in range(3))
        refused = page.http.post("/api/sessions", json={"a": pair[0], "b": pair[1], "action": "one too many"})
        assert (refused.status_code, "waiting" in error_of(refused)) == (429, True)
        assert [page.snapshot(id_)["position"] for id_ in (first, second, third)] == [None, 1, 2]
        assert [page.snapshot(id_)["status"] for id_ in (first, second)] == ["running", "queued"]
        with page.events(third) as events:
            next(events)
            page.http.post(f"/api/sessions/{second}/cancel")
            assert next(events)[1] == {"kind": "queued", "position": 1}
            page.http.post(f"/api/sessions/{first}/cancel")
            assert next(events)[1] == {"kind": "changed"}
            assert page.snapshot(third)["status"] == "running"
        assert [page.snapshot(id_)["status"] for id_ in (first, second)] == ["cancelled", "cancelled"]
        page.conversations.gate.set()
        assert page.done(third)["status"] == "done"
        assert page.conversations.most_at_once == 1


def test_many_at_once_do_not_mix_up_and_all_end(clips, tmp_path: Path) -> None:
    with running(tmp_path, running=3, waiting=30, idle=4) as page:
        pair = page.upload(clips[0])["id"], page.upload(clips[1])["id"]
        begun = {page.begin(*pair, action=f"action {k}"): f"action {k}" for k in range(20)}
        assert len(begun) == 20
        for id_, action in begun.items():
            found = page.done(id_)
            assert (found["status"], found["action"], found["report"]["action"]) == ("done", action, action)
            page.http.post(f"/api/sessions/{id_}/questions", json={"text": f"about {action}"})
        for id_, action in begun.items():
            assert page.until(id_, lambda s: s["turns"])["turns"][0]["question"] == f"about {action}"
        assert 1 <= page.conversations.most_at_once <= 3
        listed = page.http.get("/api/sessions").json()
        assert [row["id"] for row in listed] == list(reversed(begun))


def test_a_stopped_server_comes_back_with_every_conversation(clips, tmp_path: Path) -> None:
    with running(tmp_path, running=1) as page:
        pair = page.upload(clips[0])["id"], page.upload(clips[1])["id"]
        done = page.begin(*pair)
        page.done(done)
        page.http.post(f"/api/sessions/{done}/questions", json={"text": "How deep?"})
        page.until(done, lambda s: s["turns"])
        broken = page.begin(*pair, action="break")
        page.done(broken)
        page.conversations.persist_at_start = False
        running_, waiting = page.begin(*pair, action="wait"), page.begin(*pair, action="wait too")
        page.until(running_, lambda s: s["status"] == "running")
    with running(tmp_path, running=1) as page:
        assert {row["id"] for row in page.http.get("/api/sessions").json()} == {done, broken, running_, waiting}
        found = page.snapshot(done)
        assert (found["status"], found["turns"][0]["question"]) == ("done", "How deep?")
        assert page.snapshot(broken)["error"]
        assert page.snapshot(waiting)["position"] == 1
        page.conversations.gate.set()
        assert [page.done(id_)["status"] for id_ in (running_, waiting)] == ["done", "done"]
        assert page.http.get(f"/api/videos/{pair[0]}/proxy.mp4").status_code == 200
        page.http.post(f"/api/sessions/{waiting}/questions", json={"text": "And now?"})
        page.until(waiting, lambda s: s["turns"])


def test_a_comparison_that_ends_the_server_each_time_is_given_up(clips, tmp_path: Path) -> None:
    with running(tmp_path) as page:
        pair = page.upload(clips[0])["id"], page.upload(clips[1])["id"]
        id_ = page.begin(*pair, action="wait")
        page.until(id_, lambda s: s["status"] == "running")
        place = tmp_path / "web" / "sessions" / f"{id_}.json"
        killed = SessionRecord.model_validate_json(place.read_text(encoding="utf-8"))
        assert killed.starts == 1
    (place.parent / "damaged.json").write_text("{", encoding="utf-8")
    place.write_text(killed.model_copy(update={"starts": 3}).model_dump_json(), encoding="utf-8")
    with running(tmp_path) as page:
        found = page.snapshot(id_)
        assert (found["status"], "stopped 3 times" in found["error"]) == ("failed", True)


def test_a_forgotten_conversation_takes_its_clips_along_unless_others_need_them(page: Page, pair, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "web" / "videos"
    first, second = page.begin(*pair), page.begin(pair[0], pair[0], action="wait")
    page.done(first)
    assert page.http.delete(f"/api/sessions/{first}").status_code == 204
    assert {path.name for path in folder.glob("*.mp4")} == {f"{pair[0]}.mp4"}
    assert page.http.get(f"/api/sessions/{first}").status_code == 404
    assert page.http.delete(f"/api/sessions/{second}").status_code == 204
    assert list(folder.glob("*.*")) == []
    assert list((tmp_path / "home" / "web" / "sessions").iterdir()) == []
    assert list((tmp_path / "home" / "fake").iterdir()) == []


def test_a_reader_is_let_go_when_its_conversation_is_forgotten(page: Page, pair) -> None:
    id_ = page.begin(*pair, action="wait")
    with page.events(id_) as events:
        next(events)
        page.http.delete(f"/api/sessions/{id_}")
        assert list(takewhile(lambda _: True, events)) is not None


@pytest.mark.parametrize("differences", [None, ["the squat is deeper"]])
def test_what_was_asked_for_reaches_the_conversation(page: Page, pair, tmp_path: Path, differences) -> None:
    id_ = page.begin(*pair, differences=differences, max_differences=3, person="Ada")
    page.done(id_)
    kept = json.loads((tmp_path / "home" / "fake" / f"{id_}.json").read_text(encoding="utf-8"))
    assert (kept["differences"], kept["max_differences"], kept["person"]) == (differences, 3, "Ada")
