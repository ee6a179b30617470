"""The clips that were brought in: what is known of each, and which file it is."""

from __future__ import annotations

import re
import threading
import time
import unicodedata
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from ...memory.errors import VideoError
from ...memory.files import private_folder, write_whole
from ...memory.values import Value, VideoInfo
from ...tools.video import probe
from .clip_limits import check_limits
from .contract import Video
from .options import WebOptions
from .replies import not_found

SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")
LONGEST_NAME = 120
KEPT_S = 24 * 3600
"""A clip that no conversation uses is kept this long for one that is still to come."""


class Clip(Value):
    """One clip that was brought in."""

    name: str
    """What the user calls it; shown, never opened."""
    info: VideoInfo
    """Its `path` is the file, whose name is made of its content or lies in the allowed folder."""
    own: bool
    """Whether the file belongs to this server and goes with its last conversation."""
    size: int
    modified_ns: int
    opened: float
    """When it was brought in last, seconds since 1970."""

    @property
    def card(self) -> Video:
        """The page's side of it."""
        return Video.of(self.info, self.name)


class VideoShelf:
    """One JSON file per clip under `folder`, beside the uploaded files."""

    def __init__(self, folder: Path, options: WebOptions | None = None) -> None:
        self._folder, self._options = folder, options or WebOptions()
        self._clips: dict[str, Clip] = {}
        self._keeping = threading.Lock()

    def load(self, used: Iterable[str]) -> None:
        """Read what an earlier server kept; leftovers of broken uploads and clips that nothing uses any more are removed."""
        private_folder(self._folder)
        self.incoming_folder.mkdir(exist_ok=True)
        for path in self._folder.glob("*.json"):
            try:
                self._clips[path.stem] = Clip.model_validate_json(path.read_text(encoding="utf-8"))
            except (OSError, ValidationError):
                path.unlink(missing_ok=True)
        self.sweep(used)

    def sweep(self, used: Iterable[str]) -> None:
        """Remove leftovers of broken uploads, and clips that nothing uses and that were brought in long ago."""
        old = time.time() - KEPT_S
        for path in self.incoming_folder.iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < old:
                    path.unlink()
        for id_ in set(self._clips) - set(used):
            self.remove(id_, old)

    @property
    def incoming_folder(self) -> Path:
        """Where uploads lie until they are whole and known to be videos."""
        return self._folder / "incoming"

    def place_for(self, name: str) -> Path:
        """A new file for an upload; nothing of its name but a harmless suffix comes from outside."""
        suffix = Path(label(name)).suffix.lower()
        return self.incoming_folder / f"{uuid.uuid4().hex}{suffix if SUFFIX.fullmatch(suffix) else ''}"

    def take(self, uploaded: Path, name: str) -> Clip:
        """Probe an upload and keep it under a name made of its content.

        Raises:
            VideoError: It cannot be read as a video; the file is gone then.
        """
        shown = label(name)
        try:
            info = self._probed(uploaded)
        except VideoError as error:
            uploaded.unlink(missing_ok=True)
            raise VideoError(str(error).replace(str(uploaded), shown)) from None
        with self._keeping:
            known = self._clips.get(info.sha256[:16])
            if known is not None and known.own and known.info.sha256 == info.sha256 and self._unchanged(known):
                # Others use this file at the moment; to put the same content in its place would look like a change to them.
                uploaded.unlink(missing_ok=True)
                return self._keep(Path(known.info.path), shown, info, own=True)
            target = self._folder / f"{info.sha256[:16]}{uploaded.suffix}"
            uploaded.replace(target)
            return self._keep(target, shown, info, own=True)

    def open(self, path: Path, shown: str) -> Clip:
        """Probe a clip where it lies; it is read from there whenever it is needed.

        Raises:
            VideoError: It cannot be read as a video.
        """
        try:
            info = self._probed(path)
        except VideoError as error:
            raise VideoError(str(error).replace(str(path), shown)) from None
        with self._keeping:
            return self._keep(path, label(path.name), info, own=False)

    def get(self, id_: str) -> Clip:
        """A clip by its id, whose file is still what it was.

        Raises:
            Refusal: There is none of that id.
            VideoError: Its file is gone or is another one by now.
        """
        clip = self.known(id_)
        if not self._unchanged(clip):
            raise VideoError(f"{clip.name!r} was moved or changed since it was opened: open it again")
        return clip

    def known(self, id_: str) -> Clip:
        """A clip by its id, whatever became of its file.

        Raises:
            Refusal: There is none of that id.
        """
        clip = self._clips.get(id_)
        if clip is None:
            raise not_found("video", id_, "open the file again")
        return clip

    def remove(self, id_: str, before: float) -> None:
        """Forget a clip that was brought in before a time, seconds since 1970; an uploaded file goes with it."""
        clip = self._clips.get(id_)
        if clip is None or clip.opened >= before:
            return
        del self._clips[id_]
        (self._folder / f"{id_}.json").unlink(missing_ok=True)
        if clip.own:
            Path(clip.info.path).unlink(missing_ok=True)

    def _unchanged(self, clip: Clip) -> bool:
        try:
            return _state(Path(clip.info.path)) == (clip.size, clip.modified_ns)
        except OSError:
            return False

    def _probed(self, path: Path) -> VideoInfo:
        check_limits(path, self._options)
        return probe(path)

    def _keep(self, path: Path, name: str, info: VideoInfo, *, own: bool) -> Clip:
        id_ = info.sha256[:16]
        size, modified_ns = _state(path)
        before = self._clips.get(id_)
        if before is not None and before.own and Path(before.info.path) != path:
            Path(before.info.path).unlink(missing_ok=True)
        info = info.model_copy(update={"path": str(path)})
        clip = Clip(name=name, info=info, own=own, size=size, modified_ns=modified_ns, opened=time.time())
        write_whole(self._folder / f"{id_}.json", clip.model_dump_json(indent=2))
        self._clips[id_] = clip
        return clip


def label(name: str) -> str:
    """What a file is called, fit to be shown: its last part, without anything that is not to be printed."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable()).strip(" .")
    if len(shown) > LONGEST_NAME:
        suffix = Path(shown).suffix[:10]
        shown = shown[: LONGEST_NAME - len(suffix)] + suffix
    return shown or "video"


def _state(path: Path) -> tuple[int, int]:
    """Size and time of the last change; of a folder, its own."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns
