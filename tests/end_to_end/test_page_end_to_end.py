"""The page in a real browser against the server that people start, its conversations real and answered by the embedded planner."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from answers import letters
from real_server import RealServer

from viddiff import Settings, compare
from viddiff.evals.drawn.pairs import WrittenPair
from viddiff.tools.video import probe

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
REFUSED = re.compile("the server responded with a status of 400")
"""What Chromium notes by itself when an upload is refused in words."""
LOADED = "() => [...document.querySelectorAll('video')].every(v => v.readyState >= 3 && !v.seeking)"
SETTLED = "() => [...document.querySelectorAll('video')].every(v => v.paused && !v.seeking)"
ANSWERED = ".answer:not(.writing) .citation"
DEEPER, WIDER, FASTER = "the squat is deeper", "the feet stance is wider", "the squat is faster"
SESSIONS = 20
GROWTH_MB = 60
"""What ten more sessions may add to a server that has answered ten (7 MB were measured): less than one decoded clip each."""


@pytest.fixture(scope="module")
def made(drawn) -> WrittenPair:
    return drawn("squat", 3)


@pytest.fixture(scope="module")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    started = RealServer(settings, tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def pair(server: RealServer, made: WrittenPair) -> tuple[str, str]:
    return server.upload(made.a.path, "mine.mp4"), server.upload(made.b.path, "coach.mp4")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium here: install Debian's package `chromium` to drive the page")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, server: RealServer) -> Iterator[Any]:
    """Opens the page; in the end nothing may have gone wrong in the browser, and nothing been asked for elsewhere."""
    wrong: list[str] = []
    context = chromium.new_context(viewport={"width": 1400, "height": 900})

    def noted(message: Any) -> None:
        if message.type in ("error", "warning") and not REFUSED.search(message.text):
            wrong.append(f"{message.text} {message.location.get('url')}")

    def opened(where: str = "#/") -> Any:
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.on("console", noted)
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith((server.address, "blob:", "data:")) else wrong.append(r.url))
        page.goto(f"{server.address}/{where}")
        return page

    yield opened
    context.close()
    assert wrong == []


def shown(open_page: Any, id_: str) -> Any:
    """The page of a comparison, clips loaded."""
    page = open_page(f"#/s/{id_}")
    page.wait_for_selector(".finding")
    page.wait_for_function(LOADED)
    return page


def times(page: Any) -> dict[str, float]:
    """Where both clips stand once nothing moves any more."""
    page.wait_for_timeout(80)
    page.wait_for_function(SETTLED)
    a, b = page.evaluate("() => ['a', 'b'].map(s => document.querySelector(`video[data-side=${s}]`).currentTime)")
    return {"a": a, "b": b}


def evidence(difference: dict[str, Any]) -> dict[str, float]:
    return {side: difference["evidence"][side][0]["time_s"] for side in "ab"}


def frame_s(found: dict[str, Any]) -> float:
    return 1.001 / min(found["videos"][side]["fps"] for side in "ab")


def ask(page: Any, question: str) -> None:
    before = page.locator(".answer:not(.writing)").count()
    page.get_by_label("Question", exact=True).fill(question)
    page.keyboard.press("Enter")
    page.locator(".answer:not(.writing)").nth(before).wait_for()


def test_two_uploads_become_differences_whose_instants_both_players_show(
    open_page: Any, server: RealServer, made: WrittenPair
) -> None:
    page = open_page()
    page.set_input_files("#file-a", {"name": "broken.mp4", "mimeType": "video/mp4", "buffer": b"\0" * 5000})
    page.locator(".picker.a .trouble").get_by_text("broken.mp4").wait_for()
    for side, clip in (("a", made.a), ("b", made.b)):
        page.set_input_files(f"#file-{side}", clip.path)
        page.wait_for_selector(f".picker.{side} .thumb")
    page.get_by_label("What do they show?").fill(made.pair.description)
    page.get_by_role("button", name="Compare").click()
    page.wait_for_selector(".progress progress")
    page.wait_for_selector(".finding")
    page.wait_for_function(LOADED)
    found = server.settled(page.url.split("/s/")[1])
    differences = found["report"]["differences"]
    assert page.locator(".finding").count() == len(differences) > 1
    assert found["action"] == made.pair.description
    for number in (0, 1):
        page.locator(".finding-head").nth(number).click()
        assert times(page) == pytest.approx(evidence(differences[number]), abs=frame_s(found))


def test_an_answer_cites_instants_that_can_be_clicked_and_a_reload_keeps_it(
    open_page: Any, server: RealServer, pair: tuple[str, str]
) -> None:
    id_ = server.begin(pair, "a bodyweight squat", DEEPER, WIDER)
    found = server.settled(id_)
    page = shown(open_page, id_)
    ask(page, f"Why do you think that {DEEPER}?")
    citation = page.locator(ANSWERED).first
    side, second = re.fullmatch(r"([AB]) ([\d.]+) s", citation.inner_text()).groups()
    citation.click()
    assert times(page)[side.lower()] == pytest.approx(float(second), abs=frame_s(found))
    said = page.locator(".answer").inner_text()
    page.reload()
    page.wait_for_selector(ANSWERED)
    assert page.locator(".answer").inner_text() == said
    assert page.locator(".question").inner_text().endswith(f"Why do you think that {DEEPER}?")
    assert [turn["question"] for turn in server.snapshot(id_)["turns"]] == [f"Why do you think that {DEEPER}?"]


@pytest.mark.parametrize("hand", ["keyboard", "pointer"])
def test_a_moved_boundary_moves_the_report_with_it(open_page: Any, server: RealServer, pair: tuple[str, str], hand: str) -> None:
    id_ = server.begin(pair, "a bodyweight squat", DEEPER)
    found = server.settled(id_)
    page = shown(open_page, id_)
    page.get_by_role("button", name="Adjust stages").click()
    handle = page.locator(".timeline.a").get_by_role("slider", name="End of descent and start of bottom").first
    before = float(handle.get_attribute("aria-valuenow"))
    if hand == "keyboard":
        handle.focus()
        for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "Enter"):
            page.keyboard.press(key)
    else:
        drag(page, handle, -0.12 / max(found["videos"][side]["duration_s"] for side in "ab"))
    page.wait_for_function("() => !document.querySelector('.time-lines[aria-busy=true]')")
    page.get_by_text("Being computed again").wait_for(state="hidden")
    after = float(handle.get_attribute("aria-valuenow"))
    assert before - after == pytest.approx(0.12, abs=1.5 * frame_s(found))
    report = server.get(f"sessions/{id_}/report.json")
    stages = {stage["name"]: stage["a"] for stage in report["stages"]}
    assert stages["descent"]["end_s"] == stages["bottom"]["start_s"] == pytest.approx(after, abs=0.002)
    assert report == server.snapshot(id_)["report"]
    assert [d["description"] for d in report["differences"]] == [DEEPER]


def drag(page: Any, handle: Any, share: float) -> None:
    """Take a handle along its track by a share of the track's width."""
    box, width = handle.bounding_box(), page.locator(".timeline.a .track").bounding_box()["width"]
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + share * width / 2, y)
    page.mouse.move(x + share * width, y)
    page.mouse.up()


