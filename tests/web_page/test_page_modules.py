"""The page's pure functions of time and text, run in the browser, against the product's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from page_server import PageServer

from viddiff.memory.values import Repetition
from viddiff.tools.time_map import TimeMap


@pytest.fixture(scope="module")
def page(chromium: Any, address: str) -> Iterator[Any]:
    """One page for all: nothing here changes it."""
    opened = chromium.new_page()
    opened.goto(f"{address}/")
    yield opened
    opened.close()


def called(page: Any, module: str, name: str, *arguments: Any) -> Any:
    script = "async ([module, name, given]) => (await import(`/static/${module}.js`))[name](...given)"
    return page.evaluate(script, [module, name, list(arguments)])


def random_map(rng: np.random.Generator) -> TimeMap:
    count = int(rng.integers(0, 7))
    a, b = (np.cumsum(rng.uniform(0.05, 2, count)) for _ in "ab")
    return TimeMap(a_s=tuple(a.tolist()), b_s=tuple(b.tolist()))


def test_the_time_map_of_the_page_is_that_of_the_product(page: Any) -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        known, times = random_map(rng), rng.uniform(-1, 9, 6).tolist()
        for t in times:
            assert called(page, "time_map", "mapped", known.model_dump(), "a", t) == pytest.approx(known.a_to_b(t))
            assert called(page, "time_map", "mapped", known.model_dump(), "b", t) == pytest.approx(known.b_to_a(t))


def test_two_repetitions_beside_each_other_get_the_map_of_the_product(page: Any, fake: PageServer) -> None:
    lines = fake.sessions[fake.add_session()]["timelines"]
    for j in (0, 1):
        a, b = lines["a"]["repetitions"][0], lines["b"]["repetitions"][j]
        found = called(page, "time_map", "mapOfPair", a, b)
        wanted = TimeMap.of(Repetition.model_validate(a), Repetition.model_validate(b))
        assert found["a_s"] == pytest.approx(wanted.a_s)
        assert found["b_s"] == pytest.approx(wanted.b_s)


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        ("A is deeper [A 2.30 s] than B [B 1.10 s].", [1.1, 2.3]),
        ("Look at A [A 2.30 s]. B is later [B 1.10 s].", [None, None]),
        ("A is deeper. [A 2.30 s] [B 1.10 s] It also waits [A 3.00 s].", [1.1, 2.3, None]),
        ("Both pause [A 1.00 s, B 0.50 s] and again [A 3.00 s] [B 1.50 s].", [0.5, 1.0, 1.5, 3.0]),
        ("- first [A 1:02.5]\n- second [B 4.00 s]", [None, None]),
    ],
)
def test_a_citation_finds_what_its_sentence_cites_of_the_other_clip(page: Any, text: str, partners: list[float | None]) -> None:
    found = called(page, "citations", "paired", called(page, "citations", "pieces", text, []))
    assert [piece["partner_s"] for piece in found if "side" in piece] == partners


def test_a_citation_takes_the_exact_time_of_the_reply(page: Any) -> None:
    cited = [{"video": "a", "time_s": 2.6333333}]
    found = called(page, "citations", "pieces", "deeper [A 2.63 s]", cited)
    assert found[-1]["time_s"] == 2.6333333


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((94.2, "deg", False), "94°"),
        ((-0.31, "s", True), "−0.31 s"),
        ((12.4, "% of leg length", True), "+12%"),
        ((3.0, "count", False), "3"),
    ],
)
def test_numbers_read_as_in_the_report(page: Any, given: tuple[float, str, bool], wanted: str) -> None:
    from viddiff.agent.output.wording import short_value

    assert called(page, "wording", "value", *given) == wanted == short_value(*given)
