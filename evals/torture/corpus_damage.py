"""Kinds that are damaged, cut off, misnamed, or no video at all."""

from __future__ import annotations

import io
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from .corpus_plain import FASTER, Kind, Make, Plain, encoded, ffmpeg
from .mp4_boxes import box

NO_VIDEO = "it is not a video file, or it is cut off before its index"
NO_PICTURE = "no frame can be decoded"
CUT_SHORT = "cannot be decoded: the file is cut off"
CUT_INDEX = "cut off"
STILL = "one still picture"
PAGE = b"<!DOCTYPE html>\n<html><body>Please log in to download squat.mp4</body></html>\n" * 40
INNER = (
    "moov",
    "mvhd",
    "trak",
    "tkhd",
    "edts",
    "elst",
    "mdia",
    "mdhd",
    "hdlr",
    "minf",
    "vmhd",
    "stbl",
    "stsd",
    "stts",
    "stss",
    "stco",
)


def content(name: str, data: bytes) -> Make:
    """A file of given bytes."""
    return changed(name, lambda _: data)


def changed(name: str, change: Callable[[bytes], bytes]) -> Make:
    """The plain file with its bytes changed; its index comes first."""

    def make(plain: Plain, folder: Path) -> Path:
        (folder / name).write_bytes(change(plain.a.read_bytes()))
        return folder / name

    return make


def cut(name: str, options: str, share: float) -> Make:
    """The clip in another container, of which only the first part is there."""
    whole = encoded(name, options)

    def make(plain: Plain, folder: Path) -> Path:
        path = Path(whole(plain, folder))
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        return path

    return make


def _noise(count: int) -> bytes:
    return np.random.default_rng(0).bytes(count)


