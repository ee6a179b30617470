"""What a run may spend on remote models: reserved before anything is sent, settled with the server's own numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

from ...memory.errors import BudgetExhausted
from ...memory.values import Value
from .asking import Ask, CallUsage, ImagePart
from .prices import Price
from .tokens import parts_tokens, text_tokens

EXPECTED_OUTPUT = {"proposer": 1500, "vlm": 400}
"""Tokens that a reply has, about."""
PER_ANSWER = 90
"""Tokens that a vision model takes to decide one statement: id, choice, obstacle, confidence and one sentence."""
LONGEST_REPLY = 4096
"""Tokens that a reply may have where nothing else is said."""


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
        self.max_calls, self.max_cost_usd = max_calls, max_cost_usd
        self.settled: Callable[[Mapping[str, Mapping[str, float]]], None] = lambda used: None
        """Told what was used so far, by kind, whenever a request is over; it must not ask the budget anything."""
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
            if self.max_calls is not None and total.calls + len(self._open) >= self.max_calls:
                raise BudgetExhausted(f"the limit of {self.max_calls} model calls is reached; allow more with --max-calls")
            committed = total.cost_usd + sum(held.cost_usd for held in self._open)
            if self.max_cost_usd is not None and cost_usd > 0 and committed + cost_usd > self.max_cost_usd:
                raise BudgetExhausted(
                    f"the next model call may cost ${cost_usd:.4f}, and ${committed:.4f} of the limit of ${self.max_cost_usd:.2f} "
                    "are spent or set aside; allow more with --max-cost"
                )
            held = Reservation(kind=kind, cost_usd=cost_usd)
            self._open.append(held)
            return held

    def may_fit(self, cost_usd: float) -> bool:
        """Whether a call that does not fit now may do so once what is in work has cost what it really costs."""
        with self._lock:
            spent = total_of(self._used.values())
            calls_left = self.max_calls is None or spent.calls + len(self._open) < self.max_calls
            affordable = self.max_cost_usd is None or spent.cost_usd + cost_usd <= self.max_cost_usd
            return bool(self._open) and calls_left and affordable

    def settle(self, held: Reservation, usage: CallUsage) -> None:
        """Replace what was set aside by what was used."""
        with self._lock:
            # Equal reservations are as good as one another.
            self._open.remove(held)
            self._add(held.kind, usage)
            self.settled({kind: used.model_dump() for kind, used in self._used.items()})

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
    """What a number of requests will take, about."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    cost_usd: float = 0.0
    """With replies of the length that is usual, on the large side."""
    most_usd: float = 0.0
    """With replies as long as they may become: what `Budget` sets aside for them."""
    price_known: bool = True
    """Whether the costs mean anything."""

    @property
    def tokens(self) -> int:
        """Sent and received."""
        return self.input_tokens + self.output_tokens


def sum_of(estimates: Iterable[Estimate]) -> Estimate:
    """All of them together."""
    rows = list(estimates)
    sums = {name: sum(getattr(row, name) for row in rows) for name in Estimate.model_fields if name != "price_known"}
    return Estimate(**sums, price_known=all(row.price_known for row in rows))


def weighed(price: Price, *, calls: int, input_tokens: int, output_tokens: int, longest: int, images: int = 0) -> Estimate:
    """An estimate from counts.

    Args:
        price: Of the model.
        calls: Requests.
        input_tokens: Of all requests.
        output_tokens: Of all replies.
        longest: Tokens that one reply may have.
        images: Of all requests.
    """
    return Estimate(
        calls=calls,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        images=images,
        cost_usd=price.cost_usd(input_tokens, output_tokens),
        most_usd=price.cost_usd(input_tokens, calls * longest),
        price_known=price.known,
    )


def estimate(asks: Sequence[Ask], price: Price, *, form: str = "", answers: int | None = None) -> Estimate:
    """What questions will cost when each is answered at once, before the first is sent.

    Args:
        asks: The questions.
        price: Of the model.
        form: The schema that goes with each.
        answers: Statements that are decided in all of them together; None for replies of the length that is usual for their kind.
    """
    told = sum(EXPECTED_OUTPUT[ask.kind] for ask in asks)
    return weighed(
        price,
        calls=len(asks),
        input_tokens=sum(text_tokens(ask.system + form) + parts_tokens(ask.parts, price.image_scale) for ask in asks),
        output_tokens=told if answers is None else answers * PER_ANSWER,
        longest=LONGEST_REPLY,
        images=sum(isinstance(part, ImagePart) for ask in asks for part in ask.parts),
    )
