"""One user of the page, and what all of them saw."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE_S = 900.0
"""How long a user waits for a comparison or an answer."""
POLL_S = 1.0
GREED = 30
"""Comparisons that a greedy user begins at once, more than may wait."""
QUESTION = "who went deeper?"


@dataclass
class Told:
    """What all users saw."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    done: int = 0
    cancelled: int = 0
    answered: int = 0
    refused: int = 0
    longest_queue: int = 0


class User:
    """Does what people do, one thing after the other.

    Args:
        number: Every user's own; the first is greedy.
        address: Of the server.
        clips: Two files.
        told: Where everything is written down.
        end: When nothing new is begun any more, on the monotonic clock.
    """

    def __init__(self, number: int, address: str, clips: Sequence[bytes], told: Told, end: float) -> None:
        self._number, self._address, self._clips, self._told, self._end = number, address, clips, told, end
        self._chance = random.Random(number)

    async def live(self) -> None:
        """Go on until the end."""
        async with httpx.AsyncClient(base_url=self._address, timeout=PATIENCE_S, trust_env=False) as self._http:
            while time.monotonic() < self._end:
                try:
                    await (self._be_greedy() if self._number == 0 else self._compare())
                except (httpx.HTTPError, KeyError, ValueError) as error:
                    self._told.errors.append(f"user {self._number}: {type(error).__name__}: {error}")
                await asyncio.sleep(self._chance.uniform(0.1, 1.0))

    async def _compare(self) -> None:
        await self._ask("page", "GET", "/")
        await self._ask("list", "GET", "/api/sessions")
        a, b = await self._bring_in()
        begun = await self._ask("begin", "POST", "/api/sessions", allowed=(201, 429), json=self._request(a, b))
        if begun.status_code == 429:
            self._refused(begun)
            return
        id_ = begun.json()["id"]
        if self._chance.random() < 0.2:
            await self._ask("cancel", "POST", f"/api/sessions/{id_}/cancel", allowed=(202,))
            await self._until(id_, lambda seen: seen["status"] not in ("queued", "running"))
            self._told.cancelled += 1
        else:
            await self._look(id_, a)
        await self._ask("delete", "DELETE", f"/api/sessions/{id_}", allowed=(204,))

    async def _look(self, id_: str, clip: str) -> None:
        seen = await self._until(id_, lambda seen: seen["status"] not in ("queued", "running"))
        if seen["status"] != "done":
            self._told.errors.append(f"user {self._number}: a comparison is {seen['status']}: {seen['error']}")
            return
        self._told.done += 1
        await self._ask("frame", "GET", f"/api/videos/{clip}/frames/3.jpg")
        await self._ask("proxy", "GET", f"/api/videos/{clip}/proxy.mp4", allowed=(200, 206))
        await self._ask("question", "POST", f"/api/sessions/{id_}/questions", allowed=(202,), json={"text": QUESTION})
        await self._until(id_, lambda seen: bool(seen["turns"]))
        self._told.answered += 1
        await self._ask("report", "GET", f"/api/sessions/{id_}/report.json")

    async def _be_greedy(self) -> None:
        a, b = await self._bring_in()
        begun = []
        for _ in range(GREED):
            reply = await self._ask("begin", "POST", "/api/sessions", allowed=(201, 429), json=self._request(a, b))
            if reply.status_code == 429:
                self._refused(reply)
                break
            begun.append(reply.json()["id"])
        await asyncio.sleep(5 * POLL_S)
        for id_ in reversed(begun):
            await self._ask("cancel", "POST", f"/api/sessions/{id_}/cancel", allowed=(202,))
            await self._until(id_, lambda seen: seen["status"] not in ("queued", "running"))
            await self._ask("delete", "DELETE", f"/api/sessions/{id_}", allowed=(204,))
            self._told.cancelled += 1
        await asyncio.sleep(30 * POLL_S if time.monotonic() + 30 * POLL_S < self._end else 0)

    async def _bring_in(self) -> tuple[str, str]:
        names = ("a.mp4", "b.mp4")
        replies = [
            await self._ask("upload", "POST", "/api/videos", params={"name": name}, content=clip)
            for name, clip in zip(names, self._clips, strict=True)
        ]
        return replies[0].json()["id"], replies[1].json()["id"]

    def _request(self, a: str, b: str) -> dict[str, Any]:
        return {"a": a, "b": b, "action": "a bodyweight squat", "differences": ["the squat is deeper"], "person": "Ann"}

    def _refused(self, reply: httpx.Response) -> None:
        self._told.refused += 1
        if "position" not in reply.json()["error"] or not reply.headers.get("retry-after", "").isdecimal():
            self._told.errors.append(f"user {self._number}: refused without a position and a time: {reply.text}")

    async def _until(self, id_: str, wanted: Any) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE_S
        while True:
            seen = (await self._ask("snapshot", "GET", f"/api/sessions/{id_}")).json()
            self._told.longest_queue = max(self._told.longest_queue, seen["position"] or 0)
            if wanted(seen):
                return seen
            if time.monotonic() > end:
                raise ValueError(f"{id_} is still {seen['status']} after {PATIENCE_S:g} s")
            await asyncio.sleep(POLL_S)

    async def _ask(self, kind: str, method: str, path: str, allowed: Sequence[int] = (200,), **more: Any) -> httpx.Response:
        began = time.monotonic()
        reply = await self._http.request(method, path, **more)
        self._told.latencies[kind].append(time.monotonic() - began)
        if reply.status_code not in allowed:
            raise ValueError(f"{method} {path}: status {reply.status_code}: {reply.text[:200]}")
        return reply
