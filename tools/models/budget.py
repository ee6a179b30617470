"""What a run may spend on remote models: reserved before anything is sent, settled with the server's own numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence

from ...memory.errors import BudgetExhausted
from ...memory.values import Value
from .asking import Ask, CallUsage, ImagePart
from .prices import Price
from .tokens import parts_tokens, text_tokens

EXPECTED_OUTPUT = {"proposer": 1500, "vlm": 400}
"""Tokens that an answer has, about."""


class Reservation(Value):
    """One request that is about to be sent."""

    kind: str
    cost_usd: float
    """The most it can cost."""


class Budget:
    """The limits of one run, shared by everything in it that calls a model. Safe to share among threads.

    Args:
        max_calls: Requests, retries and repairs included; None for any number.
        max_cost_usd: USD; None for any sum. Calls whose price is not known cost nothing here.
        used: What earlier parts of the same run used, by kind.
    """

    def __init__(
        self, max_calls: int | None = None, max_cost_usd: float | None = None, used: Mapping[str, CallUsage] | None = None
    ) -> None:
        self._max_calls, self._max_cost = max_calls, max_cost_usd
        self._used = dict(used or {})
        self._open: list[Reservation] = []
        self._lock = threading.Lock()

    def reserve(self, kind: str, cost_usd: float) -> Reservation:
        """Set aside one call and the most that it can cost.

        Args:
            kind: Who asks: "proposer", "vlm", "planner".
            cost_usd: The most it can cost.

        Raises:
            BudgetExhausted: a limit would be passed.
        """
        with self._lock:
            total = total_of(self._used.values())
            if self._max_calls is not None and total.calls + len(self._open) >= self._max_calls:
                raise BudgetExhausted(f"the limit of {self._max_calls} model calls is reached; allow more with --max-calls")
            committed = total.cost_usd + sum(held.cost_usd for held in self._open)
            if self._max_cost is not None and cost_usd > 0 and committed + cost_usd > self._max_cost:
                raise BudgetExhausted(
                    f"the next model call may cost ${cost_usd:.4f}, and ${committed:.4f} of the limit of ${self._max_cost:.2f} "
                    "are spent or set aside; allow more with --max-cost"
                )
            held = Reservation(kind=kind, cost_usd=cost_usd)
            self._open.append(held)
            return held

    def settle(self, held: Reservation, usage: CallUsage) -> None:
        """Replace what was set aside by what was used."""
        with self._lock:
            # Equal reservations are as good as one another.
            self._open.remove(held)
            self._add(held.kind, usage)

    def note(self, kind: str, usage: CallUsage) -> None:
        """Count what needed no reservation: answers from the cache, repairs."""
        with self._lock:
            self._add(kind, usage)

    def used(self, kind: str | None = None) -> CallUsage:
        """What was used so far, by one kind or by all; requests in work are not in it."""
        with self._lock:
            return self._used.get(kind, CallUsage()) if kind else total_of(self._used.values())

    def _add(self, kind: str, usage: CallUsage) -> None:
        self._used[kind] = total_of([self._used.get(kind, CallUsage()), usage])


def total_of(usages: Iterable[CallUsage]) -> CallUsage:
    """The sum, field by field."""
    rows = [usage.model_dump() for usage in usages]
    return CallUsage(**{name: sum(row[name] for row in rows) for name in CallUsage.model_fields})


class Estimate(Value):
    """What a number of questions will cost, about."""

    calls: int
    input_tokens: int
    output_tokens: int
    images: int
    cost_usd: float
    price_known: bool
    """Whether `cost_usd` means anything."""


def estimate(asks: Sequence[Ask], price: Price) -> Estimate:
    """What questions will cost when each is answered at once, before the first is sent; schemas are not counted."""
    sent = sum(text_tokens(ask.system) + parts_tokens(ask.parts, price.image_scale) for ask in asks)
    told = sum(EXPECTED_OUTPUT[ask.kind] for ask in asks)
    return Estimate(
        calls=len(asks),
        input_tokens=sent,
        output_tokens=told,
        images=sum(isinstance(part, ImagePart) for ask in asks for part in ask.parts),
        cost_usd=price.cost_usd(sent, told),
        price_known=price.known,
    )
