"""Questions to models out of a trace: each joined with its reply, and the reply read again as it was read then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import ValidationError

from ...memory.model_traces import ModelAsked, ModelReplied
from ...memory.traces import Line
from ...memory.usage import CallUsage
from ...memory.values import Difference
from ...tools.vlm_questions import tags_of
from ...tools.vlm_votes import ORDERS, SHOWN, ModelReply, Order, hear
from .story_values import Asked, Said


def questions_in(lines: Sequence[Line], began: datetime, differences: Mapping[str, Difference]) -> dict[str, Asked]:
    """Every question by its id, in the order in which they were put."""
    replies = {line.event.id: line.event for line in lines if isinstance(line.event, ModelReplied)}
    return {
        line.event.id: _joined(line.event, replies.get(line.event.id), (line.at - began).total_seconds(), differences)
        for line in lines
        if isinstance(line.event, ModelAsked)
    }


def _joined(event: ModelAsked, reply: ModelReplied | None, at_s: float, differences: Mapping[str, Difference]) -> Asked:
    fields = event.model_dump(include=set(Asked.model_fields) - {"parts"}) | {"parts": event.parts, "at_s": at_s}
    if reply is None:
        return Asked(**fields)
    return Asked(
        **fields,
        replied=True,
        seconds=reply.seconds,
        reply=reply.reply,
        error=reply.error,
        unusable=reply.unusable,
        spent=CallUsage.model_validate(reply.model_dump(include=set(CallUsage.model_fields))),
        said=_said(event, reply, differences),
    )


def _said(event: ModelAsked, reply: ModelReplied, differences: Mapping[str, Difference]) -> dict[str, Said]:
    """What the reply says, by difference; nothing where it is no list of answers."""
    order: Order | None = next((each for each in ORDERS if each == event.order), None)
    known = [differences.get(id_) or Difference(id=id_, description="") for id_ in event.differences]
    if order is None or not known or reply.reply is None:
        return {}
    try:
        answers = ModelReply.model_validate(reply.reply)
    except ValidationError:
        return {}
    tags = tags_of(known)
    heard = hear(answers, order, tags).heard
    first, second = SHOWN[order]
    return {
        tags[tag].id: Said(
            answer=each.answer,
            confidence=each.confidence,
            reason=each.reason,
            obstacle=each.obstacle,
            place="first" if each.answer == first else "second" if each.answer == second else "",
        )
        for tag, each in heard.items()
    }
