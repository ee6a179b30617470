"""A model that cannot tell from the first pictures but from others: it says why, is shown those, and is right, within the limits."""

from __future__ import annotations

import numpy as np
import pytest

from viddiff import Report, Settings, compare
from viddiff.evals.scripted_server import ScriptedServer, needs_another_look
from viddiff.evals.scripted_server.answering import Answering, Decision
from viddiff.evals.scripted_server.combining import Step
from viddiff.evals.scripted_server.image_reading import ImageReader, pixels_of
from viddiff.evals.scripted_server.looking_again import Obstructed
from viddiff.evals.scripted_server.questions import Asked, Exam, Shown
from viddiff.memory.report import DifferenceReport
from viddiff.tools.obstacles import Obstacle

ARMS = "the arms are raised further in front of the body"
"""Measurement refuses it, since the squats are filmed from the front; both first squats are drawn with the arms further up."""
SHIRT = "the performer's shirt is darker"
"""No measurement speaks of shirts."""
SQUAT, OTHER_SQUAT, DEADLIFT = ("squat", 3), ("squat", 41), ("deadlift", 2)


class Eyes(ImageReader):
    """An image reader that also sees which shirt is darker."""

    def decide(self, asked: Asked, exam: Exam) -> Decision:
        if "shirt" not in asked.statement:
            return super().decide(asked, exam)
        first, second = (
            np.median([self._shirt(shown, k) for k in range(len(shown.images))]) for shown in (exam.first, exam.second)
        )
        return Decision(choice="first" if first < second else "second", reason=f"{first:.0f} in Video 1, {second:.0f} in Video 2")

    def _shirt(self, shown: Shown, k: int) -> float:
        """How bright the torso is, 0 to 255."""
        pixels = pixels_of(shown.images[k])
        found = self._detection(shown.images[k])
        assert found is not None
        (left, top), (right, bottom) = (
            pick(found.landmarks[[11, 12, 23, 24], :2], axis=0).astype(int) for pick in (np.min, np.max)
        )
        return float(np.median(pixels[top:bottom, left:right].mean(axis=2)))


class Never:
    """Says for ever that it was the wrong moment."""

    def decide(self, asked: Asked, exam: Exam) -> Decision:
        return Obstructed(choice="cannot_tell", obstacle="wrong_moment", reason="the moment is another one")


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture
def look(drawn, settings):
    """Ask one statement about a drawn pair of a server of one personality: the difference, the report, and the server's calls."""

    def ask(which: tuple[str, int], text: str, personality: Step, **limits: int) -> tuple[DifferenceReport, Report, list]:
        made = drawn(*which)
        with ScriptedServer(personality) as server:  # pyright: ignore[reportArgumentType]
            own = Settings.of(home=settings.home, planner="embedded", vlm=f"openai:scripted@{server.base_url}", **limits)
            report = compare(made.a.path, made.b.path, action=made.pair.description, differences=[text], settings=own)
            return report.differences[0], report, list(server.recording.chats)

    return ask


def strategies(difference: DifferenceReport) -> list[str]:
    return [attempt.strategy for attempt in difference.attempts]


@pytest.mark.parametrize(
    ("obstacle", "which", "text", "right", "strategy"),
    [
        ("wrong_moment", OTHER_SQUAT, ARMS, "a", "extremum"),
        ("too_small", SQUAT, ARMS, "a", "crop"),
        ("too_fast", SQUAT, ARMS, "a", "dense"),
        ("wrong_moment", DEADLIFT, SHIRT, "b", "next_best"),
        ("out_of_view", DEADLIFT, SHIRT, "b", "next_best"),
    ],
)
def test_what_stood_in_the_way_decides_where_is_looked_next_and_the_answer_is_right(
    look, eyes, obstacle: Obstacle, which: tuple[str, int], text: str, right: str, strategy: str
):
    found, report, calls = look(which, text, needs_another_look(obstacle, eyes))
    assert strategies(found) == ["align", strategy]
    assert all(attempt.changed for attempt in found.attempts)
    assert found.answer == found.lean == right
    said = [vote.answer for vote in found.votes if vote.source != "measurement"]
    assert sorted(said) == sorted(["unknown", "unknown", right, right])
    assert found.evidence.a
    assert found.evidence.b
    assert len(calls) == report.usage.vlm_calls == 4
    assert all(call.status == 200 for call in calls)


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize(("which", "text"), [(SQUAT, ARMS), (DEADLIFT, SHIRT)])
def test_one_that_never_can_tell_ends_unknown_with_the_reason_after_so_many_looks(look, which, text, most):
    found, _, calls = look(which, text, Answering(Never()), max_attempts=most)
    assert 1 <= len(found.attempts) <= most
    assert len(set(strategies(found))) == len(found.attempts)
    assert len(calls) <= 2 * most
    assert found.answer == "unknown"
    assert "the moment is another one" in found.reason


def test_looking_again_stops_where_the_budget_ends(look, eyes):
    found, report, calls = look(DEADLIFT, SHIRT, needs_another_look("wrong_moment", eyes), max_calls=2)
    assert len(calls) == 2
    assert found.answer == "unknown"
    assert any("limit" in warning for warning in report.warnings)


def test_other_pictures_do_not_help_where_larger_ones_were_wanted(look, eyes):
    found, _, calls = look(DEADLIFT, SHIRT, needs_another_look("too_small", eyes), max_attempts=1)
    assert strategies(found) == ["align"]
    assert len(calls) == 2
    assert found.answer == "unknown"
