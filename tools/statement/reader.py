"""Read a difference statement as a question that can be measured, or say why it cannot be."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from ...memory.values import Phase, Question, Statistic, Value
from ..catalog import CATALOG
from .context import Sides, When, going_phase, posture_phase, rewritten, take_pair, take_side, take_when, waiting_phase
from .lexicon import Lexicon, load_lexicon
from .match import Item, Match, best_match, compares, find_items, is_negated, polarity
from .objection import objection
from .text import forms, main_clause, opening_clause, plain, without_videos

_LONGEST = 500
_JOINT = re.compile(r", (?:and |but )?| (?=with (?:the|a|an|his|her|their|less|more|no)\b)| (?=without (?:\w+ )?\w+ing\b)")
_BESIDES = re.compile(r"\bwithout\b(?=[^,]*\b(?:as|so) \w+)|\bwhil(?:e|st) (?=\w+ing\b)|\buntil (?=the|his|her|their)")
_ALIKE = re.compile(
    r"(?<!times )\bas (?:(?:much|far|long|high|low|deep|wide|fast|often|many|little|briefly)\b(?! as (?:possible|he|she|they|it|you)\b)"
    r"|(?!soon |well )\w+ as (?:in|on|the|before)\b)"
)
# What a later clause may make more precise: "stays more vertical, without leaning sideways".
_PRECISE = {
    "torso_tilt": frozenset({"torso_side_lean", "torso_back_lean", "torso_forward_lean"}),
    "head_height": frozenset({"head_pitch", "head_side_tilt"}),
    "head_turn": frozenset({"head_pitch"}),
    "body_bend": frozenset({"hip_sag"}),
    "hip_height": frozenset({"hip_sag"}),
}


class Reading(Value):
    """What became of one statement: a question, or the reason why there is none."""

    question: Question | None = None
    unmeasurable: str = ""
    """A sentence for the user; empty when there is a question."""
    words: tuple[str, ...] = ()
    """The words that decided it."""


class _Heard(NamedTuple):
    """A statement taken apart."""

    items: list[Item]
    match: Match
    when: When
    sides: Sides
    text: str
    """The statement without its videos and other clauses of time."""
    extreme: Literal["maximum", "minimum"] | None
    """The extreme that a verb such as "raise" or "drop" implies."""


class StatementReader:
    """Reads statements with one lexicon, loaded once; hold on to it."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or load_lexicon()

    def read(self, text: str) -> Reading:
        """Read one statement.

        Args:
            text: A difference in plain English, true of the clip that shows it more: "the knees bend less at the bottom".

        Returns:
            A question about one quantity of the catalogue, its direction that of the literal statement; or no question and a reason.
        """
        if len(text) > _LONGEST:
            return _refused(f"the statement is longer than {_LONGEST} characters: say one difference at a time")
        rest, videos = without_videos(plain(text))
        if videos > 1:
            return _refused("say the difference without naming a video: viddiff finds out which one shows it more")
        rest = rewritten(rest, self._lexicon.context)
        items = find_items(rest, self._lexicon)
        if (alike := _ALIKE.search(rest)) and not any(item.stands_for("negation") for item in items):
            return _refused(f"'{alike.group()}' says that both are alike: say what is more or less")
        if divided := self._compared_besides(rest):
            return divided
        reading = self._read(rest)
        joint = _JOINT.search(rest)
        if joint and not any(item.stands_for("unseen") for item in items):
            return _specified(reading, self._read(rest[joint.end() :]))
        return reading

    def _compared_besides(self, text: str) -> Reading | None:
        """What "comes up without pausing as long" asks: its second clause, unless the first compares; None where there are no such two."""
        besides = _BESIDES.search(text)
        if not besides or not (first := text[: besides.start()].strip()):
            return None
        second, items = text[besides.start() :], find_items(first, self._lexicon)
        without, comparing = second.startswith("without"), compares(items, self._lexicon)
        if any(item.stands_for("negation") for item in items):
            return None
        if not without and (comparing or not compares(find_items(second, self._lexicon), self._lexicon)):
            return None
        reading = self._read(first if comparing else second)
        if reading.question is None:
            return None if comparing else reading
        phase = take_when(first, self._lexicon.context)[1].phase
        if reading.question.phase != "whole" or phase is None:
            return reading
        return reading.model_copy(update={"question": reading.question.model_copy(update={"phase": phase})})

    def _read(self, text: str) -> Reading:
        rest, pair = take_pair(text)
        opening, rest = opening_clause(rest)
        whole, when = take_when(rest, self._lexicon.context)
        when = take_when(opening, self._lexicon.context)[1].or_else(when)
        rest, sides = take_side(main_clause(whole), self._lexicon.context)
        if sides.toward:
            return _refused("viddiff measures how far something moves to the side, not whether to the left or to the right")
        items = find_items(rest, self._lexicon)
        match = best_match(items, rest, self._lexicon)
        if reason := objection(items, match, text):
            return _refused(reason)
        assert match is not None
        sides = sides if pair == Sides() else pair
        return self._asked(_Heard(items, match, when, sides, text, _extreme(whole, self._lexicon)))

    def _asked(self, heard: _Heard) -> Reading:
        entry = CATALOG[heard.match.rule.quantity]
        if heard.sides.left_over_right and not entry.sided:
            return _refused(f"viddiff measures the {entry.label} of both sides together, not left against right")
        phase = self._phase(heard)
        question = Question(
            quantity=entry.name,
            direction=self._direction(heard, entry.sided),
            side=heard.sides.side if entry.sided else "both",
            statistic=_statistic(heard, phase == "whole"),
            phase=phase,
            occurrence=heard.when.occurrence,
        )
        return Reading(question=question, words=tuple(item.text for item in (heard.match.part, heard.match.attribute) if item))

    def _phase(self, heard: _Heard) -> Phase:
        """The phase that is named, or else the one that goes without saying."""
        quantity, context = heard.match.rule.quantity, self._lexicon.context
        said = heard.when.phase or heard.match.rule.phase
        # A moment takes no time: "shoots up from the bottom faster" speaks of the way up.
        if quantity == "duration" and said in (None, "bottom", "top", "start", "end"):
            said = going_phase(heard.text, context) or said
        if quantity == "pause" and said in (None, "rising", "lowering"):
            said = waiting_phase(heard.text, context) or said
        if quantity in ("pause", "duration"):
            said = said or posture_phase(heard.text, context)
        return said or ("top" if _overhead(heard) else "whole")

    def _direction(self, heard: _Heard, sided: bool) -> Literal[1, -1]:
        if heard.sides.uneven and sided:
            return -1 if is_negated(heard.match, heard.items, self._lexicon) else 1
        return 1 if polarity(heard.match, heard.items, self._lexicon) * (heard.sides.left_over_right or 1) > 0 else -1


