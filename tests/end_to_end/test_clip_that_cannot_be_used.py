"""CLIP whose weights are missing, broken or meant for another machine: `auto` goes on by posture alone, a named encoder is an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import constants

from viddiff import Report, Settings, compare
from viddiff.evals.scripted_server import ScriptedServer
from viddiff.evals.scripted_server.named import NAMED
from viddiff.memory.errors import VidDiffError
from viddiff.memory.trace_reading import read_trace
from viddiff.memory.traces import Warned
from viddiff.tools.open_clip_encoder import CPU_MODEL, GPU_MODEL
from viddiff.tools.open_clip_weights import REPOSITORIES, WEIGHT_FILES

FOUND = {"missing": (), "broken": (CPU_MODEL,), "for a GPU only": (GPU_MODEL,)}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's cache, empty, and nobody to ask."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path


def cache_rubbish(hub: Path, model: str) -> None:
    folder = hub / f"models--{REPOSITORIES[model].replace('/', '--')}"
    kept = folder / "snapshots" / ("a" * 40) / WEIGHT_FILES[0]
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"<html>404</html>")
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("a" * 40)


@pytest.fixture
def remote(drawn, settings):
    """Compare the drawn pair with both models remote and an encoder."""
    made = drawn("squat", 3)

    def run(encoder: str) -> Report:
        with ScriptedServer(NAMED["image_reader"]()) as server:
            spec = f"openai:scripted@{server.base_url}"
            own = Settings.of(home=settings.home, profile="openai", planner=spec, vlm=spec, encoder=encoder)
            asked = [s.description for s in made.pair.statements]
            return compare(made.a.path, made.b.path, action=made.pair.description, differences=asked, settings=own)

    return run


@pytest.mark.parametrize("found", FOUND)
def test_auto_goes_on_by_posture_and_says_why(remote, settings: Settings, hub: Path, found: str):
    for model in FOUND[found]:
        cache_rubbish(hub, model)
    auto, pose = remote("auto"), remote("pose")
    assert (auto.backends.encoder, pose.backends.encoder) == ("pose-1", "pose-1")
    assert auto.stages == pose.stages
    same = {"measurement", "answer", "lean", "confidence", "reason", "evidence", "attempts"}
    assert [d.model_dump(include=same) for d in auto.differences] == [d.model_dump(include=same) for d in pose.differences]
    prefix = "frames are found by posture alone, without CLIP: "
    [said] = [warning for warning in auto.warnings if warning.startswith(prefix)]
    assert len(pose.warnings) == len(auto.warnings) - 1
    assert ("cannot be used as weights" if found == "broken" else "not on this machine") in said
    assert "\n" not in said
    lines = read_trace(settings.runs_folder / auto.trace).lines
    assert [line.event.text for line in lines if isinstance(line.event, Warned)].count(said) == 1


@pytest.mark.parametrize("found", ["missing", "broken"])
def test_an_encoder_that_was_named_is_an_error(remote, hub: Path, found: str):
    for model in FOUND[found]:
        cache_rubbish(hub, model)
    with pytest.raises(VidDiffError, match="cannot be used as weights" if found == "broken" else "not on this machine"):
        remote(f"pose+open_clip:{CPU_MODEL}")
