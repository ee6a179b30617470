"""What is made of clips and reports for the page: proxies, single frames, skeletons, the report's page and its film."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np

from ...memory.cache import Cache, content_key
from ...memory.errors import Interrupted
from ...memory.values import VideoInfo
from ...tools import proxies
from ..report import Report
from ..settings import Settings
from .contract import Pair, Skeleton
from .replies import Refusal
from .video_shelf import Clip

LARGEST_FRAME = 1920
"""Pixels on the longer side of a single frame."""
FRAMES_AT_ONCE = 2


class Media:
    """Makes each thing once and keeps it in the cache; whoever asks meanwhile waits for the same work.

    Args:
        settings: Says where the cache is.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # A page cannot do without its proxies, so they are kept even where finished work is not.
        self._cache = Cache(settings.cache_folder)
        self._making: dict[Path, asyncio.Task[None]] = {}
        self._one = {"proxies": asyncio.Semaphore(1), "films": asyncio.Semaphore(1), "pages": asyncio.Semaphore(1)}
        self._decoding = asyncio.Semaphore(FRAMES_AT_ONCE)
        self._closing = False

    def prepare(self, clip: Clip) -> None:
        """Begin to make the proxy of a clip, for whoever asks for it later; its errors are theirs."""
        place = proxies.proxy_place(self._cache, clip.info)
        if not place.is_file():
            self._begin(place, lambda: self._write_proxy(clip.info))

    async def proxy(self, known: Clip, checked: Callable[[], Clip]) -> Path:
        """The proxy of a clip.

        Raises:
            VideoError: It is not made yet, and the clip cannot be read any more.
        """
        place = proxies.proxy_place(self._cache, known.info)
        await self._made(place, lambda: self._write_proxy(checked().info))
        return place

    async def frame(self, clip: Clip, number: int) -> bytes:
        """One original frame as JPEG.

        Raises:
            Refusal: The clip has no frame of that number.
            VideoError: The clip cannot be read any more.
        """
        if not 0 <= number < clip.info.frames:
            raise Refusal(404, f"{clip.name!r} has no frame {number}: expected 0 to {clip.info.frames - 1}")
        async with self._decoding:
            return await asyncio.to_thread(_jpeg, clip.info.path, number)

    async def skeleton(self, clip: Clip) -> Skeleton:
        """The tracked body of a clip.

        Raises:
            Refusal: It is not tracked yet.
        """
        async with self._decoding:
            return await asyncio.to_thread(_skeleton, self._settings, clip.info)

    async def page(self, report: Report, pair: Pair) -> Path:
        """The report as one self-contained page."""
        place = self._place("pages", report, pair, ".html")
        await self._made(place, lambda: _whole(place, lambda path: path.write_text(_page(report, pair), encoding="utf-8")))
        return place

    async def film(self, report: Report, pair: Pair) -> Path:
        """The aligned side-by-side film of a report."""
        place = self._place("films", report, pair, ".mp4")
        await self._made(place, lambda: _whole(place, lambda path: self._write_film(report, pair, path)))
        return place

    async def close(self) -> None:
        """Stop what is being made."""
        self._closing = True
        if tasks := list(self._making.values()):
            await asyncio.wait(tasks)

    async def _made(self, place: Path, make: Callable[[], object]) -> None:
        if not place.is_file():
            # Whoever asked first may go away; others wait for the same work.
            await asyncio.shield(self._begin(place, make))

    def _begin(self, place: Path, make: Callable[[], object]) -> asyncio.Task[None]:
        if place not in self._making:
            task = asyncio.create_task(self._work(place, make))
            self._making[place] = task
            task.add_done_callback(lambda done: self._forget(place, done))
        return self._making[place]

    def _forget(self, place: Path, done: asyncio.Task[None]) -> None:
        self._making.pop(place, None)
        if not done.cancelled():
            # Taken up by whoever waits; the loop must not complain where nobody does.
            done.exception()

    async def _work(self, place: Path, make: Callable[[], object]) -> None:
        async with self._one[place.parent.name]:
            self._go_on()
            await asyncio.to_thread(make)

    def _write_proxy(self, info: VideoInfo) -> None:
        proxies.make_proxy(self._cache, info, lambda share: self._go_on())

    def _write_film(self, report: Report, pair: Pair, path: Path) -> None:
        from ...tools.compose import clip_frames, write_film

        shown, files = named(report, pair)

        def frames(name: str, start_s: float, short_side: int) -> Iterator[tuple[float, np.ndarray]]:
            return clip_frames(files[name], start_s, short_side)

        write_film(shown, path, lambda done, total: self._go_on(), frames)

    def _go_on(self) -> None:
        if self._closing:
            raise Interrupted("the server stops; ask again when it is back")

    def _place(self, kind: str, report: Report, pair: Pair, suffix: str) -> Path:
        key = content_key(kind, report.model_dump(mode="json"), pair.a.name, pair.b.name)
        return self._cache.folder / kind / f"{key}{suffix}"


def named(report: Report, pair: Pair) -> tuple[Report, dict[str, str]]:
    """A report that calls the clips as the user does, and the file behind each of these names."""
    names = {"a": f"a/{pair.a.name}", "b": f"b/{pair.b.name}"}
    videos = report.videos
    renamed = videos.model_copy(
        update={
            "a": videos.a.model_copy(update={"path": names["a"]}),
            "b": videos.b.model_copy(update={"path": names["b"]}),
        }
    )
    return report.model_copy(update={"videos": renamed}), {names["a"]: videos.a.path, names["b"]: videos.b.path}


def _page(report: Report, pair: Pair) -> str:
    from ..output.html import render_html
    from ..output.stills import collect_stills, read_clip

    shown, files = named(report, pair)
    return render_html(shown, collect_stills(shown, lambda name, times_s: read_clip(files[name], times_s)))


def _whole(place: Path, write: Callable[[Path], object]) -> None:
    """Write a file of the cache whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f".{place.stem}.partial{place.suffix}")
    try:
        write(partial)
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


def _jpeg(path: str, number: int) -> bytes:
    from PIL import Image

    from ...tools.video import frame_numbered

    picture = Image.fromarray(frame_numbered(path, number).image)
    picture.thumbnail((LARGEST_FRAME, LARGEST_FRAME))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88)
    return written.getvalue()


class _NotTracked(Exception):
    """Nothing is tracked only because somebody looks."""


def _skeleton(settings: Settings, info: VideoInfo) -> Skeleton:
    from ...tools.landmarks import BONES
    from ...tools.workbench import Workbench

    def refuse() -> NoReturn:
        raise _NotTracked

    cache = Cache(settings.cache_folder, enabled=settings.cache)
    try:
        track = Workbench(cache, (), refuse, fps=settings.fps, track_version=_track_version(settings)).track(info)
    except _NotTracked:
        raise Refusal(404, "the body in this clip is not tracked yet: compare it first") from None
    scaled = track.landmarks[:, :, [0, 1, 3]] / (track.width, track.height, 1)
    points = tuple(
        tuple((round(float(x), 4), round(float(y), 4), round(float(v), 2)) for x, y, v in row) if there else None
        for row, there in zip(scaled, track.present.tolist(), strict=True)
    )
    return Skeleton(times_s=tuple(track.times_s.tolist()), edges=BONES, points=points)


def _track_version(settings: Settings) -> str:
    from ...tools.pose_mediapipe import MediaPipeTasksPose
    from ...tools.workbench import TRACK_VERSION

    if settings.pose_model is None:
        return TRACK_VERSION
    with MediaPipeTasksPose(settings.pose_model) as own:
        return f"{TRACK_VERSION}/{own.name}"
