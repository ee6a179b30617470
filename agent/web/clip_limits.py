"""What a clip of a stranger may ask of this machine: looked up in the file before anything of it is decoded."""

from __future__ import annotations

from pathlib import Path

from ...memory.errors import VideoError
from ...tools.image_folder import images_in, is_image
from ...tools.video_packets import opened, packets
from ...tools.video_upright import too_large
from .options import WebOptions


def check_limits(path: Path, options: WebOptions) -> None:
    """Refuse a clip that is small as a file and huge once decoded.

    Args:
        path: A video file, an image, or a folder of images.
        options: The most that is allowed of everything.

    Raises:
        VideoError: Its frames are too large, too many or last too long, or it cannot be read.
    """
    if not (path.is_dir() or is_image(path)):
        _check_video(path, options)
        return
    try:
        _check_images(path, options)
    except _NoPicture as error:
        # What is named like a picture and is none may be a misnamed video, as for `viddiff compare`.
        if path.is_dir():
            raise
        try:
            _check_video(path, options)
        except VideoError:
            raise error from None


class _NoPicture(VideoError):
    """A file is no picture, whatever its name says."""


def _check_video(path: Path, options: WebOptions) -> None:
    with opened(path) as (container, stream):
        _check_pixels(path, stream.codec_context.width, stream.codec_context.height, options)
        unit = float(stream.time_base or 0)
        first = last = None
        for number, packet in enumerate(packets(container, stream), 1):
            if number > options.max_frames:
                raise VideoError(f"{str(path)!r} has more than {options.max_frames} frames, the most allowed here: cut it")
            if packet.pts is not None:
                first = packet.pts if first is None else min(first, packet.pts)
                last = packet.pts if last is None else max(last, packet.pts)
        if first is not None and last is not None and (last - first) * unit > options.max_duration_s:
            raise VideoError(
                f"{str(path)!r} lasts {(last - first) * unit:.0f} s, more than the {options.max_duration_s:g} s allowed here: cut it"
            )


def _check_images(path: Path, options: WebOptions) -> None:
    from PIL import Image, UnidentifiedImageError

    files = images_in(path) if path.is_dir() else [path]
    if len(files) > options.max_frames:
        raise VideoError(f"{str(path)!r} holds more than {options.max_frames} images, the most allowed here")
    for file in files:
        try:
            with Image.open(file) as image:
                _check_pixels(file, *image.size, options)
                frames = getattr(image, "n_frames", 1)
        except Image.DecompressionBombError:
            raise too_large(str(file)) from None
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
            raise _NoPicture(f"{str(file)!r} cannot be read as an image ({error}); save it again as JPEG or PNG") from None
        if frames > options.max_frames:
            raise VideoError(f"{str(file)!r} has more than {options.max_frames} frames, the most allowed here: cut it")


def _check_pixels(path: Path, width: int, height: int, options: WebOptions) -> None:
    if width * height > options.max_pixels:
        raise VideoError(
            f"{str(path)!r} has frames of {width} x {height} pixels, more than the {options.max_pixels / 1e6:g} million allowed here: "
            "scale it down"
        )
