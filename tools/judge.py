"""From numbers to a verdict: which clip shows a statement more, how sure that is, and why it might be unsure."""

from __future__ import annotations

from math import erf, exp, sqrt

from ..memory.values import Answer, Cause, Difference, Side, Verdict, Vote
from .catalog import CATALOG
from .measure import Z95, Measured

SURE_Z = Z95
"""A letter needs an interval of 95% that does not hold zero, the one that is shown."""
SURE_SAME = 0.6
"""`same` needs at least this probability that no difference of twice what matters is there."""
LEAST_EARNED, MOST_EARNED, MEASURED_SAME = 0.89, 0.95, 0.85
"""Confidence of a letter that only just exceeds its error, of one far beyond it, and of a measured `same`. On 96 drawn pairs 65 of 67 letters
below three times their error were right, 184 of 188 beyond, and 138 of 159 `same` (docs/benchmarks.md); held-out pairs had a little less. A
measurement's own probability knows the noise of its numbers, not whether they are the right ones."""
SOURCE = "measurement"


def judge(difference: Difference, measured: Measured | str) -> Verdict:
    """Decide one difference by measurement alone."""
    if isinstance(measured, str):
        missing: Cause = "moment not found" if "moment" in measured else ""
        return _undecided(difference.id, "a", 0.0, f"cannot tell: {measured}", uncertain=missing)
    signed = (measured.b.value - measured.a.value) * measured.question.direction
    lean: Side = "b" if signed > 0 else "a"
    z = abs(signed) / max(measured.sigma, 1e-9)
    answer = _answer(abs(signed), z, measured.sigma, measured.jnd, lean)
    probability = 0.5 * (1.0 + erf(z / sqrt(2.0)))
    if measured.doubt:
        verdict = _undecided(
            difference.id,
            lean,
            probability,
            f"cannot tell: {measured.doubt}",
            uncertain="joint hidden" if "hardly seen" in measured.doubt else "",
        )
    elif answer == "unknown":
        reason = f"cannot tell: {_numbers(measured)}, a difference smaller than the measuring error"
        verdict = _undecided(difference.id, lean, probability, reason, uncertain="small difference")
    else:
        verdict = _decided(difference.id, answer, lean, measured, probability, z)
    return verdict.model_copy(update={"measurement": measured.as_measurement()})


def _answer(size: float, z: float, sigma: float, jnd: float, lean: Side) -> Answer:
    if size >= jnd and z >= SURE_Z:
        return lean
    return "same" if size < jnd and _same_confidence(size, sigma, jnd) >= SURE_SAME else "unknown"


def _decided(id_: str, answer: Answer, lean: Side, measured: Measured, probability: float, z: float) -> Verdict:
    if answer == "same":
        confidence = min(_same_confidence(abs(measured.b.value - measured.a.value), measured.sigma, measured.jnd), MEASURED_SAME)
        reason = f"no difference that matters: {_numbers(measured)}"
    else:
        confidence = min(probability, _earned(z))
        reason = f"{answer.upper()} shows it more: {_numbers(measured)}"
    vote = Vote(source=SOURCE, order="-", answer=answer, confidence=round(confidence, 3))
    close = answer == "same" and z >= SURE_Z
    uncertain: Cause = "near threshold" if close else ""
    return Verdict(
        id=id_, answer=answer, lean=lean, confidence=round(confidence, 3), reason=reason, votes=(vote,), uncertain=uncertain
    )


def _earned(z: float) -> float:
    """How often letters turn out right whose difference is `z` times its error."""
    return MOST_EARNED - (MOST_EARNED - LEAST_EARNED) * exp((SURE_Z - z) / 2)


def _same_confidence(size: float, sigma: float, jnd: float) -> float:
    """Probability that the true difference is smaller than twice what is worth telling, given its normal error."""
    sigma = max(sigma, 1e-9)
    inside = [0.5 * (1.0 + erf(x / sqrt(2.0))) for x in ((2 * jnd - size) / sigma, (-2 * jnd - size) / sigma)]
    return max(0.0, inside[0] - inside[1])


def _undecided(id_: str, lean: Side, probability: float, reason: str, uncertain: Cause) -> Verdict:
    vote = Vote(source=SOURCE, order="-", answer="unknown", confidence=round(min(probability, 0.5), 3))
    return Verdict(
        id=id_,
        answer="unknown",
        lean=lean,
        confidence=round(min(probability, 0.5), 3),
        reason=reason,
        votes=(vote,),
        uncertain=uncertain,
    )


def _numbers(measured: Measured) -> str:
    entry = CATALOG[measured.question.quantity]
    digits = 2 if entry.unit in ("s", "SPARC") else 0
    return f"{entry.label} {measured.a.value:.{digits}f} in A, {measured.b.value:.{digits}f} in B ({entry.unit})"
