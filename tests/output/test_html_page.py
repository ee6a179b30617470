"""The page: complete, self-contained, and deaf to markup in the texts it shows."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from fake_report import SIZE, difference, evidence, fake_report, info, measured, read_numbered, side_of
from PIL import Image

from viddiff.agent.output.html import render_html
from viddiff.agent.output.stills import Stills, collect_stills
from viddiff.memory.errors import VideoError
from viddiff.memory.report import Backends, Report, StageReport, Videos
from viddiff.memory.values import Attempt, Segment, Vote

EVIL = """</title></style><script>alert(1)</script><img src="https://example.org/x" onerror='alert(2)'>{{ 7*7 }}"""


class Page(HTMLParser):
    """Tags with their attributes, and the visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._quiet = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._quiet = tag in ("script", "style")

    def handle_endtag(self, tag):
        self._quiet = False

    def handle_data(self, data):
        if not self._quiet:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def opened(source: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(source.split(",", 1)[1])))


@pytest.fixture(scope="module")
def text() -> str:
    return render_html(fake_report(), collect_stills(fake_report(), read_numbered))


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_difference_is_there_with_answer_and_reason(page: Page, report: Report):
    assert "Air squat" in page.text
    for d in report.differences:
        assert d.description in page.text
        assert d.reason in page.text
    assert page.text.count("B shows more") == 2 + 1  # two answers and one line of the tally
    assert len(page.all("article")) == len(report.differences)


def test_warnings_usage_and_backends_are_there(page: Page):
    for text in (
        "angles carry a larger error",
        "variable frame rate",
        "5,950 in, 412 out",
        "$0.0182",
        "embedded",
        "measurement, vlm",
    ):
        assert text in page.text


def test_nothing_is_loaded_from_outside(page: Page, text: str):
    assert not re.search(r"https?://|//[a-z]+\.", text)
    assert not re.search(r"@import|url\(", text)
    for tag, attrs in page.tags:
        assert tag not in ("link", "iframe", "object", "base", "form")
        for name in ("src", "href", "srcset", "action", "style"):
            assert name not in attrs or (
                tag == "img" and name == "src" and str(attrs["src"]).startswith("data:image/jpeg;base64,")
            )


def test_measured_differences_have_an_interval_with_a_zero_line(page: Page, report: Report):
    count = sum(d.measurement is not None for d in report.differences)
    assert len([s for s in page.all("svg") if s.get("class") == "interval"]) == count
    assert len([s for s in page.all("line") if s.get("class") == "zero"]) == count
    assert len([c for c in page.all("circle") if c.get("class") in ("point a", "point b", "point none")]) == count


def test_an_infinite_interval_is_told_and_not_drawn(report: Report):
    wild = difference(
        "w", "Deeper", "unknown", measurement=measured("depth", "% of leg length", 1, 2, float("-inf"), float("inf"))
    )
    page = Page(render_html(report.model_copy(update={"differences": (wild,)}), Stills()))
    assert not [s for s in page.all("svg") if s.get("class") == "interval"]
    assert "not measured to not measured" in page.text


def test_texts_cannot_become_markup(report: Report):
    evil = report.model_copy(
        update={
            "id": EVIL,
            "action": EVIL,
            "warnings": (EVIL,),
            "trace": EVIL,
            "backends": Backends(planner=EVIL, proposer=EVIL, encoder=EVIL, verifier=(EVIL,)),
            "videos": Videos(a=info("a", path=f"x/{EVIL}", warnings=(EVIL,)), b=info("b")),
            "stages": (StageReport(name=EVIL, description=EVIL, a=Segment(start_s=0, end_s=1), b=Segment(start_s=0, end_s=1)),),
            "differences": (
                difference(
                    EVIL,
                    EVIL,
                    "b",
                    reason=EVIL,
                    stage=EVIL,
                    measurement=measured(EVIL, EVIL, 1, 2, 0.5, 1.5),
                    votes=(Vote(source=EVIL, order=EVIL, answer="b", confidence=1),),
                    attempts=(Attempt(strategy="align", changed=EVIL),),
                ),
            ),
        }
    )
    page = Page(render_html(evil, Stills(problems=(EVIL,))))
    assert len(page.all("script")) == 1
    assert len(page.all("style")) == 1
    assert [a for a in page.all("img") if a.get("src")] == []
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert page.text.count("<script>alert(1)</script>") >= 12
    assert "{{ 7*7 }}" in page.text


