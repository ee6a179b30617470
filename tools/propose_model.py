"""The remote proposer: one structured call gives stages, retrieval strings, differences and their links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from ..memory.state import Plan, Statement
from ..memory.values import Difference, Phase, Stage
from ..prompts.rendering import prompt_version, render
from .encoders import FrameEncoder
from .models.asking import Ask, Asker, TextPart
from .propose import stages_for
from .statement import StatementReader

TWIN = 0.995
"""Two retrieval strings of different stages closer than this tell the stages apart no more than one of them would."""
FROM_POSE = 3
"""So many of the differences that the bodies show most are always among those compared, whatever the model proposes."""


class ProposedStage(BaseModel):
    """One sub-action, as a model describes it."""

    model_config = ConfigDict(extra="forbid")

    name: str
    description: str
    retrieval: list[str]
    phases: list[Phase]


class ProposedDifference(BaseModel):
    """One difference, as a model proposes or links it."""

    model_config = ConfigDict(extra="forbid")

    id: str
    description: str
    stages: list[str]
    frames: Literal["one", "many"]


class Proposal(BaseModel):
    """What the model is asked for: everything in one reply, the most important difference first."""

    model_config = ConfigDict(extra="forbid")

    stages: list[ProposedStage]
    differences: list[ProposedDifference]


class ModelProposer:
    """Asks a language model once; what it gives is checked, and completed by what can be measured."""

    def __init__(self, asker: Asker, reader: StatementReader, encoders: Iterable[FrameEncoder]) -> None:
        self._asker = asker
        self._reader = reader
        self._encoders = encoders

    @property
    def name(self) -> str:
        """The model."""
        return self._asker.name

    async def propose(self, action: str, statements: Sequence[Statement], count: int, fallback: Plan) -> Plan:
        """A plan by the model; `fallback` is the library's, which gives what the model leaves out.

        Raises:
            ModelReplyError: the model answered rubbish twice.
            ModelServerError: the server failed for good.
            BudgetExhausted: the limit of the run is reached.
        """
        answered = await self._asker.ask(_question(action, statements, count), Proposal)
        stages = self._checked(answered.value.stages) or fallback.stages
        known = {stage.name for stage in stages}
        proposed = [self._difference(d, stages, known, number) for number, d in enumerate(answered.value.differences)]
        differences = _linked(statements, proposed, fallback) if statements else _told_apart(proposed)[:count]
        peak = next((s.name for s in stages if "peak" in s.phases), fallback.peak_stage if stages == fallback.stages else "")
        return fallback.model_copy(
            update={"stages": stages, "differences": differences, "peak_stage": peak, "proposer": self.name, "warnings": ()}
        )

    def _difference(self, proposed: ProposedDifference, stages: Sequence[Stage], known: set[str], number: int) -> Difference:
        reading = self._reader.read(proposed.description)
        linked = tuple(name for name in proposed.stages if name in known)
        return Difference(
            id=proposed.id.strip() or f"model-{number + 1}",
            description=proposed.description.strip(),
            stages=linked or stages_for(reading.question, stages),
            frames=proposed.frames,
            question=reading.question,
            unmeasurable=reading.unmeasurable,
            importance=1.0 / (1.0 + 0.1 * number),
            origin="model",
        )

    def _checked(self, proposed: Sequence[ProposedStage]) -> tuple[Stage, ...]:
        """The stages with the strings that separate them; a stage never loses its last string."""
        named = list({stage.name.strip(): stage for stage in proposed if stage.name.strip() and stage.retrieval}.values())
        texts = [(k, text) for k, stage in enumerate(named) for text in dict.fromkeys(stage.retrieval) if text.strip()]
        useless = self._useless([k for k, _ in texts], [text for _, text in texts])
        kept: list[Stage] = []
        for k, stage in enumerate(named):
            mine = [text for (owner, text), bad in zip(texts, useless, strict=True) if owner == k and not bad]
            retrieval = tuple(mine or stage.retrieval[:1])
            kept.append(
                Stage(name=stage.name.strip(), description=stage.description, retrieval=retrieval, phases=tuple(stage.phases))
            )
        return tuple(kept)

    def _useless(self, owners: Sequence[int], texts: Sequence[str]) -> list[bool]:
        """Which strings are the same to every encoder as a string of another stage that is not its neighbour's mirror."""
        if not texts:
            return []
        twins = []
        for encoder in self._encoders:
            vectors = encoder.encode_texts(texts)
            alike = vectors @ vectors.T
            apart = np.abs(np.subtract.outer(owners, owners))
            # Way out and way back share their strings on purpose: order tells them apart.
            twins.append(((alike > TWIN) & (apart == 1)).any(axis=1))
        return np.all(twins, axis=0).tolist()


def _question(action: str, statements: Sequence[Statement], count: int) -> Ask:
    listed = "\n".join(f"[{s.id}] {s.description}" for s in statements)
    name = "propose_closed" if statements else "propose"
    text = render(name, action=action, statements=listed) if statements else render(name, action=action, count=str(count))
    return Ask(
        kind="proposer",
        system=render("propose_system"),
        parts=(TextPart(text=text),),
        prompt_version=f"{prompt_version('propose_system')}-{prompt_version(name)}",
        cache_parts=(action, listed, count),
        differences=tuple(s.id for s in statements),
    )


def _linked(statements: Sequence[Statement], proposed: Sequence[Difference], fallback: Plan) -> tuple[Difference, ...]:
    """The given statements in their own words and order; from the model only the links and the number of frames."""
    by_id = {d.id: d for d in proposed}
    own = {d.id: d for d in fallback.differences}
    linked = []
    for statement in statements:
        link, base = by_id.get(statement.id), own[statement.id]
        linked.append(
            base if link is None else base.model_copy(update={"stages": link.stages or base.stages, "frames": link.frames})
        )
    return tuple(linked)


def completed(plan: Plan, by_body: Sequence[Difference], count: int) -> Plan:
    """The model's differences with the most telling ones of the bodies that it did not think of, `count` in all."""
    asked = {d.question.quantity for d in plan.differences if d.question}
    new = [d for d in by_body if d.question and d.question.quantity not in asked][:FROM_POSE]
    room = max(count - len(new), 0)
    return plan.model_copy(update={"differences": _told_apart((*plan.differences[:room], *new))})


def _told_apart(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """Each statement once, none without words, under ids of their own: models give one id to several, and ids of the library."""
    once = {" ".join(d.description.lower().split()): d for d in reversed(differences)}
    kept: dict[str, Difference] = {}
    for difference in reversed([each for words, each in once.items() if words]):
        id_, number = difference.id, 1
        while id_ in kept:
            number += 1
            id_ = f"{difference.id}-{number}"
        kept[id_] = difference.model_copy(update={"id": id_})
    return tuple(kept.values())
