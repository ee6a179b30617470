"""From the state of a run to its report: order, stages, and what is said of the undecided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from scripted import LaidOutToolbox, new_context, report_of, run_input, video_info

from viddiff import Report
from viddiff.agent.embedded_planner import EmbeddedPlanner
from viddiff.memory.cache import Cache
from viddiff.memory.state import State, Statement
from viddiff.memory.values import Difference, Evidence, KeyFrame
from viddiff.tools.toolbox import Outcome


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


ANSWERS = {"d1": "unknown", "d2": "same", "d3": "a", "d4": "unknown", "d5": "b"}
NO_DOUBT = {id_: [] for id_ in ANSWERS}


def test_in_the_open_setting_the_telling_ones_come_first(cache: Cache) -> None:
    report = report_of(new_context(cache, EmbeddedPlanner(), NO_DOUBT, ANSWERS))
    assert [d.id for d in report.differences] == ["d3", "d5", "d2", "d1", "d4"]


def test_in_the_closed_setting_the_given_order_stays(cache: Cache) -> None:
    statements = tuple(Statement(id=id_, description=f"it is {id_}") for id_ in reversed(ANSWERS))
    report = report_of(new_context(cache, EmbeddedPlanner(), NO_DOUBT, ANSWERS), run_input(statements))
    assert [(d.id, d.description) for d in report.differences] == [(s.id, s.description) for s in statements]
    assert {d.stage for d in report.differences} == {"whole action"}


def test_stages_are_shown_in_the_repetition_of_median_length(cache: Cache) -> None:
    down, up = report_of(new_context(cache, EmbeddedPlanner(), {"d1": []})).stages
    assert down.a is not None
    assert (down.a.start_s, down.a.end_s) == (6.0, 7.5)
    assert down.b is not None
    assert (down.b.start_s, down.b.end_s) == (7.0, 8.5)
    assert [segment.start_s for segment in down.repetitions_a] == [0.0, 2.0, 6.0, 9.0]
    assert (up.a, up.b, up.repetitions_a) == (None, None, ())


class Wavering(LaidOutToolbox):
    """Sure at the first look, undecided at every later one; the evidence of each look is the frame of its number."""

    def measure(self, state: State, differences: Sequence[Difference]) -> Outcome:
        outcome = super().measure(state, differences)
        first = self.measured == 1
        frame = (KeyFrame(time_s=self.measured, frame=self.measured),)
        looked = {"confidence": 0.9 if first else 0.2, "uncertain": "weak alignment", "evidence": Evidence(a=frame, b=frame)}
        verdict = outcome.changes["verdicts"]["d1"].model_copy(update={"answer": "b" if first else "unknown", **looked})
        return Outcome(outcome.said, {**outcome.changes, "verdicts": {"d1": verdict}})


def test_the_evidence_shown_is_that_of_the_verdict_reported(cache: Cache) -> None:
    context = new_context(cache, EmbeddedPlanner(), {"d1": []})
    [difference] = report_of(replace(context, toolbox=Wavering(cache, {"d1": []}, {}))).differences
    assert len(difference.attempts) > 1
    assert (difference.answer, difference.evidence.a[0].frame) == ("b", 1)


def test_the_report_survives_json_and_keeps_to_the_contract(cache: Cache) -> None:
    report = report_of(new_context(cache, EmbeddedPlanner(), {"d1": ["joint hidden"]}))
    assert isinstance(report, Report)
    assert Report.model_validate_json(report.model_dump_json(by_alias=True)) == report
    dumped = report.model_dump(by_alias=True)
    assert dumped["schema"] == "viddiff.report/1"
    assert dumped["videos"]["a"] == video_info("a").model_dump()
    assert dumped["id"] == dumped["trace"] == "run-1"
    assert dumped["usage"]["seconds"] >= 0
    assert set(dumped["differences"][0]) == {
        *("id", "description", "answer", "lean", "confidence", "reason", "stage", "evidence", "measurement", "votes", "attempts")
    }
