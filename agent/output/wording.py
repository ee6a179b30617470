"""The words and numbers that every form of the report shares: answers, values with units, times, the summary."""

from __future__ import annotations

import math
from pathlib import PurePath

from ...memory.report import DifferenceReport, Report
from ...memory.values import Answer, BodySide, Measurement, Segment, Side, VideoInfo
from ...tools.catalog import CATALOG

ANSWERS: dict[Answer, str] = {"a": "A shows more", "b": "B shows more", "same": "Same in both", "unknown": "Unknown"}
LETTERS: dict[Answer, str] = {"a": "A", "b": "B", "same": "=", "unknown": "?"}
NAMED = 3
"""How many statements of one kind the summary spells out."""


def label(quantity: str) -> str:
    """The quantity as a noun phrase: "knee bend"."""
    entry = CATALOG.get(quantity)
    return entry.label if entry else quantity.replace("_", " ")


def value(number: float, unit: str, signed: bool = False) -> str:
    """A number with its unit, no more precise than such a measurement deserves: "94°", "+12% of leg length", "0.31 s"."""
    text = short_value(number, unit, signed)
    return text.removesuffix("/s") + unit.removeprefix("%") if unit.startswith("%") and math.isfinite(number) else text


def short_value(number: float, unit: str, signed: bool = False) -> str:
    """The same without what the percentage is of, for use beside `unit_note`: "+12%"."""
    if not math.isfinite(number):
        return "not measured"
    text = f"{number:{'+' if signed else ''}.{_decimals(number, unit)}f}"
    text = text.lstrip("+-") if float(text) == 0 else text.replace("-", "−")
    if unit.startswith("deg"):
        return f"{text}°{unit.removeprefix('deg')}"
    if unit.startswith("%"):
        return f"{text}%/s" if unit.endswith("/ s") else f"{text}%"
    return text if unit == "count" else f"{text} {unit}"


def unit_note(unit: str) -> str:
    """What the percentages are of, for a caption: ", % of leg length"; empty for units that each number carries."""
    return f", {unit}" if unit.startswith("%") else ""


def _decimals(number: float, unit: str) -> int:
    if unit == "count":
        return 0 if float(number).is_integer() else 1
    if unit.startswith(("deg", "%")) and not unit.startswith("% of the frame"):
        return 0
    return 2 if unit in ("s", "SPARC") else 1


def interval(measurement: Measurement) -> str:
    """The 95% interval of B − A: "+7° to +17°"."""
    low, high = measurement.interval
    return f"{short_value(low, measurement.unit, signed=True)} to {short_value(high, measurement.unit, signed=True)}"


def instant(time_s: float) -> str:
    """A time in a clip: "2.31 s", from one minute on "1:02.3"."""
    if round(time_s, 2) < 60:
        return f"{time_s:.2f} s"
    minutes, seconds = divmod(round(time_s, 1), 60)
    return f"{minutes:.0f}:{seconds:04.1f}"


def span(segment: Segment | None) -> str:
    """A segment as "0.80–1.90 s"."""
    if segment is None:
        return "not found"
    return f"{instant(segment.start_s).removesuffix(' s')}–{instant(segment.end_s)}"


def percent(share: float) -> str:
    """A share 0..1 as "93%"."""
    return f"{100 * share:.0f}%"


def file_name(info: VideoInfo) -> str:
    """The last part of a clip's path."""
    return PurePath(info.path).name or info.path


def clip_facts(info: VideoInfo) -> str:
    """Duration, frame rate and size of a clip on one line."""
    return f"{instant(info.duration_s)} · {info.fps:.4g} fps · {info.width} × {info.height}"


def clause(statement: str) -> str:
    """A statement as part of a sentence: no full stop, small first letter unless it starts a name or an abbreviation."""
    text = " ".join(statement.split()).rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def body_side(statement: str) -> BodySide:
    """Which side of the person a statement speaks of."""
    words = set(statement.lower().replace("-", " ").split())
    if "left" in words and "right" not in words:
        return "left"
    return "right" if "right" in words and "left" not in words else "both"


def warnings(report: Report) -> list[str]:
    """What to know before reading the answers: of the pair, then of each clip."""
    clips = (("A", report.videos.a), ("B", report.videos.b))
    return [*report.warnings, *(f"{letter}: {text}" for letter, info in clips for text in info.warnings)]


def summary(report: Report) -> str:
    """How the clips differ, in one plain paragraph."""
    groups: dict[Answer, list[DifferenceReport]] = {"a": [], "b": [], "same": [], "unknown": []}
    for difference in report.differences:
        groups[difference.answer].append(difference)
    if not report.differences:
        return "No differences were asked about or proposed."
    sides: tuple[Side, ...] = ("b", "a") if len(groups["b"]) > len(groups["a"]) else ("a", "b")
    sentences = [f"In {side.upper()}, {_listed([_with_size(d) for d in groups[side]])}." for side in sides if groups[side]]
    if not sentences:
        sentences.append("No clear difference was found.")
    if groups["same"]:
        sentences.append(f"About the same in both: {_listed([_subject(d) for d in groups['same']])}.")
    if groups["unknown"]:
        sentences.append(f"Not decided: {len(groups['unknown'])} of {len(report.differences)}.")
    return " ".join(sentences)


def _with_size(difference: DifferenceReport) -> str:
    text, found = clause(difference.description), difference.measurement
    if found is None or not math.isfinite(found.difference):
        return text
    return f"{text} (by {value(abs(found.difference), found.unit)})"


def _subject(difference: DifferenceReport) -> str:
    """What was found to be the same: the measured quantity reads better than a statement that holds for neither."""
    return label(difference.measurement.quantity) if difference.measurement else f"“{clause(difference.description)}”"


def _listed(items: list[str]) -> str:
    if more := len(items) - NAMED:
        items = items if more < 0 else [*items[:NAMED], f"{more} more"]
    return items[0] if len(items) == 1 else f"{'; '.join(items[:-1])}; and {items[-1]}"


def tally(report: Report) -> dict[Answer, int]:
    """How many differences got each answer, in the order A, B, same, unknown."""
    given = [d.answer for d in report.differences]
    return {answer: given.count(answer) for answer in ANSWERS}
