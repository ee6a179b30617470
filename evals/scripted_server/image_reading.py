"""A decider that looks: it finds the body in the images it is sent and measures what each statement speaks of.

It knows nothing but the request, so wrong frames give wrong answers.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from math import erf, sqrt
from typing import TYPE_CHECKING

import numpy as np

from ...memory.values import Question
from ...tools.body import Body
from ...tools.catalog import CATALOG, OVER_A_SPAN
from ...tools.doubts import FRONT_NEEDED
from ...tools.pose_following import SMALL, Detection, Follower
from ...tools.pose_track import PoseTrack
from ...tools.quantities import CURVES
from ...tools.reading import SEEN, curve_of, side_seen
from ...tools.statement import StatementReader
from .answering import Answering, Choice, Decision
from .exchange import SentImage
from .questions import Asked, Exam, Shown

if TYPE_CHECKING:
    from ...tools.pose_mediapipe import MediaPipePose

_FEWEST = 3
_FRONT = 0.3
"""How far a body must be turned to the camera for what is read from the front."""
_OVER_IMAGES: dict[str, Callable[[np.ndarray], float]] = {
    "maximum": lambda curve: float(np.nanmax(curve)),
    "minimum": lambda curve: float(np.nanmin(curve)),
    "range": lambda curve: float(np.nanmax(curve) - np.nanmin(curve)),
    "circle": lambda curve: float(np.nanmax(curve) - np.nanmin(curve)),
    "variability": lambda curve: float(np.nanstd(curve)),
}
"""What is made of several images; the median where nothing else is said."""


class ImageReader:
    """Reads statements, finds bodies, measures and decides. What it needs for that is loaded when first needed."""

    def __init__(self) -> None:
        self._model: MediaPipePose | None = None
        self._found: dict[str, Detection | None] = {}

    def decide(self, asked: Asked, exam: Exam) -> Decision:
        """Decide one statement by what the images show."""
        reading = self._statements.read(asked.statement)
        question = reading.question
        objection = reading.unmeasurable if question is None else _objection(question, exam)
        if question is None or objection:
            return _undecided(objection)
        bodies = [self._body(shown) for shown in (exam.first, exam.second)]
        for number, body in enumerate(bodies, start=1):
            if hidden := _hidden(question, body):
                return _undecided(f"{hidden} in Video {number}")
        first, second = (_value(question, body) for body in bodies if body is not None)
        return _decided(question, first, second)

    @cached_property
    def _statements(self) -> StatementReader:
        return StatementReader()

    def _body(self, shown: Shown) -> Body | None:
        """The body in the images of one video; None when there is nobody in any of them."""
        images, times = _comparable(shown)
        found = [(body, time) for image, time in zip(images, times, strict=True) if (body := self._detection(image)) is not None]
        if not found:
            return None
        track = PoseTrack(
            times_s=np.array([time for _, time in found]),
            frames=np.arange(len(found)),
            landmarks=np.stack([body.landmarks for body, _ in found]).astype(np.float32),
            world=np.stack([body.world for body, _ in found]).astype(np.float32),
            filled=np.zeros(len(found), bool),
            width=images[0].width,
            height=images[0].height,
        )
        return Body(track)

    def _detection(self, image: SentImage) -> Detection | None:
        """The main body of one image, looked at by itself; images come again in the other order and with other statements."""
        digest = hashlib.sha256(image.data).hexdigest()
        if digest not in self._found:
            if self._model is None:
                from ...tools.pose_mediapipe import MediaPipePose

                self._model = MediaPipePose()
            self._found[digest] = _main_body(self._model, pixels_of(image))
        return self._found[digest]


def _main_body(model: MediaPipePose, pixels: np.ndarray) -> Detection | None:
    """One look is enough for a person who fills the image; else people are searched for, which takes three times as long."""
    model.restart()
    found = model.estimate(pixels)
    if found is not None:
        left, top, right, bottom = found.box
        if max((right - left) / pixels.shape[1], (bottom - top) / pixels.shape[0]) >= SMALL:
            return found
    return Follower(model).follow(pixels, 0.0)


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
    if entry.name not in CURVES:
        return f"still images do not show the {entry.label}"
    fast = entry.name.endswith("_speed")
    for shown in (exam.first, exam.second):
        if (fast or question.statistic in OVER_A_SPAN) and len(shown.images) < _FEWEST:
            return f"so few images do not show the {entry.label}"
        if fast and shown.times_s is None:
            return f"the {entry.label} needs the times of the images"
    return ""


def _hidden(question: Question, body: Body | None) -> str:
    """Why one video's images do not show a quantity; empty when they do."""
    if body is None:
        return "no person was found"
    entry = CATALOG[question.quantity]
    sides = {"left": (0,), "right": (1,)}.get(question.side, (0, 1))
    if max(side_seen(body, entry.name, side) for side in sides) < SEEN:
        return f"the joints that show the {entry.label} are hidden"
    if body.frontness < max(FRONT_NEEDED.get(entry.name, 0.0), _FRONT if entry.views == "front" else 0.0):
        return f"the {entry.label} is hidden by the side view"
    return ""


def _value(question: Question, body: Body) -> float:
    """The quantity in one video's images."""
    if question.statistic in ("asymmetry", "left_over_right"):
        curve = -np.diff(CURVES[question.quantity](body), axis=1)[:, 0]
        curve = np.abs(curve) if question.statistic == "asymmetry" else curve
    else:
        curve = curve_of(body, question.quantity, question.side)
    return _OVER_IMAGES.get(question.statistic, lambda values: float(np.nanmedian(values)))(curve)


def _decided(question: Question, first: float, second: float) -> Decision:
    """More, or the same when the difference is too small to be told; the surer the further from that border."""
    entry = CATALOG[question.quantity]
    reason = f"{entry.label} {first:.0f} in Video 1, {second:.0f} in Video 2 ({entry.unit})"
    more = (second - first) * question.direction
    choice: Choice = "same" if abs(more) < entry.jnd else "second" if more > 0 else "first"
    sureness = abs(abs(more) - entry.jnd) / (sqrt(2.0) * entry.floor)
    return Decision(choice=choice, confidence=round(0.5 * (1.0 + erf(sureness / sqrt(2.0))), 3), reason=reason)


def _undecided(reason: str) -> Decision:
    return Decision(choice="cannot_tell", confidence=0.5, reason=reason)


def _comparable(shown: Shown) -> tuple[tuple[SentImage, ...], tuple[float, ...]]:
    """The images of the size that most have, with their times: crops and whole frames have different scales."""
    times = shown.times_s or tuple(map(float, range(len(shown.images))))
    size, _ = Counter((image.width, image.height) for image in shown.images).most_common(1)[0]
    kept = [(image, time) for image, time in zip(shown.images, times, strict=True) if (image.width, image.height) == size]
    return tuple(image for image, _ in kept), tuple(time for _, time in kept)
