"""One way out for every request to a model: paid for from the budget, in turn, with a time limit, sent again when that may help."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ...memory.errors import BudgetExhausted
from ...memory.values import Value
from .asking import CallUsage
from .budget import Budget, Reservation
from .chat import TIMEOUT_S
from .limits import POLL_S, Throttle
from .prices import UNKNOWN, Price
from .retrying import Clock, RetryPolicy, retried
from .server_faults import ServerFault, fault_of
from .specs import Endpoint
from .tokens import text_tokens

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage


class Load(Value):
    """What one request weighs, before it is sent."""

    kind: str
    """Who asks: "proposer", "vlm", "planner"."""
    input_tokens: int
    most_output_tokens: int
    images: int = 0


class Sender:
    """Sends requests to one model. Safe to share among threads and event loops.

    Args:
        endpoint: Model, server and key.
        budget: The run's.
        price: What the model costs.
        throttle: Shared by all that ask the same server.
        policy: How patiently failures are met.
        clock: Time and chance.
        timeout_s: Seconds from sending a request to its whole reply.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        budget: Budget,
        price: Price = UNKNOWN,
        throttle: Throttle | None = None,
        policy: RetryPolicy | None = None,
        clock: Clock | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.endpoint, self.budget, self.price, self.timeout_s = endpoint, budget, price, timeout_s
        self._clock = clock or Clock()
        self._throttle = throttle or Throttle(clock=self._clock)
        self._policy = policy or RetryPolicy()

    @property
    def server(self) -> str:
        """What to call the server in an error."""
        return f"model server {self.endpoint.base_url} ({self.endpoint.model})"

    async def send(self, load: Load, invoke: Callable[[], Awaitable[AIMessage]], spent: list[CallUsage]) -> AIMessage:
        """The message that `invoke` gives.

        Args:
            load: What the request weighs.
            invoke: Sends it, once.
            spent: What every attempt cost is added to it, failed ones included.

        Raises:
            ServerFault: the server refused the request.
            ModelServerError: the server failed for good.
            BudgetExhausted: the next attempt would go beyond the run's limit; it was not sent.
        """
        return await retried(lambda: self._once(load, invoke, spent), self._policy, self._clock, self.server)

    async def _once(self, load: Load, invoke: Callable[[], Awaitable[AIMessage]], spent: list[CallUsage]) -> AIMessage:
        async with self._throttle.turn():
            held = await self._reserved(load)
            # Until the server says what it cost, what may have been billed counts as spent.
            usage = CallUsage(calls=1, images=load.images, cost_usd=held.cost_usd)
            try:
                message = await self._in_time(invoke)
                usage = self._usage(load, message)
            except ServerFault as fault:
                if not fault.may_be_billed:
                    usage = usage.model_copy(update={"cost_usd": 0.0})
                raise
            finally:
                self.budget.settle(held, usage)
                spent.append(usage)
        return message

    async def _reserved(self, load: Load) -> Reservation:
        """Set aside what a request may cost, which is many times what most cost: where that does not fit, those in work are waited for."""
        cost_usd = self.price.cost_usd(load.input_tokens, load.most_output_tokens)
        while True:
            try:
                return self.budget.reserve(load.kind, cost_usd)
            except BudgetExhausted:
                if not self.budget.may_fit(cost_usd):
                    raise
            await asyncio.sleep(POLL_S)

    async def _in_time(self, invoke: Callable[[], Awaitable[AIMessage]]) -> AIMessage:
        import openai

        try:
            # The client's own limit is one of silence, which a reply that drips in never reaches.
            async with asyncio.timeout(self.timeout_s):
                return await invoke()
        except (openai.APIError, TimeoutError, ValueError, TypeError, LookupError) as error:
            fault = fault_of(error, self.server, self.endpoint.key)
        # Raised outside: the exception of the library holds the request with its headers.
        raise fault

    def _usage(self, load: Load, message: AIMessage) -> CallUsage:
        told = message.usage_metadata
        sent = told["input_tokens"] if told else load.input_tokens
        written = told["output_tokens"] if told else text_tokens(message.text)
        cost_usd = self.price.cost_usd(sent, written)
        return CallUsage(calls=1, input_tokens=sent, output_tokens=written, images=load.images, cost_usd=cost_usd)
