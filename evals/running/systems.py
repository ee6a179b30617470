"""Who answers about a pair: the seam, and viddiff itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...agent.api import compare
from ...agent.settings import Settings
from ...memory.report import Report
from ...memory.values import Setting, Value
from ...tools.video import probe
from .pairs import Pair

if TYPE_CHECKING:
    from ...tools.workbench import Workbench

_DECIDES_NOTHING = {
    "home", "openai_api_key", "openai_base_url", "prices", "cache", "timeout", "max_calls", "max_cost", "database",
}  # fmt: skip


class Assignment(NamedTuple):
    """One pair that is to be answered about."""

    pair: Pair
    clips: tuple[Path, Path]
    setting: Setting
    run_id: str
    """The same whenever it is taken up again."""
    max_cost: float
    """USD that it may cost."""


class System(Value, ABC):
    """Answers about pairs. Travels to other processes, so it holds no open thing."""

    settings: Settings

    @property
    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Everything of it that decides the answers, as JSON values."""

    @abstractmethod
    def answer(self, assignment: Assignment) -> Report:
        """The report on one pair.

        Raises:
            UserError: A clip or a setting is wrong.
            ModelServerError: The model server failed for good.
        """

    def track(self, clip: Path) -> None:
        """Find the body in one clip and leave it in the cache, where the system looks for one."""

    def encode(self, clip: Path) -> None:
        """Encode the frames of one clip and leave them in the cache, where the system does."""


class Agent(System):
    """Viddiff."""

    server: str = ""
    """A scripted server that plays every model role: its name counts, its address does not."""

    @property
    def identity(self) -> dict[str, Any]:
        """Its settings."""
        unnamed = {"planner", "vlm"} if self.server else set()
        used = self.settings.model_dump(mode="json", exclude=_DECIDES_NOTHING | unnamed)
        # Where `auto` leads decides as much as what was named.
        address = None if self.server else self.settings.openai_base_url
        return {"system": "viddiff", "server": self.server, "base_url": address, "remote": self.settings.remote, **used}

    def answer(self, assignment: Assignment) -> Report:
        """Compare the clips."""
        pair, row = assignment.pair, assignment.pair.row
        closed = assignment.setting == "closed"
        return compare(
            *assignment.clips,
            action=row.action_description,
            differences=[{"id": d.key, "description": d.description} for d in pair.asked] if closed else None,
            max_differences=row.n_differences,
            settings=self.settings.model_copy(update={"max_cost": assignment.max_cost}),
            run_id=assignment.run_id,
        )

    def track(self, clip: Path) -> None:
        """At the rate of the settings."""
        self._bench.track(probe(clip))

    def encode(self, clip: Path) -> None:
        """With every encoder of the settings."""
        self._bench.witnesses(probe(clip))

    @cached_property
    def _bench(self) -> Workbench:
        """Loaded once in each process that holds this system."""
        from ...agent.build import build_context

        return build_context(self.settings, lambda what, share: None).toolbox.workbench
