"""The page in a real headless Chromium against canned answers; skips where there is no Chromium."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from page_server import PageServer, create_page_app

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REFUSED = re.compile("the server responded with a status of (400|409)")
"""What Chromium notes by itself when a request is refused in words."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A running browser; while it runs, its driver has the event loop of this thread, so other modules must not inherit it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium here: install Debian's package `chromium` to drive the page")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def fake(tmp_path_factory: pytest.TempPathFactory) -> PageServer:
    return PageServer(tmp_path_factory.mktemp("clips"), pace_s=0.02)


@pytest.fixture(scope="session")
def address(fake: PageServer) -> Iterator[str]:
    """Where the canned answers are served."""
    import uvicorn

    config = uvicorn.Config(create_page_app(fake), port=0, log_level="warning", timeout_graceful_shutdown=1, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def open_page(chromium: Any, address: str) -> Iterator[Any]:
    """Opens the page at an address; no console error, no page error and no request elsewhere may have happened in the end."""
    contexts, wrong = [], []

    def opened(hash_: str = "#/", **options: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") and not REFUSED.search(m.text) else None
        )
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith((address, "blob:", "data:")) else wrong.append(r.url))
        page.goto(f"{address}/{hash_}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
