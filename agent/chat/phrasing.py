"""How the embedded side says things: amounts with units in words, clips and people by name, how sure it is, parts of an answer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ...memory.conversation import Citation, Reply, cite
from ...memory.values import KeyFrame, Measurement, Question, Side, Statistic
from ...tools.catalog import CATALOG

OTHER: dict[Side, Side] = {"a": "b", "b": "a"}
CLIPS: tuple[Side, Side] = ("a", "b")


def clips(video: Side | None) -> tuple[Side, ...]:
    """The clip that is asked about, or both."""
    return CLIPS if video is None else (video,)


_READ: dict[Statistic, str] = {
    "range": "range of ",
    "circle": "range while circling of ",
    "variability": "variation of the ",
    "asymmetry": "left-right difference in ",
    "left_over_right": "left minus right in ",
}


class Part(NamedTuple):
    """A sentence or a bullet of an answer, with the instants that it cites, in order."""

    text: str
    citations: tuple[Citation, ...] = ()


def pieces(parts: Iterable[Part]) -> list[str]:
    """The parts as they follow each other in a text: sentences in one paragraph, bullets on lines of their own."""
    found: list[str] = []
    bullet = False
    for part in parts:
        starts = part.text.startswith("- ")
        joint = ("\n" if starts else "\n\n" if bullet else " ") if found else ""
        found.append(joint + part.text)
        bullet = starts
    return found


def reply_of(parts: Iterable[Part], about: Iterable[str] = ()) -> Reply:
    """An answer of these parts."""
    listed = tuple(parts)
    return Reply(
        text="".join(pieces(listed)),
        citations=tuple(c for part in listed for c in part.citations),
        about=tuple(dict.fromkeys(about)),
    )


def joined(replies: Iterable[Reply]) -> Reply:
    """The answers to several questions in one, a paragraph each."""
    said = [reply for reply in replies if reply.text]
    return Reply(
        text="\n\n".join(reply.text for reply in said),
        citations=tuple(c for reply in said for c in reply.citations),
        about=tuple(dict.fromkeys(id_ for reply in said for id_ in reply.about)),
    )


class Names(NamedTuple):
    """What the clips are called in an answer."""

    people: Mapping[Side, str]

    def of(self, side: Side) -> str:
        """Who it is: "B", "you (B)", "Tom (B)"."""
        name = self.people.get(side)
        return f"{name} ({side.upper()})" if name else side.upper()

    def clip(self, side: Side) -> str:
        """Where it is seen: "in B", "in your clip (B)", "in Tom's clip (B)"."""
        name = self.people.get(side)
        return f"in {'your' if name == 'you' else name + chr(39) + 's'} clip ({side.upper()})" if name else f"in {side.upper()}"

    def short(self, side: Side) -> str:
        """The same beside a number: "in B", "for you (B)"."""
        return f"for {self.of(side)}" if self.people.get(side) else f"in {side.upper()}"

    @property
    def mine(self) -> Side | None:
        """The clip that shows the user."""
        return next((side for side in CLIPS if self.people.get(side) == "you"), None)


def upper(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def amount(number: float, unit: str) -> str:
    """A number with its unit in words: "12 degrees", "56% of leg length", "0.31 seconds"."""
    text = figure(number, unit)
    if unit.startswith("deg"):
        return f"{text} {'degree' if text == '1' else 'degrees'}{' per second' if unit.endswith('/s') else ''}"
    if unit.startswith("%"):
        return text + unit.removeprefix("%").replace(" / s", " per second")
    return text if unit in ("count", "SPARC") else f"{text} {'seconds' if unit == 's' else unit}"


def figure(number: float, unit: str) -> str:
    """The bare number, no more precise than such a measurement deserves; a percentage keeps its sign."""
    text = f"{number:.{decimals(unit)}f}"
    text = text.removeprefix("-") if float(text) == 0 else text
    return f"{text}%" if unit.startswith("%") else text


def decimals(unit: str) -> int:
    """Digits after the point that a unit deserves."""
    if unit.startswith("% of the frame"):
        return 1
    return 2 if unit in ("s", "SPARC") else 0


def range_of(measurement: Measurement, more: Side) -> str:
    """The 95% interval, seen from the clip that shows more: "between 4 and 19", or "from 3 less to 17 more" where it leaves open which."""
    low, high = measurement.interval if more == "b" else (-measurement.interval[1], -measurement.interval[0])
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    unit = measurement.unit
    if low < 0 < high and float(figure(low, unit).rstrip("%")):
        return f"from {figure(-low, unit)} less to {figure(high, unit)} more"
    low, high = (max(low, 0.0), high) if high > 0 else sorted((abs(low), abs(high)))
    return f"between {figure(low, unit)} and {figure(high, unit)}"


def how_sure(confidence: float) -> str:
    """A confidence in words and as a percentage."""
    percent = f"{100 * confidence:.0f}%"
    if confidence >= 0.9:
        return f"I am quite sure ({percent})."
    if confidence >= 0.75:
        return f"I am fairly sure ({percent})."
    return f"I am not very sure ({percent})."


def label_of(quantity: str, question: Question | None = None) -> str:
    """What is read of a quantity as a noun phrase: "knee bend", "knee bend (left)", "left-right difference in knee bend"."""
    entry = CATALOG.get(quantity)
    label = entry.label if entry else quantity.replace("_", " ")
    if question is None:
        return label
    side = f" ({question.side})" if question.side in ("left", "right") else ""
    return f"{_READ.get(question.statistic, '')}{label}{side}"


def citation(side: Side, key: KeyFrame, difference: str = "") -> Citation:
    """A key frame as something that an answer cites."""
    return Citation(video=side, time_s=key.time_s, frame=key.frame, difference=difference)


def mark(cited: Citation) -> str:
    """The citation as it stands in a text."""
    return cite(cited.video, cited.time_s)


def listed(items: list[str], last: str = "and") -> str:
    """Items as in "x, y and z"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 repetition", "3 repetitions"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
