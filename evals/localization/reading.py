"""What the measurement says of a pair's statements at the places that a strategy found."""

from __future__ import annotations

from typing import NamedTuple

from ...memory.state import Localization, keep_better
from ...memory.values import Difference, Side, Strategy, Timeline, Verdict
from ...tools.judge import judge
from ...tools.measure import measure
from ...tools.pair import Pair
from ...tools.relocalize import next_strategy
from ...tools.second_look import first_look, second_look
from .scenes import Scene
from .strategies import drawn_place, drawn_timeline

MOST_ATTEMPTS = 4
"""As many looks as a comparison takes at most."""


class Read(NamedTuple):
    """Where a statement was looked for at last, and what was made of it."""

    place: Localization
    verdict: Verdict


def read_at(scene: Scene, timelines: dict[Side, Timeline], *, extremum: bool = False, again: bool = False) -> dict[str, Read]:
    """A verdict by measurement for each statement, by its id.

    Args:
        scene: The pair.
        timelines: Where a strategy puts the stages.
        extremum: Key instants are moved to where the quantity itself peaks.
        again: What stays uncertain is looked at again, as a comparison does it.
    """
    pair, found = Pair(scene.videos, scene.bench), dict[str, Read]()
    for difference in scene.plan.differences:
        place = first_look(difference, scene.plan, timelines)
        if extremum:
            place = second_look(difference, "extremum", place, None, pair, scene.plan, timelines)
        read = Read(place, _verdict(difference, place, pair, timelines))
        found[difference.id] = _looked_again(difference, read, pair, scene, timelines) if again else read
    return found


def read_by_truth(scene: Scene) -> dict[str, Read]:
    """A verdict by measurement at the drawn moments: the most that finding frames can give."""
    pair = Pair(scene.videos, scene.bench)
    timelines: dict[Side, Timeline] = {"a": drawn_timeline(scene, "a"), "b": drawn_timeline(scene, "b")}
    asked = {statement.id: statement for statement in scene.pair.statements}
    places = [(d, drawn_place(d, asked[d.id], scene)) for d in scene.plan.differences]
    return {d.id: Read(place, _verdict(d, place, pair, timelines)) for d, place in places}


def _verdict(difference: Difference, place: Localization, pair: Pair, timelines: dict[Side, Timeline]) -> Verdict:
    return judge(difference, measure(difference, (place.a, place.b), *pair.clips(timelines, place)))


def _looked_again(difference: Difference, first: Read, pair: Pair, scene: Scene, timelines: dict[Side, Timeline]) -> Read:
    """The look that the verdict rests on after every further look that a comparison would take."""
    (place, verdict), chosen = first, first
    tried: list[Strategy] = [place.strategy]
    while len(tried) < MOST_ATTEMPTS and (how := next_strategy(verdict.uncertain, tried, difference.question)):
        place = second_look(difference, how, place, verdict, pair, scene.plan, timelines)
        new = _verdict(difference, place, pair, timelines)
        verdict = keep_better({difference.id: chosen.verdict}, {difference.id: new})[difference.id]
        tried.append(how)
        chosen = Read(place if verdict.answer == new.answer and verdict.confidence == new.confidence else chosen.place, verdict)
    return chosen
