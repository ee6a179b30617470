"""The boxes of an mp4 file: where each begins and ends, and changing numbers in them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ...memory.values import Value

HOLDERS = frozenset({"moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "udta", "moof", "traf", "mvex"})


class Box(Value):
    """One box: bytes [start, stop) of the file, its eight bytes of header included."""

    name: str
    start: int
    stop: int


def boxes(data: bytes, start: int = 0, stop: int | None = None) -> Iterator[Box]:
    """All boxes, each before those inside it; ends where the sizes make no sense."""
    at, end = start, len(data) if stop is None else stop
    while at + 8 <= end:
        (size,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8].decode("latin-1")
        if not 8 <= size <= end - at:
            return
        yield Box(name=name, start=at, stop=at + size)
        if name in HOLDERS:
            yield from boxes(data, at + 8, at + size)
        at += size


def box(data: bytes, name: str) -> Box:
    """The first box of a name."""
    return next(found for found in boxes(data) if found.name == name)


def put(data: bytes, name: str, offset: int, layout: str, *numbers: int) -> bytes:
    """The file with numbers written at an offset into the first box of a name."""
    changed = bytearray(data)
    struct.pack_into(layout, changed, box(data, name).start + offset, *numbers)
    return bytes(changed)
