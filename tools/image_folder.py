"""Still pictures as a clip: a folder of images in natural order, one image, or an animated one."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..memory.errors import SettingsError, VideoError
from .video_timeline import Timeline
from .video_upright import check_size, shrunk_size, too_large

if TYPE_CHECKING:
    from PIL import Image

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
# Browsers show a frame of an animated picture for 0.1 s when it asks for no more than this.
NO_TIME_S = 0.01


def is_image(path: Path) -> bool:
    """Whether the name says that this is a picture; GIF counts as a video."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key that puts "frame2" before "frame10"."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in re.split(r"(\d+)", name) if part]


def images_in(folder: Path) -> list[Path]:
    """The images of a folder in natural order of their names, hidden files left out.

    Raises:
        VideoError: The folder holds none.
    """
    found = [path for path in folder.iterdir() if is_image(path) and path.is_file() and not path.name.startswith(".")]
    if not found:
        kinds = ", ".join(sorted(suffix[1:] for suffix in IMAGE_SUFFIXES))
        raise VideoError(f"{str(folder)!r} is a folder without images: expected {kinds} files, or give the path of a video file")
    return sorted(found, key=lambda path: (natural_key(path.name), path.name))


class ImageSequence:
    """Pictures shown one after the other; sizes unlike the first one's are scaled to it."""

    def __init__(self, path: Path, folder_fps: float = 30.0) -> None:
        if not 0 < folder_fps < float("inf"):
            raise SettingsError(f"the frame rate of an image folder is {folder_fps}, expected a number above 0")
        self._path = path
        self._files = images_in(path) if path.is_dir() else [path]
        sizes = [_size(file) for file in self._files]
        self.size = sizes[0]
        self.timeline = Timeline.constant(len(self._files), folder_fps) if path.is_dir() else _own_timeline(path, folder_fps)
        self.warnings: list[str] = []
        if unlike := sum(size != self.size for size in sizes):
            self.warnings.append(
                f"{unlike} images have another size than the first; they are scaled to {self.size[0]} x {self.size[1]}"
            )

    def read(self, wanted: np.ndarray, short_side: int | None = None, *, whole: bool = False) -> Iterator[tuple[int, np.ndarray]]:
        """Yield (index, upright RGB uint8 (H, W, 3)) for the wanted indices, which must increase.

        Raises:
            VideoError: An image cannot be decoded.
        """
        if len(self._files) == len(self.timeline):
            for index in wanted.tolist():
                with _opened(self._files[index]) as image:
                    yield index, self._pixels(image, short_side)
            return
        with _opened(self._path) as image:
            for index in wanted.tolist():
                image.seek(index)
                yield index, self._pixels(image, short_side)

    def _pixels(self, image: Image.Image, short_side: int | None) -> np.ndarray:
        from PIL import Image, ImageOps

        upright = ImageOps.exif_transpose(image).convert("RGB")
        size = shrunk_size(*self.size, short_side)
        return np.asarray(upright if upright.size == size else upright.resize(size, Image.Resampling.BILINEAR))


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    from PIL import Image

    with warnings.catch_warnings():
        # The size is checked here, against the same limit as for videos.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path) as image:
                check_size(str(path), *image.size)
                yield image
        except Image.DecompressionBombError:
            raise too_large(str(path)) from None
        except (OSError, SyntaxError, ValueError, MemoryError) as error:
            reason = str(error) or "it asks for more memory than there is"
            raise VideoError(f"{str(path)!r} cannot be read as an image ({reason}): replace it or take it out") from error


def _size(path: Path) -> tuple[int, int]:
    from PIL import ExifTags

    with _opened(path) as image:
        turned = image.getexif().get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8)
        width, height = image.size
        return (height, width) if turned else (width, height)


def _own_timeline(path: Path, fps: float) -> Timeline:
    """The timeline of one file: that of its animation when it has one, else one frame."""
    with _opened(path) as image:
        count = getattr(image, "n_frames", 1)
        if count == 1:
            return Timeline.constant(1, fps)
        durations = []
        for index in range(count):
            image.seek(index)
            image.load()
            shown_s = float(image.info.get("duration", 0)) / 1000
            durations.append(shown_s if shown_s > NO_TIME_S else 0.1)
        return Timeline.from_durations(durations)
