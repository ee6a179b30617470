"""Video in: what a clip is, its frames at a sampling rate, single frames at full size; always upright, at true times."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from pydantic import ConfigDict, Field

from ..memory.errors import VideoError
from ..memory.values import Value, VideoInfo
from .ahead import read_ahead
from .image_folder import ImageSequence, images_in, is_image
from .video_container import VideoFile
from .video_upright import shrunk_size

BATCH_FRAMES = 32
BATCH_BYTES = 32 * 2**20
FOLDER_FPS = 30.0

Source = VideoFile | ImageSequence


class FrameBatch(Value):
    """Some consecutive samples of one clip."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    images: np.ndarray
    """(N, H, W, 3) uint8 RGB, upright."""
    times_s: np.ndarray
    """(N,) float64, when each frame comes on screen, seconds in the file as played."""
    frames: np.ndarray
    """(N,) int64, index of each frame in the file as played."""


class Frame(Value):
    """One frame of a clip at full size."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    image: np.ndarray
    """(H, W, 3) uint8 RGB, upright."""
    time_s: float = Field(ge=0)
    """When it comes on screen, seconds in the file as played."""
    frame: int = Field(ge=0)
    """Index in the file as played."""


def probe(path: str | os.PathLike[str], *, folder_fps: float = FOLDER_FPS) -> VideoInfo:
    """Find out what a clip is without understanding its content.

    Args:
        path: A video file, an image, or a folder of images.
        folder_fps: Frame rate of a folder of images.

    Returns:
        What is known of it; `frames` counts what is played, `warnings` names what was corrected.

    Raises:
        VideoError: It cannot be read as a video.
    """
    source = _open(path, folder_fps)
    timeline = source.timeline
    found = list(source.warnings)
    if len(timeline) == 1:
        found.append("the clip is one still picture: no movement can be measured in it")
    return VideoInfo(
        path=os.fspath(path),
        sha256=_digest(Path(path)),
        duration_s=timeline.duration_s,
        fps=timeline.fps,
        width=source.size[0],
        height=source.size[1],
        frames=len(timeline),
        warnings=tuple(found),
    )


def sample(
    path: str | os.PathLike[str],
    fps: float | None,
    *,
    short_side: int | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    folder_fps: float = FOLDER_FPS,
) -> Iterator[FrameBatch]:
    """Stream the frames that are on screen at the instants k / `fps` in [`start_s`, `end_s`), each frame at most once.

    Args:
        path: A video file, an image, or a folder of images.
        fps: Samples per second; None for every frame that begins in the range.
        short_side: Scale down to this many pixels on the shorter side; never up.
        start_s: First second of the range.
        end_s: End of the range; None for the end of the clip.
        folder_fps: Frame rate of a folder of images.

    Returns:
        Batches of at most 32 frames and 32 MiB; memory does not grow with the length of the clip. While one is looked at, the next
        one is decoded.

    Raises:
        VideoError: It cannot be read as a video; raised at once, or by the first batch when nothing can be decoded.
        SettingsError: `fps` is not above 0.
    """
    source = _open(path, folder_fps)
    return read_ahead(_batches(source, os.fspath(path), source.timeline.choose(fps, start_s, end_s), short_side))


def frame_at(path: str | os.PathLike[str], time_s: float, *, folder_fps: float = FOLDER_FPS) -> Frame:
    """The frame on screen at one time, at full size; see `frames_at`."""
    return frames_at(path, [time_s], folder_fps=folder_fps)[0]


def frames_at(path: str | os.PathLike[str], times_s: Iterable[float], *, folder_fps: float = FOLDER_FPS) -> tuple[Frame, ...]:
    """The frames on screen at some times, at full size, in one pass over the file.

    Args:
        path: A video file, an image, or a folder of images.
        times_s: Seconds in the file as played, in any order; outside the clip the first or the last frame is meant.
        folder_fps: Frame rate of a folder of images.

    Returns:
        One frame per time, in the order of `times_s`.

    Raises:
        VideoError: It cannot be read as a video, or nothing of it can be decoded.
    """
    source = _open(path, folder_fps)
    return _frames(source, os.fspath(path), source.timeline.on_screen(times_s))


def frame_numbered(path: str | os.PathLike[str], number: int, *, folder_fps: float = FOLDER_FPS) -> Frame:
    """The frame with one index in the file as played, at full size; beyond the end the last one. See `frames_at`."""
    source = _open(path, folder_fps)
    return _frames(source, os.fspath(path), np.array([min(max(number, 0), len(source.timeline) - 1)]))[0]


def _frames(source: Source, path: str, indices: np.ndarray) -> tuple[Frame, ...]:
    if not indices.size:
        return ()
    wanted = np.unique(indices)
    images = dict(source.read(wanted))
    if missed := sorted(set(wanted.tolist()) - images.keys()):
        images |= dict(source.read(np.array(missed), whole=True))
    if not images:
        raise _undecodable(path)
    return tuple(_frame(source, images, index) for index in indices.tolist())


def _frame(source: Source, images: dict[int, np.ndarray], index: int) -> Frame:
    """The frame at an index; where it cannot be decoded the nearest before it that can, else the first."""
    found = max((known for known in images if known <= index), default=min(images))
    return Frame(image=np.ascontiguousarray(images[found]), time_s=float(source.timeline.times_s[found]), frame=found)


def _batches(source: Source, path: str, wanted: np.ndarray, short_side: int | None) -> Iterator[FrameBatch]:
    width, height = shrunk_size(*source.size, short_side)
    limit = max(1, min(BATCH_FRAMES, BATCH_BYTES // (width * height * 3)))
    images: list[np.ndarray] = []
    frames: list[int] = []
    nothing = bool(wanted.size)
    for index, image in source.read(wanted, short_side) if wanted.size else ():
        images.append(image)
        frames.append(index)
        if len(frames) == limit:
            yield _batch(source, images, frames)
            images, frames, nothing = [], [], False
    if frames:
        yield _batch(source, images, frames)
    elif nothing:
        raise _undecodable(path)


def _batch(source: Source, images: list[np.ndarray], frames: list[int]) -> FrameBatch:
    indices = np.array(frames, dtype=np.int64)
    return FrameBatch(images=np.stack(images), times_s=source.timeline.times_s[indices], frames=indices)


def _undecodable(path: str) -> VideoError:
    return VideoError(f"{path!r}: none of the frames asked for can be decoded; the file is damaged, export it again")


def is_address(name: str) -> bool:
    """Whether a name is a web address rather than a path; a `Path` made of one has lost a slash."""
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+:/", name) is not None


def _open(path: str | os.PathLike[str], folder_fps: float) -> Source:
    name = os.fspath(path)
    if is_address(name):
        raise VideoError(f"{name!r} is an address: download the video and give the path of the file")
    place = Path(name)
    try:
        if place.is_dir():
            return ImageSequence(place, folder_fps)
        _check_file(place)
        return _picture_or_video(place, folder_fps) if is_image(place) else VideoFile(place)
    except PermissionError as error:
        raise VideoError(f"{name!r} cannot be read: permission is denied; change its permissions") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise VideoError(f"{name[:200]!r} cannot be read: {reason}; give the path of a video file") from error


def _picture_or_video(path: Path, folder_fps: float) -> Source:
    """What is named like a picture and is none may be a misnamed video."""
    try:
        return ImageSequence(path, folder_fps)
    except VideoError as error:
        with suppress(VideoError):
            return VideoFile(path)
        raise error from None


def _check_file(path: Path) -> None:
    if not path.exists():
        raise VideoError(f"{str(path)!r} does not exist: give the path of a video file or of a folder of images")
    if not path.is_file():
        raise VideoError(f"{str(path)!r} is not a file: give the path of a video file or of a folder of images")
    with path.open("rb") as file:
        if not file.read(1):
            raise VideoError(f"{str(path)!r} is empty: copy or export the video again")


def _digest(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of a folder's images."""
    if path.is_dir():
        whole = hashlib.sha256()
        for image in images_in(path):
            whole.update(f"{len(image.name)}:{image.name}:{_digest(image)};".encode("utf-8", "surrogateescape"))
        return whole.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
