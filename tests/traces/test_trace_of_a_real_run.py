"""What was recorded of a real run tells the same story as its report."""

from __future__ import annotations

from typing import Any

from viddiff.agent.traces.opening import inside, open_trace, trace_folder, trace_page
from viddiff.agent.traces.text import Row


def test_the_story_of_a_run_ends_as_its_report_does(base: Any) -> None:
    folder = trace_folder(base.home / "runs", base.report.id)
    story = open_trace(folder)
    told = {each.id: each.final.answer for each in story.differences if each.final}
    assert told == {each.id: each.answer for each in base.report.differences}
    assert story.head.status == "done"
    assert story.head.spent.calls == base.report.usage.llm_calls + base.report.usage.vlm_calls
    assert all(each.replied for each in story.asked.values())
    assert {each.order for each in story.asked.values() if each.role == "vlm"} == {"ab", "ba"}
    assert {side: len(each.repetitions) > 0 for side, each in story.timelines.items()} == {"a": True, "b": True}
    assert all(look.instants["a"] and look.instants["b"] for each in story.differences for look in each.looks if look.read)


def test_its_page_carries_what_was_sent(base: Any) -> None:
    folder = trace_folder(base.home / "runs", base.report.id)
    story = open_trace(folder)
    page = trace_page(story, folder, inside(folder))
    assert page.count("data:image/jpeg;base64,") == len(list((folder / "frames").iterdir()))
    assert str(base.home) not in page


def test_its_row_counts_what_is_in_doubt(base: Any) -> None:
    story = open_trace(trace_folder(base.home / "runs", base.report.id))
    row = Row.of(story, base.report.id)
    assert row.differences == len(base.report.differences)
    assert row.doubtful == sum("uncertain" in each.flags for each in story.differences)
