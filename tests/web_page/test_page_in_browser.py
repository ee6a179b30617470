"""The page of `viddiff serve`, used as a coach would: by pointer, by keyboard, on a phone, in two tabs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from page_server import NASTY, PageServer

FRAME_S = 1 / 30
LOADED = "() => [...document.querySelectorAll('video')].every(v => v.readyState >= 3 && !v.seeking)"
SETTLED = "() => [...document.querySelectorAll('video')].every(v => v.paused && !v.seeking)"


def opened_session(open_page: Any, fake: PageServer, **options: Any) -> tuple[Any, str]:
    """A page that shows a finished comparison, clips loaded."""
    id_ = fake.add_session()
    page = open_page(f"#/s/{id_}", **options)
    page.wait_for_selector(".finding")
    page.wait_for_function(LOADED)
    return page, id_


def times(page: Any) -> tuple[float, float]:
    """Where both clips stand once nothing moves any more."""
    page.wait_for_timeout(60)
    page.wait_for_function(SETTLED)
    a, b = page.evaluate("() => ['a', 'b'].map(s => document.querySelector(`video[data-side=${s}]`).currentTime)")
    return a, b


def evidence(fake: PageServer, id_: str, number: int, k: int = 0) -> tuple[float, float]:
    keys = fake.sessions[id_]["report"]["differences"][number]["evidence"]
    return keys["a"][k]["time_s"], keys["b"][k]["time_s"]


def near(got: tuple[float, float], wanted: tuple[float, float], within: float = FRAME_S) -> bool:
    return all(abs(x - y) <= within for x, y in zip(got, wanted, strict=True))


def mapped(fake: PageServer, id_: str, time_s: float) -> float:
    """The instant of B that the product's own time map gives for one of A."""
    from viddiff.tools.time_map import TimeMap

    return TimeMap.model_validate(fake.sessions[id_]["time_map"]).a_to_b(time_s)


def test_a_click_on_a_difference_puts_both_clips_to_its_instants(open_page: Any, fake: PageServer) -> None:
    page, id_ = opened_session(open_page, fake)
    page.locator(".finding-head").first.click()
    assert near(times(page), evidence(fake, id_, 0))
    page.get_by_role("button", name="The motion is faster").click()
    assert near(times(page), evidence(fake, id_, 2))
    page.get_by_role("button", name="Next matched instants").click()
    assert near(times(page), evidence(fake, id_, 2, 1))
    assert "2 of 3" in page.locator(".finding.open .instants").inner_text()


def test_while_playing_both_clips_stay_on_the_time_map(open_page: Any, fake: PageServer) -> None:
    page, id_ = opened_session(open_page, fake)
    page.get_by_role("button", name="Play", exact=True).click()
    off = []
    for _ in range(12):
        page.wait_for_timeout(150)
        a, b = page.evaluate("() => ['a', 'b'].map(s => document.querySelector(`video[data-side=${s}]`).currentTime)")
        off.append(abs(b - mapped(fake, id_, a)))
    assert sorted(off)[len(off) // 2] <= 2 * FRAME_S
    page.get_by_role("button", name="Pause").click()
    a, b = times(page)
    assert a > 0.5
    assert abs(b - mapped(fake, id_, a)) <= FRAME_S


def test_b_can_lead_and_a_stage_can_be_looped(open_page: Any, fake: PageServer) -> None:
    page, id_ = opened_session(open_page, fake)
    page.get_by_label("Lead").select_option("b")
    page.get_by_role("button", name="rising, repetition 1").click()
    page.get_by_label("Loop").select_option("stage")
    page.get_by_role("button", name="Play", exact=True).click()
    start, end = (fake.sessions[id_]["timelines"]["b"]["repetitions"][0]["spans"][2]["segment"][k] for k in ("start_s", "end_s"))
    seen = []
    for _ in range(16):
        page.wait_for_timeout(100)
        seen.append(page.evaluate("document.querySelector('video[data-side=b]').currentTime"))
    assert all(start - 2 * FRAME_S <= t <= end + 3 * FRAME_S for t in seen)
    assert any(after < before for before, after in pairwise(seen))


def test_a_frame_step_moves_by_one_frame_and_the_other_clip_follows(open_page: Any, fake: PageServer) -> None:
    page, id_ = opened_session(open_page, fake)
    page.get_by_role("button", name="bottom position, 1").first.click()
    before = times(page)
    page.get_by_role("button", name="One frame forward").click()
    after = times(page)
    assert after[0] - before[0] == pytest.approx(FRAME_S, abs=0.005)
    assert abs(after[1] - mapped(fake, id_, after[0])) <= FRAME_S


@pytest.mark.parametrize(("frames", "stage"), [(9, "lowering"), (-9, "bottom position")])
def test_a_dragged_boundary_is_sent_and_what_follows_is_shown(open_page: Any, fake: PageServer, frames: int, stage: str) -> None:
    page, id_ = opened_session(open_page, fake)
    spans = fake.sessions[id_]["timelines"]["a"]["repetitions"][0]["spans"]
    lowering, bottom = dict(spans[0]["segment"]), dict(spans[1]["segment"])
    page.get_by_role("button", name="Adjust stages").click()
    handle = page.locator(".timeline.a").get_by_role("slider", name="End of lowering")
    box = handle.bounding_box()
    width = page.locator(".timeline.a .track").bounding_box()["width"]
    shift = width * frames * FRAME_S / 4.7
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + shift / 2, box["y"] + 20)
    page.mouse.move(box["x"] + box["width"] / 2 + shift, box["y"] + 20)
    with page.expect_response(lambda response: response.url.endswith("/stages")):
        page.mouse.up()
    sent = fake.moved[-1]
    border = lowering["end_s"] + frames * FRAME_S
    wanted = {"lowering": (lowering["start_s"], border), "bottom position": (border, bottom["end_s"])}[stage]
    assert (sent["video"], sent["repetition"], sent["stage"]) == ("a", 0, stage)
    assert (sent["start_s"], sent["end_s"]) == pytest.approx(wanted, abs=FRAME_S)
    page.wait_for_function("() => !document.body.innerText.includes('Being computed again')")
    shown = page.get_by_role("slider", name="End of lowering").first.get_attribute("aria-valuenow")
    assert float(shown) == pytest.approx(border, abs=FRAME_S)


