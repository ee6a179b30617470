"""What most likely made an answer bad or doubtful, in plain sentences, the causes first; each rests on what the trace shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ...memory.values import Side, Verdict, Vote
from ...tools.alignment import LOW_MARGIN
from ...tools.catalog import CATALOG
from ...tools.judge import SOURCE
from ...tools.pair import SIDES
from ...tools.vlm_votes import LETTERS
from ..output.wording import instant, percent, value
from .story_values import Asked, Diagnosis, DifferenceStory, Look, Retrieval, Story, Weight

FLAT = 0.25
"""A stage whose evidence varies less than this over a clip (1 is plain) is placed by its order, not by what it looks like."""
FAR_APART = 0.3
"""Matched instants whose places in their repetitions differ by more than this share may not show the same moment."""
LIMIT = re.compile(r"allow more with --max-|limit was reached")
CUT = re.compile(r"cut off|incomplete|EOF|end of (?:the )?(?:input|file|string)|unterminated", re.IGNORECASE)
UNUSABLE = re.compile(r"cannot be used|no usable|not (?:valid )?JSON|validation error", re.IGNORECASE)
ERROR = "smaller than the measuring error"
VIEW = re.compile(r"cannot be (?:judged from|compared between) [^;]*")
NOBODY = re.compile(r"no person was found|hardly ever in view")
OBSTACLES = {
    "wrong_moment": "it says that they show another moment: the instants are wrong, or matched wrongly",
    "too_small": "it says that what matters is too small in them",
    "too_fast": "it says that it happens between them",
    "out_of_view": "it says that what matters is out of view",
    "not_visible": "it says that something hides what matters",
    "other": "it names no reason",
}
_ORDER: dict[Weight, int] = {"cause": 0, "doubt": 1, "note": 2}


def diagnoses_of(told: DifferenceStory, story: Story) -> tuple[Diagnosis, ...]:
    """What speaks against the answer to one difference; a note where nothing does."""
    rules: tuple[Callable[[DifferenceStory, Story], Iterator[Diagnosis]], ...] = (
        _undecided, _orders, _replies, _obstacles, _witnesses, _unread, _viewed, _unbodied, _unplaced, _flat, _apart, _close, _used_up,
    )  # fmt: skip
    found = tuple(dict.fromkeys(each for rule in rules for each in rule(told, story)))
    return by_weight(found) or _sound(told)


def by_weight(found: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """The causes first."""
    return tuple(sorted(found, key=lambda each: _ORDER[each.weight]))


def _newest(told: DifferenceStory) -> list[Look]:
    """The looks of the last part of the run that looked at all."""
    last = max((look.part for look in told.looks), default=0)
    return [look for look in told.looks if look.part == last]


def _put(look: Look, story: Story) -> list[Asked]:
    return [story.asked[id_] for id_ in look.asked]


def _undecided(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    if told.final is None:
        text = "It was never decided: " + (
            "no place was ever looked at" if not told.looks else "the run ended before a verdict came"
        )
        yield Diagnosis(code="not reached", weight="cause", text=f"{text}.")


def _orders(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    for look in told.looks:
        said = {each.order: each.said[told.id] for each in _put(look, story) if told.id in each.said}
        ab, ba = said.get("ab"), said.get("ba")
        if ab and ba and ab.place and ab.place == ba.place:
            text = (
                f"Biased model: with A shown first it chose {ab.answer.upper()}, with B shown first {ba.answer.upper()}, both times "
                f"the video shown {ab.place}. It answers by position, not by what it sees; both votes are void"
            ) + ("." if _in_doubt(told) else ", and the answer rests on the other evidence alone.")
            yield Diagnosis(code="biased model", weight=_weight(told), text=text)


def _in_doubt(told: DifferenceStory) -> bool:
    """Whether there is no answer, or one that another look could have helped."""
    return told.final is None or told.final.answer == "unknown" or bool(told.final.uncertain)


def _weight(told: DifferenceStory) -> Weight:
    """What went wrong with one witness explains an answer only where the answer is bad."""
    return "cause" if _in_doubt(told) else "doubt"


def _replies(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    for asked in (each for look in told.looks for each in _put(look, story)):
        which = f"the question with {asked.order[:1].upper()} shown first" if asked.order else "a question"
        if (trouble := _trouble(asked, which, told.id)) is not None:
            yield Diagnosis(code=trouble[0], weight=_weight(told), text=trouble[1])
        elif asked.spent.repaired:
            why = asked.unusable.rstrip(".") or "it was not what was asked for"
            text = f"The reply to {which} had to be asked for again. Of what came first: {why}."
            yield Diagnosis(code="repaired reply", weight="note", text=text)


def _trouble(asked: Asked, which: str, id_: str) -> tuple[str, str] | None:
    """What went wrong with one question: its kind and a sentence."""
    error = asked.error.rstrip(".")
    if not asked.replied:
        return "no reply", f"No reply: {which} was put to {asked.model}, and the run ended before it was answered."
    if LIMIT.search(error):
        return "exhausted budget", f"Exhausted budget: {which} was not put to {asked.model}: {error}."
    if CUT.search(error) or UNUSABLE.search(error):
        return (
            "unusable reply",
            f"Unusable reply: the reply to {which} was {'cut off' if CUT.search(error) else 'not usable'}: {error}.",
        )
    if error:
        return "server error", f"Server error: {which} failed: {error}."
    if asked.order and id_ not in asked.said:
        return "left out", f"Left out: the reply to {which} says nothing about this statement that can be believed."
    return None


def _obstacles(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    named = dict.fromkeys(
        said.obstacle
        for look in _newest(told)[-1:]
        for asked in _put(look, story)
        if (said := asked.said.get(told.id)) and said.answer == "unknown"
    )
    for obstacle in named:
        text = f"The model cannot tell from its pictures; {OBSTACLES.get(obstacle, obstacle)}."
        code = "wrong instants" if obstacle == "wrong_moment" else "cannot tell"
        yield Diagnosis(code=code, weight="cause" if _in_doubt(told) else "note", text=text)


def _witnesses(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    final = told.final
    if final is None or final.uncertain != "witnesses disagree":
        return
    votes = {
        source: [vote for vote in final.votes if (vote.source == SOURCE) == (source == SOURCE)]
        for source in (SOURCE, "the model")
    }
    said = "; ".join(f"{source} says {_spoken(some)}" for source, some in votes.items() if some)
    yield Diagnosis(code="witnesses disagree", weight="cause", text=f"The witnesses disagree: {said}.")


def _spoken(votes: Sequence[Vote]) -> str:
    last = {vote.order: vote for vote in votes}
    return ", ".join(
        f"{vote.answer.upper() if vote.answer in LETTERS else vote.answer} ({percent(vote.confidence)}"
        + (f", {order[:1].upper()} shown first)" if order in ("ab", "ba") else ")")
        for order, vote in last.items()
    )


def _unread(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    problems = [read.problem for look in _newest(told)[-1:] for read in look.read if read.problem]
    if told.unmeasurable and not any(look.asked for look in told.looks):
        text = f"Nothing could be measured ({told.unmeasurable}), and no model was asked."
        yield Diagnosis(code="nothing measured", weight="cause", text=text)
    elif problems and NOBODY.search(problems[-1]):
        text = f"Missing person: {problems[-1]}, so nothing about the body could be measured."
        yield Diagnosis(code="missing person", weight="cause", text=text)
    elif problems and not told.unmeasurable:
        yield Diagnosis(code="nothing measured", weight="cause", text=f"Nothing was measured: {problems[-1]}.")
    if told.final and told.final.uncertain == "joint hidden":
        yield Diagnosis(
            code="joint hidden", weight="cause", text=f"Hidden joints: {told.final.reason.removeprefix('cannot tell: ')}."
        )


def _viewed(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    if told.final and told.final.answer == "unknown" and (view := VIEW.search(told.final.reason)):
        yield Diagnosis(code="wrong view", weight="cause", text=f"Wrong view: what the statement is about {view[0].rstrip('.')}.")


def _unbodied(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    if told.final is None:
        return
    for side in SIDES:
        keys = getattr(told.final.evidence, side)
        without = [key for key in keys if key.pose is None]
        if without:
            at = ", ".join(instant(key.time_s) for key in without)
            text = f"Missing person: nobody was found in {side.upper()} at {at}, where the evidence was taken."
            yield Diagnosis(code="missing person", weight="doubt" if len(without) < len(keys) else "cause", text=text)


def _unplaced(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    for side, timeline in story.timelines.items():
        placed = {span.stage for repetition in timeline.repetitions for span in repetition.spans}
        for stage in told.stages:
            if stage not in placed and placed:
                text = f"Stage “{stage}” was not found in {side.upper()}, so there is no matched moment to look at."
                yield Diagnosis(code="wrong instants", weight="cause", text=text)
    margins = [look.margin for look in _newest(told) if look.margin is not None]
    if margins and margins[0] < LOW_MARGIN:
        text = (
            f"Doubtful instants: the alignment prefers their place by {margins[0]:.1f} nats only (below {LOW_MARGIN:g} it is less "
            "than 73% sure), so they may be the wrong ones."
        )
        yield Diagnosis(code="wrong instants", weight="doubt", text=text)


def _flat(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    for side in SIDES:
        for stage in told.stages:
            rows = [(each, each.stages.index(stage)) for each in story.retrievals if each.video == side and stage in each.stages]
            known = [(each, row) for each, row in rows if each.strength]
            if known and all(each.strength[row] < FLAT for each, row in known):
                text = (
                    f"Flat similarities: no frame of {side.upper()} stands out for stage “{stage}”{_ranges(known)}; "
                    "where it was placed is a guess by order."
                )
                yield Diagnosis(code="flat similarities", weight="cause", text=text)


def _ranges(rows: Sequence[tuple[Retrieval, int]]) -> str:
    said = [f"{each.encoder} {each.lowest[row]:.3f} to {each.highest[row]:.3f}" for each, row in rows if each.lowest]
    return f" ({'; '.join(said)})" if said else ""


def _apart(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    looks = _newest(told)
    if not looks or set(story.timelines) != set(SIDES):
        return
    pairs = zip(*(looks[-1].instants.get(side, ()) for side in SIDES), strict=False)
    for a, b in pairs:
        in_a, in_b = _place_in_repetition(story, "a", a), _place_in_repetition(story, "b", b)
        if in_a is not None and in_b is not None and abs(in_a - in_b) > FAR_APART:
            text = (
                f"Instants far apart: A is read {percent(in_a)} into its repetition (at {instant(a)}), B {percent(in_b)} "
                f"into its own (at {instant(b)}); they may not show the same moment."
            )
            yield Diagnosis(code="wrong instants", weight="doubt", text=text)
            return


def _place_in_repetition(story: Story, side: Side, at_s: float) -> float | None:
    for repetition in story.timelines[side].repetitions:
        segment = repetition.segment
        if segment.start_s <= at_s <= segment.end_s and segment.end_s > segment.start_s:
            return (at_s - segment.start_s) / (segment.end_s - segment.start_s)
    return None


def _close(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    final = told.final
    found = final.measurement if final else None
    if final is None or found is None:
        return
    half = (found.interval[1] - found.interval[0]) / 2
    size, error = value(abs(found.difference), found.unit), value(half, found.unit)
    if final.uncertain == "small difference" or (final.answer == "unknown" and ERROR in final.reason):
        text = f"Close to the measuring error: A and B differ by {size}, with an error of ±{error}."
        yield Diagnosis(code="close to the error", weight="cause" if final.answer == "unknown" else "doubt", text=text)
    elif final.uncertain == "near threshold":
        entry = CATALOG.get(found.quantity)
        least = f" ({value(entry.jnd, found.unit)})" if entry else ""
        text = f"Near the threshold: the difference of {size} is beyond its error, but close to what is worth telling{least}."
        yield Diagnosis(code="close to the error", weight="doubt", text=text)


def _used_up(told: DifferenceStory, story: Story) -> Iterator[Diagnosis]:
    looks, final = _newest(told), told.final
    if final is not None and final.uncertain and len(looks) > 1:
        text = f"{len(looks)} looks were taken and it is still in doubt: {final.uncertain}."
        yield Diagnosis(code="looks used up", weight="note", text=text)
    if looks and looks[-1].changed.startswith("nothing"):
        yield Diagnosis(code="looks used up", weight="note", text=f"The last look changed {looks[-1].changed}.")


def _sound(told: DifferenceStory) -> tuple[Diagnosis, ...]:
    """What is said where nothing speaks against an answer."""
    final = told.final
    assert final is not None
    support = [_measured_beyond(final)] if final.measurement else []
    heard = {vote.answer for vote in final.votes if vote.answer != "unknown"}
    if final.witnesses > 1 and heard == {final.answer}:
        support.append("every vote says so")
    text = "Nothing in the trace speaks against this answer" + (f": {' and '.join(support)}." if support else ".")
    if doubts := tuple(dict.fromkeys(look.cause for look in _newest(told) if look.cause)):
        text += f" It took {len(_newest(told))} looks; before the last it was in doubt: {', '.join(doubts)}."
    return (Diagnosis(code="sound", weight="note", text=text),)


def _measured_beyond(final: Verdict) -> str:
    assert final.measurement is not None
    low, high = final.measurement.interval
    return "the difference is beyond its error" if low > 0 or high < 0 else "the measured values agree within their error"
