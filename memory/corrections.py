"""What users corrected, kept per action and applied to later comparisons: another side of the body, or another answer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from langgraph.store.base import BaseStore
from pydantic import AwareDatetime

from .conversation import Correction
from .items import found, label, put, same_words
from .values import Answer, BodySide, Difference, Value

CORRECTIONS = "corrections"
MOST_PER_ACTION = 200
"""Corrections that are kept of one action; beyond that the oldest go."""
_OTHER: dict[BodySide, BodySide] = {"left": "right", "right": "left"}
_SWAPPED: dict[Answer, Answer] = {"a": "b", "b": "a", "same": "same", "unknown": "unknown"}
_ADDED = re.compile(r" \((?:left|right|both|either) sides?\)$")


class KeptCorrection(Value):
    """A correction, and the clips in front of which it was made."""

    correction: Correction
    when: AwareDatetime
    clips: tuple[str, str]
    """SHA-256 of a and b. An answer holds for these two clips; the reading of a statement for the whole action."""


class Corrected(Value):
    """What corrections make of the differences of a plan."""

    differences: tuple[Difference, ...]
    answers: dict[str, Answer]
    """Answers that the user gave for these very clips, by the id of the difference."""


async def keep_correction(store: BaseStore, action: str, kept: KeptCorrection) -> None:
    """Keep one correction of an action; it replaces an older one of the same statement, the oldest beyond the limit are forgotten."""
    namespace = (CORRECTIONS, label(action))
    await put(store, namespace, _key(kept), kept)
    rows = sorted(await found(store, namespace, KeptCorrection), key=lambda row: row[2].when, reverse=True)
    for where, key, _ in rows[MOST_PER_ACTION:]:
        await store.adelete(where, key)


async def kept_corrections(store: BaseStore, action: str) -> tuple[KeptCorrection, ...]:
    """The corrections of an action, the newest first."""
    rows = await found(store, (CORRECTIONS, label(action)), KeptCorrection)
    return tuple(sorted((value for _, _, value in rows), key=lambda value: value.when, reverse=True))


async def forget_corrections(store: BaseStore, action: str) -> int:
    """Forget every correction of an action; how many there were."""
    rows = await found(store, (CORRECTIONS, label(action)), KeptCorrection)
    for where, key, _ in rows:
        await store.adelete(where, key)
    return len(rows)


def apply_corrections(
    differences: Sequence[Difference], corrections: Iterable[KeptCorrection], clips: tuple[str, str]
) -> Corrected:
    """The differences as users meant them, and the answers they gave; of two corrections of one statement the newer wins.

    Args:
        differences: Of a plan.
        corrections: Of its action, in any order.
        clips: SHA-256 of a and b.
    """
    ordered = sorted(corrections, key=lambda kept: kept.when)
    read, answers = [], dict[str, Answer]()
    for difference in differences:
        meant = difference
        for kept in ordered:
            # A later correction is about the statement as the earlier one left it.
            if _statement(kept) in (_plain(meant), _plain(difference)) and kept.correction.kind == "answer":
                answers |= {difference.id: answer} if (answer := _answer(kept, clips)) is not None else {}
            elif _statement(kept) == _plain(meant):
                meant = _read_as(meant, kept.correction.side)
        read.append(meant)
    return Corrected(differences=tuple(read), answers=answers)


def _answer(kept: KeptCorrection, clips: tuple[str, str]) -> Answer | None:
    """The answer that was given for these clips; the other way round when they are."""
    answer = kept.correction.answer
    if answer is None or kept.clips == clips:
        return answer
    return _SWAPPED[answer] if kept.clips == clips[::-1] else None


def _read_as(difference: Difference, side: BodySide | None) -> Difference:
    question = difference.question
    if side is None or question is None:
        return difference
    told = _told_with(difference.description, side)
    return difference.model_copy(update={"question": question.model_copy(update={"side": side}), "description": told})


def _told_with(description: str, side: BodySide) -> str:
    """The statement with the side that is measured, so that a report does not say another one than it read."""
    plain = _ADDED.sub("", description)
    if re.search(rf"\b{side}\b", plain):
        return plain
    other = _OTHER.get(side)
    if other and re.search(rf"\b{other}\b", plain):
        return re.sub(rf"\b{other}\b", side, plain)
    return f"{plain} ({side} side{'s' if side == 'both' else ''})"


def _plain(told: Difference | Correction) -> str:
    return same_words(_ADDED.sub("", told.description))


def _statement(kept: KeptCorrection) -> str:
    return _plain(kept.correction)


def _key(kept: KeptCorrection) -> str:
    """One key per statement and kind; an answer is one per pair of clips, in whichever order."""
    clips = sorted(kept.clips) if kept.correction.kind == "answer" else []
    return hashlib.sha256("\n".join([_statement(kept), kept.correction.kind, *clips]).encode()).hexdigest()[:32]
