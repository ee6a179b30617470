"""How one difference is told: intervals that leave open which clip it is, repetitions that are cut off, and no bet on what was not understood."""

from __future__ import annotations

from dataclasses import replace

import pytest
from canned_talk import answered, facts_for, reports
from hypothesis import find

from viddiff.agent.chat.embedded import EmbeddedChatter
from viddiff.agent.chat.phrasing import Names, range_of
from viddiff.agent.chat.targets import Seen
from viddiff.agent.chat.telling import shown, told
from viddiff.agent.chat.understanding import Understanding
from viddiff.agent.mcp_texts import report_json
from viddiff.agent.output.markdown import render_markdown
from viddiff.memory.conversation import Citation
from viddiff.memory.values import Answer, Measurement, Side


def _measured(low: float, high: float, unit: str = "deg") -> Measurement:
    middle = (low + high) / 2
    return Measurement(quantity="knee_flexion", unit=unit, a=50, b=50 + middle, difference=middle, interval=(low, high))


@pytest.mark.parametrize(
    ("interval", "more", "said"),
    [
        ((4, 19), "b", "between 4 and 19"),
        ((-19, -4), "a", "between 4 and 19"),
        ((-1, 13), "b", "from 1 less to 13 more"),
        ((-13, 1), "a", "from 1 less to 13 more"),
        ((-0.3, 45), "b", "between 0 and 45"),
    ],
)
def test_an_interval_is_seen_from_the_clip_that_shows_more(interval: tuple[float, float], more: Side, said: str) -> None:
    assert range_of(_measured(*interval), more) == said


@pytest.mark.parametrize(("low", "settled"), [(-1.0, False), (2.0, True)])
def test_a_letter_that_rests_on_more_than_the_interval_says_so(low: float, settled: bool) -> None:
    one = Seen(
        id="d", description="the knees are more bent", answer="b", confidence=0.88, reason="", measurement=_measured(low, 8)
    )
    text = " ".join(part.text for part in told(one, Names({})))
    assert ("with 95% certainty between 2 and 8" in text) is settled
    assert ("the 95% interval is from 1 less to 8 more, so by itself it does not settle which clip" in text) is not settled


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("b", "- The knees are more bent (knee bend 50 degrees in A, 55 in B): [A 1.00 s] beside [B 2.00 s]."),
        ("same", "- Knee bend (50 degrees in A, 55 in B): [A 1.00 s] beside [B 2.00 s]."),
        ("unknown", "- Knee bend (50 degrees in A, 55 in B): [A 1.00 s] beside [B 2.00 s]."),
    ],
)
def test_what_no_clip_shows_is_not_said_to_be_so(answer: Answer, said: str) -> None:
    cited = {side: (Citation(video=side, time_s=time_s),) for side, time_s in (("a", 1.0), ("b", 2.0))}
    one = Seen(
        id="d", description="the knees are more bent", answer=answer, confidence=0.5, reason="", label="knee bend",
        measurement=_measured(2, 8), a=cited["a"], b=cited["b"],
    )  # fmt: skip
    assert [part.text for part in shown(one, Names({}))] == [said]


def test_a_repetition_that_is_cut_off_is_not_counted_as_one(understanding: Understanding) -> None:
    plan, report = find(reports(understanding.reader), lambda _: True)
    facts = facts_for(plan, report, "when does B reach the bottom?")
    *whole, last = facts.timelines["b"].repetitions
    cut = facts.timelines["b"].model_copy(update={"repetitions": (*whole, last.model_copy(update={"partial": True}))})
    chatter = EmbeddedChatter(understanding.reader)
    before, _ = answered(chatter, facts, understanding.reader)
    after, _ = answered(chatter, replace(facts, timelines={**facts.timelines, "b": cut}), understanding.reader)
    assert before.text.endswith("once in each of the 3 repetitions.")
    assert after.text.endswith("once in each of the 2 whole repetitions and in one that is cut off.")
    assert after.citations == before.citations


@pytest.mark.parametrize("confidence", [0.0, 0.4])
def test_a_bet_is_named_only_where_there_is_one(understanding: Understanding, confidence: float) -> None:
    _, report = find(reports(understanding.reader, 1), lambda _: True)
    told_of = report.differences[0].model_copy(update={"confidence": confidence, "answer": "unknown"})
    report = report.model_copy(update={"differences": (told_of,)})
    assert ("If one had to be named" in render_markdown(report)) is (confidence > 0)
    assert ('"lean"' in report_json("0" * 12, report)) is (confidence > 0)
