"""What a conversation has come to: everything that a terminal or a page shows of it."""

from __future__ import annotations

from pydantic import Field

from ...memory.conversation import Turn
from ...memory.state import State
from ...memory.values import Side, Timeline, Value, VideoInfo
from ...tools.matching import paired_repetitions, whole_map
from ...tools.time_map import TimeMap
from ..report import Report, report_in


class Snapshot(Value):
    """One conversation, at rest."""

    id: str
    action: str
    videos: dict[Side, VideoInfo] = Field(default_factory=dict)
    """Empty until the comparison has begun."""
    report: Report | None = None
    timelines: dict[Side, Timeline] | None = None
    time_map: TimeMap | None = None
    """Which instants match, over all repetitions that stand side by side."""
    pairs: tuple[tuple[int, int], ...] = ()
    """Repetition i of A beside repetition j of B, counted from 0."""
    turns: tuple[Turn, ...] = ()
    people: dict[Side, str] = Field(default_factory=dict)
    focus: int | None = None


def snapshot_of(session_id: str, action: str, state: State) -> Snapshot:
    """What the saved state shows."""
    timelines: dict[Side, Timeline] | None = state.get("timelines")
    return Snapshot(
        id=session_id,
        action=action,
        videos=state.get("videos", {}),
        report=report_in(state) if state.get("report") else None,
        timelines=timelines,
        time_map=whole_map(timelines) if timelines else None,
        pairs=paired_repetitions(timelines) if timelines else (),
        turns=tuple(state.get("turns", ())),
        people=state.get("people", {}),
        focus=state.get("focus"),
    )
