"""What a statement says beside the quantity: when, which repetition, which side, and left against right."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...memory.values import BodySide, Phase
from .lexicon import Context
from .text import cut

_PAIR = re.compile(
    r"\b(?P<one>left|right)\b(?P<part>(?: \w+)?)(?P<between>.*?) (?P<link>instead of|rather than|than|not|over|before)"
    r"(?: (?:with|on|in))?(?: the| his| her| their)? (?P<two>left|right|other)\b(?: side| one| \w+(?=$|,))?"
)
_ONE_OTHER = re.compile(r"\bone (?P<part>\w+)\b(?P<between>.*?) (?:than|of|from|as) the other\b(?: one| \w+(?=$|,))?")
_ONE_HIGHER = re.compile(
    r"\bone (?P<part>hand|arm|shoulder|elbow|wrist|dumbbell)\b(?P<between>(?: \w+){0,3}? (?:higher|lower))\b(?! up| down)"
)
_TO_SIDE = re.compile(
    r"\b(?:to|towards?) (?:the |his |her |their |its )?(?:left|right)\b(?! \w*(?:hand|foot|knee|leg|hip|arm|elbow|shoulder|side of))"
)
_SIDE = re.compile(r"\b(left|right)\b")
_ONE_LIMB = re.compile(r"\bone (?=(?:knee|leg|arm|hand|foot|elbow|heel|shoulder|wrist)\b)")
# "Before going up" may be the very start.
_BESIDE = re.compile(r"\b(?P<link>before|until|after|once)\b(?! going up$)(?P<next>[^,]*)")
_WAITED: dict[str, dict[Phase, Phase]] = {
    "before": {"rising": "bottom", "lowering": "top"},
    "after": {"rising": "top", "lowering": "bottom"},
}
_LAST = re.compile(r"\b(?:on|in|during|at) the (?:\w+ )?last (?:step|rep|repetition|shot|jump)\b")


class When(NamedTuple):
    """The part of the action that is meant."""

    phase: Phase | None = None
    occurrence: int | None = None

    def or_else(self, other: When) -> When:
        """This, with what it leaves open taken from the other."""
        return When(self.phase or other.phase, self.occurrence or other.occurrence)


def take_when(text: str, context: Context) -> tuple[str, When]:
    """Take the phase and the repetition out of the text."""
    text = _LAST.sub("", text)
    text, occurrence, default = _take_ordinal(text, context)
    for phase, pattern in context.phases:
        if match := pattern.search(text):
            rest = cut(text, *match.span())
            return (rest or text), When(phase, occurrence)
    return text, When(default, occurrence)


def _take_ordinal(text: str, context: Context) -> tuple[str, int | None, Phase | None]:
    match = context.ordinal.search(text)
    if not match:
        return text, None, None
    occasion = match["occasion"]
    # "The second step is longer" speaks of the step itself; "on the second step" only says when.
    rest = cut(text, *match.span(), " " if match["lead"] else f" {occasion} ")
    return rest, context.ordinals[match["number"]], context.occasion_phases.get(occasion)


def rewritten(text: str, context: Context) -> str:
    """The statement with other ways to say how long, how often or how far put into words that the lexicon knows."""
    for pattern, instead in context.rewrites:
        text = pattern.sub(instead, text)
    return cut(text, 0, 0)


def posture_phase(text: str, context: Context) -> Phase | None:
    """The moment that a statement about a pause names by a posture: "with the knee up"."""
    for phase, pattern in context.postures:
        if pattern.search(text):
            return phase
    return None


def waiting_phase(text: str, context: Context) -> Phase | None:
    """The moment of a pause that is named by what follows or precedes it: "before coming back up", "after going down"."""
    if not (match := _BESIDE.search(text)) or not (going := going_phase(match["next"], context)):
        return None
    return _WAITED["before" if match["link"] in ("before", "until") else "after"].get(going)


def going_phase(text: str, context: Context) -> Phase | None:
    """The part of the movement that a statement about a speed names by what is done: "comes down faster"."""
    going: list[Phase] = [phase for phase, pattern in context.goings if pattern.search(text)]
    return going[0] if len(going) == 1 else None


class Sides(NamedTuple):
    """Which side is meant, and whether the sides are set against each other."""

    side: BodySide = "both"
    left_over_right: int = 0
    """+1 for left more than right, -1 for right more than left, 0 when they are not compared."""
    uneven: bool = False
    toward: bool = False
    """A movement to the left or to the right."""


def take_pair(text: str) -> tuple[str, Sides]:
    """Take a comparison of left with right, or of one limb with the other, out of the text."""
    if (match := _PAIR.search(text)) and match["one"] != match["two"]:
        rest = cut(text, *match.span(), f"{match['part']}{match['between']} ")
        return rest, Sides(left_over_right=1 if match["one"] == "left" else -1)
    if match := _ONE_OTHER.search(text) or _ONE_HIGHER.search(text):
        tail = " of other" if " of the other" in match.group() else ""
        return cut(text, *match.span(), f" {match['part']}{match['between']}{tail} "), Sides(uneven=True)
    return text, Sides()


def take_side(text: str, context: Context) -> tuple[str, Sides]:
    """Take the side of the body out of the text; a limb named by what it does may be either."""
    if _TO_SIDE.search(text):
        return text, Sides(toward=True)
    rest, acting = context.acting.subn("", text)
    rest, one = _ONE_LIMB.subn("", rest)
    found = set(_SIDE.findall(rest))
    rest = cut(_SIDE.sub(" ", rest), 0, 0)
    if len(found) == 1:
        return rest, Sides("left" if "left" in found else "right")
    return rest, Sides("either" if (acting or one) and not found else "both")
