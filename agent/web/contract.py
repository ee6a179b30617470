"""What goes over the wire between server and page: the JSON of the HTTP API, version 1."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, RootModel

from ...memory.conversation import Turn
from ...memory.values import Side, Timeline, Value, VideoInfo
from ...tools.time_map import TimeMap
from ..report import Report

Status = Literal["queued", "running", "done", "failed", "cancelled"]


class Video(Value):
    """One clip as the page knows it."""

    id: str
    """The first 16 hex digits of the SHA-256 of its content."""
    name: str
    """What the user calls it; a label, never a path."""
    duration_s: float
    fps: float
    width: int
    height: int
    frames: int
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, info: VideoInfo, name: str) -> Video:
        """The page's side of what was probed."""
        kept = info.model_dump(include={"duration_s", "fps", "width", "height", "frames", "warnings"})
        return cls(id=info.sha256[:16], name=name, **kept)


class PathRequest(Value):
    """A clip that lies in the allowed folder already."""

    path: str = Field(min_length=1, max_length=4096)


class FolderFile(Value):
    """One clip in the allowed folder."""

    path: str
    size: int


class Folder(Value):
    """What lies in the allowed folder."""

    folder: str | None
    files: tuple[FolderFile, ...] = ()


class Skeleton(Value):
    """The tracked body of one clip."""

    times_s: tuple[float, ...]
    edges: tuple[tuple[int, int], ...]
    points: tuple[tuple[tuple[float, float, float], ...] | None, ...]
    """33 landmarks (x, y, visibility) per time, x and y in shares of the displayed frame; None where nobody was found."""


class NewSession(Value):
    """Two clips to compare."""

    a: str
    b: str
    action: str = Field(min_length=1, max_length=1000)
    differences: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=100)
    max_differences: int = Field(default=10, ge=1, le=100)
    person: str = Field(default="", max_length=200)


class NewQuestion(Value):
    """A question about the two clips."""

    text: str = Field(min_length=1, max_length=4000)


class StageMove(Value):
    """Where the user puts one stage of one repetition."""

    video: Side
    repetition: int = Field(ge=0)
    stage: str = Field(min_length=1, max_length=200)
    start_s: float = Field(ge=0, allow_inf_nan=False)
    end_s: float = Field(ge=0, allow_inf_nan=False)


class Created(Value):
    """The conversation that was begun."""

    id: str


class Names(Value):
    """The labels of both clips."""

    a: str
    b: str


class SessionRow(Value):
    """One conversation in the list of all."""

    id: str
    action: str
    names: Names
    status: Status
    created: str
    """ISO 8601, UTC."""


class Doing(Value):
    """What is being done."""

    what: str
    share: float


class Pair(Value):
    """Both clips."""

    a: Video
    b: Video


class Timelines(Value):
    """The repetitions and stages of both clips."""

    a: Timeline
    b: Timeline


class SessionView(Value):
    """Everything that the page shows of one conversation."""

    id: str
    action: str
    status: Status
    position: int | None = None
    """Place among the comparisons that wait, 1 for the next; None when it does not wait."""
    error: str = ""
    progress: Doing | None = None
    videos: Pair
    report: Report | None = None
    timelines: Timelines | None = None
    time_map: TimeMap | None = None
    pairs: tuple[tuple[int, int], ...] = ()
    """Repetition i of A beside repetition j of B."""
    turns: tuple[Turn, ...] = ()
    asking: str | None = None
    """The question that is being answered."""


class SessionRows(RootModel[tuple[SessionRow, ...]]):
    """All conversations, the newest first."""


class Done(Value):
    """Nothing but that it is being done."""


class Problem(Value):
    """Why a request is refused."""

    error: str
    """One line for the user."""


class About(Value):
    """What this server is and allows."""

    version: str
    folder: str | None
    traces: bool
    max_upload_bytes: int
