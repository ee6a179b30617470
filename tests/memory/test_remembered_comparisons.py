"""History: what is kept of a comparison, whom it is about, and how measured values changed."""

from __future__ import annotations

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kept_values import DAY, NOON, difference_report, finished, measured

from viddiff.memory import history
from viddiff.memory.history import Comparison, comparison_of, recall, remember, trends
from viddiff.memory.items import LONGEST_LABEL, label

DEEPER = "the squat is deeper"


def compared(day: int, value: float, *, who="b", clip: str = "", person: str = "Ann", error: float = 2.0) -> Comparison:
    found = (
        difference_report(DEEPER, "b", measured(80.0, value, error=error)),
        difference_report("the splash is larger", "unknown"),
    )
    report = finished(found, id_=f"{day:012x}", a="teacher", b=clip or f"day{day}")
    return comparison_of(report, person, NOON + day * DAY, action="bodyweight squat", who=who)


def test_what_is_kept_of_a_report():
    kept = compared(1, 90.0)
    assert (kept.id, kept.person, kept.action, kept.who) == ("000000000001", "Ann", "bodyweight squat", "b")
    assert (kept.a.name, kept.b.sha256) == ("teacher.mp4", "day1" * 4)
    assert [(o.description, o.answer) for o in kept.outcomes] == [(DEEPER, "b"), ("the splash is larger", "unknown")]
    assert kept.outcomes[0].measurement == measured(80.0, 90.0)
    assert comparison_of(finished(), "", NOON).action == "squat"


def test_a_measurement_that_no_database_can_hold_is_left_out():
    report = finished((difference_report(found=measured(80.0, math.inf)),))
    assert comparison_of(report, "Ann", NOON).outcomes[0].measurement is None


def test_comparisons_are_found_by_person_and_action_the_newest_first(place):
    async def both():
        async with place() as memory:
            for kept in (
                compared(1, 90.0),
                compared(3, 95.0),
                compared(2, 92.0, person="Dr. A. B. 100%"),
                compared(4, 91.0, person=""),
            ):
                await remember(memory.store, kept)
            await remember(memory.store, compared(3, 95.0))
        async with place() as memory:
            wanted = [
                (None, None),
                (" ann ", None),
                ("Ann", "Bodyweight  Squat"),
                ("dr. a. b. 100%", None),
                ("", None),
                ("An", None),
            ]
            return [await recall(memory.store, *who) for who in (*wanted, ("Ann", "lunge"))]

    found = asyncio.run(both())
    assert [[int(one.id, 16) for one in some] for some in found] == [[4, 3, 2, 1], [3, 1], [3, 1], [2], [4], [], []]
    assert found[1][1] == compared(1, 90.0)


def test_names_that_databases_refuse_are_kept_as_far_as_they_can(place):
    odd = comparison_of(finished(a="clip\udcff"), "A\0nn", NOON, action="x" * 5000)

    async def both():
        async with place() as memory:
            await remember(memory.store, odd)
            return await recall(memory.store, "A\0nn", "X" * 5000)

    (found,) = asyncio.run(both())
    assert (found.person, found.a.name) == ("Ann", "clip?.mp4")


def test_the_oldest_of_too_many_are_forgotten(place, monkeypatch):
    monkeypatch.setattr(history, "MOST_PER_ACTION", 3)

    async def both():
        async with place() as memory:
            for day in (5, 1, 4, 2, 3):
                await remember(memory.store, compared(day, 90.0))
            await remember(memory.store, compared(0, 90.0, person="Bo"))
            return await recall(memory.store)

    assert [int(one.id, 16) for one in asyncio.run(both())] == [5, 4, 3, 0]


def test_a_change_over_weeks():
    (trend,) = trends([compared(30, 99.0), compared(0, 90.0), compared(10, 93.0)])
    assert (trend.description, trend.quantity, trend.unit) == (DEEPER, "knee_flexion", "deg")
    assert [point.value for point in trend.points] == [90.0, 93.0, 99.0]
    assert trend.change == pytest.approx(9.0)
    # Each clip has 2 / sqrt(2), and two of them differ.
    assert trend.error == pytest.approx(2.0)
    assert trend.clear
    assert not trends([compared(0, 90.0), compared(9, 91.0)])[0].clear


def test_since_a_moment_starts_from_the_last_value_before_it():
    days = [compared(day, 90.0 + day) for day in (0, 10, 20, 30)]
    assert [p.value for p in trends(days, since=NOON + 15 * DAY)[0].points] == [100.0, 110.0, 120.0]
    assert [p.value for p in trends(days, since=NOON - DAY)[0].points] == [90.0, 100.0, 110.0, 120.0]
    assert trends(days, since=NOON + 31 * DAY) == ()


def test_what_counts_for_a_trend():
    assert trends([compared(0, 90.0), compared(1, 95.0, who=None)]) == ()
    assert trends([compared(0, 90.0, clip="same"), compared(1, 95.0, clip="same")]) == ()
    assert trends([compared(0, 90.0), compared(1, 95.0)], quantity="depth") == ()
    assert len(trends([compared(0, 90.0), compared(1, 95.0)], quantity="knee_flexion")) == 1
    (swapped,) = trends([compared(0, 90.0), compared(1, 95.0, who="a", clip="x")])
    assert [point.value for point in swapped.points] == [90.0, 80.0]


@given(st.permutations([compared(day, 90.0 + day) for day in range(5)]))
def test_the_order_in_which_comparisons_come_does_not_matter(shuffled):
    assert trends(shuffled) == trends(sorted(shuffled, key=lambda one: one.when))


@given(st.text(max_size=300), st.text(max_size=300))
def test_labels_are_what_a_namespace_takes_and_tell_names_apart(one, other):
    for text in (one, other):
        assert label(text)
        assert "." not in label(text)
        assert len(label(text)) <= LONGEST_LABEL + 17
    alike = [" ".join(text.replace("\0", "").casefold().split()) for text in (one, other)]
    assert (label(one) == label(other)) == (alike[0] == alike[1])
