"""Kinds whose frames are turned, mirrored, of an odd size, or share the file with other streams."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .corpus_damage import changed
from .corpus_plain import Kind, Make, Plain, encoded, ffmpeg, filmed, written
from .mp4_boxes import put

ONE = 1 << 16
ONE_TURNED = "is one of the films turned?"
TURNED = "the file says it is rotated by"
QUARTERS = {90: 1, 180: 2, 270: 3}
"""Counter-clockwise quarter turns of the stored picture, which the file then says to turn back."""
MATRICES = {
    90: (0, ONE, 0, -ONE, 0, 0, 240 * ONE, 0, 1 << 30),
    180: (-ONE, 0, 0, 0, -ONE, 0, 240 * ONE, 320 * ONE, 1 << 30),
    270: (0, -ONE, 0, ONE, 0, 0, 0, 320 * ONE, 1 << 30),
}
MIRROR = (-ONE, 0, 0, 0, ONE, 0, 240 * ONE, 0, 1 << 30)


def _turned(degrees: int) -> Kind:
    """Stored lying down, with the note to turn it upright, as phones do."""

    def make(plain: Plain, folder: Path) -> Path:
        lying = [np.rot90(frame, QUARTERS[degrees]) for frame in plain.frames]
        path = written(folder / f"turned{degrees}.mp4", lying, range(len(lying)))
        path.write_bytes(put(path.read_bytes(), "tkhd", 48, ">9i", *MATRICES[degrees]))
        return path

    return Kind(name=f"rotated-{degrees}", what=f"rotated by {degrees} degrees", make=make, warnings=(f"{TURNED} {degrees}",))


def _lying(quarters: int) -> Make:
    return filmed(f"lying{quarters}.mp4", lambda plain: (np.rot90(frame, quarters) for frame in plain.frames))


def _mirrored(plain: Plain, folder: Path) -> Path:
    path = written(folder / "mirror.mp4", [frame[:, ::-1] for frame in plain.frames], range(len(plain.frames)))
    path.write_bytes(put(path.read_bytes(), "tkhd", 48, ">9i", *MIRROR))
    return path


def _scaled(width: int, height: int, options: str = "") -> Make:
    return encoded(f"{width}x{height}.mp4", f"-vf scale={width}:{height},setsar=1 -c:v libx264 -preset ultrafast {options}")


def _header_size(width: int, height: int) -> Make:
    """Only the headers name that size; the pictures are as they were."""

    def change(data: bytes) -> bytes:
        data = put(data, "tkhd", 84, ">II", width << 16 if width < ONE else 0xFFFFFFFF, height << 16)
        return put(data, "stsd", 16 + 32, ">HH", width, height)

    return changed("header.mp4", change)


def _bomb(plain: Plain, folder: Path) -> Path:
    """A picture of 30 000 x 30 000 in a few hundred kilobytes."""
    from PIL import Image

    Image.new("1", (30_000, 30_000)).save(folder / "bomb.png")
    return folder / "bomb.png"


def _video_bomb(plain: Plain, folder: Path) -> Path:
    """A black film of 12 000 x 12 000: kilobytes on disk, half a gigabyte for each frame."""
    black = ("-f", "lavfi", "-i", "color=black:s=12000x12000:r=1,format=gray")
    ffmpeg(*black, "-frames:v", "1", "-c:v", "png", folder / "bomb.mkv")
    return folder / "bomb.mkv"


def _eight_k(plain: Plain, folder: Path) -> Path:
    size = "scale=4320:5760,setsar=1"
    ffmpeg("-i", plain.a, "-vf", size, "-frames:v", "6", "-c:v", "libx264", "-preset", "ultrafast", folder / "8k.mp4")
    return folder / "8k.mp4"


def _with_second(name: str, *second: str) -> Make:
    """A second input beside the clip."""

    def make(plain: Plain, folder: Path) -> Path:
        inputs = [part.replace("OTHER", str(plain.b)) for part in second]
        ffmpeg("-i", plain.a, *inputs, folder / name)
        return folder / name

    return make


def _subtitled(plain: Plain, folder: Path) -> Path:
    (folder / "words.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nsquat\n", encoding="utf-8")
    ffmpeg("-i", plain.a, "-i", folder / "words.srt", "-c:v", "copy", "-c:s", "mov_text", folder / "subtitled.mp4")
    return folder / "subtitled.mp4"


def _covered(plain: Plain, folder: Path) -> Path:
    ffmpeg("-i", plain.b, "-frames:v", "1", folder / "cover.jpg")
    maps = ("-map", "1", "-map", "0", "-c", "copy", "-disposition:v:0", "attached_pic", "-disposition:v:1", "default")
    ffmpeg("-i", plain.a, "-i", folder / "cover.jpg", *maps, folder / "covered.mp4")
    return folder / "covered.mp4"


def _exif(plain: Plain, folder: Path) -> Path:
    """Pictures of a phone held sideways."""
    from PIL import Image

    place = folder / "phone"
    place.mkdir()
    for index, frame in enumerate(plain.frames):
        image = Image.fromarray(np.ascontiguousarray(np.rot90(frame, 1)))
        exif = image.getexif()
        exif[0x0112] = 6
        image.save(place / f"IMG_{index}.jpg", exif=exif, quality=92)
    return place


TURNS = (
    *(_turned(degrees) for degrees in QUARTERS),
    Kind(
        name="lying",
        what="lying on its side, and the file does not say so",
        make=_lying(1),
        report=(ONE_TURNED,),
        answers="other",
    ),
    Kind(
        name="upside-down",
        what="upside down, and the file does not say so",
        make=_lying(2),
        report=(ONE_TURNED,),
        answers="other",
    ),
    Kind(name="mirrored", what="mirrored, and the file says so", make=_mirrored, warnings=("it is mirrored",)),
    Kind(
        name="mirrored-silently",
        what="mirrored, and the file does not say so",
        make=filmed("mirror.mp4", lambda plain: (frame[:, ::-1] for frame in plain.frames)),
    ),
    Kind(name="exif", what="folder of pictures turned by EXIF", make=_exif, uploads=False, answers="sound"),
)

SIZES = (
    Kind(name="landscape", what="landscape with black bars", make=encoded("wide.mp4", "-vf pad=640:320:200:0,setsar=1")),
    Kind(name="twice-as-large", what="480 x 640", make=_scaled(480, 640)),
    Kind(name="half-as-large", what="120 x 160", make=_scaled(120, 160), answers="sound"),
    Kind(name="16x16", what="16 x 16 pixels", make=_scaled(16, 16), answers="sound"),
    Kind(name="1x1", what="1 x 1 pixel", make=encoded("dot.mkv", "-vf scale=1:1,setsar=1 -c:v ffv1"), answers="unknown"),
    Kind(name="a-line", what="2048 x 2 pixels", make=_scaled(2048, 2), answers="unknown"),
    Kind(name="odd-sizes", what="241 x 321 pixels", make=encoded("odd.mkv", "-vf scale=241:321,setsar=1 -c:v ffv1")),
    Kind(
        name="oblong-pixels",
        what="pixels of 2:1",
        make=encoded("oblong.mp4", "-vf scale=120:320,setsar=2/1 -c:v libx264"),
        warnings=("pixels are not square (2:1)",),
    ),
    Kind(name="8k", what="6 frames of 4320 x 5760", make=_eight_k, answers="other"),
    Kind(name="8k-header", what="only the header says 7680 x 4320", make=_header_size(7680, 4320)),
    Kind(name="giant-header", what="only the header says 65535 x 65535", make=_header_size(65535, 65535)),
    Kind(name="video-bomb", what="a black film of 12000 x 12000", make=_video_bomb, refused="too many pixels"),
    Kind(name="picture-bomb", what="a PNG of 30000 x 30000", make=_bomb, refused="too many pixels"),
)

STREAMS = (
    Kind(
        name="two-videos",
        what="two video streams",
        make=_with_second("two.mkv", "-i", "OTHER", "-map", "0", "-map", "1", "-c", "copy"),
        warnings=("holds 2 video streams; the first is used",),
    ),
    Kind(
        name="with-sound",
        what="with sound",
        make=_with_second("loud.mp4", "-f", "lavfi", "-t", "2", "-i", "sine", "-c:v", "copy"),
    ),
    Kind(
        name="longer-sound",
        what="sound that goes on for a minute",
        make=_with_second("long.mp4", "-f", "lavfi", "-t", "60", "-i", "anullsrc", "-c:v", "copy"),
    ),
    Kind(name="subtitled", what="with subtitles", make=_subtitled),
    Kind(name="covered", what="with a cover picture before the film", make=_covered),
    Kind(name="time-code", what="with a time code track", make=encoded("code.mov", "-c copy -timecode 10:00:00:00")),
    Kind(name="tagged", what="with tags in other scripts", make=encoded("tags.mp4", "-c copy -metadata title=Übung№1スクワット")),
)
