"""The page of a trace in a real headless Chromium, from a file and from the server; skips where there is no Chromium."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from canned_trace import RUN, full_trace, old_trace

from viddiff import Settings
from viddiff.agent.command_serve import listening, new_server
from viddiff.agent.traces.opening import inside, left_out, open_trace, trace_page
from viddiff.agent.web.app import create_app
from viddiff.agent.web.conversation import Conversations
from viddiff.agent.web.options import WebOptions

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
HOSTILE = 'squat</script><script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium here: install Debian's package `chromium` to drive the page")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Open]:
    """Opens an address; no error and no request elsewhere may have happened in the end."""
    contexts, wrong = [], []

    def opened(address: str, allowed: str = "file:", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith((allowed, "data:")) else wrong.append(r.url))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def written(folder: Path, to: Path, frames: bool = True) -> str:
    to.write_text(trace_page(open_trace(folder), folder, inside(folder) if frames else left_out), encoding="utf-8")
    return to.as_uri()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("home")
    return written(full_trace(home).folder, home / "trace.html")


def names(page: Any) -> list[str]:
    return page.locator(".items .item-name").all_inner_texts()


def test_the_run_is_shown_as_a_time_line(visit: Open, address: str) -> None:
    page = visit(address)
    assert page.locator("h1").inner_text() == "The run: squat"
    assert page.locator(".step").count() > 20
    question = page.locator(".step.model").first
    question.click()
    assert page.locator(".row[open] .card img").evaluate("image => image.complete && image.naturalWidth") == 640
    assert page.locator(".row[open] a").first.get_attribute("href") == "#/d/d0"


def test_differences_can_be_searched_filtered_and_ordered(visit: Open, address: str) -> None:
    page = visit(address)
    assert len(names(page)) == 5
    page.fill("#search", "biased")
    assert names(page) == ["The knees bend more at the bottom"]
    page.fill("#search", "")
    page.click("text=Disagreeing")
    assert len(names(page)) == 2
    assert page.locator(".said").inner_text() == "2 of 5 differences"
    page.click("text=Disagreeing")
    page.select_option("select", "unsure")
    assert names(page)[-1] == "The hips sink deeper"
    page.select_option("select", "dearest")
    assert names(page)[0] == "The torso leans further forward"


def test_a_difference_tells_its_whole_story_on_one_screen(visit: Open, address: str) -> None:
    page = visit(f"{address}#/d/d1")
    assert page.locator("h1").inner_text() == "The knees bend more at the bottom"
    assert "Biased model" in page.locator(".diagnosis").first.inner_text()
    assert page.locator(".look").count() == 2
    assert "because of: orders disagree" in page.locator(".look").nth(1).inner_text()
    assert page.locator(".orders .card img").count() == 2
    assert "Flips with the order" in page.locator(".conclusion").inner_text()
    assert page.locator(".tag.stands").count() == 1
    assert page.locator("path.curve").count() == 4
    assert page.locator("circle.key").count() == 12
    assert page.locator(".bodies svg").count() == 4
    shades = "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((_, i) => i % 4 === 0)).size"
    assert page.locator("canvas.cells").first.evaluate(shades) > 20
    assert page.locator("rect.span").count() == 18


def test_windows_and_repetitions_can_be_stepped_through(visit: Open, address: str) -> None:
    page = visit(f"{address}#/d/d0")
    page.locator(".curves [aria-label=Next]").click()
    assert page.locator(".curves output").inner_text() == "window 1 of 3"
    assert page.locator("circle.key").count() == 2
    page.locator("section[aria-labelledby=placed] [aria-label=Next]").click()
    assert page.locator("section[aria-labelledby=placed] output").inner_text() == "repetition 1 of 3"
    assert page.locator("rect.span").count() < 18
    page.check("input[value=evidence]")
    assert page.locator("input[value=evidence]").evaluate("node => node === document.activeElement")
    assert "nats" in page.locator(".heats > p").inner_text()


def test_the_keyboard_goes_through_the_list(visit: Open, address: str) -> None:
    page = visit(address)
    page.keyboard.press("j")
    page.locator("h1", has_text="The hips sink deeper").wait_for()
    page.keyboard.press("j")
    page.locator(".item[aria-current][data-id=d1]").wait_for()
    page.keyboard.press("k")
    heading = page.locator("h1", has_text="The hips sink deeper")
    heading.wait_for()
    assert heading.evaluate("node => node === document.activeElement")
    page.keyboard.press("/")
    assert page.locator("#search").evaluate("node => node === document.activeElement")
    page.keyboard.type("jk")
    assert page.locator("#search").input_value() == "jk"


def test_pictures_can_be_enlarged(visit: Open, address: str) -> None:
    page = visit(f"{address}#/d/d0")
    page.locator(".zoom").first.click()
    assert page.locator("#large").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#large").is_visible()


def test_nothing_in_a_trace_becomes_markup(visit: Open, tmp_path: Path) -> None:
    t = full_trace(tmp_path)
    t.start(action=HOSTILE)
    t.warn(HOSTILE)
    page = visit(written(t.folder, tmp_path / "hostile.html"))
    assert page.locator("h1").inner_text() == f"The run: {HOSTILE}"
    page.goto(page.url + "#/d/d4")
    page.locator("h1", has_text="The ascent is slower <img src=x onerror=alert(1)>").wait_for()
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_trace_of_another_version_says_so(visit: Open, tmp_path: Path) -> None:
    page = visit(written(old_trace(tmp_path), tmp_path / "old.html"))
    notes = page.locator(".notes").inner_text()
    assert "viddiff.trace/0" in notes
    assert "cut off" in notes
    assert len(names(page)) == 5


def test_a_long_clip_without_pictures_stays_small_and_opens(visit: Open, tmp_path: Path) -> None:
    t = full_trace(tmp_path, duration_s=600.0)
    file = tmp_path / "long.html"
    page = visit(written(t.folder, file, frames=False) + "#/d/d1")
    assert file.stat().st_size < 20e6
    assert "left out of this page" in page.locator(".sent").first.inner_text()
    page.locator(".curves [aria-label=Next]").first.click()
    assert page.locator(".curves output").first.inner_text().startswith("window 1 of 159")


def test_a_phone_shows_the_list_or_one_screen(visit: Open, address: str) -> None:
    page = visit(address, viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    assert page.locator("#list").is_visible()
    assert not page.locator("#screen").is_visible()
    page.locator(".item", has_text="The knees").click()
    page.locator("h1", has_text="The knees").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".back").click()
    page.locator("#list").wait_for()
    assert not page.locator("#screen").is_visible()


@contextmanager
def served(home: Path) -> Iterator[str]:
    app = create_app(Settings.of(home=home, profile="embedded"), WebOptions(), cast(Conversations, None))
    bound = listening("127.0.0.1", 0)
    server = new_server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


def test_the_server_shows_the_same_page_under_its_own_policy(visit: Open, tmp_path: Path) -> None:
    full_trace(tmp_path)
    with served(tmp_path) as site:
        page = visit(f"{site}/trace/{RUN}#/d/d1", allowed=site)
        assert page.locator("h1").inner_text() == "The knees bend more at the bottom"
        page.locator(".orders img").first.scroll_into_view_if_needed()
        assert page.locator(".orders img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
        assert page.locator(".orders img").first.get_attribute("src").startswith(f"/trace/{RUN}/frames/")
        assert page.locator("a.brand").get_attribute("href") == "/"
        assert page.locator(".bar").evaluate("node => getComputedStyle(node).display") == "flex"


def test_names_that_mean_something_to_javascript_are_names(visit: Open, tmp_path: Path) -> None:
    t = full_trace(tmp_path)
    t.verdict("constructor", "a")
    t.verdict("__proto__", "b")
    page = visit(written(t.folder, tmp_path / "names.html") + "#/d/constructor")
    assert page.locator("h1").inner_text() == "constructor"
    assert names(page)[-2:] == ["constructor", "__proto__"]


def test_list_and_story_scroll_by_themselves(visit: Open, address: str) -> None:
    page = visit(f"{address}#/d/d1")
    assert page.evaluate("document.documentElement.scrollHeight") == 900
    assert page.locator("#screen").evaluate("node => node.scrollHeight > node.clientHeight")
