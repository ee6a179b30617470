"""What the tests of remote models share: a clock that never waits, questions, answers and an asker on a scripted server."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image
from pydantic import SecretStr

from viddiff.evals.scripted_server import Reply, ScriptedServer, said
from viddiff.memory.cache import Cache
from viddiff.memory.values import Value
from viddiff.tools.models.asking import Answered, Ask, ImagePart, TextPart
from viddiff.tools.models.budget import Budget
from viddiff.tools.models.client import MAX_TOKENS, RemoteAsker
from viddiff.tools.models.limits import Throttle
from viddiff.tools.models.prices import UNKNOWN, Price
from viddiff.tools.models.retrying import Clock, RetryPolicy
from viddiff.tools.models.sending import Sender
from viddiff.tools.models.specs import Endpoint

KEY = "sk-a-key-that-nobody-may-see-1234"


class Choice(Value):
    """One decision."""

    id: str
    reason: str
    choice: Literal["first", "second", "same", "cannot_tell"]
    confidence: float


class Choices(Value):
    """All decisions."""

    answers: tuple[Choice, ...]


def answers(**choices: str) -> dict[str, Any]:
    return {"answers": [{"id": i, "reason": "seen", "choice": choice, "confidence": 0.8} for i, choice in choices.items()]}


GOOD = said(answers(d1="second"))
"""What a good server says to `QUESTION`."""
FENCED = Reply(content=f"Here is the JSON:\n```json\n{json.dumps(answers(d1='second'))}\n```")


@dataclass
class StoodStill:
    """A clock that notes how long it was asked to wait, and does not."""

    now: float = 1_700_000_000.0
    waits: list[float] = field(default_factory=list)
    chance: float = 0.5

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    @property
    def clock(self) -> Clock:
        return Clock(sleep=self.sleep, monotonic=lambda: self.now, wall=lambda: self.now, draw=lambda: self.chance)


def picture(shade: int = 128, width: int = 512, height: int = 288) -> ImagePart:
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), shade, np.uint8)).save(file, "JPEG")
    return ImagePart(jpeg=file.getvalue(), width=width, height=height)


def question(statement: str = "the squat is deeper", images: Sequence[ImagePart] = (), **rest: Any) -> Ask:
    shown = images or (picture(100), picture(150))
    parts = (
        TextPart(text="Video 1:"),
        *shown[:1],
        TextPart(text="Video 2:"),
        *shown[1:],
        TextPart(text=f"[d1] {statement}"),
    )
    values: dict[str, Any] = {
        "kind": "vlm",
        "system": "You compare two videos.",
        "prompt_version": "v1",
        "cache_parts": (1, "ab", 0.5),
    }
    return Ask(**{**values, "parts": parts, **rest})


QUESTION = question()


@dataclass
class Desk:
    """An asker and everything around it."""

    asker: RemoteAsker
    budget: Budget
    time: StoodStill
    cache: Cache

    def ask(self, *questions: Ask) -> list[Answered[Choices]]:
        async def all_together() -> list[Answered[Choices]]:
            return list(await asyncio.gather(*(self.asker.ask(each, Choices) for each in questions or (QUESTION,))))

        return asyncio.run(all_together())


def desk(
    server: ScriptedServer | str,
    folder: Path,
    *,
    budget: Budget | None = None,
    price: Price = UNKNOWN,
    attempts: int = 3,
    together: int = 8,
    timeout_s: float = 20.0,
    max_tokens: int = MAX_TOKENS,
    key: str = KEY,
    seed: int | None = None,
) -> Desk:
    base_url = server if isinstance(server, str) else server.base_url
    endpoint = Endpoint(model="m", base_url=base_url, key=SecretStr(key), name=f"openai:m@{base_url}", seed=seed)
    time, budget = StoodStill(), budget or Budget()
    throttle = Throttle(rate_per_s=1000, burst=1000, together=together, clock=time.clock)
    policy = RetryPolicy(attempts=attempts)
    sender = Sender(endpoint, budget=budget, price=price, throttle=throttle, policy=policy, clock=time.clock, timeout_s=timeout_s)
    cache = Cache(folder)
    return Desk(RemoteAsker(sender, cache, max_tokens=max_tokens), budget, time, cache)