def _inside(name: str) -> Callable[[bytes], bytes]:
    """Cut in the middle of a box."""

    def change(data: bytes) -> bytes:
        found = box(data, name)
        return data[: (found.start + found.stop) // 2]

    return change


def _media(share: float) -> Callable[[bytes], bytes]:
    """Cut when a share of the pictures is there."""

    def change(data: bytes) -> bytes:
        found = box(data, "mdat")
        return data[: found.start + 8 + int((found.stop - found.start - 8) * share)]

    return change


def _hole(filling: Callable[[int], bytes]) -> Callable[[bytes], bytes]:
    """Other bytes in the middle of the pictures."""

    def change(data: bytes) -> bytes:
        found = box(data, "mdat")
        middle = (found.start + found.stop) // 2
        return data[:middle] + filling(400) + data[middle + 400 :]

    return change


def _without(name: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        found = box(data, name)
        return data[: found.start] + data[found.stop :]

    return change


def _zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("squat.mp4", data)
    return packed.getvalue()


def _wave() -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(8000))
    return sound.getvalue()


def _song_with_cover(plain: Plain, folder: Path) -> Path:
    ffmpeg("-i", plain.a, "-frames:v", "1", folder / "cover.jpg")
    sound = ("-f", "lavfi", "-i", "sine=duration=1", "-i", folder / "cover.jpg", "-map", "0", "-map", "1")
    ffmpeg(*sound, "-c:v", "copy", "-disposition:v:0", "attached_pic", folder / "song.m4a")
    return folder / "song.m4a"


def _index_last(plain: Plain, folder: Path) -> Path:
    ffmpeg("-i", plain.a, "-c", "copy", folder / "late.mp4")
    data = (folder / "late.mp4").read_bytes()
    (folder / "late.mp4").write_bytes(data[: box(data, "moov").start + 40])
    return folder / "late.mp4"


def _renamed_picture(plain: Plain, folder: Path) -> Path:
    ffmpeg("-i", plain.a, "-frames:v", "1", folder / "still.jpg")
    return (folder / "still.jpg").rename(folder / "still.mp4")


def _playlist(plain: Plain, folder: Path) -> Path:
    lines = ("#EXTM3U", "#EXT-X-TARGETDURATION:3", "#EXTINF:2.4,", str(plain.a), "#EXT-X-ENDLIST")
    (folder / "list.m3u8").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "list.m3u8"


def _cut_in_boxes() -> tuple[Kind, ...]:
    outer = tuple(
        Kind(
            name=f"cut-in-{name}", what=f"cut off inside `{name}`", make=changed(f"{name}.mp4", _inside(name)), refused=CUT_INDEX
        )
        for name in ("ftyp", *INNER)
    )
    late = Kind(name="cut-before-index", what="index at the end, cut off inside it", make=_index_last, refused=CUT_INDEX)
    return (*outer, late)


NOT_VIDEO = (
    Kind(name="empty", what="zero bytes", make=content("empty.mp4", b""), refused="is empty"),
    Kind(name="one-byte", what="one byte", make=content("one.mp4", b"\x00"), refused=NO_VIDEO),
    Kind(name="zeros", what="100 kB of zeros", make=content("zeros.mp4", bytes(100_000)), refused="cannot be read as a video"),
    Kind(name="noise-bytes", what="100 kB of noise", make=content("noise.mp4", _noise(100_000)), refused="cannot be read"),
    Kind(name="text", what="text named mp4", make=content("text.mp4", b"just some text\n" * 99), refused=NO_VIDEO),
    Kind(name="text-as-text", what="text named txt", make=content("text.txt", b"just some text\n" * 99), refused="only text"),
    Kind(name="login-page", what="a web page named mp4", make=content("page.mp4", PAGE), refused=NO_VIDEO),
    Kind(name="zipped", what="a zip archive of the clip, named mp4", make=changed("zip.mp4", _zipped), refused=NO_VIDEO),
    Kind(name="pdf", what="a PDF named mov", make=content("doc.mov", b"%PDF-1.7\n" + b"1 0 obj\n" * 99), refused=NO_VIDEO),
    Kind(
        name="playlist",
        what="a play list that names the clip",
        make=_playlist,
        refused="a play list, which only names other files",
    ),
    Kind(name="sound", what="sound alone", make=content("sound.mp4", _wave()), refused="holds no video, only sound"),
    Kind(name="song", what="sound with a cover picture", make=_song_with_cover, refused="only a cover picture and sound"),
    Kind(
        name="subtitles-alone",
        what="subtitles alone",
        make=content("words.srt", b"1\n00:00:00,000 --> 00:00:02,000\nsquat\n\n"),
        refused="holds no video, only subtitles",
    ),
    Kind(
        name="broken-jpeg", what="half a JPEG", make=content("half.jpg", b"\xff\xd8\xff\xe0" + bytes(99)), refused="as an image"
    ),
)

CUT = (
    *_cut_in_boxes(),
    Kind(name="no-index", what="`moov` is missing", make=changed("headless.mp4", _without("moov")), refused=NO_VIDEO),
    Kind(name="no-pictures", what="`mdat` is missing", make=changed("hollow.mp4", _without("mdat")), refused=NO_PICTURE),
    Kind(name="cut-at-pictures", what="cut off where `mdat` begins", make=changed("m0.mp4", _media(0)), refused=NO_PICTURE),
    Kind(
        name="cut-in-mdat",
        what="cut off half-way through `mdat`",
        make=changed("m50.mp4", _media(0.5)),
        warnings=(CUT_SHORT,),
        answers="other",
    ),
    Kind(
        name="cut-late",
        what="cut off in its last pictures",
        make=changed("m95.mp4", _media(0.95)),
        warnings=(CUT_SHORT,),
        answers="sound",
    ),
    Kind(
        name="cut-mkv",
        what="half of an mkv",
        make=cut("half.mkv", "-c copy", 0.5),
        warnings=("says that it lasts",),
        answers="other",
    ),
    Kind(
        name="cut-webm",
        what="half of a webm",
        make=cut("half.webm", "-c:v libvpx-vp9 -cpu-used 8 -threads 1 -deadline realtime", 0.5),
        warnings=("says that it lasts",),
        answers="other",
    ),
    Kind(
        name="cut-avi",
        what="half of an avi",
        make=cut("half.avi", "-c:v mpeg4 -q 3", 0.5),
        warnings=("damaged or cut off",),
        answers="other",
    ),
    Kind(name="cut-ts", what="half of a transport stream", make=cut("half.ts", "-c copy", 0.5), answers="other"),
    Kind(name="cut-gif", what="half of a GIF", make=cut("half.gif", "-vf fps=12", 0.5), answers="other"),
    Kind(name="hole", what="400 bytes of noise amid the pictures", make=changed("hole.mp4", _hole(_noise)), answers="sound"),
    Kind(name="gap", what="400 zeros amid the pictures", make=changed("gap.mp4", _hole(bytes)), answers="sound"),
    Kind(name="tail", what="noise after the end", make=changed("tail.mp4", lambda data: data + _noise(5000))),
    Kind(
        name="head",
        what="noise before the beginning",
        make=changed("head.mp4", lambda data: _noise(5000) + data),
        refused="cannot be read",
    ),
)

MISNAMED = (
    Kind(name="named-avi", what="mp4 named avi", make=changed("clip.avi", bytes)),
    Kind(name="named-txt", what="mp4 named txt", make=changed("clip.txt", bytes)),
    Kind(name="named-jpg", what="mp4 named jpg", make=changed("clip.jpg", bytes)),
    Kind(name="no-suffix", what="mp4 without a suffix", make=changed("clip", bytes)),
    Kind(
        name="picture-mp4", what="a JPEG named mp4", make=_renamed_picture, warnings=(STILL,), answers="other", unsure=(FASTER,)
    ),
)
