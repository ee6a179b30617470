"""One question to a vision model: pictures of both videos, named by the position in which they are shown, and a list of statements."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from ..memory.values import Difference, Side, VideoInfo
from ..prompts.rendering import prompt_version, render
from .models.asking import Ask, ImagePart, TextPart
from .vlm_frames import Cut, Cuts, labelled, sheet
from .vlm_sights import Group
from .vlm_votes import SHOWN, Order

SYSTEM, QUESTION = "verify", "verify_question"
Rows = Sequence[Sequence[tuple[np.ndarray, str]]]
"""The pictures of the video shown first and of the other, (H, W, 3) uint8 RGB, with their labels."""
_PLAIN_ID = re.compile(r"[^\s\[\]]{1,40}")


def question(
    group: Group, order: Order, action: str, cuts: Cuts, pictures: Mapping[Cut, np.ndarray], videos: Mapping[Side, VideoInfo]
) -> Ask:
    """Everything that is asked about one group in one order.

    The clips are "Video 1" and "Video 2" by the position in which they are shown, in words and in the pictures: names that stay with
    their clips would hide a model's liking for the first.
    """
    labels = {side: _labels(number, cuts[side], group.sight.moving) for number, side in enumerate(SHOWN[order], start=1)}
    rows = [[(cut, label) for cut, label in zip(cuts[side], labels[side], strict=True)] for side in SHOWN[order]]
    seen: list[str | int | float] = [order]
    for side, row in zip(SHOWN[order], rows, strict=True):
        seen += [videos[side].sha256, *(part for cut, label in row for part in (label, *cut.identity))]
    pictured = [[(pictures[cut], label) for cut, label in row] for row in rows]
    asked = render(
        QUESTION, action=_one_line(action), shown=_shown(group), statements="\n".join(_lines(tags_of(group.differences)))
    )
    return Ask(
        kind="vlm",
        system=render(SYSTEM),
        parts=(*(_apart(pictured) if group.sight.close else _together(pictured)), TextPart(text=asked)),
        prompt_version=f"{prompt_version(SYSTEM)}-{prompt_version(QUESTION)}",
        cache_parts=(*seen, asked),
        differences=tuple(difference.id for difference in group.differences),
        order=order,
    )


def _apart(rows: Rows) -> list[TextPart | ImagePart]:
    """Every picture by itself: none is shrunk."""
    return [part for row in rows for picture, label in row for part in (TextPart(text=f"{label}:"), labelled(picture, label))]


def _together(rows: Rows) -> list[TextPart | ImagePart]:
    """All pictures of both videos on one sheet: side by side, or a row for each video where there are several."""
    if all(len(row) == 1 for row in rows):
        ((left,), (right,)) = rows
        return [TextPart(text=f"Left: {left[1]}. Right: {right[1]}."), sheet([[left, right]])]
    upper, lower = ("; ".join(label for _, label in row) for row in rows)
    return [TextPart(text=f"Upper row, from the left: {upper}. Lower row, from the left: {lower}."), sheet(rows)]


def tags_of(differences: Sequence[Difference]) -> dict[str, Difference]:
    """What stands in brackets before each statement: its id, or numbers where an id could be misread."""
    if all(_PLAIN_ID.fullmatch(difference.id) for difference in differences):
        return {difference.id: difference for difference in differences}
    return {f"s{number}": difference for number, difference in enumerate(differences, start=1)}


def _labels(number: int, cuts: Sequence[Cut], moving: bool) -> list[str]:
    start_s = cuts[0].key_frame.time_s
    times = (f", {cut.key_frame.time_s - start_s:.2f} s" if moving else "" for cut in cuts)
    return [f"Video {number}{time}" for time in times]


def _shown(group: Group) -> str:
    if not group.sight.moving:
        return "Both videos are shown at the same moment of the action."
    return (
        "Both videos are shown at several moments from the start to the end of the same part of the action; "
        "the times, in seconds, count from the first picture of each video, so that how long that part takes can be read from them."
    )


def _lines(tags: Mapping[str, Difference]) -> list[str]:
    return [f"[{tag}] {_one_line(difference.description)}" for tag, difference in tags.items()]


def _one_line(text: str) -> str:
    return " ".join(text.split())
