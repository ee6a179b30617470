"""The runner: nothing is done twice, failures are named and tried again, and the ceiling holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_pairs import Inline, Saying, quick_pair, saying

from viddiff.evals.drawn.pairing import Drawn
from viddiff.evals.running import systems
from viddiff.evals.running.ceiling import Ceiling
from viddiff.evals.running.jobs import Job, Outcome, Task, do, failed
from viddiff.evals.running.kept import Kept
from viddiff.evals.running.schedule import Evaluated, Evaluation, Told
from viddiff.evals.running.systems import Agent, System
from viddiff.memory.errors import ModelServerError, SettingsError, VideoError


class _Undrawn(Drawn):
    """A pair whose clips nobody looks at."""

    def clip(self, side, folder: Path) -> Path:
        return folder / f"{side}.mp4"


def jobs_of(system: System, folder: Path, count: int = 4) -> list[Job]:
    base = Drawn.of(quick_pair())
    rows = [base.row.model_copy(update={"sample_key": f"pair/{n}"}) for n in range(count)]
    pairs = [_Undrawn(drawn=base.drawn, row=row) for row in rows]
    return [Job(pair=pair, system=system, setting="closed", folder=folder) for pair in pairs]


def run(
    jobs: list[Job], folder: Path, engine: Inline, max_cost: float | None = None, told: list[Told] | None = None
) -> Evaluated:
    heard = told if told is not None else []
    return Evaluation(jobs, Kept(folder), max_cost, heard.append).on(engine, "code")


def test_what_is_kept_is_not_done_again_and_what_is_not_is(tmp_path: Path) -> None:
    jobs, first, told = jobs_of(saying(tmp_path), tmp_path), Inline(), []
    half = run(jobs[:2], tmp_path / "kept", first)
    assert [outcome.name for outcome in half.outcomes] == ["pair_0", "pair_1"]
    second = Inline()
    whole = run(jobs, tmp_path / "kept", second, told=told)
    assert [task.job.name for task in second.tasks] == ["pair_2", "pair_3"]
    assert [outcome.name for outcome in whole.outcomes] == [f"pair_{n}" for n in range(4)]
    assert [(each.done, each.kept) for each in told] == [(1, True), (2, True), (3, False), (4, False)]
    assert whole.outcomes[:2] == half.outcomes
    assert whole.left == 0


def test_another_system_or_setting_finds_nothing_that_was_kept(tmp_path: Path) -> None:
    run(jobs_of(saying(tmp_path), tmp_path, 1), tmp_path / "kept", Inline())
    other = Inline()
    run(jobs_of(saying(tmp_path, letter="b"), tmp_path, 1), tmp_path / "kept", other)
    opened = [job.model_copy(update={"setting": "open"}) for job in jobs_of(saying(tmp_path), tmp_path, 1)]
    run(opened, tmp_path / "kept", other)
    assert len(other.tasks) == 2


def test_the_key_follows_what_decides_and_nothing_else(tmp_path: Path) -> None:
    settings = saying(tmp_path).settings
    base = Agent(settings=settings)

    def key(**changed: object) -> str:
        return jobs_of(Agent(settings=settings.model_copy(update=changed)), tmp_path, 1)[0].key

    assert key() == key(max_cost=1.0, timeout=3.0, home=tmp_path / "elsewhere") == jobs_of(base, tmp_path, 1)[0].key
    assert len({key(), key(fps=10.0), key(seed=1), key(encoder="x")}) == 4
    served = [
        Agent(settings=settings.model_copy(update={"vlm": f"openai:m@http://127.0.0.1:{p}/v1"}), server="m") for p in (1, 2)
    ]
    assert len({jobs_of(each, tmp_path, 1)[0].key for each in served}) == 1


def test_a_damaged_outcome_is_made_again(tmp_path: Path) -> None:
    jobs = jobs_of(saying(tmp_path), tmp_path, 1)
    run(jobs, tmp_path / "kept", Inline())
    next((tmp_path / "kept").iterdir()).write_text("{", encoding="utf-8")
    again = Inline()
    assert run(jobs, tmp_path / "kept", again).outcomes[0].report is not None
    assert len(again.tasks) == 1
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".json"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ModelServerError("down"), "infrastructure"),
        (OSError("full"), "infrastructure"),
        (VideoError("no frame"), "input"),
        (SettingsError("no"), "input"),
        (ZeroDivisionError("x"), "own"),
    ],
)
def test_failures_are_told_apart_and_tried_again(error: Exception, kind: str, tmp_path: Path, monkeypatch) -> None:
    def raises(self: Saying, assignment: object) -> None:
        raise error

    jobs = jobs_of(saying(tmp_path), tmp_path, 2)
    monkeypatch.setattr(Saying, "answer", raises)
    outcome = do(Task(jobs[0], 1.0))
    assert outcome.report is None
    assert outcome.failure is not None
    assert (outcome.failure.kind, outcome.failure.text) == (kind, f"pair_0: {type(error).__name__}: {error}")
    Kept(tmp_path / "kept").keep(jobs[0], outcome)
    assert Kept(tmp_path / "kept").find(jobs[0]) is None


def test_three_failures_of_the_server_leave_the_rest_for_later(tmp_path: Path) -> None:
    jobs = jobs_of(saying(tmp_path), tmp_path, 9)
    broken = Inline(lambda task: failed(task.job.name, ModelServerError("down"), 0.0))
    with pytest.raises(ModelServerError, match="no pair could be done: pair_0: ModelServerError: down"):
        run(jobs, tmp_path / "kept", broken)
    assert len(broken.tasks) <= 4

    def sometimes(task: Task) -> Outcome:
        return do(task) if task.job.name == "pair_0" else failed(task.job.name, ModelServerError("down"), 0.0)

    found = run(jobs, tmp_path / "kept", Inline(sometimes))
    assert (len(found.outcomes), found.left) == (5, 4)
    assert "3 pairs after one another failed" in found.stopped


def test_the_ceiling_by_hand() -> None:
    ceiling = Ceiling(1.0, each_usd=0.4, slots=2)
    assert (ceiling.hand_out("a"), ceiling.hand_out("b")) == (0.4, 0.4)
    ceiling.settle("a", 0.1)
    assert ceiling.left_usd == pytest.approx(1.0 - 0.1 - 0.4)
    assert ceiling.hand_out("c") == 0.4
    ceiling.settle("b", 0.4)
    # 1.0 - 0.5 spent - 0.4 held: a tenth is left for the one free slot.
    assert ceiling.hand_out("d") == pytest.approx(0.1)
    ceiling.settle("c", 0.4)
    ceiling.settle("d", 0.1)
    assert ceiling.exhausted
    assert not Ceiling(0.0, 5.0, 2).exhausted
    assert Ceiling(None, 5.0, 2).hand_out("a") == 5.0


def test_all_pairs_together_stay_within_the_ceiling_and_the_rest_goes_on_later(tmp_path: Path) -> None:
    jobs = jobs_of(saying(tmp_path, cost_usd=0.3), tmp_path, 5)
    first = run(jobs, tmp_path / "kept", Inline(), max_cost=0.6)
    assert sum(outcome.cost_usd for outcome in first.outcomes) == pytest.approx(0.6)
    assert (len(first.outcomes), first.left) == (2, 3)
    assert "the ceiling of $0.60 is reached" in first.stopped
    again = Inline()
    assert run(jobs, tmp_path / "kept", again, max_cost=0.6).left == 3
    assert again.tasks == []
    assert run(jobs, tmp_path / "kept", Inline(), max_cost=9.0).left == 0


def test_a_pair_that_the_ceiling_cut_short_is_not_kept(tmp_path: Path) -> None:
    cut = saying(tmp_path, cost_usd=0.3, warning="the limit was reached before every question was put")
    found = run(jobs_of(cut, tmp_path, 2), tmp_path / "kept", Inline(), max_cost=0.2)
    assert (found.outcomes, found.left) == ((), 2)
    # The same warning under a pair's own limits is part of how it was asked to be done.
    assert run(jobs_of(cut, tmp_path, 1), tmp_path / "kept", Inline()).left == 0


def test_reports_of_other_sources_are_counted(tmp_path: Path) -> None:
    jobs = jobs_of(saying(tmp_path), tmp_path, 2)
    first = run(jobs, tmp_path / "kept", Inline())
    assert first.other_code == 0
    assert Evaluation(jobs, Kept(tmp_path / "kept"), None, lambda told: None).on(Inline(), first.outcomes[0].code).other_code == 0
    assert run(jobs, tmp_path / "kept", Inline()).other_code == 2


def test_a_run_is_taken_up_under_its_own_id(tmp_path: Path, monkeypatch) -> None:
    asked: list[dict[str, object]] = []

    def compare(*clips: Path, **given: object) -> None:
        asked.append(given)
        raise VideoError("no frame")

    monkeypatch.setattr(systems, "compare", compare)
    job = jobs_of(Agent(settings=saying(tmp_path).settings), tmp_path, 1)[0]
    for _ in range(2):
        do(Task(job, 0.25))
    assert [given["run_id"] for given in asked] == [job.key[:12]] * 2
    settings = asked[0]["settings"]
    assert getattr(settings, "max_cost", None) == 0.25
