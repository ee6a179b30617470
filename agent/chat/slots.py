"""What a question names: clips, times, repetitions, stages, sides of the body, topics, people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...memory.values import BodySide, Phase, Side, Stage
from .phrasing import OTHER, Names
from .question_words import QuestionWords

NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)}  # noqa: SIM905
_NTH = {word: n for n, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1)}  # noqa: SIM905
_CLOCK = re.compile(r"\b(\d+):(\d\d(?:\.\d+)?)\b")
_SECONDS = re.compile(r"\b(\d+(?:\.\d+)?) ?(?:s|sec|secs|seconds?)\b|\bsecond (\d+(?:\.\d+)?)\b")
_BARE = re.compile(r"(?:^| )(\d+\.\d+)()$")
_FRAME = re.compile(r"\bframe (?:number )?#?(\d+)\b")
_MENTION = re.compile(
    r"\b(?:clip(?P<clip>[ab])|(?P<me>i|me|my|mine|myself)|(?P<other>he|him|his|she|her|hers|the other (?:one|person|clip|video)))\b"
)
_LIMB = r"(?:one|side|knees?|legs?|thighs?|elbows?|arms?|shoulders?|hands?|wrists?|feet|foot|toes?|heels?|ankles?|hips?|fingers?|upper|lower)"
_SIDE = re.compile(
    rf"\b(left|right)(?= {_LIMB}\b)|\b(?:the|my|his|her|on the|about the|and the) (left|right)$|^(left|right)$|\b(?:mean|meant) (left|right)\b"
)
_NUMBER = rf"(\d+|{'|'.join(NUMBERS)})"
_COUNT = re.compile(
    rf"\b{_NUMBER}\b(?= (?:biggest|main|largest|most|key|top|clearest|major|differences|things|points))|\b(?:top|first|main|biggest) {_NUMBER}\b"
)


def named(text: str, words: QuestionWords, stages: tuple[Stage, ...], people: Mapping[Side, str]) -> dict[str, Any]:
    """Everything that plain text names, by the field of an `Intent`; what it does not name is absent."""
    phase, stage = phase_in(text, words), ""
    stage, phase = stage_in(text, phase, stages)
    found: dict[str, Any] = {
        "time_s": time_in(text),
        "frame": int(match[1]) if (match := _FRAME.search(text)) else None,
        "repetition": repetition_in(text, words),
        "phase": phase,
        "stage": stage,
        "body_side": side_in(text),
        "topic": topic_in(text, words),
        "video": video_in(text, people),
        "count": count_in(text),
        "someone": ("you" not in people.values() and any(m["me"] or m["other"] for m in _MENTION.finditer(text))) or None,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def time_in(text: str) -> float | None:
    """Seconds."""
    if match := _CLOCK.search(text):
        return 60 * int(match[1]) + float(match[2])
    spelled = re.sub(rf"\b({'|'.join(NUMBERS)})(?= seconds?\b)", lambda m: str(NUMBERS[m[1]]), text)
    match = _SECONDS.search(spelled) or _BARE.search(spelled)
    return float(match[1] or match[2]) if match else None


def repetition_in(text: str, words: QuestionWords) -> int | None:
    """Counted from 1; -1 for the last."""
    match = words.repetition.search(text)
    if match is None:
        return None
    if number := match["number"]:
        return int(number) if number.isdigit() else NUMBERS[number]
    nth = match["nth"]
    return -1 if nth == "last" else int(nth[:-2]) if nth[0].isdigit() else _NTH[nth]


def count_in(text: str) -> int | None:
    """How many are asked for."""
    match = _COUNT.search(text)
    number = match and (match[1] or match[2])
    return (int(number) if number.isdigit() else NUMBERS[number]) if number else None


def phase_in(text: str, words: QuestionWords) -> Phase | None:
    """The part of a movement that is named first in the lexicon."""
    return next((phase for phase, pattern in words.phases if pattern.search(text)), None)


def stage_in(text: str, phase: Phase | None, stages: tuple[Stage, ...]) -> tuple[str, Phase | None]:
    """The stage that is named by its own name, or else the one that answers to the phase."""
    for stage in sorted(stages, key=lambda stage: -len(stage.name)):
        if re.search(rf"\b{re.escape(stage.name.lower())}\b", text):
            return stage.name, phase or next(iter(stage.phases), None)
    return next((stage.name for stage in stages if phase in stage.phases), ""), phase


def side_in(text: str) -> BodySide | None:
    """The side of the body; of "the left, not the right" the first, of "not the right knee, the left one" the left."""
    rest = re.sub(r"\bnot (?:the |my )?(?:left|right)\b(?: \w+)?", " ", text)
    match = _SIDE.search(rest.strip(" ,")) or re.search(r"\bthe (left|right)\b(?! (?:video|clip|person|way))", rest)
    found = next((group for group in match.groups() if group), None) if match else None
    return "left" if found == "left" else "right" if found == "right" else None


def topic_in(text: str, words: QuestionWords) -> str:
    """The topic that is named; of several the first of the lexicon."""
    return next((name for name, topic in words.topics.items() if topic.words.search(text)), "")


def video_in(text: str, people: Mapping[Side, str]) -> Side | None:
    """The clip that is named first; None where both are, side by side."""
    if re.search(r"\bclip[ab] (?:or|and|versus|vs) clip[ab]\b", text):
        return None
    for match in _MENTION.finditer(text):
        if side := _side_of(match, people):
            return side
    return None


def _side_of(match: re.Match[str], people: Mapping[Side, str]) -> Side | None:
    if match["clip"]:
        return "a" if match["clip"] == "a" else "b"
    mine = Names(people).mine
    if mine is None:
        return None
    return mine if match["me"] else OTHER[mine]
