"""What a run tells while it works: one vocabulary for the terminal, the page and `stream`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..memory.conversation import Turn
from ..memory.values import Value
from ..tools.models.budget import Estimate
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


class Estimated(Value):
    """What remote models will take, before anything is sent to them."""

    kind: Literal["estimated"] = "estimated"
    about: Literal["run", "questions"]
    """The whole run, from the number of differences alone; or the questions to the vision model that are ready to be put."""
    low: Estimate
    high: Estimate
    """Usual bounds, with answers that are already kept counted as if they were asked for again."""
    warning: str = ""
    """What will be left out because of the run's limits."""

    @property
    def said(self) -> str:
        """One line for the user."""
        names = {"calls": "calls", "images": "images", "tokens": "tokens"}
        counts = [f"{_between(getattr(self.low, name), getattr(self.high, name), 'd')} {word}" for name, word in names.items()]
        cost = f"${_between(self.low.cost_usd, self.high.cost_usd, '.3f')}" if self.high.price_known else "price not known"
        about = "this run takes" if self.about == "run" else "the questions ready to be put take"
        return f"{about} about {', '.join((*counts, cost))}"


class Said(Value):
    """A piece of an answer, as it is written."""

    kind: Literal["said"] = "said"
    text: str
    anew: bool = False
    """The answer starts anew: what was said of it before does not count."""


class Answered(Value):
    """A question is answered."""

    kind: Literal["answered"] = "answered"
    turn: Turn


class Finished(Value):
    """The run is over."""

    kind: Literal["finished"] = "finished"
    report: Report


Event = Progress | Step | Estimated | Said | Answered | Finished


def _between(low: float, high: float, form: str) -> str:
    least, most = format(low, form), format(high, form)
    return most if least == most else f"{least} to {most}"
