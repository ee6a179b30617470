"""Who sits in the model's place: an asker fed by a function, and the real one on a server; and drawn clips to be asked about."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np
from pydantic import BaseModel, SecretStr

from viddiff.evals.drawn.actions import parameters_of
from viddiff.evals.drawn.camera import Camera
from viddiff.evals.drawn.clip import frames_of
from viddiff.evals.drawn.look import Look
from viddiff.evals.drawn.truth import perform
from viddiff.evals.scripted_server import ScriptedServer
from viddiff.memory.cache import Cache
from viddiff.memory.state import Localization
from viddiff.memory.values import Difference, KeyFrame, Question, Segment, Side, VideoInfo, Window
from viddiff.tools.models.asking import Answered, Ask, CallUsage, ImagePart, TextPart
from viddiff.tools.models.budget import Budget
from viddiff.tools.models.client import RemoteAsker
from viddiff.tools.models.limits import Throttle
from viddiff.tools.models.sending import Sender
from viddiff.tools.models.specs import Endpoint
from viddiff.tools.models.tokens import image_tokens

T = TypeVar("T", bound=BaseModel)
LINE = re.compile(r"^\[([^\[\]\s]+)\] (.*)$", re.MULTILINE)


def texts(ask: Ask) -> list[str]:
    return [part.text for part in ask.parts if isinstance(part, TextPart)]


def images(ask: Ask) -> list[ImagePart]:
    return [part for part in ask.parts if isinstance(part, ImagePart)]


def statements(ask: Ask) -> dict[str, str]:
    return dict(LINE.findall(texts(ask)[-1]))


def answer(id_: str, choice: str, confidence: float = 0.9, obstacle: str = "none", reason: str = "") -> dict[str, Any]:
    return {"id": id_, "reason": reason, "choice": choice, "obstacle": obstacle, "confidence": confidence}


class Seat:
    """An asker that answers as a function of the question says; what is an error is raised."""

    name = "seat:test"

    def __init__(self, says: Callable[[Ask], list[dict[str, Any]] | Exception]) -> None:
        self._says = says
        self.asked: list[Ask] = []
        self.loaded = False

    def load(self) -> None:
        self.loaded = True

    async def ask(self, question: Ask, schema: type[T]) -> Answered[T]:
        self.asked.append(question)
        said = self._says(question)
        if isinstance(said, Exception):
            raise said
        shown = images(question)
        tokens = sum(image_tokens(each.width, each.height) for each in shown)
        usage = CallUsage(calls=1, input_tokens=tokens, output_tokens=1, images=len(shown), cost_usd=0.25)
        return Answered(value=schema.model_validate({"answers": said}), usage=usage)


def remote(server: ScriptedServer, folder: Path) -> RemoteAsker:
    """The asker that users get."""
    endpoint = Endpoint(model="m", base_url=server.base_url, key=SecretStr("none"), name="openai:m")
    return RemoteAsker(Sender(endpoint, budget=Budget(), throttle=Throttle(rate_per_s=1000, burst=1000)), Cache(folder))


def wire(part: TextPart | ImagePart) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.text}
    coded = base64.b64encode(part.jpeg).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{coded}"}}


def video(side: Side, width: int = 640, height: int = 480, duration_s: float = 10.0) -> VideoInfo:
    return VideoInfo(
        path=f"{side}.mp4",
        sha256=side * 64,
        duration_s=duration_s,
        fps=10.0,
        width=width,
        height=height,
        frames=int(duration_s * 10),
    )


def window(start_s: float, end_s: float, key_s: float | None = None, **rest: bool) -> Window:
    middle = (start_s + end_s) / 2 if key_s is None else key_s
    return Window(segment=Segment(start_s=start_s, end_s=end_s), key_s=middle, **rest)


def place(id_: str, a: Sequence[Window], b: Sequence[Window], **rest: Any) -> Localization:
    return Localization(id=id_, strategy="align", a=tuple(a), b=tuple(b), **rest)


def difference(id_: str, words: str = "", **rest: Any) -> Difference:
    return Difference(id=id_, description=words or f"statement {id_}", **rest)


def about(quantity: str, **rest: Any) -> Question:
    return Question(quantity=quantity, direction=1, **rest)


def bodiless(side: Side, times_s: Sequence[float]) -> tuple[KeyFrame, ...]:
    """Key frames of a clip of ten frames a second with nobody in it."""
    return tuple(KeyFrame(time_s=time_s, frame=round(time_s * 10)) for time_s in times_s)


def grey(path: str, times_s: Sequence[float]) -> list[np.ndarray]:
    """Frames that tell the clip by their brightness and the time by a pixel."""
    return [np.full((480, 640, 3), 90 if path.startswith("a") else 180, np.uint8) for _ in times_s]


class DrawnSquats:
    """Two drawn squats, A deep and upright and slow, B shallow and leaning and fast; bodies as they truly are."""

    LOOK: ClassVar = Look(width=360, height=480, fps=8.0, lead_in_s=0.2, lead_out_s=0.2, camera=Camera(yaw_deg=60))
    MOTION: ClassVar = {
        "a": {"depth": 112, "lean": 22, "pause_s": 1.0, "tempo_s": 3.0},
        "b": {"depth": 72, "lean": 45, "pause_s": 0.6, "tempo_s": 1.6},
    }

    def __init__(self) -> None:
        self.performed = {side: perform(parameters_of("squat", values), self.LOOK) for side, values in self.MOTION.items()}
        self.frames = {side: list(frames_of(done, self.LOOK)) for side, done in self.performed.items()}
        self.videos: dict[Side, VideoInfo] = {
            side: video(side, 360, 480, float(self.performed[side].times_s[-1])) for side in ("a", "b")
        }

    def stage(self, side: Side, name: str) -> Window:
        span = next(span for span in self.performed[side].stages if span.stage == name)
        return window(span.start_s, span.end_s)

    def whole(self, side: Side) -> Window:
        stages = self.performed[side].stages
        return window(stages[0].start_s, stages[-1].end_s, self.stage(side, "bottom position").key_s, whole=True)

    def row(self, side: str, time_s: float) -> int:
        return int(np.argmin(np.abs(self.performed[side].times_s - time_s)))

    def key_frames(self, side: Side, times_s: Sequence[float]) -> tuple[KeyFrame, ...]:
        done = self.performed[side]
        rows = [self.row(side, time_s) for time_s in times_s]
        return tuple(
            KeyFrame(
                time_s=round(float(done.times_s[row]), 4),
                frame=row,
                pose=tuple((float(x), float(y), 1.0) for x, y in done.joints[row]),
            )
            for row in rows
        )

    def read_frames(self, path: str, times_s: Sequence[float]) -> list[np.ndarray]:
        return [self.frames[path[0]][self.row(path[0], time_s)] for time_s in times_s]