def test_report_film_and_trace_are_delivered(open_page: Any, server: RealServer, pair: tuple[str, str], tmp_path: Path) -> None:
    id_ = server.begin(pair, "a bodyweight squat", DEEPER)
    server.settled(id_)
    page = shown(open_page, id_)
    page.get_by_text("Save", exact=True).click()
    saved: dict[str, Path] = {}
    for name in ("Report page", "Report data", "Film of both clips"):
        with page.expect_download() as download:
            page.get_by_text(name).click()
        saved[download.value.suggested_filename] = tmp_path / download.value.suggested_filename
        download.value.save_as(saved[download.value.suggested_filename])
    assert json.loads(saved["report.json"].read_text()) == server.snapshot(id_)["report"]
    film = probe(saved["film.mp4"])
    assert film.duration_s > 1
    assert film.width > film.height
    trace = page.get_by_role("link", name="Trace").get_attribute("href")
    page.goto(f"{server.address}/api/sessions/{id_}/report.html")
    page.get_by_text(DEEPER).first.wait_for()
    assert page.locator("img").count() >= 2
    page.goto(f"{server.address}{trace}")
    page.get_by_text(DEEPER).first.wait_for()


def test_two_tabs_with_two_comparisons_do_not_mix(open_page: Any, server: RealServer, pair: tuple[str, str]) -> None:
    ids = {statement: server.begin(pair, f"squat: {statement}", statement) for statement in (WIDER, FASTER)}
    pages = {statement: shown(open_page, id_) for statement, id_ in ids.items()}
    for statement, page in pages.items():
        page.get_by_label("Question", exact=True).fill(f"Why do you think that {statement}?")
    for page in pages.values():
        page.get_by_role("button", name="Ask", exact=True).click()
    for statement, page in pages.items():
        page.wait_for_selector(".answer:not(.writing)")
        assert page.locator(".question").count() == 1
        assert page.locator(".finding .statement").all_inner_texts() == [statement.capitalize()]
        assert [turn["question"] for turn in server.settled(ids[statement], 1)["turns"]] == [
            f"Why do you think that {statement}?"
        ]


