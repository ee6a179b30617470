"""The two clips of a run as the tools look at them: timelines and measurable clips, made from the state's references."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from ..memory.state import Localization, Plan
from ..memory.trace_recorder import Recorder, Silent
from ..memory.values import Side, Timeline, VideoInfo, Window
from .body import Body
from .clip import Clip
from .localize import build_timeline, course_of, motion_timeline, stage_similarities
from .pose_track import embodied
from .recut import Course, joining
from .traced_arrays import record_retrieved
from .workbench import Workbench

SIDES: tuple[Side, Side] = ("a", "b")


class Pair:
    """Both clips of one run; everything slow comes from the workbench, which makes it once."""

    def __init__(self, videos: dict[Side, VideoInfo], bench: Workbench, recorder: Recorder | None = None) -> None:
        self._videos = videos
        self._bench = bench
        self._recorder = recorder or Silent()

    def unseen(self) -> tuple[str, ...]:
        """What was to look at the clips and could not."""
        problem = self._bench.encoders.problem
        return (f"frames are found by posture alone, without CLIP: {problem}",) if problem else ()

    def timelines(self, plan: Plan) -> dict[Side, Timeline]:
        """Repetitions and stages of the planned action in both clips."""
        self._bench.prepare([self._videos[side] for side in SIDES])
        found: dict[Side, Timeline] = {side: self._timeline(side, plan) for side in SIDES}
        if not all(embodied(self._bench.track(self._videos[side])) for side in SIDES):
            return found
        courses: dict[Side, Course] = {side: course_of(Body(self._bench.track(self._videos[side]))) for side in SIDES}
        if (join := joining(courses, found)) is None:
            return found
        return {**found, join.side: self._timeline(join.side, plan, (join.size, join.offset))}

    def _timeline(self, side: Side, plan: Plan, join: tuple[int, int] = (1, 0)) -> Timeline:
        video = self._videos[side]
        track = self._bench.track(video)
        if not embodied(track):
            return motion_timeline(self._bench.motion(video), plan.stages)
        looked = partial(record_retrieved, self._recorder, side)
        return build_timeline(Body(track), self._bench.witnesses(video), plan.stages, plan.peak_stage, looked, join)

    def contrasts(self, plan: Plan, timelines: dict[Side, Timeline]) -> dict[Side, float | None]:
        """How much more each clip looks like the planned action's peak at its own peaks than at its rests; None when nothing says."""
        return {side: self._contrast(self._videos[side], plan, timelines[side]) for side in SIDES}

    def _contrast(self, video: VideoInfo, plan: Plan, timeline: Timeline) -> float | None:
        peak = next((stage for stage in plan.stages if stage.name == plan.peak_stage), None)
        witness = self._bench.witnesses(video)[0]
        index = witness.index
        if peak is None or timeline.still or not len(index) or not embodied(self._bench.track(video)):
            return None
        row = stage_similarities(index, witness.encoder, [peak])[0]
        rests = [r.segment.start_s for r in timeline.repetitions] + [r.segment.end_s for r in timeline.repetitions]
        at = [np.interp(times, index.times_s, row).mean() for times in ([r.peak_s for r in timeline.repetitions], rests)]
        # A clip that rests where the library has the peak shows the action all the same.
        return float(abs(at[0] - at[1])) if np.ptp(row) > 0 else None

    def clips(self, timelines: dict[Side, Timeline], place: Localization | None = None) -> tuple[Clip, Clip]:
        """Both clips for measuring, tracked again inside the windows of `place` where it asks for that."""
        windows = {"a": place.a, "b": place.b} if place else {"a": (), "b": ()}
        how = place.retracked if place else ""
        first, second = (self._clip(side, timelines[side], windows[side], how) for side in SIDES)
        return first, second

    def _clip(self, side: Side, timeline: Timeline, windows: Sequence[Window], how: str) -> Clip:
        video = self._videos[side]
        segments = [w.segment for w in windows]
        track = self._bench.retracked(video, segments, how) if how in ("dense", "crop") else self._bench.track(video)
        return Clip(
            info=video,
            track=track,
            body=Body(track),
            timeline=timeline,
            motion=lambda: self._bench.motion(video),
            hands=lambda: self._bench.hands(video),
            embodied=embodied(track),
        )
