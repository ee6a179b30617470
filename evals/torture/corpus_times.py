"""Kinds whose rate, time stamps or length are out of the ordinary."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import numpy as np

from .corpus_damage import NO_PICTURE, STILL, changed
from .corpus_formats import VP8
from .corpus_plain import FASTER, Kind, Make, Plain, encoded, ffmpeg, written
from .mp4_boxes import box, put

TWO_HOURS_S = 7200
UNEVEN = "variable frame rate"
NO_STAMPS = "no usable time stamps"


def _stamped(
    name: str, ticks: list[int] | None = None, *, base: Fraction = Fraction(1, 24), step: int = 1, first: int = 0
) -> Make:
    """The plain frames at ticks of our own."""

    def make(plain: Plain, folder: Path) -> Path:
        chosen = ticks if ticks is not None else [first + step * index for index in range(len(plain.frames))]
        return written(folder / name, plain.frames[: len(chosen)], chosen, base)

    return make


def _uneven(plain: Plain, folder: Path) -> Path:
    """Every third frame is missing, as phones do in the dark."""
    kept = [index for index in range(len(plain.frames)) if index % 3 != 1]
    return written(folder / "uneven.mp4", [plain.frames[index] for index in kept], kept)


def _hour_long_gap(plain: Plain, folder: Path) -> Path:
    ticks = list(range(len(plain.frames)))
    ticks[-1] = 3600 * 24
    return written(folder / "gap.mkv", plain.frames, ticks)


def _two_hours(data: bytes) -> bytes:
    """The headers promise two hours; times of `mvhd` are in milliseconds, of `mdhd` in the time base of its own."""
    (scale,) = struct.unpack_from(">I", data, box(data, "mdhd").start + 20)
    data = put(data, "mvhd", 24, ">I", TWO_HOURS_S * 1000)
    data = put(data, "tkhd", 28, ">I", TWO_HOURS_S * 1000)
    return put(data, "mdhd", 24, ">I", TWO_HOURS_S * scale)


def _two_hours_mkv(plain: Plain, folder: Path) -> Path:
    """The segment's Duration, a 64-bit float in milliseconds; the tag of the track, which says better, is made unreadable."""
    ffmpeg("-i", plain.a, "-c", "copy", folder / "long.mkv")
    data = bytearray((folder / "long.mkv").read_bytes())
    struct.pack_into(">d", data, data.find(b"\x44\x89\x88") + 3, TWO_HOURS_S * 1000.0)
    (folder / "long.mkv").write_bytes(bytes(data).replace(b"DURATION", b"duratiom"))
    return folder / "long.mkv"


def _all_at_once(data: bytes) -> bytes:
    """Every frame lasts no time."""
    return put(data, "stts", 20, ">I", 0)


def _edit(entries: bytes) -> Make:
    def change(data: bytes) -> bytes:
        return put(data, "elst", 12, f">{len(entries)}B", *entries)

    return changed("edit.mp4", change)


def _trimmed(plain: Plain, folder: Path) -> Path:
    """A phone's trim: the stored frames before the chosen start stay in the file and are not played."""
    ffmpeg("-i", plain.a, "-c:v", "libx264", "-bf", "0", "-vf", "tpad=start=24:start_mode=clone", folder / "long.mp4")
    ffmpeg("-ss", "1", "-i", folder / "long.mp4", "-c", "copy", folder / "trim.mp4")
    return folder / "trim.mp4"


def _delayed(plain: Plain, folder: Path) -> Path:
    ffmpeg("-itsoffset", "1.5", "-i", plain.a, "-f", "lavfi", "-t", "4", "-i", "anullsrc", "-c:v", "copy", folder / "late.mp4")
    return folder / "late.mp4"


def _joined(name: str, second: str) -> Make:
    """Two transport streams one after the other, as `cat` joins them; the second begins at 0 again."""

    def make(plain: Plain, folder: Path) -> Path:
        ffmpeg("-i", plain.a, "-c", "copy", folder / "one.ts")
        ffmpeg("-i", plain.b, *second.split(), folder / "two.ts")
        (folder / name).write_bytes((folder / "one.ts").read_bytes() + (folder / "two.ts").read_bytes())
        return folder / name

    return make


def _growing(plain: Plain, folder: Path) -> Path:
    """The picture becomes larger half-way, as in calls and screen recordings."""
    ffmpeg("-i", plain.a, "-t", "1", *VP8.split(), folder / "one.webm")
    ffmpeg("-ss", "1", "-i", plain.a, "-vf", "scale=480:640", *VP8.split(), folder / "two.webm")
    (folder / "list.txt").write_text("file one.webm\nfile two.webm\n", encoding="utf-8")
    ffmpeg("-f", "concat", "-i", folder / "list.txt", "-c", "copy", folder / "growing.webm")
    return folder / "growing.webm"


