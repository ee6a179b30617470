"""How much one pair may cost, so that all of them together stay within what the evaluation may cost."""

from __future__ import annotations

from math import inf


class Ceiling:
    """Shares out a sum of money; what is handed out and what was spent never exceed it together.

    Args:
        most_usd: For all pairs, those of earlier starts included; None for any sum.
        each_usd: The most that one pair may ever cost.
        slots: How many pairs are in work at a time.
    """

    def __init__(self, most_usd: float | None, each_usd: float, slots: int) -> None:
        self._most, self._each, self._slots = inf if most_usd is None else most_usd, each_usd, slots
        self._held: dict[str, float] = {}
        self.spent_usd = 0.0

    @property
    def left_usd(self) -> float:
        """What is neither spent nor handed out."""
        return self._most - self.spent_usd - sum(self._held.values())

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left for another pair. A pair that asks no model needs no money: a ceiling of 0 lets it through."""
        return self._most > 0 and self.left_usd <= 1e-9

    def hand_out(self, name: str) -> float:
        """Set money aside for one pair: an even share of what is left for the slots that are free, USD."""
        free = max(self._slots - len(self._held), 1)
        self._held[name] = max(min(self._each, self.left_usd / free), 0.0)
        return self._held[name]

    def settle(self, name: str, cost_usd: float) -> None:
        """Replace what was set aside, if anything was, by what was spent."""
        self._held.pop(name, None)
        self.spent_usd += cost_usd
