"""A planner that follows a script, a toolbox whose results are laid down, and what a run needs besides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, cast

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.base import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field

from viddiff import Report
from viddiff.agent.chat.embedded import EmbeddedChatter
from viddiff.agent.context import Context
from viddiff.agent.embedded_planner import EmbeddedPlanner
from viddiff.agent.graph import build_graph
from viddiff.agent.settings import Settings
from viddiff.memory.cache import Cache
from viddiff.memory.report import Backends
from viddiff.memory.state import Localization, Plan, RunInput, State, Statement
from viddiff.memory.values import (
    Answer,
    Attempt,
    Cause,
    Difference,
    Evidence,
    KeyFrame,
    Question,
    Repetition,
    Segment,
    Side,
    Stage,
    StageSpan,
    Strategy,
    Timeline,
    Verdict,
    VideoInfo,
    Vote,
    Window,
)
from viddiff.tools.encoder_choice import Encoders
from viddiff.tools.models.budget import Budget
from viddiff.tools.toolbox import Outcome, Toolbox

NUMBERS = count()
Call = tuple[str, dict[str, Any]]


def turn(*calls: Call, content: str = "") -> AIMessage:
    """One planner turn that calls these tools."""
    ids = [f"script-{next(NUMBERS)}" for _ in calls]
    return AIMessage(
        content=content,
        tool_calls=[
            {"name": name, "args": args, "id": id_, "type": "tool_call"} for id_, (name, args) in zip(ids, calls, strict=True)
        ],
    )


def propose(count: int = 10) -> Call:
    return "propose_differences", {"max_differences": count}


def retrieve(*ids: str, strategy: Strategy = "align") -> Call:
    return "retrieve_keyframes", {"difference_ids": list(ids), "strategy": strategy}


def measure(*ids: str) -> Call:
    return "measure_motion", {"difference_ids": list(ids)}


class ScriptedPlanner(BaseChatModel):
    """Says the lines of its script, then nothing any more; remembers what it was shown."""

    script: list[AIMessage]
    forever: Call | None = None
    """What it calls once the script is over."""
    shown: list[list[BaseMessage]] = Field(default_factory=list)
    bound: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(
        self, tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool], **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        self.bound[:] = [convert_to_openai_tool(tool)["function"]["name"] for tool in tools]
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        number = len(self.shown)
        self.shown.append(messages)
        rest = turn(self.forever) if self.forever else AIMessage(content="…")
        return ChatResult(generations=[ChatGeneration(message=self.script[number] if number < len(self.script) else rest)])


FAST = "fast"
"""The difference that more frames per second could decide."""


def _difference(id_: str) -> Difference:
    question = Question(quantity="duration" if id_ == FAST else "knee_flexion", direction=1)
    return Difference(id=id_, description=f"statement {id_}", stages=("down",), question=question)


class _Bench:
    """As much of a workbench as a report asks for."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.encoders = Encoders(())