def read_statement(text: str) -> Reading:
    """Read one statement with a fresh `StatementReader`; hold a reader of your own to read many."""
    return StatementReader().read(text)


def _specified(main: Reading, later: Reading) -> Reading:
    """The reading of a statement of two clauses: the first, unless only the second can be measured or it is more precise."""
    if later.question is None or main.question is None:
        return main if later.question is None else later
    if later.question.quantity not in _PRECISE.get(main.question.quantity, ()):
        return main
    phase = main.question.phase if later.question.phase == "whole" else later.question.phase
    return later.model_copy(update={"question": later.question.model_copy(update={"phase": phase})})


def _refused(reason: str) -> Reading:
    return Reading(unmeasurable=reason)


def _statistic(heard: _Heard, whole: bool) -> Statistic:
    rule, entry = heard.match.rule, CATALOG[heard.match.rule.quantity]
    if heard.sides.left_over_right:
        return "left_over_right"
    if heard.sides.uneven and entry.sided:
        return "asymmetry"
    if rule.statistic:
        return rule.statistic
    if entry.source == "clip" or not whole:
        return "level"
    return rule.most or (heard.extreme if rule.reach else None) or "level"


def _overhead(heard: _Heard) -> bool:
    """Whether "overhead" says when, rather than what."""
    return any(item.text in ("overhead", "over head") and item is not heard.match.attribute for item in heard.items)


def _extreme(text: str, lexicon: Lexicon) -> Literal["maximum", "minimum"] | None:
    found = {lexicon.extremes[form] for word in text.split() for form in forms(word) if form in lexicon.extremes}
    return next((kind for kind in ("maximum", "minimum") if kind in found), None)