def test_a_boundary_moves_by_a_frame_with_the_arrow_keys(open_page: Any, fake: PageServer) -> None:
    page, id_ = opened_session(open_page, fake)
    before = fake.sessions[id_]["timelines"]["b"]["repetitions"][1]["spans"][2]["segment"]["end_s"]
    page.get_by_role("button", name="Adjust stages").click()
    page.get_by_role("slider", name="End of rising, repetition 2").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    # The page says so before the server has heard of it.
    with page.expect_response(lambda response: response.url.endswith("/stages")):
        page.keyboard.press("Enter")
    assert fake.moved[-1]["repetition"] == 1
    assert fake.moved[-1]["end_s"] == pytest.approx(before + 2 * FRAME_S, abs=0.002)


def test_citations_of_an_answer_move_the_players(open_page: Any, fake: PageServer) -> None:
    page, id_ = opened_session(open_page, fake)
    page.get_by_label("Question", exact=True).fill("Which of us went deeper?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer:not(.writing) .citation")
    assert page.locator(".answer strong").inner_text() == "A goes deeper."
    assert page.locator(".answer li").count() == 2
    assert "<b>faster</b>" in page.locator(".answer").inner_text()
    page.locator(".citation.b").first.click()
    assert near(times(page), evidence(fake, id_, 0)), "the sentence cites both clips"
    page.locator(".citation.a").nth(1).click()
    assert near(times(page), (1.2, mapped(fake, id_, 1.2))), "the sentence cites A only: B follows the map"


def test_an_answer_that_starts_anew_replaces_what_was_written(open_page: Any, fake: PageServer) -> None:
    page, id_ = opened_session(open_page, fake)
    fake.sessions[id_]["asking"] = "what another tab asked"
    for text in ("The squat ", "is deeper."):
        fake.tell(id_, kind="said", text=text, anew=False)
    page.locator(".answer.writing").get_by_text("The squat is deeper.").wait_for()
    fake.tell(id_, kind="said", text="On second thoughts, it is not.", anew=True)
    page.locator(".answer.writing").get_by_text("On second thoughts").wait_for()
    assert "deeper" not in page.locator(".answer").inner_text()
    fake.sessions[id_]["asking"] = None


def test_a_question_while_another_is_answered_is_refused_in_words(open_page: Any, fake: PageServer) -> None:
    page, id_ = opened_session(open_page, fake)
    fake.sessions[id_]["asking"] = "what another tab asked"
    page.get_by_label("Question", exact=True).fill("And the elbows?")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=another question is being answered")
    assert page.get_by_label("Question", exact=True).input_value() == "And the elbows?"
    fake.sessions[id_]["asking"] = None


