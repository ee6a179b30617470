"""The film: the right frames beside each other, at the right size, from clips of any length."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import pytest
from fake_report import FPS, difference, evidence, fake_report, info, numbered, numbered_stream, read_number, segment
from hypothesis import given, settings
from hypothesis import strategies as st

from viddiff.memory.errors import SettingsError, VideoError
from viddiff.memory.report import Report, StageReport, Videos
from viddiff.tools.compose import write_film
from viddiff.tools.film_clock import HOLD_S, film_clock
from viddiff.tools.film_layout import film_layout
from viddiff.tools.overlay import COLOURS


class FilmFormat(NamedTuple):
    """Read while the file is open: afterwards PyAV answers with whatever lies in that memory."""

    codec: str
    pix_fmt: str | None
    width: int
    height: int
    rate: Fraction | None


def decoded(path: Path) -> tuple[FilmFormat, list[np.ndarray]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        made = FilmFormat(context.name, context.pix_fmt, stream.width, stream.height, stream.average_rate)
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert not container.streams.audio
        return made, frames


def panel(frame: np.ndarray, report: Report, side: str) -> np.ndarray:
    left, top, width, height = film_layout(report.videos.a, report.videos.b).panel(side)  # pyright: ignore[reportArgumentType]
    return frame[top : top + height, left : left + width]


def without_poses(report: Report) -> Report:
    plain = tuple(
        d.model_copy(
            update={
                "evidence": evidence(
                    *((a.time_s, b.time_s) for a, b in zip(d.evidence.a, d.evidence.b, strict=False)), posed=False
                )
            }
        )
        for d in report.differences
    )
    return report.model_copy(update={"differences": plain})


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, FilmFormat, list[np.ndarray], list[tuple[int, int]]]:
    late = difference("late", "In another repetition", "b", evidence=evidence((4.0, 0.5)))
    report = fake_report()
    report = without_poses(report.model_copy(update={"differences": (*report.differences, late)}))
    told: list[tuple[int, int]] = []
    path = write_film(report, tmp_path_factory.mktemp("film") / "film.mp4", lambda *k: told.append(k), numbered_stream)
    assert [p.name for p in path.parent.iterdir()] == ["film.mp4"]
    return report, *decoded(path), told


def test_format(film):
    report, made, frames, told = film
    layout = film_layout(report.videos.a, report.videos.b)
    assert made == FilmFormat("h264", "yuv420p", layout.width, layout.height, Fraction(25))
    assert made.height <= 540
    assert made.width % 2 == made.height % 2 == 0
    assert len(frames) == round(film_clock(report).duration_s * 25)
    assert told[-1] == (len(frames), len(frames))


def test_every_film_frame_shows_the_mapped_frames(film):
    report, _, frames, _ = film
    clock = film_clock(report)
    for k, frame in enumerate(frames):
        for side in ("a", "b"):
            expected = math.floor(clock.clip_time(side, k / 25) * FPS[side] + 1e-4)
            assert read_number(panel(frame, report, side)) == expected, f"film frame {k}, clip {side}"


def test_borders_have_the_colours_of_the_clips(film):
    report, _, frames, _ = film
    layout = film_layout(report.videos.a, report.videos.b)
    for side in ("a", "b"):
        left, top, _, height = layout.panel(side)
        found = frames[0][top + height // 2, left - 3 : left - 1].mean(axis=0)
        assert np.abs(found - COLOURS[side]).max() < 25


def test_captions_are_on_screen_while_the_film_stands_still(film):
    report, _, frames, _ = film
    layout = film_layout(report.videos.a, report.videos.b)
    for k, frame in enumerate(frames):
        piece = film_clock(report).piece_at(k / 25 + 1e-9)
        written = (frame[layout.caption_top + 6 : layout.caption_top + 46] > 150).any()
        assert written == (piece.difference is not None), f"film frame {k}"


def test_stage_borders_are_shown_together():
    report = fake_report()
    clock = film_clock(report)
    for stage in report.stages:
        if stage.a is None or stage.b is None:
            continue
        for a, b in ((stage.a.start_s, stage.b.start_s), (stage.a.end_s, stage.b.end_s)):
            moments = [p.start_s for p in clock.pieces if p.a[0] == a and p.b[0] == b]
            moments += [p.end_s for p in clock.pieces if p.a[1] == a and p.b[1] == b]
            assert moments, stage.name


def test_each_stage_lasts_the_mean_of_both_and_the_lead_in_is_short():
    report = fake_report().model_copy(update={"differences": ()})
    clock = film_clock(report)
    lengths = {p.stage: p.end_s - p.start_s for p in clock.pieces if p.stage is not None}
    assert lengths == pytest.approx({0: 1.0, 1: 0.3, 3: 1.4})
    assert clock.clip_time("a", 0) == pytest.approx(0.5)
    assert clock.clip_time("b", 0) == pytest.approx(0.3)


def test_differences_stand_still_at_their_instants_even_out_of_order():
    late = difference("late", "Other repetition", "a", evidence=evidence((4.0, 1.0)))
    crossing = difference("crossing", "Against the order", "a", evidence=evidence((1.2, 3.9)))
    report = fake_report()
    report = report.model_copy(update={"differences": (*report.differences, late, crossing)})
    held = {p.difference: (p.a, p.b) for p in film_clock(report).pieces if p.difference is not None}
    assert held[0] == ((2.2, 2.2), (1.9, 1.9))
    assert held[3] == ((3.0, 3.0), (3.4, 3.4))
    assert held[6] == ((4.0, 4.0), (1.0, 1.0))
    assert held[7] == ((1.2, 1.2), (3.9, 3.9))
    assert set(held) == {0, 1, 2, 3, 6, 7}


def test_without_stages_starts_and_ends_are_aligned():
    report = fake_report().model_copy(update={"stages": (), "differences": ()})
    clock = film_clock(report)
    assert clock.duration_s == pytest.approx((6.0 + 5.0) / 2)
    assert [clock.clip_time(side, t) for t in (0, clock.duration_s) for side in ("a", "b")] == pytest.approx([0, 0, 6, 5])


@st.composite
def reports(draw: st.DrawFn) -> Report:
    def times(limit: float, count: int) -> list[float]:
        return sorted(draw(st.lists(st.floats(0, limit), min_size=count, max_size=count)))

    count = draw(st.integers(0, 4))
    a, b = times(6, 2 * count), times(5, 2 * count)
    stages = [
        StageReport(name=f"s{k}", description="", a=segment(a[2 * k], a[2 * k + 1]), b=segment(b[2 * k], b[2 * k + 1]))
        for k in range(count)
    ]
    if draw(st.booleans()):
        stages.reverse()
    pairs = draw(st.lists(st.tuples(st.floats(0, 6), st.floats(0, 5)), max_size=4))
    found = tuple(difference(f"d{k}", "x", "a", evidence=evidence(pair, posed=False)) for k, pair in enumerate(pairs))
    return fake_report().model_copy(update={"stages": tuple(stages), "differences": found})


@settings(max_examples=80, deadline=None)
@given(reports())
def test_the_clock_never_runs_backward_and_captions_every_difference(report: Report):
    clock = film_clock(report)
    assert clock.pieces[0].start_s == 0
    assert clock.duration_s > 0
    for before, after in pairwise(clock.pieces):
        assert before.end_s == after.start_s
        assert before.start_s < before.end_s
    running = [p for p in clock.pieces if p.difference is None]
    for piece in running:
        assert piece.a[0] <= piece.a[1]
        assert piece.b[0] <= piece.b[1]
    for before, after in pairwise(running):
        assert (before.a[1], before.b[1]) == pytest.approx((after.a[0], after.b[0]), abs=1e-5)
    held = [p.difference for p in clock.pieces if p.difference is not None]
    assert sorted(held) == list(range(len(report.differences)))
    assert sum(p.end_s - p.start_s for p in clock.pieces if p.difference is not None) == pytest.approx(HOLD_S * len(held))


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.integers(1, 8000)] * 4))
def test_the_layout_is_even_and_bounded(sizes: tuple[int, int, int, int]):
    a, b = (info(s).model_copy(update={"width": w, "height": h}) for s, w, h in (("a", *sizes[:2]), ("b", *sizes[2:])))
    shapes = sizes[0] / sizes[1], sizes[2] / sizes[3]
    layout = film_layout(a, b)
    assert layout.height <= 540
    assert layout.width % 2 == layout.height % 2 == 0
    if max(shapes) < 10 and min(shapes) > 0.1:
        assert layout.width <= 1290
        assert layout.panel_a[0] + layout.panel_a[2] < layout.panel_b[0]
        assert layout.panel_b[0] + layout.panel_b[2] <= layout.width


def test_a_long_clip_is_streamed_from_near_where_it_is_needed(tmp_path: Path):
    read = {"a": 0, "b": 0}
    hour = 3600.0

    def stream(path: str, start_s: float, short_side: int) -> Iterator[tuple[float, np.ndarray]]:
        side = "a" if path.endswith("a.mp4") else "b"
        for k in range(math.ceil(start_s * 30), int(hour * 30)):
            read[side] += 1
            yield k / 30, numbered(k % 200, (64, 48))

    videos = Videos(a=info("a").model_copy(update={"duration_s": hour}), b=info("b").model_copy(update={"duration_s": hour}))
    stages = (StageReport(name="only", description="", a=segment(1800, 1800.4), b=segment(3000, 3000.4)),)
    report = fake_report().model_copy(update={"videos": videos, "stages": stages})
    far = difference("far", "Much later in A, much earlier in B", "a", evidence=evidence((3500.0, 100.0), posed=False))
    write_film(report.model_copy(update={"differences": (far,)}), tmp_path / "film.mp4", frames=stream)
    assert max(read.values()) < 120


def test_a_clip_slower_than_the_film_and_with_gaps_is_shown_as_on_screen(tmp_path: Path):
    times = [0.2, 0.3, 2.9, 3.0]

    def stream(path: str, start_s: float, short_side: int) -> Iterator[tuple[float, np.ndarray]]:
        return ((t, numbered(k + 1, (64, 64))) for k, t in enumerate(times))

    videos = Videos(a=info("a").model_copy(update={"duration_s": 3.2}), b=info("b").model_copy(update={"duration_s": 3.2}))
    report = fake_report().model_copy(update={"videos": videos, "stages": (), "differences": ()})
    _, frames = decoded(write_film(report, tmp_path / "film.mp4", frames=stream))
    shown = [read_number(panel(frame, report, "a")) for frame in frames]
    assert [shown[k] for k in (0, 6, 8, 40, 72, 73, 76)] == [1, 1, 2, 2, 2, 3, 4]


def test_evidence_is_drawn_where_the_film_stands_still(tmp_path: Path):
    def grey(path: str, start_s: float, short_side: int) -> Iterator[tuple[float, np.ndarray]]:
        return ((k / 30, np.full((240, 320, 3), 120, np.uint8)) for k in range(180))

    report = fake_report()
    one = difference("d", "Wider", "a", evidence=evidence((1.5, 1.3)))
    report = report.model_copy(update={"stages": (), "differences": (one,)})
    _, frames = decoded(write_film(report, tmp_path / "film.mp4", frames=grey))
    clock = film_clock(report)
    hold = next(p for p in clock.pieces if p.difference == 0)
    quiet, drawn = frames[int(hold.start_s * 25) - 3], frames[int(hold.start_s * 25) + 10]
    assert (panel(quiet, report, "a") > 180).mean() < 0.001
    assert (panel(drawn, report, "a") > 180).mean() > 0.004


def test_real_files_go_through(tmp_path: Path):
    for side in ("a", "b"):
        with av.open(str(tmp_path / f"squat_{side}.mp4"), "w") as container:
            stream = container.add_stream("libx264", rate=int(FPS[side]))
            stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
            for k in range(40):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(k, (160, 120)), format="rgb24")))
            container.mux(stream.encode())
    infos = [
        info(side, path=str(tmp_path / f"squat_{side}.mp4")).model_copy(
            update={"duration_s": 40 / FPS[side], "width": 160, "height": 120}
        )
        for side in ("a", "b")
    ]
    videos = Videos(a=infos[0], b=infos[1])
    report = fake_report().model_copy(update={"videos": videos, "stages": (), "differences": ()})
    _, frames = decoded(write_film(report, tmp_path / "film.mp4"))
    clock = film_clock(report)
    for k in (0, len(frames) // 2, len(frames) - 1):
        for side in ("a", "b"):
            expected = math.floor(clock.clip_time(side, k / 25) * FPS[side] + 1e-4)
            assert read_number(panel(frames[k], report, side)) == expected


def test_a_clip_that_is_gone_leaves_no_half_film(tmp_path: Path):
    with pytest.raises(VideoError):
        write_film(fake_report(), tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["film.txt", "film", "nowhere/film.mp4"])
def test_a_path_that_cannot_be_a_film_is_refused(tmp_path: Path, name: str):
    with pytest.raises(SettingsError, match="cannot be written"):
        write_film(fake_report(), tmp_path / name, frames=numbered_stream)
