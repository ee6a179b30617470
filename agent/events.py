"""What a run tells while it works: one vocabulary for the terminal, the page and `stream`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..memory.values import Value
from .report import Report


class Progress(Value):
    """Part of a long step is done."""

    kind: Literal["progress"] = "progress"
    what: str
    share: float = Field(ge=0, le=1)


class Step(Value):
    """A node of the graph has finished."""

    kind: Literal["step"] = "step"
    node: str
    said: str


class Finished(Value):
    """The run is over."""

    kind: Literal["finished"] = "finished"
    report: Report


Event = Progress | Step | Finished
