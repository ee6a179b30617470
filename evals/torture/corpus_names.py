"""Kinds that are odd as names, places and permissions, whatever they hold."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from .corpus_damage import STILL
from .corpus_plain import FASTER, CannotMake, Kind, Make, Plain

ABSENT = "does not exist"
NOT_A_FILE = "is not a file"
ADDRESS = "is an address: download the video"


def named(name: str) -> Make:
    """The plain clip under another name."""

    def make(plain: Plain, folder: Path) -> Path:
        try:
            return Path(shutil.copyfile(plain.a, folder / name))
        except OSError as error:
            raise CannotMake(f"this file system does not take the name: {error.strerror}") from None

    return make


def typed(text: str) -> Make:
    """Just that text; no file."""
    return lambda _, __: text


def _dashed(plain: Plain, folder: Path) -> str:
    named("-clip.mp4")(plain, folder)
    return "-clip.mp4"


def _linked(plain: Plain, folder: Path) -> Path:
    (folder / "link.mp4").symlink_to(plain.a)
    return folder / "link.mp4"


def _link_to(target: str) -> Make:
    def make(plain: Plain, folder: Path) -> Path:
        (folder / "link.mp4").symlink_to(target)
        return folder / "link.mp4"

    return make


def _pictures(name: str, count: int, change: Callable[[int], tuple[int, int]] = lambda _: (240, 320)) -> Make:
    """A folder of the first frames as pictures, each scaled to its size."""

    def make(plain: Plain, folder: Path) -> Path:
        from PIL import Image

        (folder / name).mkdir()
        for index, frame in enumerate(plain.frames[:count]):
            Image.fromarray(frame).resize(change(index)).save(folder / name / f"{index}.png")
        return folder / name

    return make


def _no_pictures(plain: Plain, folder: Path) -> Path:
    (folder / "notes").mkdir()
    (folder / "notes" / "notes.txt").write_text("nothing to see", encoding="utf-8")
    return folder / "notes"


def _one_broken(plain: Plain, folder: Path) -> Path:
    place = Path(_pictures("broken", 8)(plain, folder))
    (place / "3.png").write_bytes(b"\x89PNG\r\n")
    return place


def _picture(plain: Plain, folder: Path) -> Path:
    from PIL import Image

    Image.fromarray(plain.frames[20]).save(folder / "still.png")
    return folder / "still.png"


def _pipe(plain: Plain, folder: Path) -> Path:
    os.mkfifo(folder / "pipe.mp4")
    return folder / "pipe.mp4"


def _socket(plain: Plain, folder: Path) -> Path:
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("socket.mp4")
    finally:
        os.chdir(here)
    return folder / "socket.mp4"


def _locked(plain: Plain, folder: Path) -> Path:
    if os.geteuid() == 0:
        raise CannotMake("root may read everything")
    path = Path(named("locked.mp4")(plain, folder))
    path.chmod(0)
    return path


def _kept(name: str, what: str, file: str) -> Kind:
    return Kind(name=name, what=what, make=named(file))


def _place(name: str, what: str, make: Make, refused: str) -> Kind:
    return Kind(name=name, what=what, make=make, refused=refused, uploads=False)


NAMES = (
    _kept("spaces", "a name with spaces", "my squat  (final) 2.mp4"),
    _kept("unicode", "a name in other scripts", "Kniebeuge Übung №1 スクワット 🏋.mp4"),
    _kept("newline", "a name with a line break", "two\nlines.mp4"),
    _kept("quotes", "a name with quotes and a backslash", 'it\'s "mine"\\.mp4'),
    _kept("markup", "a name that is HTML", "<img src=x onerror=alert(1)>.mp4"),
    _kept("brackets", "a name that is markup of a terminal", "[red]clip[bold] *?.mp4"),
    _kept("colon", "a name that looks like a protocol", "concat:clip|other.mp4"),
    _kept("percent", "a name that looks like a pattern", "clip%03d.mp4"),
    _kept("long-name", "a name of 255 bytes", "x" * 251 + ".mp4"),
    Kind(
        name="not-utf8",
        what="a name that is no UTF-8",
        make=named(os.fsdecode(b"clip\xff.mp4")),
        refused="has a name that is not UTF-8",
        uploads=False,
    ),
    Kind(name="dash", what="a name that begins with a dash, after `--`", make=_dashed, uploads=False),
    Kind(name="symlink", what="a symbolic link to the clip", make=_linked),
)

PLACES = (
    Kind(name="pictures", what="a folder of pictures", make=_pictures("frames", 58), uploads=False, answers="sound"),
    Kind(
        name="unlike-pictures",
        what="a folder of pictures of unlike size",
        make=_pictures("unlike", 58, lambda index: (240, 320) if index % 2 == 0 else (120, 160)),
        warnings=("images have another size than the first",),
        uploads=False,
        answers="sound",
    ),
    Kind(
        name="one-picture",
        what="a still picture",
        make=_picture,
        warnings=(STILL,),
        answers="other",
        unsure=(FASTER,),
    ),
    _place("broken-picture", "a folder with a broken picture", _one_broken, "cannot be read as an image"),
    _place("no-images", "a folder without pictures", _no_pictures, "folder without images"),
    _place("absent", "a file that is not there", typed("nowhere.mp4"), ABSENT),
    _place("no-name", "an empty name", typed(""), "folder without images"),
    _place("too-long", "a name of 5000 letters", typed("x" * 5000), "File name too long"),
    _place("dangling", "a link to nothing", _link_to("nowhere.mp4"), ABSENT),
    _place("circular", "a link to itself", _link_to("link.mp4"), ABSENT),
    _place("pipe", "a named pipe", _pipe, NOT_A_FILE),
    _place("socket", "a socket", _socket, NOT_A_FILE),
    _place("device", "`/dev/zero`", typed("/dev/zero"), NOT_A_FILE),
    _place("locked", "a file without read permission", _locked, "permission is denied"),
    _place("https", "an https address", typed("https://example.org/squat.mp4"), ADDRESS),
    _place("file-address", "a file address", typed("file:///etc/hostname"), ADDRESS),
    _place("rtsp", "the address of a camera", typed("rtsp://127.0.0.1/1"), ADDRESS),
    _place("data-address", "a data address", typed("data:video/mp4;base64,AAAA"), ABSENT),
)
