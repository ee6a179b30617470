"""What a model's replies are worth: choices by position turned into votes for A or B, and both orders into one opinion."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..memory.values import Answer, Cause, Side, Value, Vote
from .obstacles import Obstacle, worst_cause

Order = Literal["ab", "ba"]
ORDERS: tuple[Order, Order] = ("ab", "ba")
SHOWN: dict[Order, tuple[Side, Side]] = {"ab": ("a", "b"), "ba": ("b", "a")}
"""Which clip is Video 1 and which is Video 2."""
Choice = Literal["first", "second", "same", "cannot_tell"]
LETTERS = ("a", "b")
LONGEST_REASON = 240
BIASED, LEAST_LETTERS = 0.8, 6
"""From this share of answers on, out of so many at least, for one position, the user is told."""
_NAMED = re.compile(r"\b(?:the\s+)?(?:video\s*#?\s*(1|2|one|two)|(first|second)\s+video)\b", re.IGNORECASE)


class ModelAnswer(BaseModel):
    """The answer to one statement."""

    # Strict schemas ask for fields without defaults.
    model_config = ConfigDict(extra="forbid")

    id: str
    reason: str
    """Before the choice, so that the choice follows from it."""
    choice: Choice
    obstacle: Obstacle
    confidence: float
    """0 to 1; checked by us, so that one wild number spoils one answer and not the whole reply."""


class ModelReply(BaseModel):
    """The answers to all statements."""

    model_config = ConfigDict(extra="forbid")

    answers: list[ModelAnswer]


class Heard(Value):
    """What one reply said about one difference, in terms of A and B."""

    answer: Answer
    confidence: float = Field(ge=0, le=1)
    """The server's own probability of the choice where it gives one, else the stated one."""
    reason: str = ""
    obstacle: Obstacle = "none"


class Hearing(Value):
    """One reply, read."""

    heard: dict[str, Heard]
    """By what stands in the brackets; what was left out or cannot be believed is absent."""
    stray: int = 0
    """Answers to what was not asked."""
    unusable: int = 0
    """Answers that contradict each other or have no confidence between 0 and 1."""
    first: int = 0
    """Answers for the video shown first."""
    letters: int = 0
    """Answers for either video."""


class Opinion(Value):
    """What the model thinks of one difference after both orders."""

    id: str
    answer: Answer
    strength: Literal["strong", "weak", "none"]
    """strong: both orders say so; weak: one does and the other does not object; none: it says nothing."""
    confidence: float = Field(default=0.0, ge=0, le=1)
    """The less sure of the orders that say so."""
    votes: tuple[Vote, ...] = ()
    reason: str = ""
    cause: Cause = ""
    """Why another look could help."""
    void: bool = False
    """The answer flipped with the order."""


class Bias(Value):
    """How often a model picks the video shown first: half of the time when it looks at the videos."""

    first: int = 0
    letters: int = 0

    @property
    def rate(self) -> float | None:
        """Share of the letters that went to the video shown first; None before there are any."""
        return self.first / self.letters if self.letters else None

    @property
    def warning(self) -> str:
        """A sentence for the user; empty while there is nothing to warn of."""
        rate = self.rate
        if rate is None or self.letters < LEAST_LETTERS or 1 - BIASED < rate < BIASED:
            return ""
        position, count = ("first", self.first) if rate >= BIASED else ("second", self.letters - self.first)
        return f"the model chose the video shown {position} in {count} of {self.letters} answers; answers that flip with the order are void"