def test_the_policy_names_the_script_and_style_that_are_there(report: Report):
    import hashlib

    text = render_html(report, Stills())
    policy = next(m["content"] for m in Page(text).all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    for tag in ("script", "style"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        assert body is not None
        digest = base64.b64encode(hashlib.sha256(body.group(1).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_the_colours_of_the_clips(report: Report):
    text = render_html(report, Stills())
    assert "#0072B2" in text
    assert "#D55E00" in text


def test_pictures_are_bounded_and_described(page: Page):
    pictures = [i for i in page.all("img") if i.get("src")]
    assert len(pictures) == 3 * 2 + 3 * 2 + 1  # three single pairs, one of three shown, one half pair
    for attrs in pictures:
        assert str(attrs["alt"]).startswith(("Clip A at", "Clip B at"))
        image = opened(str(attrs["src"]))
        assert max(image.size) <= 720
        assert image.size == (int(str(attrs["width"])), int(str(attrs["height"])))
    assert "3 of 4 matched instants" in page.text
    assert "no instant found" in page.text


def test_a_clip_that_cannot_be_read_is_said_and_the_page_is_written(report: Report):
    def read(path: str, times: list[float]):
        if path.endswith("b.mp4"):
            raise VideoError("clips/squat_b.mp4 does not exist")
        return read_numbered(path, times)

    page = Page(render_html(report, collect_stills(report, read)))
    assert "Pictures of clip B are missing: clips/squat_b.mp4 does not exist" in page.text
    assert len([i for i in page.all("img") if i.get("src")]) == 3 + 3 + 1
    assert "no picture" in page.text


def test_too_few_frames_are_a_problem_and_not_a_mix_up(report: Report):
    stills = collect_stills(report, lambda path, times: read_numbered(path, list(times))[:-1])
    assert len(stills.problems) == 2
    assert "is the file still the same" in stills.problems[0]


def test_frames_of_another_size_keep_the_pose_in_place(report: Report):
    def pictures(shrunk: int) -> list[np.ndarray]:
        def grey(path: str, times: list[float]) -> list[np.ndarray]:
            width, height = SIZE[side_of(path)]
            return [np.full((height // shrunk, width // shrunk, 3), 120, np.uint8) for _ in times]

        (pair,) = collect_stills(report, grey).pairs["d0"]
        assert pair.a is not None
        assert pair.b is not None
        return [np.array(opened(still.source)).astype(int) for still in (pair.a, pair.b)]

    for full, half in zip(pictures(1), pictures(2), strict=True):
        assert full.shape == half.shape
        assert np.abs(full - half).mean() < 0.5
        assert np.abs(full - 120).mean() > 2


def test_few_frames_are_held_at_a_time(report: Report):
    sizes = []

    def read(path: str, times: list[float]):
        sizes.append(len(times))
        assert list(times) == sorted(set(times))
        return read_numbered(path, times)

    many = tuple(difference(f"d{k}", "Deeper", "b", evidence=evidence((0.1 * k, 0.1 * k))) for k in range(8))
    collect_stills(report.model_copy(update={"differences": many}), read)
    assert max(sizes) <= 6
    assert sum(sizes) == 16


def test_an_empty_report_is_a_page(report: Report):
    page = Page(render_html(report.model_copy(update={"differences": (), "stages": (), "warnings": ()}), Stills()))
    assert "Nothing was asked about or proposed" in page.text


def test_headings_go_down_one_level_at_a_time(page: Page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_time_lines_show_all_repetitions_and_matched_instants(page: Page, report: Report):
    bars = [r for r in page.all("rect") if str(r.get("class", "")).startswith("bar ")]
    assert len([b for b in bars if str(b["class"]).startswith("bar a")]) == 4
    assert len([b for b in bars if str(b["class"]).startswith("bar b")]) == 4
    assert len([b for b in bars if str(b["class"]).endswith("compared")]) == 7
    matched = sum(min(len(d.evidence.a), len(d.evidence.b)) for d in report.differences)
    assert len([c for c in page.all("circle") if c.get("class") == "match a"]) == matched
