"""The small CLIP that comes along: an ordinary checkpoint on the ordinary path, which finds drawn postures by words."""

from pathlib import Path

import numpy as np
import pytest

from viddiff.evals.drawn import ACTIONS, Look
from viddiff.evals.drawn.camera import Camera
from viddiff.evals.drawn.clip import frames_of
from viddiff.evals.drawn.motion import ActionParameters
from viddiff.evals.drawn.truth import perform
from viddiff.tools import own_clip
from viddiff.tools.encoder_specs import encoders_from_spec
from viddiff.tools.encoders import ClipFrames, FrameEncoder
from viddiff.tools.pose_track import PoseTrack
from viddiff.tools.video import FrameBatch

LOOK = Look(width=96, height=128, fps=10, seed=77, camera=Camera(yaw_deg=25))
SAID = {
    ("squat", "bottom position"): "knees deeply bent with the hips low",
    ("overhead_press", "top position"): "arms overhead with the elbows straight",
    ("lateral_raise", "top position"): "arms out to the side at shoulder height",
    ("forward_bend", "bottom position"): "torso bent forward with the hands low near the feet",
    ("knee_raise", "knee raised"): "standing upright on one leg with one knee lifted high",
}
"""What the library looks for, by where it is to be found."""


@pytest.fixture(scope="module")
def encoder() -> FrameEncoder:
    return encoders_from_spec("own_clip")[0]


def picture(kind: type[ActionParameters], stage: str) -> np.ndarray:
    """(H, W, 3) the middle of a stage of an action with its usual parameters."""
    performance = perform(kind(), LOOK)
    middle = next(span.middle_s for span in performance.stages if span.stage == stage)
    return list(frames_of(performance, LOOK))[int(np.argmin(np.abs(performance.times_s - middle)))]


def clip(images: np.ndarray) -> ClipFrames:
    count = len(images)
    nobody = np.full((count, 33, 4), np.nan, np.float32)
    track = PoseTrack(
        times_s=np.arange(count, dtype=float), frames=np.arange(count), landmarks=nobody, world=nobody[..., :3],
        filled=np.zeros(count, bool), width=96, height=128,
    )  # fmt: skip
    return ClipFrames((FrameBatch(images=images, times_s=track.times_s, frames=track.frames),), track)


def test_the_file_is_small_and_has_its_card_and_its_log() -> None:
    folder = Path(own_clip.__file__).parent
    assert sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) < 6e6
    assert {"README.md", "training.log", "bpe_merges.txt.gz", "open_clip_config.json"} <= {p.name for p in folder.iterdir()}
    assert "drawn figures" in (folder / "README.md").read_text(encoding="utf-8")


def test_words_find_the_posture_that_they_name(encoder: FrameEncoder) -> None:
    images = np.stack([picture(ACTIONS[action], stage) for action, stage in SAID])
    similar = encoder.encode_texts(list(SAID.values())) @ encoder.encode_frames(clip(images)).vectors.T
    found = similar - similar.mean(axis=1, keepdims=True)
    assert found.argmax(axis=1).tolist() == list(range(len(SAID)))


def test_unknown_words_and_blank_frames_say_nothing_in_particular(encoder: FrameEncoder) -> None:
    assert not encoder.encode_frames(clip(np.zeros((2, 64, 64, 3), np.uint8))).vectors.any()
    vectors = encoder.encode_texts(["knees deeply bent", "", "a trombone"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1])
