"""The one folder from which clips may be opened by path: what lies in it, and that nothing leaves it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ...memory.errors import VideoError
from ...tools.image_folder import is_image
from .contract import Folder, FolderFile

VIDEO_SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".gif", ".mpg", ".mpeg", ".mts", ".m2ts", ".ts", ".wmv"),
    *(".flv", ".3gp", ".ogv", ".hevc", ".h264", ".y4m"),
)
MOST_FILES = 1000
DEEPEST = 6


class AllowedFolder:
    """A folder of clips; without one nothing can be opened by path."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder.resolve() if folder else None

    @property
    def name(self) -> str | None:
        """What the page calls it."""
        return (self._folder.name or str(self._folder)) if self._folder else None

    def file(self, relative: str) -> Path:
        """The real path of a clip inside the folder.

        Raises:
            VideoError: There is no folder, the path or a link leaves it, or nothing is there.
        """
        if self._folder is None:
            raise VideoError("clips cannot be opened by path here: start viddiff serve with --folder, or upload the file")
        path = _real(self._folder / relative)
        if path is None or path == self._folder or not all(map(self._inside, _read_of(path))):
            raise VideoError(f"{relative[:200]!r} is not a clip in the folder {self.name!r}: choose one of its list")
        return path

    def listing(self) -> Folder:
        """The clips in it, by path; folders of images count as one clip each. At most 1000."""
        if self._folder is None:
            return Folder(folder=None)
        found = islice(self._found(self._folder), MOST_FILES)
        return Folder(folder=self.name, files=tuple(sorted(found, key=lambda file: file.path.casefold())))

    def _found(self, folder: Path) -> Iterator[FolderFile]:
        for place, folders, names in os.walk(folder):
            here = Path(place)
            shown = here.relative_to(folder)
            folders[:] = sorted(name for name in folders if not name.startswith(".")) if len(shown.parts) < DEEPEST else []
            files = [here / name for name in names if not name.startswith(".") and self._inside(here / name)]
            images = [path for path in files if is_image(path)]
            if images and shown.parts:
                yield FolderFile(path=shown.as_posix(), size=sum(path.stat().st_size for path in images))
            for path in files:
                if path.suffix.lower() in VIDEO_SUFFIXES:
                    yield FolderFile(path=path.relative_to(folder).as_posix(), size=path.stat().st_size)

    def _inside(self, path: Path) -> bool:
        """Whether something is there and no link leads out to it."""
        real = _real(path)
        return real is not None and self._folder is not None and real.is_relative_to(self._folder)


def _real(path: Path) -> Path | None:
    """Where a path leads; None where nothing is there."""
    try:
        return path.resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        # Absent, too long, with a zero byte, or a link that leads to itself.
        return None


def _read_of(path: Path) -> list[Path]:
    """What is read when a clip is opened: the file, or the images of a folder."""
    return [path, *(child for child in path.iterdir() if is_image(child))] if path.is_dir() else [path]