def _live(plain: Plain, folder: Path) -> Path:
    ffmpeg("-i", plain.a, *VP8.split(), "-f", "webm", "-live", "1", folder / "live.webm")
    return folder / "live.webm"


def _piped(plain: Plain, folder: Path) -> Path:
    """An mkv that was written to a pipe says nothing of how long it lasts."""
    ffmpeg("-i", plain.a, "-c", "copy", "-f", "matroska", "-seekable", "0", f"file:{folder / 'piped.mkv'}")
    return folder / "piped.mkv"


def _many_frames(plain: Plain, folder: Path) -> Path:
    """240 frames per second, as a camera for slow motion stores them."""
    count = len(plain.frames)
    index = np.arange(count * 10) // 10
    return written(folder / "fast.mp4", [plain.frames[i] for i in index], range(count * 10), Fraction(1, 240))


RATES = (
    Kind(name="1-fps", what="1 frame per second", make=encoded("slow.mp4", "-vf fps=1"), answers="sound"),
    Kind(name="5-fps", what="5 frames per second", make=encoded("slow.mp4", "-vf fps=5"), answers="sound"),
    Kind(name="23.976-fps", what="24000/1001 frames per second", make=_stamped("film.mp4", base=Fraction(1, 24000), step=1001)),
    Kind(name="240-fps", what="240 frames per second", make=_many_frames),
    Kind(name="slow-motion", what="played at half speed", make=_stamped("half.mp4", step=2), answers="sound"),
    Kind(name="variable-rate", what="every third frame missing", make=_uneven, warnings=(UNEVEN,)),
    Kind(name="one-frame", what="one frame", make=_stamped("one.mp4", [0]), warnings=(STILL,), answers="other", unsure=(FASTER,)),
    Kind(name="two-frames", what="two frames", make=_stamped("two.mp4", [0, 1]), answers="other", unsure=(FASTER,)),
    Kind(
        name="fine-ticks", what="time stamps in microseconds", make=_stamped("micro.mkv", base=Fraction(1, 1000000), step=41667)
    ),
)

STAMPS = (
    Kind(name="starts-negative", what="time stamps begin at -10 s", make=_stamped("minus.mkv", first=-240)),
    Kind(name="starts-late", what="time stamps begin at 10 hours", make=_stamped("late.mkv", first=864000)),
    Kind(
        name="starts-huge", what="time stamps near the end of 33 bits", make=encoded("huge.ts", "-c copy -output_ts_offset 95440")
    ),
    Kind(name="hour-gap", what="the last frame comes an hour later", make=_hour_long_gap, warnings=(UNEVEN,), answers="sound"),
    Kind(
        name="no-time",
        what="every frame at the same time",
        make=changed("once.mp4", _all_at_once),
        warnings=(NO_STAMPS,),
        answers="sound",
    ),
    Kind(name="no-length", what="mkv without a duration", make=_piped),
    Kind(name="live", what="webm as it is streamed live", make=_live),
    Kind(name="two-hours", what="the header promises 2 hours", make=changed("long.mp4", _two_hours)),
    Kind(
        name="two-hours-mkv",
        what="the header of an mkv promises 2 hours",
        make=_two_hours_mkv,
        warnings=("says that it lasts 7200.0 s",),
    ),
    Kind(name="edit-trims", what="an edit list trims the start", make=_trimmed, warnings=("an edit list trims",), answers="same"),
    Kind(name="edit-delays", what="an edit list shows it later", make=_delayed),
    Kind(
        name="edit-empty",
        what="an edit list that plays nothing",
        make=_edit(bytes(3) + b"\x01" + bytes(4) + b"\x7f\xff\xff\xff"),
        refused=NO_PICTURE,
    ),
)

JOINED = (
    Kind(
        name="joined",
        what="two streams joined, times begin again",
        make=_joined("cat.ts", "-c copy"),
        warnings=(NO_STAMPS,),
        answers="other",
    ),
    Kind(
        name="joined-unlike",
        what="two joined streams of unlike size",
        make=_joined("unlike.ts", "-vf scale=160:120,setsar=1 -c:v libx264"),
        warnings=(NO_STAMPS,),
        answers="other",
    ),
    Kind(name="growing", what="the picture grows half-way", make=_growing, answers="sound"),
)
