"""The remote asker: strict structured answers from any OpenAI-compatible server, paid once, repaired once, never guessed."""

from __future__ import annotations

import asyncio
import functools
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
from .server_ways import ServerWays
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
        ways: How the server wants to be asked, shared with others who ask the same model on it.
        max_tokens: How long a reply may become; twice that when one that was unusable is asked for again.
    """

    def __init__(self, sender: Sender, cache: Cache, ways: ServerWays | None = None, *, max_tokens: int = MAX_TOKENS) -> None:
        self._sender, self._cache, self._max_tokens = sender, cache, max_tokens
        self._ways = ways or ServerWays(sender.endpoint, cache)
        self._chat = StructuredChat(sender, self._ways)
        # Making a form takes as long as sending a question.
        self._form = functools.cache(form_of)
        self._asked: set[str] = set()
        """Keys of the questions that are being asked."""
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The spec it was made from, without any key."""
        return self._sender.endpoint.name

    @property
    def price_known(self) -> bool:
        """Whether the costs that are counted mean anything."""
        return self._sender.price.known

    def load(self) -> None:
        """Load the client library and the certificates, which takes as long as a quick server's answer."""
        self._chat.load()

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
        form = self._form(schema)
        key = key_of(self._sender.endpoint, question, form)
        async with self._once_at_a_time(key):
            return await self._found_or_asked(question, form, schema, key)

    async def _found_or_asked(self, question: Ask, form: ReplyForm, schema: type[T], key: str) -> Answered[T]:
        if (kept := find(self._cache, key, schema)) is not None:
            usage = CallUsage(cache_hits=1)
            self._sender.budget.note(question.kind, usage)
            return Answered(value=kept.value, usage=usage, choice_probabilities=kept.choice_probabilities)
        spent: list[CallUsage] = []
        answer, unusable = await self._answer(question, form, schema, spent)
        keep(self._cache, key, answer)
        odds = answer.choice_probabilities
        return Answered(value=answer.value, usage=total_of(spent), choice_probabilities=odds, unusable=unusable)

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

    async def _answer(self, question: Ask, form: ReplyForm, schema: type[T], spent: list[CallUsage]) -> tuple[Kept[T], str]:
        """The answer, and what was wrong with the reply before it; empty where nothing was."""
        turn = Turn(question, form, self._max_tokens)
        reply, written = await self._chat.say(turn, spent)
        try:
            answer = _read(reply, form, schema)
        except Unusable as problem:
            # A first answer of another form is how a server shows that it ignores schemas, whatever its status said.
            out = written or (self._ways.written is not False and problem.ignored_format)
            again = replace(turn, longest=2 * turn.longest, written=out, repair=repair_of(reply.text, str(problem)))
            answer = await self._again(again, schema, spent, problem)
            if out:
                self._ways.ignores()
            return answer, one_line(str(problem))
        if not written:
            self._ways.follows()
        return answer, ""

    async def _again(self, turn: Turn, schema: type[T], spent: list[CallUsage], first: Unusable) -> Kept[T]:
        spent.append(REPAIR)
        self._sender.budget.note(turn.question.kind, REPAIR)
        reply, _ = await self._chat.say(turn, spent)
        try:
            return _read(reply, turn.form, schema)
        except Unusable as second:
            before, after = one_line(str(first)), one_line(str(second))
            both = f"{before}; asked again: {after}" if before != after else f"{before}, twice"
            raise ModelReplyError(f"{self._sender.server}: the reply cannot be used: {both}; try another model") from None


def _read(reply: Reply, form: ReplyForm, schema: type[T]) -> Kept[T]:
    text = json_of(reply)
    return Kept(value_of(text, schema), choice_probabilities(reply.log_probabilities, text, form.choices))
