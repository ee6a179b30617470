"""A chat that asks for JSON of a given form and learns, request by request, what its server knows of that."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from .asking import Ask, CallUsage, ImagePart
from .bargaining import body_of, guessed_from, named_in
from .chat import chat_model
from .messages import messages_of
from .prices import Price
from .reply_reading import Reply, reply_of
from .schemas import ReplyForm
from .sending import Load, Sender
from .server_faults import ServerFault
from .server_ways import ServerWays
from .tokens import parts_tokens, text_tokens

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_openai import ChatOpenAI


@dataclass(frozen=True)
class Turn:
    """One thing to say to the model."""

    question: Ask
    form: ReplyForm
    longest: int
    """Tokens that the reply may have."""
    written: bool = False
    """Write the form out in words besides naming it to the server."""
    repair: tuple[BaseMessage, ...] = ()
    """Messages that come after the question."""

    def messages(self, *, written: bool) -> list[BaseMessage]:
        """All that is said."""
        return [*messages_of(self.question, self.form if written else None), *self.repair]

    def load(self, price: Price) -> Load:
        """What it weighs, the form counted whether it is written out or named."""
        words = text_tokens(self.question.system + self.form.text) + sum(text_tokens(each.text) for each in self.repair)
        return Load(
            kind=self.question.kind,
            input_tokens=words + parts_tokens(self.question.parts, price.image_scale),
            most_output_tokens=self.longest,
            images=sum(isinstance(part, ImagePart) for part in self.question.parts),
        )


class _Request(NamedTuple):
    """What is sent."""

    messages: list[BaseMessage]
    body: dict[str, Any]
    written: bool
    """Whether the form is written out in it."""


class StructuredChat:
    """Asks for replies of a form; what the server refuses to know is left out from then on."""

    def __init__(self, sender: Sender, ways: ServerWays) -> None:
        self._sender, self._ways = sender, ways
        self._guessed: frozenset[str] = frozenset()
        """Fields without which a request was taken that had been refused for reasons unsaid: maybe others, so nobody else is told."""

    def load(self) -> None:
        """Make the client."""
        # Whatever is wrong with it is found again, and told, where questions are asked.
        with suppress(Exception):
            _ = self._chat

    async def say(self, turn: Turn, spent: list[CallUsage]) -> tuple[Reply, bool]:
        """The raw reply, and whether the form was written out for it; what every request cost is added to `spent`.

        Raises:
            ModelServerError: the server failed for good.
            BudgetExhausted: the next request would go beyond the run's limit; it was not sent.
        """
        named, guessed, load = frozenset[str](), frozenset[str](), turn.load(self._sender.price)
        while True:
            sent: list[_Request] = []
            try:
                message = await self._sender.send(load, partial(self._send, turn, named | guessed, sent), spent)
            except ServerFault as fault:
                if name := named_in(fault, sent[-1].body):
                    named |= {name}
                elif name := guessed_from(fault, sent[-1].body):
                    guessed |= {name}
                else:
                    raise
            else:
                # Learnt only now: the request may have been refused for another reason.
                self._ways.refuses(named)
                self._guessed |= guessed
                return reply_of(message), sent[-1].written

    async def _send(self, turn: Turn, refused: frozenset[str], sent: list[_Request]) -> AIMessage:
        """Send it once, as the server is known to want it by now: many wait for their turn while the first ones find out."""
        refused |= self._ways.refused | self._guessed
        written = turn.written or bool(self._ways.written) or "response_format" in refused
        endpoint = self._sender.endpoint
        body = body_of(turn.form, turn.longest, refused, newer_limit=endpoint.is_openai, seed=endpoint.seed)
        sent.append(_Request(turn.messages(written=written), body, written))
        return await self._chat.ainvoke(sent[-1].messages, extra_body=body)

    @cached_property
    def _chat(self) -> ChatOpenAI:
        return chat_model(self._sender.endpoint, timeout_s=self._sender.timeout_s)
