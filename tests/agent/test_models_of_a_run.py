"""From settings to what a run is given: the pose model of the user's own, and the seed of every remote model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from viddiff.agent.build import build_context
from viddiff.agent.settings import Settings
from viddiff.evals.scripted_server import Scripted, ScriptedServer, said
from viddiff.memory.errors import SettingsError
from viddiff.memory.values import VideoInfo
from viddiff.tools import pose_mediapipe, video
from viddiff.tools.pose_following import Detection
from viddiff.tools.video import FrameBatch
from viddiff.tools.workbench import Workbench

CLIP = VideoInfo(path="clip.mp4", sha256="c" * 64, duration_s=0.2, fps=10, width=64, height=64, frames=2)


def bench(home: Path, model: Path | None = None) -> Workbench:
    settings = Settings.of(home=home, profile="embedded", pose_model=model)
    return build_context(settings, lambda what, share: None).toolbox.workbench


class OwnPose:
    """Stands for a model file: seam and name of the real one, and a body nowhere."""

    opened: list[Path]

    def __init__(self, path: Path) -> None:
        self.opened.append(path)
        self.name = f"own-{path.read_text()}"

    def __enter__(self) -> OwnPose:
        return self

    def __exit__(self, *_: object) -> None: ...

    def estimate(self, frame: np.ndarray) -> Detection | None:
        return None

    def estimate_alone(self, frame: np.ndarray) -> Detection | None:
        return None

    def restart(self) -> None: ...


@pytest.fixture
def blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every clip is two grey frames, and models of the user's own are of the class above."""
    batch = FrameBatch(images=np.full((2, 64, 64, 3), 128, np.uint8), times_s=np.array([0.0, 0.1]), frames=np.arange(2))
    monkeypatch.setattr(video, "sample", lambda *_, **__: iter([batch]))
    monkeypatch.setattr(pose_mediapipe, "MediaPipeTasksPose", OwnPose)
    monkeypatch.setattr(OwnPose, "opened", [], raising=False)


@pytest.mark.parametrize("content", [None, b"not a model"])
def test_a_pose_model_that_is_none_is_refused_before_any_work(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "my.task"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"pose model .*my\.task.*expected a MediaPipe pose_landmarker \.task file") as caught:
        bench(tmp_path / "home", path)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("blank")
def test_tracks_are_made_by_the_pose_model_that_was_named_and_kept_under_its_name(tmp_path: Path) -> None:
    one, two = tmp_path / "one.task", tmp_path / "two.task"
    one.write_text("one")
    two.write_text("two")

    def made() -> int:
        return len(list((tmp_path / "home").rglob("*.npz")))

    bench(tmp_path / "home", one).track(CLIP)
    assert (OwnPose.opened, made()) == ([one, one], 1)
    bench(tmp_path / "home", one).track(CLIP)
    assert (OwnPose.opened, made()) == ([one] * 3, 1)
    bench(tmp_path / "home", two).track(CLIP)
    assert made() == 2
    bench(tmp_path / "home").track(CLIP)
    assert (OwnPose.opened[3:], made()) == ([two, two], 3)


def test_a_pose_model_is_found_again_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.of(pose_model=Path("my.task")).pose_model == tmp_path / "my.task"
    monkeypatch.setenv("VIDDIFF_POSE_MODEL", "other.task")
    assert Settings.of().pose_model == tmp_path / "other.task"


@pytest.mark.parametrize("seed", [None, 0, 7])
def test_every_remote_model_gets_the_seed_of_the_run(seed: int | None, tmp_path: Path) -> None:
    with ScriptedServer(Scripted(then=said({}))) as server:
        spec = f"openai:m@{server.base_url}"
        context = build_context(Settings.of(home=tmp_path, planner=spec, vlm=spec, seed=seed), lambda what, share: None)
        context.planner.invoke("hello")
        assert server.recording.chats[0].body.get("seed") == seed
    assert context.planner_sender is not None
    assert context.planner_sender.endpoint.seed == seed
