"""The system that asks a model once about all frames of both videos, through viddiff's own client: budget, cache, retries, no guessing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from ...agent.settings import Settings
from ...memory.report import Backends, DifferenceReport, Report, Usage, Videos
from ...memory.usage import CallUsage
from ...memory.values import Evidence, Side, Vote
from ...prompts.rendering import prompt_version, render
from ...tools import video
from ...tools.models.asking import Answered, Ask, ImagePart, TextPart
from ..remote_asking import remote_asker
from ..running.pairs import Pair
from ..running.systems import Assignment, System
from .frames import Limits, sampled
from .replies import ChosenAll, NamedAll, Place
from .showing import Kind, parts

SYSTEM, CLOSED, OPEN = "baseline", "baseline_closed", "baseline_open"
SHOWN: dict[Place, Side] = {"first": "a", "second": "b"}


class OneCall(System):
    """A model by itself, asked once: as the paper asks GPT-4o."""

    model: str
    """`openai:MODEL` or `openai:MODEL@BASE_URL`."""
    called: str
    """What names it in reports and in keys; its spec, or the name of a scripted server whose address does not count."""
    kind: Kind = "frames"
    limits: Limits = Limits()

    @property
    def identity(self) -> dict[str, Any]:
        """The model, what it is shown, and how it is asked."""
        asked = {name: prompt_version(name) for name in (SYSTEM, CLOSED, OPEN)}
        shown = self.limits.model_dump(mode="json")
        return {"system": "one call", "model": self.called, "kind": self.kind, "seed": self.settings.seed, **shown, **asked}

    def answer(self, assignment: Assignment) -> Report:
        """One request about all statements, or for all differences."""
        began, pair = perf_counter(), assignment.pair
        # A grid is shrunk to its tokens, single frames are thinned out.
        limits = self.limits if self.kind == "frames" else self.limits.model_copy(update={"max_tokens": None})
        shown = sampled(assignment.clips, pair.row.domain, limits)
        pictures = parts(*shown, self.kind, self.limits.max_tokens)
        settings = self.settings.model_copy(update={"max_cost": assignment.max_cost})
        closed = assignment.setting == "closed"
        seen = [video.probe(clip).sha256 for clip in assignment.clips] + [time_s for each in shown for time_s in each.times_s]
        question = _question(pair, pictures, closed, (self.kind, *seen))
        asker = remote_asker(self.model, settings, settings.max_calls)
        if closed:
            heard = asyncio.run(asker.ask(question, ChosenAll))
            found = _chosen(heard.value, pair, self.called)
        else:
            heard = asyncio.run(asker.ask(question, NamedAll))
            found = _named(heard.value, pair.row.n_differences, self.called)
        return self._report(assignment, found, heard, perf_counter() - began)

    def _report(self, assignment: Assignment, found: Sequence[DifferenceReport], heard: Answered[Any], seconds: float) -> Report:
        a, b = (video.probe(clip) for clip in assignment.clips)
        return Report(
            id=assignment.run_id,
            action=assignment.pair.row.action_description,
            setting=assignment.setting,
            backends=Backends(planner="none", proposer=self.called, encoder="none", verifier=(self.called,)),
            videos=Videos(a=a, b=b),
            stages=(),
            differences=tuple(found),
            usage=_usage(heard.usage, seconds),
        )


def _question(pair: Pair, pictures: Sequence[TextPart | ImagePart], closed: bool, seen: tuple[str | float, ...]) -> Ask:
    action = " ".join(pair.row.action_description.split())
    if closed:
        listed = "\n".join(f"[{d.key}] {' '.join(d.description.split())}" for d in pair.asked)
        name, words = CLOSED, render(CLOSED, action=action, statements=listed)
    else:
        name, words = OPEN, render(OPEN, action=action, count=str(pair.row.n_differences))
    sizes = [f"{part.width}x{part.height}" for part in pictures if isinstance(part, ImagePart)]
    return Ask(
        kind="vlm",
        system=render(SYSTEM),
        parts=(*pictures, TextPart(text=words)),
        prompt_version=f"{prompt_version(SYSTEM)}-{prompt_version(name)}",
        cache_parts=(*seen, *sizes, words),
        order="ab",
    )


def _chosen(heard: ChosenAll, pair: Pair, source: str) -> list[DifferenceReport]:
    """The first answer to each statement that was asked; what was left out has none, and what was not asked counts for nothing."""
    said = {answer.id: answer for answer in reversed(heard.answers)}
    return [
        _decided(d.key, d.description, said[d.key].choice, said[d.key].confidence, source) for d in pair.asked if d.key in said
    ]


def _named(heard: NamedAll, most: int, source: str) -> list[DifferenceReport]:
    return [
        _decided(f"d{number}", each.description, each.choice, each.confidence, source)
        for number, each in enumerate(heard.differences[:most], start=1)
    ]


def _decided(id_: str, description: str, choice: Place, confidence: float, source: str) -> DifferenceReport:
    side = SHOWN[choice]
    return DifferenceReport(
        id=id_,
        description=description,
        answer=side,
        lean=side,
        confidence=confidence,
        reason="",
        stage="",
        evidence=Evidence(),
        measurement=None,
        votes=(Vote(source=source, order="ab", answer=side, confidence=confidence),),
        attempts=(),
    )


def _usage(used: CallUsage, seconds: float) -> Usage:
    return Usage(
        vlm_calls=used.calls,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        images=used.images,
        cost_usd=used.cost_usd,
        seconds=seconds,
        cache_hits=used.cache_hits,
    )


def baseline(kind: Kind, model: str, settings: Settings, limits: Limits, called: str = "") -> OneCall:
    """The system of one baseline; see `OneCall`."""
    return OneCall(settings=settings, model=model, called=called or model, kind=kind, limits=limits)
