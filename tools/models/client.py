"""The remote asker: strict structured answers from any OpenAI-compatible server, paid once, repaired once, never guessed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from ...memory.cache import Cache
from ...memory.errors import ModelReplyError
from .asking import Answered, Ask, CallUsage
from .budget import total_of
from .limits import POLL_S
from .messages import repair_of
from .odds import choice_probabilities
from .reply_reading import Reply, Unusable, json_of, value_of
from .schemas import ReplyForm, form_of
from .sending import Sender
from .server_faults import one_line
from .stored_replies import Kept, find, keep, key_of
from .structured_chat import StructuredChat, Turn

T = TypeVar("T", bound=BaseModel)

MAX_TOKENS = 4096
REPAIR = CallUsage(repaired=1)


class RemoteAsker:
    """Asks one model structured questions; implements `viddiff.tools.models.asking.Asker`.

    Args:
        sender: The way out to the model.
        cache: Where validated answers are kept.
        max_tokens: How long a reply may become; twice that when one that was unusable is asked for again.
    """

    def __init__(self, sender: Sender, cache: Cache, *, max_tokens: int = MAX_TOKENS) -> None:
        self._sender, self._cache, self._max_tokens = sender, cache, max_tokens
        self._chat = StructuredChat(sender)
        self._written: bool | None = None
        """Whether the schema must be written out in words; None until the content of an answer has shown it."""
        self._asked: set[str] = set()
        """Keys of the questions that are being asked."""
        self._lock = threading.Lock()
        self._first = threading.Lock()
        self._first_over = False

    @property
    def name(self) -> str:
        """The spec it was made from, without any key."""
        return self._sender.endpoint.name

    @property
    def price_known(self) -> bool:
        """Whether the costs that are counted mean anything."""
        return self._sender.price.known

    async def ask(self, question: Ask, schema: type[T]) -> Answered[T]:
        """One answer that conforms to `schema`.

        Args:
            question: What is asked.
            schema: A class without defaults and maps, which forbids unknown fields (see `viddiff.tools.models.schemas`).

        Raises:
            ModelReplyError: the model answered rubbish, also when asked again.
            ModelServerError: the server failed for good.
            BudgetExhausted: asking would go beyond the run's limit; nothing was sent.
        """
        form = form_of(schema)
        key = key_of(self._sender.endpoint, question, form)
        async with self._once_at_a_time(key):
            return await self._found_or_asked(question, form, schema, key)

    async def _found_or_asked(self, question: Ask, form: ReplyForm, schema: type[T], key: str) -> Answered[T]:
        if (kept := find(self._cache, key, schema)) is not None:
            usage = CallUsage(cache_hits=1)
            self._sender.budget.note(question.kind, usage)
            return Answered(value=kept.value, usage=usage, choice_probabilities=kept.choice_probabilities)
        spent: list[CallUsage] = []
        async with self._first_alone():
            answer = await self._answer(question, form, schema, spent)
        keep(self._cache, key, answer)
        return Answered(value=answer.value, usage=total_of(spent), choice_probabilities=answer.choice_probabilities)

    @asynccontextmanager
    async def _once_at_a_time(self, key: str) -> AsyncIterator[None]:
        """Keep a question waiting while the same one is asked: its answer is then in the cache."""
        while True:
            with self._lock:
                if key not in self._asked:
                    self._asked.add(key)
                    break
            await asyncio.sleep(POLL_S)
        try:
            yield
        finally:
            with self._lock:
                self._asked.discard(key)

    @asynccontextmanager
    async def _first_alone(self) -> AsyncIterator[None]:
        """Let one question find out what the server knows, so that those that come with it need not find out too."""
        while not self._first_over and not self._first.acquire(blocking=False):
            await asyncio.sleep(POLL_S)
        try:
            yield
        finally:
            # Also when it failed: the others then find out at the same time rather than one by one.
            self._first_over = True

    async def _answer(self, question: Ask, form: ReplyForm, schema: type[T], spent: list[CallUsage]) -> Kept[T]:
        turn = Turn(question, form, self._max_tokens, written=self._written or False)
        reply = await self._chat.say(turn, spent)
        try:
            answer = _read(reply, form, schema)
        except Unusable as problem:
            # A first answer of another form is how a server shows that it ignores schemas, whatever its status said.
            written = turn.written or (self._written is None and problem.ignored_format)
            turn = replace(turn, longest=2 * turn.longest, written=written, repair=repair_of(reply.text, str(problem)))
            answer = await self._again(turn, schema, spent, problem)
        if self._written is None:
            self._written = turn.written
        return answer

    async def _again(self, turn: Turn, schema: type[T], spent: list[CallUsage], first: Unusable) -> Kept[T]:
        spent.append(REPAIR)
        self._sender.budget.note(turn.question.kind, REPAIR)
        reply = await self._chat.say(turn, spent)
        try:
            return _read(reply, turn.form, schema)
        except Unusable as second:
            before, after = one_line(str(first)), one_line(str(second))
            both = f"{before}; asked again: {after}" if before != after else f"{before}, twice"
            raise ModelReplyError(f"{self._sender.server}: the reply cannot be used: {both}; try another model") from None


def _read(reply: Reply, form: ReplyForm, schema: type[T]) -> Kept[T]:
    text = json_of(reply)
    return Kept(value_of(text, schema), choice_probabilities(reply.log_probabilities, text, form.choices))