def hear(reply: ModelReply, order: Order, asked: Collection[str], probabilities: Sequence[dict[str, float]] = ()) -> Hearing:
    """Read one reply without guessing.

    Args:
        reply: the model's answers.
        order: which clip was shown first.
        asked: what stood in the brackets.
        probabilities: per answer, the probability of each choice; empty where the server does not tell.
    """
    told = probabilities if len(probabilities) == len(reply.answers) else [{}] * len(reply.answers)
    known = [(answer, odds) for answer, odds in zip(reply.answers, told, strict=True) if answer.id in asked]
    heard: dict[str, Heard] = {}
    spoiled = {answer.id for answer, _ in known if not 0.0 <= answer.confidence <= 1.0}
    said = {(answer.id, answer.choice) for answer, _ in known}
    spoiled |= {tag for tag, times in Counter(tag for tag, _ in said).items() if times > 1}
    for answer, odds in known:
        if answer.id not in spoiled:
            heard.setdefault(answer.id, _heard(answer, order, odds))
    first = sum(SHOWN[order][0] == each.answer for each in heard.values())
    letters = sum(each.answer in LETTERS for each in heard.values())
    return Hearing(heard=heard, stray=len(reply.answers) - len(known), unusable=len(spoiled), first=first, letters=letters)


def opinion_of(id_: str, source: str, ab: Heard | None, ba: Heard | None, missing: str = "") -> Opinion:
    """Both orders weighed against each other.

    Args:
        id_: the difference.
        source: the model's name, for the votes.
        ab: what was heard with A shown first; None for nothing.
        ba: the same with B shown first.
        missing: why something was not heard, where that is known.
    """
    votes = tuple(
        Vote(source=source, order=order, answer=heard.answer, confidence=round(heard.confidence, 3))
        for order, heard in zip(ORDERS, (ab, ba), strict=True)
        if heard is not None
    )
    if ab is None or ba is None:
        reason = missing or "the model left it out of its reply"
        return Opinion(id=id_, answer="unknown", strength="none", votes=votes, reason=reason)
    return _weighed(id_, ab, ba).model_copy(update={"votes": votes})


def _weighed(id_: str, ab: Heard, ba: Heard) -> Opinion:
    told = [heard for heard in (ab, ba) if heard.answer != "unknown"]
    cause = worst_cause(heard.obstacle for heard in (ab, ba))
    if not told:
        return Opinion(id=id_, answer="unknown", strength="none", reason=f"the model cannot tell: {ab.reason}", cause=cause)
    said = {heard.answer for heard in told}
    if said == {"a", "b"}:
        reason = "the model's answer flips with the order in which the videos are shown"
        return Opinion(id=id_, answer="unknown", strength="none", reason=reason, cause="orders disagree", void=True)
    if len(told) == 2 and len(said) == 1:
        sure = min(heard.confidence for heard in told)
        return Opinion(id=id_, answer=ab.answer, strength="strong", confidence=sure, reason=ab.reason)
    # `same` in one order and a letter in the other: the model saw something, but not enough to say so twice.
    main = next((heard for heard in told if heard.answer in LETTERS), told[0])
    return Opinion(
        id=id_,
        answer=main.answer,
        strength="weak",
        confidence=main.confidence,
        reason=main.reason,
        cause=cause or "orders disagree",
    )


def _heard(answer: ModelAnswer, order: Order, odds: dict[str, float]) -> Heard:
    first, second = SHOWN[order]
    meant: dict[Choice, Answer] = {"first": first, "second": second, "same": "same", "cannot_tell": "unknown"}
    cannot = answer.choice == "cannot_tell"
    return Heard(
        answer=meant[answer.choice],
        confidence=_probability(answer.choice, odds, answer.confidence),
        reason=by_clip(answer.reason, order),
        obstacle=("other" if answer.obstacle == "none" else answer.obstacle) if cannot else "none",
    )


def by_clip(reason: str, order: Order) -> str:
    """A model's sentence with the clips' names in place of their positions, on one line of bounded length."""
    first, second = (side.upper() for side in SHOWN[order])
    line = _NAMED.sub(lambda found: first if (found[1] or found[2]).lower() in ("1", "one", "first") else second, reason)
    line = " ".join(line.split()).rstrip(".")
    return line if len(line) <= LONGEST_REASON else f"{line[: LONGEST_REASON - 1]}…"


def _probability(choice: Choice, odds: dict[str, float], stated: float) -> float:
    """The share of a choice among all options by the tokens' own probabilities; the stated one where they do not tell."""
    return odds[choice] / sum(odds.values()) if odds.get(choice, 0.0) > 0 else stated
