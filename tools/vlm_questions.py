"""One question to a vision model: pictures of both videos, named by the position in which they are shown, and a list of statements."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from ..memory.values import Difference, Side, VideoInfo
from ..prompts.rendering import prompt_version, render
from .models.asking import Ask, ImagePart, TextPart
from .vlm_frames import Cut, Cuts, labelled
from .vlm_sights import Group
from .vlm_votes import SHOWN, Order

SYSTEM, QUESTION = "verify", "verify_question"
_PLAIN_ID = re.compile(r"[^\s\[\]]{1,40}")


def question(
    group: Group, order: Order, action: str, cuts: Cuts, pictures: Mapping[Cut, np.ndarray], videos: Mapping[Side, VideoInfo]
) -> Ask:
    """Everything that is asked about one group in one order.

    The clips are "Video 1" and "Video 2" by the position in which they are shown, in words and in the pictures: names that stay with
    their clips would hide a model's liking for the first.
    """
    parts: list[TextPart | ImagePart] = []
    seen: list[str | int | float] = [order]
    for number, side in enumerate(SHOWN[order], start=1):
        seen.append(videos[side].sha256)
        for each, label in zip(cuts[side], _labels(number, cuts[side], group.sight.moving), strict=True):
            parts += [TextPart(text=f"{label}:"), labelled(pictures[each], label)]
            seen += [label, *each.identity]
    asked = render(
        QUESTION, action=_one_line(action), shown=_shown(group), statements="\n".join(_lines(tags_of(group.differences)))
    )
    return Ask(
        kind="vlm",
        system=render(SYSTEM),
        parts=(*parts, TextPart(text=asked)),
        prompt_version=f"{prompt_version(SYSTEM)}-{prompt_version(QUESTION)}",
        cache_parts=(*seen, asked),
    )


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
