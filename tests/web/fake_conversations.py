"""Conversations that do nothing but what a test tells them, kept in a folder so that another server finds them again."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, NamedTuple

from viddiff.agent.events import Answered, Finished, Progress, Said, Step
from viddiff.agent.report import Report
from viddiff.memory.conversation import Reply, Turn, citations_in
from viddiff.memory.errors import ModelServerError, SettingsError
from viddiff.memory.report import Backends, Usage, Videos
from viddiff.memory.values import Repetition, Segment, StageSpan, Timeline, VideoInfo
from viddiff.tools.time_map import TimeMap
from viddiff.tools.video import probe


def report_of(id_: str, action: str, a: VideoInfo, b: VideoInfo) -> Report:
    return Report(
        id=id_,
        action=action,
        setting="open",
        backends=Backends(planner="embedded", proposer="p", encoder="pose", verifier=("measurement",)),
        videos=Videos(a=a, b=b),
        stages=(),
        differences=(),
        usage=Usage(),
    )


def timeline(start_s: float = 0.1) -> Timeline:
    span = StageSpan(stage="bottom", segment=Segment(start_s=start_s, end_s=0.3), key_s=0.2, margin=3.0)
    return Timeline(repetitions=(Repetition(segment=Segment(start_s=0, end_s=0.4), peak_s=0.2, spans=(span,)),))


class FakeState(NamedTuple):
    report: Report | None
    timelines: Any
    time_map: TimeMap | None
    pairs: tuple[tuple[int, int], ...]
    turns: tuple[Turn, ...]


class FakeConversations:
    """The face of `Session`. What an action or a question says decides what happens: "wait", "break", "crash"."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.gate = threading.Event()
        self.compared: list[str] = []
        self.at_once = self.most_at_once = 0
        self.persist_at_start = True

    def start(self, video_a: str, video_b: str, *, action: str, settings: Any, **others: Any) -> FakeConversation:
        if "nonsense" in action:
            raise SettingsError("action: expected a description, got nonsense")
        found = FakeConversation(
            self, uuid.uuid4().hex[:12], {"a": video_a, "b": video_b, "action": action, "turns": [], **others}
        )
        if self.persist_at_start:
            found.keep()
        return found

    def open(self, session_id: str, *, settings: Any) -> FakeConversation:
        path = self.folder / f"{session_id}.json"
        if not path.is_file():
            raise SettingsError(f"session {session_id!r} is not known here")
        return FakeConversation(self, session_id, json.loads(path.read_text(encoding="utf-8")))


class FakeConversation:
    def __init__(self, all_: FakeConversations, id_: str, kept: dict[str, Any]) -> None:
        self.id, self._all, self._kept = id_, all_, kept
        self._busy = False

    def keep(self) -> None:
        (self._all.folder / f"{self.id}.json").write_text(json.dumps(self._kept), encoding="utf-8")

    async def stream_comparison(self) -> AsyncGenerator[Any]:
        action = self._kept["action"]
        self._enter()
        self._all.at_once += 1
        self._all.most_at_once = max(self._all.most_at_once, self._all.at_once)
        try:
            yield Progress(what=f"tracking the body in {Path(self._kept['a']).name}", share=0.0)
            await self._go(action)
            yield Progress(what=f"tracking the body in {Path(self._kept['a']).name}", share=1.0)
            yield Step(node="planner", said="done")
            self._kept["done"] = True
            self.keep()
            self._all.compared.append(self.id)
            yield Finished(report=self._report())
        finally:
            self._all.at_once -= 1
            self._busy = False

    async def stream(self, question: str) -> AsyncGenerator[Any]:
        self._enter()
        try:
            if "anew" in question:
                yield Said(text="That is not so. ")
            yield Said(text="At [A 0.20 s] ", anew="anew" in question)
            await self._go(question)
            yield Said(text="and [B 0.10 s].")
            text = "At [A 0.20 s] and [B 0.10 s]."
            turn = Turn(question=question, reply=Reply(text=text, citations=citations_in(text)))
            self._kept["turns"].append(turn.model_dump(mode="json"))
            self.keep()
            yield Answered(turn=turn)
        finally:
            self._busy = False

    async def move_stage(self, video: str, repetition: int, stage: str, start_s: float, end_s: float) -> AsyncGenerator[Any]:
        self._enter()
        try:
            if stage != "bottom":
                raise SettingsError(f"stage {stage!r} is not known")
            yield Progress(what="measuring again", share=0.5)
            self._kept["moved"] = start_s
            self.keep()
            yield Finished(report=self._report())
        finally:
            self._busy = False

    async def snapshot(self) -> FakeState:
        assert not self._busy, "calls on one conversation must not overlap"
        turns = tuple(Turn.model_validate(turn) for turn in self._kept["turns"])
        if not self._kept.get("done"):
            return FakeState(None, None, None, (), turns)
        timelines = {"a": timeline(self._kept.get("moved", 0.1)), "b": timeline()}
        return FakeState(self._report(), timelines, TimeMap(a_s=(0.1, 0.2), b_s=(0.1, 0.3)), ((0, 0),), turns)

    async def delete(self) -> None:
        assert not self._busy
        (self._all.folder / f"{self.id}.json").unlink(missing_ok=True)

    def _report(self) -> Report:
        return report_of(self.id, self._kept["action"], probe(self._kept["a"]), probe(self._kept["b"]))

    def _enter(self) -> None:
        assert not self._busy, "calls on one conversation must not overlap"
        self._busy = True

    async def _go(self, text: str) -> None:
        if "wait" in text:
            while not self._all.gate.is_set():
                await asyncio.sleep(0.01)
        if "break" in text:
            raise ModelServerError(f"the model server is gone,\nwhile {self._kept['a']} was looked at")
        if "crash" in text:
            raise ZeroDivisionError("nobody foresaw this")
