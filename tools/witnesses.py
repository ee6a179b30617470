"""Several witnesses to one difference made into one verdict: measurement and a vision model, each believed as far as it earned it.

Every witness supports one answer with the log-odds of its reliability. Support for the same answer adds up, support for others is taken
off, and the confidence is what is left, as a probability. So agreement raises confidence, disagreement lowers it, a witness that says
nothing changes nothing, and neither the order of the witnesses nor the names of the clips matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..memory.values import Answer, Cause, Side, Value, Verdict
from .measure import Z95
from .vlm_votes import Opinion

MOST_SURE = 0.95
"""Nothing is surer, however many witnesses agree: they look at the same instants."""
BOTH_ORDERS, ONE_ORDER = 0.64, 0.57
"""How often a wholly confident model is right when both orders agree, and when one of them abstains. Published models answer 57% of
VidDiffBench, one order each, and two independent orders that agree are then right in 0.57^2 / (0.57^2 + 0.43^2)."""
COIN = 0.5
LEAN_MOST = 0.75
"""What a measurement too unsure to answer may add to the forced choice, at most; on drawn pairs such leans were right in 14 of 19."""
LEAST_AGAINST_OTHERS = 0.7
"""An answer that another witness contradicts needs this much confidence."""
_PLACE_IN_DOUBT: frozenset[Cause] = frozenset({"weak alignment", "moment not found"})
"""Doubts about the moment that was looked at, which another witness who looked at the same moment does not settle."""


class Witness(Value):
    """What one witness says and how far it is believed."""

    answer: Answer
    reliability: float = COIN
    """How often it is right when it says this; one half says nothing."""
    confidence: float = 0.0
    """What it claims itself."""
    decisive: bool = False
    """Whether it may decide alone."""

    @property
    def support(self) -> float:
        """Log-odds for its answer; never negative."""
        return max(0.0, _logit(self.reliability)) if self.answer != "unknown" else 0.0


class Combined(Value):
    """What all witnesses together say."""

    answer: Answer
    confidence: float
    contradicted: bool
    """Whether they support different answers."""
    b_over_a: float
    """Log-odds of B against A, for the forced choice."""


def measured_witness(verdict: Verdict) -> Witness:
    """Measurement, as far as it decided."""
    if verdict.answer == "unknown":
        return Witness(answer="unknown")
    sure = min(verdict.confidence, MOST_SURE)
    return Witness(answer=verdict.answer, reliability=sure, confidence=sure, decisive=True)


def model_witness(opinion: Opinion) -> Witness:
    """A vision model: what it states of its own confidence moves it between a coin and the best it was seen to reach."""
    if opinion.strength == "none":
        return Witness(answer="unknown")
    best = BOTH_ORDERS if opinion.strength == "strong" else ONE_ORDER
    reliability = COIN + (best - COIN) * opinion.confidence
    return Witness(answer=opinion.answer, reliability=reliability, confidence=reliability, decisive=opinion.strength == "strong")


def combine(witnesses: Iterable[Witness]) -> Combined:
    """All witnesses weighed against each other; their order does not matter."""
    heard = [witness for witness in witnesses if witness.support > 0]
    support: dict[Answer, float] = {
        answer: math.fsum(w.support for w in heard if w.answer == answer) for answer in ("a", "b", "same")
    }
    b_over_a = support["b"] - support["a"]
    if not heard:
        return Combined(answer="unknown", confidence=0.0, contradicted=False, b_over_a=b_over_a)
    best = max(support, key=lambda answer: support[answer])
    against = math.fsum(value for answer, value in support.items() if answer != best)
    # Witnesses who are shown the same frames share their errors: several are not surer than one may be.
    sure = min(_sigmoid(support[best] - against), MOST_SURE)
    for_it = [w for w in heard if w.answer == best]
    if not against:
        sure = max(sure, *(w.confidence for w in for_it))
    decided = any(w.decisive for w in for_it) and (not against or sure >= LEAST_AGAINST_OTHERS)
    return Combined(answer=best if decided else "unknown", confidence=sure, contradicted=against > 0, b_over_a=b_over_a)


def decide(verdict: Verdict, opinion: Opinion) -> Verdict:
    """One verdict out of the measurement's and the model's opinion; every vote stays in it.

    Where nothing was measured the model decides alone, only where both orders agree, and with less confidence than a measurement has;
    where numbers were read whose difference is within their error, it only leans.
    """
    votes = (*verdict.votes, *opinion.votes)
    if opinion.strength == "none":
        return _undisturbed(verdict, opinion).model_copy(update={"votes": votes})
    model = model_witness(opinion)
    if verdict.uncertain == "small difference":
        # Numbers that cannot tell: a model that measures gave 16 letters there on drawn pairs, 8 of them right; no better than a coin.
        model = model.model_copy(update={"decisive": False})
    combined = combine((measured_witness(verdict), model))
    unknown = combined.answer == "unknown"
    return verdict.model_copy(
        update={
            "answer": combined.answer,
            "lean": _lean(verdict, combined),
            "confidence": round(min(combined.confidence, COIN) if unknown else combined.confidence, 3),
            "reason": _reason(verdict, opinion, combined),
            "uncertain": _cause(verdict, opinion, combined),
            "votes": votes,
        }
    )


def _undisturbed(verdict: Verdict, opinion: Opinion) -> Verdict:
    """The verdict as it was; where it is undecided, also why the model did not help."""
    if verdict.answer != "unknown" or opinion.reason in verdict.reason:
        return verdict
    cause = verdict.uncertain or opinion.cause
    return verdict.model_copy(update={"reason": f"{verdict.reason}; {opinion.reason}", "uncertain": cause})


def _lean(verdict: Verdict, combined: Combined) -> Side:
    """The forced choice; a measurement that did not decide for a letter still leans."""
    odds = combined.b_over_a + (_lean_odds(verdict) if verdict.answer in ("same", "unknown") else 0.0)
    return verdict.lean if odds == 0 else "b" if odds > 0 else "a"


def _lean_odds(verdict: Verdict) -> float:
    """How far an undecided measurement speaks for its lean, log-odds of B against A; nothing where its numbers are in doubt."""
    measured = verdict.measurement
    if measured is None or (verdict.answer == "unknown" and verdict.uncertain != "small difference"):
        return 0.0
    sigma = max((measured.interval[1] - measured.interval[0]) / (2 * Z95), 1e-9)
    probability = 0.5 * (1.0 + math.erf(abs(measured.difference) / sigma / math.sqrt(2.0)))
    return _logit(min(probability, LEAN_MOST)) * (1 if verdict.lean == "b" else -1)


def _cause(verdict: Verdict, opinion: Opinion, combined: Combined) -> Cause:
    if combined.contradicted:
        return "witnesses disagree"
    if verdict.uncertain in _PLACE_IN_DOUBT:
        return verdict.uncertain
    return (verdict.uncertain or opinion.cause) if combined.answer == "unknown" else ""


def _reason(verdict: Verdict, opinion: Opinion, combined: Combined) -> str:
    seen = f"{_claim(opinion.answer)} ({opinion.reason})" if opinion.reason else _claim(opinion.answer)
    if combined.contradicted:
        before = "" if combined.answer != "unknown" else "cannot tell, the witnesses disagree: "
        return f"{before}{verdict.reason}; to the model {seen}"
    if verdict.answer != "unknown":
        return f"{verdict.reason}; the model agrees"
    if combined.answer == "unknown":
        return f"{verdict.reason}; to the model {seen}" + ("" if opinion.strength == "strong" else ", but not in both orders")
    return f"to the model {seen}, in both orders; by measurement: {verdict.reason}"


def _claim(answer: Answer) -> str:
    return "there is no difference that matters" if answer == "same" else f"{answer.upper()} shows it more"


def _logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))


def _sigmoid(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))