def test_a_comparison_from_two_files_to_its_differences_and_back(open_page: Any, fake: PageServer) -> None:
    page = open_page()
    fake.uploads = 0
    page.set_input_files("#file-a", {"name": "broken.mp4", "mimeType": "video/mp4", "buffer": b"nothing"})
    page.wait_for_selector("text=cannot be read as a video")
    for side in "ab":
        page.set_input_files(f"#file-{side}", fake.clips[side].path)
        page.wait_for_selector(f".picker.{side} .thumb")
    page.get_by_label("What do they show?").fill("a squat, from the side")
    page.get_by_text("Ask about something in particular").click()
    page.get_by_label("Statements, one a line").fill("the squat is deeper\n\n the torso leans further ")
    page.get_by_role("button", name="Compare").click()
    page.locator("text=of 10 looked at").first.wait_for()
    page.wait_for_selector(".finding")
    assert fake.started[-1]["differences"] == ["the squat is deeper", "the torso leans further"]
    page.reload()
    page.wait_for_selector(".finding")
    page.get_by_role("link", name="New").click()
    page.get_by_role("link", name="a squat, from the side").first.wait_for()
    page.get_by_role("button", name="Delete a squat, from the side").first.click()
    page.get_by_role("button", name="Delete for good?").click()
    page.wait_for_function("() => !document.body.innerText.includes('a squat, from the side')")


def test_a_running_comparison_can_be_cancelled_and_started_again(open_page: Any, fake: PageServer) -> None:
    id_ = fake.add_session(done=False)
    page = open_page(f"#/s/{id_}")
    page.wait_for_selector("text=1 comparison is before this one")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Start again with these clips").click()
    assert page.get_by_label("What do they show?").input_value() == "a bodyweight squat"
    assert page.locator(".thumb").count() == 2


def test_everything_can_be_reached_with_the_keyboard(open_page: Any, fake: PageServer) -> None:
    page, id_ = opened_session(open_page, fake)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('view')"):
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert times(page)[0] == pytest.approx(2 * FRAME_S, abs=0.005)
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('video[data-side=a]').currentTime > 0.3")
    page.keyboard.press("Space")
    page.keyboard.press("PageDown")
    page.keyboard.press("2")
    assert page.get_by_role("radio", name="Ghost").is_checked()
    page.keyboard.press("s")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("Escape")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('finding-head')"):
            break
    page.keyboard.press("Enter")
    assert near(times(page), evidence(fake, id_, 0))


def test_filters_and_words_of_the_answers(open_page: Any, fake: PageServer) -> None:
    page, _ = opened_session(open_page, fake)
    text = page.locator(".finding-list").inner_text()
    assert all(words in text for words in ("A more", "B more", "Same", "Cannot tell", "very sure, 95%"))
    page.get_by_role("radio", name="Unsure").check()
    assert page.locator(".finding").count() == 2
    page.get_by_role("radio", name="Decided").check()
    assert page.locator(".finding").count() == 4


def test_names_from_outside_stay_text(open_page: Any, fake: PageServer) -> None:
    fake.names["a"] = NASTY
    try:
        page, id_ = opened_session(open_page, fake)
        fake.sessions[id_]["action"] = NASTY
        page.reload()
        page.wait_for_selector(".finding")
        assert NASTY in page.locator("h1").inner_text()
        page.goto(page.url.split("#")[0] + "#/")
        page.wait_for_selector(".earlier-list li")
        assert page.locator("img").count() == 0
        assert page.evaluate("window.injected") is None
        del fake.sessions[id_]
    finally:
        fake.names["a"] = "my_squat.mp4"


@pytest.mark.parametrize("width", [360, 720, 1000])
def test_nothing_sticks_out_sideways(open_page: Any, fake: PageServer, width: int) -> None:
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    page, _ = opened_session(open_page, fake, viewport={"width": width, "height": 740}, has_touch=True, is_mobile=width < 700)
    page.get_by_role("button", name="The motion is faster").click()
    page.get_by_role("radio", name="Wipe").check()
    page.get_by_role("button", name="Adjust stages").click()
    assert page.evaluate(wide)
    small = "() => [...document.querySelectorAll('button, select, .button')].filter(e => e.offsetParent && !e.matches('.band'))"
    if width == 360:
        heights = page.evaluate(f"({small})().map(e => [e.textContent, e.offsetHeight]).filter(([, h]) => h < 44)")
        assert heights == []
    page.goto(page.url.split("#")[0] + "#/")
    page.wait_for_selector(".picker")
    assert page.evaluate(wide)


def test_two_tabs_show_the_same_conversation(open_page: Any, fake: PageServer) -> None:
    first, id_ = opened_session(open_page, fake)
    second = open_page(f"#/s/{id_}")
    second.wait_for_selector(".finding")
    first.get_by_label("Question", exact=True).fill("Which of us went deeper?")
    first.keyboard.press("Enter")
    for page in (first, second):
        page.wait_for_selector(".answer:not(.writing) .citation")
        assert page.locator(".question").count() == 1


def test_a_lost_comparison_says_so(open_page: Any, fake: PageServer, chromium: Any, address: str) -> None:
    page = chromium.new_page()
    page.goto(f"{address}/#/s/gone")
    page.wait_for_selector("text=it may have been deleted")
    page.close()
