"""What a run is given besides its state: models, tools and limits; nothing in here is ever saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from langchain_core.language_models import BaseChatModel

from ..memory.report import Backends
from ..memory.trace_recorder import Recorder, Silent
from ..tools.models.budget import Budget
from ..tools.models.sending import Sender
from ..tools.toolbox import Toolbox
from .chat.chatter import Chatter
from .settings import Settings


@dataclass(frozen=True)
class Context:
    """The run's own clients; two runs never share one."""

    settings: Settings
    toolbox: Toolbox
    planner: BaseChatModel
    fallback: BaseChatModel
    """Takes over when the planner stalls, loops or answers rubbish twice."""
    backends: Backends
    started: float
    budget: Budget
    chatter: Chatter
    """Answers the user's questions."""
    planner_sender: Sender | None = None
    """Retries, limits and counts the planner's requests; None for a planner that sends none."""
    vlm_sender: Sender | None = None
    """The same for questions to the vision-language model."""
    history: tuple[str, ...] = ()
    """One sentence per change since earlier comparisons of the same person and action."""
    warnings: tuple[str, ...] = ()
    """What is to be said about the set-up."""

    origin: str = ""
    """The run whose kept planner's turns hold for this one too, where it is a fork."""
    recorder: Recorder = field(default_factory=Silent)
    """Keeps the trace."""

    @staticmethod
    def now() -> float:
        """Seconds on a clock that only goes forward."""
        return monotonic()