class LaidOutToolbox(Toolbox):
    """The real tool boundary over laid down results: per difference, the cause of doubt of each measurement in turn.

    Each measurement is a little surer than the one before, so that the newest doubt is the one that counts.
    """

    def __init__(self, cache: Cache, doubts: Mapping[str, Sequence[Cause]], answers: Mapping[str, Answer]) -> None:
        super().__init__(cast("Any", _Bench(cache)), cast("Any", None))
        self.doubts: dict[str, Iterator[Cause]] = {id_: iter(causes) for id_, causes in doubts.items()}
        self.answers = answers
        self.calls: list[Call] = []
        self.measured = 0

    async def call(self, name: str, arguments: dict[str, Any], state: State) -> Outcome:
        self.calls.append((name, arguments))
        return await super().call(name, arguments, state)

    def propose(self, state: State, count: int) -> Outcome:
        differences = tuple(_difference(id_) for id_ in self.doubts)
        if state["setting"] == "closed":
            differences = tuple(Difference(id=s.id, description=s.description) for s in state["statements"])
        plan = Plan(action="squat", stages=STAGES, differences=differences)
        return Outcome(
            f"{len(differences)} differences",
            {"plan": plan, "timelines": {"a": timeline(), "b": timeline(1.0)}, "warnings": ("w",)},
        )

    def retrieve(self, state: State, differences: Sequence[Difference], strategy: Strategy) -> Outcome:
        window = Window(segment=Segment(start_s=1, end_s=2), key_s=1.5)
        places = {d.id: Localization(id=d.id, strategy=strategy, a=(window,), b=(window,)) for d in differences}
        attempts = {d.id: (Attempt(strategy=strategy, changed=f"looked by {strategy}"),) for d in differences}
        return Outcome(f"{strategy}: {len(places)}", {"localizations": places, "attempts": attempts})

    def measure(self, state: State, differences: Sequence[Difference]) -> Outcome:
        found = [d for d in differences if d.id in state.get("localizations", {})]
        frame = (KeyFrame(time_s=1.5, frame=45),)
        return Outcome(
            f"measured {len(found)}",
            {
                "verdicts": {
                    d.id: self._verdict(d.id).model_copy(update={"evidence": Evidence(a=frame, b=frame)}) for d in found
                },
                "judged": {d.id: state["localizations"][d.id].strategy for d in found},
            },
        )

    def _verdict(self, id_: str) -> Verdict:
        cause = next(self.doubts[id_], "")
        self.measured += 1
        answer: Answer = "unknown" if cause else self.answers.get(id_, "b")
        vote = Vote(source="measurement", order="-", answer=answer, confidence=self.measured / 100 if cause else 0.9)
        return Verdict(
            id=id_, answer=answer, lean="b", confidence=vote.confidence, reason=cause or "clear", votes=(vote,), uncertain=cause
        )


STAGES = (
    Stage(name="down", description="going down", retrieval=("knees bent",)),
    Stage(name="up", description="coming up", retrieval=("standing",)),
)


def timeline(start_s: float = 0.0) -> Timeline:
    """Three repetitions of 2, 4 and 3 seconds with the stage "down" in their first halves, and a cut-off one."""
    repetitions = []
    for length in (2.0, 4.0, 3.0, 0.5):
        down = Segment(start_s=start_s, end_s=start_s + length / 2)
        spans = (StageSpan(stage="down", segment=down, key_s=start_s, margin=3.0),)
        segment = Segment(start_s=start_s, end_s=start_s + length)
        repetitions.append(Repetition(segment=segment, peak_s=start_s, partial=length < 1, spans=spans))
        start_s += length
    return Timeline(repetitions=tuple(repetitions))


def video_info(side: Side) -> VideoInfo:
    return VideoInfo(path=f"{side}.mp4", sha256=side * 64, duration_s=10, fps=30, width=320, height=240, frames=300)


def run_input(statements: tuple[Statement, ...] | None = None) -> RunInput:
    return RunInput(
        run_id="run-1",
        action="squat",
        setting="open" if statements is None else "closed",
        max_differences=7,
        statements=statements or (),
        videos={"a": video_info("a"), "b": video_info("b")},
    )


def new_context(
    cache: Cache,
    planner: BaseChatModel,
    doubts: Mapping[str, Sequence[Cause]],
    answers: Mapping[str, Answer] | None = None,
    **settings: Any,
) -> Context:
    return Context(
        settings=Settings.of(**settings),
        toolbox=LaidOutToolbox(cache, doubts, answers or {}),
        planner=planner,
        fallback=EmbeddedPlanner(),
        backends=Backends(planner="scripted", proposer="laid out", encoder="none", verifier=("measurement",)),
        started=Context.now(),
        budget=Budget(),
        chatter=EmbeddedChatter(),
    )


def drive(context: Context, request: RunInput | None = None, limit: int = 200) -> State:
    """The final state of a run of the real graph."""
    final = asyncio.run(build_graph().ainvoke(request or run_input(), {"recursion_limit": limit}, context=context))
    return cast("State", final)


def report_of(context: Context, request: RunInput | None = None) -> Report:
    return drive(context, request)["report"]


def calls_of(context: Context) -> list[Call]:
    return cast("LaidOutToolbox", context.toolbox).calls
