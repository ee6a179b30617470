"""A decider that looks: it finds the body in the images it is sent and measures what each statement speaks of.

It knows nothing but the request, so wrong frames give wrong answers.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from ...memory.values import Answer, Difference, Question, Segment, Timeline, VideoInfo, Window
from ...tools.body import Body
from ...tools.catalog import CATALOG
from ...tools.clip import Clip
from ...tools.judge import judge
from ...tools.measure import measure
from ...tools.pose_following import Detection, Follower
from ...tools.pose_track import LANDMARKS, PoseTrack
from ...tools.statement import StatementReader
from .answering import Answering, Choice, Decision
from .exchange import SentImage
from .questions import Asked, Exam, Shown

if TYPE_CHECKING:
    from ...tools.pose_mediapipe import MediaPipePose

MOVING = frozenset({"range", "variability"})
"""Statistics that a still image cannot show."""
_CHOICES: dict[Answer, Choice] = {"a": "first", "b": "second", "same": "same", "unknown": "cannot_tell"}
_FEWEST = 3


class ImageReader:
    """Reads statements, finds bodies, measures and decides. Its pose model is loaded when first needed."""

    def __init__(self) -> None:
        self._statements = StatementReader()
        self._model: MediaPipePose | None = None
        self._found: dict[str, Detection | None] = {}

    def decide(self, asked: Asked, exam: Exam) -> Decision:
        """Decide one statement by what the images show."""
        reading = self._statements.read(asked.statement)
        if reading.question is None:
            return Decision(choice="cannot_tell", confidence=0.5, reason=reading.unmeasurable)
        if objection := _objection(reading.question, exam):
            return Decision(choice="cannot_tell", confidence=0.5, reason=objection)
        clips = [self._clip(shown) for shown in (exam.first, exam.second)]
        difference = Difference(id=asked.id, description=asked.statement, question=reading.question)
        verdict = judge(difference, measure(difference, (_window(clips[0]), _window(clips[1])), *clips))
        return Decision(choice=_CHOICES[verdict.answer], confidence=verdict.confidence, reason=verdict.reason)

    def _clip(self, shown: Shown) -> Clip:
        images, times = _comparable(shown)
        found = [self._detection(image) for image in images]
        landmarks = np.full((len(found), LANDMARKS, 4), np.nan, np.float32)
        world = np.full((len(found), LANDMARKS, 3), np.nan, np.float32)
        for row, body in enumerate(found):
            if body is not None:
                landmarks[row], world[row] = body.landmarks, body.world
        width, height = images[0].width, images[0].height
        track = PoseTrack(
            times_s=np.array(times, float),
            frames=np.arange(len(found)),
            landmarks=landmarks,
            world=world,
            filled=np.zeros(len(found), bool),
            width=width,
            height=height,
        )
        info = VideoInfo.model_construct(path="", sha256="", width=width, height=height, frames=len(found))
        return Clip(info=info, track=track, body=_body(track), timeline=Timeline.model_construct(repetitions=(), still=True))

    def _detection(self, image: SentImage) -> Detection | None:
        """The main body of one image, looked at by itself; images come again in the other order and with other statements."""
        digest = hashlib.sha256(image.data).hexdigest()
        if digest not in self._found:
            if self._model is None:
                from ...tools.pose_mediapipe import MediaPipePose

                self._model = MediaPipePose()
            self._found[digest] = Follower(self._model).follow(pixels_of(image), 0.0)
        return self._found[digest]


def image_reader() -> Answering:
    """A verifier that answers from what is in the images."""
    return Answering(ImageReader())


def pixels_of(image: SentImage) -> np.ndarray:
    """(H, W, 3) RGB uint8."""
    from PIL import Image

    with Image.open(io.BytesIO(image.data)) as opened:
        return np.asarray(opened.convert("RGB"))


def _objection(question: Question, exam: Exam) -> str:
    """Why these images cannot answer a question, however well the body is seen; empty when they can."""
    entry = CATALOG[question.quantity]
    if entry.source != "pose":
        return f"still images do not show the {entry.label}"
    fast = entry.name.endswith("_speed")
    for shown in (exam.first, exam.second):
        if (fast or question.statistic in MOVING) and len(shown.images) < _FEWEST:
            return f"so few images do not show the {entry.label}"
        if fast and shown.times_s is None:
            return f"the {entry.label} needs the times of the images"
    return ""


def _comparable(shown: Shown) -> tuple[tuple[SentImage, ...], tuple[float, ...]]:
    """The images of the size that most have, with their times: crops and whole frames have different scales."""
    times = shown.times_s or tuple(map(float, range(len(shown.images))))
    size, _ = Counter((image.width, image.height) for image in shown.images).most_common(1)[0]
    kept = [(image, time) for image, time in zip(shown.images, times, strict=True) if (image.width, image.height) == size]
    return tuple(image for image, _ in kept), tuple(time for _, time in kept)


def _body(track: PoseTrack) -> Body:
    with np.errstate(invalid="ignore"):
        return Body(track)


def _window(clip: Clip) -> tuple[Window, ...]:
    """One window over all images."""
    start = min(float(clip.track.times_s[0]), 0.0)
    end = float(clip.track.times_s[-1])
    return (
        Window.model_construct(segment=Segment.model_construct(start_s=start, end_s=end), key_s=end, moving=True, whole=False),
    )
