"""Baselines of one call: what is shown, within which budget, and what becomes of the answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from quick_pairs import Inline, quick_pairs, silent

from viddiff.agent.settings import Settings
from viddiff.evals import evaluation
from viddiff.evals.baselines.frames import RATES, Limits, Sampled, _thinned, sampled
from viddiff.evals.baselines.replies import ChosenAll, NamedAll
from viddiff.evals.baselines.showing import parts
from viddiff.evals.drawn.pairing import Drawn
from viddiff.evals.evaluation import How, Who, evaluate, system_of
from viddiff.evals.running.jobs import Outcome
from viddiff.evals.scripted_server import ScriptedServer, said
from viddiff.evals.scripted_server.named import NAMED
from viddiff.memory.errors import SettingsError
from viddiff.tools.models.asking import ImagePart, TextPart
from viddiff.tools.models.schemas import form_of
from viddiff.tools.models.tokens import image_tokens


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("baselines")


@pytest.fixture(scope="module")
def pair(folder: Path) -> Drawn:
    drawn = quick_pairs()[0]
    drawn.clip("a", folder / "clips")
    return drawn


@pytest.fixture
def clips(pair: Drawn, folder: Path) -> tuple[Path, Path]:
    return pair.clip("a", folder / "clips"), pair.clip("b", folder / "clips")


def asked(pair: Drawn, folder: Path, monkeypatch, server: ScriptedServer, setting="closed", **changed) -> Outcome:
    monkeypatch.setattr(evaluation, "Processes", lambda slots: Inline())
    monkeypatch.setitem(Settings.model_config, "toml_file", None)
    settings = Settings.of(home=folder, vlm=f"openai:m@{server.base_url}", planner="embedded", max_calls=5)
    who = Who(settings=settings, **{"baseline": "frames", **changed})
    with system_of(who, folder) as system:
        (outcome,) = evaluate([pair], setting, system, How(folder=folder), silent()).outcomes
    return outcome


def test_rates_of_the_paper() -> None:
    assert all(4 <= RATES[domain] <= 6 for domain in ("fitness", "ballsports", "diving"))
    assert RATES["music"] == RATES["surgery"] == 2


def test_the_whole_of_both_clips_is_shown_at_that_rate(clips) -> None:
    first, second = sampled(clips, "fitness", Limits())
    assert np.allclose(np.diff(first.times_s), 0.25, atol=0.06)
    assert max(first.images[0].shape) == 512
    assert len(sampled(clips, "music", Limits())[0].images) == pytest.approx(len(first.images) / 2, abs=1)
    assert len(sampled(clips, "fitness", Limits(fps=2))[1].images) == pytest.approx(len(second.images) / 2, abs=1)


def test_budgets_of_images_and_tokens_hold_and_are_shared_by_length(clips) -> None:
    first, second = sampled(clips, "fitness", Limits(max_images=6))
    assert len(first.images) + len(second.images) == 6
    assert abs(len(first.images) - len(second.images)) <= 2
    each = image_tokens(first.images[0].shape[1], first.images[0].shape[0])
    fewer = sampled(clips, "fitness", Limits(max_tokens=4 * each + 1))
    assert sum(len(one.images) for one in fewer) == 4
    with pytest.raises(SettingsError, match="shows nothing of one video"):
        sampled(clips, "fitness", Limits(max_tokens=each))


def test_thinning_keeps_the_ends_and_spreads_the_rest() -> None:
    found = Sampled([np.zeros((2, 2, 3), np.uint8)] * 9, [float(n) for n in range(9)])
    assert _thinned(found, 3).times_s == [0.0, 4.0, 8.0]
    assert _thinned(found, 9) is found


def test_a_grid_is_one_picture_a_video_and_shrinks_to_its_tokens(clips) -> None:
    shown = sampled(clips, "fitness", Limits())
    grids = [part for part in parts(*shown, "grid") if isinstance(part, ImagePart)]
    assert len(grids) == 2
    assert max(grids[0].width, grids[0].height) <= 2048
    small = [part for part in parts(*shown, "grid", max_tokens=1000) if isinstance(part, ImagePart)]
    assert sum(image_tokens(part.width, part.height) for part in small) <= 1000
    texts = [part.text for part in parts(*shown, "frames") if isinstance(part, TextPart)]
    assert [text[:7] for text in texts] == ["Video 1", "Video 2"]


def test_strict_servers_take_the_forms() -> None:
    for schema in (ChosenAll, NamedAll):
        assert form_of(schema).json_schema["additionalProperties"] is False


@pytest.mark.parametrize("kind", ["frames", "grid"])
def test_one_request_about_everything(kind: str, pair: Drawn, folder: Path, monkeypatch) -> None:
    with ScriptedServer(NAMED["always_first"]()) as server:
        done = asked(pair, folder, monkeypatch, server, baseline=kind)
        (call,) = server.recording.chats
    assert done.report is not None
    assert {d.id: d.lean for d in done.report.differences} == {d.key: "a" for d in pair.asked}
    assert len(call.images) == (2 if kind == "grid" else done.report.usage.images)
    assert done.report.usage.vlm_calls == 1
    assert done.report.usage.input_tokens > 0
    assert {v.order for d in done.report.differences for v in d.votes} == {"ab"}


def test_the_open_setting_asks_for_statements_of_its_own(pair: Drawn, folder: Path, monkeypatch) -> None:
    with ScriptedServer(NAMED["always_first"]()) as server:
        done = asked(pair, folder, monkeypatch, server, setting="open")
    assert done.report is not None
    assert 0 < len(done.report.differences) <= pair.row.n_differences
    assert all(d.description and d.answer == "a" for d in done.report.differences)


def test_what_was_left_out_has_no_answer_and_what_was_not_asked_counts_for_nothing(pair, folder: Path, monkeypatch) -> None:
    first = pair.asked[0].key
    answers = [{"id": key, "choice": "second", "confidence": 0.7} for key in (first, "weather")]
    answers.append({"id": first, "choice": "first", "confidence": 0.9})
    with ScriptedServer(type("Says", (), {"reply": lambda self, request: said({"answers": answers})})()) as server:
        done = asked(pair, folder, monkeypatch, server, limits=Limits(max_images=4))
    assert done.report is not None
    assert [(d.id, d.answer, d.confidence) for d in done.report.differences] == [(first, "b", 0.7)]


def test_rubbish_twice_is_a_failure_and_no_letter(pair, folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("viddiff.evals.running.schedule.Evaluation._check_server", lambda self: None)
    with ScriptedServer(type("Says", (), {"reply": lambda self, request: said({"answers": "B"})})()) as server:
        done = asked(pair, folder, monkeypatch, server, limits=Limits(max_images=2))
        assert len(server.recording.chats) == 2
    assert done.report is None
    assert done.failure is not None
    assert "ModelReplyError" in done.failure.text


def test_a_baseline_needs_a_model(pair, folder: Path) -> None:
    who = Who(settings=Settings.of(home=folder, vlm="none"), baseline="frames")
    with pytest.raises(SettingsError, match="--baseline asks a model"), system_of(who, folder):
        pass
