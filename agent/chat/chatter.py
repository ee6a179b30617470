"""Who answers the user's questions: by rule, or a language model with the embedded side behind it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage, SystemMessage

from ...memory.conversation import Reply, citations_in
from ...memory.errors import BudgetExhausted, ModelServerError
from ...prompts.rendering import render
from ...tools.models.sending import Load, Sender
from ...tools.models.tokens import text_tokens
from ..tool_calls import MOST_CALLS, CallTools, tools_text
from .facts import ANSWERING, Facts

MOST_ROUNDS = 6
"""Rounds of tool calls for one question, after which the embedded side answers with what there is."""
ANSWER_TOKENS = 1200
REMEMBERED = 12
"""Turns that a model is shown of the talk so far."""

Say = Callable[[str, bool], None]
"""Told each piece of an answer as it is written; True starts the answer anew."""


class Chatter(Protocol):
    """Answers a question, or calls tools first."""

    @property
    def name(self) -> str:
        """Who it is."""
        ...

    async def respond(self, facts: Facts, say: Say) -> Reply | CallTools:
        """The next move: an answer, or the tools whose results it needs."""
        ...


class RemoteChatter:
    """A language model bound to the tools of a conversation.

    Args:
        model: The chat model.
        sender: Pays for, limits and repeats its requests.
        tools: Schemas of the tools it may call.
        embedded: Answers when the model cannot.
    """

    def __init__(self, model: BaseChatModel, sender: Sender, tools: list[Any], embedded: Chatter) -> None:
        self._bound, self._tools = model.bind_tools(tools), text_tokens(tools_text(tools))
        self._sender, self._embedded = sender, embedded

    @property
    def name(self) -> str:
        """The model."""
        return self._sender.endpoint.name

    async def respond(self, facts: Facts, say: Say) -> Reply | CallTools:
        """What the model says; without a usable answer, what the embedded side says, and that it does."""
        try:
            moved = await self._moved(facts, say)
        except (ModelServerError, BudgetExhausted) as error:
            return await self._instead(facts, say, str(error))
        return moved or await self._instead(facts, say, "its replies could not be used")

    async def _moved(self, facts: Facts, say: Say) -> Reply | CallTools | None:
        if sum(isinstance(message, AIMessage) for message in facts.exchange) >= MOST_ROUNDS:
            return None
        messages = conversation(facts)
        for _ in range(2):
            message = await self._asked(messages, say)
            complaint = complaint_about(message, facts)
            if not complaint:
                break
            messages += [AIMessage(content=message.text or "(nothing)"), HumanMessage(content=complaint)]
        else:
            return None
        if message.tool_calls:
            return CallTools(calls=tuple((call["name"], call["args"]) for call in message.tool_calls[:MOST_CALLS]))
        cited = citations_in(message.text)
        about = tuple(d.id for d in facts.report.differences if d.id in message.text or d.description in message.text)
        return Reply(text=message.text, citations=cited, about=about, by=self.name)

    async def _asked(self, messages: list[AnyMessage], say: Say) -> AIMessage:
        weight = self._tools + sum(text_tokens(str(message.content)) for message in messages)
        load = Load(kind="chat", input_tokens=weight, most_output_tokens=ANSWER_TOKENS)
        return await self._sender.send(load, lambda: self._streamed(messages, say), [])

    async def _streamed(self, messages: list[AnyMessage], say: Say) -> AIMessage:
        """One reply, told as it is written.

        Raises:
            ValueError: the stream ended before the reply did.
        """
        whole: AIMessageChunk | None = None
        async for piece in self._bound.astream(list(messages)):
            assert isinstance(piece, AIMessageChunk)
            if piece.text:
                say(piece.text, whole is None or not whole.text)
            whole = piece if whole is None else whole + piece
        # A stream that is cut off raises nothing: the missing reason for its end is the only sign.
        if whole is None or not whole.response_metadata.get("finish_reason"):
            raise ValueError("the stream ended before the reply did")
        return AIMessage(
            content=whole.content,
            tool_calls=whole.tool_calls,
            invalid_tool_calls=whole.invalid_tool_calls,
            usage_metadata=whole.usage_metadata,
            response_metadata=whole.response_metadata,
        )

    async def _instead(self, facts: Facts, say: Say, why: str) -> Reply | CallTools:
        moved = await self._embedded.respond(facts, say)
        if isinstance(moved, CallTools):
            return moved
        return moved.model_copy(update={"text": f"{moved.text}\n\n({self.name} was not used: {why})"})


def conversation(facts: Facts) -> list[AnyMessage]:
    """What a model is shown: the rules with all that is known, the talk so far, the question, and this turn's tool results."""
    system = SystemMessage(content=render("chat", action=facts.report.action, known=json.dumps(known(facts), ensure_ascii=False)))
    said: list[AnyMessage] = []
    for turn in facts.turns[-REMEMBERED:]:
        said += [HumanMessage(content=turn.question), AIMessage(content=turn.reply.text)]
    return [system, *said, HumanMessage(content=facts.question), *(_plain(message) for message in facts.exchange)]


def _plain(message: AnyMessage) -> AnyMessage:
    return message.model_copy(update={"name": None}) if message.name == ANSWERING else message


def known(facts: Facts) -> dict[str, Any]:
    """The facts as JSON values, small enough for a prompt: times in seconds, no poses."""
    return {
        "videos": {side: {"duration_s": facts.report.of(side).duration_s} for side in ("a", "b")},
        "people": facts.people,
        "stages": [s.model_dump(include={"name", "a", "b"}) for s in facts.report.stages],
        "repetitions": {side: len(timeline.repetitions) for side, timeline in facts.timelines.items()},
        "only_repetition": facts.focus,
        "differences": [
            {
                **d.model_dump(include={"id", "description", "answer", "confidence", "reason", "stage", "measurement"}),
                "instants": {side: [k.time_s for k in getattr(d.evidence, side)] for side in ("a", "b")},
            }
            for d in facts.report.differences
        ],
        "warnings": list(facts.report.warnings),
        "corrections": [c.correction.model_dump() for c in facts.corrections],
        "earlier_comparisons": list(facts.history),
    }


def complaint_about(message: AIMessage, facts: Facts) -> str:
    """What is wrong with a reply, in words to the model; empty when it can be used."""
    finish = message.response_metadata.get("finish_reason")
    if message.invalid_tool_calls or (finish == "length" and message.tool_calls):
        return "Your tool call could not be read: its arguments must be one complete JSON object."
    if message.tool_calls:
        return ""
    if not message.text.strip():
        return "You said nothing. Answer the question, or call a tool."
    if finish == "length":
        return "Your answer was cut off. Answer in fewer words."
    for cited in citations_in(message.text):
        if cited.time_s > (length := facts.report.of(cited.video).duration_s):
            name = cited.video.upper()
            return f"You cited {name} at {cited.time_s} s, but {name} lasts {length:.2f} s. Cite instants that you were told."
    return ""
