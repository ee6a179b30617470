"""What asking models took: one value for budgets, replies, traces and reports of them."""

from __future__ import annotations

from .values import Value


class CallUsage(Value):
    """What one answer, or several, cost, by the server's own numbers."""

    calls: int = 0
    """Requests sent, repairs and retries included; 0 when the answer came from the cache."""
    input_tokens: int = 0
    output_tokens: int = 0
    images: int = 0
    cost_usd: float = 0.0
    cache_hits: int = 0
    repaired: int = 0
    """Answers that had to be asked for again because they were not what was asked for."""
