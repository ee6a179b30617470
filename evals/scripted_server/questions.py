"""Reading a verifying request: which images are of the first video, which of the second, and what is asked.

The contract: in the order in which the user's parts come, a text that names "Video 1" (the first shown) or "Video 2" stands
before that video's images; statements are listed one a line as `[id] statement`. Offsets such as "0.40 s" in the texts of a
video, one for every image, are the times of its images. A text that names both videos by their place ("Left: Video 1. Right: Video 2.",
"Upper row, from the left: Video 1, 0.00 s; Video 1, 0.40 s. Lower row ...") stands before a sheet, which is a grid of equal cells.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from pydantic import Field

from ...memory.values import Value
from .exchange import BadRequest, ChatRequest, SentImage

_VIDEO = re.compile(r"\bvideo\s*#?\s*(1|2|one|two)\b|\b(first|second)\s+video\b", re.IGNORECASE)
_FIRST = frozenset({"1", "one", "first"})
_STATEMENT = re.compile(r"^\s*(?:[-*]|\d+[.)])?\s*\[([^\[\]\s]+)\]\s*:?\s+(\S.*?)\s*$", re.MULTILINE)
_OFFSET = re.compile(r"(?<![\w.])([+-]?\d+(?:\.\d+)?)\s*s(?:ec(?:onds?)?)?\b")


_PLACES = re.compile(r"^\s*(left|upper row)\b(.+?)\.\s+(?:right|lower row)\b(.+)$", re.IGNORECASE | re.DOTALL)


class Asked(Value):
    """One statement to decide."""

    id: str
    statement: str


class Picture(Value):
    """A whole image, or a part of one."""

    sent: SentImage
    box: tuple[int, int, int, int] | None = None
    """(left, top, right, bottom), pixels; None for all of it."""

    def image(self) -> SentImage:
        """The picture by itself; a part is a PNG."""
        from PIL import Image

        if self.box is None:
            return self.sent
        file = io.BytesIO()
        with Image.open(io.BytesIO(self.sent.data)) as opened:
            part = opened.crop(self.box)
        part.save(file, "PNG")
        return SentImage(data=file.getvalue(), mime="image/png", width=part.width, height=part.height, detail=self.sent.detail)


class Shown(Value):
    """What is shown of one video."""

    pictures: tuple[Picture, ...] = Field(min_length=1)
    times_s: tuple[float, ...] | None = None
    """When each picture was taken, seconds, strictly increasing; None when the texts do not say."""

    @cached_property
    def images(self) -> tuple[SentImage, ...]:
        """The pictures, cut out when somebody looks: it takes longer than all else about a request."""
        return tuple(picture.image() for picture in self.pictures)


class Exam(Value):
    """A verifying request, read."""

    first: Shown
    second: Shown
    asked: tuple[Asked, ...] = Field(min_length=1)


def statements_of(text: str) -> tuple[Asked, ...]:
    """The lines `[id] statement` of a text, each id once."""
    found = {id_: Asked(id=id_, statement=words) for id_, words in _STATEMENT.findall(text)}
    return tuple(found.values())


def read_exam(request: ChatRequest, unlisted: Sequence[Asked] = ()) -> Exam:
    """Read a verifying request.

    Args:
        request: What was asked.
        unlisted: What is decided where the request lists no statements.

    Raises:
        BadRequest: it is not what the contract says.
    """
    pictures: dict[bool, list[Picture]] = {True: [], False: []}
    texts: dict[bool, list[str]] = {True: [], False: []}
    current: bool | _Sheet | None = None
    for part in request.user_parts:
        if part.image is None:
            named = _sheet_named(part.text) or _named(part.text)
            current = named if named is not None else current
            if isinstance(current, bool):
                texts[current].append(_STATEMENT.sub("", part.text))
        elif current is None:
            raise BadRequest("an image stands before any text that names Video 1 or Video 2")
        elif isinstance(current, bool):
            pictures[current].append(Picture(sent=part.image))
        else:
            for first, words, cells in current.cut(part.image):
                texts[first].append(words)
                pictures[first] += cells
    asked = statements_of("\n".join(part.text for part in request.user_parts if part.image is None)) or tuple(unlisted)
    if not (pictures[True] and pictures[False] and asked):
        counts = f"{len(pictures[True])} and {len(pictures[False])} images and {len(asked)} statements"
        raise BadRequest(f"expected images of Video 1 and of Video 2 and lines '[id] statement', found {counts}")
    first, second = (
        Shown(pictures=tuple(pictures[side]), times_s=_times(texts[side], len(pictures[side]))) for side in (True, False)
    )
    return Exam(first=first, second=second, asked=asked)


class _Sheet(Value):
    """Where the pictures of both videos stand in one image."""

    rows: tuple[tuple[bool, str, int], ...]
    """Whether it is the first video, the words about it, and how many pictures of it there are: from the left, or from the top."""
    beside: bool

    def cut(self, image: SentImage) -> list[tuple[bool, str, list[Picture]]]:
        """The pictures of each video."""
        columns = len(self.rows) if self.beside else max(count for _, _, count in self.rows)
        wide, tall = image.width / columns, image.height / (1 if self.beside else len(self.rows))
        cells: list[tuple[bool, str, list[Picture]]] = []
        for place, (first, words, count) in enumerate(self.rows):
            corners = [(place * wide, 0.0)] if self.beside else [(across * wide, place * tall) for across in range(count)]
            cells.append((first, words, [_part(image, (x, y, x + wide, y + tall)) for x, y in corners]))
        return cells


def _sheet_named(text: str) -> _Sheet | None:
    """The sheet that a text tells of; None for any other text."""
    match = _PLACES.match(_STATEMENT.sub("", text))
    if match is None:
        return None
    rows = tuple((_named(words), words, len(_VIDEO.findall(words))) for words in match.groups()[1:])
    if {first for first, _, _ in rows} != {True, False}:
        return None
    return _Sheet(rows=tuple((first is True, words, count) for first, words, count in rows), beside=match[1].lower() == "left")


def _part(image: SentImage, box: tuple[float, float, float, float]) -> Picture:
    left, top, right, bottom = map(round, box)
    return Picture(sent=image, box=(left, top, right, bottom))


def _named(text: str) -> bool | None:
    """Whether a text names the first video alone (True) or the second alone (False); None for both or neither."""
    named = {(one or other).lower() in _FIRST for one, other in _VIDEO.findall(_STATEMENT.sub("", text))}
    return named.pop() if len(named) == 1 else None


def _times(texts: list[str], count: int) -> tuple[float, ...] | None:
    found = [float(number) for number in _OFFSET.findall("\n".join(texts))]
    rising = all(before < after for before, after in pairwise(found))
    return tuple(found) if len(found) == count and rising else None