def test_twenty_sessions_at_once_keep_apart_and_in_bounds(
    server: RealServer, pair: tuple[str, str], made: WrittenPair, settings: Settings
) -> None:
    statements = [DEEPER, WIDER, FASTER, "the head is higher", "the hands move faster", "the knees cave in more"]
    for place in ("at the start", "at the bottom", "at the end"):
        statements += [f"the {joints} are more bent {place}" for joints in ("knees", "elbows", "hips")]
        statements += [f"the torso leans further forward {place}"]
    statements += ["the arms are raised higher", "the hands are further from the body"]
    assert len(set(statements)) == SESSIONS
    memory = []
    with ThreadPoolExecutor(SESSIONS // 2) as pool:
        # Not in this thread, whose event loop the browser's driver has.
        once = pool.submit(compare, made.a.path, made.b.path, action="squat", differences=statements, settings=settings)
        alone = once.result()
        measured = {d.description: d.model_dump(mode="json")["measurement"] for d in alone.differences}
        for half in (statements[: SESSIONS // 2], statements[SESSIONS // 2 :]):
            ids = list(pool.map(lambda text: server.begin(pair, "squat", text), half))
            list(pool.map(server.settled, ids))
            list(pool.map(lambda id_, text: server.ask(id_, f"Why do you think that {text}?"), ids, half))
            for text, found in zip(half, pool.map(lambda id_: server.settled(id_, 1), ids), strict=True):
                (difference,) = found["report"]["differences"]
                assert (difference["description"], difference["answer"]) == (text, letters(alone)[text])
                assert difference["measurement"] == measured[text]
                assert [turn["question"] for turn in found["turns"]] == [f"Why do you think that {text}?"]
            memory.append(server.memory_mb())
    assert memory[1] - memory[0] <= GROWTH_MB


def test_a_killed_server_comes_back_with_every_conversation(open_page: Any, server: RealServer, pair: tuple[str, str]) -> None:
    told = server.begin(pair, "a bodyweight squat", DEEPER)
    server.settled(told)
    server.ask(told, f"Why do you think that {DEEPER}?")
    server.settled(told, 1)
    before = {row["id"]: server.settled(row["id"]) for row in server.get("sessions")}
    server.ask(told, "What should I work on first?")
    begun = server.begin(pair, "a bodyweight squat", WIDER)
    server.kill()
    server.start()
    assert {row["id"] for row in server.get("sessions")} == {*before, begun}
    for id_, was in before.items():
        found = server.snapshot(id_)
        assert found["turns"][: len(was["turns"])] == was["turns"]
        assert {**found, "turns": ()} == {**was, "turns": ()}
    assert server.settled(begun)["status"] == "done"
    page = shown(open_page, told)
    ask(page, "And the knees?")
    assert server.settled(told)["turns"][-1]["question"] == "And the knees?"
