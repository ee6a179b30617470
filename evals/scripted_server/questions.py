"""Reading a verifying request: which images are of the first video, which of the second, and what is asked.

The contract: in the order in which the user's parts come, a text that names "Video 1" (the first shown) or "Video 2" stands
before that video's images; statements are listed one a line as `[id] statement`. Offsets such as "0.40 s" in the texts of a
video, one for every image, are the times of its images.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pydantic import Field

from ...memory.values import Value
from .exchange import BadRequest, ChatRequest, SentImage

_VIDEO = re.compile(r"\bvideo\s*#?\s*(1|2|one|two)\b|\b(first|second)\s+video\b", re.IGNORECASE)
_FIRST = frozenset({"1", "one", "first"})
_STATEMENT = re.compile(r"^\s*(?:[-*]|\d+[.)])?\s*\[([^\[\]\s]+)\]\s*:?\s+(\S.*?)\s*$", re.MULTILINE)
_OFFSET = re.compile(r"(?<![\w.])([+-]?\d+(?:\.\d+)?)\s*s(?:ec(?:onds?)?)?\b")


class Asked(Value):
    """One statement to decide."""

    id: str
    statement: str


class Shown(Value):
    """What is shown of one video."""

    images: tuple[SentImage, ...] = Field(min_length=1)
    times_s: tuple[float, ...] | None = None
    """When each image was taken, seconds, strictly increasing; None when the texts do not say."""


class Exam(Value):
    """A verifying request, read."""

    first: Shown
    second: Shown
    asked: tuple[Asked, ...] = Field(min_length=1)


def statements_of(text: str) -> tuple[Asked, ...]:
    """The lines `[id] statement` of a text, each id once."""
    found = {id_: Asked(id=id_, statement=words) for id_, words in _STATEMENT.findall(text)}
    return tuple(found.values())


def read_exam(request: ChatRequest) -> Exam:
    """Read a verifying request.

    Raises:
        BadRequest: it is not what the contract says.
    """
    images: dict[bool, list[SentImage]] = {True: [], False: []}
    texts: dict[bool, list[str]] = {True: [], False: []}
    current: bool | None = None
    for part in request.user_parts:
        if part.image is None:
            named = _named(part.text)
            current = named if named is not None else current
            if current is not None:
                texts[current].append(_STATEMENT.sub("", part.text))
        elif current is None:
            raise BadRequest("an image stands before any text that names Video 1 or Video 2")
        else:
            images[current].append(part.image)
    asked = statements_of("\n".join(part.text for part in request.user_parts if part.image is None))
    if not (images[True] and images[False] and asked):
        counts = f"{len(images[True])} and {len(images[False])} images and {len(asked)} statements"
        raise BadRequest(f"expected images of Video 1 and of Video 2 and lines '[id] statement', found {counts}")
    first, second = (Shown(images=tuple(images[side]), times_s=_times(texts[side], len(images[side]))) for side in (True, False))
    return Exam(first=first, second=second, asked=asked)


def _named(text: str) -> bool | None:
    """Whether a text names the first video alone (True) or the second alone (False); None for both or neither."""
    named = {(one or other).lower() in _FIRST for one, other in _VIDEO.findall(_STATEMENT.sub("", text))}
    return named.pop() if len(named) == 1 else None


def _times(texts: list[str], count: int) -> tuple[float, ...] | None:
    found = [float(number) for number in _OFFSET.findall("\n".join(texts))]
    rising = all(before < after for before, after in pairwise(found))
    return tuple(found) if len(found) == count and rising else None
